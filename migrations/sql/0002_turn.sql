-- A turn's transactions, one statement each. They run with the rights of whoever calls them, so
-- row-level security and the audit log see the actor the transaction was told.

-- Take a conversation's lease when nobody holds it; a new epoch voids the former holder. All times
-- are the database's own. NULL: somebody holds it.
CREATE FUNCTION lease_take(conversation bigint, worker text) RETURNS bigint
LANGUAGE sql AS $$
    INSERT INTO lease AS l (conversation_id, owner, epoch, until)
    VALUES (conversation, worker, 1, clock_timestamp() + interval '15 seconds')
    ON CONFLICT (conversation_id) DO UPDATE
        SET owner = excluded.owner, epoch = l.epoch + 1, until = excluded.until
        WHERE l.until < clock_timestamp()
    RETURNING l.epoch
$$;

-- Refuse to write for a conversation another process has taken over. The row stays locked until
-- the transaction ends, so nobody can take over in between.
CREATE FUNCTION lease_hold(conversation bigint, worker text, held bigint) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM lease l
    WHERE l.conversation_id = conversation AND l.owner = worker AND l.epoch = held FOR SHARE;
    IF NOT FOUND THEN
        RAISE EXCEPTION USING ERRCODE = 'CSL01',
            MESSAGE = format('conversation %s is worked by someone else now', conversation);
    END IF;
END $$;

-- Let go of a lease that is held.
CREATE FUNCTION lease_drop(conversation bigint) RETURNS void
LANGUAGE sql AS $$
    UPDATE lease SET until = clock_timestamp() - interval '1 ms' WHERE conversation_id = conversation
$$;

-- The last messages of a conversation, oldest first, with their calls and the latest word on each:
-- 'awaiting' sorts before 'final'.
CREATE FUNCTION transcript_of(conversation bigint, most integer) RETURNS json
LANGUAGE sql STABLE AS $$
    SELECT coalesce(json_agg(json_build_object(
        'id', m.id, 'inbox_id', m.inbox_id, 'role', m.role, 'text', m.text, 'final', m.final,
        'model', m.model, 'calls', (
            SELECT coalesce(json_agg(json_build_object(
                'id', t.id, 'conversation_id', t.conversation_id, 'inbox_id', t.inbox_id,
                'message_id', t.message_id, 'tool', t.tool, 'arguments', t.arguments,
                'arguments_hash', t.arguments_hash, 'raw', t.raw, 'tainted', t.tainted,
                'fallback', t.fallback, 'result', (
                    SELECT json_build_object(
                        'phase', r.phase, 'status', r.status, 'data', r.data, 'changes', r.changes,
                        'change_set_id', r.change_set_id, 'elapsed_ms', r.elapsed_ms)
                    FROM tool_result r WHERE r.call_id = t.id ORDER BY r.phase DESC LIMIT 1)
                ) ORDER BY t.position, t.id), '[]')
            FROM tool_call t WHERE t.message_id = m.id)
        ) ORDER BY m.id), '[]')
    FROM (SELECT * FROM message l WHERE l.conversation_id = conversation
          ORDER BY l.id DESC LIMIT most) m
$$;

-- Store what a front end heard. `work` is NULL when this event was heard before.
CREATE FUNCTION turn_receive(front text, place text, member bigint, event text, kind text, payload jsonb,
                             OUT conversation bigint, OUT work bigint) RETURNS record
LANGUAGE plpgsql AS $$
BEGIN
    FOR attempt IN 1..2 LOOP
        SELECT c.id INTO conversation FROM conversation c
        WHERE c.front = turn_receive.front AND c.key = place AND c.member_id = member;
        EXIT WHEN FOUND;
        INSERT INTO conversation AS c (front, key, member_id) VALUES (turn_receive.front, place, member)
        ON CONFLICT DO NOTHING RETURNING c.id INTO conversation;
        EXIT WHEN FOUND;
    END LOOP;
    INSERT INTO inbox AS i (event_key, conversation_id, member_id, kind, payload)
    VALUES (event, conversation, member, turn_receive.kind, turn_receive.payload)
    ON CONFLICT DO NOTHING RETURNING i.id INTO work;
END $$;

-- Take the lease (or show the one held), the oldest open work and everything a turn begins with.
-- NULL: another process holds the conversation, or there is nothing to do. Told as the system; from
-- the member's message on it goes on as the member.
CREATE FUNCTION turn_claim(conversation bigint, worker text, held bigint, today text,
                           most_chars integer, most_messages integer) RETURNS json
LANGUAGE plpgsql AS $$
DECLARE
    work inbox;
    asker member;
    firm company;
    used spend;
BEGIN
    IF held IS NULL THEN
        held := lease_take(conversation, worker);
        IF held IS NULL THEN
            RETURN NULL;
        END IF;
    ELSE
        PERFORM lease_hold(conversation, worker, held);
    END IF;
    SELECT * INTO work FROM inbox i
    WHERE i.conversation_id = conversation AND i.done_at IS NULL ORDER BY i.id LIMIT 1;
    IF NOT FOUND THEN
        PERFORM lease_drop(conversation);
        RETURN NULL;
    END IF;
    -- Counted, so that work which keeps killing its worker ends one day.
    UPDATE inbox SET attempts = attempts + 1 WHERE id = work.id;
    SELECT * INTO asker FROM member m WHERE m.id = work.member_id AND m.active AND m.retired_at IS NULL;
    IF NOT FOUND THEN
        RAISE no_data_found USING MESSAGE = format('member %s is not an active member', work.member_id);
    END IF;
    SELECT * INTO STRICT firm FROM company;
    SELECT * INTO used FROM spend s WHERE s.member_id = asker.id AND s.day = today;
    PERFORM set_config('app.actor', 'member:' || asker.id, true), set_config('app.member', asker.id::text, true);
    IF work.kind = 'message' THEN
        INSERT INTO message (conversation_id, inbox_id, role, text)
        VALUES (conversation, work.id, 'member', left(work.payload ->> 'text', most_chars))
        ON CONFLICT DO NOTHING;
    END IF;
    RETURN json_build_object(
        'epoch', held,
        'work', json_build_object('id', work.id, 'conversation_id', conversation, 'member_id', asker.id,
            'kind', work.kind, 'payload', work.payload, 'attempts', work.attempts),
        'asker', json_build_object('id', asker.id, 'name', asker.name, 'email', asker.email,
            'role', asker.role, 'locale', asker.locale),
        'company', json_build_object('name', firm.name, 'demo', firm.is_demo),
        'tokens', coalesce(used.tokens, 0), 'microusd', coalesce(used.cost_microusd, 0),
        'transcript', transcript_of(conversation, most_messages));
END $$;

-- Store what came of a call, with its entry in the log. A second result of a phase is refused.
CREATE FUNCTION call_ended(call text, status text, data jsonb, changes jsonb, change_set bigint,
                           kind text, detail jsonb) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM set_config('app.call', call, true);
    INSERT INTO tool_result (call_id, phase, status, data, changes, change_set_id)
    VALUES (call, 'final', call_ended.status, call_ended.data, call_ended.changes, change_set);
    PERFORM audit_event(kind, NULL, NULL, detail);
END $$;

-- Store a step of a turn: the message that proposed calls (none when `calls` is NULL), the calls,
-- the intents of those with an effect, what came of calls. Return the turn's last message.
CREATE FUNCTION turn_record(conversation bigint, worker text, held bigint, work bigint,
                            said text, model text, calls jsonb, ended jsonb) RETURNS json
LANGUAGE plpgsql AS $$
DECLARE
    made bigint;
    one jsonb;
BEGIN
    IF held IS NOT NULL THEN
        PERFORM lease_hold(conversation, worker, held);
    END IF;
    IF calls IS NOT NULL THEN
        INSERT INTO message AS m (conversation_id, inbox_id, role, text, model)
        VALUES (conversation, work, 'assistant', said, turn_record.model) RETURNING m.id INTO made;
        INSERT INTO tool_call (id, conversation_id, inbox_id, message_id, position, tool, arguments,
                               arguments_hash, raw, tainted, fallback)
        SELECT c.id, conversation, work, made, c.position, c.tool, c.arguments, c.arguments_hash,
               c.raw, c.tainted, c.fallback
        FROM jsonb_to_recordset(calls) AS c (id text, position smallint, tool text, arguments jsonb,
            arguments_hash text, raw text, tainted boolean, fallback boolean);
        FOR one IN SELECT value FROM jsonb_array_elements(calls) WHERE value ? 'intent' LOOP
            PERFORM set_config('app.call', one ->> 'id', true);
            PERFORM audit_event('intent', NULL, NULL, one -> 'intent');
        END LOOP;
    END IF;
    FOR one IN SELECT value FROM jsonb_array_elements(ended) LOOP
        PERFORM call_ended(one ->> 'call', one ->> 'status', one -> 'data', one -> 'changes',
                           (one ->> 'change_set')::bigint, one ->> 'kind', one -> 'detail');
    END LOOP;
    RETURN transcript_of(conversation, 1) -> 0;
END $$;

-- Store the answer and mark the work done, together; open cards about what it changes, or asks to
-- change, again (`fresh`: [[entity, id, field], …]) are closed. Return whether more is waiting: the
-- lease is let go only when nothing is.
CREATE FUNCTION turn_finish(conversation bigint, worker text, held bigint, work bigint, member bigint,
                            answer jsonb) RETURNS boolean
LANGUAGE plpgsql AS $$
DECLARE
    fresh jsonb := answer -> 'fresh';
    usage jsonb := answer -> 'usage';
BEGIN
    PERFORM lease_hold(conversation, worker, held);
    IF fresh <> '[]' THEN
        INSERT INTO approval_decision (approval_id, verdict, member_id, digest)
        SELECT a.id, 'superseded', member, a.digest FROM approval a
        WHERE a.conversation_id = conversation AND a.expires_at >= (answer ->> 'now')::timestamptz
          AND NOT (answer -> 'cards') @> to_jsonb(a.id)
          AND NOT EXISTS (SELECT FROM approval_decision d WHERE d.approval_id = a.id)
          AND EXISTS (
              SELECT FROM jsonb_array_elements(a.preview) p JOIN jsonb_array_elements(fresh) f
              ON f.value = jsonb_build_array(p.value -> 'entity', p.value -> 'id', p.value -> 'field'))
        ON CONFLICT DO NOTHING;
    END IF;
    INSERT INTO message (conversation_id, inbox_id, role, text, final, model, usage, reply)
    VALUES (conversation, work, answer ->> 'role', answer ->> 'text', true, answer ->> 'model', usage,
            answer -> 'reply');
    INSERT INTO spend AS s (member_id, day, turns, tokens, cost_microusd)
    VALUES (member, answer ->> 'day', 1, (usage ->> 'tokens')::bigint, (usage ->> 'cost_microusd')::bigint)
    ON CONFLICT (member_id, day) DO UPDATE
        SET turns = s.turns + 1, tokens = s.tokens + excluded.tokens,
            cost_microusd = s.cost_microusd + excluded.cost_microusd;
    UPDATE inbox SET done_at = clock_timestamp(), outcome = answer ->> 'outcome' WHERE id = work;
    IF EXISTS (SELECT FROM inbox i WHERE i.conversation_id = conversation AND i.done_at IS NULL) THEN
        RETURN true;
    END IF;
    PERFORM lease_drop(conversation);
    RETURN false;
END $$;

REVOKE ALL ON FUNCTION lease_take(bigint, text), lease_hold(bigint, text, bigint), lease_drop(bigint),
    transcript_of(bigint, integer), turn_receive(text, text, bigint, text, text, jsonb),
    turn_claim(bigint, text, bigint, text, integer, integer),
    call_ended(text, text, jsonb, jsonb, bigint, text, jsonb),
    turn_record(bigint, text, bigint, bigint, text, text, jsonb, jsonb),
    turn_finish(bigint, text, bigint, bigint, bigint, jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION lease_take(bigint, text), lease_hold(bigint, text, bigint), lease_drop(bigint),
    transcript_of(bigint, integer), turn_receive(text, text, bigint, text, text, jsonb),
    turn_claim(bigint, text, bigint, text, integer, integer),
    call_ended(text, text, jsonb, jsonb, bigint, text, jsonb),
    turn_record(bigint, text, bigint, bigint, text, text, jsonb, jsonb),
    turn_finish(bigint, text, bigint, bigint, bigint, jsonb) TO coffeestudio_app;
