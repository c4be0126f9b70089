-- What a search asks of every stem and vector stands beside them: which version it is of, how long the passage is.
-- Searching then reads one index and looks up versions, of which there are few, instead of every passage under its rule.

ALTER TABLE passage_term ADD COLUMN version_id bigint, ADD COLUMN length integer;
UPDATE passage_term t SET version_id = p.version_id, length = p.length FROM passage p WHERE p.id = t.passage_id;
ALTER TABLE passage_term ALTER COLUMN version_id SET NOT NULL, ALTER COLUMN length SET NOT NULL;
ALTER TABLE passage_term DROP CONSTRAINT pk_passage_term;
ALTER TABLE passage_term ADD CONSTRAINT pk_passage_term PRIMARY KEY (lang, term, passage_id)
    INCLUDE (version_id, length, a, b, c);

ALTER TABLE passage_embedding ADD COLUMN version_id bigint;
UPDATE passage_embedding e SET version_id = p.version_id FROM passage p WHERE p.id = e.passage_id;
ALTER TABLE passage_embedding ALTER COLUMN version_id SET NOT NULL;

-- Under a rule an index on an array is not used (&& is not leakproof): codes and articles stand among the stems, as a
-- language of their own.
INSERT INTO passage_term (lang, term, passage_id, version_id, length, a, b, c)
SELECT DISTINCT 'ref', r, p.id, p.version_id, p.length, 0, 0, 1 FROM passage p, unnest(p.refs) r;
DROP INDEX ix_passage_refs;

-- The stems of a new passage, counted by where they stand: heading, context, body.
CREATE OR REPLACE FUNCTION passage_terms() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    INSERT INTO public.passage_term (lang, term, passage_id, version_id, length, a, b, c)
    SELECT NEW.lang, u.lexeme, NEW.id, NEW.version_id, NEW.length,
           cardinality(array_positions(u.weights, 'A')),
           cardinality(array_positions(u.weights, 'B')),
           cardinality(array_positions(u.weights, 'C'))
    FROM unnest(NEW.ts) u;
    INSERT INTO public.passage_term (lang, term, passage_id, version_id, length, a, b, c)
    SELECT DISTINCT 'ref', r, NEW.id, NEW.version_id, NEW.length, 0, 0, 1 FROM unnest(NEW.refs) r;
    RETURN NULL;
END $$;

DROP FUNCTION passages_held(date);
