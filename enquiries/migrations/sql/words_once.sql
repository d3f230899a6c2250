-- The words of a message are folded once, not once for each way in which they are found.
CREATE OR REPLACE FUNCTION search_words(words text, language text) RETURNS tsvector LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
  folded text := search_fold(left(words, 50000));
  stems regconfig := search_config(language);
  as_they_are tsvector := to_tsvector('pg_catalog.simple', folded);
BEGIN
  IF stems = 'pg_catalog.simple'::regconfig THEN RETURN as_they_are; END IF;
  RETURN as_they_are || strip(to_tsvector(stems, folded));
END $$;
