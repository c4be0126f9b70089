"""Which document or version is meant, and how two versions are shown side by side."""

from datetime import date

from pydantic import Field as Declared
from rapidfuzz import fuzz, process
from sqlalchemy import func, select

from db.enums import VersionStatus
from db.models import DocumentVersion, KnowledgeAnswer
from knowledge import upkeep
from knowledge.comparing import Difference
from knowledge.releasing import ReleaseError
from tools import references
from tools.context import ToolContext
from tools.errors import AmbiguousRecord, Refused, Said, UnknownRecord
from tools.nouns.documents import DOCUMENT, DOCUMENT_VERSION
from tools.spec import Args, Column, Json, Table

MOST = 100
_LONGEST = 1500  # letters of a passage in a comparison

NONE = Said(de="keine", en="none", es="ninguna")
_WHICH = Said(
    de="Welche Fassung ist gemeint? Nenne ihren Namen, zum Beispiel eudr/2025-2650.de, oder das Dokument.",
    en="Which version is meant? Give its name, for example eudr/2025-2650.de, or the document.",
    es="¿Qué versión? Indica su nombre, por ejemplo eudr/2025-2650.de, o el documento.",
)  # fmt: skip
_NO_VERSION = Said(
    de="Zum Dokument {document} gibt es keine solche Fassung.",
    en="The document {document} has no such version.",
    es="El documento {document} no tiene ninguna versión así.",
)
_LATER = Said(
    de="Fassung {names} gilt schon ab einem späteren oder demselben Tag. Nenne einen letzten Tag (valid_to), oder ziehe jene Fassung zuerst zurück.",
    en="Version {names} already holds from a later or the same day. Give a last day (valid_to), or withdraw that version first.",
    es="La versión {names} ya rige desde un día posterior o el mismo. Indica un último día (valid_to) o retira antes esa versión.",
)  # fmt: skip
_OTHERS = Said(
    de="An diesen Tagen gelten auch {names}. Bitte zuerst klären, welche Fassung ersetzt wird.",
    en="Version {names} hold on these days too. Please settle first which version is replaced.",
    es="En esos días también rigen {names}. Aclara antes qué versión se reemplaza.",
)
_WHAT = Said(de="Was", en="what", es="qué")
_WHERE = Said(de="Stelle", en="place", es="lugar")
_BEFORE = Said(de="vorher", en="before", es="antes")
_AFTER = Said(de="nachher", en="after", es="después")
_QUESTION = Said(de="Frage", en="question", es="pregunta")
_ASKED_BY = Said(de="gefragt von", en="asked by", es="preguntado por")
_AS_OF = Said(de="Stichtag", en="as of", es="a fecha de")
_ON = Said(de="am", en="on", es="el")
_KINDS = {
    "changed": Said(de="geändert", en="changed", es="modificado"),
    "added": Said(de="neu", en="added", es="nuevo"),
    "removed": Said(de="entfallen", en="removed", es="eliminado"),
}

NAME = r"^[^\s/]+/[^\s/]+\.(?:de|en|es)$"


class MeantArgs(Args):
    """Which version: by its name, or the document whose version is meant."""

    document_version: str | None = Declared(
        None, pattern=NAME, description="name, as eudr/2025-2650.de"
    )
    document: str | None = None


async def version_named(ctx: ToolContext, said: str) -> DocumentVersion:
    """Return the version of a name, letter for letter: eudr/1.de is not eudr-1/de.

    Raises:
        UnknownRecord: there is none; choices holds the nearest names.
    """
    live = select(DocumentVersion).where(DocumentVersion.retired_at.is_(None))
    found = await ctx.session.scalar(live.where(DocumentVersion.name == said))
    if found is None:
        names = list(await ctx.session.scalars(live.with_only_columns(DocumentVersion.name)))
        near = [n for n, _, _ in process.extract(said, names, scorer=fuzz.ratio, limit=3)]
        raise UnknownRecord(DOCUMENT_VERSION.noun.said, said[:80], near)
    return found


async def version_meant(
    ctx: ToolContext,
    args: MeantArgs,
    status: VersionStatus | None = VersionStatus.RELEASED,
    lang: str | None = None,
) -> DocumentVersion:
    """Return the version that is named, or the newest of a status of the document that is.

    Args:
        ctx: the running call's.
        args: what was said.
        status: of which status a document's version is meant; None: whichever.
        lang: the language that is meant when there are several. A change must not take it from
            how its member reads: the approval may be read in another language than the request.

    Raises:
        Refused: neither is named, or the document has no such version.
        AmbiguousRecord: it has one in several languages.
    """
    if args.document_version:
        return await version_named(ctx, args.document_version)
    if args.document is None:
        raise Refused("which_version", _WHICH)
    number = await references.identify(ctx, DOCUMENT, args.document)
    wanted = [DocumentVersion.status == status] if status else []
    rows = await ctx.session.scalars(
        select(DocumentVersion)
        .where(DocumentVersion.document_id == number, DocumentVersion.retired_at.is_(None), *wanted)
        .order_by(DocumentVersion.valid_from.desc().nulls_last(), DocumentVersion.id.desc())
    )
    newest: dict[str, DocumentVersion] = {}
    for version in rows:
        newest.setdefault(str(version.lang), version)
    if not newest:
        raise Refused("no_such_version", _NO_VERSION, document=args.document)
    if len(newest) > 1 and lang not in newest:
        names = sorted(v.name for v in newest.values())
        raise AmbiguousRecord(DOCUMENT_VERSION.noun.said, args.document[:80], names)
    return newest[lang] if lang in newest else next(iter(newest.values()))


def release_refused(error: ReleaseError) -> Refused:
    """Return the refusal of a release another version is in the way of."""
    said = _LATER if error.why == "later" else _OTHERS
    return Refused(f"release_{error.why}", said, names=", ".join(error.names))


async def affected_count(ctx: ToolContext, version: DocumentVersion) -> int:
    """Return how many answers of the last ninety days relied on a version."""
    since = upkeep.since(ctx.now)
    relied = KnowledgeAnswer.version_ids.op("&&")([version.id])
    counted = select(func.count()).where(relied, KnowledgeAnswer.at >= since)
    return await ctx.session.scalar(counted) or 0


async def affected_table(ctx: ToolContext, version: DocumentVersion) -> Table:
    """Return the answers of the last ninety days that relied on a version, with who asked what."""
    found = await ctx.session.run_sync(
        lambda s: upkeep.affected_answers(s, [version.id], ctx.now, MOST)
    )
    rows: list[Json] = [
        {
            "id": a.id,
            "on": a.at.date().isoformat(),
            "asked_by": a.asked_by,
            "question": a.question,
            "as_of": a.as_of.isoformat(),
        }
        for a in found
    ]
    columns = [
        Column("on", _ON, "date"),
        Column("asked_by", _ASKED_BY),
        Column("question", _QUESTION),
        Column("as_of", _AS_OF, "date"),
    ]
    return Table("knowledge_answer", columns, rows, len(rows))


def counts(found: Difference | None) -> Json:
    """Return how much changed, for a sentence."""
    if found is None:
        return {"changed": 0, "added": 0, "removed": 0, "unchanged": 0}
    return {
        "changed": len(found.changed),
        "added": len(found.added),
        "removed": len(found.removed),
        "unchanged": found.unchanged,
    }


def change_table(ctx: ToolContext, found: Difference) -> Table:
    """Return what changed as a table, old and new side by side."""
    rows = _rows(ctx, found)
    columns = [
        Column("what", _WHAT),
        Column("locator", _WHERE),
        Column("before", _BEFORE),
        Column("after", _AFTER),
    ]
    return Table("document_change", columns, rows[:MOST], len(rows))


def _rows(ctx: ToolContext, found: Difference) -> list[Json]:
    """Return what changed as rows; a place that only got another number shows both."""
    rows: list[tuple[str, str, str | None, str | None]] = [
        ("changed", _moved(c.before.locator, c.after.locator), c.before.body, c.after.body)
        for c in found.changed
    ]
    rows += [("added", unit.locator, None, unit.body) for unit in found.added]
    rows += [("removed", unit.locator, unit.body, None) for unit in found.removed]
    return [
        {
            "id": n,
            "what": getattr(_KINDS[what], ctx.asker.locale),
            "locator": locator,
            "before": before[:_LONGEST] if before else None,
            "after": after[:_LONGEST] if after else None,
        }
        for n, (what, locator, before, after) in enumerate(rows, start=1)
    ]


def _moved(before: str, after: str) -> str:
    return after if before == after else f"{before} → {after}"


def told(ctx: ToolContext, values: Json) -> Json:
    """Return a sentence's values as JSON for the model."""
    return {
        key: value.isoformat()
        if isinstance(value, date)
        else getattr(value, ctx.asker.locale)
        if isinstance(value, Said)
        else value
        for key, value in values.items()
    }
