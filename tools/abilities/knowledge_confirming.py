"""Statements answers call "to be confirmed": which there are, and a named person's word on one."""

import re

from pydantic import Field as Declared
from sqlalchemy import func, or_, select

from db.enums import Certainty, Role, VersionStatus
from db.models import DocumentVersion, Passage
from db.queries import passages
from knowledge import confirming
from knowledge.figures import unbacked
from knowledge.found import Found
from knowledge.looking_up import looked_up
from knowledge.question import Question
from tools.calc.reading.format import format_date
from tools.context import ToolContext
from tools.errors import Refused, Said
from tools.spec import Approval, Args, Column, Effect, Examples, Json, Result, Source, Table, tool

_SHOWN = 20
_SAME = 0.5  # of what a statement says that a passage must speak of
_LIKE = 0.3  # enough to ask whether it is meant
_CHOICES = 4
_NEAR = 0.9  # as well said as the best one: then it is asked which is meant
_NUMBER = re.compile(r"(?:passage:|#)?(\d{1,12})")

_CONFIRMED = Said(
    de="Bestätigt von {who} am {day}: „{words}“ — {place}.",
    en="Confirmed by {who} on {day}: “{words}” — {place}.",
    es="Confirmado por {who} el {day}: «{words}» — {place}.",
)
_ALREADY = Said(
    de="Das hat {who} am {day} schon bestätigt: {place}.",
    en="{who} confirmed that on {day} already: {place}.",
    es="{who} ya lo confirmó el {day}: {place}.",
)
_CERTAIN = Said(
    de="Das gilt bei uns schon als sicher: {place}.",
    en="We hold that certain already: {place}.",
    es="Eso ya lo damos por seguro: {place}.",
)
_OPEN = Said(
    de="{place} ist eine offene Frage, keine Angabe: „{words}“. Korrigiere die Stelle mit dem, was gilt.",
    en="{place} is an open question, not a statement: “{words}”. Correct the place with what holds.",
    es="{place} es una pregunta abierta, no una afirmación: «{words}». Corrige el lugar con lo que rige.",
)  # fmt: skip
_OTHERWISE = Said(
    de="Dort steht „{figure}“ nicht, sondern: „{words}“ — {place}. Ist das falsch, korrigiere die Stelle.",
    en="It does not say “{figure}” there, but: “{words}” — {place}. If that is wrong, correct the place.",
    es="Ahí no dice «{figure}», sino: «{words}» — {place}. Si está mal, corrige el lugar.",
)  # fmt: skip
_NOT_FOUND = Said(
    de="Eine solche Angabe steht nicht in den freigegebenen Dokumenten. Nenne die Stelle, zum Beispiel „kaffeestg/2022.de § 2 Abs. 1“.",
    en="The released documents hold no such statement. Name the place, for example “kaffeestg/2022.de § 2 Abs. 1”.",
    es="Los documentos aprobados no contienen esa afirmación. Indica el lugar, por ejemplo «kaffeestg/2022.de § 2 Abs. 1».",
)  # fmt: skip
_SEVERAL = Said(
    de="Etwas dazu steht an diesen Stellen: {places}. Welche bestätigst du? Sag „Bestätige die Angabe #…“.",
    en="These places say something about that: {places}. Which one do you confirm? Say “Confirm the statement #…”.",
    es="Estos lugares dicen algo sobre eso: {places}. ¿Cuál confirmas? Di «Confirma la afirmación #…».",
)
_TO_CONFIRM = Said(
    de="{count} Angaben in geltenden Dokumenten sind noch zu bestätigen.",
    en="{count} statements in documents in force are still to be confirmed.",
    es="{count} afirmaciones de documentos vigentes están por confirmar.",
)
_WHERE = Said(de="Stelle", en="place", es="lugar")
_WORDS = Said(de="Angabe", en="statement", es="afirmación")
_HOW = Said(de="zu lesen oder zu fragen", en="to read or ask", es="qué leer o preguntar")


class ConfirmArgs(Args):
    """What is confirmed: a passage's number, its place as cited, or the statement in words."""

    statement: str = Declared(min_length=1, max_length=600)
    source: str | None = Declared(None, max_length=300, description="what was read or who asked")


class NoArgs(Args):
    """Nothing to say."""


@tool(
    NoArgs,
    verb="unconfirmed",
    noun="document",
    effect=Effect.READ,
    permission=Role.ANALYST,
    examples=Examples(
        de=("Welche Angaben sind noch zu bestätigen?", "Was müssen wir in der Wissensbasis noch bestätigen?"),
        en=("Which statements are still to be confirmed?", "What do we still have to confirm in the knowledge base?"),
        es=("¿Qué afirmaciones están por confirmar?", "¿Qué nos falta confirmar en la base de conocimiento?"),
    ),
)  # fmt: skip
async def unconfirmed_statements(ctx: ToolContext, args: NoArgs) -> Result:
    """List what documents in force say that nobody has confirmed yet, with what to read or ask."""
    asked = ctx.asker.locale, ctx.today
    found, total = await ctx.session.run_sync(lambda s: confirming.to_confirm(s, *asked, _SHOWN))
    rows: list[Json] = [
        {"id": o.passage, "place": o.place, "words": o.words, "how": o.how} for o in found
    ]
    columns = [Column("place", _WHERE), Column("words", _WORDS), Column("how", _HOW)]
    table = Table("passage", columns, rows, total)
    return Result({"rows": rows, "count": total}, _TO_CONFIRM, {"count": total}, table=table)


@tool(
    ConfirmArgs,
    verb="confirm",
    noun="document",
    effect=Effect.WRITE,
    permission=Role.ANALYST,
    approval=Approval.ALWAYS,
    examples=Examples(
        de=("Bestätige die Angabe {statement}, Quelle {source}", "Bestätige die Angabe {statement}", "Bestätige, dass {statement}", "Ich bestätige, dass {statement}"),
        en=("Confirm the statement {statement}, source {source}", "Confirm the statement {statement}", "Confirm that {statement}", "I confirm that {statement}"),
        es=("Confirma la afirmación {statement}, fuente {source}", "Confirma la afirmación {statement}", "Confirma que {statement}", "Confirmo que {statement}"),
    ),
)  # fmt: skip
async def confirm_statement(ctx: ToolContext, args: ConfirmArgs) -> Result:
    """Confirm, as the member's signed word, a statement of the documents that is "to be
    confirmed": answers then name who confirmed it and when. What is wrong is corrected instead."""
    found = await _meant(ctx, args.statement)
    passage = await ctx.session.get_one(Passage, found.id)
    _require_open(ctx, args.statement, found)
    signer = ctx.asker.id, ctx.today
    await ctx.session.run_sync(lambda s: confirming.confirm(s, passage, signer, args.source))
    values: Json = {
        "who": ctx.asker.name,
        "day": ctx.today,
        "words": found.body,
        "place": _place(found),
    }
    told = values | {"day": ctx.today.isoformat(), "passage": found.id}
    source = Source("passage", f"passage:{found.id}", _place(found), ctx.today.isoformat())
    return Result(told, _CONFIRMED, values, sources=[source])


def _require_open(ctx: ToolContext, said: str, found: Found) -> None:
    """Refuse to confirm what is confirmed, certain, an open question, or said otherwise."""
    place = _place(found)
    if found.confirmed_by and found.confirmed_on:
        day = format_date(found.confirmed_on, ctx.asker.locale)
        raise Refused(
            "confirmed", _ALREADY, next="stop", who=found.confirmed_by, day=day, place=place
        )
    if found.certain:
        raise Refused("certain", _CERTAIN, next="stop", place=place)
    if found.certainty == Certainty.OPEN.value:
        raise Refused("open_question", _OPEN, place=place, words=found.body[:300])
    place = "" if found.locator.isdigit() else found.locator
    backing = f"{found.body} {place} {found.act or ''} {found.number or ''} {found.title}"
    other = [] if _is_name(said, found) else unbacked(said, backing)
    if other:
        raise Refused("says_otherwise", _OTHERWISE, figure=other[0], words=found.body, place=place)


def _place(found: Found) -> str:
    return f"{found.title}, {found.locator}"


def _is_name(said: str, found: Found) -> bool:
    return bool(_NUMBER.fullmatch(said)) or _bare(said).endswith(_bare(found.locator))


def _bare(text: str) -> str:
    return " ".join(text.casefold().replace(",", " ").split())


async def _meant(ctx: ToolContext, said: str) -> Found:
    """Return the passage that is meant: by number, by place, or by what it says.

    Raises:
        Refused: there is none, or several fit.
    """
    numbers = await _by_name(ctx, said)
    if numbers:
        rows = await passages.read(ctx.session, numbers)
        named = [Found(**rows[n]) for n in numbers if n in rows]
        return _one([f for f in named if f.released])
    _, judged = await looked_up(
        ctx.session, Question(said, ctx.asker.locale), ctx.today, ctx.meaning
    )
    likely = judged.fits
    fitting = [f for f in likely if f.covered >= _SAME and not f.missing]
    undecided = [f for f in fitting if not f.passage.certain] or fitting
    if not fitting:
        near = [f.passage for f in likely if f.covered >= _LIKE and not f.missing]
        raise _which(near[:_CHOICES]) if near else Refused("no_such_statement", _NOT_FOUND)
    best = max(f.covered for f in undecided)
    return _one([f.passage for f in undecided if f.covered >= _NEAR * best])


def _one(found: list[Found]) -> Found:
    if not found:
        raise Refused("no_such_statement", _NOT_FOUND)
    if len(found) > 1:
        raise _which(found[:_CHOICES])
    return found[0]


def _which(found: list[Found]) -> Refused:
    places = "; ".join(f"{_place(f)} (#{f.id})" for f in found)
    return Refused("several_statements", _SEVERAL, places=places)


async def _by_name(ctx: ToolContext, said: str) -> list[int]:
    """Return the passages called so: #12, or version or title and place, the member's language first."""
    number = _NUMBER.fullmatch(said.strip())
    if number:
        return [int(number[1])]
    wanted = _bare(said)
    called = [
        func.replace(func.lower(name + " " + Passage.locator), ",", "")
        for name in (DocumentVersion.name, DocumentVersion.title)
    ]
    rows = await ctx.session.execute(
        select(Passage.id, Passage.lang)
        .join(DocumentVersion, DocumentVersion.id == Passage.version_id)
        .where(
            or_(*(c == wanted for c in called)),
            DocumentVersion.status == VersionStatus.RELEASED,
            DocumentVersion.retired_at.is_(None),
            DocumentVersion.valid.op("@>")(ctx.today),
        )
    )
    found = [(n, lang) for n, lang in rows]
    own = [n for n, lang in found if str(lang) == ctx.asker.locale]
    return own or [n for n, _ in found]


TOOLS = (unconfirmed_statements, confirm_statement)
