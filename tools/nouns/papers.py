"""The papers of shipments as they are recorded; what is missing is derived in the checklist."""

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, String, and_, cast, func, select

from db.base import Record
from db.models import Paper, Shipment
from tools import paper_files
from tools.context import ToolContext
from tools.derived import tools_of
from tools.entity import Entity, Field, Values
from tools.errors import InvalidArguments, Refused, Said
from tools.gateways import files
from tools.spec import Names
from tools.usual_fields import NOTES

_REASON = Said(
    de="Warum ist das Papier nicht nötig? Der Grund wird mit festgehalten.",
    en="Why is the paper not needed? The reason is kept with it.",
    es="¿Por qué no hace falta el documento? El motivo queda anotado.",
)
_TO_COME = Said(
    de="{day} liegt noch in der Zukunft; ein Papier liegt vor, wenn es da ist.",
    en="{day} is still to come; a paper is held once it is here.",
    es="El {day} aún no ha llegado; un documento se tiene cuando está aquí.",
)
_THERE = Said(
    de="{kind} steht auf der Liste dieser Sendung schon; ändere den Eintrag.",
    en="{kind} is on the list of this shipment already; change that entry.",
    es="{kind} ya está en la lista de este embarque; cambia esa anotación.",
)
_NO_FILE = Said(
    de="Das ist keine abgelegte Datei (sha256:…); häng die Datei an die Nachricht.",
    en="That is not a kept file (sha256:…); attach the file to the message.",
    es="Eso no es un archivo guardado (sha256:…); adjunta el archivo al mensaje.",
)


def _about(_today: date) -> ColumnElement[str]:
    """Return "bill_of_lading SH-26-003" as a paper's name."""
    on = select(Shipment.code).where(Shipment.id == Paper.shipment_id).scalar_subquery()
    return func.concat_ws(" ", cast(Paper.kind, String), on)


async def check_paper(ctx: ToolContext, record: Record | None, values: Values) -> None:
    """Hold a paper to one entry a shipment; held or not needed, the latter with its reason."""
    after = {k: values.get(k, getattr(record, k, None)) for k in _CHECKED}
    if after["held_since"] is not None and after["held_since"] > ctx.today:
        raise InvalidArguments(_TO_COME, day=after["held_since"])
    if values.get("not_needed"):
        if after["reason"] is None:
            raise InvalidArguments(_REASON)
        values["held_since"] = None
    elif values.get("held_since") is not None and after["not_needed"]:
        values["not_needed"] = False
    if values.get("file") is not None:
        await _keep(ctx, values)
    if record is None or {"kind", "shipment_id"} & set(values):
        await _once(ctx, record, after)


_CHECKED = ("shipment_id", "kind", "held_since", "not_needed", "reason")


async def _keep(ctx: ToolContext, values: Values) -> None:
    """Keep the file of a paper for good: what it holds is what its reference says, or nothing."""
    reference = str(values["file"])
    if not files.is_reference(reference):
        raise InvalidArguments(_NO_FILE)
    name = str(values.get("file_name") or "")
    await paper_files.take(ctx.session, ctx.files, reference, name)


async def _once(ctx: ToolContext, record: Record | None, after: Values) -> None:
    same = select(Paper.id).where(
        Paper.shipment_id == after["shipment_id"],
        Paper.kind == after["kind"],
        Paper.retired_at.is_(None),
        Paper.id != (record.id if record else 0),
    )
    if await ctx.session.scalar(same) is not None:
        kind = after["kind"]
        label = Said(de=kind.label("de"), en=kind.label("en"), es=kind.label("es"))
        raise Refused("there_already", _THERE, kind=label)


def is_overdue(today: date) -> ColumnElement[bool]:
    """Return whether a paper that is needed should have been here by now."""
    return and_(Paper.due_on < today, Paper.held_since.is_(None), Paper.not_needed.is_(False))


PAPER = Entity(
    key="paper",
    model=Paper,
    noun=Names("Papier|Verschiffungspapier|Versandpapier|Unterlage", "paper|shipping paper|shipping document", "documento|documento de embarque|papel"),
    nouns=Names("Papiere|Verschiffungspapiere|Versandpapiere|Unterlagen|Papieren", "papers|shipping papers|shipping documents", "documentos|documentos de embarque|papeles"),
    title="about",
    parents=("shipment",),
    order="due_on",
    fields=(
        Field("about", Names("Betrifft", "about", "referencia"), sql=_about, sql_kind="text", write=None),
        Field("shipment", Names("Sendung|Lieferung", "shipment", "embarque|envío"), ref="shipment", listed=True),
        Field("kind", Names("Papierart", "kind of paper", "tipo de documento"), listed=True),
        Field("due_on", Names("Papier fällig am", "paper due on", "documento previsto para"), listed=True),
        Field("overdue", Names("überfällig|überfälliges Papier", "overdue|overdue paper", "vencido|atrasado"), sql=is_overdue, write=None),
        Field("held_since", Names("liegt vor seit|vorliegend seit", "held since|on file since", "en archivo desde|se tiene desde"), listed=True),
        Field("reference", Names("Papiernummer|Dokumentnummer|Aktenzeichen", "paper number|document number", "número del documento"), listed=True),
        Field("file", Names("Dateiverweis", "file reference", "referencia del archivo")),
        Field("file_name", Names("Dateiname", "file name", "nombre del archivo"), listed=True),
        Field("not_needed", Names("nicht nötig|nicht erforderlich|entfällt", "not needed|not required", "no hace falta|no necesario"), listed=True),
        Field("reason", Names("Grund dafür", "reason why not", "motivo de ello")),
        NOTES,
    ),
    check=check_paper,
)  # fmt: skip

_NOTE = (
    "A paper without an entry is missing by default; shipment_papers shows the whole checklist, "
    "note_paper and attach_paper are the usual way."
)

ENTITIES = (PAPER,)
TOOLS: tuple[Any, ...] = tuple(tools_of(PAPER, notes={"create": _NOTE}))
