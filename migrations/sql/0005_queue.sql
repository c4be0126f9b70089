-- The queue's own schema is procrastinate's; its functions find their tables wherever they are
-- called from. It carries numbers only, so the application may do anything there.

DO $$
DECLARE
    f regprocedure;
BEGIN
    FOR f IN SELECT p.oid::regprocedure FROM pg_proc p WHERE p.pronamespace = 'queue'::regnamespace LOOP
        EXECUTE format('ALTER FUNCTION %s SET search_path = queue, pg_catalog, pg_temp', f);
    END LOOP;
END $$;
GRANT USAGE ON SCHEMA queue TO coffeestudio_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA queue TO coffeestudio_app;
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA queue TO coffeestudio_app;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA queue TO coffeestudio_app;
