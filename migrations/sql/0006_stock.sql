-- Stock: what takes bags off a lot on which days, and that never more is promised than there is.
-- A line is sold from the day its deal is confirmed until the day it is lost. A reservation holds through
-- its last day; it ends sooner when it is released, or when its deal is confirmed (the lines take over)
-- or lost. What was lost, drawn or counted counts from its day on.

-- The day the actor lives in; Berlin's when nobody told it.
CREATE FUNCTION acting_day() RETURNS date
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT coalesce(nullif(current_setting('app.today', true), '')::date,
                    (now() AT TIME ZONE 'Europe/Berlin')::date)
$$;

-- `since` is the first day something counts, `ends` the first it no longer does; a surplus is negative.
CREATE VIEW stock_held AS
    SELECT l.lot_id, 'sold'::text AS kind, l.bags, NULL::numeric AS weight_kg,
           greatest(d.confirmed_on, l.added_on) AS since, d.lost_on AS ends, d.delivered_on,
           d.roaster_id, d.id AS deal_id, l.id AS source_id
    FROM deal_line l JOIN deal d ON d.id = l.deal_id
    WHERE l.retired_at IS NULL AND d.retired_at IS NULL AND d.confirmed_on IS NOT NULL
    UNION ALL
    SELECT r.lot_id, 'reserved', r.bags, NULL,
           r.reserved_on,
           least(r.until + 1, r.released_on, CASE WHEN d.confirmed_on >= r.reserved_on THEN d.confirmed_on END, d.lost_on),
           NULL,
           r.roaster_id, r.deal_id, r.id
    FROM reservation r LEFT JOIN deal d ON d.id = r.deal_id AND d.retired_at IS NULL
    WHERE r.retired_at IS NULL
    UNION ALL
    SELECT m.lot_id, CASE m.kind WHEN 'sample' THEN 'sampled' ELSE 'lost' END,
           CASE m.kind WHEN 'surplus' THEN -m.bags ELSE m.bags END,
           CASE m.kind WHEN 'surplus' THEN -m.weight_kg ELSE m.weight_kg END,
           m.moved_on, NULL, NULL, NULL, NULL, m.id
    FROM stock_movement m WHERE m.retired_at IS NULL;

-- The position of lots on a day, all that are not put away or those named. Bags are whole: loose kilos take
-- a bag when they fill one. What is not known is NULL, and so is what follows from it.
-- It runs with the owner's rights, since a position is only true when it counts what the actor may not see;
-- who holds what is told elsewhere.
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

-- The bags of one lot that are free on a day: what `stock_on` says, quick enough for a column.
CREATE FUNCTION stock_free(lot bigint, day date) RETURNS bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF public.actor_role() IS NULL THEN
        RETURN NULL;
    END IF;
    RETURN (
        SELECT CASE WHEN c.signed_on > day THEN 0 ELSE o.bags END - (
            SELECT coalesce(sum(h.bags), 0)
                 + coalesce(trunc(sum(h.weight_kg) FILTER (WHERE h.kind = 'sampled') / o.bag_weight_kg), 0)
                 + coalesce(trunc(sum(h.weight_kg) FILTER (WHERE h.kind = 'lost') / o.bag_weight_kg), 0)
            FROM public.stock_held h
            WHERE h.lot_id = o.id AND h.since <= day AND (h.ends IS NULL OR h.ends > day))
        FROM public.lot o LEFT JOIN public.contract c ON c.id = o.contract_id WHERE o.id = lot);
END $$;

-- The bags of one lot that are taken in one way on a day: sold, reserved.
CREATE FUNCTION stock_taken(lot bigint, how text, day date) RETURNS bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF public.actor_role() IS NULL THEN
        RETURN NULL;
    END IF;
    RETURN (SELECT coalesce(sum(h.bags), 0) FROM public.stock_held h
            WHERE h.lot_id = lot AND h.kind = how AND h.since <= day AND (h.ends IS NULL OR h.ends > day));
END $$;

-- Who holds bags of a lot on a day, most first. A customer the actor may not see has no name.
CREATE FUNCTION stock_holders(lot bigint, day date)
RETURNS TABLE (kind text, bags bigint, until date, deal text, roaster text, source_id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT h.kind, h.bags::bigint, CASE h.kind WHEN 'reserved' THEN h.ends - 1 END,
           CASE WHEN seen.it THEN d.code END, CASE WHEN seen.it THEN r.name END, h.source_id
    FROM public.stock_held h
    LEFT JOIN public.roaster r ON r.id = h.roaster_id
    LEFT JOIN public.deal d ON d.id = h.deal_id
    CROSS JOIN LATERAL (SELECT public.all_customers() OR r.owner_id = public.actor_member() AS it) seen
    WHERE public.actor_role() IS NOT NULL AND h.lot_id = lot AND h.bags <> 0
      AND h.since <= day AND (h.ends IS NULL OR h.ends > day)
    ORDER BY h.bags DESC, h.kind, h.source_id
$$;

-- Hold one lot to what there is, from today on; `own` rows are those just written. Whoever wants bags
-- waits for the lot's row first, so two members cannot both get the last ones.
CREATE FUNCTION stock_require(lot bigint, own_kind text, own bigint) RETURNS void
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

CREATE FUNCTION stock_own(held public.stock_held, own_kind text, own bigint) RETURNS boolean
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT CASE own_kind WHEN 'deal' THEN held.deal_id IS NOT DISTINCT FROM own AND held.kind = 'sold'
                         WHEN 'movement' THEN held.kind IN ('sampled', 'lost') AND held.source_id = own
                         ELSE held.kind = own_kind AND held.source_id = own END
$$;

-- A deal before its lots, lots by number: whoever needs several waits for them in the same order.
CREATE FUNCTION stock_check() RETURNS trigger
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

-- A contract is fixed on as many futures lots as it says, else on what its kilos round to, one at least.
CREATE FUNCTION contract_futures_lots(it public.contract) RETURNS bigint
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT CASE WHEN it.basis = 'differential' THEN
        coalesce(it.futures_lots, greatest(1, round(it.weight_kg / (37500 * 0.45359237)))) END
$$;

CREATE FUNCTION fixing_check() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    it public.contract;
    fixed bigint;
    most bigint;
    mine bigint := 0;
BEGIN
    IF TG_TABLE_NAME = 'fixation' THEN
        SELECT c.* INTO it FROM public.contract c WHERE c.id = NEW.contract_id FOR NO KEY UPDATE;
        mine := CASE WHEN NEW.retired_at IS NULL THEN NEW.futures_lots ELSE 0 END;
    ELSE
        it := NEW;
    END IF;
    SELECT coalesce(sum(f.futures_lots), 0) INTO fixed FROM public.fixation f
    WHERE f.contract_id = it.id AND f.retired_at IS NULL;
    most := public.contract_futures_lots(it);
    IF fixed = 0 OR fixed <= most THEN
        RETURN NULL;
    END IF;
    RAISE check_violation USING CONSTRAINT = CASE WHEN most IS NULL THEN 'contract_to_be_fixed' ELSE 'contract_not_overfixed' END,
        MESSAGE = format('contract %s is fixed on %s futures lots, %s are fixed', it.code, most, fixed),
        DETAIL = jsonb_build_object('contract', it.code, 'most', most, 'fixed', fixed - mine, 'mine', mine);
END $$;

-- Lots belong to contracts that bind; a contract with lots goes on binding.
CREATE FUNCTION contract_binds() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    it public.contract;
    lots jsonb;
BEGIN
    IF TG_TABLE_NAME = 'lot' THEN
        SELECT c.* INTO it FROM public.contract c WHERE c.id = NEW.contract_id FOR NO KEY UPDATE;
        IF it.id IS NULL OR NEW.retired_at IS NOT NULL OR (it.status IN ('confirmed', 'completed') AND it.retired_at IS NULL) THEN
            RETURN NULL;
        END IF;
        lots := jsonb_build_array(NEW.code);
    ELSE
        it := NEW;
        IF it.status IN ('confirmed', 'completed') AND it.retired_at IS NULL THEN
            RETURN NULL;
        END IF;
        SELECT jsonb_agg(l.code ORDER BY l.code) INTO lots FROM public.lot l
        WHERE l.contract_id = it.id AND l.retired_at IS NULL;
    END IF;
    IF lots IS NULL THEN
        RETURN NULL;
    END IF;
    RAISE check_violation USING CONSTRAINT = 'contract_binds',
        MESSAGE = format('contract %s has lots, so it must bind', it.code),
        DETAIL = jsonb_build_object('contract', it.code, 'lots', lots);
END $$;

REVOKE ALL ON FUNCTION acting_day(), stock_on(date, bigint[]), stock_free(bigint, date),
    stock_taken(bigint, text, date), stock_holders(bigint, date), stock_require(bigint, text, bigint),
    stock_own(stock_held, text, bigint), stock_check(), contract_futures_lots(contract), fixing_check(),
    contract_binds() FROM PUBLIC;
REVOKE ALL ON stock_held FROM PUBLIC;
