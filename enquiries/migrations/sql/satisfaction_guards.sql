-- What a citizen says of an answer: only of one that arrived in private, at the enquiry that it answers, never in practice.
CREATE FUNCTION guard_satisfaction() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM 1 FROM enquiries_reply r JOIN enquiries_message m ON m.id = r.answers_id JOIN enquiries_enquiry e ON e.id = m.enquiry_id
    WHERE r.id = NEW.reply_id AND r.state = 'POSTED' AND r.purpose = 'ANSWER' AND m.side = 'PRIVATE' AND e.id = NEW.enquiry_id
      AND e.kind <> 'practice';
  IF NOT FOUND THEN PERFORM refuse('a citizen is asked about an answer that arrived, on the enquiry it answers'); END IF;
  IF NEW.note_id IS NOT NULL THEN
    PERFORM 1 FROM enquiries_note n
      WHERE n.id = NEW.note_id AND n.enquiry_id = NEW.enquiry_id AND n.kind = 'CITIZEN' AND char_length(n.text) <= 1000;
    IF NOT FOUND THEN PERFORM refuse('the words of a citizen are a note of theirs on the same enquiry'); END IF;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER satisfaction_guard BEFORE INSERT OR UPDATE ON enquiries_satisfaction
  FOR EACH ROW EXECUTE FUNCTION guard_satisfaction();
CREATE TRIGGER satisfaction_stays BEFORE UPDATE ON enquiries_satisfaction FOR EACH ROW EXECUTE FUNCTION refuse_change(
  'score', 'note_id', 'changed_at');
CREATE TRIGGER satisfaction_is_kept BEFORE DELETE ON enquiries_satisfaction
  FOR EACH ROW EXECUTE FUNCTION refuse_removal();
CREATE TRIGGER satisfaction_is_not_emptied BEFORE TRUNCATE ON enquiries_satisfaction EXECUTE FUNCTION refuse_removal();

-- The words of a citizen are nobody's of ours.
ALTER TABLE enquiries_note ADD CONSTRAINT note_of_a_citizen_has_no_author CHECK (kind <> 'CITIZEN' OR author_id IS NULL);
