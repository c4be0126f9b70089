-- Everything the fifth revision made.

DROP TRIGGER reply_leaves ON message;
DROP FUNCTION outbox_take(integer, integer, bigint), heard_all(jsonb), conversation_queued(bigint),
    reply_leaves();
DROP INDEX ix_outbox_open;
ALTER TABLE outbox DROP COLUMN not_before, DROP COLUMN attempts, DROP COLUMN receipt,
    DROP COLUMN conversation_id;
DROP TABLE feedback;
ALTER TABLE company DROP COLUMN slack_channels;
DROP TRIGGER audit_row ON member;
CREATE TRIGGER audit_row AFTER INSERT OR UPDATE OR DELETE ON member
    FOR EACH ROW EXECUTE FUNCTION audit_row('email', 'name');
ALTER TABLE member DROP COLUMN slack_id;
DROP SCHEMA queue CASCADE;
