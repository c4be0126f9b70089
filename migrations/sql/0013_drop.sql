-- Everything the thirteenth revision made, data included; how stock was counted before is defined again
-- from 0006_stock.sql.

DROP TRIGGER stock_check ON sample;
DROP FUNCTION stock_own(stock_held, text, bigint);
DROP FUNCTION stock_on(date, bigint[]);
DROP VIEW stock_held;
ALTER TABLE lot DROP COLUMN warehouse_id;
DROP TABLE warehouse;
