-- Full-text search: one row per enquiry with every word that was said in it, kept by triggers, so that no way of writing
-- can leave a word out. An enquiry that was merged into another has no row of its own: its words are the other one's.

-- Case, accents and look-alike letters: é is e, ß is ss, ё is е, أ is ا. The same in enquiries/rules/folding.py.
CREATE FUNCTION search_fold(words text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE WHEN octet_length(words) = length(words) THEN lower(words) ELSE
    replace(replace(replace(replace(
      translate(
        lower(regexp_replace(normalize(words, NFKD), '[\u0300-\u036f\u0591-\u05c7\u0640\u064b-\u065f\u0670]', '', 'g')),
        'øłđðħıىة', 'olddhiيه'),
      'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'), 'þ', 'th') END $$;

-- Language of a text → how its words are stemmed. Unknown ones are found as they are written, and by their beginnings.
CREATE FUNCTION search_config(language text) RETURNS regconfig LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE left(lower(language), 2)
    WHEN 'en' THEN 'english' WHEN 'nl' THEN 'dutch' WHEN 'de' THEN 'german' WHEN 'fr' THEN 'french'
    WHEN 'es' THEN 'spanish' WHEN 'it' THEN 'italian' WHEN 'pt' THEN 'portuguese' WHEN 'ar' THEN 'arabic'
    WHEN 'tr' THEN 'turkish' ELSE 'simple' END::regconfig $$;

-- The words as they are, with their places for quoted phrases; and their stems, without places.
CREATE FUNCTION search_words(words text, language text) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT to_tsvector('pg_catalog.simple', folded) || CASE WHEN search_config(language) = 'pg_catalog.simple'::regconfig
         THEN '' ELSE strip(to_tsvector(search_config(language), folded)) END
    FROM (SELECT search_fold(left(words, 50000)) AS folded) AS once $$;

-- When something was last said, coarse to fine, as words no text can hold: a search for a frequent word looks among the
-- newest enquiries first, and what it costs does not grow with all that were ever asked.
CREATE FUNCTION search_marks(last_id bigint) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT ARRAY['=a' || (last_id >> 14), '=b' || (last_id >> 17), '=c' || (last_id >> 20)] $$;

-- What somebody looks for: [{"words": "…", "is_phrase": bool, "is_beginning": bool, "is_without": bool}, …] → one query.
CREATE FUNCTION search_query(terms jsonb) RETURNS tsquery LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
  term jsonb;
  folded text;
  one tsquery;
  whole tsquery := '';
  stems regconfig;
BEGIN
  FOR term IN SELECT * FROM jsonb_array_elements(terms) LOOP
    folded := search_fold(term ->> 'words');
    one := phraseto_tsquery('pg_catalog.simple', folded);
    IF numnode(one) = 0 THEN CONTINUE; END IF;
    IF (term ->> 'is_beginning')::boolean THEN
      one := to_tsquery('pg_catalog.simple', '''' || replace(replace(folded, '\', ' '), '''', ' ') || ''':*');
    END IF;
    IF NOT (term ->> 'is_phrase')::boolean THEN
      FOREACH stems IN ARRAY ARRAY['english', 'dutch', 'german', 'french', 'spanish', 'italian', 'portuguese', 'arabic',
                                   'turkish']::regconfig[] LOOP
        one := one || plainto_tsquery(stems, folded);
      END LOOP;
    END IF;
    one := CASE WHEN (term ->> 'is_without')::boolean THEN !! one ELSE one END;
    whole := CASE WHEN numnode(whole) = 0 THEN one ELSE whole && one END;
  END LOOP;
  RETURN whole;
END $$;

-- All words of these enquiries from the beginning: names and handles, subject, messages, notes, and those merged into it.
CREATE FUNCTION search_texts(of_enquiries bigint[])
  RETURNS TABLE (enquiry_id bigint, last_id bigint, document tsvector) LANGUAGE sql STABLE AS $$
  SELECT e.id, said.last_id,
         search_words(concat_ws(E'\n', e.reference, e.subject, c.name, known.names, f.names), '')
         || coalesce(search_words(left(said.words, 200000), e.language), '')
         || array_to_tsvector(search_marks(said.last_id))
    FROM enquiries_enquiry e
    JOIN enquiries_citizen c ON c.id = e.citizen_id
    LEFT JOIN LATERAL (
      SELECT string_agg(concat_ws(' ', i.name, i.handle), E'\n') AS names
        FROM enquiries_channelidentity i WHERE i.citizen_id = c.id) known ON true
    LEFT JOIN LATERAL (
      SELECT string_agg(concat_ws(E'\n', m.reference, m.subject, mc.name), E'\n') AS names
        FROM enquiries_enquiry m JOIN enquiries_citizen mc ON mc.id = m.citizen_id WHERE m.merged_into_id = e.id) f ON true
    LEFT JOIN LATERAL (
      SELECT coalesce(max(t.message_id), 0) AS last_id, string_agg(t.words, E'\n\n' ORDER BY t.place) AS words
        FROM (SELECT m.id AS message_id, m.id AS place, concat_ws(E'\n', left(m.subject, 300), left(m.text, 50000)) AS words
                FROM enquiries_message m
               WHERE m.enquiry_id IN (SELECT e.id UNION ALL SELECT x.id FROM enquiries_enquiry x WHERE x.merged_into_id = e.id)
              UNION ALL
              SELECT NULL, n.id, n.text FROM enquiries_note n
               WHERE n.enquiry_id IN (SELECT e.id UNION ALL SELECT x.id FROM enquiries_enquiry x WHERE x.merged_into_id = e.id)
              UNION ALL
              SELECT NULL, ch.id, ch.text FROM enquiries_messagechange ch JOIN enquiries_message m ON m.id = ch.message_id
               WHERE m.enquiry_id IN (SELECT e.id UNION ALL SELECT x.id FROM enquiries_enquiry x WHERE x.merged_into_id = e.id)
             ) t) said ON true
   WHERE e.id = ANY (of_enquiries) AND e.merged_into_id IS NULL $$;

-- Whoever writes a row here holds its enquiry first: always in this order, so that nobody waits in a circle.
CREATE FUNCTION search_refresh(of_enquiry bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM 1 FROM enquiries_enquiry WHERE id = of_enquiry FOR NO KEY UPDATE;
  BEGIN
    INSERT INTO enquiries_searchtext AS held (enquiry_id, last_id, document)
    SELECT t.enquiry_id, t.last_id, t.document FROM search_texts(ARRAY[of_enquiry]) t
    ON CONFLICT (enquiry_id) DO UPDATE SET last_id = EXCLUDED.last_id, document = EXCLUDED.document;
  EXCEPTION WHEN program_limit_exceeded THEN
    RAISE WARNING 'the words of enquiry % are too many to be searched', of_enquiry;
  END;
END $$;

-- Adds words to what an enquiry has already. `said` is the message's number, null for a note.
CREATE FUNCTION search_add(to_enquiry bigint, words text, said bigint) RETURNS void LANGUAGE plpgsql AS $$
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

CREATE FUNCTION search_message() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' THEN
    PERFORM search_refresh(one.holder)
       FROM (SELECT DISTINCT coalesce(merged_into_id, id) AS holder FROM enquiries_enquiry
              WHERE id IN (OLD.enquiry_id, NEW.enquiry_id) ORDER BY 1) one;
    RETURN NULL;
  END IF;
  PERFORM search_add(NEW.enquiry_id, concat_ws(E'\n', NEW.subject, NEW.text), NEW.id);
  RETURN NULL;
END $$;
CREATE TRIGGER search_message AFTER INSERT ON enquiries_message FOR EACH ROW EXECUTE FUNCTION search_message();
CREATE TRIGGER search_message_moved AFTER UPDATE OF enquiry_id ON enquiries_message FOR EACH ROW
  WHEN (OLD.enquiry_id <> NEW.enquiry_id) EXECUTE FUNCTION search_message();

CREATE FUNCTION search_note() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN PERFORM search_add(NEW.enquiry_id, NEW.text, NULL); RETURN NULL; END $$;
CREATE TRIGGER search_note AFTER INSERT ON enquiries_note FOR EACH ROW EXECUTE FUNCTION search_note();

CREATE FUNCTION search_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM search_add(m.enquiry_id, NEW.text, NULL) FROM enquiries_message m WHERE m.id = NEW.message_id;
  RETURN NULL;
END $$;
CREATE TRIGGER search_change AFTER INSERT ON enquiries_messagechange FOR EACH ROW EXECUTE FUNCTION search_change();

CREATE FUNCTION search_enquiry() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.merged_into_id IS NOT NULL THEN
    DELETE FROM enquiries_searchtext WHERE enquiry_id = NEW.id;
    PERFORM search_refresh(NEW.merged_into_id);
  ELSE
    PERFORM search_refresh(NEW.id);
  END IF;
  IF OLD.merged_into_id IS DISTINCT FROM NEW.merged_into_id AND OLD.merged_into_id IS NOT NULL THEN
    PERFORM search_refresh(OLD.merged_into_id);
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER search_enquiry AFTER UPDATE OF subject, citizen_id, language, merged_into_id ON enquiries_enquiry
  FOR EACH ROW WHEN ((OLD.subject, OLD.citizen_id, OLD.language, OLD.merged_into_id)
                     IS DISTINCT FROM (NEW.subject, NEW.citizen_id, NEW.language, NEW.merged_into_id))
  EXECUTE FUNCTION search_enquiry();

-- A new name is found in what the citizen asked before, too. Enquiries that somebody works on at this very moment are
-- passed over, so that a mail that arrives waits for nobody: they get the name with their next message.
CREATE FUNCTION search_name() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE one bigint;
BEGIN
  FOR one IN SELECT id FROM enquiries_enquiry
              WHERE citizen_id = (CASE WHEN TG_TABLE_NAME = 'enquiries_citizen' THEN to_jsonb(NEW) ->> 'id'
                                       ELSE to_jsonb(NEW) ->> 'citizen_id' END)::bigint
              ORDER BY id FOR NO KEY UPDATE SKIP LOCKED LOOP
    PERFORM search_refresh(one);
  END LOOP;
  RETURN NULL;
END $$;
CREATE TRIGGER search_name AFTER UPDATE OF name ON enquiries_citizen
  FOR EACH ROW WHEN (OLD.name IS DISTINCT FROM NEW.name) EXECUTE FUNCTION search_name();
CREATE TRIGGER search_name AFTER UPDATE OF name, handle ON enquiries_channelidentity
  FOR EACH ROW WHEN ((OLD.name, OLD.handle) IS DISTINCT FROM (NEW.name, NEW.handle)) EXECUTE FUNCTION search_name();
