-- Back to the guards as they were; guard_version and newest_inbound follow from desk_guards.sql.
DROP TRIGGER message_stays ON enquiries_message;
CREATE TRIGGER message_stays BEFORE UPDATE ON enquiries_message FOR EACH ROW EXECUTE FUNCTION refuse_change('enquiry_id');
DROP TRIGGER payload_stays ON enquiries_payload;
CREATE TRIGGER payload_stays BEFORE UPDATE ON enquiries_payload FOR EACH ROW EXECUTE FUNCTION refuse_change(
  'due_at', 'attempts', 'lease_owner', 'lease_until', 'done_at', 'parked_at', 'last_error', 'state', 'outcome');
DROP TRIGGER search_message_blanked ON enquiries_message;
DROP TRIGGER outdated_guard ON enquiries_message;
DROP TRIGGER private_answer_guard ON enquiries_reply;
DROP TRIGGER overheard_guard ON enquiries_overheard;
DROP TRIGGER moderation_guard ON enquiries_moderation;
DROP TRIGGER notice_guard ON enquiries_postingnotice;
DROP TRIGGER acknowledgement_guard ON enquiries_acknowledgement;
DROP FUNCTION guard_message_change, guard_payload_change, guard_outdated, guard_private_answer, guard_overheard,
  guard_moderation, guard_notice, guard_acknowledgement;
