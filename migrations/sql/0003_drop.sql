-- Everything the third revision made.

DROP FUNCTION turn_begin(text, text, bigint, text, text, jsonb, text, text, integer, integer),
    call_changes(text),
    unit_open(bigint, text, bigint, bigint, bigint, text, text, jsonb, jsonb, boolean, text);
