-- What the database refuses since channels go deep: emptied words, old versions, private answers, notices, monitors.

-- Words are written once. They may be emptied, once, where the platform has them no more; our own are kept.
CREATE FUNCTION guard_message_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE free text[] := '{enquiry_id,root_id,blanked_at,text,html,subject}';
BEGIN
  IF (to_jsonb(NEW) - free) IS DISTINCT FROM (to_jsonb(OLD) - free) THEN
    PERFORM refuse('enquiries_message rows do not change, but for {enquiry_id} and being emptied');
  END IF;
  IF NEW.root_id <> OLD.root_id AND OLD.root_id <> '' THEN PERFORM refuse('what a message is a version of stays'); END IF;
  IF NEW.blanked_at IS DISTINCT FROM OLD.blanked_at THEN
    IF OLD.blanked_at IS NOT NULL THEN PERFORM refuse('a message is emptied once'); END IF;
    IF OLD.direction <> 'IN' THEN PERFORM refuse('our own words are kept'); END IF;
  ELSIF (NEW.text, NEW.html, NEW.subject) IS DISTINCT FROM (OLD.text, OLD.html, OLD.subject) THEN
    PERFORM refuse('the words of a message do not change');
  END IF;
  RETURN NEW;
END $$;
DROP TRIGGER message_stays ON enquiries_message;
CREATE TRIGGER message_stays BEFORE UPDATE ON enquiries_message FOR EACH ROW EXECUTE FUNCTION guard_message_change();
CREATE TRIGGER search_message_blanked AFTER UPDATE OF blanked_at ON enquiries_message FOR EACH ROW
  WHEN (OLD.blanked_at IS NULL AND NEW.blanked_at IS NOT NULL) EXECUTE FUNCTION search_message();

-- An older version that arrives late is history; only then may it pass for nothing new.
CREATE FUNCTION guard_outdated() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM 1 FROM enquiries_message newer WHERE newer.account_id = NEW.account_id AND newer.root_id = NEW.root_id
     AND newer.direction = 'IN'
     AND coalesce(newer.version_at, newer.occurred_at) > coalesce(NEW.version_at, NEW.occurred_at);
  IF NOT FOUND THEN PERFORM refuse('outdated words need newer ones'); END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER outdated_guard BEFORE INSERT ON enquiries_message FOR EACH ROW
  WHEN (NEW.outdated) EXECUTE FUNCTION guard_outdated();
CREATE OR REPLACE FUNCTION newest_inbound(of_enquiry bigint) RETURNS bigint LANGUAGE sql STABLE AS $$
  SELECT max(m.id) FROM enquiries_message m
   WHERE m.direction = 'IN' AND NOT m.automatic AND NOT m.outdated
     AND m.enquiry_id IN (SELECT of_enquiry UNION ALL SELECT id FROM enquiries_enquiry WHERE merged_into_id = of_enquiry) $$;

-- Raw bytes likewise: only shorter, and only with the moment at which something was taken out.
CREATE FUNCTION guard_payload_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE free text[] := '{due_at,attempts,lease_owner,lease_until,done_at,parked_at,last_error,state,outcome,blanked_at,raw}';
BEGIN
  IF (to_jsonb(NEW) - free) IS DISTINCT FROM (to_jsonb(OLD) - free) THEN
    PERFORM refuse('enquiries_payload rows do not change, but for how far they were read and what was taken out');
  END IF;
  IF NEW.raw IS DISTINCT FROM OLD.raw AND (NEW.blanked_at IS NULL OR NEW.blanked_at IS NOT DISTINCT FROM OLD.blanked_at
                                           OR octet_length(NEW.raw) > octet_length(OLD.raw)) THEN
    PERFORM refuse('raw bytes stay, but for what is taken out');
  END IF;
  IF NEW.blanked_at IS NULL AND OLD.blanked_at IS NOT NULL THEN PERFORM refuse('that something was taken out stays known'); END IF;
  RETURN NEW;
END $$;
DROP TRIGGER payload_stays ON enquiries_payload;
CREATE TRIGGER payload_stays BEFORE UPDATE ON enquiries_payload FOR EACH ROW EXECUTE FUNCTION guard_payload_change();

-- A private answer to public words: to the one who wrote them, on the same account, by one way, with words of its own.
CREATE FUNCTION guard_private_answer() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM 1 FROM enquiries_message WHERE id = NEW.answers_id AND side = 'PUBLIC';
  IF NOT FOUND THEN PERFORM refuse('only public words are answered in private instead'); END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER private_answer_guard BEFORE INSERT ON enquiries_reply FOR EACH ROW
  WHEN (NEW.purpose = 'PRIVATELY') EXECUTE FUNCTION guard_private_answer();

CREATE OR REPLACE FUNCTION guard_version() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  held record;
  first jsonb;
  way jsonb;
  file jsonb;
  privately boolean;
BEGIN
  SELECT r.state, r.purpose, e.id AS enquiry, e.organisation_id AS organisation, m.account_id AS account,
         m.external_id AS target, m.root_id AS root, m.reply_to AS recipient, m.side, own.external_id AS own INTO STRICT held
    FROM enquiries_reply r JOIN enquiries_message m ON m.id = r.answers_id JOIN enquiries_enquiry e ON e.id = r.enquiry_id
    LEFT JOIN enquiries_message own ON own.id = r.corrects_id
   WHERE r.id = NEW.reply_id FOR UPDATE OF r;
  privately := held.purpose = 'PRIVATELY';
  IF held.state NOT IN ('DRAFT', 'RETURNED') THEN
    PERFORM refuse('a reply that is submitted or approved is not edited; take it back first');
  END IF;
  IF coalesce(btrim(NEW.content ->> 'text'), '') = '' THEN PERFORM refuse('a version has words'); END IF;
  IF NEW.content ->> 'side' IS DISTINCT FROM (CASE WHEN privately THEN 'PRIVATE' ELSE held.side END) THEN
    PERFORM refuse('a reply stays on the side of the message it answers');
  END IF;
  IF coalesce(NEW.content ->> 'purpose', 'ANSWER') <> held.purpose OR (NEW.content ->> 'of') IS DISTINCT FROM held.own THEN
    PERFORM refuse('a version does what its reply is for');
  END IF;
  IF jsonb_typeof(NEW.content -> 'routes') IS DISTINCT FROM 'array' OR jsonb_array_length(NEW.content -> 'routes') = 0 THEN
    PERFORM refuse('a version goes somewhere');
  END IF;
  first := NEW.content -> 'routes' -> 0;
  IF (first ->> 'account')::bigint IS DISTINCT FROM held.account OR first ->> 'target' IS DISTINCT FROM held.target
     OR first ->> 'recipient' IS DISTINCT FROM
        (CASE WHEN privately THEN 'comment:' || coalesce(nullif(held.root, ''), held.target) ELSE held.recipient END) THEN
    PERFORM refuse('a reply goes to where its message came from');
  END IF;
  IF privately AND jsonb_array_length(NEW.content -> 'routes') > 1 THEN
    PERFORM refuse('a private answer to public words goes one way');
  END IF;
  FOR way IN SELECT * FROM jsonb_array_elements(NEW.content -> 'routes') LOOP
    PERFORM 1 FROM enquiries_channelaccount WHERE id = (way ->> 'account')::bigint AND organisation_id = held.organisation;
    IF NOT FOUND THEN PERFORM refuse('a route is an account of the same organisation'); END IF;
    IF way ? 'part' THEN
      IF (way - 'part' - 'text') IS DISTINCT FROM (first - 'part' - 'text') OR coalesce(btrim(way ->> 'text'), '') = '' THEN
        PERFORM refuse('the parts of a reply go to one place');
      END IF;
    ELSIF way <> first AND held.side <> 'PRIVATE' THEN
      PERFORM refuse('only private replies take a second route');
    END IF;
  END LOOP;
  FOR file IN SELECT * FROM jsonb_array_elements(CASE WHEN jsonb_typeof(NEW.content -> 'attachments') = 'array'
                                                      THEN NEW.content -> 'attachments' ELSE '[]' END) LOOP
    PERFORM 1 FROM enquiries_replyfile WHERE token = file ->> 'token' AND encode(sha256, 'hex') = file ->> 'sha256'
       AND organisation_id = held.organisation;
    IF NOT FOUND THEN PERFORM refuse('a file of a reply is one that was put in for it'); END IF;
  END LOOP;
  PERFORM 1 FROM enquiries_message WHERE id = NEW.last_inbound_id AND direction = 'IN' AND is_family(held.enquiry, enquiry_id);
  IF NOT FOUND THEN PERFORM refuse('a version knows a message of its own enquiry'); END IF;
  NEW.content_sha256 := sha256(convert_to(NEW.content::text, 'UTF8'));
  RETURN NEW;
END $$;

-- What is overheard is joined once, into an enquiry of its own account; what was joined is kept.
CREATE FUNCTION guard_overheard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    IF OLD.state = 'JOINED' THEN PERFORM refuse('what was joined is kept'); END IF;
    RETURN OLD;
  END IF;
  PERFORM 1 FROM enquiries_monitor WHERE id = NEW.monitor_id AND account_id = NEW.account_id;
  IF NOT FOUND THEN PERFORM refuse('a monitor listens for its own account'); END IF;
  IF NEW.enquiry_id IS NOT NULL THEN
    PERFORM 1 FROM enquiries_enquiry WHERE id = NEW.enquiry_id AND account_id = NEW.account_id;
    IF NOT FOUND THEN PERFORM refuse('what was overheard is joined on its own account'); END IF;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER overheard_guard BEFORE INSERT OR UPDATE OR DELETE ON enquiries_overheard
  FOR EACH ROW EXECUTE FUNCTION guard_overheard();
CREATE TRIGGER overheard_stays BEFORE UPDATE ON enquiries_overheard FOR EACH ROW EXECUTE FUNCTION refuse_change(
  'state', 'enquiry_id', 'decided_by_id', 'decided_at', 'gone_at', 'text', 'author');
CREATE TRIGGER overheard_moves BEFORE UPDATE ON enquiries_overheard FOR EACH ROW EXECUTE FUNCTION refuse_illegal_move(
  'NEW>JOINED', 'NEW>LEFT', 'LEFT>JOINED');

-- Hiding what a citizen wrote in public: asked by one, decided by another (a constraint says so), done once.
CREATE FUNCTION guard_moderation() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.state <> 'ASKED' THEN PERFORM refuse('a moderation starts with somebody who asks for it'); END IF;
  PERFORM 1 FROM enquiries_message WHERE id = NEW.message_id AND direction = 'IN' AND side = 'PUBLIC';
  IF NOT FOUND THEN PERFORM refuse('only what a citizen wrote in public is hidden or taken down'); END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER moderation_guard BEFORE INSERT ON enquiries_moderation FOR EACH ROW EXECUTE FUNCTION guard_moderation();
CREATE TRIGGER moderation_stays BEFORE UPDATE ON enquiries_moderation FOR EACH ROW EXECUTE FUNCTION refuse_change(
  'due_at', 'attempts', 'lease_owner', 'lease_until', 'done_at', 'parked_at', 'last_error', 'state', 'decided_by_id',
  'decided_at', 'detail');
CREATE TRIGGER moderation_moves BEFORE UPDATE ON enquiries_moderation FOR EACH ROW EXECUTE FUNCTION refuse_illegal_move(
  'ASKED>QUEUED', 'ASKED>DECLINED', 'ASKED>WITHDRAWN', 'QUEUED>DONE', 'QUEUED>FAILED');

-- Notices belong to the account that posted, and say what was told, once.
CREATE FUNCTION guard_notice() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM 1 FROM enquiries_posting WHERE id = NEW.posting_id AND account_id = NEW.account_id;
  IF NOT FOUND THEN PERFORM refuse('a notice comes to the account that posted'); END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER notice_guard BEFORE INSERT ON enquiries_postingnotice FOR EACH ROW
  WHEN (NEW.posting_id IS NOT NULL) EXECUTE FUNCTION guard_notice();
CREATE TRIGGER notice_stays BEFORE UPDATE ON enquiries_postingnotice FOR EACH ROW EXECUTE FUNCTION refuse_change(
  'seen_by_id', 'seen_at');
CREATE TRIGGER platform_change_stays BEFORE UPDATE ON enquiries_platformchange FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER reply_file_stays BEFORE UPDATE ON enquiries_replyfile FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER deletion_stays BEFORE UPDATE ON enquiries_datadeletion FOR EACH ROW EXECUTE FUNCTION refuse_change(
  'person', 'done_at');

-- Acknowledgements: three a day to one address, and none to a machine or in public. One address at a time is counted.
CREATE FUNCTION guard_acknowledgement() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('acknowledgement ' || lower(NEW.recipient), 0));
  PERFORM 1 FROM enquiries_enquiry e WHERE e.id = NEW.enquiry_id AND e.side = 'PRIVATE' AND e.account_id = NEW.account_id
     AND EXISTS (SELECT FROM enquiries_message m WHERE m.enquiry_id = e.id AND m.direction = 'IN' AND NOT m.automatic);
  IF NOT FOUND THEN PERFORM refuse('only a person who wrote in private is told by machine'); END IF;
  IF 3 <= (SELECT count(*) FROM enquiries_acknowledgement WHERE recipient = NEW.recipient
              AND asked_at > NEW.asked_at - interval '24 hours') THEN
    PERFORM refuse('one address is told three times a day at most');
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER acknowledgement_guard BEFORE INSERT ON enquiries_acknowledgement
  FOR EACH ROW EXECUTE FUNCTION guard_acknowledgement();
CREATE TRIGGER acknowledgement_stays BEFORE UPDATE ON enquiries_acknowledgement FOR EACH ROW EXECUTE FUNCTION refuse_change(
  'due_at', 'attempts', 'lease_owner', 'lease_until', 'done_at', 'parked_at', 'last_error', 'sent_at');

DO $$
DECLARE ledger text;
BEGIN
  FOREACH ledger IN ARRAY ARRAY['platformchange', 'moderation', 'postingnotice', 'acknowledgement', 'replyfile',
                                'datadeletion'] LOOP
    EXECUTE format('CREATE TRIGGER %s_is_kept BEFORE DELETE ON enquiries_%s FOR EACH ROW EXECUTE FUNCTION refuse_removal()',
                   ledger, ledger);
    EXECUTE format('CREATE TRIGGER %s_is_not_emptied BEFORE TRUNCATE ON enquiries_%s EXECUTE FUNCTION refuse_removal()',
                   ledger, ledger);
  END LOOP;
END $$;
