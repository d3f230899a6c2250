-- A platform lets us write once in private to a post: of two answers to its wordings, whoever wrote them, one leaves.
CREATE FUNCTION guard_private_posting() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE asked record;
BEGIN
  SELECT m.account_id AS account, coalesce(nullif(m.root_id, ''), m.external_id) AS post INTO asked
    FROM enquiries_reply r JOIN enquiries_message m ON m.id = r.answers_id
   WHERE r.id = NEW.reply_id AND r.purpose = 'PRIVATELY';
  IF NOT FOUND THEN RETURN NEW; END IF;
  PERFORM pg_advisory_xact_lock(hashtextextended('privately ' || asked.post, asked.account));
  IF EXISTS (
    SELECT FROM enquiries_message m JOIN enquiries_reply r ON r.answers_id = m.id
           JOIN enquiries_posting p ON p.reply_id = r.id
     WHERE m.account_id = asked.account AND r.purpose = 'PRIVATELY' AND r.id <> NEW.reply_id
       AND ((m.root_id = asked.post AND m.root_id <> '') OR m.external_id = asked.post)
       AND p.state NOT IN ('CANCELLED', 'FAILED')) THEN
    PERFORM refuse('this post was answered in private already');
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER private_answer_guard BEFORE INSERT ON enquiries_posting
  FOR EACH ROW EXECUTE FUNCTION guard_private_posting();
