-- Samples that take coffee off a lot, and where a lot's bags lie: at origin, afloat, at port, in
-- warehouse or with customers. What was there before is in 0006_stock.sql, with the reasons.

-- A sample sent to a roaster, or drawn from what arrived, is coffee of ours: its grams are off the lot
-- from the day it was sent. What a cooperative sends us to taste is theirs: it takes nothing off.
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
    FROM reservation r
    -- Looked up one by one: most reservations have no deal, and all deals are not read for the few that do.
    LEFT JOIN LATERAL (SELECT x.confirmed_on, x.lost_on FROM deal x
                       WHERE x.id = r.deal_id AND x.retired_at IS NULL OFFSET 0) d ON true
    WHERE r.retired_at IS NULL
    UNION ALL
    SELECT m.lot_id, CASE m.kind WHEN 'sample' THEN 'sampled' ELSE 'lost' END,
           CASE m.kind WHEN 'surplus' THEN -m.bags ELSE m.bags END,
           CASE m.kind WHEN 'surplus' THEN -m.weight_kg ELSE m.weight_kg END,
           m.moved_on, NULL, NULL, NULL, NULL, m.id, 'stock_movement'
    FROM stock_movement m WHERE m.retired_at IS NULL
    UNION ALL
    SELECT s.lot_id, 'sampled', NULL, s.weight_g / 1000,
           coalesce(s.sent_on, s.received_on), NULL, NULL, s.roaster_id, NULL, s.id, 'sample'
    FROM sample s
    WHERE s.retired_at IS NULL AND s.lot_id IS NOT NULL AND s.weight_g IS NOT NULL
      AND coalesce(s.sent_on, s.received_on) IS NOT NULL
      AND (s.roaster_id IS NOT NULL OR s.kind = 'arrival');

DROP FUNCTION stock_on(date, bigint[]);
CREATE FUNCTION stock_on(day date, lots bigint[] DEFAULT NULL)
RETURNS TABLE (lot_id bigint, bag_weight_kg numeric, purchased bigint, sold bigint, reserved bigint,
               sampled bigint, lost bigint, free bigint, free_kg numeric, sampled_kg numeric, lost_kg numeric,
               at_origin bigint, afloat bigint, at_port bigint, in_warehouse bigint, delivered bigint)
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
        ), reached AS (
            -- A step the status tells without its day was taken by the next dated one, by today at the
            -- latest. On days before, nobody knows whether it was: then the place is NULL.
            SELECT s.id, CASE WHEN s.in_on <= $1 THEN 'landed'
                              WHEN s.came_on <= $1 THEN CASE WHEN s.delivered_on IS NOT NULL OR s.in_on IS NULL THEN 'port' END
                              WHEN s.left_on <= $1 THEN CASE WHEN s.arrived_on IS NOT NULL OR s.came_on IS NULL THEN 'afloat' END
                              WHEN s.departed_on IS NOT NULL OR s.left_on IS NULL THEN 'origin' END AS place
            FROM (SELECT p.*,
                         coalesce(p.departed_on, CASE WHEN p.status <> 'planned' THEN least($3, p.arrived_on, p.delivered_on) END) AS left_on,
                         coalesce(p.arrived_on, CASE WHEN p.status IN ('customs', 'delivered') THEN least($3, p.delivered_on) END) AS came_on,
                         coalesce(p.delivered_on, CASE WHEN p.status = 'delivered' THEN $3 END) AS in_on
                  FROM public.shipment p WHERE p.retired_at IS NULL) s
        ), shipped AS (
            SELECT x.lot_id, bool_and(x.bags IS NOT NULL AND r.place IS NOT NULL) AS known, sum(x.bags) AS bags,
                   coalesce(sum(x.bags) FILTER (WHERE r.place = 'afloat'), 0) AS afloat,
                   coalesce(sum(x.bags) FILTER (WHERE r.place = 'port'), 0) AS port,
                   coalesce(sum(x.bags) FILTER (WHERE r.place = 'landed'), 0) AS landed
            FROM public.shipment_lot x JOIN reached r ON r.id = x.shipment_id
            WHERE x.retired_at IS NULL%1$s
            GROUP BY x.lot_id
        ), counted AS (
            SELECT o.id, o.bag_weight_kg AS each,
                   CASE WHEN c.signed_on > $1 THEN 0 ELSE o.bags END AS purchased,
                   coalesce(h.sold, 0) AS sold, coalesce(h.reserved, 0) AS reserved,
                   coalesce(h.sampled, 0) + coalesce(trunc(h.sampled_kg / o.bag_weight_kg), 0) AS sampled,
                   coalesce(h.lost, 0) + coalesce(trunc(h.lost_kg / o.bag_weight_kg), 0) AS lost,
                   coalesce(h.sampled * o.bag_weight_kg, 0) + coalesce(h.sampled_kg, 0) AS sampled_kg,
                   coalesce(h.lost * o.bag_weight_kg, 0) + coalesce(h.lost_kg, 0) AS lost_kg,
                   coalesce(h.delivered, 0) AS delivered,
                   -- Bags on no shipment: in the warehouse the lot names, still at origin when some are
                   -- shipped or a contract says they are bought; else nobody knows.
                   coalesce(s.known AND s.bags <= o.bags, o.warehouse_id IS NOT NULL OR o.contract_id IS NOT NULL) AS known,
                   CASE WHEN s.lot_id IS NULL AND o.warehouse_id IS NOT NULL THEN o.bags ELSE coalesce(s.landed, 0) END AS landed,
                   coalesce(s.port, 0) AS port, coalesce(s.afloat, 0) AS afloat,
                   CASE WHEN s.lot_id IS NOT NULL OR o.warehouse_id IS NULL
                        THEN greatest(o.bags - coalesce(s.afloat + s.port + s.landed, 0), 0) ELSE 0 END AS origin
            FROM public.lot o
            LEFT JOIN public.contract c ON c.id = o.contract_id
            LEFT JOIN held h ON h.lot_id = o.id
            LEFT JOIN shipped s ON s.lot_id = o.id
            WHERE %2$s
        ), placed AS (
            -- What was delivered came from the warehouse or, not unloaded there, from the port; if neither
            -- held as much, the records contradict each other and nobody knows. What was drawn or lost came
            -- off the bags that were furthest; bags that were found lie in the warehouse.
            SELECT p.*, p.known AND p.purchased > 0 AND p.landed + p.port >= p.delivered AS sure,
                   greatest(p.landed - p.delivered, 0) AS w,
                   p.port - greatest(p.delivered - p.landed, 0) AS q, p.sampled + p.lost AS gone
            FROM counted p
        )
        SELECT p.id, p.each, p.purchased::bigint, p.sold::bigint, p.reserved::bigint,
               p.sampled::bigint, p.lost::bigint,
               (p.purchased - p.sold - p.reserved - p.sampled - p.lost)::bigint,
               (p.purchased - p.sold - p.reserved) * p.each - p.sampled_kg - p.lost_kg,
               p.sampled_kg, p.lost_kg,
               CASE WHEN p.purchased = 0 THEN 0 WHEN p.sure THEN greatest(p.origin - greatest(p.gone - p.w - p.q - p.afloat, 0), 0) END::bigint,
               CASE WHEN p.purchased = 0 THEN 0 WHEN p.sure THEN greatest(p.afloat - greatest(p.gone - p.w - p.q, 0), 0) END::bigint,
               CASE WHEN p.purchased = 0 THEN 0 WHEN p.sure THEN greatest(p.q - greatest(p.gone - p.w, 0), 0) END::bigint,
               CASE WHEN p.purchased = 0 THEN 0 WHEN p.sure THEN greatest(p.w - p.gone, 0) END::bigint,
               p.delivered::bigint
        FROM placed p
    $q$, narrowed, chosen) USING day, lots, public.acting_day();
END $$;

-- As before; but a sample is taken of coffee whose bags nobody has counted yet, too.
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
        IF EXISTS (SELECT FROM public.stock_held h WHERE h.lot_id = lot AND h.source <> 'sample'
                   AND greatest(h.since, today) < coalesce(h.ends, 'infinity')) THEN
            RAISE check_violation USING CONSTRAINT = 'lot_bags_known', DETAIL = jsonb_build_object('lot', it.code),
                MESSAGE = format('nobody knows how many bags lot %s has', it.code);
        END IF;
        RETURN;
    END IF;
    IF it.bag_weight_kg IS NULL AND EXISTS (SELECT FROM public.stock_held h WHERE h.lot_id = lot AND h.source <> 'sample' AND h.weight_kg IS NOT NULL) THEN
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
                         ELSE held.source = own_kind AND held.source_id = own END
$$;

-- A deal before its lots, lots by number: whoever needs several waits for them in the same order.
CREATE OR REPLACE FUNCTION stock_check() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    written jsonb := to_jsonb(NEW);
    before jsonb := CASE WHEN TG_OP = 'UPDATE' THEN to_jsonb(OLD) END;
    one bigint;
BEGIN
    IF TG_TABLE_NAME = 'lot' THEN
        PERFORM public.stock_require(NEW.id, TG_TABLE_NAME, NULL);
        RETURN NULL;
    END IF;
    IF TG_TABLE_NAME = 'deal' THEN
        FOR one IN SELECT l.lot_id FROM public.deal_line l WHERE l.deal_id = NEW.id
                   UNION SELECT r.lot_id FROM public.reservation r WHERE r.deal_id = NEW.id ORDER BY 1 LOOP
            PERFORM public.stock_require(one, TG_TABLE_NAME, NEW.id);
        END LOOP;
        RETURN NULL;
    END IF;
    PERFORM FROM public.deal d WHERE d.id IN ((written ->> 'deal_id')::bigint, (before ->> 'deal_id')::bigint)
    ORDER BY d.id FOR NO KEY UPDATE;
    FOR one IN SELECT (written ->> 'lot_id')::bigint UNION SELECT (before ->> 'lot_id')::bigint ORDER BY 1 LOOP
        IF one IS NOT NULL THEN
            PERFORM public.stock_require(one, TG_TABLE_NAME, NEW.id);
        END IF;
    END LOOP;
    RETURN NULL;
END $$;

REVOKE ALL ON FUNCTION stock_on(date, bigint[]) FROM PUBLIC;
CREATE TRIGGER stock_check AFTER INSERT OR UPDATE ON sample FOR EACH ROW EXECUTE FUNCTION stock_check();

GRANT EXECUTE ON FUNCTION stock_on(date, bigint[]) TO coffeestudio_app;
