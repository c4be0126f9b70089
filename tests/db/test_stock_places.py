"""Where a lot's bags lie on a day, and which samples take coffee off it."""

# ruff: noqa: S608 - all statements are made of constants

from decimal import Decimal

import psycopg
import pytest

from tests.db.places import Place

LOT = "INSERT INTO lot (id, code, bags, bag_weight_kg, contract_id, warehouse_id) VALUES "
SHIPMENT = "INSERT INTO shipment (id, code, status, departed_on, arrived_on, delivered_on) VALUES "
ABOARD = "INSERT INTO shipment_lot (shipment_id, lot_id, bags) VALUES "
UNKNOWN = (None,) * 4


def there(place: Place, day: str, lot: int = 1) -> tuple[object, ...]:
    """Return bags at origin, afloat, at port, in warehouse."""
    (row,) = place.as_owner(
        "SELECT set_config('app.today', '2026-03-15', false)",
        f"SELECT at_origin, afloat, at_port, in_warehouse FROM stock_on('{day}', ARRAY[{lot}]::bigint[])",
    )
    return row


@pytest.fixture
def bought(written: Place) -> Place:
    """Lot 1, 100 bags bought on 1 February, 60 of them shipped."""
    written.as_owner(
        "INSERT INTO contract (id, code, cooperative_id, signed_on) VALUES (1, 'P-1', 1, '2026-02-01')",
        LOT + "(1, 'L-1', 100, 60, 1, NULL)",
        SHIPMENT + "(1, 'SH-1', 'delivered', '2026-03-01', '2026-03-20', '2026-03-25')",
        ABOARD + "(1, 1, 60)",
    )
    return written


def test_from_origin_to_the_warehouse_to_a_customer(bought: Place) -> None:
    bought.as_owner(
        "INSERT INTO deal (id, code, roaster_id, stage, confirmed_on, delivered_on) VALUES "
        "(1, 'S-1', 1, 'delivered', '2026-03-02', '2026-03-28')",
        "INSERT INTO deal_line (deal_id, lot_id, bags, added_on) VALUES (1, 1, 10, '2026-03-02')",
    )
    assert there(bought, "2026-01-31") == (0, 0, 0, 0)
    assert there(bought, "2026-02-15") == (100, 0, 0, 0)
    assert there(bought, "2026-03-10") == (40, 60, 0, 0)
    assert there(bought, "2026-03-22") == (40, 0, 60, 0)
    assert there(bought, "2026-03-26") == (40, 0, 0, 60)
    assert there(bought, "2026-03-30") == (40, 0, 0, 50)


def test_without_a_shipment_it_lies_where_it_is_said_to(written: Place) -> None:
    written.as_owner(
        "INSERT INTO contract (id, code, cooperative_id) VALUES (1, 'P-1', 1)",
        LOT
        + "(1, 'L-1', 50, 60, NULL, 1), (2, 'L-2', 50, 60, 1, NULL), (3, 'L-3', 50, 60, NULL, NULL), "
        "(4, 'L-4', NULL, 60, NULL, 1)",
        "UPDATE lot SET location = 'Hamburg' WHERE id = 3",
    )
    assert there(written, "2026-03-10") == (0, 0, 0, 50)  # in the warehouse it names
    assert there(written, "2026-03-10", 2) == (50, 0, 0, 0)  # bought, not shipped
    assert there(written, "2026-03-10", 3) == UNKNOWN  # a place in words is not a warehouse
    assert there(written, "2026-03-10", 4) == UNKNOWN


@pytest.mark.parametrize(
    ("status", "dates", "on", "expected"),
    [
        ("in_transit", "NULL, NULL, NULL", "2026-03-15", (40, 60, 0, 0)),
        ("in_transit", "NULL, NULL, NULL", "2026-03-14", UNKNOWN),
        ("customs", "'2026-03-01', NULL, NULL", "2026-03-15", (40, 0, 60, 0)),
        ("customs", "'2026-03-01', NULL, NULL", "2026-03-14", UNKNOWN),
        ("customs", "'2026-03-01', NULL, NULL", "2026-02-20", (100, 0, 0, 0)),
        ("delivered", "NULL, NULL, '2026-03-10'", "2026-03-10", (40, 0, 0, 60)),
        ("delivered", "NULL, NULL, '2026-03-10'", "2026-03-09", UNKNOWN),
        ("delivered", "'2026-03-01', '2026-03-05', NULL", "2026-03-15", (40, 0, 0, 60)),
        ("delivered", "'2026-03-01', '2026-03-05', NULL", "2026-03-04", (40, 60, 0, 0)),
        ("planned", "NULL, NULL, NULL", "2026-03-15", (100, 0, 0, 0)),
    ],
)
def test_a_step_without_its_day_is_known_today_and_unknown_before(
    bought: Place, status: str, dates: str, on: str, expected: tuple[object, ...]
) -> None:
    columns = "(departed_on, arrived_on, delivered_on)"
    bought.as_owner(f"UPDATE shipment SET status = '{status}', {columns} = ROW({dates})")
    assert there(bought, on) == expected


def test_what_was_drawn_or_lost_came_off_the_bags_that_were_furthest(bought: Place) -> None:
    moved = "INSERT INTO stock_movement (lot_id, kind, bags, moved_on, reason) VALUES (1, '{}', {}, '2026-03-02', 'x')"
    bought.as_owner(moved.format("loss", 5))
    assert there(bought, "2026-03-10") == (40, 55, 0, 0)
    assert there(bought, "2026-03-22") == (40, 0, 55, 0)
    assert there(bought, "2026-03-26") == (40, 0, 0, 55)
    bought.as_owner(moved.format("sample", 60))
    assert there(bought, "2026-03-10") == (35, 0, 0, 0)
    bought.as_owner("UPDATE stock_movement SET retired_at = now()", moved.format("surplus", 2))
    assert there(bought, "2026-03-26") == (40, 0, 0, 62)


@pytest.mark.parametrize("bags", [61, 100])
def test_records_that_contradict_each_other_say_nothing(bought: Place, bags: int) -> None:
    """More delivered to customers than has come, more shipped than there is."""
    bought.as_owner(
        "INSERT INTO deal (id, code, roaster_id, stage, confirmed_on, delivered_on) VALUES "
        "(1, 'S-1', 1, 'delivered', '2026-03-02', '2026-03-28')",
        f"INSERT INTO deal_line (deal_id, lot_id, bags, added_on) VALUES (1, 1, {bags}, '2026-03-02')",
    )
    assert there(bought, "2026-03-30") == UNKNOWN
    assert there(bought, "2026-03-26") == (40, 0, 0, 60)
    bought.as_owner("UPDATE deal SET retired_at = now()", "UPDATE lot SET bags = 59")
    assert there(bought, "2026-03-26") == UNKNOWN


def test_bags_of_a_shipment_nobody_counted_are_unknown(bought: Place) -> None:
    bought.as_owner("UPDATE shipment_lot SET bags = NULL")
    assert there(bought, "2026-03-26") == UNKNOWN


SAMPLE = "INSERT INTO sample (lot_id, kind, cooperative_id, roaster_id, weight_g, sent_on, received_on) VALUES "


@pytest.mark.parametrize(
    ("sample", "grams"),
    [
        ("(1, 'offer', NULL, 1, 300, '2026-03-05', NULL)", 300),
        ("(1, 'pre_shipment', NULL, 2, 300, '2026-03-05', '2026-03-09')", 300),
        ("(1, 'pre_shipment', NULL, 2, 300, NULL, '2026-03-05')", 300),
        ("(1, 'arrival', NULL, NULL, 300, NULL, '2026-03-05')", 300),
        ("(1, 'offer', NULL, 1, 300, '2026-03-25', NULL)", 0),  # to come
        ("(1, 'offer', NULL, 1, 300, NULL, NULL)", 0),  # not sent yet
        ("(1, 'offer', NULL, 1, NULL, '2026-03-05', NULL)", 0),  # nobody knows how much
        ("(1, 'pre_shipment', NULL, NULL, 300, '2026-03-05', '2026-03-09')", 0),  # theirs
        ("(1, 'offer', 1, NULL, 300, NULL, '2026-03-05')", 0),
        ("(NULL, 'offer', 1, NULL, 300, NULL, '2026-03-05')", 0),
    ],
)
def test_a_sample_of_ours_takes_its_grams_off_the_lot_once(
    bought: Place, sample: str, grams: int
) -> None:
    bought.as_owner(SAMPLE + sample)
    told = "SELECT sampled_kg * 1000, sampled, free, free_kg FROM stock_on('2026-03-10', '{1}')"
    assert bought.as_owner(told) == [(grams, 0, 100, 6000 - Decimal(grams) / 1000)]
    bought.as_owner("UPDATE sample SET retired_at = now()")
    assert bought.as_owner(told) == [(0, 0, 100, 6000)]


def test_samples_may_not_oversell_and_need_no_counted_bags(bought: Place) -> None:
    bought.as_owner(
        "INSERT INTO reservation (lot_id, roaster_id, bags, until, reserved_on) VALUES "
        "(1, 2, 100, '2126-03-09', '2026-03-02')",
        SAMPLE + "(1, 'offer', NULL, 1, 59000, '2026-03-05', NULL)",
    )
    with pytest.raises(psycopg.errors.CheckViolation) as told:
        bought.as_owner(SAMPLE + "(1, 'offer', NULL, 1, 1000, '2026-03-05', NULL)")
    assert told.value.diag.constraint_name == "lot_not_oversold"
    bought.as_owner(
        LOT + "(2, 'L-2', NULL, NULL, NULL, NULL), (3, 'L-3', 10, NULL, NULL, NULL)",
        SAMPLE
        + "(2, 'offer', NULL, 1, 300, '2026-03-05', NULL), (3, 'offer', NULL, 1, 300, '2026-03-05', NULL)",
    )
    found = bought.as_owner(
        "SELECT sampled, free, free_kg FROM stock_on('2026-03-10', '{2,3}') ORDER BY lot_id"
    )
    assert found == [(0, None, None), (0, 10, None)]
