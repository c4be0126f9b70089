-- A fact may be a statement confirmed as it stands, with no value apart; who signs it is who confirmed it.

ALTER TABLE document_version ADD COLUMN change_note TEXT;

ALTER TABLE fact ADD COLUMN source_note TEXT;
ALTER TABLE fact DROP CONSTRAINT ck_fact_value;
ALTER TABLE fact ADD CONSTRAINT ck_fact_value CHECK (num_nonnulls(value_num, value_text) <= 1);
CREATE INDEX ix_fact_quote ON fact (md5(quote));

-- Nobody signs for somebody else. The owner role (product, restore) is not held to it.
CREATE FUNCTION fact_guard() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF row_security_active(TG_RELID)
       AND NEW.approved_by_id IS DISTINCT FROM OLD.approved_by_id
       AND NEW.approved_by_id IS NOT NULL
       AND NEW.approved_by_id IS DISTINCT FROM public.actor_member() THEN
        RAISE insufficient_privilege USING MESSAGE = 'a fact is signed by the member who confirmed it';
    END IF;
    RETURN NEW;
END $$;

REVOKE ALL ON FUNCTION fact_guard() FROM PUBLIC;

CREATE TRIGGER fact_guard BEFORE INSERT OR UPDATE ON fact FOR EACH ROW EXECUTE FUNCTION fact_guard();

-- The same for a review that comes with a new version.
DROP TRIGGER version_guard ON document_version;
CREATE TRIGGER version_guard BEFORE INSERT OR UPDATE ON document_version FOR EACH ROW EXECUTE FUNCTION version_guard();
