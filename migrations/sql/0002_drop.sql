-- Everything the second revision made.

DROP FUNCTION turn_finish(bigint, text, bigint, bigint, bigint, jsonb),
    turn_record(bigint, text, bigint, bigint, text, text, jsonb, jsonb),
    call_ended(text, text, jsonb, jsonb, bigint, text, jsonb),
    turn_claim(bigint, text, bigint, text, integer, integer),
    turn_receive(text, text, bigint, text, text, jsonb), transcript_of(bigint, integer),
    lease_drop(bigint), lease_hold(bigint, text, bigint), lease_take(bigint, text);
