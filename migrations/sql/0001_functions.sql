-- Who acts. The application tells it per transaction; nothing, or nonsense, told is nobody.

CREATE FUNCTION actor_member() RETURNS bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    told text := current_setting('app.member', true);
BEGIN
    IF told IS NULL OR told !~ '^[0-9]{1,18}$'
       OR current_setting('app.actor', true) IS DISTINCT FROM 'member:' || told THEN
        RETURN NULL;
    END IF;
    RETURN (SELECT m.id FROM public.member m
            WHERE m.id = told::bigint AND m.active AND m.retired_at IS NULL);
END $$;

CREATE FUNCTION actor_role() RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    told text := current_setting('app.member', true);
    who text := current_setting('app.actor', true);
BEGIN
    IF who LIKE 'system:_%' AND coalesce(told, '') = '' THEN
        RETURN 'system';
    END IF;
    IF told IS NULL OR told !~ '^[0-9]{1,18}$' OR who IS DISTINCT FROM 'member:' || told THEN
        RETURN NULL;
    END IF;
    RETURN (SELECT m.role FROM public.member m
            WHERE m.id = told::bigint AND m.active AND m.retired_at IS NULL);
END $$;

-- Whether the actor sees every customer, or only their own (company.own_customers_only).
CREATE FUNCTION all_customers() RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN coalesce(public.actor_role() IN ('admin', 'system'), false)
        OR NOT EXISTS (SELECT FROM public.company c WHERE c.own_customers_only);
END $$;

CREATE FUNCTION has_admin() RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN EXISTS (SELECT FROM public.member m
                   WHERE m.role = 'admin' AND m.active AND m.retired_at IS NULL);
END $$;

-- What policies cannot say about members, because they do not see a row's old and new self at once:
-- below admin only one's own language changes, the first admin is made once, the last one stays.
-- Runs with the rights of whoever writes: the owner role (demo, restore) is not held to it.
CREATE FUNCTION member_guard() RETURNS trigger
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

-- A shipment remembers its first ETA, and every later one as a row of its own.
CREATE FUNCTION shipment_first_eta() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    NEW.first_eta := coalesce(NEW.first_eta, NEW.eta);
    RETURN NEW;
END $$;

CREATE FUNCTION shipment_eta_history() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    previous date;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        previous := OLD.eta;
    END IF;
    IF NEW.eta IS DISTINCT FROM previous THEN
        INSERT INTO public.eta_change (shipment_id, eta, previous) VALUES (NEW.id, NEW.eta, previous);
    END IF;
    RETURN NULL;
END $$;

-- The audit log. One row per changed row, in the same transaction, or the change is refused.
-- Arguments of the trigger: the personal columns. Their values leave the images for a side table
-- that can be erased; the images keep hashes with a salt that is erased with them.
CREATE FUNCTION audit_row() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' AS $$
DECLARE
    old_row jsonb := CASE WHEN TG_OP <> 'INSERT' THEN to_jsonb(OLD) END;
    new_row jsonb := CASE WHEN TG_OP <> 'DELETE' THEN to_jsonb(NEW) END;
    record bigint := coalesce(new_row, old_row) -> 'id';
    old_plain jsonb;
    new_plain jsonb;
    pepper text;
    entry bigint;
BEGIN
    IF old_row = new_row THEN
        RETURN NULL;
    END IF;
    IF TG_NARGS > 0 THEN
        pepper := gen_random_uuid()::text;
        old_plain := public.audit_split(old_row, TG_ARGV, NULL);
        new_plain := public.audit_split(new_row, TG_ARGV, NULL);
        old_row := old_row || public.audit_split(old_row, TG_ARGV, pepper);
        new_row := new_row || public.audit_split(new_row, TG_ARGV, pepper);
    END IF;
    entry := public.audit_write('change', TG_TABLE_NAME, record, left(TG_OP, 1), old_row, new_row, NULL);
    IF TG_NARGS > 0 THEN
        INSERT INTO public.audit_personal (entry_id, entity, record_id, salt, before, after)
        VALUES (entry, TG_TABLE_NAME, record, pepper, old_plain, new_plain);
    END IF;
    RETURN NULL;
END $$;

-- Return only the named columns of an image: as they are, or as salted hashes when there is a salt.
CREATE FUNCTION audit_split(image jsonb, columns text[], salt text) RETURNS jsonb
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT jsonb_object_agg(c, CASE
        WHEN salt IS NULL OR image -> c = 'null' THEN image -> c
        ELSE to_jsonb(encode(sha256(convert_to(salt || (image -> c)::text, 'UTF8')), 'hex'))
    END)
    FROM unnest(columns) c
    WHERE image IS NOT NULL
$$;

-- The only way into audit_entry; the actor is whoever the transaction was told.
CREATE FUNCTION audit_write(kind text, entity text, record bigint, op text,
                            before jsonb, after jsonb, detail jsonb) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    who text := nullif(current_setting('app.actor', true), '');
    entry bigint;
BEGIN
    IF who IS NULL THEN
        RAISE insufficient_privilege USING
            MESSAGE = 'refused: nobody acts in this transaction, so it cannot be audited',
            HINT = 'Begin it with Database.writing(actor), or set app.actor for the transaction.';
    END IF;
    INSERT INTO public.audit_entry AS e (actor, member_id, kind, entity, record_id, op, before, after,
                                         detail, call_id, conversation_id, change_set_id)
    VALUES (who, nullif(current_setting('app.member', true), '')::bigint,
            audit_write.kind, audit_write.entity, record, audit_write.op,
            audit_write.before, audit_write.after, audit_write.detail,
            nullif(current_setting('app.call', true), ''),
            nullif(current_setting('app.conversation', true), '')::bigint,
            nullif(current_setting('app.change_set', true), '')::bigint)
    RETURNING e.id INTO entry;
    RETURN entry;
END $$;

-- What no trigger sees: calls, denials, approvals, logins, reads of personal data, what left the house.
CREATE FUNCTION audit_event(kind text, entity text, record_id bigint, detail jsonb) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF coalesce(kind, 'change') = 'change' THEN
        RAISE invalid_parameter_value USING
            MESSAGE = 'an event needs a kind of its own; "change" is written by triggers alone';
    END IF;
    RETURN public.audit_write(kind, entity, record_id, NULL, NULL, NULL, detail);
END $$;

CREATE FUNCTION refuse_change() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RAISE insufficient_privilege USING
        MESSAGE = format('%s on %s is refused: its rows are only ever added', TG_OP, TG_TABLE_NAME);
END $$;

-- Seal finished entries into the hash chain; returns how many. An entry may be sealed when no running
-- transaction could still commit one before it: its transaction is older than every running one. A
-- number beyond the newest transaction comes from the server a backup was taken on: finished too.
CREATE FUNCTION audit_seal(most integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' AS $$
DECLARE
    lookback CONSTANT integer := 20000;  -- nothing stays open while so many others are sealed
    head bytea;
    place bigint;
    floor_id bigint;
    oldest bigint;
    newest bigint;
    entry public.audit_entry;
    sealed integer := 0;
BEGIN
    PERFORM pg_advisory_xact_lock(7311944);
    SELECT c.position, c.hash INTO place, head FROM public.audit_chain c ORDER BY c.position DESC LIMIT 1;
    SELECT min(recent.entry_id) INTO floor_id FROM (
        SELECT c.entry_id FROM public.audit_chain c ORDER BY c.position DESC LIMIT lookback) recent
    HAVING count(*) = lookback;  -- a shorter chain may still miss entries before its first
    oldest := pg_snapshot_xmin(pg_current_snapshot())::text::bigint;
    newest := pg_snapshot_xmax(pg_current_snapshot())::text::bigint;
    FOR entry IN
        SELECT e.* FROM public.audit_entry e
        WHERE (e.tx < oldest OR e.tx >= newest) AND e.id >= coalesce(floor_id, 0)
          AND NOT EXISTS (SELECT FROM public.audit_chain c WHERE c.entry_id = e.id)
        ORDER BY e.id LIMIT most
    LOOP
        place := coalesce(place, 0) + 1;
        head := sha256(coalesce(head, ''::bytea) || convert_to(to_jsonb(entry)::text, 'UTF8'));
        INSERT INTO public.audit_chain (position, entry_id, hash) VALUES (place, entry.id, head);
        sealed := sealed + 1;
    END LOOP;
    RETURN sealed;
END $$;

REVOKE ALL ON FUNCTION actor_member(), actor_role(), all_customers(), has_admin(), member_guard(),
    shipment_first_eta(), shipment_eta_history(), audit_row(), audit_split(jsonb, text[], text),
    audit_write(text, text, bigint, text, jsonb, jsonb, jsonb),
    audit_event(text, text, bigint, jsonb), refuse_change(), audit_seal(integer) FROM PUBLIC;
