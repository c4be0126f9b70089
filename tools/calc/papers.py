"""Which papers a shipment of Peruvian green coffee to Germany needs, with the reason and source.

What could not be confirmed is said to be open, never decided here: a person marks it as not needed
or puts it on file. Sources as read up to 23 November 2026; each is named in `SOURCES`.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from db.enums import Certification, PaperKind, SizeClass

AS_OF = date(2026, 11, 23)
ORGANIC_EU = frozenset((Certification.ORGANIC, Certification.EU_ORGANIC))
ORGANIC_ELSEWHERE = frozenset((Certification.USDA_ORGANIC, Certification.JAS))
# Reg. (EU) 2023/1115 as amended by Reg. (EU) 2025/2650, in force since 26 December 2025.
EUDR_LARGE = date(2026, 12, 30)
EUDR_SMALL = date(2027, 6, 30)


class Need(StrEnum):
    """Whether a paper is needed."""

    YES = "yes"
    NO = "no"
    OPEN = "open"


class Why(StrEnum):
    """The reason, each with a sentence where it is shown."""

    USUAL = "usual"
    ICO = "ico"
    PHYTO = "phyto"
    INSURED = "insured"
    ORGANIC = "organic"
    NOT_ORGANIC = "not_organic"
    ORGANIC_ELSEWHERE = "organic_elsewhere"
    EUDR = "eudr"
    EUDR_BEFORE = "eudr_before"
    EUDR_SIZE = "eudr_size"
    EUDR_DAY = "eudr_day"


SOURCES: dict[Why, str] = {
    Why.ICO: "ICO rules ICC-102-9 (Rev. 4, 2021), as told by the ITC Coffee Guide",
    Why.PHYTO: "Impl. Reg. (EU) 2019/2072, Annex XI and XII",
    Why.ORGANIC: "Reg. (EU) 2018/848; Del. Reg. (EU) 2021/2306",
    Why.NOT_ORGANIC: "Reg. (EU) 2018/848",
    Why.ORGANIC_ELSEWHERE: "Reg. (EU) 2018/848",
    Why.EUDR: "Reg. (EU) 2023/1115, Art. 26(4), as amended by Reg. (EU) 2025/2650",
    Why.EUDR_BEFORE: "Reg. (EU) 2023/1115 as amended by Reg. (EU) 2025/2650",
    Why.EUDR_SIZE: "Reg. (EU) 2023/1115 as amended by Reg. (EU) 2025/2650",
    Why.EUDR_DAY: "Reg. (EU) 2023/1115 as amended by Reg. (EU) 2025/2650",
}


@dataclass(frozen=True)
class Carried:
    """What decides: the lots' certificates, when they leave and arrive, how large the importer is.

    Attributes:
        certifications: every certificate a lot on the shipment is sold under.
        departs: the day of departure, planned or real.
        arrives: the day of arrival, planned or real: free circulation is not before it.
        size: the company's size class, None when nobody said it.
    """

    certifications: Collection[Certification]
    departs: date | None
    arrives: date | None
    size: SizeClass | None


@dataclass(frozen=True)
class Wanted:
    """A paper, whether it is needed, why, and by when; `due` is unknown without a date."""

    kind: PaperKind
    need: Need
    why: Why
    due: date | None


def wanted(carried: Carried) -> list[Wanted]:
    """Return every kind of paper with whether a shipment needs it.

    A paper without a day of its own counts as due on arrival, our working assumption since customs
    asks for it then; the organic certificate is issued before the consignment leaves.
    """
    return [_wanted(kind, carried) for kind in PaperKind]


def _wanted(kind: PaperKind, carried: Carried) -> Wanted:
    need, why, due = Need.YES, Why.USUAL, carried.arrives
    if kind is PaperKind.ICO_CERTIFICATE:
        why = Why.ICO
    elif kind is PaperKind.PHYTOSANITARY:
        need, why = Need.OPEN, Why.PHYTO
    elif kind is PaperKind.INSURANCE:
        need, why, due = Need.OPEN, Why.INSURED, carried.departs
    elif kind is PaperKind.ORGANIC_COI:
        need, why = _organic(carried)
        due = carried.departs
    elif kind is PaperKind.EUDR_STATEMENT:
        need, why = _eudr(carried)
    return Wanted(kind, need, why, due if need is not Need.NO else None)


def _organic(carried: Carried) -> tuple[Need, Why]:
    held = set(carried.certifications)
    if held & ORGANIC_EU:
        return Need.YES, Why.ORGANIC
    if held & ORGANIC_ELSEWHERE:
        return Need.OPEN, Why.ORGANIC_ELSEWHERE
    return Need.NO, Why.NOT_ORGANIC


def _eudr(carried: Carried) -> tuple[Need, Why]:
    """Return whether the due diligence statement is due when these goods are released.

    The later date holds for micro and small firms that were such by 31 December 2024, which the
    size class does not tell: between the two dates their case stays open.
    """
    if carried.arrives is None:
        return Need.OPEN, Why.EUDR_DAY
    if carried.arrives < EUDR_LARGE:
        return Need.NO, Why.EUDR_BEFORE
    if carried.arrives >= EUDR_SMALL or carried.size in {SizeClass.MEDIUM, SizeClass.LARGE}:
        return Need.YES, Why.EUDR
    return Need.OPEN, Why.EUDR_SIZE
