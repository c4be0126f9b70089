-- Everything the fourth revision made, data included; the rules before it stand again.

DROP POLICY audit_entry_read ON audit_entry;
CREATE POLICY audit_entry_read ON audit_entry FOR SELECT TO coffeestudio_app USING (((SELECT actor_role()) IN ('admin', 'system')) OR ((kind = 'change') AND ((((SELECT actor_role()) IN ('admin', 'analyst', 'system')) AND (((SELECT all_customers())) OR (entity NOT IN ('roaster', 'contact', 'interaction', 'evidence')) OR ((entity = 'roaster') AND (EXISTS (SELECT FROM roaster r WHERE r.id = record_id))) OR ((entity = 'contact') AND (EXISTS (SELECT FROM contact c WHERE c.id = record_id))) OR ((entity = 'interaction') AND (EXISTS (SELECT FROM interaction i WHERE i.id = record_id))) OR ((entity = 'evidence') AND (EXISTS (SELECT FROM evidence e WHERE e.id = record_id))))) OR (((SELECT actor_role()) IS NOT NULL) AND (entity NOT IN ('contact', 'interaction', 'evidence', 'member')) AND ((entity <> 'roaster') OR ((SELECT all_customers())) OR (EXISTS (SELECT FROM roaster r WHERE r.id = record_id)))) OR (entity = 'member' AND record_id = (SELECT actor_member())))) OR ((kind <> 'change') AND (member_id = (SELECT actor_member()))));
DROP POLICY audit_personal_read ON audit_personal;
CREATE POLICY audit_personal_read ON audit_personal FOR SELECT TO coffeestudio_app USING (((SELECT actor_role()) IN ('admin', 'system')) OR (((SELECT actor_role()) IN ('admin', 'analyst', 'system')) AND (entity = 'contact') AND (EXISTS (SELECT FROM contact c WHERE c.id = record_id))) OR (((SELECT actor_role()) IN ('admin', 'analyst', 'system')) AND (entity = 'interaction') AND (EXISTS (SELECT FROM interaction i WHERE i.id = record_id))) OR (entity = 'member' AND record_id = (SELECT actor_member())));

DROP INDEX ix_audit_entry_at, ix_audit_entry_shipment;

DROP TABLE alert_ack, schedule_run, schedule, reminder;

CREATE OR REPLACE FUNCTION member_guard() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    free text[] := '{locale,last_seen_at}';
BEGIN
    IF NOT row_security_active(TG_RELID) THEN
        RETURN NEW;
    END IF;
    PERFORM pg_advisory_xact_lock(7311943);
    IF TG_OP = 'INSERT' THEN
        IF public.actor_role() = 'system' AND public.has_admin() THEN
            RAISE insufficient_privilege USING MESSAGE = 'there is an admin already: admins add members';
        END IF;
        RETURN NEW;
    END IF;
    IF public.actor_role() IS DISTINCT FROM 'admin'
       AND to_jsonb(NEW) - free IS DISTINCT FROM to_jsonb(OLD) - free THEN
        RAISE insufficient_privilege USING MESSAGE = 'members change their own language only; the rest is an admin''s';
    END IF;
    IF OLD.role = 'admin' AND OLD.active AND OLD.retired_at IS NULL
       AND NOT (NEW.role = 'admin' AND NEW.active AND NEW.retired_at IS NULL)
       AND NOT EXISTS (SELECT FROM public.member m WHERE m.id <> OLD.id
                       AND m.role = 'admin' AND m.active AND m.retired_at IS NULL) THEN
        RAISE insufficient_privilege USING MESSAGE = 'the last active admin must stay: make somebody else admin first';
    END IF;
    RETURN NEW;
END $$;

ALTER TABLE member DROP COLUMN wants_brief, DROP COLUMN brief_at, DROP COLUMN quiet_from, DROP COLUMN quiet_to,
    DROP COLUMN quiet_weekends;
