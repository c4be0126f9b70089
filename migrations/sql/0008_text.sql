-- How text is made searchable. One generated column serves three languages, so the configuration is a function of
-- the row's language; it is immutable because the three configurations ship with PostgreSQL and are not ours to change.
-- Everything is qualified: a restore runs with an empty search path.

CREATE FUNCTION fts_cfg(lang text) RETURNS regconfig
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE lang
        WHEN 'de' THEN 'pg_catalog.german'::pg_catalog.regconfig
        WHEN 'en' THEN 'pg_catalog.english'::pg_catalog.regconfig
        WHEN 'es' THEN 'pg_catalog.spanish'::pg_catalog.regconfig
        ELSE 'pg_catalog.simple'::pg_catalog.regconfig
    END
$$;

-- Heading weighs A, the questions a unit answers B, its text C. The signs between the headings of a path are no words.
CREATE FUNCTION passage_ts(lang text, heading text, context text, body text) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT setweight(to_tsvector(public.fts_cfg(lang), translate(heading, '›·', '  ')), 'A')
        || setweight(to_tsvector(public.fts_cfg(lang), context), 'B')
        || setweight(to_tsvector(public.fts_cfg(lang), body), 'C')
$$;

CREATE FUNCTION ts_length(ts tsvector) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT coalesce(sum(cardinality(u.positions)), 0)::integer FROM unnest(ts) u
$$;

REVOKE ALL ON FUNCTION fts_cfg(text), passage_ts(text, text, text, text), ts_length(tsvector) FROM PUBLIC;
