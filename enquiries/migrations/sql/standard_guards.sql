-- Standard answers: the newest words are approved or none, once, and never in the same moment as newer ones are written.
CREATE FUNCTION guard_standard_version() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE newest int;
BEGIN
  PERFORM 1 FROM enquiries_standardanswer WHERE id = NEW.answer_id AND retired_at IS NULL FOR UPDATE;
  IF NOT FOUND THEN PERFORM refuse('a retired standard answer stays as it is'); END IF;
  SELECT coalesce(max(n), 0) INTO newest FROM enquiries_standardanswerversion WHERE answer_id = NEW.answer_id;
  IF TG_OP = 'INSERT' THEN
    IF NEW.approved_at IS NOT NULL THEN PERFORM refuse('a standard answer starts without approval'); END IF;
    IF NEW.n <> newest + 1 THEN PERFORM refuse('versions of a standard answer count from one'); END IF;
    RETURN NEW;
  END IF;
  IF OLD.approved_at IS NOT NULL THEN PERFORM refuse('the approval of a standard answer stays'); END IF;
  IF NEW.n < newest THEN PERFORM refuse('there is a newer version of this standard answer'); END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER standard_version_guard BEFORE INSERT OR UPDATE ON enquiries_standardanswerversion
  FOR EACH ROW EXECUTE FUNCTION guard_standard_version();

-- Only approved words go into a reply; the topic of an answer is of its own organisation.
CREATE FUNCTION guard_standard_insertion() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM 1 FROM enquiries_standardanswerversion v JOIN enquiries_standardanswer a ON a.id = v.answer_id
    JOIN enquiries_enquiry e ON e.id = NEW.enquiry_id
   WHERE v.id = NEW.standard_id AND v.approved_at IS NOT NULL AND a.retired_at IS NULL AND a.organisation_id = e.organisation_id;
  IF NOT FOUND THEN PERFORM refuse('only approved words of the same organisation are inserted'); END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER standard_insertion_guard BEFORE INSERT ON enquiries_standardinsertion
  FOR EACH ROW EXECUTE FUNCTION guard_standard_insertion();
ALTER TABLE enquiries_standardanswer ADD CONSTRAINT standard_topic_is_of_the_organisation
  FOREIGN KEY (topic_id, organisation_id) REFERENCES enquiries_topic (id, organisation_id);
