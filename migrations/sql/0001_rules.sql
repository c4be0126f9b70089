-- Which triggers stand where, and who may see and change which rows: a frozen copy of what db.audit and db.rls declare.

CREATE TRIGGER audit_row AFTER INSERT OR UPDATE OR DELETE ON company FOR EACH ROW EXECUTE FUNCTION audit_row();
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON company FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_row AFTER INSERT OR UPDATE OR DELETE ON member FOR EACH ROW EXECUTE FUNCTION audit_row('email', 'name');
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON member FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_row AFTER INSERT OR UPDATE OR DELETE ON port FOR EACH ROW EXECUTE FUNCTION audit_row();
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON port FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_row AFTER INSERT OR UPDATE OR DELETE ON evidence FOR EACH ROW EXECUTE FUNCTION audit_row();
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON evidence FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_row AFTER INSERT OR UPDATE OR DELETE ON region FOR EACH ROW EXECUTE FUNCTION audit_row();
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON region FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_row AFTER INSERT OR UPDATE OR DELETE ON roaster FOR EACH ROW EXECUTE FUNCTION audit_row();
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON roaster FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_row AFTER INSERT OR UPDATE OR DELETE ON shipment FOR EACH ROW EXECUTE FUNCTION audit_row();
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON shipment FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_row AFTER INSERT OR UPDATE OR DELETE ON container FOR EACH ROW EXECUTE FUNCTION audit_row();
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON container FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_row AFTER INSERT OR UPDATE OR DELETE ON cooperative FOR EACH ROW EXECUTE FUNCTION audit_row();
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON cooperative FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_row AFTER INSERT OR UPDATE OR DELETE ON eta_change FOR EACH ROW EXECUTE FUNCTION audit_row();
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON eta_change FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_row AFTER INSERT OR UPDATE OR DELETE ON region_figure FOR EACH ROW EXECUTE FUNCTION audit_row();
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON region_figure FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_row AFTER INSERT OR UPDATE OR DELETE ON contact FOR EACH ROW EXECUTE FUNCTION audit_row('name', 'position', 'email', 'phone');
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON contact FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_row AFTER INSERT OR UPDATE OR DELETE ON lot FOR EACH ROW EXECUTE FUNCTION audit_row();
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON lot FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_row AFTER INSERT OR UPDATE OR DELETE ON transport_event FOR EACH ROW EXECUTE FUNCTION audit_row();
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON transport_event FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_row AFTER INSERT OR UPDATE OR DELETE ON interaction FOR EACH ROW EXECUTE FUNCTION audit_row('summary');
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON interaction FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_row AFTER INSERT OR UPDATE OR DELETE ON shipment_lot FOR EACH ROW EXECUTE FUNCTION audit_row();
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON shipment_lot FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE OR TRUNCATE ON conversation FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE OR TRUNCATE ON message FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE OR TRUNCATE ON tool_call FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE OR TRUNCATE ON tool_result FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE OR TRUNCATE ON change_set FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE OR TRUNCATE ON approval FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE OR TRUNCATE ON approval_decision FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entry FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER refuse_change BEFORE UPDATE OR TRUNCATE ON audit_personal FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_chain FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER member_guard BEFORE INSERT OR UPDATE ON member FOR EACH ROW EXECUTE FUNCTION member_guard();
CREATE TRIGGER first_eta BEFORE INSERT OR UPDATE ON shipment FOR EACH ROW EXECUTE FUNCTION shipment_first_eta();
CREATE TRIGGER eta_history AFTER INSERT OR UPDATE ON shipment FOR EACH ROW EXECUTE FUNCTION shipment_eta_history();

REVOKE ALL ON company FROM PUBLIC, coffeestudio_app;
ALTER TABLE company ENABLE ROW LEVEL SECURITY;
CREATE POLICY company_read ON company FOR SELECT TO coffeestudio_app USING ((SELECT actor_role()) IS NOT NULL);
GRANT SELECT ON company TO coffeestudio_app;
CREATE POLICY company_update ON company FOR UPDATE TO coffeestudio_app USING (((SELECT actor_role()) = 'admin') OR ((SELECT actor_role()) = 'system' AND NOT (SELECT has_admin())));
GRANT UPDATE ON company TO coffeestudio_app;

REVOKE ALL ON member FROM PUBLIC, coffeestudio_app;
ALTER TABLE member ENABLE ROW LEVEL SECURITY;
CREATE POLICY member_read ON member FOR SELECT TO coffeestudio_app USING ((SELECT actor_role()) IS NOT NULL);
GRANT SELECT ON member TO coffeestudio_app;
CREATE POLICY member_insert ON member FOR INSERT TO coffeestudio_app WITH CHECK (((SELECT actor_role()) = 'admin') OR (((SELECT actor_role()) = 'system' AND NOT (SELECT has_admin())) AND (role = 'admin' AND active)));
GRANT INSERT ON member TO coffeestudio_app;
CREATE POLICY member_update ON member FOR UPDATE TO coffeestudio_app USING (((SELECT actor_role()) = 'admin') OR (id = (SELECT actor_member())));
GRANT UPDATE ON member TO coffeestudio_app;

REVOKE ALL ON port FROM PUBLIC, coffeestudio_app;
ALTER TABLE port ENABLE ROW LEVEL SECURITY;
CREATE POLICY port_read ON port FOR SELECT TO coffeestudio_app USING (((SELECT actor_role()) IS NOT NULL) AND (true));
GRANT SELECT ON port TO coffeestudio_app;
CREATE POLICY port_insert ON port FOR INSERT TO coffeestudio_app WITH CHECK (((SELECT actor_role()) IN ('admin', 'analyst')) AND (true));
GRANT INSERT ON port TO coffeestudio_app;
CREATE POLICY port_update ON port FOR UPDATE TO coffeestudio_app USING (((SELECT actor_role()) IN ('admin', 'analyst')) AND (true));
GRANT UPDATE ON port TO coffeestudio_app;

REVOKE ALL ON region FROM PUBLIC, coffeestudio_app;
ALTER TABLE region ENABLE ROW LEVEL SECURITY;
CREATE POLICY region_read ON region FOR SELECT TO coffeestudio_app USING (((SELECT actor_role()) IS NOT NULL) AND (true));
GRANT SELECT ON region TO coffeestudio_app;
CREATE POLICY region_insert ON region FOR INSERT TO coffeestudio_app WITH CHECK (((SELECT actor_role()) IN ('admin', 'analyst')) AND (true));
GRANT INSERT ON region TO coffeestudio_app;
CREATE POLICY region_update ON region FOR UPDATE TO coffeestudio_app USING (((SELECT actor_role()) IN ('admin', 'analyst')) AND (true));
GRANT UPDATE ON region TO coffeestudio_app;

REVOKE ALL ON region_figure FROM PUBLIC, coffeestudio_app;
ALTER TABLE region_figure ENABLE ROW LEVEL SECURITY;
CREATE POLICY region_figure_read ON region_figure FOR SELECT TO coffeestudio_app USING (((SELECT actor_role()) IS NOT NULL) AND (true));
GRANT SELECT ON region_figure TO coffeestudio_app;
CREATE POLICY region_figure_insert ON region_figure FOR INSERT TO coffeestudio_app WITH CHECK (((SELECT actor_role()) IN ('admin', 'analyst')) AND (true));
GRANT INSERT ON region_figure TO coffeestudio_app;
CREATE POLICY region_figure_update ON region_figure FOR UPDATE TO coffeestudio_app USING (((SELECT actor_role()) IN ('admin', 'analyst')) AND (true));
GRANT UPDATE ON region_figure TO coffeestudio_app;

REVOKE ALL ON cooperative FROM PUBLIC, coffeestudio_app;
ALTER TABLE cooperative ENABLE ROW LEVEL SECURITY;
CREATE POLICY cooperative_read ON cooperative FOR SELECT TO coffeestudio_app USING (((SELECT actor_role()) IS NOT NULL) AND (true));
GRANT SELECT ON cooperative TO coffeestudio_app;
CREATE POLICY cooperative_insert ON cooperative FOR INSERT TO coffeestudio_app WITH CHECK (((SELECT actor_role()) IN ('admin', 'analyst')) AND (true));
GRANT INSERT ON cooperative TO coffeestudio_app;
CREATE POLICY cooperative_update ON cooperative FOR UPDATE TO coffeestudio_app USING (((SELECT actor_role()) IN ('admin', 'analyst')) AND (true));
GRANT UPDATE ON cooperative TO coffeestudio_app;

REVOKE ALL ON roaster FROM PUBLIC, coffeestudio_app;
ALTER TABLE roaster ENABLE ROW LEVEL SECURITY;
CREATE POLICY roaster_read ON roaster FOR SELECT TO coffeestudio_app USING (((SELECT actor_role()) IS NOT NULL) AND (((SELECT all_customers())) OR (owner_id = (SELECT actor_member()))));
GRANT SELECT ON roaster TO coffeestudio_app;
CREATE POLICY roaster_insert ON roaster FOR INSERT TO coffeestudio_app WITH CHECK (((SELECT actor_role()) IN ('admin', 'analyst')) AND (((SELECT all_customers())) OR (owner_id = (SELECT actor_member()))));
GRANT INSERT ON roaster TO coffeestudio_app;
CREATE POLICY roaster_update ON roaster FOR UPDATE TO coffeestudio_app USING (((SELECT actor_role()) IN ('admin', 'analyst')) AND (((SELECT all_customers())) OR (owner_id = (SELECT actor_member()))));
GRANT UPDATE ON roaster TO coffeestudio_app;

REVOKE ALL ON contact FROM PUBLIC, coffeestudio_app;
ALTER TABLE contact ENABLE ROW LEVEL SECURITY;
CREATE POLICY contact_read ON contact FOR SELECT TO coffeestudio_app USING (((SELECT actor_role()) IN ('admin', 'analyst', 'system')) AND ((roaster_id IS NULL) OR ((SELECT all_customers())) OR (EXISTS (SELECT FROM roaster r WHERE r.id = roaster_id))));
GRANT SELECT ON contact TO coffeestudio_app;
CREATE POLICY contact_insert ON contact FOR INSERT TO coffeestudio_app WITH CHECK (((SELECT actor_role()) IN ('admin', 'analyst')) AND ((roaster_id IS NULL) OR ((SELECT all_customers())) OR (EXISTS (SELECT FROM roaster r WHERE r.id = roaster_id))));
GRANT INSERT ON contact TO coffeestudio_app;
CREATE POLICY contact_update ON contact FOR UPDATE TO coffeestudio_app USING (((SELECT actor_role()) IN ('admin', 'analyst')) AND ((roaster_id IS NULL) OR ((SELECT all_customers())) OR (EXISTS (SELECT FROM roaster r WHERE r.id = roaster_id))));
GRANT UPDATE ON contact TO coffeestudio_app;

REVOKE ALL ON interaction FROM PUBLIC, coffeestudio_app;
ALTER TABLE interaction ENABLE ROW LEVEL SECURITY;
CREATE POLICY interaction_read ON interaction FOR SELECT TO coffeestudio_app USING (((SELECT actor_role()) IN ('admin', 'analyst', 'system')) AND ((roaster_id IS NULL) OR ((SELECT all_customers())) OR (EXISTS (SELECT FROM roaster r WHERE r.id = roaster_id))));
GRANT SELECT ON interaction TO coffeestudio_app;
CREATE POLICY interaction_insert ON interaction FOR INSERT TO coffeestudio_app WITH CHECK (((SELECT actor_role()) IN ('admin', 'analyst')) AND ((roaster_id IS NULL) OR ((SELECT all_customers())) OR (EXISTS (SELECT FROM roaster r WHERE r.id = roaster_id))));
GRANT INSERT ON interaction TO coffeestudio_app;
CREATE POLICY interaction_update ON interaction FOR UPDATE TO coffeestudio_app USING (((SELECT actor_role()) IN ('admin', 'analyst')) AND ((roaster_id IS NULL) OR ((SELECT all_customers())) OR (EXISTS (SELECT FROM roaster r WHERE r.id = roaster_id))));
GRANT UPDATE ON interaction TO coffeestudio_app;

REVOKE ALL ON lot FROM PUBLIC, coffeestudio_app;
ALTER TABLE lot ENABLE ROW LEVEL SECURITY;
CREATE POLICY lot_read ON lot FOR SELECT TO coffeestudio_app USING (((SELECT actor_role()) IS NOT NULL) AND (true));
GRANT SELECT ON lot TO coffeestudio_app;
CREATE POLICY lot_insert ON lot FOR INSERT TO coffeestudio_app WITH CHECK (((SELECT actor_role()) IN ('admin', 'analyst')) AND (true));
GRANT INSERT ON lot TO coffeestudio_app;
CREATE POLICY lot_update ON lot FOR UPDATE TO coffeestudio_app USING (((SELECT actor_role()) IN ('admin', 'analyst')) AND (true));
GRANT UPDATE ON lot TO coffeestudio_app;

REVOKE ALL ON shipment FROM PUBLIC, coffeestudio_app;
ALTER TABLE shipment ENABLE ROW LEVEL SECURITY;
CREATE POLICY shipment_read ON shipment FOR SELECT TO coffeestudio_app USING (((SELECT actor_role()) IS NOT NULL) AND (true));
GRANT SELECT ON shipment TO coffeestudio_app;
CREATE POLICY shipment_insert ON shipment FOR INSERT TO coffeestudio_app WITH CHECK (((SELECT actor_role()) IN ('admin', 'analyst')) AND (true));
GRANT INSERT ON shipment TO coffeestudio_app;
CREATE POLICY shipment_update ON shipment FOR UPDATE TO coffeestudio_app USING (((SELECT actor_role()) IN ('admin', 'analyst')) AND (true));
GRANT UPDATE ON shipment TO coffeestudio_app;

REVOKE ALL ON container FROM PUBLIC, coffeestudio_app;
ALTER TABLE container ENABLE ROW LEVEL SECURITY;
CREATE POLICY container_read ON container FOR SELECT TO coffeestudio_app USING (((SELECT actor_role()) IS NOT NULL) AND (true));
GRANT SELECT ON container TO coffeestudio_app;
CREATE POLICY container_insert ON container FOR INSERT TO coffeestudio_app WITH CHECK (((SELECT actor_role()) IN ('admin', 'analyst')) AND (true));
GRANT INSERT ON container TO coffeestudio_app;
CREATE POLICY container_update ON container FOR UPDATE TO coffeestudio_app USING (((SELECT actor_role()) IN ('admin', 'analyst')) AND (true));
GRANT UPDATE ON container TO coffeestudio_app;

REVOKE ALL ON shipment_lot FROM PUBLIC, coffeestudio_app;
ALTER TABLE shipment_lot ENABLE ROW LEVEL SECURITY;
CREATE POLICY shipment_lot_read ON shipment_lot FOR SELECT TO coffeestudio_app USING (((SELECT actor_role()) IS NOT NULL) AND (true));
GRANT SELECT ON shipment_lot TO coffeestudio_app;
CREATE POLICY shipment_lot_insert ON shipment_lot FOR INSERT TO coffeestudio_app WITH CHECK (((SELECT actor_role()) IN ('admin', 'analyst')) AND (true));
GRANT INSERT ON shipment_lot TO coffeestudio_app;
CREATE POLICY shipment_lot_update ON shipment_lot FOR UPDATE TO coffeestudio_app USING (((SELECT actor_role()) IN ('admin', 'analyst')) AND (true));
GRANT UPDATE ON shipment_lot TO coffeestudio_app;

REVOKE ALL ON transport_event FROM PUBLIC, coffeestudio_app;
ALTER TABLE transport_event ENABLE ROW LEVEL SECURITY;
CREATE POLICY transport_event_read ON transport_event FOR SELECT TO coffeestudio_app USING (((SELECT actor_role()) IS NOT NULL) AND (true));
GRANT SELECT ON transport_event TO coffeestudio_app;
CREATE POLICY transport_event_insert ON transport_event FOR INSERT TO coffeestudio_app WITH CHECK (((SELECT actor_role()) IN ('admin', 'analyst')) AND (true));
GRANT INSERT ON transport_event TO coffeestudio_app;
CREATE POLICY transport_event_update ON transport_event FOR UPDATE TO coffeestudio_app USING (((SELECT actor_role()) IN ('admin', 'analyst')) AND (true));
GRANT UPDATE ON transport_event TO coffeestudio_app;

REVOKE ALL ON eta_change FROM PUBLIC, coffeestudio_app;
ALTER TABLE eta_change ENABLE ROW LEVEL SECURITY;
CREATE POLICY eta_change_read ON eta_change FOR SELECT TO coffeestudio_app USING ((SELECT actor_role()) IS NOT NULL);
GRANT SELECT ON eta_change TO coffeestudio_app;
CREATE POLICY eta_change_update ON eta_change FOR UPDATE TO coffeestudio_app USING ((SELECT actor_role()) IN ('admin', 'analyst'));
GRANT UPDATE (source) ON eta_change TO coffeestudio_app;

REVOKE ALL ON evidence FROM PUBLIC, coffeestudio_app;
ALTER TABLE evidence ENABLE ROW LEVEL SECURITY;
CREATE POLICY evidence_read ON evidence FOR SELECT TO coffeestudio_app USING ((((SELECT actor_role()) IN ('admin', 'analyst', 'system')) OR (((SELECT actor_role()) IS NOT NULL) AND (entity NOT IN ('contact', 'interaction', 'member')))) AND ((entity NOT IN ('roaster', 'contact', 'interaction')) OR ((SELECT all_customers())) OR ((entity = 'roaster') AND (EXISTS (SELECT FROM roaster r WHERE r.id = record_id))) OR ((entity = 'contact') AND (EXISTS (SELECT FROM contact c WHERE c.id = record_id))) OR ((entity = 'interaction') AND (EXISTS (SELECT FROM interaction i WHERE i.id = record_id)))));
GRANT SELECT ON evidence TO coffeestudio_app;
CREATE POLICY evidence_insert ON evidence FOR INSERT TO coffeestudio_app WITH CHECK (((SELECT actor_role()) IN ('admin', 'analyst')) AND ((entity NOT IN ('roaster', 'contact', 'interaction')) OR ((SELECT all_customers())) OR ((entity = 'roaster') AND (EXISTS (SELECT FROM roaster r WHERE r.id = record_id))) OR ((entity = 'contact') AND (EXISTS (SELECT FROM contact c WHERE c.id = record_id))) OR ((entity = 'interaction') AND (EXISTS (SELECT FROM interaction i WHERE i.id = record_id)))));
GRANT INSERT ON evidence TO coffeestudio_app;
CREATE POLICY evidence_update ON evidence FOR UPDATE TO coffeestudio_app USING (((SELECT actor_role()) IN ('admin', 'analyst')) AND ((entity NOT IN ('roaster', 'contact', 'interaction')) OR ((SELECT all_customers())) OR ((entity = 'roaster') AND (EXISTS (SELECT FROM roaster r WHERE r.id = record_id))) OR ((entity = 'contact') AND (EXISTS (SELECT FROM contact c WHERE c.id = record_id))) OR ((entity = 'interaction') AND (EXISTS (SELECT FROM interaction i WHERE i.id = record_id)))));
GRANT UPDATE ON evidence TO coffeestudio_app;

REVOKE ALL ON conversation FROM PUBLIC, coffeestudio_app;
ALTER TABLE conversation ENABLE ROW LEVEL SECURITY;
CREATE POLICY conversation_read ON conversation FOR SELECT TO coffeestudio_app USING (((SELECT actor_role()) = 'system') OR (member_id = (SELECT actor_member())));
GRANT SELECT ON conversation TO coffeestudio_app;
CREATE POLICY conversation_insert ON conversation FOR INSERT TO coffeestudio_app WITH CHECK (((SELECT actor_role()) = 'system') OR (member_id = (SELECT actor_member())));
GRANT INSERT ON conversation TO coffeestudio_app;

REVOKE ALL ON message FROM PUBLIC, coffeestudio_app;
ALTER TABLE message ENABLE ROW LEVEL SECURITY;
CREATE POLICY message_read ON message FOR SELECT TO coffeestudio_app USING (((SELECT actor_role()) = 'system') OR (EXISTS (SELECT FROM conversation c WHERE c.id = conversation_id)));
GRANT SELECT ON message TO coffeestudio_app;
CREATE POLICY message_insert ON message FOR INSERT TO coffeestudio_app WITH CHECK (((SELECT actor_role()) = 'system') OR (EXISTS (SELECT FROM conversation c WHERE c.id = conversation_id)));
GRANT INSERT ON message TO coffeestudio_app;

REVOKE ALL ON tool_call FROM PUBLIC, coffeestudio_app;
ALTER TABLE tool_call ENABLE ROW LEVEL SECURITY;
CREATE POLICY tool_call_read ON tool_call FOR SELECT TO coffeestudio_app USING ((((SELECT actor_role()) = 'system') OR (EXISTS (SELECT FROM conversation c WHERE c.id = conversation_id))) OR (((SELECT actor_role()) = 'admin') AND (EXISTS (SELECT FROM approval a WHERE a.call_id = tool_call.id))));
GRANT SELECT ON tool_call TO coffeestudio_app;
CREATE POLICY tool_call_insert ON tool_call FOR INSERT TO coffeestudio_app WITH CHECK (((SELECT actor_role()) = 'system') OR (EXISTS (SELECT FROM conversation c WHERE c.id = conversation_id)));
GRANT INSERT ON tool_call TO coffeestudio_app;

REVOKE ALL ON tool_result FROM PUBLIC, coffeestudio_app;
ALTER TABLE tool_result ENABLE ROW LEVEL SECURITY;
CREATE POLICY tool_result_read ON tool_result FOR SELECT TO coffeestudio_app USING (EXISTS (SELECT FROM tool_call t WHERE t.id = call_id));
GRANT SELECT ON tool_result TO coffeestudio_app;
CREATE POLICY tool_result_insert ON tool_result FOR INSERT TO coffeestudio_app WITH CHECK (((SELECT actor_role()) = 'system') OR (EXISTS (SELECT FROM tool_call t JOIN conversation c ON c.id = t.conversation_id WHERE t.id = call_id)));
GRANT INSERT ON tool_result TO coffeestudio_app;

REVOKE ALL ON change_set FROM PUBLIC, coffeestudio_app;
ALTER TABLE change_set ENABLE ROW LEVEL SECURITY;
CREATE POLICY change_set_read ON change_set FOR SELECT TO coffeestudio_app USING (((SELECT actor_role()) IN ('admin', 'system')) OR (member_id = (SELECT actor_member())));
GRANT SELECT ON change_set TO coffeestudio_app;
CREATE POLICY change_set_insert ON change_set FOR INSERT TO coffeestudio_app WITH CHECK (((SELECT actor_role()) = 'system') OR (member_id = (SELECT actor_member())));
GRANT INSERT ON change_set TO coffeestudio_app;

REVOKE ALL ON approval FROM PUBLIC, coffeestudio_app;
ALTER TABLE approval ENABLE ROW LEVEL SECURITY;
CREATE POLICY approval_read ON approval FOR SELECT TO coffeestudio_app USING (((SELECT actor_role()) = 'admin') OR (((SELECT actor_role()) = 'system') OR (EXISTS (SELECT FROM conversation c WHERE c.id = conversation_id))));
GRANT SELECT ON approval TO coffeestudio_app;
CREATE POLICY approval_insert ON approval FOR INSERT TO coffeestudio_app WITH CHECK (((SELECT actor_role()) = 'system') OR ((requested_by_id = (SELECT actor_member())) AND (((SELECT actor_role()) = 'system') OR (EXISTS (SELECT FROM conversation c WHERE c.id = conversation_id)))));
GRANT INSERT ON approval TO coffeestudio_app;

REVOKE ALL ON approval_decision FROM PUBLIC, coffeestudio_app;
ALTER TABLE approval_decision ENABLE ROW LEVEL SECURITY;
CREATE POLICY approval_decision_read ON approval_decision FOR SELECT TO coffeestudio_app USING (EXISTS (SELECT FROM approval a WHERE a.id = approval_id));
GRANT SELECT ON approval_decision TO coffeestudio_app;
CREATE POLICY approval_decision_insert ON approval_decision FOR INSERT TO coffeestudio_app WITH CHECK ((EXISTS (SELECT FROM approval a WHERE a.id = approval_id AND (verdict <> 'approved' OR (a.digest = approval_decision.digest AND NOT (a.four_eyes AND a.requested_by_id = (SELECT actor_member())))))) AND ((member_id = (SELECT actor_member())) OR ((member_id IS NULL) AND (verdict IN ('expired', 'superseded')))));
GRANT INSERT ON approval_decision TO coffeestudio_app;

REVOKE ALL ON audit_entry FROM PUBLIC, coffeestudio_app;
ALTER TABLE audit_entry ENABLE ROW LEVEL SECURITY;
CREATE POLICY audit_entry_read ON audit_entry FOR SELECT TO coffeestudio_app USING (((SELECT actor_role()) IN ('admin', 'system')) OR ((kind = 'change') AND ((((SELECT actor_role()) IN ('admin', 'analyst', 'system')) AND (((SELECT all_customers())) OR (entity NOT IN ('roaster', 'contact', 'interaction', 'evidence')) OR ((entity = 'roaster') AND (EXISTS (SELECT FROM roaster r WHERE r.id = record_id))) OR ((entity = 'contact') AND (EXISTS (SELECT FROM contact c WHERE c.id = record_id))) OR ((entity = 'interaction') AND (EXISTS (SELECT FROM interaction i WHERE i.id = record_id))) OR ((entity = 'evidence') AND (EXISTS (SELECT FROM evidence e WHERE e.id = record_id))))) OR (((SELECT actor_role()) IS NOT NULL) AND (entity NOT IN ('contact', 'interaction', 'evidence', 'member')) AND ((entity <> 'roaster') OR ((SELECT all_customers())) OR (EXISTS (SELECT FROM roaster r WHERE r.id = record_id)))) OR (entity = 'member' AND record_id = (SELECT actor_member())))) OR ((kind <> 'change') AND (member_id = (SELECT actor_member()))));
GRANT SELECT ON audit_entry TO coffeestudio_app;

REVOKE ALL ON audit_personal FROM PUBLIC, coffeestudio_app;
ALTER TABLE audit_personal ENABLE ROW LEVEL SECURITY;
CREATE POLICY audit_personal_read ON audit_personal FOR SELECT TO coffeestudio_app USING (((SELECT actor_role()) IN ('admin', 'system')) OR (((SELECT actor_role()) IN ('admin', 'analyst', 'system')) AND (entity = 'contact') AND (EXISTS (SELECT FROM contact c WHERE c.id = record_id))) OR (((SELECT actor_role()) IN ('admin', 'analyst', 'system')) AND (entity = 'interaction') AND (EXISTS (SELECT FROM interaction i WHERE i.id = record_id))) OR (entity = 'member' AND record_id = (SELECT actor_member())));
GRANT SELECT ON audit_personal TO coffeestudio_app;

REVOKE ALL ON audit_chain FROM PUBLIC, coffeestudio_app;
ALTER TABLE audit_chain ENABLE ROW LEVEL SECURITY;
CREATE POLICY audit_chain_read ON audit_chain FOR SELECT TO coffeestudio_app USING ((SELECT actor_role()) IN ('admin', 'system'));
GRANT SELECT ON audit_chain TO coffeestudio_app;

REVOKE ALL ON inbox FROM PUBLIC, coffeestudio_app;
GRANT SELECT, INSERT, UPDATE ON inbox TO coffeestudio_app;

REVOKE ALL ON lease FROM PUBLIC, coffeestudio_app;
GRANT SELECT, INSERT, UPDATE ON lease TO coffeestudio_app;

REVOKE ALL ON outbox FROM PUBLIC, coffeestudio_app;
GRANT SELECT, INSERT, UPDATE ON outbox TO coffeestudio_app;

REVOKE ALL ON spend FROM PUBLIC, coffeestudio_app;
GRANT SELECT, INSERT, UPDATE ON spend TO coffeestudio_app;

REVOKE ALL ON alembic_version FROM PUBLIC, coffeestudio_app;
GRANT SELECT ON alembic_version TO coffeestudio_app;

GRANT EXECUTE ON FUNCTION actor_member() TO coffeestudio_app;
GRANT EXECUTE ON FUNCTION actor_role() TO coffeestudio_app;
GRANT EXECUTE ON FUNCTION all_customers() TO coffeestudio_app;
GRANT EXECUTE ON FUNCTION has_admin() TO coffeestudio_app;
GRANT EXECUTE ON FUNCTION audit_event(text, text, bigint, jsonb) TO coffeestudio_app;
GRANT EXECUTE ON FUNCTION audit_seal(integer) TO coffeestudio_app;
