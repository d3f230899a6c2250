DROP TRIGGER payload_raw_stays ON enquiries_payload;
DROP FUNCTION guard_payload_raw();
CREATE OR REPLACE FUNCTION guard_payload_change() RETURNS trigger LANGUAGE plpgsql AS $$
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
  END IF;
  PERFORM search_refresh(holder);
END $$;
DROP FUNCTION search_begin(bigint, text, bigint);
