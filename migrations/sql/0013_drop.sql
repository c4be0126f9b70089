-- Everything the thirteenth revision made, data included; stock is counted as in 0006_stock.sql again.
-- The view keeps its last column, which nobody reads then: a view's columns cannot be taken away.

DROP TRIGGER stock_check ON sample;
DROP FUNCTION stock_on(date, bigint[]);
CREATE OR REPLACE VIEW stock_held AS
    SELECT l.lot_id, 'sold'::text AS kind, l.bags, NULL::numeric AS weight_kg,
           greatest(d.confirmed_on, l.added_on) AS since, d.lost_on AS ends, d.delivered_on,
           d.roaster_id, d.id AS deal_id, l.id AS source_id, 'deal_line'::text AS source
    FROM deal_line l JOIN deal d ON d.id = l.deal_id
    WHERE l.retired_at IS NULL AND d.retired_at IS NULL AND d.confirmed_on IS NOT NULL
    UNION ALL
    SELECT r.lot_id, 'reserved', r.bags, NULL,
           r.reserved_on,
           least(r.until + 1, r.released_on, CASE WHEN d.confirmed_on >= r.reserved_on THEN d.confirmed_on END, d.lost_on),
           NULL,
           r.roaster_id, r.deal_id, r.id, 'reservation'
    FROM reservation r LEFT JOIN deal d ON d.id = r.deal_id AND d.retired_at IS NULL
    WHERE r.retired_at IS NULL
    UNION ALL
    SELECT m.lot_id, CASE m.kind WHEN 'sample' THEN 'sampled' ELSE 'lost' END,
           CASE m.kind WHEN 'surplus' THEN -m.bags ELSE m.bags END,
           CASE m.kind WHEN 'surplus' THEN -m.weight_kg ELSE m.weight_kg END,
           m.moved_on, NULL, NULL, NULL, NULL, m.id, 'stock_movement'
    FROM stock_movement m WHERE m.retired_at IS NULL;

CREATE FUNCTION stock_on(day date, lots bigint[] DEFAULT NULL)
RETURNS TABLE (lot_id bigint, bag_weight_kg numeric, purchased bigint, sold bigint, reserved bigint,
               sampled bigint, lost bigint, free bigint, free_kg numeric, sampled_kg numeric, lost_kg numeric,
               delivered bigint, afloat bigint, in_warehouse bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    narrowed text := CASE WHEN lots IS NULL THEN '' ELSE ' AND x.lot_id = ANY ($2)' END;
    chosen text := CASE WHEN lots IS NULL THEN 'o.retired_at IS NULL' ELSE 'o.id = ANY ($2)' END;
BEGIN
    IF public.actor_role() IS NULL THEN
        RETURN;
    END IF;
    RETURN QUERY EXECUTE format($q$
        WITH held AS (
            SELECT x.lot_id,
                   sum(x.bags) FILTER (WHERE x.kind = 'sold') AS sold,
                   sum(x.bags) FILTER (WHERE x.kind = 'reserved') AS reserved,
                   sum(x.bags) FILTER (WHERE x.kind = 'sampled') AS sampled,
                   sum(x.bags) FILTER (WHERE x.kind = 'lost') AS lost,
                   sum(x.weight_kg) FILTER (WHERE x.kind = 'sampled') AS sampled_kg,
                   sum(x.weight_kg) FILTER (WHERE x.kind = 'lost') AS lost_kg,
                   sum(x.bags) FILTER (WHERE x.kind = 'sold' AND x.delivered_on <= $1) AS delivered
            FROM public.stock_held x
            WHERE x.since <= $1 AND (x.ends IS NULL OR x.ends > $1)%1$s
            GROUP BY x.lot_id
        ), shipped AS (
            SELECT x.lot_id,
                   CASE WHEN count(x.bags) = count(*) THEN
                        coalesce(sum(x.bags) FILTER (WHERE s.departed_on <= $1
                            AND (s.arrived_on IS NULL OR s.arrived_on > $1)
                            AND (s.delivered_on IS NULL OR s.delivered_on > $1)), 0) END AS afloat,
                   CASE WHEN count(x.bags) = count(*) THEN
                        coalesce(sum(x.bags) FILTER (WHERE s.delivered_on <= $1), 0) END AS landed
            FROM public.shipment_lot x JOIN public.shipment s ON s.id = x.shipment_id
            WHERE x.retired_at IS NULL AND s.retired_at IS NULL%1$s
            GROUP BY x.lot_id
        ), counted AS (
            SELECT o.id, o.bag_weight_kg AS each,
                   CASE WHEN c.signed_on > $1 THEN 0 ELSE o.bags END AS purchased,
                   coalesce(h.sold, 0) AS sold, coalesce(h.reserved, 0) AS reserved,
                   coalesce(h.sampled, 0)
                       + CASE WHEN h.sampled_kg IS NULL THEN 0 ELSE trunc(h.sampled_kg / o.bag_weight_kg) END AS sampled,
                   coalesce(h.lost, 0)
                       + CASE WHEN h.lost_kg IS NULL THEN 0 ELSE trunc(h.lost_kg / o.bag_weight_kg) END AS lost,
                   coalesce(h.sampled * o.bag_weight_kg, 0) + coalesce(h.sampled_kg, 0) AS sampled_kg,
                   coalesce(h.lost * o.bag_weight_kg, 0) + coalesce(h.lost_kg, 0) AS lost_kg,
                   coalesce(h.delivered, 0) AS delivered,
                   CASE WHEN s.lot_id IS NULL AND o.location IS NOT NULL THEN 0 ELSE s.afloat END AS afloat,
                   CASE WHEN s.lot_id IS NULL AND o.location IS NOT NULL THEN o.bags ELSE s.landed END AS landed
            FROM public.lot o
            LEFT JOIN public.contract c ON c.id = o.contract_id
            LEFT JOIN held h ON h.lot_id = o.id
            LEFT JOIN shipped s ON s.lot_id = o.id
            WHERE %2$s
        )
        SELECT p.id, p.each, p.purchased::bigint, p.sold::bigint, p.reserved::bigint,
               p.sampled::bigint, p.lost::bigint,
               (p.purchased - p.sold - p.reserved - p.sampled - p.lost)::bigint,
               (p.purchased - p.sold - p.reserved) * p.each - p.sampled_kg - p.lost_kg,
               p.sampled_kg, p.lost_kg, p.delivered::bigint, p.afloat::bigint,
               CASE WHEN p.landed >= p.delivered + p.sampled + p.lost
                    THEN (p.landed - p.delivered - p.sampled - p.lost)::bigint
                    WHEN p.landed = 0 THEN 0 END
        FROM counted p
    $q$, narrowed, chosen) USING day, lots;
END $$;

CREATE OR REPLACE FUNCTION stock_require(lot bigint, own_kind text, own bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    today date := public.acting_day();
    it public.lot;
    worst record;
    holders jsonb;
BEGIN
    SELECT o.* INTO it FROM public.lot o WHERE o.id = lot FOR NO KEY UPDATE;
    IF it.bags IS NULL THEN
        IF EXISTS (SELECT FROM public.stock_held h WHERE h.lot_id = lot AND greatest(h.since, today) < coalesce(h.ends, 'infinity')) THEN
            RAISE check_violation USING CONSTRAINT = 'lot_bags_known', DETAIL = jsonb_build_object('lot', it.code),
                MESSAGE = format('nobody knows how many bags lot %s has', it.code);
        END IF;
        RETURN;
    END IF;
    IF it.bag_weight_kg IS NULL AND EXISTS (SELECT FROM public.stock_held h WHERE h.lot_id = lot AND h.weight_kg IS NOT NULL) THEN
        RAISE check_violation USING CONSTRAINT = 'lot_bag_weight_known', DETAIL = jsonb_build_object('lot', it.code),
            MESSAGE = format('nobody knows what a bag of lot %s weighs', it.code);
    END IF;
    SELECT d.day, t.taken, t.mine INTO worst
    FROM (SELECT today AS day UNION SELECT h.since FROM public.stock_held h WHERE h.lot_id = lot AND h.since > today) d
    CROSS JOIN LATERAL (
        SELECT coalesce(sum(h.bags), 0)
                 + coalesce(trunc(sum(h.weight_kg) FILTER (WHERE h.kind = 'sampled') / it.bag_weight_kg), 0)
                 + coalesce(trunc(sum(h.weight_kg) FILTER (WHERE h.kind = 'lost') / it.bag_weight_kg), 0) AS taken,
               coalesce(sum(h.bags) FILTER (WHERE public.stock_own(h, own_kind, own)), 0) AS mine
        FROM public.stock_held h
        WHERE h.lot_id = lot AND h.since <= d.day AND (h.ends IS NULL OR h.ends > d.day)) t
    ORDER BY t.taken DESC, d.day LIMIT 1;
    IF worst.taken <= it.bags THEN
        RETURN;
    END IF;
    SELECT jsonb_agg(jsonb_build_object('kind', x.kind, 'bags', x.bags, 'until', x.until,
                                        'deal', x.deal, 'roaster', x.roaster))
    INTO holders FROM (
        SELECT s.* FROM public.stock_holders(lot, worst.day) s
        WHERE NOT EXISTS (SELECT FROM public.stock_held h WHERE h.lot_id = lot AND h.kind = s.kind
                          AND h.source_id = s.source_id AND public.stock_own(h, own_kind, own))) x;
    RAISE check_violation USING CONSTRAINT = 'lot_not_oversold',
        MESSAGE = format('lot %s has %s bags, %s would be taken on %s', it.code, it.bags, worst.taken, worst.day),
        DETAIL = jsonb_build_object('lot', it.code, 'bags', it.bags, 'taken', worst.taken, 'mine', worst.mine,
                                    'day', worst.day, 'later', worst.day > today, 'holders', coalesce(holders, '[]'));
END $$;

CREATE OR REPLACE FUNCTION stock_own(held public.stock_held, own_kind text, own bigint) RETURNS boolean
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT CASE own_kind WHEN 'deal' THEN held.deal_id IS NOT DISTINCT FROM own AND held.kind = 'sold'
                         WHEN 'movement' THEN held.kind IN ('sampled', 'lost') AND held.source_id = own
                         ELSE held.kind = own_kind AND held.source_id = own END
$$;

CREATE OR REPLACE FUNCTION stock_check() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    written jsonb := to_jsonb(NEW);
    before jsonb := CASE WHEN TG_OP = 'UPDATE' THEN to_jsonb(OLD) END;
    how text := CASE TG_TABLE_NAME WHEN 'reservation' THEN 'reserved' WHEN 'deal_line' THEN 'sold'
                                   WHEN 'stock_movement' THEN 'movement' ELSE TG_TABLE_NAME END;
    one bigint;
BEGIN
    IF TG_TABLE_NAME = 'lot' THEN
        PERFORM public.stock_require(NEW.id, how, NULL);
        RETURN NULL;
    END IF;
    IF TG_TABLE_NAME = 'deal' THEN
        FOR one IN SELECT l.lot_id FROM public.deal_line l WHERE l.deal_id = NEW.id
                   UNION SELECT r.lot_id FROM public.reservation r WHERE r.deal_id = NEW.id ORDER BY 1 LOOP
            PERFORM public.stock_require(one, how, NEW.id);
        END LOOP;
        RETURN NULL;
    END IF;
    PERFORM FROM public.deal d WHERE d.id IN ((written ->> 'deal_id')::bigint, (before ->> 'deal_id')::bigint)
    ORDER BY d.id FOR NO KEY UPDATE;
    FOR one IN SELECT (written ->> 'lot_id')::bigint UNION SELECT (before ->> 'lot_id')::bigint ORDER BY 1 LOOP
        IF one IS NOT NULL THEN
            PERFORM public.stock_require(one, how, NEW.id);
        END IF;
    END LOOP;
    RETURN NULL;
END $$;

REVOKE ALL ON FUNCTION stock_on(date, bigint[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION stock_on(date, bigint[]) TO coffeestudio_app;

ALTER TABLE lot DROP COLUMN warehouse_id;
DROP TABLE warehouse;
