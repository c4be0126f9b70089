"""What is to be looked at again: sources whose day has come, answers a replaced version left behind."""

from sqlalchemy import select

from db.enums import Role, VersionStatus
from db.models import Document, DocumentVersion
from knowledge import upkeep
from tools import references
from tools.context import ToolContext
from tools.document_meant import (
    NONE,
    MeantArgs,
    affected_count,
    affected_table,
    told,
    version_meant,
)
from tools.errors import Refused, Said
from tools.nouns.documents import DOCUMENT
from tools.spec import Approval, Args, Column, Effect, Examples, Json, Result, Table, tool

_RECHECKED = Said(
    de="{document} ist am {day} geprüft; wieder fällig: {due}.",
    en="{document} was rechecked on {day}; due again: {due}.",
    es="{document} se revisó el {day}; próxima revisión: {due}.",
)
_DUE = Said(
    de="{count} Dokumente sind zur Prüfung fällig.",
    en="{count} documents are due for a recheck.",
    es="{count} documentos están pendientes de revisión.",
)
_AFFECTED = Said(
    de="{count} Antworten der letzten 90 Tage beruhen auf {version}.",
    en="{count} answers of the last 90 days relied on {version}.",
    es="{count} respuestas de los últimos 90 días se basan en {version}.",
)
_NOTHING_REPLACED = Said(
    de="Noch wurde keine Fassung durch eine neue ersetzt.",
    en="No version has been replaced by a new one yet.",
    es="Todavía no se ha reemplazado ninguna versión por una nueva.",
)


class DocumentArgs(Args):
    """Which document."""

    document: str


class NoArgs(Args):
    """Nothing to say."""


@tool(
    DocumentArgs,
    verb="recheck",
    noun="document",
    effect=Effect.WRITE,
    permission=Role.ANALYST,
    approval=Approval.OWN_WORDS,
    examples=Examples(
        de=("Das Dokument {document} ist geprüft", "Ich habe das Dokument {document} geprüft, es gilt noch"),
        en=("The document {document} is rechecked", "I have rechecked the document {document}, it still stands"),
        es=("El documento {document} está revisado", "He revisado el documento {document}, sigue vigente"),
    ),
)  # fmt: skip
async def recheck_document(ctx: ToolContext, args: DocumentArgs) -> Result:
    """Note that the member read a document's official source again today and it still stands."""
    number = await references.identify(ctx, DOCUMENT, args.document)
    document = await ctx.session.get_one(Document, number)
    await ctx.session.run_sync(lambda s: upkeep.rechecked(s, document, ctx.today))
    due = document.next_recheck
    values: Json = {"document": document.title, "day": ctx.today, "due": due or NONE}
    return Result(told(ctx, values), _RECHECKED, values)


@tool(
    NoArgs,
    verb="due",
    noun="document",
    effect=Effect.READ,
    permission=Role.VIEWER,
    examples=Examples(
        de=("Welche Rechtsquellen sind zur Prüfung fällig?", "Welche Dokumente müssen wir neu prüfen?"),
        en=("Which legal sources are due for a recheck?", "Which documents do we have to recheck?"),
        es=("¿Qué fuentes legales están pendientes de revisión?", "¿Qué documentos hay que revisar?"),
    ),
)  # fmt: skip
async def documents_due(ctx: ToolContext, args: NoArgs) -> Result:
    """List the documents whose official source is to be read again by today."""
    found = await ctx.session.run_sync(lambda s: upkeep.rechecks_due(s, ctx.today))
    rows: list[Json] = [
        {"id": d.id, "title": d.title, "next_recheck": d.next_recheck.isoformat()}
        for d in found
        if d.next_recheck is not None
    ]
    columns = [
        Column("title", DOCUMENT.field("title").names.said),
        Column("next_recheck", DOCUMENT.field("next_recheck").names.said, "date"),
    ]
    table = Table(DOCUMENT.key, columns, rows, len(rows))
    return Result({"rows": rows, "count": len(rows)}, _DUE, {"count": len(rows)}, table=table)


@tool(
    MeantArgs,
    verb="affected",
    noun="document_version",
    effect=Effect.READ,
    permission=Role.ANALYST,
    free_text=True,
    examples=Examples(
        de=("Welche Antworten beruhen auf der Fassung {document_version}?", "Welche Antworten beruhen auf dem Dokument {document}?", "Welche Antworten beruhen auf der Fassung, die wir gerade ersetzt haben?", "Welche Antworten beruhen auf der ersetzten Fassung?"),
        en=("Which answers relied on the version {document_version}?", "Which answers relied on the document {document}?", "Which answers relied on the version we just replaced?", "Which answers relied on the replaced version?"),
        es=("¿Qué respuestas se basan en la versión {document_version}?", "¿Qué respuestas se basan en el documento {document}?", "¿Qué respuestas se basaron en la versión que acabamos de reemplazar?", "¿Qué respuestas se basan en la versión reemplazada?"),
    ),
)  # fmt: skip
async def affected_answers(ctx: ToolContext, args: MeantArgs) -> Result:
    """List the answers of the last 90 days that relied on a version, with who asked what; without
    a name, those of the version that was replaced last."""
    named = args.document_version or args.document
    version = await (
        version_meant(ctx, args, lang=ctx.asker.locale) if named else _replaced_last(ctx)
    )
    table = await affected_table(ctx, version)
    values: Json = {"count": await affected_count(ctx, version), "version": version.name}
    return Result(values | {"rows": table.rows}, _AFFECTED, values, table=table)


async def _replaced_last(ctx: ToolContext) -> DocumentVersion:
    newest = (
        select(DocumentVersion.supersedes_id)
        .where(
            DocumentVersion.supersedes_id.is_not(None),
            DocumentVersion.status == VersionStatus.RELEASED,
            DocumentVersion.reviewed_by_id.is_not(None),
            DocumentVersion.retired_at.is_(None),
        )
        .order_by(DocumentVersion.reviewed_on.desc(), DocumentVersion.id.desc())
        .limit(1)
    )
    number = await ctx.session.scalar(newest)
    if number is None:
        raise Refused("nothing_replaced", _NOTHING_REPLACED, next="stop")
    return await ctx.session.get_one(DocumentVersion, number)


TOOLS = (recheck_document, documents_due, affected_answers)
