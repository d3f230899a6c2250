-- What the database refuses since the desk: claims, merges, trust, policy, freeze. Every refusal is SQLSTATE 23514.

UPDATE enquiries_organisation SET sampling_seed = encode(sha256(convert_to(gen_random_uuid()::text || id, 'UTF8')), 'hex');

-- Enquiries: more columns may change, one more state, and a family: an enquiry with those that were merged into it.
DROP TRIGGER enquiry_stays ON enquiries_enquiry;
CREATE TRIGGER enquiry_stays BEFORE UPDATE ON enquiries_enquiry FOR EACH ROW EXECUTE FUNCTION refuse_change(
  'team_id', 'topic_id', 'assignee_id', 'subject', 'state', 'last_inbound_at', 'due_at', 'citizen_id', 'side',
  'priority', 'language', 'claimed_until', 'waiting_until', 'merged_into_id');
DROP TRIGGER enquiry_moves ON enquiries_enquiry;
CREATE TRIGGER enquiry_moves BEFORE UPDATE ON enquiries_enquiry FOR EACH ROW EXECUTE FUNCTION refuse_illegal_move(
  'NEW>OPEN', 'NEW>AWAITING_APPROVAL', 'OPEN>AWAITING_APPROVAL', 'ANSWERED>AWAITING_APPROVAL', 'WAITING>AWAITING_APPROVAL',
  'AWAITING_APPROVAL>OPEN', 'AWAITING_APPROVAL>POSTING', 'POSTING>ANSWERED', 'POSTING>OPEN',
  'OPEN>WAITING', 'ANSWERED>WAITING', 'WAITING>OPEN',
  'NEW>CLOSED', 'OPEN>CLOSED', 'ANSWERED>CLOSED', 'WAITING>CLOSED', 'CLOSED>OPEN', 'ANSWERED>OPEN');

ALTER TABLE enquiries_enquiry ADD CONSTRAINT enquiry_in_organisation UNIQUE (id, organisation_id);
ALTER TABLE enquiries_enquiry ADD CONSTRAINT merged_within_the_organisation
  FOREIGN KEY (merged_into_id, organisation_id) REFERENCES enquiries_enquiry (id, organisation_id);
CREATE FUNCTION guard_merge() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.merged_into_id IS NULL OR NEW.merged_into_id IS NOT DISTINCT FROM OLD.merged_into_id THEN RETURN NEW; END IF;
  IF NEW.merged_into_id = NEW.id THEN PERFORM refuse('an enquiry is not merged into itself'); END IF;
  PERFORM 1 FROM enquiries_enquiry WHERE id = NEW.merged_into_id AND merged_into_id IS NULL FOR SHARE;
  IF NOT FOUND THEN PERFORM refuse('nothing is merged into an enquiry that is itself merged'); END IF;
  IF EXISTS (SELECT FROM enquiries_enquiry WHERE merged_into_id = NEW.id) THEN
    PERFORM refuse('an enquiry that holds others is not merged');
  END IF;
  IF EXISTS (SELECT FROM enquiries_reply WHERE enquiry_id = NEW.id AND state IN ('SUBMITTED', 'APPROVED')) THEN
    PERFORM refuse('an enquiry whose reply is under way is not merged');
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER merge_guard BEFORE UPDATE OF merged_into_id ON enquiries_enquiry
  FOR EACH ROW EXECUTE FUNCTION guard_merge();

CREATE FUNCTION is_family(of_enquiry bigint, one bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT one = of_enquiry OR EXISTS (SELECT FROM enquiries_enquiry WHERE id = one AND merged_into_id = of_enquiry) $$;
CREATE OR REPLACE FUNCTION newest_inbound(of_enquiry bigint) RETURNS bigint LANGUAGE sql STABLE AS $$
  SELECT max(m.id) FROM enquiries_message m
   WHERE m.direction = 'IN' AND NOT m.automatic
     AND m.enquiry_id IN (SELECT of_enquiry UNION ALL SELECT id FROM enquiries_enquiry WHERE merged_into_id = of_enquiry) $$;

-- Replies: what they answer may lie in a merged enquiry; a correction is of our own post on the same account.
DROP TRIGGER reply_stays ON enquiries_reply;
CREATE TRIGGER reply_stays BEFORE UPDATE ON enquiries_reply FOR EACH ROW EXECUTE FUNCTION refuse_change(
  'state', 'submitted_at', 'escalate_at', 'escalated_at');
CREATE OR REPLACE FUNCTION guard_reply() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE answered record;
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.state <> 'DRAFT' THEN PERFORM refuse('a reply starts as a draft'); END IF;
    SELECT * INTO answered FROM enquiries_message
      WHERE id = NEW.answers_id AND direction = 'IN' AND is_family(NEW.enquiry_id, enquiry_id);
    IF NOT FOUND THEN PERFORM refuse('a reply answers a message of a citizen in its own enquiry'); END IF;
    IF NEW.corrects_id IS NOT NULL THEN
      PERFORM 1 FROM enquiries_message WHERE id = NEW.corrects_id AND direction = 'OUT' AND enquiry_id = answered.enquiry_id
        AND account_id = answered.account_id AND posting_id IS NOT NULL AND side = answered.side;
      IF NOT FOUND THEN PERFORM refuse('a correction is of our own post, where it stands'); END IF;
    END IF;
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

-- Versions: a route is a part of the text to the same place, or (private only) the same text by another way.
CREATE OR REPLACE FUNCTION guard_version() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  held record;
  first jsonb;
  way jsonb;
BEGIN
  SELECT r.state, r.purpose, e.id AS enquiry, e.organisation_id AS organisation, m.account_id AS account,
         m.external_id AS target, m.reply_to AS recipient, m.side, own.external_id AS own INTO STRICT held
    FROM enquiries_reply r JOIN enquiries_message m ON m.id = r.answers_id JOIN enquiries_enquiry e ON e.id = r.enquiry_id
    LEFT JOIN enquiries_message own ON own.id = r.corrects_id
   WHERE r.id = NEW.reply_id FOR UPDATE OF r;
  IF held.state NOT IN ('DRAFT', 'RETURNED') THEN
    PERFORM refuse('a reply that is submitted or approved is not edited; take it back first');
  END IF;
  IF coalesce(btrim(NEW.content ->> 'text'), '') = '' THEN PERFORM refuse('a version has words'); END IF;
  IF NEW.content ->> 'side' IS DISTINCT FROM held.side THEN
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
     OR first ->> 'recipient' IS DISTINCT FROM held.recipient THEN
    PERFORM refuse('a reply goes to where its message came from');
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
  PERFORM 1 FROM enquiries_message WHERE id = NEW.last_inbound_id AND direction = 'IN' AND is_family(held.enquiry, enquiry_id);
  IF NOT FOUND THEN PERFORM refuse('a version knows a message of its own enquiry'); END IF;
  NEW.content_sha256 := sha256(convert_to(NEW.content::text, 'UTF8'));
  RETURN NEW;
END $$;

-- The policy's word: it releases only what a rule or the trust in the very author lets go.
ALTER TABLE enquiries_approval ADD CONSTRAINT approval_is_by_the_decision_on_this_version
  FOREIGN KEY (decision_id, version_id) REFERENCES enquiries_policydecision (id, version_id);
CREATE FUNCTION guard_decision() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  held record;
  rule jsonb;
  step record;
BEGIN
  SELECT v.author_id AS author, e.organisation_id AS organisation, e.topic_id AS topic,
         v.content -> 'routes' -> 0 ->> 'channel' AS kind INTO STRICT held
    FROM enquiries_replyversion v JOIN enquiries_reply r ON r.id = v.reply_id JOIN enquiries_enquiry e ON e.id = r.enquiry_id
   WHERE v.id = NEW.version_id;
  IF NEW.policy_id IS NOT NULL THEN
    PERFORM 1 FROM enquiries_approvalpolicy p WHERE p.id = NEW.policy_id AND p.organisation_id = held.organisation
      AND NOT EXISTS (SELECT FROM enquiries_approvalpolicy later
                       WHERE later.organisation_id = held.organisation AND later.n > p.n);
    IF NOT FOUND THEN PERFORM refuse('a decision follows the newest policy of its organisation'); END IF;
  END IF;
  IF NEW.outcome <> 'RELEASED' THEN RETURN NEW; END IF;
  IF NEW.rule_n IS NOT NULL THEN
    SELECT rules -> NEW.rule_n INTO rule FROM enquiries_approvalpolicy WHERE id = NEW.policy_id;
    IF rule -> 'then' ->> 'outcome' = 'FREE' THEN RETURN NEW; END IF;
    IF rule -> 'then' ->> 'outcome' = 'SAMPLE' AND NEW.percent = (rule -> 'then' ->> 'percent')::int
       AND NEW.draw >= NEW.percent * 100 THEN RETURN NEW; END IF;
    IF rule -> 'then' ->> 'outcome' IS DISTINCT FROM 'BY_TRUST' THEN PERFORM refuse('no rule lets this go unread'); END IF;
  END IF;
  SELECT * INTO step FROM enquiries_truststep t WHERE t.id = NEW.trust_id AND t.user_id = held.author
     AND t.organisation_id = held.organisation AND t.kind = held.kind AND (t.topic_id IS NULL OR t.topic_id = held.topic)
     AND NOT EXISTS (SELECT FROM enquiries_truststep later WHERE later.user_id = t.user_id AND later.kind = t.kind
                      AND later.organisation_id = t.organisation_id
                      AND later.topic_id IS NOT DISTINCT FROM t.topic_id AND later.id > t.id);
  IF NOT FOUND OR step.level = 'CHECKED' THEN PERFORM refuse('nothing lets this go unread'); END IF;
  IF step.level = 'SAMPLED' AND (NEW.percent IS DISTINCT FROM step.percent OR NEW.draw < NEW.percent * 100) THEN
    PERFORM refuse('the sample holds this');
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER decision_guard BEFORE INSERT ON enquiries_policydecision FOR EACH ROW EXECUTE FUNCTION guard_decision();

-- An endorsement: the first of two, by the same rules as an approval.
CREATE FUNCTION guard_endorsement() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE held record;
BEGIN
  SELECT v.id, v.reply_id, r.state, r.enquiry_id, v.last_inbound_id INTO STRICT held
    FROM enquiries_replyversion v JOIN enquiries_reply r ON r.id = v.reply_id WHERE v.id = NEW.version_id FOR UPDATE OF r;
  IF held.state <> 'SUBMITTED' THEN PERFORM refuse('only what was submitted is endorsed'); END IF;
  IF EXISTS (SELECT FROM enquiries_replyversion WHERE reply_id = held.reply_id AND (author_id = NEW.by_id OR id > held.id)) THEN
    PERFORM refuse('the endorser wrote a version of this reply, or there is a newer one');
  END IF;
  IF held.last_inbound_id < newest_inbound(held.enquiry_id) THEN PERFORM refuse('the citizen wrote again'); END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER endorsement_guard BEFORE INSERT ON enquiries_endorsement FOR EACH ROW EXECUTE FUNCTION guard_endorsement();

-- An approval: by a person who wrote none of it, the second of two where two are asked for; or by the policy's own decision.
CREATE OR REPLACE FUNCTION guard_approval() RETURNS trigger LANGUAGE plpgsql AS $$
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
  IF NEW.approver_id IS NULL THEN
    PERFORM 1 FROM enquiries_policydecision d WHERE d.id = NEW.decision_id AND d.outcome = 'RELEASED'
       AND NOT EXISTS (SELECT FROM enquiries_policydecision later WHERE later.version_id = d.version_id AND later.id > d.id);
    IF NOT FOUND THEN PERFORM refuse('the policy did not let this go unread'); END IF;
    RETURN NEW;
  END IF;
  IF EXISTS (SELECT FROM enquiries_endorsement WHERE version_id = NEW.version_id AND by_id = NEW.approver_id) THEN
    PERFORM refuse('the second person is another person');
  END IF;
  IF NOT EXISTS (SELECT FROM enquiries_endorsement WHERE version_id = NEW.version_id) AND 2 = (
       SELECT persons FROM enquiries_policydecision WHERE version_id = NEW.version_id ORDER BY id DESC LIMIT 1) THEN
    PERFORM refuse('two persons have to read this');
  END IF;
  RETURN NEW;
END $$;

-- Postings: nothing starts to leave while a freeze covers it.
-- The topic is that of the enquiry, or of the merged one whose message is answered.
CREATE FUNCTION is_frozen(of_account bigint, of_reply bigint) RETURNS boolean LANGUAGE sql VOLATILE AS $$
  SELECT EXISTS (
    SELECT FROM enquiries_channelaccount a JOIN enquiries_freeze f ON f.organisation_id = a.organisation_id
           JOIN enquiries_reply r ON r.id = of_reply JOIN enquiries_message m ON m.id = r.answers_id
           JOIN enquiries_enquiry e ON e.id = r.enquiry_id JOIN enquiries_enquiry own ON own.id = m.enquiry_id
     WHERE a.id = of_account AND f.lifted_at IS NULL AND f.expires_at > clock_timestamp()
       AND (f.scope = 'EVERYTHING' OR f.kind = a.kind OR f.account_id = a.id OR f.topic_id IN (e.topic_id, own.topic_id))) $$;
CREATE OR REPLACE FUNCTION guard_posting() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE enquiry bigint;
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.state <> 'QUEUED' THEN PERFORM refuse('a posting starts in the queue'); END IF;
    PERFORM 1 FROM enquiries_reply WHERE id = NEW.reply_id AND state = 'APPROVED' FOR UPDATE;
    IF NOT FOUND THEN PERFORM refuse('only an approved reply is posted'); END IF;
    PERFORM 1 FROM enquiries_replyversion
      WHERE id = NEW.version_id AND (content -> 'routes' -> NEW.route::int ->> 'account')::bigint = NEW.account_id
        AND (content -> 'routes' -> NEW.route::int ->> 'part')::int IS NOT DISTINCT FROM NEW.part;
    IF NOT FOUND THEN PERFORM refuse('the approved content names no such route'); END IF;
  END IF;
  IF NEW.state IN ('QUEUED', 'SENDING') AND (TG_OP = 'INSERT' OR NEW.state <> OLD.state) THEN
    PERFORM 1 FROM enquiries_approval WHERE id = NEW.approval_id AND revoked_at IS NULL FOR SHARE;
    IF NOT FOUND THEN PERFORM refuse('its approval was revoked'); END IF;
    IF EXISTS (SELECT FROM enquiries_replyversion WHERE reply_id = NEW.reply_id AND id > NEW.version_id) THEN
      PERFORM refuse('there is a newer version');
    END IF;
  END IF;
  IF NEW.state = 'SENDING' AND OLD.state <> 'SENDING' THEN
    SELECT enquiry_id INTO STRICT enquiry FROM enquiries_reply WHERE id = NEW.reply_id;
    IF (SELECT last_inbound_id < newest_inbound(enquiry) FROM enquiries_replyversion WHERE id = NEW.version_id) THEN
      PERFORM refuse('the citizen wrote again');
    END IF;
    IF is_frozen(NEW.account_id, NEW.reply_id) THEN PERFORM refuse('sending is frozen'); END IF;
    IF EXISTS (SELECT FROM enquiries_posting before WHERE before.approval_id = NEW.approval_id
                AND before.part < NEW.part AND before.state <> 'POSTED') THEN
      PERFORM refuse('the part before it is not there yet');
    END IF;
  END IF;
  RETURN NEW;
END $$;

-- Ledgers of the desk.
CREATE TRIGGER note_stays BEFORE UPDATE ON enquiries_note FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER merge_stays BEFORE UPDATE ON enquiries_merge FOR EACH ROW EXECUTE FUNCTION refuse_change('undone_by_id', 'undone_at');
CREATE TRIGGER change_stays BEFORE UPDATE ON enquiries_messagechange FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER policy_stays BEFORE UPDATE ON enquiries_approvalpolicy FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER trust_stays BEFORE UPDATE ON enquiries_truststep FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER decision_stays BEFORE UPDATE ON enquiries_policydecision FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER endorsement_stays BEFORE UPDATE ON enquiries_endorsement FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER freeze_stays BEFORE UPDATE ON enquiries_freeze FOR EACH ROW EXECUTE FUNCTION refuse_change(
  'lifted_by_id', 'lifted_at');
CREATE TRIGGER review_stays BEFORE UPDATE ON enquiries_review FOR EACH ROW EXECUTE FUNCTION refuse_change(
  'reviewer_id', 'verdict', 'marks', 'note', 'done_at', 'read_at');
CREATE TRIGGER standard_version_stays BEFORE UPDATE ON enquiries_standardanswerversion FOR EACH ROW EXECUTE FUNCTION refuse_change(
  'approved_by_id', 'approved_at');
CREATE TRIGGER standard_use_stays BEFORE UPDATE ON enquiries_standardansweruse FOR EACH ROW EXECUTE FUNCTION refuse_change();

DO $$
DECLARE ledger text;
BEGIN
  FOREACH ledger IN ARRAY ARRAY['note', 'merge', 'messagechange', 'approvalpolicy', 'truststep', 'policydecision',
                                'endorsement', 'freeze', 'review', 'standardanswerversion', 'standardansweruse'] LOOP
    EXECUTE format('CREATE TRIGGER %s_is_kept BEFORE DELETE ON enquiries_%s FOR EACH ROW EXECUTE FUNCTION refuse_removal()',
                   ledger, ledger);
    EXECUTE format('CREATE TRIGGER %s_is_not_emptied BEFORE TRUNCATE ON enquiries_%s EXECUTE FUNCTION refuse_removal()',
                   ledger, ledger);
  END LOOP;
END $$;

-- Trust rises one step at a time.
CREATE FUNCTION guard_trust() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  before text;
  levels text[] := ARRAY['CHECKED', 'SAMPLED', 'FREE'];
BEGIN
  SELECT level INTO before FROM enquiries_truststep WHERE user_id = NEW.user_id AND organisation_id = NEW.organisation_id
     AND kind = NEW.kind AND topic_id IS NOT DISTINCT FROM NEW.topic_id ORDER BY id DESC LIMIT 1;
  IF array_position(levels, NEW.level::text) > array_position(levels, coalesce(before, 'CHECKED')) + 1 THEN
    PERFORM refuse('trust rises one step at a time');
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER trust_guard BEFORE INSERT ON enquiries_truststep FOR EACH ROW EXECUTE FUNCTION guard_trust();
