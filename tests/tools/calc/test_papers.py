"""Which papers a shipment needs: by its lots, its days and the size of the company."""

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from db.enums import Certification, PaperKind, SizeClass
from tools.calc.papers import EUDR_LARGE, EUDR_SMALL, SOURCES, Carried, Need, Wanted, Why, wanted

GONE, HERE = date(2026, 12, 6), date(2027, 1, 4)
ALWAYS = {
    PaperKind.CONTRACT,
    PaperKind.BILL_OF_LADING,
    PaperKind.COMMERCIAL_INVOICE,
    PaperKind.PACKING_LIST,
    PaperKind.ICO_CERTIFICATE,
}


def found(
    *certificates: Certification,
    arrives: date | None = HERE,
    size: SizeClass | None = SizeClass.SMALL,
) -> dict[PaperKind, Wanted]:
    return {w.kind: w for w in wanted(Carried(certificates, GONE, arrives, size))}


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.sampled_from(list(Certification)), max_size=4),
    st.none() | st.dates(date(2026, 1, 1), date(2028, 1, 1)),
    st.none() | st.sampled_from(list(SizeClass)),
)
def test_every_kind_is_on_the_list_once_with_a_reason(
    certificates: list[Certification], arrives: date | None, size: SizeClass | None
) -> None:
    listed = wanted(Carried(certificates, GONE, arrives, size))
    assert [w.kind for w in listed] == list(PaperKind)
    assert {w.kind for w in listed if w.need is Need.YES} >= ALWAYS
    assert all(w.why in SOURCES or w.why in {Why.USUAL, Why.INSURED} for w in listed)
    assert all(w.due is None for w in listed if w.need is Need.NO)


def test_what_is_not_confirmed_or_depends_stays_open() -> None:
    assert found()[PaperKind.PHYTOSANITARY].need is Need.OPEN
    assert (found()[PaperKind.INSURANCE].need, found()[PaperKind.INSURANCE].due) == (
        Need.OPEN,
        GONE,
    )


@pytest.mark.parametrize(
    ("certificates", "need", "why"),
    [
        ((), Need.NO, Why.NOT_ORGANIC),
        ((Certification.FAIRTRADE,), Need.NO, Why.NOT_ORGANIC),
        ((Certification.ORGANIC,), Need.YES, Why.ORGANIC),
        ((Certification.EU_ORGANIC, Certification.USDA_ORGANIC), Need.YES, Why.ORGANIC),
        ((Certification.USDA_ORGANIC,), Need.OPEN, Why.ORGANIC_ELSEWHERE),
    ],
)
def test_organic_lots_take_a_certificate_of_inspection_before_they_leave(
    certificates: tuple[Certification, ...], need: Need, why: Why
) -> None:
    coi = found(*certificates)[PaperKind.ORGANIC_COI]
    assert (coi.need, coi.why, coi.due) == (need, why, None if need is Need.NO else GONE)


@pytest.mark.parametrize(
    ("arrives", "size", "need"),
    [
        (date(2026, 12, 29), SizeClass.LARGE, Need.NO),
        (EUDR_LARGE, SizeClass.MEDIUM, Need.YES),
        (EUDR_LARGE, SizeClass.SMALL, Need.OPEN),
        (EUDR_LARGE, None, Need.OPEN),
        (EUDR_SMALL, SizeClass.MICRO, Need.YES),
        (EUDR_SMALL, None, Need.YES),
        (None, SizeClass.LARGE, Need.OPEN),
    ],
)
def test_the_eudr_statement_depends_on_the_day_and_the_companys_size(
    arrives: date | None, size: SizeClass | None, need: Need
) -> None:
    assert found(arrives=arrives, size=size)[PaperKind.EUDR_STATEMENT].need is need
