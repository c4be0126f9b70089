-- Rules, as db.rls and db.audit declare them.

CREATE TRIGGER audit_row AFTER INSERT OR UPDATE OR DELETE ON deal FOR EACH ROW EXECUTE FUNCTION audit_row();
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON deal FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_row AFTER INSERT OR UPDATE OR DELETE ON contract FOR EACH ROW EXECUTE FUNCTION audit_row();
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON contract FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_row AFTER INSERT OR UPDATE OR DELETE ON fixation FOR EACH ROW EXECUTE FUNCTION audit_row();
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON fixation FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_row AFTER INSERT OR UPDATE OR DELETE ON deal_line FOR EACH ROW EXECUTE FUNCTION audit_row();
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON deal_line FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_row AFTER INSERT OR UPDATE OR DELETE ON reservation FOR EACH ROW EXECUTE FUNCTION audit_row();
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON reservation FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_row AFTER INSERT OR UPDATE OR DELETE ON stock_movement FOR EACH ROW EXECUTE FUNCTION audit_row();
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON stock_movement FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER stock_check AFTER UPDATE OF bags, bag_weight_kg ON lot FOR EACH ROW EXECUTE FUNCTION stock_check();
CREATE TRIGGER stock_check AFTER UPDATE OF confirmed_on, lost_on, retired_at ON deal FOR EACH ROW EXECUTE FUNCTION stock_check();
CREATE TRIGGER stock_check AFTER INSERT OR UPDATE ON deal_line FOR EACH ROW EXECUTE FUNCTION stock_check();
CREATE TRIGGER stock_check AFTER INSERT OR UPDATE ON reservation FOR EACH ROW EXECUTE FUNCTION stock_check();
CREATE TRIGGER stock_check AFTER INSERT OR UPDATE ON stock_movement FOR EACH ROW EXECUTE FUNCTION stock_check();
CREATE TRIGGER fixing_check AFTER INSERT OR UPDATE ON fixation FOR EACH ROW EXECUTE FUNCTION fixing_check();
CREATE TRIGGER fixing_check AFTER UPDATE OF weight_kg, futures_lots, basis ON contract FOR EACH ROW EXECUTE FUNCTION fixing_check();
CREATE TRIGGER contract_binds AFTER INSERT OR UPDATE OF contract_id, retired_at ON lot FOR EACH ROW EXECUTE FUNCTION contract_binds();
CREATE TRIGGER contract_binds AFTER UPDATE OF status, retired_at ON contract FOR EACH ROW EXECUTE FUNCTION contract_binds();

REVOKE ALL ON contract FROM PUBLIC, coffeestudio_app;
ALTER TABLE contract ENABLE ROW LEVEL SECURITY;
CREATE POLICY contract_read ON contract FOR SELECT TO coffeestudio_app USING (((SELECT actor_role()) IS NOT NULL) AND (true));
GRANT SELECT ON contract TO coffeestudio_app;
CREATE POLICY contract_insert ON contract FOR INSERT TO coffeestudio_app WITH CHECK (((SELECT actor_role()) IN ('admin', 'analyst')) AND (true));
GRANT INSERT ON contract TO coffeestudio_app;
CREATE POLICY contract_update ON contract FOR UPDATE TO coffeestudio_app USING (((SELECT actor_role()) IN ('admin', 'analyst')) AND (true));
GRANT UPDATE ON contract TO coffeestudio_app;

REVOKE ALL ON fixation FROM PUBLIC, coffeestudio_app;
ALTER TABLE fixation ENABLE ROW LEVEL SECURITY;
CREATE POLICY fixation_read ON fixation FOR SELECT TO coffeestudio_app USING (((SELECT actor_role()) IN ('admin', 'analyst', 'system')) AND (true));
GRANT SELECT ON fixation TO coffeestudio_app;
CREATE POLICY fixation_insert ON fixation FOR INSERT TO coffeestudio_app WITH CHECK (((SELECT actor_role()) IN ('admin', 'analyst')) AND (true));
GRANT INSERT ON fixation TO coffeestudio_app;
CREATE POLICY fixation_update ON fixation FOR UPDATE TO coffeestudio_app USING (((SELECT actor_role()) IN ('admin', 'analyst')) AND (true));
GRANT UPDATE ON fixation TO coffeestudio_app;

REVOKE ALL ON deal FROM PUBLIC, coffeestudio_app;
ALTER TABLE deal ENABLE ROW LEVEL SECURITY;
CREATE POLICY deal_read ON deal FOR SELECT TO coffeestudio_app USING (((SELECT actor_role()) IS NOT NULL) AND ((roaster_id IS NULL) OR ((SELECT all_customers())) OR (EXISTS (SELECT FROM roaster r WHERE r.id = roaster_id))));
GRANT SELECT ON deal TO coffeestudio_app;
CREATE POLICY deal_insert ON deal FOR INSERT TO coffeestudio_app WITH CHECK (((SELECT actor_role()) IN ('admin', 'analyst')) AND ((roaster_id IS NULL) OR ((SELECT all_customers())) OR (EXISTS (SELECT FROM roaster r WHERE r.id = roaster_id))));
GRANT INSERT ON deal TO coffeestudio_app;
CREATE POLICY deal_update ON deal FOR UPDATE TO coffeestudio_app USING (((SELECT actor_role()) IN ('admin', 'analyst')) AND ((roaster_id IS NULL) OR ((SELECT all_customers())) OR (EXISTS (SELECT FROM roaster r WHERE r.id = roaster_id))));
GRANT UPDATE ON deal TO coffeestudio_app;

REVOKE ALL ON deal_line FROM PUBLIC, coffeestudio_app;
ALTER TABLE deal_line ENABLE ROW LEVEL SECURITY;
CREATE POLICY deal_line_read ON deal_line FOR SELECT TO coffeestudio_app USING (((SELECT actor_role()) IS NOT NULL) AND (((SELECT all_customers())) OR (EXISTS (SELECT FROM deal d WHERE d.id = deal_id))));
GRANT SELECT ON deal_line TO coffeestudio_app;
CREATE POLICY deal_line_insert ON deal_line FOR INSERT TO coffeestudio_app WITH CHECK (((SELECT actor_role()) IN ('admin', 'analyst')) AND (((SELECT all_customers())) OR (EXISTS (SELECT FROM deal d WHERE d.id = deal_id))));
GRANT INSERT ON deal_line TO coffeestudio_app;
CREATE POLICY deal_line_update ON deal_line FOR UPDATE TO coffeestudio_app USING (((SELECT actor_role()) IN ('admin', 'analyst')) AND (((SELECT all_customers())) OR (EXISTS (SELECT FROM deal d WHERE d.id = deal_id))));
GRANT UPDATE ON deal_line TO coffeestudio_app;

REVOKE ALL ON reservation FROM PUBLIC, coffeestudio_app;
ALTER TABLE reservation ENABLE ROW LEVEL SECURITY;
CREATE POLICY reservation_read ON reservation FOR SELECT TO coffeestudio_app USING (((SELECT actor_role()) IS NOT NULL) AND ((roaster_id IS NULL) OR ((SELECT all_customers())) OR (EXISTS (SELECT FROM roaster r WHERE r.id = roaster_id))));
GRANT SELECT ON reservation TO coffeestudio_app;
CREATE POLICY reservation_insert ON reservation FOR INSERT TO coffeestudio_app WITH CHECK (((SELECT actor_role()) IN ('admin', 'analyst')) AND ((roaster_id IS NULL) OR ((SELECT all_customers())) OR (EXISTS (SELECT FROM roaster r WHERE r.id = roaster_id))));
GRANT INSERT ON reservation TO coffeestudio_app;
CREATE POLICY reservation_update ON reservation FOR UPDATE TO coffeestudio_app USING (((SELECT actor_role()) IN ('admin', 'analyst')) AND ((roaster_id IS NULL) OR ((SELECT all_customers())) OR (EXISTS (SELECT FROM roaster r WHERE r.id = roaster_id))));
GRANT UPDATE ON reservation TO coffeestudio_app;

REVOKE ALL ON stock_movement FROM PUBLIC, coffeestudio_app;
ALTER TABLE stock_movement ENABLE ROW LEVEL SECURITY;
CREATE POLICY stock_movement_read ON stock_movement FOR SELECT TO coffeestudio_app USING (((SELECT actor_role()) IS NOT NULL) AND (true));
GRANT SELECT ON stock_movement TO coffeestudio_app;
CREATE POLICY stock_movement_insert ON stock_movement FOR INSERT TO coffeestudio_app WITH CHECK (((SELECT actor_role()) IN ('admin', 'analyst')) AND (true));
GRANT INSERT ON stock_movement TO coffeestudio_app;
CREATE POLICY stock_movement_update ON stock_movement FOR UPDATE TO coffeestudio_app USING (((SELECT actor_role()) IN ('admin', 'analyst')) AND (true));
GRANT UPDATE ON stock_movement TO coffeestudio_app;

-- What a sale writes down is a customer's; levels are the team's. Log and evidence follow.

DROP POLICY audit_entry_read ON audit_entry;
CREATE POLICY audit_entry_read ON audit_entry FOR SELECT TO coffeestudio_app USING (((SELECT actor_role()) IN ('admin', 'system')) OR ((kind = 'change') AND ((((SELECT actor_role()) IN ('admin', 'analyst', 'system')) AND ((entity NOT IN ('roaster', 'contact', 'interaction', 'evidence', 'deal', 'deal_line', 'reservation')) OR ((SELECT all_customers())) OR ((entity = 'roaster') AND (EXISTS (SELECT FROM roaster x WHERE x.id = record_id))) OR ((entity = 'contact') AND (EXISTS (SELECT FROM contact x WHERE x.id = record_id))) OR ((entity = 'interaction') AND (EXISTS (SELECT FROM interaction x WHERE x.id = record_id))) OR ((entity = 'evidence') AND (EXISTS (SELECT FROM evidence x WHERE x.id = record_id))) OR ((entity = 'deal') AND (EXISTS (SELECT FROM deal x WHERE x.id = record_id))) OR ((entity = 'deal_line') AND (EXISTS (SELECT FROM deal_line x WHERE x.id = record_id))) OR ((entity = 'reservation') AND (EXISTS (SELECT FROM reservation x WHERE x.id = record_id))))) OR (((SELECT actor_role()) IS NOT NULL) AND (entity NOT IN ('contact', 'interaction', 'evidence', 'member', 'fixation')) AND ((entity NOT IN ('roaster', 'deal', 'deal_line', 'reservation')) OR ((SELECT all_customers())) OR ((entity = 'roaster') AND (EXISTS (SELECT FROM roaster x WHERE x.id = record_id))) OR ((entity = 'deal') AND (EXISTS (SELECT FROM deal x WHERE x.id = record_id))) OR ((entity = 'deal_line') AND (EXISTS (SELECT FROM deal_line x WHERE x.id = record_id))) OR ((entity = 'reservation') AND (EXISTS (SELECT FROM reservation x WHERE x.id = record_id))))) OR (entity = 'member' AND record_id = (SELECT actor_member()))) AND ((entity <> 'reminder') OR (EXISTS (SELECT FROM reminder r WHERE r.id = record_id)))) OR ((kind <> 'change') AND (member_id = (SELECT actor_member()))));
DROP POLICY evidence_read ON evidence;
CREATE POLICY evidence_read ON evidence FOR SELECT TO coffeestudio_app USING ((((SELECT actor_role()) IN ('admin', 'analyst', 'system')) OR (((SELECT actor_role()) IS NOT NULL) AND (entity NOT IN ('contact', 'interaction', 'member', 'fixation')))) AND ((entity NOT IN ('roaster', 'contact', 'interaction', 'deal', 'deal_line', 'reservation')) OR ((SELECT all_customers())) OR ((entity = 'roaster') AND (EXISTS (SELECT FROM roaster x WHERE x.id = record_id))) OR ((entity = 'contact') AND (EXISTS (SELECT FROM contact x WHERE x.id = record_id))) OR ((entity = 'interaction') AND (EXISTS (SELECT FROM interaction x WHERE x.id = record_id))) OR ((entity = 'deal') AND (EXISTS (SELECT FROM deal x WHERE x.id = record_id))) OR ((entity = 'deal_line') AND (EXISTS (SELECT FROM deal_line x WHERE x.id = record_id))) OR ((entity = 'reservation') AND (EXISTS (SELECT FROM reservation x WHERE x.id = record_id)))));
DROP POLICY evidence_insert ON evidence;
CREATE POLICY evidence_insert ON evidence FOR INSERT TO coffeestudio_app WITH CHECK (((SELECT actor_role()) IN ('admin', 'analyst')) AND ((entity NOT IN ('roaster', 'contact', 'interaction', 'deal', 'deal_line', 'reservation')) OR ((SELECT all_customers())) OR ((entity = 'roaster') AND (EXISTS (SELECT FROM roaster x WHERE x.id = record_id))) OR ((entity = 'contact') AND (EXISTS (SELECT FROM contact x WHERE x.id = record_id))) OR ((entity = 'interaction') AND (EXISTS (SELECT FROM interaction x WHERE x.id = record_id))) OR ((entity = 'deal') AND (EXISTS (SELECT FROM deal x WHERE x.id = record_id))) OR ((entity = 'deal_line') AND (EXISTS (SELECT FROM deal_line x WHERE x.id = record_id))) OR ((entity = 'reservation') AND (EXISTS (SELECT FROM reservation x WHERE x.id = record_id)))));
DROP POLICY evidence_update ON evidence;
CREATE POLICY evidence_update ON evidence FOR UPDATE TO coffeestudio_app USING (((SELECT actor_role()) IN ('admin', 'analyst')) AND ((entity NOT IN ('roaster', 'contact', 'interaction', 'deal', 'deal_line', 'reservation')) OR ((SELECT all_customers())) OR ((entity = 'roaster') AND (EXISTS (SELECT FROM roaster x WHERE x.id = record_id))) OR ((entity = 'contact') AND (EXISTS (SELECT FROM contact x WHERE x.id = record_id))) OR ((entity = 'interaction') AND (EXISTS (SELECT FROM interaction x WHERE x.id = record_id))) OR ((entity = 'deal') AND (EXISTS (SELECT FROM deal x WHERE x.id = record_id))) OR ((entity = 'deal_line') AND (EXISTS (SELECT FROM deal_line x WHERE x.id = record_id))) OR ((entity = 'reservation') AND (EXISTS (SELECT FROM reservation x WHERE x.id = record_id)))));

GRANT EXECUTE ON FUNCTION stock_on(date, bigint[]), stock_free(bigint, date), stock_taken(bigint, text, date),
    stock_holders(bigint, date) TO coffeestudio_app;
