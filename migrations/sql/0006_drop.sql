-- Everything the sixth revision made, data included; the rules before it stand again.

DROP POLICY audit_entry_read ON audit_entry;
CREATE POLICY audit_entry_read ON audit_entry FOR SELECT TO coffeestudio_app USING (((SELECT actor_role()) IN ('admin', 'system')) OR ((kind = 'change') AND ((((SELECT actor_role()) IN ('admin', 'analyst', 'system')) AND (((SELECT all_customers())) OR (entity NOT IN ('roaster', 'contact', 'interaction', 'evidence')) OR ((entity = 'roaster') AND (EXISTS (SELECT FROM roaster r WHERE r.id = record_id))) OR ((entity = 'contact') AND (EXISTS (SELECT FROM contact c WHERE c.id = record_id))) OR ((entity = 'interaction') AND (EXISTS (SELECT FROM interaction i WHERE i.id = record_id))) OR ((entity = 'evidence') AND (EXISTS (SELECT FROM evidence e WHERE e.id = record_id))))) OR (((SELECT actor_role()) IS NOT NULL) AND (entity NOT IN ('contact', 'interaction', 'evidence', 'member')) AND ((entity <> 'roaster') OR ((SELECT all_customers())) OR (EXISTS (SELECT FROM roaster r WHERE r.id = record_id)))) OR (entity = 'member' AND record_id = (SELECT actor_member()))) AND ((entity <> 'reminder') OR (EXISTS (SELECT FROM reminder r WHERE r.id = record_id)))) OR ((kind <> 'change') AND (member_id = (SELECT actor_member()))));
DROP POLICY evidence_read ON evidence;
CREATE POLICY evidence_read ON evidence FOR SELECT TO coffeestudio_app USING ((((SELECT actor_role()) IN ('admin', 'analyst', 'system')) OR (((SELECT actor_role()) IS NOT NULL) AND (entity NOT IN ('contact', 'interaction', 'member')))) AND ((entity NOT IN ('roaster', 'contact', 'interaction')) OR ((SELECT all_customers())) OR ((entity = 'roaster') AND (EXISTS (SELECT FROM roaster r WHERE r.id = record_id))) OR ((entity = 'contact') AND (EXISTS (SELECT FROM contact c WHERE c.id = record_id))) OR ((entity = 'interaction') AND (EXISTS (SELECT FROM interaction i WHERE i.id = record_id)))));
DROP POLICY evidence_insert ON evidence;
CREATE POLICY evidence_insert ON evidence FOR INSERT TO coffeestudio_app WITH CHECK (((SELECT actor_role()) IN ('admin', 'analyst')) AND ((entity NOT IN ('roaster', 'contact', 'interaction')) OR ((SELECT all_customers())) OR ((entity = 'roaster') AND (EXISTS (SELECT FROM roaster r WHERE r.id = record_id))) OR ((entity = 'contact') AND (EXISTS (SELECT FROM contact c WHERE c.id = record_id))) OR ((entity = 'interaction') AND (EXISTS (SELECT FROM interaction i WHERE i.id = record_id)))));
DROP POLICY evidence_update ON evidence;
CREATE POLICY evidence_update ON evidence FOR UPDATE TO coffeestudio_app USING (((SELECT actor_role()) IN ('admin', 'analyst')) AND ((entity NOT IN ('roaster', 'contact', 'interaction')) OR ((SELECT all_customers())) OR ((entity = 'roaster') AND (EXISTS (SELECT FROM roaster r WHERE r.id = record_id))) OR ((entity = 'contact') AND (EXISTS (SELECT FROM contact c WHERE c.id = record_id))) OR ((entity = 'interaction') AND (EXISTS (SELECT FROM interaction i WHERE i.id = record_id)))));

DROP TRIGGER stock_check ON lot;
DROP TRIGGER contract_binds ON lot;
ALTER TABLE lot DROP COLUMN contract_id;

DROP FUNCTION stock_on(date, bigint[]), stock_free(bigint, date), stock_taken(bigint, text, date),
    stock_holders(bigint, date), stock_require(bigint, text, bigint), stock_own(stock_held, text, bigint);
DROP FUNCTION contract_futures_lots(contract);
DROP VIEW stock_held;
DROP TABLE stock_movement, reservation, deal_line, deal, fixation, contract;
DROP FUNCTION stock_check(), fixing_check(), contract_binds(), acting_day();
