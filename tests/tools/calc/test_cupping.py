"""Cupping totals against golden figures, and what holds for every sheet."""

from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from db.enums import Protocol
from tools.calc.cupping import (
    BY_CUP,
    CVA,
    GRADED,
    SCA_2004,
    SECTIONS,
    Form,
    MixedProtocolsError,
    Sheet,
    agrees,
    foreign,
    leanings,
    off_step,
    one_protocol,
    out_of_scale,
    rounded,
    spread,
)

D = Decimal
busy = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # a busy machine
quarters = st.integers(24, 40).map(lambda n: D(n) / 4)
twos = st.integers(0, 5).map(lambda n: D(2 * n))
cups = st.integers(0, 5).map(D)


def sheets() -> st.SearchStrategy[dict[str, Decimal]]:
    graded = dict.fromkeys(GRADED, quarters) | dict.fromkeys(BY_CUP, twos)
    return st.fixed_dictionaries(graded | {"tainted_cups": cups, "faulty_cups": cups})


def all_at(form: Form, value: str) -> dict[str, Decimal | None]:
    return dict.fromkeys(form.attributes, D(value))


@pytest.mark.parametrize(
    ("section", "score"), [("1", "58"), ("5", "79"), ("6", "84.25"), ("9", "100")]
)
def test_the_affective_form_gives_its_golden_scores(section: str, score: str) -> None:
    assert CVA.total(all_at(CVA, section)) == D(score)


def test_eighty_takes_forty_two_points_of_the_affective_form() -> None:
    sections = dict(zip(SECTIONS, map(D, (6, 6, 5, 5, 5, 5, 5, 5)), strict=True))
    assert rounded(CVA.total(sections) or D(0)) == D("80.31")
    assert (CVA.total(sections | {"flavor": D(4)}) or D(0)) < 80


def test_cups_cost_two_and_four_points_on_either_form() -> None:
    base = all_at(SCA_2004, "8")
    assert SCA_2004.total(base) == 80
    assert SCA_2004.total(base | {"tainted_cups": D(1), "faulty_cups": D(2)}) == 70
    assert CVA.total(all_at(CVA, "9") | {"non_uniform_cups": D(2), "defective_cups": D(1)}) == 92


def test_a_missing_attribute_leaves_the_total_unknown() -> None:
    assert SCA_2004.total(all_at(SCA_2004, "8") | {"balance": None}) is None
    assert CVA.total({}) is None


@busy
@given(sheets())
def test_a_single_sheet_adds_up_and_lies_on_its_steps(values: dict[str, Decimal]) -> None:
    total = SCA_2004.total(values)
    assert total is not None
    lost = 2 * values["tainted_cups"] + 4 * values["faulty_cups"]
    assert total + lost == sum(values[a] for a in SCA_2004.attributes)
    assert (total % D("0.25"), off_step(SCA_2004, values)) == (0, [])
    assert out_of_scale(SCA_2004, values) == foreign(SCA_2004, values) == []
    assert agrees(SCA_2004, total, total, single=True)
    assert not agrees(SCA_2004, total, total + D("0.01"), single=True)


@busy
@given(sheets(), st.sampled_from(GRADED), st.integers(1, 24).map(lambda n: D(n) / 100))
def test_what_lies_between_quarters_is_no_single_sheet(
    values: dict[str, Decimal], attribute: str, apart: Decimal
) -> None:
    assert off_step(SCA_2004, values | {attribute: D(8) + apart}) == [attribute]


@busy
@given(sheets(), st.integers(-5, 5).map(lambda n: D(n) / 100))
def test_a_panels_rounded_means_add_up_within_five_cents(
    values: dict[str, Decimal], slip: Decimal
) -> None:
    total = SCA_2004.total(values)
    assert total is not None
    assert agrees(SCA_2004, total, total + slip, single=False)
    assert not agrees(SCA_2004, total, total + slip + D("0.11"), single=False)


def test_an_affective_score_may_be_rounded_to_quarters() -> None:
    exact = D("80.3125")
    said = ("80.31", "80.25", "80.50", "80")
    assert [agrees(CVA, exact, D(s), single=True) for s in said] == [True, True, False, False]


def test_what_belongs_to_the_other_form_is_named() -> None:
    assert foreign(CVA, {"body": D(8), "tainted_cups": D(1), "aroma": D(5)}) == [
        "body",
        "tainted_cups",
    ]
    assert foreign(SCA_2004, {"mouthfeel": D(5), "fragrance": D(6)}) == ["fragrance", "mouthfeel"]
    assert out_of_scale(CVA, {"aroma": D("9.5"), "defective_cups": D(6)}) == [
        "aroma",
        "defective_cups",
    ]
    assert out_of_scale(SCA_2004, {"aroma": D("10.25")}) == ["aroma"]


def test_several_cuppers_have_a_spread_and_one_has_none() -> None:
    found = spread([D("86"), D("86.5"), D("87.25")])
    assert (found.count, found.mean, found.least, found.most) == (3, D("86.58"), 86, D("87.25"))
    assert found.sd == D("0.63")
    assert spread([D("85.25")]).sd is None
    with pytest.raises(ValueError, match="no score"):
        spread([])


@busy
@given(st.lists(st.decimals(60, 100, places=2), min_size=1, max_size=9))
def test_a_mean_lies_between_least_and_most(scores: list[Decimal]) -> None:
    found = spread(scores)
    assert found.least <= found.mean <= found.most
    assert (found.sd is None) == (len(scores) == 1)


def test_scores_of_two_forms_share_no_protocol() -> None:
    assert one_protocol([Protocol.CVA, Protocol.CVA]) is Protocol.CVA
    with pytest.raises(MixedProtocolsError, match="cva, sca_2004"):
        one_protocol([Protocol.SCA_2004, Protocol.CVA])


def test_a_cupper_leans_against_the_others_at_the_same_table() -> None:
    table = [Sheet((1,), "A", D(86)), Sheet((1,), "B", D(85)), Sheet((1,), "C", D("84.5"))]
    alone = [Sheet((2,), "A", D(90))]
    found = {x.cupper: x for x in leanings([*table, *alone])}
    assert (found["A"].sheets, found["A"].leaning, found["A"].distance) == (1, D("1.25"), D("1.25"))
    assert (found["C"].leaning, found["C"].distance) == (D("-1.00"), D("1.00"))
    assert leanings(alone) == []
