-- What each message that arrives pays for, made cheaper; what it means stays the same.

-- The first words of an enquiry, as of nearly all that arrive: nothing else of it can be here, so nothing is looked for.
CREATE FUNCTION search_begin(to_enquiry bigint, words text, said bigint) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM enquiries_message WHERE enquiry_id = to_enquiry AND id <> said)
     OR EXISTS (SELECT FROM enquiries_note WHERE enquiry_id = to_enquiry)
     OR EXISTS (SELECT FROM enquiries_enquiry WHERE merged_into_id = to_enquiry) THEN
    RETURN false;
  END IF;
  INSERT INTO enquiries_searchtext (enquiry_id, last_id, document)
  SELECT e.id, said,
         search_words(concat_ws(E'\n', e.reference, e.subject, c.name, known.names), '') || search_words(words, e.language)
         || array_to_tsvector(search_marks(said))
    FROM enquiries_enquiry e
    JOIN enquiries_citizen c ON c.id = e.citizen_id
    LEFT JOIN LATERAL (
      SELECT string_agg(concat_ws(' ', i.name, i.handle), E'\n') AS names
        FROM enquiries_channelidentity i WHERE i.citizen_id = c.id) known ON true
   WHERE e.id = to_enquiry AND coalesce(e.merged_into_id, 0) = 0
  ON CONFLICT (enquiry_id) DO NOTHING;
  RETURN FOUND;
END $$;

CREATE OR REPLACE FUNCTION search_add(to_enquiry bigint, words text, said bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  holder bigint;
  spoken text;
BEGIN
  SELECT coalesce(merged_into_id, id), language INTO holder, spoken FROM enquiries_enquiry WHERE id = to_enquiry;
  PERFORM 1 FROM enquiries_enquiry WHERE id = holder FOR NO KEY UPDATE;
  -- A vector holds a megabyte. Below these sizes the sum cannot reach it; above, search_refresh knows what to do.
  IF length(words) <= 20000 THEN
    UPDATE enquiries_searchtext
       SET document = ts_delete(document, search_marks(last_id)) || search_words(words, spoken)
                      || array_to_tsvector(search_marks(coalesce(said, last_id))),
           last_id = coalesce(said, last_id)
     WHERE enquiry_id = holder AND pg_column_size(document) < 100000;
    IF FOUND THEN RETURN; END IF;
    IF said IS NOT NULL AND holder = to_enquiry AND search_begin(holder, words, said) THEN RETURN; END IF;
  END IF;
  PERFORM search_refresh(holder);
END $$;

-- Raw bytes are looked at only where a statement names them: to unpack and compare them took longer than all the rest.
CREATE OR REPLACE FUNCTION guard_payload_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  kept enquiries_payload := NEW;
  was enquiries_payload := OLD;
BEGIN
  kept.due_at := was.due_at; kept.attempts := was.attempts; kept.lease_owner := was.lease_owner;
  kept.lease_until := was.lease_until; kept.done_at := was.done_at; kept.parked_at := was.parked_at;
  kept.last_error := was.last_error; kept.state := was.state; kept.outcome := was.outcome;
  kept.blanked_at := was.blanked_at; kept.raw := NULL; was.raw := NULL;
  IF kept IS DISTINCT FROM was THEN
    PERFORM refuse('enquiries_payload rows do not change, but for how far they were read and what was taken out');
  END IF;
  IF NEW.blanked_at IS NULL AND OLD.blanked_at IS NOT NULL THEN PERFORM refuse('that something was taken out stays known'); END IF;
  RETURN NEW;
END $$;
CREATE FUNCTION guard_payload_raw() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.raw IS DISTINCT FROM OLD.raw AND (NEW.blanked_at IS NULL OR NEW.blanked_at IS NOT DISTINCT FROM OLD.blanked_at
                                           OR octet_length(NEW.raw) > octet_length(OLD.raw)) THEN
    PERFORM refuse('raw bytes stay, but for what is taken out');
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER payload_raw_stays BEFORE UPDATE OF raw ON enquiries_payload FOR EACH ROW EXECUTE FUNCTION guard_payload_raw();
