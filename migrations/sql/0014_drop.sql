-- Everything the fourteenth revision made; the function that counts stems is defined again from 0008_knowledge.sql.

ALTER TABLE passage_embedding DROP COLUMN version_id;
DELETE FROM passage_term WHERE lang = 'ref';
CREATE INDEX ix_passage_refs ON passage USING gin (refs);
ALTER TABLE passage_term DROP CONSTRAINT pk_passage_term;
ALTER TABLE passage_term DROP COLUMN version_id, DROP COLUMN length;
ALTER TABLE passage_term ADD CONSTRAINT pk_passage_term PRIMARY KEY (lang, term, passage_id);
