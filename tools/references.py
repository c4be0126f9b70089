"""From what a member calls a record to the record: forgiving, and asking when it fits several."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from rapidfuzz import fuzz, process, utils
from sqlalchemy import ColumnElement, Row, literal, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from db.base import Record
from tools.context import ToolContext, allows
from tools.entity import Entity
from tools.errors import AmbiguousRecord, UnknownRecord
from tools.folding import GENERIC, folded, squeezed
from tools.selecting import Selecting
from tools.spoken_of import month_meant, parts_of

_CLOSE = 84  # one typo in six letters
_MAX_CHOICES = 6
MANY = 2_000  # records of a noun that are read whole, to look for them in a text
_NEWEST = 20
_FIGURES = re.compile(r"\d{1,12}")


@dataclass(frozen=True)
class KnownName:
    """A record the planner may recognise in a message."""

    entity: str
    id: int
    title: str
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Candidate:
    id: int
    title: str
    names: tuple[str, ...]
    hint: str


async def resolve(ctx: ToolContext, entity: Entity, text: str, *, retired: bool = False) -> Record:
    """Return the record a text means: by #number, name, code, alias or part of it.

    Args:
        ctx: only records this member may see are considered.
        entity: the noun.
        text: as the member said it.
        retired: look among retired records instead.

    Raises:
        UnknownRecord: nothing fits; choices holds the nearest names.
        AmbiguousRecord: several fit equally well.
    """
    number = await identify(ctx, entity, text, retired=retired)
    record = await ctx.session.get(entity.model, number)
    if record is None:
        raise UnknownRecord(entity.noun.said, text[:80])
    return record


async def identify(ctx: ToolContext, entity: Entity, text: str, *, retired: bool = False) -> int:
    """Return the number of the record a text means, as `resolve` does."""
    found = await _named(ctx, entity, text, retired=retired)
    if not retired:
        ctx.resolved[entity.key, text] = found
    return found.id


async def all_names(ctx: ToolContext, entity: Entity, text: str) -> tuple[int, list[str]]:
    """Return the number of the record a text means or meant in this call, and all it is called."""
    found = ctx.resolved.get((entity.key, text)) or await _named(ctx, entity, text)
    return found.id, [*_own_names(found), f"#{found.id}"]


async def _named(
    ctx: ToolContext, entity: Entity, text: str, *, retired: bool = False
) -> _Candidate:
    by_code = None if retired else await _by_code(ctx.session, entity, text)
    if by_code is not None:
        return by_code
    found = await _candidates(ctx.session, entity, ctx.today, retired=retired, said=text)
    best = _best(found, text) or await _spoken_of(ctx, entity, text, found)
    if not best:
        near = process.extract(
            text, [c.title for c in found], scorer=fuzz.WRatio, processor=utils.default_process,
            limit=3, score_cutoff=60,
        )  # fmt: skip
        raise UnknownRecord(entity.noun.said, text[:80], list(dict.fromkeys(n for n, _, _ in near)))
    best = await _current(ctx, entity, best) if len(best) > 1 else best
    if len(best) > 1:
        raise AmbiguousRecord(entity.noun.said, text[:80], _choices(best))
    return best[0]


async def _current(ctx: ToolContext, entity: Entity, found: list[_Candidate]) -> list[_Candidate]:
    """Return those of several records that are still open; all when the noun knows none such."""
    if entity.current is None:
        return found
    number = entity.model.__table__.c.id
    still = select(number).where(number.in_([c.id for c in found]), entity.current(ctx.today))
    ids = set(await ctx.session.scalars(still))
    return [c for c in found if c.id in ids] or found


async def _spoken_of(
    ctx: ToolContext, entity: Entity, text: str, found: Sequence[_Candidate]
) -> list[_Candidate]:
    """Return the records a text names by a part of them, or by the month they are dated in."""
    for part in parts_of(entity):
        if not visible(ctx, part):
            continue
        hits = _best(await _candidates(ctx.session, part, ctx.today), text)
        owner = part.column(part.field(part.part_of))
        number = part.model.__table__.c.id
        rows = await ctx.session.execute(
            select(owner, number).where(number.in_([h.id for h in hits]))
        )
        called = {h.id: h.title for h in hits}
        owners = {int(row[0]): called[row[1]] for row in rows if row[0] is not None}
        whole = [c for c in found if c.id in owners]
        if whole:
            return [replace(c, names=(c.title, owners[c.id], *c.names[1:])) for c in whole]
    return await _of_month(ctx, entity, text, found)


async def _of_month(
    ctx: ToolContext, entity: Entity, text: str, found: Sequence[_Candidate]
) -> list[_Candidate]:
    month = month_meant(entity, text, ctx.today)
    if month is None:
        return []
    number = entity.model.__table__.c.id
    for key in entity.dated:
        day = entity.column(entity.field(key))
        fitting = select(number).where(day.between(month.begin, month.end))
        ids = set(await ctx.session.scalars(fitting))
        hits = [c for c in found if c.id in ids]
        if hits:
            return hits
    return []


async def _by_code(session: AsyncSession, entity: Entity, text: str) -> _Candidate | None:
    """Return the record that is called exactly so, where names are unique and the only ones."""
    if not _by_codes(entity):
        return None
    table = entity.model.__table__
    called = select(table.c.id).where(table.c[entity.title] == text, table.c.retired_at.is_(None))
    number = await session.scalar(called)
    return None if number is None else _Candidate(number, text, (text,), "")


def _by_codes(entity: Entity) -> bool:
    """Return whether a noun's records have one name each that no other has, such as codes."""
    title = entity.model.__table__.columns.get(entity.title)
    return title is not None and bool(title.unique) and not entity.aliases and not entity.parents


def _choices(found: Sequence[_Candidate]) -> list[str]:
    """Return how to tell records apart: by name, by number when they are called the same."""
    titles = [c.title for c in found]
    said = [
        f"{c.title} (#{c.id}{', ' + c.hint if c.hint else ''})"
        if titles.count(c.title) > 1
        else c.title
        for c in found
    ]
    more = len(said) - _MAX_CHOICES
    return said[:_MAX_CHOICES] + ([f"+{more}"] if more > 0 else [])


def _best(found: Sequence[_Candidate], text: str) -> list[_Candidate]:
    """Return the candidates of the best rung of the ladder that any candidate reaches."""
    wanted = folded(text)
    number = _number(wanted)
    if number is not None:
        return [c for c in found if c.id == number]
    tight = squeezed(text)
    if not tight:
        return []
    rungs = (
        lambda c: any(folded(n) == wanted for n in c.names),
        lambda c: any(squeezed(n) == tight for n in c.names),
        lambda c: any(_tokens(n) and _tokens(n) == _tokens(text) for n in c.names),
        lambda c: any(_covers(n, text, exact=True) for n in c.names),
        lambda c: any(_covers(n, text, exact=False) for n in c.names),
        lambda c: any(_near(n, text) for n in c.names),
    )
    for rung in rungs:
        hits = [c for c in found if rung(c)]
        if hits:
            return hits
    return []


def _number(wanted: str) -> int | None:
    """Return the record number in "#12" or in the way we tell twins apart, "Name (#12, Place)"."""
    head = wanted.rpartition("#")[2] if "#" in wanted else ""
    digits = head.split(",")[0].strip(" )")
    return int(digits) if digits.isdigit() and len(digits) < 12 else None  # noqa: PLR2004 - ids fit


def _words(text: str) -> list[str]:
    return "".join(c if c.isalnum() else " " for c in folded(text)).split()


def _tokens(text: str) -> frozenset[str]:
    """Return the telling words of a name."""
    return frozenset(w for w in _words(text) if w not in GENERIC)


def telling(text: str) -> frozenset[str]:
    """Return the words of a name that tell it from others."""
    return _tokens(text)


def _covers(name: str, text: str, *, exact: bool) -> bool:
    """Whether every telling word said belongs to the name, as a word or as its beginning."""
    said = _tokens(text) or frozenset(_words(text))
    words = _words(name)
    return bool(said) and all(_in(w, words, exact=exact) for w in said)


def _in(word: str, words: Iterable[str], *, exact: bool) -> bool:
    if exact:
        return word in words
    if any(c.isdigit() for c in word):
        return any(w == word for w in words)
    return any(
        (len(word) > 2 and w.startswith(word)) or (len(word) > 4 and fuzz.ratio(word, w) >= _CLOSE)  # noqa: PLR2004 - shorter words are alike by chance
        for w in words
    )


def _near(name: str, text: str) -> bool:
    if any(c.isdigit() for c in text):
        return False  # a code with a slip is another code
    return fuzz.ratio(folded(name), folded(text)) >= _CLOSE


async def _candidates(
    session: AsyncSession,
    entity: Entity,
    today: date,
    *,
    retired: bool = False,
    said: str | None = None,
) -> list[_Candidate]:
    """Return the records there are by what they are called.

    Of a noun of very many records called by codes alone only those are read that `said` could
    mean, and the newest.
    """
    table = entity.model.__table__
    made = Selecting(entity, today)
    hints = [made.value(entity.field(p)) for p in (*entity.parents, *entity.told_by)]
    columns: list[ColumnElement[Any]] = [
        table.c.id,
        made.value(entity.field(entity.title)),
        table.c[entity.aliases] if entity.aliases else literal(None),
        *hints,
    ]
    lives = table.c.retired_at.is_not(None) if retired else table.c.retired_at.is_(None)
    every = made.select(*columns).where(lives)
    if said is None or not _by_codes(entity):
        rows = await session.execute(every.order_by(table.c.id))
        return [_candidate(row) for row in rows]
    newest = (await session.execute(every.order_by(table.c.id.desc()).limit(MANY + 1))).all()
    if len(newest) <= MANY:
        return [_candidate(row) for row in reversed(newest)]
    meant = every.where(_could_mean(table.c[entity.title], said)).order_by(table.c.id)
    rows = [*(await session.execute(meant)).all(), *reversed(newest[:_NEWEST])]
    return [_candidate(row) for row in {row[0]: row for row in rows}.values()]


def _could_mean(code: ColumnElement[Any], said: str) -> ColumnElement[bool]:
    """Return whether the last figures of a code are said, be it at the end of others: PE24017.

    A code without any figures is a name and could always be meant.
    """
    runs = _FIGURES.findall(said)
    tails = {run[n:].lstrip("0") for run in runs for n in range(len(run))} - {""}
    tails |= {"0"} if any(run.endswith("0") for run in runs) else set()
    nameless = code.op("!~")("[0-9]")
    if not tails:
        return nameless
    ending = f"(^|[^0-9])0*({'|'.join(sorted(tails))})[^0-9]*$"
    return or_(code.op("~")(ending), nameless)


def _candidate(row: Row[Any]) -> _Candidate:
    number, title, aliases, *parents = tuple(row)
    hint = ", ".join(str(p) for p in parents if p is not None)
    names = (str(title), *(aliases if isinstance(aliases, list) else [aliases] if aliases else []))
    with_hint = (f"{title} {hint}",) if hint else ()
    return _Candidate(int(number), str(title), (*names, *with_hint), hint)


async def names_of(session: AsyncSession, entity: Entity, record_id: int) -> list[str]:
    """Return everything a record is called, for finding it in a member's words."""
    table = entity.model.__table__
    made = Selecting(entity, date.min)
    columns: list[ColumnElement[Any]] = [
        made.value(entity.field(entity.title)),
        table.c[entity.aliases] if entity.aliases else literal(None),
    ]
    row = (await session.execute(made.select(*columns).where(table.c.id == record_id))).first()
    if row is None:
        return []
    title, aliases = tuple(row)
    more = aliases if isinstance(aliases, list) else [aliases] if aliases else []
    return [str(title), *(str(a) for a in more), f"#{record_id}"]


async def known_names(
    session: AsyncSession, entities: Sequence[Entity], said: str | None = None
) -> list[KnownName]:
    """Return every name the asker may see, of nouns of the trade with names of their own.

    Args:
        session: as the asker.
        entities: the nouns.
        said: what the names are looked for in. Of nouns with more than `MANY` codes, those that
            are not in it are left out; None: nothing is.
    """
    found: list[KnownName] = []
    for entity in entities:
        title = entity.field(entity.title)
        derived = not entity.stored(title) or title.ref is not None
        if not entity.spoken or (derived and not entity.aliases):
            continue
        for c in await _candidates(session, entity, date.min, said=said):
            names = _own_names(c)[1 if derived else 0 :]
            found += [KnownName(entity.key, c.id, name, c.names) for name in names]
    return found


def _own_names(candidate: _Candidate) -> list[str]:
    names = candidate.names[:-1] if candidate.hint else candidate.names
    return [n for n in dict.fromkeys(names) if n]


def visible(ctx: ToolContext, entity: Entity) -> bool:
    """Return whether the member's role may see a noun at all."""
    return allows(ctx.asker.role, entity.read)
