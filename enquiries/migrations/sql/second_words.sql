-- What the database refuses of notices for citizens, and of the words that go out by machine.

-- A notice is confirmed once, and what was confirmed is what is read.
CREATE FUNCTION guard_public_notice() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.notice_confirmed_at IS NOT NULL THEN PERFORM refuse('a notice is confirmed once'); END IF;
  IF OLD.lifted_at IS NOT NULL THEN PERFORM refuse('what was lifted is not announced any more'); END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER public_notice_guard BEFORE UPDATE ON enquiries_freeze FOR EACH ROW
  WHEN ((NEW.notice_confirmed_by_id, NEW.notice_confirmed_at) IS DISTINCT FROM (OLD.notice_confirmed_by_id, OLD.notice_confirmed_at))
  EXECUTE FUNCTION guard_public_notice();
CREATE FUNCTION guard_new_public_notice() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM refuse('a notice is confirmed after it was written');
  RETURN NEW;
END $$;
CREATE TRIGGER new_public_notice_guard BEFORE INSERT ON enquiries_freeze FOR EACH ROW
  WHEN (NEW.notice_confirmed_at IS NOT NULL) EXECUTE FUNCTION guard_new_public_notice();
DROP TRIGGER freeze_stays ON enquiries_freeze;
CREATE TRIGGER freeze_stays BEFORE UPDATE ON enquiries_freeze FOR EACH ROW EXECUTE FUNCTION refuse_change(
  'lifted_by_id', 'lifted_at', 'notice_confirmed_by_id', 'notice_confirmed_at');

-- Who wants to be forgotten is answered once, by somebody.
CREATE FUNCTION guard_deletion() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.done_at IS NOT NULL THEN PERFORM refuse('who wants to be forgotten is answered once'); END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER deletion_guard BEFORE UPDATE ON enquiries_datadeletion FOR EACH ROW EXECUTE FUNCTION guard_deletion();
DROP TRIGGER deletion_stays ON enquiries_datadeletion;
CREATE TRIGGER deletion_stays BEFORE UPDATE ON enquiries_datadeletion FOR EACH ROW EXECUTE FUNCTION refuse_change(
  'person', 'done_at', 'decided_by_id', 'kept_because');

-- The words that go out by machine are those of the account's own organisation.
ALTER TABLE enquiries_standardanswer ADD CONSTRAINT standard_in_organisation UNIQUE (id, organisation_id);
ALTER TABLE enquiries_channelaccount ADD CONSTRAINT acknowledgement_in_organisation
  FOREIGN KEY (acknowledgement_id, organisation_id) REFERENCES enquiries_standardanswer (id, organisation_id);

-- What was chosen by its title is chosen by itself; a title that no live answer has stays where it was, and sends nothing.
UPDATE enquiries_channelaccount a SET acknowledgement_id = s.id, settings = a.settings - 'acknowledgement'
  FROM enquiries_standardanswer s
 WHERE s.organisation_id = a.organisation_id AND s.title = a.settings ->> 'acknowledgement' AND s.retired_at IS NULL;
