"""Totals of cupping forms, and what several cuppers' scores say together.

Two forms are known, and a score of one is never compared or averaged with a score of the other:

* SCA 2004 ("SCAA cupping form"): ten attributes, seven of 6.00 to 10.00 in quarter points, three
  (uniformity, clean cup, sweetness) of two points a cup over five cups; final score = sum of the
  attributes − 2 × tainted cups − 4 × faulty cups. Read in public implementations of the form and
  confirmed on 1,310 public CQI records, whose ten values add up to the total within 0.05 in 99.8 %
  (computed); that the scale of the seven begins at 6.00 is unchecked, so lower values are taken.
* SCA-104-2024, affective form of the Coffee Value Assessment: eight sections of 1 to 9,
  S = 0.65625 × Σ sections + 52.75 − 2 × non-uniform cups − 4 × defective cups. Read in two public
  implementations; whether a published score is rounded to 0.25 is unchecked, so both are taken.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from db.enums import CuppingKind, Protocol

GRADED: tuple[str, ...] = ("aroma", "flavor", "aftertaste", "acidity", "body", "balance", "overall")
BY_CUP: tuple[str, ...] = ("uniformity", "clean_cup", "sweetness")
SECTIONS: tuple[str, ...] = (
    "fragrance", "aroma", "flavor", "aftertaste", "acidity", "sweetness", "mouthfeel", "overall",
)  # fmt: skip
CUPS = 5
TOLERANCE = Decimal("0.05")
_CENT, _QUARTER = Decimal("0.01"), Decimal("0.25")
_SLOPE, _BASE = Decimal("0.65625"), Decimal("52.75")

Values = Mapping[str, Decimal | None]


@dataclass(frozen=True)
class Form:
    """A cupping form.

    Attributes:
        attributes: what is scored.
        deductions: cups → points each of them costs.
        least, most: bounds of an attribute.
        steps: attribute → step on one cupper's sheet.
    """

    protocol: Protocol
    attributes: tuple[str, ...]
    deductions: Mapping[str, int]
    least: int
    most: int
    steps: Mapping[str, Decimal]

    def total(self, values: Values) -> Decimal | None:
        """Return the exact total, None when an attribute is missing; no cups named means none."""
        scored = [values.get(a) for a in self.attributes]
        known = [v for v in scored if v is not None]
        if len(known) < len(scored):
            return None
        total = sum(known, Decimal(0))
        if self.protocol is Protocol.CVA:
            total = _SLOPE * total + _BASE
        return total - sum(
            (n * (values.get(c) or 0) for c, n in self.deductions.items()), Decimal()
        )


_STEPS_2004: dict[str, Decimal] = dict.fromkeys(GRADED, _QUARTER) | {a: Decimal(2) for a in BY_CUP}

SCA_2004 = Form(
    Protocol.SCA_2004,
    GRADED + BY_CUP,
    {"tainted_cups": 2, "faulty_cups": 4},
    0,
    10,
    _STEPS_2004,
)
CVA = Form(
    Protocol.CVA,
    SECTIONS,
    {"non_uniform_cups": 2, "defective_cups": 4},
    1,
    9,
    dict.fromkeys(SECTIONS, Decimal(1)),
)
FORMS = {Protocol.SCA_2004: SCA_2004, Protocol.CVA: CVA}
ALL_ATTRIBUTES = tuple(dict.fromkeys(GRADED + BY_CUP + SECTIONS))
ALL_CUPS = (*SCA_2004.deductions, *CVA.deductions)


def rounded(value: Decimal) -> Decimal:
    """Return a score to two decimals, half up."""
    return value.quantize(_CENT, ROUND_HALF_UP)


def off_step(form: Form, values: Values) -> list[str]:
    """Return the attributes of one cupper's sheet that do not lie on the form's steps.

    A panel's means do not have to: of the public CQI values only about a third do.
    """
    wrong = [a for a, step in form.steps.items() if (v := values.get(a)) is not None and v % step]
    return wrong + [c for c in form.deductions if (v := values.get(c)) is not None and v % 1]


def out_of_scale(form: Form, values: Values) -> list[str]:
    """Return the attributes and cups outside the form's scale."""
    wrong = [
        a for a in form.attributes if (v := values.get(a)) is not None
        and not form.least <= v <= form.most
    ]  # fmt: skip
    return wrong + [
        c for c in form.deductions if (v := values.get(c)) is not None and not 0 <= v <= CUPS
    ]


def foreign(form: Form, values: Values) -> list[str]:
    """Return what is filled in although the form has no such attribute or cups."""
    known = {*form.attributes, *form.deductions}
    return [a for a in (*ALL_ATTRIBUTES, *ALL_CUPS) if values.get(a) is not None and a not in known]


def agrees(form: Form, exact: Decimal, said: Decimal, *, single: bool) -> bool:
    """Return whether a total that was written down is the one the attributes give.

    Args:
        form: the form.
        exact: what the attributes give.
        said: what was written down.
        single: on one cupper's sheet to the cent; of a panel's rounded means within 0.05.
    """
    if form.protocol is Protocol.CVA:
        nearest = (exact / _QUARTER).quantize(Decimal(1), ROUND_HALF_UP) * _QUARTER
        return said == nearest or abs(said - exact) <= TOLERANCE
    return rounded(exact) == said if single else abs(said - exact) <= TOLERANCE


@dataclass(frozen=True)
class Spread:
    """What some scores of one protocol say together; `sd` is unknown for a single one."""

    count: int
    mean: Decimal
    least: Decimal
    most: Decimal
    sd: Decimal | None


def spread(scores: Sequence[Decimal]) -> Spread:
    """Return mean, range and sample standard deviation (n − 1) of some scores.

    Raises:
        ValueError: there are none.
    """
    if not scores:
        raise ValueError("no score, no spread")
    mean = sum(scores, Decimal(0)) / len(scores)
    sd = None
    if len(scores) > 1:
        squares = sum(((s - mean) ** 2 for s in scores), Decimal(0))
        sd = rounded((squares / (len(scores) - 1)).sqrt())
    return Spread(len(scores), rounded(mean), min(scores), max(scores), sd)


@dataclass(frozen=True)
class Figure:
    """What a session comes to, and what that rests on."""

    rests_on: CuppingKind
    spread: Spread


def figure_of(entries: Sequence[tuple[CuppingKind, Decimal]]) -> Figure:
    """Return what the entries of one session, all on one form, come to.

    What a panel agreed on counts before the mean of single sheets, sheets before totals alone.

    Raises:
        ValueError: there are none.
    """
    for kind in (CuppingKind.PANEL, CuppingKind.SHEET, CuppingKind.TOTAL):
        scores = [score for k, score in entries if k is kind]
        if scores:
            return Figure(kind, spread(scores))
    raise ValueError("no entry, no figure")


class MixedProtocolsError(ValueError):
    """Scores of different forms were to be put into one figure."""

    def __init__(self, protocols: Iterable[Protocol]) -> None:
        self.protocols = sorted(set(protocols))
        super().__init__(", ".join(self.protocols))


def one_protocol(protocols: Iterable[Protocol]) -> Protocol:
    """Return the protocol some scores share.

    Raises:
        MixedProtocolsError: they share none.
    """
    found = set(protocols)
    if len(found) != 1:
        raise MixedProtocolsError(found)
    return found.pop()


@dataclass(frozen=True)
class Sheet:
    """One cupper's score within a session; sessions are told apart by anything comparable."""

    session: tuple[object, ...]
    cupper: str
    score: Decimal


@dataclass(frozen=True)
class Leaning:
    """How a cupper scores against the others at the same table.

    Attributes:
        sheets: how many of theirs had somebody beside them.
        leaning: their mean distance from the mean of the others, + is kinder.
        distance: the same without sign: how far from the others, either way.
    """

    cupper: str
    sheets: int
    leaning: Decimal
    distance: Decimal


def leanings(sheets: Sequence[Sheet]) -> list[Leaning]:
    """Return how each cupper leans; sessions with one cupper say nothing and are left out."""
    tables: dict[tuple[object, ...], list[Sheet]] = {}
    for sheet in sheets:
        tables.setdefault(sheet.session, []).append(sheet)
    apart: dict[str, list[Decimal]] = {}
    for table in tables.values():
        for sheet in table:
            others = [s.score for s in table if s.cupper != sheet.cupper]
            if others:
                mean = sum(others, Decimal(0)) / len(others)
                apart.setdefault(sheet.cupper, []).append(sheet.score - mean)
    return [
        Leaning(
            cupper,
            len(gaps),
            rounded(sum(gaps, Decimal(0)) / len(gaps)),
            rounded(sum(map(abs, gaps), Decimal(0)) / len(gaps)),
        )
        for cupper, gaps in sorted(apart.items())
    ]
