-- A message is heard and its turn begun with one statement; so is a unit of work, and what it
-- changed is read back with one.

-- Store what a front end heard that works its own turns, and begin the turn. Told as the member, it
-- goes on as the system. `claim` is NULL when another process holds the conversation.
CREATE FUNCTION turn_begin(front text, place text, member bigint, event text, kind text, payload jsonb,
                           worker text, today text, most_chars integer, most_messages integer)
RETURNS json LANGUAGE plpgsql AS $$
DECLARE
    heard record;
BEGIN
    heard := turn_receive(front, place, member, event, kind, payload);
    PERFORM set_config('app.actor', 'system:drain', true), set_config('app.member', '', true),
            set_config('app.conversation', heard.conversation::text, true);
    RETURN json_build_object(
        'conversation', heard.conversation, 'work', heard.work,
        'claim', turn_claim(heard.conversation, worker, NULL, today, most_chars, most_messages));
END $$;

-- Begin a unit of work: show the fence, store the calls proposed (none when `calls` is NULL, they
-- are stored already) with what came of those that do not fit, open a change set, name the call.
-- Everything the unit writes is committed with it, or never was.
CREATE FUNCTION unit_open(conversation bigint, worker text, held bigint, work bigint, member bigint,
                          said text, model text, calls jsonb, ended jsonb, opens boolean, call text)
RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    made bigint;
BEGIN
    IF calls IS NOT NULL THEN
        PERFORM turn_record(conversation, worker, held, work, said, model, calls, ended);
    ELSIF held IS NOT NULL THEN
        PERFORM lease_hold(conversation, worker, held);
    END IF;
    IF opens THEN
        INSERT INTO change_set (member_id, conversation_id, inbox_id)
        VALUES (member, conversation, work) RETURNING id INTO made;
        PERFORM set_config('app.change_set', made::text, true);
    END IF;
    PERFORM set_config('app.call', call, true);
    RETURN made;
END $$;

-- What a call changed in this very transaction, in order. It looks past row-level security (whose
-- plan over the log costs more than the rest of a change): a transaction may see what it wrote.
CREATE FUNCTION call_changes(call text)
RETURNS TABLE (entity text, record_id bigint, op text, before jsonb, after jsonb)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN QUERY
    SELECT a.entity, a.record_id, a.op,
           coalesce(a.before, '{}') || coalesce(p.before, '{}'),
           coalesce(a.after, '{}') || coalesce(p.after, '{}')
    FROM public.audit_entry a LEFT JOIN public.audit_personal p ON p.entry_id = a.id
    WHERE a.call_id = call AND a.kind = 'change' AND a.tx = txid_current()
    ORDER BY a.id;
END $$;

REVOKE ALL ON FUNCTION turn_begin(text, text, bigint, text, text, jsonb, text, text, integer, integer),
    call_changes(text),
    unit_open(bigint, text, bigint, bigint, bigint, text, text, jsonb, jsonb, boolean, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION turn_begin(text, text, bigint, text, text, jsonb, text, text, integer, integer),
    call_changes(text),
    unit_open(bigint, text, bigint, bigint, bigint, text, text, jsonb, jsonb, boolean, text)
    TO coffeestudio_app;
