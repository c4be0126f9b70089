"""One Markdown file of the corpus: what its front matter says of a source, and its numbered units.

Pure: text in, values out. `corpus/README.md` tells the convention to whoever writes such a file.
"""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from enum import StrEnum
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Annotated, Any, Literal, TypeVar

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from db.enums import Locale
from knowledge.recheck import Recheck

UNREVIEWED = "to be confirmed by your customs lead"
CONFIRMED = "confirmed"
_HEADING = re.compile(r"^## +(?P<locator>[^·\n]+?) · (?P<title>.+?) *$", re.MULTILINE)
_ANY_HEADING = re.compile(r"^#{1,6}(?!#).*$", re.MULTILINE)
_FENCE = re.compile(r"\A---\n(?P<head>.*?)\n---\n(?P<rest>.*)\Z", re.DOTALL)

_Model = TypeVar("_Model", bound=BaseModel)
Slug = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
Line = Annotated[str, Field(pattern=r"^\S(.*\S)?$")]


class CorpusError(ValueError):
    """A file of the corpus that cannot be used, and why."""


class Certainty(StrEnum):
    """How far a statement may be trusted, as its author found it."""

    HIGH = "H"  # primary text, or two independent sources, were read
    MEDIUM = "M"  # one secondary source
    LOW = "L"  # memory only, or sources conflict
    OPEN = "open"  # asked and not answered, or no certainty recorded: no fact at all


class Kind(StrEnum):
    """What stands behind a source: whether it binds anybody."""

    LAW = "law"
    DRAFT = "draft"  # a bill, a proposal, a draft act: binds nobody
    GUIDANCE = "guidance"  # what an authority says of a law
    CONTRACT = "contract"  # standard terms: binds who agreed to them
    PRACTICE = "practice"
    NOTE = "note"  # our own: traps, checklists, where to ask


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


class Unit(_Strict):
    """One numbered unit: the smallest thing that is found and quoted.

    Attributes:
        locator: where it stands in its source, the same in every language: `Art. 26(4)`.
        context: the question it answers in the words people ask it; searched, never quoted.
        conf: how far it may be trusted.
        source: what was read for it.
        read: the day it was read.
        confirm: what to read or whom to ask before it is relied on; always there unless certain.
        body: the text, Markdown.
    """

    locator: Line
    title: Line
    context: Line
    conf: Certainty
    source: Line
    read: date
    confirm: Line | None = None
    body: Annotated[str, Field(min_length=20)]

    @property
    def to_be_confirmed(self) -> bool:
        """Whether an answer from this unit has to say that it is not certain."""
        return self.conf is not Certainty.HIGH

    @model_validator(mode="after")
    def _says_what_to_confirm(self) -> "Unit":
        if self.to_be_confirmed and not self.confirm:
            raise ValueError(f"certainty {self.conf.value} needs `confirm`: what is to be read")
        return self


class CorpusFile(_Strict):
    """One version of one source in one language.

    Attributes:
        act: the act and its number as people cite it, None for practice and notes.
        number: the bare number, `2023/1115`.
        tier: 1 law, 2 authority, 3 association or carrier, 4 explainer or our own note.
        work_key: the same for all versions and languages of a source.
        version: the same for all languages of a version.
        valid_from: the first day; None when what was read does not say.
        valid_to: the last day; None while no end is known.
        validity_note: what is to be known about these days.
        supersedes: the version before, of the same source.
        reviewed_by: the person who compared it with the official text; None: nobody has.
        read: the day its units were read, unless a unit says another.
    """

    title: Line
    act: Line | None
    number: Line | None
    jurisdiction: Literal["EU", "DE", "PE", "INT"]
    language: Locale
    kind: Kind
    tier: Literal[1, 2, 3, 4]
    work_key: Slug
    version: Slug
    valid_from: date | None
    valid_to: date | None
    validity_note: Line | None = None
    supersedes: Slug | None
    official_reference: Line
    status: Literal["to be confirmed by your customs lead", "confirmed"]
    reviewed_by: Line | None
    recheck_every: Annotated[Recheck, BeforeValidator(Recheck.parse)]
    read: date
    units: tuple[Unit, ...]

    @property
    def key(self) -> str:
        """Return what names this file among all: `eudr/2025-2650.de`."""
        return f"{self.work_key}/{self.version}.{self.language}"

    @property
    def until(self) -> date | None:
        """Return the first day it no longer holds, for ranges without their end."""
        return self.valid_to + timedelta(days=1) if self.valid_to else None

    def holds(self, day: date) -> bool:
        """Return whether the version holds on a day; an unknown start excludes no day."""
        started = self.valid_from is None or self.valid_from <= day
        return started and (self.valid_to is None or day <= self.valid_to)

    @model_validator(mode="after")
    def _fits_together(self) -> "CorpusFile":
        if (self.reviewed_by is None) != (self.status == UNREVIEWED):
            raise ValueError(f"`status` is {UNREVIEWED!r} until `reviewed_by` names a person")
        if self.valid_from and self.valid_to and self.valid_to < self.valid_from:
            raise ValueError("`valid_to` lies before `valid_from`")
        if not self.units:
            raise ValueError("a file needs at least one unit: `## Art. 1 · Title`")
        locators = [unit.locator for unit in self.units]
        if twice := sorted({one for one in locators if locators.count(one) > 1}):
            raise ValueError(f"locators stand twice: {', '.join(twice)}")
        return self


def parse(text: str, name: str) -> CorpusFile:
    """Read one file of the corpus; `name` is only for the message of a `CorpusError`."""
    found = _FENCE.match(text.replace("\r\n", "\n"))
    if found is None:
        raise CorpusError(f"{name}: front matter between two lines `---` is missing")
    head = _mapping(found["head"], f"{name}: front matter")
    units = tuple(_units(found["rest"], name, head.get("read")))
    return _made(CorpusFile, {**head, "units": units}, name)


def shipped() -> Iterator[CorpusFile]:
    """Read every file the product brings, in the order of their names."""
    corpus = resources.files("knowledge").joinpath("corpus")
    for work in sorted((d for d in corpus.iterdir() if d.is_dir()), key=lambda d: d.name):
        for file in sorted(work.iterdir(), key=lambda f: f.name):
            yield _placed(file, work.name)


def _placed(file: Traversable, folder: str) -> CorpusFile:
    name = f"{folder}/{file.name}"
    found = parse(file.read_text("utf8"), name)
    if name != f"{found.key}.md":
        raise CorpusError(f"{name}: by its front matter it is {found.key}.md")
    return found


def _units(text: str, name: str, read: Any) -> Iterator[Unit]:
    """Cut a text at its headings; each begins with lines of `key: value` up to an empty line."""
    headings = list(_HEADING.finditer(text))
    known = {one.start() for one in headings}
    if stray := next((h for h in _ANY_HEADING.finditer(text) if h.start() not in known), None):
        raise CorpusError(f"{name}: {stray.group()!r} is no heading like `## Art. 1 · Title`")
    starts = [*(one.start() for one in headings), len(text)]
    if before := text[: starts[0]].strip():
        raise CorpusError(f"{name}: {before[:40]!r} stands outside of any unit")
    for heading, end in zip(headings, starts[1:], strict=True):
        where = f"{name}, {heading['locator']}"
        marks, _, body = text[heading.end() : end].strip().partition("\n\n")
        values = {"read": read, **_mapping(marks, where)}
        place = {"locator": heading["locator"], "title": heading["title"], "body": body.strip()}
        yield _made(Unit, {**values, **place}, where)


def _mapping(text: str, where: str) -> dict[str, Any]:
    try:
        found = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise CorpusError(f"{where}: {error}") from error
    if not isinstance(found, dict):
        raise CorpusError(f"{where}: lines of `key: value` are missing")
    return found


def _made(model: type[_Model], values: dict[str, Any], where: str) -> _Model:
    try:
        return model.model_validate(values)
    except ValidationError as error:
        told = "; ".join(
            f"{'.'.join(map(str, e['loc'])) or 'file'}: {e['msg']}" for e in error.errors()
        )
        raise CorpusError(f"{where}: {told}") from error
