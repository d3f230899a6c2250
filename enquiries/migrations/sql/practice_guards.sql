-- Practice and the real world never touch: no way out of a practice enquiry but to practice, and none into it.
CREATE FUNCTION guard_practice() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_TABLE_NAME = 'enquiries_posting' THEN
    PERFORM refuse('practice stays among practice') FROM enquiries_reply r
       JOIN enquiries_message m ON m.id = r.answers_id JOIN enquiries_channelaccount asked ON asked.id = m.account_id
       JOIN enquiries_channelaccount out ON out.id = NEW.account_id
      WHERE r.id = NEW.reply_id AND (asked.kind = 'practice') <> (out.kind = 'practice');
    RETURN NEW;
  END IF;
  PERFORM refuse('practice stays among practice') FROM jsonb_array_elements(NEW.content -> 'routes') way
     JOIN enquiries_channelaccount out ON out.id = (way ->> 'account')::bigint
     JOIN enquiries_reply r ON r.id = NEW.reply_id JOIN enquiries_message m ON m.id = r.answers_id
     JOIN enquiries_channelaccount asked ON asked.id = m.account_id
    WHERE (asked.kind = 'practice') <> (out.kind = 'practice');
  RETURN NEW;
END $$;
CREATE TRIGGER practice_version_guard AFTER INSERT ON enquiries_replyversion
  FOR EACH ROW EXECUTE FUNCTION guard_practice();
CREATE TRIGGER practice_posting_guard AFTER INSERT ON enquiries_posting
  FOR EACH ROW EXECUTE FUNCTION guard_practice();

-- A practice enquiry is merged with none but its like: else an answer to the one would be read as an answer to the other.
CREATE FUNCTION guard_practice_merge() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM refuse('practice stays among practice') FROM enquiries_enquiry root
    WHERE root.id = NEW.merged_into_id AND (root.kind = 'practice') <> (NEW.kind = 'practice');
  RETURN NEW;
END $$;
CREATE TRIGGER practice_merge_guard AFTER UPDATE OF merged_into_id ON enquiries_enquiry
  FOR EACH ROW WHEN (NEW.merged_into_id IS NOT NULL) EXECUTE FUNCTION guard_practice_merge();
