-- Files of papers: in the database, so that they are in every backup and on every machine.

CREATE TABLE paper_file (
    reference TEXT NOT NULL,
    at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    content BYTEA NOT NULL,
    CONSTRAINT pk_paper_file PRIMARY KEY (reference),
    CONSTRAINT ck_paper_file_content CHECK (reference = 'sha256:' || encode(sha256(content), 'hex')),
    CONSTRAINT ck_paper_file_size CHECK (length(content) BETWEEN 1 AND 20971520)
);
ALTER TABLE paper_file ALTER COLUMN content SET STORAGE EXTERNAL;  -- PDFs and pictures are small already

CREATE TRIGGER refuse_change BEFORE UPDATE OR TRUNCATE ON paper_file FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

REVOKE ALL ON paper_file FROM PUBLIC, coffeestudio_app;
ALTER TABLE paper_file ENABLE ROW LEVEL SECURITY;
CREATE POLICY paper_file_read ON paper_file FOR SELECT TO coffeestudio_app USING ((SELECT actor_role()) IS NOT NULL);
GRANT SELECT ON paper_file TO coffeestudio_app;
CREATE POLICY paper_file_insert ON paper_file FOR INSERT TO coffeestudio_app WITH CHECK ((SELECT actor_role()) IN ('admin', 'analyst'));
GRANT INSERT ON paper_file TO coffeestudio_app;
