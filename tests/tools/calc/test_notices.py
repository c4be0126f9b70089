"""What a carrier's text says is read by form and by name, with the line it stands in."""

from datetime import date

import pytest

from db.enums import Locale
from tools.calc.notices import read_notice

TODAY = date(2026, 11, 24)
NOTICE = """ARRIVAL NOTICE
Vessel: Demo Marañón  Voy. 645N
Master B/L No.: DALPAI2600352
Container: DEMU 260404-1   275 bags   18,975.00 kg
ETA Hamburg: 14.12.2026 (previous ETA 05.12.2026)
Last free day: 21.12.2026
Shipped on board 31/10/2026
House B/L HBL12345678, seal DM410219, container DEMU2604042
"""


def found(text: str, locale: Locale) -> dict[str, list[str]]:
    kinds: dict[str, list[str]] = {}
    for one in read_notice(text, locale, TODAY):
        kinds.setdefault(one.kind, []).append(one.value)
    return kinds


def test_an_arrival_notice() -> None:
    assert found(NOTICE, "en") == {
        "vessel": ["Demo Marañón"],
        "voyage": ["645N"],
        "bl_number": ["DALPAI2600352"],
        "container": ["DEMU2604041", "DEMU2604042"],
        "bags": ["275"],
        "eta": ["2026-12-14"],
        "date": ["2026-12-05"],
        "free_until": ["2026-12-21"],
        "departed_on": ["2026-10-31"],
        "house_bl": ["HBL12345678"],
    }


def test_a_container_with_a_wrong_check_digit_is_not_certain() -> None:
    certain = {
        n.value: n.certain for n in read_notice(NOTICE, "en", TODAY) if n.kind == "container"
    }
    assert certain == {"DEMU2604041": True, "DEMU2604042": False}


def test_every_find_keeps_its_line() -> None:
    lines = {" ".join(line.split()) for line in NOTICE.splitlines()}
    assert {n.line for n in read_notice(NOTICE, "en", TODAY)} <= lines


@pytest.mark.parametrize(
    ("locale", "text"),
    [
        ("de", "Schiff: Demo Ucayali, Reise Nr. 652N, voraussichtliche Ankunft 9. Dezember, frei bis 16.12."),
        ("en", "MV Demo Ucayali, voyage 652N, expected arrival 9 December 2026, free time until 16 Dec"),
        ("es", "Nave: Demo Ucayali, viaje 652N, llegada prevista el 9 de diciembre, días libres hasta el 16 de diciembre"),
    ],
)  # fmt: skip
def test_three_languages(locale: Locale, text: str) -> None:
    assert found(text, locale) == {
        "vessel": ["Demo Ucayali"],
        "voyage": ["652N"],
        "eta": ["2026-12-09"],
        "free_until": ["2026-12-16"],
    }


@pytest.mark.parametrize(
    "text", ["", "Hallo zusammen,\n\nviele Grüße", "B/L folgt, Schiff noch offen"]
)
def test_nothing_is_made_up(text: str) -> None:
    assert read_notice(text, "de", TODAY) == []


def test_a_voyage_may_stand_behind_a_bare_v_and_free_time_may_end() -> None:
    text = "Vessel: Demo Huallaga V.641N\nFree time ends: 09.12.2026"
    assert found(text, "en") == {
        "vessel": ["Demo Huallaga"],
        "voyage": ["641N"],
        "free_until": ["2026-12-09"],
    }
