DROP TRIGGER version_guard ON document_version;
CREATE TRIGGER version_guard BEFORE UPDATE ON document_version FOR EACH ROW EXECUTE FUNCTION version_guard();

DROP TRIGGER fact_guard ON fact;
DROP FUNCTION fact_guard();
DROP INDEX ix_fact_quote;
DELETE FROM fact WHERE num_nonnulls(value_num, value_text) = 0;
ALTER TABLE fact DROP CONSTRAINT ck_fact_value;
ALTER TABLE fact ADD CONSTRAINT ck_fact_value CHECK (num_nonnulls(value_num, value_text) = 1);
ALTER TABLE fact DROP COLUMN source_note;

ALTER TABLE document_version DROP COLUMN change_note;
