"""One declaration per tool; schema, permission, card, vocabulary and docs derive from it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Annotated, Any, Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict

from db.enums import Locale, Role
from tools.context import ToolContext
from tools.errors import Said

Json = dict[str, Any]


class Args(BaseModel):
    """Base of every argument model: unknown arguments are refused, strings are stripped."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True, frozen=True)


FileKind = Literal["xlsx", "csv", "pdf", "chart"]
MOST_IN_FILE = 10_000


class Shown(Args):
    """Arguments of a reading tool whose table may be had as a file; the runner makes the file.

    With `as_file` such a tool gives all rows it can as `Result.whole`, up to `MOST_IN_FILE`.
    """

    as_file: FileKind | None = None


BEEN = "been"
Been = Annotated[date, BEEN]  # a day that has been: without a year, the last one of its name


class Effect(StrEnum):
    """What a call can do. Undeclared means EXTERNAL."""

    READ = "read"
    WRITE = "write"
    EXTERNAL = "external"


class Approval(StrEnum):
    """When a WRITE may run at once; EXTERNAL always gets a card, whatever is declared."""

    OWN_WORDS = "own_words"
    ALWAYS = "always"


Kind = Literal[
    "text",
    "integer",
    "decimal",
    "money",
    "date",
    "time",
    "instant",
    "month",
    "quarter",
    "year",
    "word",
    "words",
    "list",
    "flag",
    "ref",
]


@dataclass(frozen=True)
class Names:
    """What people call a thing, per language: the shown name first, then `|` synonyms."""

    de: str
    en: str
    es: str

    def all(self, locale: Locale) -> list[str]:
        """Return every name in a language, the shown one first."""
        return str(getattr(self, locale)).split("|")

    def label(self, locale: Locale) -> str:
        """Return the shown name in a language."""
        return self.all(locale)[0]

    @property
    def said(self) -> Said:
        """The shown names as a sentence part for errors and summaries."""
        return Said(de=self.label("de"), en=self.label("en"), es=self.label("es"))


@dataclass(frozen=True)
class Column:
    """A column of a shown table: what it is called and how its values read.

    `unit_keys` names the columns that hold a price's currency, weight and basis: they are shown
    with the price, not beside it. `adds`: its figures may be added up (counts, sums).
    """

    key: str
    label: Said
    kind: Kind = "text"
    unit: str | None = None
    unit_keys: tuple[str, ...] = ()
    adds: bool = False


@dataclass(frozen=True)
class Table:
    """Rows for the member; `entity` names what a row is, `total` how many there are in all.

    A row is {"id": number, column key: JSON value}; words are stored values, references labels.

    Attributes:
        entity: what a row is.
        columns, rows, total, offset: what is shown, and of how many.
        title: what it is called, when a row is no noun of the catalogue.
        groups: keys of the columns a chart is drawn by; all that hold no figures when not said.
        figures: keys of the columns a chart draws; those that hold figures when not said.
        filed: how it was written to a file: front ends need not draw it again.
    """

    entity: str
    columns: list[Column]
    rows: list[Json]
    total: int
    offset: int = 0
    title: Said | None = None
    groups: tuple[str, ...] = ()
    figures: tuple[str, ...] = ()
    filed: FileKind | None = None


@dataclass(frozen=True)
class Source:
    """Where a figure or fact came from: a row, a passage, a URL or the member."""

    kind: Literal["row", "passage", "url", "member"]
    ref: str
    title: str
    as_of: str | None = None


@dataclass(frozen=True)
class Result:
    """What a tool found or did.

    Attributes:
        data: JSON for the model; small, no free text unless the tool declares it.
        summary: one sentence for the member with `values` for its places.
        table: rows to show, when there are any; `more` what belongs to them.
        sources: where it comes from.
        outcome: answered, partial, asked … when it is not simply answered.
        whole: the table with all its rows, for a file, when `table` is a page of it.
        title: what a file of it is called, when not like its first table.
        files: files made of it: name, media type, and where it is kept (`tools.gateways.files`).
        personal: it holds personal data; the reading of it is audited.
        answer: an answer from documents, kept in the journal with what it relied on.
    """

    data: Json
    summary: Said
    values: dict[str, Any] = field(default_factory=dict[str, Any])
    table: Table | None = None
    more: list[Table] = field(default_factory=list[Table])
    whole: Table | None = None
    title: Said | None = None
    sources: list[Source] = field(default_factory=list[Source])
    outcome: str | None = None
    files: list[Json] = field(default_factory=list[Json])
    personal: bool = False
    answer: Json | None = None


@dataclass(frozen=True)
class Examples:
    """Requests this tool answers, per language; `{argument}` marks where a value stands."""

    de: tuple[str, ...]
    en: tuple[str, ...]
    es: tuple[str, ...]


@dataclass(frozen=True)
class Hearing:
    """How a tool takes a whole question: in which argument, and which words it has an ear for.

    Of a text in a language, `speaks` returns the words that only it knows, `knows` all it knows;
    `asks` says whether it asks for what such a tool tells, `surely` when even a list sounds so,
    `meant` whether a text nothing else was made of sounds like a question for it.
    """

    argument: str
    speaks: Callable[[str, Locale], list[str]]
    knows: Callable[[str, Locale], list[str]]
    asks: Callable[[str], bool]
    surely: Callable[[str], bool]
    meant: Callable[[str, Locale], bool]


A = TypeVar("A", bound=Args)
Run = Callable[[ToolContext, A], Awaitable[Result]]


@dataclass(frozen=True)
class Tool(Generic[A]):
    """Everything there is to say about one tool.

    Attributes:
        name: what the model calls, verb_noun(s).
        verb: find, show, create, change, retire, lookup, history, undo, …
        noun: key of the entity it is about, or the tool's own noun.
        description: one or two English sentences for the model.
        permission: the least role that may call it.
        approval: when a WRITE may run without a card.
        core: offered on every turn, whatever was asked.
        free_text: its result holds text written by outsiders; the turn is tainted by it.
        final: its summary is the answer as it stands; no model words it again.
        hears: takes questions whole, in this argument, that nothing of our records is meant by.
        topic: what a request is about that asks for this, whatever its wording.
    """

    name: str
    verb: str
    noun: str
    description: str
    args: type[A]
    run: Run[A]
    examples: Examples
    effect: Effect = Effect.EXTERNAL
    permission: Role = Role.ADMIN
    approval: Approval = Approval.ALWAYS
    core: bool = False
    free_text: bool = False
    final: bool = False
    hears: "Hearing | None" = None
    topic: "Names | None" = None


AnyTool = Tool[Any]


def tool(  # noqa: PLR0913 - it is the declaration: every part of it has a name
    args: type[A],
    *,
    verb: str,
    noun: str,
    examples: Examples,
    effect: Effect = Effect.EXTERNAL,
    permission: Role = Role.ADMIN,
    approval: Approval = Approval.ALWAYS,
    core: bool = False,
    free_text: bool = False,
    final: bool = False,
    hears: "Hearing | None" = None,
    topic: "Names | None" = None,
) -> Callable[[Run[A]], Tool[A]]:
    """Declare a function as a tool: its name is the tool's, its docstring the description."""

    def declare(run: Run[A]) -> Tool[A]:
        return Tool(
            name=run.__name__,
            verb=verb,
            noun=noun,
            description=" ".join((run.__doc__ or "").split()),
            args=args,
            run=run,
            examples=examples,
            effect=effect,
            permission=permission,
            approval=approval,
            core=core,
            free_text=free_text,
            final=final,
            hears=hears,
            topic=topic,
        )

    return declare
