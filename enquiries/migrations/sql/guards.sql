-- What the database refuses, whoever asks: the promises of Citizenservice as constraints and triggers.
-- Every refusal is SQLSTATE 23514 (check_violation), so that Django shows an IntegrityError.

CREATE FUNCTION refuse(reason text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '%', reason USING ERRCODE = '23514'; END $$;

-- Ledgers: never deleted, never emptied.
CREATE FUNCTION refuse_removal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN PERFORM refuse(format('%s rows are never removed', TG_TABLE_NAME)); RETURN NULL; END $$;

-- Ledgers whose rows never change. TG_ARGV names the columns that may; without arguments it is null, not empty.
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE free text[] := coalesce(TG_ARGV, '{}');
BEGIN
  IF (to_jsonb(NEW) - free) IS DISTINCT FROM (to_jsonb(OLD) - free) THEN
    PERFORM refuse(format('%s rows do not change, but for {%s}', TG_TABLE_NAME, array_to_string(free, ', ')));
  END IF;
  RETURN NEW;
END $$;

-- States: TG_ARGV lists the allowed moves as 'FROM>TO'.
CREATE FUNCTION refuse_illegal_move() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.state <> OLD.state AND NOT (OLD.state || '>' || NEW.state) = ANY (TG_ARGV) THEN
    PERFORM refuse(format('%s: no move from %s to %s', TG_TABLE_NAME, OLD.state, NEW.state));
  END IF;
  RETURN NEW;
END $$;

-- Who belongs to whom: a composite key each, so that no row can point into another organisation.
ALTER TABLE enquiries_team ADD CONSTRAINT team_in_organisation UNIQUE (id, organisation_id);
ALTER TABLE enquiries_topic ADD CONSTRAINT topic_in_organisation UNIQUE (id, organisation_id);
ALTER TABLE enquiries_channelaccount ADD CONSTRAINT account_in_organisation UNIQUE (id, organisation_id);
ALTER TABLE enquiries_citizen ADD CONSTRAINT citizen_in_organisation UNIQUE (id, organisation_id);
ALTER TABLE enquiries_topic ADD CONSTRAINT topic_team_is_of_the_organisation
  FOREIGN KEY (team_id, organisation_id) REFERENCES enquiries_team (id, organisation_id);
ALTER TABLE enquiries_channelaccount ADD CONSTRAINT account_team_is_of_the_organisation
  FOREIGN KEY (team_id, organisation_id) REFERENCES enquiries_team (id, organisation_id);
ALTER TABLE enquiries_channelidentity ADD CONSTRAINT identity_citizen_is_of_the_organisation
  FOREIGN KEY (citizen_id, organisation_id) REFERENCES enquiries_citizen (id, organisation_id);
ALTER TABLE enquiries_enquiry
  ADD CONSTRAINT enquiry_team_is_of_the_organisation
    FOREIGN KEY (team_id, organisation_id) REFERENCES enquiries_team (id, organisation_id),
  ADD CONSTRAINT enquiry_topic_is_of_the_organisation
    FOREIGN KEY (topic_id, organisation_id) REFERENCES enquiries_topic (id, organisation_id),
  ADD CONSTRAINT enquiry_account_is_of_the_organisation
    FOREIGN KEY (account_id, organisation_id) REFERENCES enquiries_channelaccount (id, organisation_id),
  ADD CONSTRAINT enquiry_citizen_is_of_the_organisation
    FOREIGN KEY (citizen_id, organisation_id) REFERENCES enquiries_citizen (id, organisation_id);

-- Raw bytes, words, versions, events: written once.
CREATE TRIGGER payload_stays BEFORE UPDATE ON enquiries_payload FOR EACH ROW EXECUTE FUNCTION refuse_change(
  'due_at', 'attempts', 'lease_owner', 'lease_until', 'done_at', 'parked_at', 'last_error', 'state', 'outcome');
CREATE TRIGGER payload_moves BEFORE UPDATE ON enquiries_payload FOR EACH ROW EXECUTE FUNCTION refuse_illegal_move(
  'RECEIVED>READ', 'RECEIVED>UNREADABLE', 'UNREADABLE>RECEIVED');
CREATE TRIGGER message_stays BEFORE UPDATE ON enquiries_message FOR EACH ROW EXECUTE FUNCTION refuse_change('enquiry_id');
CREATE TRIGGER version_stays BEFORE UPDATE ON enquiries_replyversion FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER return_stays BEFORE UPDATE ON enquiries_replyreturn FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER clock_event_stays BEFORE UPDATE ON enquiries_clockevent FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER clock_stays BEFORE UPDATE ON enquiries_clock FOR EACH ROW EXECUTE FUNCTION refuse_change(
  'state', 'next_at', 'stopped_at', 'enquiry_id');
CREATE TRIGGER clock_moves BEFORE UPDATE ON enquiries_clock FOR EACH ROW EXECUTE FUNCTION refuse_illegal_move(
  'RUNNING>MET', 'RUNNING>BROKEN', 'RUNNING>CANCELLED');
CREATE TRIGGER enquiry_stays BEFORE UPDATE ON enquiries_enquiry FOR EACH ROW EXECUTE FUNCTION refuse_change(
  'team_id', 'topic_id', 'assignee_id', 'subject', 'state', 'last_inbound_at', 'due_at', 'citizen_id', 'side');
CREATE TRIGGER enquiry_moves BEFORE UPDATE ON enquiries_enquiry FOR EACH ROW EXECUTE FUNCTION refuse_illegal_move(
  'NEW>OPEN', 'NEW>AWAITING_APPROVAL', 'OPEN>AWAITING_APPROVAL', 'ANSWERED>AWAITING_APPROVAL',
  'AWAITING_APPROVAL>OPEN', 'AWAITING_APPROVAL>POSTING', 'POSTING>ANSWERED', 'POSTING>OPEN',
  'NEW>CLOSED', 'OPEN>CLOSED', 'ANSWERED>CLOSED', 'CLOSED>OPEN', 'ANSWERED>OPEN');

DO $$
DECLARE ledger text;
BEGIN
  FOREACH ledger IN ARRAY ARRAY['payload', 'message', 'enquiry', 'thread', 'reply', 'replyversion', 'replyreturn', 'approval',
                                'posting', 'attempt', 'clock', 'clockevent'] LOOP
    EXECUTE format('CREATE TRIGGER %s_is_kept BEFORE DELETE ON enquiries_%s FOR EACH ROW EXECUTE FUNCTION refuse_removal()',
                   ledger, ledger);
    EXECUTE format('CREATE TRIGGER %s_is_not_emptied BEFORE TRUNCATE ON enquiries_%s EXECUTE FUNCTION refuse_removal()',
                   ledger, ledger);
  END LOOP;
END $$;

-- The newest words of a citizen that a reply has to know of. Machines (out of office) do not count.
CREATE FUNCTION newest_inbound(of_enquiry bigint) RETURNS bigint LANGUAGE sql STABLE AS $$
  SELECT max(id) FROM enquiries_message WHERE enquiry_id = of_enquiry AND direction = 'IN' AND NOT automatic $$;

-- A reply answers a citizen's message of its own enquiry, and says what is true.
CREATE FUNCTION guard_reply() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.state <> 'DRAFT' THEN PERFORM refuse('a reply starts as a draft'); END IF;
    PERFORM 1 FROM enquiries_message WHERE id = NEW.answers_id AND enquiry_id = NEW.enquiry_id AND direction = 'IN';
    IF NOT FOUND THEN PERFORM refuse('a reply answers a message of a citizen in its own enquiry'); END IF;
    RETURN NEW;
  END IF;
  IF NEW.state = OLD.state THEN RETURN NEW; END IF;
  IF NEW.state = 'SUBMITTED' AND NOT EXISTS (SELECT FROM enquiries_replyversion WHERE reply_id = NEW.id) THEN
    PERFORM refuse('there is nothing to submit');
  END IF;
  IF NEW.state = 'APPROVED'
     AND NOT EXISTS (SELECT FROM enquiries_approval WHERE reply_id = NEW.id AND revoked_at IS NULL) THEN
    PERFORM refuse('approved needs a live approval');
  END IF;
  IF NEW.state IN ('RETURNED', 'DRAFT', 'WITHDRAWN')
     AND EXISTS (SELECT FROM enquiries_approval WHERE reply_id = NEW.id AND revoked_at IS NULL) THEN
    PERFORM refuse('its approval is still live');
  END IF;
  IF NEW.state = 'POSTED' AND NOT EXISTS (SELECT FROM enquiries_posting WHERE reply_id = NEW.id AND state = 'POSTED') THEN
    PERFORM refuse('posted needs a posting that is');
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER reply_guard BEFORE INSERT OR UPDATE ON enquiries_reply FOR EACH ROW EXECUTE FUNCTION guard_reply();
CREATE TRIGGER reply_stays BEFORE UPDATE ON enquiries_reply FOR EACH ROW EXECUTE FUNCTION refuse_change(
  'state', 'submitted_at');
CREATE TRIGGER reply_moves BEFORE UPDATE ON enquiries_reply FOR EACH ROW EXECUTE FUNCTION refuse_illegal_move(
  'SUBMITTED>DRAFT', 'RETURNED>DRAFT', 'DRAFT>SUBMITTED', 'RETURNED>SUBMITTED', 'SUBMITTED>RETURNED', 'APPROVED>RETURNED',
  'SUBMITTED>APPROVED', 'APPROVED>POSTED', 'FAILED>POSTED', 'APPROVED>FAILED',
  'DRAFT>WITHDRAWN', 'RETURNED>WITHDRAWN', 'SUBMITTED>WITHDRAWN');

-- A version: hash by the database; side and first route are those of the message it answers; no route leaves the organisation.
CREATE FUNCTION guard_version() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  held record;
  way jsonb;
BEGIN
  SELECT r.state, e.id AS enquiry, e.organisation_id AS organisation, m.account_id AS account, m.external_id AS target,
         m.reply_to AS recipient, m.side INTO STRICT held
    FROM enquiries_reply r JOIN enquiries_message m ON m.id = r.answers_id JOIN enquiries_enquiry e ON e.id = r.enquiry_id
   WHERE r.id = NEW.reply_id FOR UPDATE OF r;
  IF held.state NOT IN ('DRAFT', 'RETURNED') THEN
    PERFORM refuse('a reply that is submitted or approved is not edited; take it back first');
  END IF;
  IF coalesce(btrim(NEW.content ->> 'text'), '') = '' THEN PERFORM refuse('a version has words'); END IF;
  IF NEW.content ->> 'side' IS DISTINCT FROM held.side THEN
    PERFORM refuse('a reply stays on the side of the message it answers');
  END IF;
  IF jsonb_typeof(NEW.content -> 'routes') IS DISTINCT FROM 'array' OR jsonb_array_length(NEW.content -> 'routes') = 0 THEN
    PERFORM refuse('a version goes somewhere');
  END IF;
  way := NEW.content -> 'routes' -> 0;
  IF (way ->> 'account')::bigint IS DISTINCT FROM held.account OR way ->> 'target' IS DISTINCT FROM held.target
     OR way ->> 'recipient' IS DISTINCT FROM held.recipient THEN
    PERFORM refuse('a reply goes to where its message came from');
  END IF;
  FOR way IN SELECT * FROM jsonb_array_elements(NEW.content -> 'routes') LOOP
    PERFORM 1 FROM enquiries_channelaccount WHERE id = (way ->> 'account')::bigint AND organisation_id = held.organisation;
    IF NOT FOUND THEN PERFORM refuse('a route is an account of the same organisation'); END IF;
  END LOOP;
  IF jsonb_array_length(NEW.content -> 'routes') > 1 AND held.side <> 'PRIVATE' THEN
    PERFORM refuse('only private replies take a second route');
  END IF;
  PERFORM 1 FROM enquiries_message WHERE id = NEW.last_inbound_id AND enquiry_id = held.enquiry AND direction = 'IN';
  IF NOT FOUND THEN PERFORM refuse('a version knows a message of its own enquiry'); END IF;
  NEW.content_sha256 := sha256(convert_to(NEW.content::text, 'UTF8'));
  RETURN NEW;
END $$;
CREATE TRIGGER version_guard BEFORE INSERT ON enquiries_replyversion FOR EACH ROW EXECUTE FUNCTION guard_version();

-- An approval: of the newest version, by somebody who wrote none of them, knowing the citizen's newest words.
ALTER TABLE enquiries_approval ADD CONSTRAINT approval_is_of_exactly_this_version
  FOREIGN KEY (version_id, reply_id, author_id, content_sha256)
  REFERENCES enquiries_replyversion (id, reply_id, author_id, content_sha256);
CREATE FUNCTION guard_approval() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE held record;
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF OLD.revoked_at IS NOT NULL THEN PERFORM refuse('a revoked approval stays revoked'); END IF;
    RETURN NEW;
  END IF;
  SELECT r.state, r.enquiry_id INTO STRICT held FROM enquiries_reply r WHERE r.id = NEW.reply_id FOR UPDATE;
  IF held.state <> 'SUBMITTED' THEN PERFORM refuse('only what was submitted is approved'); END IF;
  IF NEW.revoked_at IS NOT NULL THEN PERFORM refuse('an approval starts live'); END IF;
  IF EXISTS (SELECT FROM enquiries_replyversion WHERE reply_id = NEW.reply_id AND author_id = NEW.approver_id) THEN
    PERFORM refuse('the approver wrote a version of this reply');
  END IF;
  IF EXISTS (SELECT FROM enquiries_replyversion WHERE reply_id = NEW.reply_id AND id > NEW.version_id) THEN
    PERFORM refuse('there is a newer version');
  END IF;
  IF (SELECT last_inbound_id FROM enquiries_replyversion WHERE id = NEW.version_id) < newest_inbound(held.enquiry_id) THEN
    PERFORM refuse('the citizen wrote again');
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER approval_guard BEFORE INSERT OR UPDATE ON enquiries_approval
  FOR EACH ROW EXECUTE FUNCTION guard_approval();
CREATE TRIGGER approval_stays BEFORE UPDATE ON enquiries_approval FOR EACH ROW EXECUTE FUNCTION refuse_change(
  'revoked_at', 'revoked_reason');

-- A posting: only under a live approval of exactly its content, to a place that the approved content names.
ALTER TABLE enquiries_posting ADD CONSTRAINT posting_is_of_exactly_this_approval
  FOREIGN KEY (approval_id, version_id, reply_id, content_sha256)
  REFERENCES enquiries_approval (id, version_id, reply_id, content_sha256);
CREATE FUNCTION guard_posting() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.state <> 'QUEUED' THEN PERFORM refuse('a posting starts in the queue'); END IF;
    PERFORM 1 FROM enquiries_reply WHERE id = NEW.reply_id AND state = 'APPROVED' FOR UPDATE;
    IF NOT FOUND THEN PERFORM refuse('only an approved reply is posted'); END IF;
    PERFORM 1 FROM enquiries_replyversion
      WHERE id = NEW.version_id AND (content -> 'routes' -> NEW.route::int ->> 'account')::bigint = NEW.account_id;
    IF NOT FOUND THEN PERFORM refuse('the approved content names no such route'); END IF;
  END IF;
  IF NEW.state IN ('QUEUED', 'SENDING') AND (TG_OP = 'INSERT' OR NEW.state <> OLD.state) THEN
    PERFORM 1 FROM enquiries_approval WHERE id = NEW.approval_id AND revoked_at IS NULL FOR SHARE;
    IF NOT FOUND THEN PERFORM refuse('its approval was revoked'); END IF;
    IF EXISTS (SELECT FROM enquiries_replyversion WHERE reply_id = NEW.reply_id AND id > NEW.version_id) THEN
      PERFORM refuse('there is a newer version');
    END IF;
  END IF;
  IF NEW.state = 'SENDING' AND OLD.state <> 'SENDING' AND
     (SELECT v.last_inbound_id < newest_inbound(r.enquiry_id)
        FROM enquiries_replyversion v JOIN enquiries_reply r ON r.id = v.reply_id WHERE v.id = NEW.version_id) THEN
    PERFORM refuse('the citizen wrote again');
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER posting_guard BEFORE INSERT OR UPDATE ON enquiries_posting
  FOR EACH ROW EXECUTE FUNCTION guard_posting();
CREATE TRIGGER posting_stays BEFORE UPDATE ON enquiries_posting FOR EACH ROW EXECUTE FUNCTION refuse_change(
  'due_at', 'attempts', 'lease_owner', 'lease_until', 'done_at', 'parked_at', 'last_error', 'state', 'external_id',
  'permalink', 'posted_at', 'looked', 'fix', 'decided_by_id');
CREATE TRIGGER posting_moves BEFORE UPDATE ON enquiries_posting FOR EACH ROW EXECUTE FUNCTION refuse_illegal_move(
  'QUEUED>SENDING', 'SENDING>POSTED', 'UNKNOWN>POSTED', 'SENDING>QUEUED', 'SENDING>UNKNOWN', 'UNKNOWN>QUEUED',
  'SENDING>FAILED', 'QUEUED>CANCELLED', 'NEEDS_PERSON>CANCELLED', 'QUEUED>NEEDS_PERSON', 'UNKNOWN>NEEDS_PERSON',
  'NEEDS_PERSON>POSTED', 'NEEDS_PERSON>QUEUED');

-- An attempt is written before the call and closed once.
CREATE FUNCTION guard_attempt() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    PERFORM 1 FROM enquiries_posting WHERE id = NEW.posting_id AND state = 'SENDING';
    IF NOT FOUND THEN PERFORM refuse('an attempt belongs to a posting that is being sent'); END IF;
  ELSIF OLD.ended_at IS NOT NULL THEN PERFORM refuse('an attempt ends once');
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER attempt_guard BEFORE INSERT OR UPDATE ON enquiries_attempt FOR EACH ROW EXECUTE FUNCTION guard_attempt();
CREATE TRIGGER attempt_stays BEFORE UPDATE ON enquiries_attempt FOR EACH ROW EXECUTE FUNCTION refuse_change(
  'ended_at', 'outcome', 'detail');
