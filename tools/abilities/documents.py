"""Documents the team brings: looked into, fetched, taken in as a proposal nobody relies on yet."""

from typing import Literal

from pydantic import Field as Declared
from sqlalchemy.orm import Session

from db.enums import DocumentKind, DocumentOrigin, Language, Locale, Role
from db.models import Document, DocumentVersion
from knowledge.corpus_file import CorpusError
from knowledge.proposing import About, propose, propose_own
from knowledge.reading.kinds import Kind
from knowledge.reading.unreadable import UnreadableError, Why
from tools import references
from tools.context import ToolContext
from tools.document_intake import Taken, fetched, known_version, taken
from tools.document_words import refused
from tools.errors import Refused, Said
from tools.gateways import files
from tools.nouns.documents import DOCUMENT, DOCUMENT_VERSION
from tools.spec import Approval, Args, Column, Effect, Examples, Json, Result, Table, tool

SHOWN = 20
FILES = "document_file"  # the table that names what was kept

_READ = Said(
    de="„{title}“ ({name}): {passages} Textstellen, Sprache {lang}. Anlagen: {attachments}.",
    en="“{title}” ({name}): {passages} passages, language {lang}. Attachments: {attachments}.",
    es="«{title}» ({name}): {passages} pasajes, idioma {lang}. Adjuntos: {attachments}.",
)
_THERE = Said(
    de="„{name}“ liegt schon vor, als Fassung {version}.",
    en="“{name}” is there already, as version {version}.",
    es="«{name}» ya está, como versión {version}.",
)
_ADDED = Said(
    de="„{title}“ ist als Fassung {version} vorgeschlagen ({passages} Textstellen). In Antworten steht sie erst, wenn du sie freigibst und sagst, ab wann sie gilt.",
    en="“{title}” is proposed as version {version} ({passages} passages). It is used in answers only once you release it and say since when it holds.",
    es="«{title}» queda propuesta como versión {version} ({passages} pasajes). Solo se usa en respuestas cuando la apruebas y dices desde cuándo rige.",
)  # fmt: skip
_WHERE = Said(de="Stelle", en="place", es="lugar")
_HEADING = Said(de="Überschrift", en="heading", es="título")
_FILE = Said(de="Datei", en="file", es="archivo")
_REFERENCE = Said(de="Kennung", en="reference", es="referencia")


class FileArgs(Args):
    """A kept file."""

    file: str = Declared(pattern="^sha256:[0-9a-f]{64}$", description="reference of a kept file")
    name: str = Declared(max_length=200)


class PageArgs(Args):
    """A page of the public web the member named."""

    url: str = Declared(pattern="^https?://", max_length=2000)


class AddArgs(FileArgs):
    """A kept file, and what it is; what is not said is read from it."""

    document: str | None = Declared(None, description="the work it is a version of; new if none")
    title: str | None = Declared(None, max_length=200)
    label: str | None = Declared(
        None, pattern="^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60, description="version, as 2026-11"
    )
    lang: Locale | None = None
    kind: Literal["law", "draft", "guidance", "contract", "practice", "note"] | None = None
    url: str | None = Declared(None, max_length=2000, description="where it was fetched from")


@tool(
    FileArgs,
    verb="read",
    noun="document",
    effect=Effect.READ,
    permission=Role.ANALYST,
    free_text=True,
    examples=Examples(
        de=("Was steht in der Datei {name}?", "Sieh dir das Dokument {name} an", "Lies {name}"),
        en=("What is in the file {name}?", "Look into the document {name}", "Read {name}"),
        es=("¿Qué hay en el archivo {name}?", "Mira el documento {name}", "Lee {name}"),
    ),
)  # fmt: skip
async def read_document(ctx: ToolContext, args: FileArgs) -> Result:
    """Say what a kept file (PDF, DOCX, HTML, Markdown, text, e-mail) would bring into the
    knowledge base: title, language, places, attachments. Changes nothing."""
    return await _shown(ctx, args.file, args.name)


@tool(
    PageArgs,
    verb="fetch",
    noun="document",
    effect=Effect.READ,
    permission=Role.ANALYST,
    free_text=True,
    examples=Examples(
        de=("Hol das Dokument {url}", "Ruf {url} ab"),
        en=("Fetch the document {url}", "Get {url}"),
        es=("Consulta el documento {url}", "Trae {url}"),
    ),
)
async def fetch_document(ctx: ToolContext, args: PageArgs) -> Result:
    """Fetch a page or file from a web address the member named, keep it, and say what it would
    bring into the knowledge base. Its reference and name are for add_document."""
    reference, name = await fetched(ctx, args.url)
    return await _shown(ctx, reference, name, named=False)


async def _shown(ctx: ToolContext, reference: str, name: str, *, named: bool = True) -> Result:
    known = await known_version(ctx, reference)
    if known is not None and known.media_type != Kind.MAIL:
        return _known(name, known, [])
    read = (await taken(ctx, reference, name, named=named)).read
    kept = [(a.name, files.keep(ctx.files, a.name, a.data)) for a in read.attachments]
    brought: list[Json] = [
        {"id": n, "file": called, "reference": held}
        for n, (called, held) in enumerate([(name, reference), *kept], start=1)
    ]
    if known is not None:  # what is attached may still be missing
        return _known(name, known, [_brought(brought)])
    places: list[Json] = [
        {"id": n, "locator": p.locator, "heading": p.path[-1] if p.path else None}
        for n, p in enumerate(read.pieces[:SHOWN], start=1)
    ]
    values: Json = {
        "title": read.title,
        "name": name,
        "passages": len(read.pieces),
        "lang": Language(read.lang),
        "attachments": len(kept),
    }
    told = values | {
        "lang": read.lang,
        "file": reference,
        "places": [row["locator"] for row in places],
        "attachments": brought[1:],
    }
    columns = [Column("locator", _WHERE), Column("heading", _HEADING)]
    table = Table("document_place", columns, places, len(read.pieces))
    return Result(told, _READ, values, table=table, more=[_brought(brought)])


def _brought(rows: list[Json]) -> Table:
    return Table(FILES, [Column("file", _FILE), Column("reference", _REFERENCE)], rows, len(rows))


def _known(name: str, version: DocumentVersion, more: list[Table]) -> Result:
    values: Json = {"name": name, "version": version.name}
    columns = [Column("name", DOCUMENT_VERSION.field("name").names.said)]
    row: Json = {"id": version.id, "name": version.name}
    table = Table(DOCUMENT_VERSION.key, columns, [row], 1)
    told = values | {"attachments": [row for t in more for row in t.rows[1:]]}
    return Result(told, _THERE, values, table=table, more=more)


@tool(
    AddArgs,
    verb="add",
    noun="document",
    effect=Effect.WRITE,
    permission=Role.ANALYST,
    approval=Approval.ALWAYS,
    examples=Examples(
        de=("Nimm {name} in die Wissensbasis auf", "Füge das Dokument {name} hinzu", "Leg {name} in der Wissensbasis ab", "Nimm {name} als neue Fassung vom Dokument {document} auf"),
        en=("Add {name} to the knowledge base", "Take in the document {name}", "Add {name} as a new version of the document {document}"),
        es=("Añade {name} a la base de conocimiento", "Incorpora el documento {name}", "Añade {name} como nueva versión del documento {document}"),
    ),
)  # fmt: skip
async def add_document(ctx: ToolContext, args: AddArgs) -> Result:
    """Take a kept file into the knowledge base as a proposed version. It is used in no answer
    until a person releases it (release_version)."""
    known = await known_version(ctx, args.file)
    if known is not None:
        raise Refused("known_document", _THERE, next="stop", name=args.name, version=known.name)
    found = await taken(ctx, args.file, args.name, named=args.url is None)
    about = About(
        sha256=found.sha256,
        origin=DocumentOrigin.URL if args.url else DocumentOrigin.FILE,
        today=ctx.today,
        file_name=args.name,
        document=await _work(ctx, args.document),
        title=args.title,
        label=args.label,
        lang=Language(args.lang) if args.lang else None,
        kind=DocumentKind(args.kind or "note"),
        url=args.url,
    )
    version = await ctx.session.run_sync(lambda s: _propose(s, found, about, args.name))
    values: Json = {
        "title": version.title,
        "version": version.name,
        "passages": version.passages,
    }
    return Result(values | {"lang": str(version.lang), "status": "proposed"}, _ADDED, values)


async def _work(ctx: ToolContext, said: str | None) -> Document | None:
    if said is None:
        return None
    number = await references.identify(ctx, DOCUMENT, said)
    return await ctx.session.get(Document, number)


def _propose(session: Session, found: Taken, about: About, name: str) -> DocumentVersion:
    if not found.read.own_convention:
        return propose(session, found.read, about)
    try:
        return propose_own(session, found.data.decode("utf-8-sig"), about)
    except CorpusError as error:
        reason = UnreadableError(Why.FRONT_MATTER, detail=str(error)[:500])
        raise refused(name, reason) from error


TOOLS = (read_document, fetch_document, add_document)
