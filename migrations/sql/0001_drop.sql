-- Everything the first revision made, data included; pgvector stays, it may be somebody else's.

DROP TABLE
    audit_chain, audit_personal, audit_entry,
    lease, inbox, outbox, spend,
    approval_decision, tool_result, approval, tool_call, message, change_set, conversation,
    shipment_lot, interaction, transport_event, lot, contact, region_figure, eta_change, cooperative,
    container, shipment, roaster, region, evidence, port, member, company;

DROP FUNCTION audit_seal(integer), refuse_change(), audit_event(text, text, bigint, jsonb),
    audit_write(text, text, bigint, text, jsonb, jsonb, jsonb), audit_split(jsonb, text[], text), audit_row(),
    shipment_eta_history(), shipment_first_eta(), member_guard(), has_admin(), all_customers(),
    actor_role(), actor_member();

REVOKE ALL ON alembic_version FROM coffeestudio_app;
