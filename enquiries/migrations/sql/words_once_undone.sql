CREATE OR REPLACE FUNCTION search_words(words text, language text) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT to_tsvector('pg_catalog.simple', folded) || CASE WHEN search_config(language) = 'pg_catalog.simple'::regconfig
         THEN '' ELSE strip(to_tsvector(search_config(language), folded)) END
    FROM (SELECT search_fold(left(words, 50000)) AS folded) AS once $$;
