"""Documents of the knowledge base and their versions: what there is, since when it holds."""

from db.base import Record
from db.models import Document, DocumentVersion, Fact
from knowledge.recheck import Recheck
from tools.context import ToolContext
from tools.derived import tools_of
from tools.entity import Entity, Field, Values
from tools.errors import InvalidArguments, Said
from tools.spec import Examples, Names

_RHYTHM = Said(
    de="„{text}“ ist kein Rhythmus. Möglich: „90 days“, „7 days until 2027-02-28, then 90 days“, „each 01-01, 07-01“.",
    en="“{text}” is no rhythm. Possible: “90 days”, “7 days until 2027-02-28, then 90 days”, “each 01-01, 07-01”.",
    es="«{text}» no es un ritmo. Posible: «90 days», «7 days until 2027-02-28, then 90 days», «each 01-01, 07-01».",
)  # fmt: skip


async def check_document(ctx: ToolContext, record: Record | None, values: Values) -> None:
    """A new rhythm says when the document is due next, counted from when it was last read."""
    rhythm = values.get("recheck_every")
    if rhythm is None:
        return
    try:
        due = Recheck.parse(str(rhythm)).due(getattr(record, "rechecked_on", None) or ctx.today)
    except ValueError as error:
        raise InvalidArguments(_RHYTHM, text=str(rhythm)[:60]) from error
    values.setdefault("next_recheck", due)


DOCUMENT = Entity(
    key="document",
    model=Document,
    noun=Names("Wissensdokument|Rechtsquelle|Dokument der Wissensbasis", "knowledge document|legal source|document of the knowledge base", "documento de conocimiento|fuente legal|documento de la base de conocimiento"),
    nouns=Names("Wissensdokumente|Rechtsquellen|Dokumente der Wissensbasis|Wissensbasis", "knowledge documents|legal sources|documents of the knowledge base|knowledge base", "documentos de conocimiento|fuentes legales|documentos de la base de conocimiento|base de conocimiento"),
    title="title",
    aliases="work_key",
    order="work_key",
    fields=(
        Field("work_key", Names("Schlüssel des Dokuments", "document key", "clave del documento"), write=None, listed=True),
        Field("title", Names("Dokumenttitel", "document title", "título del documento"), listed=True),
        Field("kind", Names("Dokumentart", "kind of document", "clase de documento"), listed=True),
        Field("jurisdiction", Names("Rechtsraum", "jurisdiction", "jurisdicción"), listed=True),
        Field("tier", Names("Rang der Quelle", "tier of the source", "rango de la fuente"), least=1, most=4),
        Field("url", Names("Fundstelle im Netz", "document address", "dirección del documento"), write=None),
        Field("recheck_every", Names("Prüfrhythmus", "recheck rhythm", "ritmo de revisión")),
        Field("rechecked_on", Names("zuletzt geprüft am", "last rechecked on", "revisado por última vez el"), write=None),
        Field("next_recheck", Names("nächste Prüfung", "next recheck", "próxima revisión"), listed=True),
    ),
    check=check_document,
    creatable=False,
    retirable=False,
    apart=True,
    spoken=False,
)  # fmt: skip

DOCUMENT_VERSION = Entity(
    key="document_version",
    model=DocumentVersion,
    noun=Names("Dokumentfassung", "document version", "versión del documento"),
    nouns=Names("Dokumentfassungen", "document versions", "versiones de documentos"),
    title="name",
    order="name",
    fields=(
        Field("name", Names("Name der Fassung", "version name", "nombre de la versión"), write=None, listed=True),
        Field("document", Names("Wissensdokument", "knowledge document", "documento de conocimiento"), ref="document", write=None),
        Field("label", Names("Fassungskürzel", "version label", "etiqueta de la versión"), write=None),
        Field("lang", Names("Sprache der Fassung", "language of the version", "idioma de la versión"), write=None, listed=True),
        Field("title", Names("Titel der Fassung", "title of the version", "título de la versión"), write=None),
        Field("status", Names("Freigabestand", "release status", "estado de la versión"), write=None, listed=True),
        Field("valid_from", Names("gilt ab", "valid from", "vigente desde"), write=None, listed=True),
        Field("valid_to", Names("gilt bis", "valid to", "vigente hasta"), write=None, listed=True),
        Field("validity_note", Names("Hinweis zur Geltung", "note on validity", "nota de vigencia")),
        Field("act", Names("Fundstelle des Rechtsakts", "legal act", "acto jurídico")),
        Field("number", Names("Nummer des Rechtsakts", "number of the act", "número del acto")),
        Field("official_reference", Names("amtliche Fundstelle", "official reference", "referencia oficial")),
        Field("supersedes", Names("ersetzt Fassung", "supersedes version", "reemplaza la versión"), ref="document_version", write=None),
        Field("origin", Names("Herkunft der Fassung", "origin of the version", "procedencia de la versión"), write=None),
        Field("file_name", Names("Dateiname", "file name", "nombre del archivo"), write=None),
        Field("passages", Names("Zahl der Textstellen", "number of passages", "número de pasajes"), write=None),
        Field("read_on", Names("gelesen am", "read on", "leído el"), write=None),
        Field("reviewed_by", Names("freigegeben durch", "released by person", "aprobada por"), ref="member", write=None),
        Field("change_note", Names("Änderung gegenüber der Fassung davor", "change against the version before", "cambio frente a la versión anterior"), write=None),
        Field("reviewed_on", Names("Tag der Freigabe", "day of release", "día de aprobación"), write=None),
    ),
    creatable=False,
    retirable=False,
    apart=True,
    spoken=False,
)  # fmt: skip

FACT = Entity(
    key="fact",
    model=Fact,
    noun=Names("bestätigte Angabe", "confirmed statement", "afirmación confirmada"),
    nouns=Names("bestätigte Angaben", "confirmed statements", "afirmaciones confirmadas"),
    title="key",
    order="-approved_on",
    fields=(
        Field("key", Names("Stelle der Angabe", "place of the statement", "lugar de la afirmación"), write=None, listed=True),
        Field("quote", Names("Wortlaut der Angabe", "words of the statement", "texto de la afirmación"), write=None),
        Field("status", Names("Stand der Bestätigung", "state of the confirmation", "estado de la confirmación"), write=None, listed=True),
        Field("approved_by", Names("bestätigt durch", "confirmed by person", "confirmada por"), ref="member", write=None, listed=True),
        Field("approved_on", Names("Tag der Bestätigung", "day of confirmation", "día de la confirmación"), write=None, listed=True),
        Field("source_note", Names("gelesen oder gefragt", "what was read or who was asked", "qué se leyó o preguntó"), write=None),
        Field("valid_from", Names("Angabe gilt ab", "statement valid from", "afirmación vigente desde"), write=None),
        Field("valid_to", Names("Angabe gilt bis", "statement valid until", "afirmación vigente hasta"), write=None),
    ),
    creatable=False,
    apart=True,
    spoken=False,
)  # fmt: skip

_LIST = Examples(
    de=("Welche Dokumente gibt es in der Wissensbasis?", "Welche Rechtsquellen haben wir?"),
    en=("Which documents are in the knowledge base?", "Which legal sources do we have?"),
    es=("¿Qué documentos hay en la base de conocimiento?", "¿Qué fuentes legales tenemos?"),
)

ENTITIES = (DOCUMENT, DOCUMENT_VERSION, FACT)
TOOLS = (
    *tools_of(DOCUMENT, ("find", "summarize", "show", "change"), examples={"find": _LIST}),
    *tools_of(DOCUMENT_VERSION, ("find", "show", "change")),
    *tools_of(FACT, ("find", "show", "retire")),
)
