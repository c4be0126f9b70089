"""What people write into the knowledge base in conversation: a note, other words at one place."""

from collections.abc import Callable
from datetime import date
from typing import NamedTuple

from pydantic import Field as Declared
from sqlalchemy.orm import Session

from db.enums import Language, Locale, Role, VersionStatus
from db.models import DocumentVersion
from knowledge import editing, releasing
from knowledge.editing import By, NewNote
from knowledge.idle import language_of
from knowledge.planted import is_planted
from knowledge.releasing import Released, ReleaseError, Validity
from knowledge.sentences import sentences
from tools.context import ToolContext
from tools.document_meant import (
    NONE,
    MeantArgs,
    affected_count,
    change_table,
    release_refused,
    version_meant,
)
from tools.errors import BLANK, NOTHING, InvalidArguments, Refused, Said
from tools.spec import Approval, Args, Effect, Examples, Json, Result, tool

_LONGEST = 1500  # letters: a passage, not a document
_TITLE = 70

_NOTED = Said(
    de="Notiert als „{title}“, Fassung {version}.",
    en="Noted as “{title}”, version {version}.",
    es="Anotado como «{title}», versión {version}.",
)
_CHANGED = Said(
    de="Fassung {version} sagt an der Stelle {locator}: „{body}“.",
    en="Version {version} says at {locator}: “{body}”.",
    es="La versión {version} dice en {locator}: «{body}».",
)
_HOLDS = Said(
    de="Freigegeben von {who}, gilt ab {first}; ersetzt: {closed}. Antworten der letzten 90 Tage, die auf der alten Fassung beruhen: {affected}.",
    en="Released by {who}, holds from {first}; replaces: {closed}. Answers of the last 90 days that relied on the old version: {affected}.",
    es="Aprobado por {who}, rige desde el {first}; reemplaza: {closed}. Respuestas de los últimos 90 días basadas en la versión anterior: {affected}.",
)  # fmt: skip
_CORRECTED = Said(
    de="Freigegeben von {who} anstelle von {closed}, das zurückgezogen ist. Antworten der letzten 90 Tage, die darauf beruhen: {affected}.",
    en="Released by {who} in the place of {closed}, which is withdrawn. Answers of the last 90 days that relied on it: {affected}.",
    es="Aprobado por {who} en lugar de {closed}, que queda retirada. Respuestas de los últimos 90 días basadas en ella: {affected}.",
)  # fmt: skip
_PROPOSED = Said(
    de="In Antworten steht das erst, wenn du die Fassung freigibst und sagst, ab wann sie gilt.",
    en="It is used in answers only once you release the version and say since when it holds.",
    es="Solo se usa en respuestas cuando apruebas la versión y dices desde cuándo rige.",
)
_LANGUAGES = Said(
    de="Unverändert bleiben die anderen Sprachen: {others}.",
    en="The other languages stay as they are: {others}.",
    es="Los otros idiomas quedan como están: {others}.",
)
_ENDS = Said(
    de="Der letzte Tag liegt vor dem ersten.",
    en="The last day lies before the first.",
    es="El último día es anterior al primero.",
)
_PLANTED = Said(
    de="„{sentence}“ gibt eine Anweisung oder nennt eine Adresse. So etwas zitiere ich nie; schreib auf, was gilt.",
    en="“{sentence}” gives an order or names an address. I never quote that; write down what holds.",
    es="«{sentence}» da una orden o nombra una dirección. Eso no lo cito nunca; escribe lo que rige.",
)
_NO_PLACE = Said(
    de="In {version} gibt es die Stelle „{locator}“ nicht genau einmal, oder dort steht das schon. Stellen: {places}.",
    en="Version {version} does not have the place “{locator}” exactly once, or it says this already. Places: {places}.",
    es="La versión {version} no tiene el lugar «{locator}» exactamente una vez, o ya dice eso. Lugares: {places}.",
)  # fmt: skip
_NOT_IN_ANSWERS = Said(
    de="Fassung {version} ist nicht freigegeben; korrigiert wird, was in Antworten steht.",
    en="Version {version} is not released; what is corrected is what stands in answers.",
    es="La versión {version} no está aprobada; se corrige lo que está en respuestas.",
)


class Days(NamedTuple):
    """The days somebody said, first and last; None: not said."""

    first: date | None
    last: date | None


class NoteArgs(Args):
    """What is to be known from now on, in the member's words."""

    note: str = Declared(min_length=8, max_length=_LONGEST)
    title: str | None = Declared(None, max_length=_TITLE)
    document: str | None = Declared(None, description="document it belongs to; else a new one")
    valid_from: date | None = Declared(None, description="release it, valid from this day")
    valid_to: date | None = None
    lang: Locale | None = None


class WordingArgs(MeantArgs):
    """Which place of which version, and what is to stand there."""

    locator: str = Declared(max_length=80, description="place, as § 2 Abs. 1 or 3")
    wording: str = Declared(min_length=3, max_length=_LONGEST)


class ChangeArgs(WordingArgs):
    """The same, and from which day on; without a day it is only proposed."""

    valid_from: date | None = None


@tool(
    NoteArgs,
    verb="remember",
    noun="document",
    effect=Effect.WRITE,
    permission=Role.ANALYST,
    approval=Approval.ALWAYS,
    examples=Examples(
        de=("Merke als Wissen: {note}, gültig ab {valid_from}", "Merke als Wissen: {note}", "Ergänze im Dokument {document}: {note}"),
        en=("Add to our knowledge: {note}, valid from {valid_from}", "Add to our knowledge: {note}", "Add to the document {document}: {note}"),
        es=("Añade a nuestro conocimiento: {note}, vigente desde {valid_from}", "Añade a nuestro conocimiento: {note}", "Añade al documento {document}: {note}"),
    ),
)  # fmt: skip
async def note_knowledge(ctx: ToolContext, args: NoteArgs) -> Result:
    """Write a statement of the house's own into the knowledge base (a forwarder's free time, a
    rule we agreed on), as a new note or at the end of a document. With a first day it is released."""
    if args.valid_from and args.valid_to and args.valid_to < args.valid_from:
        raise Refused("ends_before", _ENDS)
    _require_statement(args.note)
    by = By(ctx.asker.name, ctx.today)
    base = await _document(ctx, args.document, args.note)
    if base is not None:
        version = await ctx.session.run_sync(lambda s: editing.add_passage(s, base, args.note, by))
    else:
        lang = Language(args.lang or language_of(args.note))
        note = NewNote(args.title or _title_of(args.note), args.note, lang)
        version = await ctx.session.run_sync(lambda s: editing.write_note(s, note, by))
    done = await _released(ctx, version, Days(args.valid_from, args.valid_to), base)
    became, more = await _became(ctx, done)
    values: Json = {"title": version.title, "version": version.name} | more
    data: Json = {"version": version.name, "status": str(version.status)}
    return Result(data, _NOTED + BLANK + became, values)


@tool(
    ChangeArgs,
    verb="reword",
    noun="document",
    effect=Effect.WRITE,
    permission=Role.ANALYST,
    approval=Approval.ALWAYS,
    examples=Examples(
        de=("Ändere {locator} in {document_version} ab {valid_from} auf: {wording}", "Ändere {locator} in {document_version} auf: {wording}", "Ändere {locator} im Dokument {document} ab {valid_from} auf: {wording}", "Ändere {locator} im Dokument {document} auf: {wording}"),
        en=("Change {locator} in {document_version} from {valid_from} to: {wording}", "Change {locator} in {document_version} to: {wording}", "Change {locator} in the document {document} from {valid_from} to: {wording}", "Change {locator} in the document {document} to: {wording}"),
        es=("Cambia {locator} en {document_version} desde {valid_from} a: {wording}", "Cambia {locator} en {document_version} a: {wording}", "Cambia {locator} en el documento {document} desde {valid_from} a: {wording}", "Cambia {locator} en el documento {document} a: {wording}"),
    ),
)  # fmt: skip
async def change_passage(ctx: ToolContext, args: ChangeArgs) -> Result:
    """Give one place of a document other words, as a new version; the old one stays to be read.
    With a first day it is released and the old version ends the day before."""
    base, version = await _reworded(ctx, args)
    done = await _released(ctx, version, Days(args.valid_from, base.valid_to), base)
    return await _rewording(ctx, args, (base, version), done)


@tool(
    WordingArgs,
    verb="correct",
    noun="document",
    effect=Effect.WRITE,
    permission=Role.ANALYST,
    approval=Approval.ALWAYS,
    examples=Examples(
        de=("Korrigiere {locator} in {document_version}: {wording}", "Korrigiere {locator} im Dokument {document}: {wording}"),
        en=("Correct {locator} in {document_version}: {wording}", "Correct {locator} in the document {document}: {wording}"),
        es=("Corrige {locator} en {document_version}: {wording}", "Corrige {locator} en el documento {document}: {wording}"),
    ),
)  # fmt: skip
async def correct_passage(ctx: ToolContext, args: WordingArgs) -> Result:
    """Correct one place of a released document that was wrong from the start: a new version with
    the same days takes its place, signed by the member; the wrong one is withdrawn, not lost."""
    base, version = await _reworded(ctx, args)
    if base.status is not VersionStatus.RELEASED:
        raise Refused("not_released", _NOT_IN_ANSWERS, version=base.name)
    signer = ctx.asker.id, ctx.today
    done = await ctx.session.run_sync(lambda s: releasing.correct(s, version, base, signer))
    await ctx.meaning.read_at_once(ctx.session, version.id)
    return await _rewording(ctx, args, (base, version), done)


async def _document(ctx: ToolContext, said: str | None, note: str) -> DocumentVersion | None:
    if said is None:
        return None
    meant = MeantArgs(document_version=None, document=said)
    return await version_meant(ctx, meant, None, language_of(note))


async def _reworded(ctx: ToolContext, args: WordingArgs) -> tuple[DocumentVersion, DocumentVersion]:
    """Return the version that is meant, and the proposed one with other words."""
    _require_statement(args.wording)
    base = await version_meant(ctx, args, lang=language_of(args.wording))
    by = By(ctx.asker.name, ctx.today)
    made: Callable[[Session], DocumentVersion] = lambda s: editing.change_passage(  # noqa: E731
        s, base, args.locator, args.wording, by
    )
    try:
        return base, await ctx.session.run_sync(made)
    except LookupError as error:
        places = ", ".join(await ctx.session.run_sync(lambda s: editing.locators(s, base)))
        raise InvalidArguments(
            _NO_PLACE, version=base.name, locator=args.locator, places=places[:600]
        ) from error


async def _released(
    ctx: ToolContext, version: DocumentVersion, days: Days, base: DocumentVersion | None
) -> Released | None:
    """Release a version when its first day is said: the member signs for it."""
    if days.first is None:
        return None
    signer, valid = (ctx.asker.id, ctx.today), Validity(days.first, days.last)
    older = base if base is not None and base.status is VersionStatus.RELEASED else None
    try:
        done = await ctx.session.run_sync(
            lambda s: releasing.release(s, version, valid, signer, older)
        )
    except ReleaseError as error:
        raise release_refused(error) from error
    await ctx.meaning.read_at_once(ctx.session, version.id)
    return done


async def _became(ctx: ToolContext, done: Released | None) -> tuple[Said, Json]:
    """Return what became of a version, as a sentence with its values."""
    if done is None:
        return _PROPOSED, {}
    closed = done.closed
    values: Json = {
        "who": ctx.asker.name,
        "first": done.version.valid_from,
        "closed": closed.name if closed else NONE,
        "affected": await affected_count(ctx, closed) if closed else 0,
    }
    wrong = closed is not None and closed.status is VersionStatus.WITHDRAWN
    return (_CORRECTED if wrong else _HOLDS), values


async def _rewording(
    ctx: ToolContext,
    args: WordingArgs,
    versions: tuple[DocumentVersion, DocumentVersion],
    done: Released | None,
) -> Result:
    base, version = versions
    became, more = await _became(ctx, done)
    others = await ctx.session.run_sync(lambda s: editing.untouched_languages(s, base))
    body = " ".join(args.wording.split())
    values: Json = {"version": version.name, "locator": args.locator, "body": body} | more
    values |= {"others": ", ".join(others)} if others else {}
    summary = _CHANGED + BLANK + became + (BLANK + _LANGUAGES if others else NOTHING)
    table = change_table(ctx, done.difference) if done and done.difference else None
    data: Json = {"version": version.name, "status": str(version.status), "unchanged": others}
    return Result(data, summary, values, table=table)


def _require_statement(words: str) -> None:
    """Refuse what no answer would ever quote: an order to whoever answers, an address."""
    planted = next(filter(is_planted, sentences(words)), None)
    if planted is not None:
        raise Refused("planted", _PLANTED, next="stop", sentence=planted[:120])


def _title_of(note: str) -> str:
    """Return the first words of a note, as many as a title holds."""
    first = " ".join(sentences(note)[0].split())
    if len(first) <= _TITLE:
        return first.rstrip(" .")
    return first[:_TITLE].rpartition(" ")[0].rstrip(" .,;:") + " …"


TOOLS = (note_knowledge, change_passage, correct_passage)
