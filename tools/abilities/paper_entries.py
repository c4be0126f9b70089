"""A paper is here, is attached as a file, or is not needed: one sentence each."""

from datetime import date
from typing import Any

from pydantic import Field as Declared
from sqlalchemy import select

from db.enums import LOCALES, PaperKind, Role
from db.models import Paper, Shipment
from tools import references
from tools.context import ToolContext
from tools.entity import entity_named
from tools.errors import Said
from tools.nouns.papers import PAPER
from tools.spec import Approval, Args, Been, Effect, Examples, Json, Result, Source, tool
from tools.writing import add, apply

_HELD = Said(
    de="{kind} zu {code} liegt vor seit {day}.",
    en="{kind} of {code} is held since {day}.",
    es="{kind} de {code}: en archivo desde el {day}.",
)
_ATTACHED = Said(
    de="{kind} zu {code} liegt vor seit {day}, Datei „{name}“.",
    en="{kind} of {code} is held since {day}, file “{name}”.",
    es="{kind} de {code}: en archivo desde el {day}, archivo «{name}».",
)
_NOT_NEEDED = Said(
    de="{kind} zu {code} ist nicht nötig; der Grund ist notiert.",
    en="{kind} of {code} is not needed; the reason is noted.",
    es="{kind} de {code} no hace falta; el motivo queda anotado.",
)


class HeldArgs(Args):
    """Which paper of which shipment is here, since when (today), under which number."""

    shipment: str
    kind: PaperKind
    reference: str | None = Declared(None, max_length=200)
    held_since: Been | None = None


class AttachArgs(Args):
    """Which file is which paper of which shipment."""

    shipment: str
    kind: PaperKind
    file: str = Declared(pattern="^sha256:[0-9a-f]{64}$", description="reference of a kept file")
    name: str = Declared(max_length=200)


class WaivedArgs(Args):
    """Which paper of which shipment is not needed, and why."""

    shipment: str
    kind: PaperKind
    reason: str = Declared(max_length=2_000)


async def _record(
    ctx: ToolContext, shipment: str, kind: PaperKind, values: dict[str, Any]
) -> tuple[Shipment, Paper]:
    """Return a shipment's paper, its entry changed or made."""
    found = await references.resolve(ctx, entity_named("shipment"), shipment)
    if not isinstance(found, Shipment):
        raise TypeError(found)
    paper = await ctx.session.scalar(
        select(Paper).where(
            Paper.shipment_id == found.id, Paper.kind == kind, Paper.retired_at.is_(None)
        )
    )
    if paper is not None:
        await apply(ctx, PAPER, paper, values)
        return found, paper
    made = await add(ctx, PAPER, values | {"shipment_id": found.id, "kind": kind})
    if not isinstance(made, Paper):
        raise TypeError(made)
    return found, made


def _told(shipment: Shipment, paper: Paper, sentence: Said, values: Json) -> Result:
    kind = Said(**{lo: paper.kind.label(lo) for lo in LOCALES})
    return Result(
        {"id": paper.id, "record": f"#{paper.id}", "shipment": shipment.code},
        sentence,
        values | {"kind": kind, "code": shipment.code},
        sources=[Source("row", f"paper:{paper.id}", f"{paper.kind} {shipment.code}")],
    )


@tool(
    HeldArgs,
    verb="receive",
    noun="paper",
    effect=Effect.WRITE,
    permission=Role.ANALYST,
    approval=Approval.OWN_WORDS,
    examples=Examples(
        de=("{kind} für {shipment} ist da", "{kind} für {shipment} liegt vor", "{kind} von {shipment} ist da", "{kind} zu {shipment} liegt vor", "{kind} für {shipment} liegt seit {held_since} vor", "{kind} für {shipment} ist da, Nummer {reference}", "{kind} für {shipment} liegt vor, Nummer {reference}", "{kind} für {shipment}: {reference}"),
        en=("The {kind} for {shipment} is here", "The {kind} of {shipment} is here", "The {kind} for {shipment} arrived", "We have the {kind} for {shipment}", "The {kind} for {shipment} is here since {held_since}", "The {kind} for {shipment} is here, number {reference}", "{kind} for {shipment}: {reference}"),
        es=("Llegó el {kind} de {shipment}", "Ya tenemos el {kind} de {shipment}", "Tenemos el {kind} de {shipment}", "El {kind} de {shipment} ya está", "Tenemos el {kind} de {shipment} desde {held_since}", "Llegó el {kind} de {shipment}, número {reference}", "{kind} de {shipment}: {reference}"),
    ),
)  # fmt: skip
async def note_paper(ctx: ToolContext, args: HeldArgs) -> Result:
    """Note that a paper of a shipment is held, today unless another day is said; reference is the
    number on it (B/L, COI or DDS number)."""
    values: dict[str, Any] = {"held_since": args.held_since or ctx.today}
    values |= {"reference": args.reference} if args.reference else {}
    shipment, paper = await _record(ctx, args.shipment, args.kind, values)
    return _told(shipment, paper, _HELD, {"day": paper.held_since})


@tool(
    AttachArgs,
    verb="attach",
    noun="paper",
    effect=Effect.WRITE,
    permission=Role.ANALYST,
    approval=Approval.OWN_WORDS,
    examples=Examples(
        de=("Häng das als {kind} an {shipment}", "Häng das als {kind} an {shipment} an", "Häng die Datei als {kind} an {shipment}", "Leg das als {kind} zu {shipment} ab", "Das ist {kind} von {shipment}", "Das ist {kind} für {shipment}"),
        en=("Attach this as {kind} to {shipment}", "Attach this as the {kind} of {shipment}", "Attach it as {kind} to {shipment}", "File this as {kind} of {shipment}", "This is the {kind} of {shipment}", "This is the {kind} for {shipment}"),
        es=("Adjunta esto como {kind} a {shipment}", "Adjúntalo como {kind} a {shipment}", "Adjunta esto como {kind} de {shipment}", "Guarda esto como {kind} de {shipment}", "Este es el {kind} de {shipment}"),
    ),
)  # fmt: skip
async def attach_paper(ctx: ToolContext, args: AttachArgs) -> Result:
    """Keep a file that came with a message as a paper of a shipment; it counts as held then. The
    file is kept as it is and not read."""
    found = await _since(ctx, args)
    values: dict[str, Any] = {"file": args.file, "file_name": args.name, "held_since": found}
    shipment, paper = await _record(ctx, args.shipment, args.kind, values)
    return _told(shipment, paper, _ATTACHED, {"day": paper.held_since, "name": args.name})


async def _since(ctx: ToolContext, args: AttachArgs) -> date:
    """Return since when the paper is held: as noted before, else today."""
    number = await references.identify(ctx, entity_named("shipment"), args.shipment)
    noted = select(Paper.held_since).where(
        Paper.shipment_id == number, Paper.kind == args.kind, Paper.retired_at.is_(None)
    )
    return await ctx.session.scalar(noted) or ctx.today


@tool(
    WaivedArgs,
    verb="waive",
    noun="paper",
    effect=Effect.WRITE,
    permission=Role.ANALYST,
    approval=Approval.OWN_WORDS,
    examples=Examples(
        de=("{kind} für {shipment} ist nicht nötig: {reason}", "{kind} für {shipment} ist nicht nötig, weil {reason}", "{kind} für {shipment} brauchen wir nicht, {reason}", "{kind} entfällt für {shipment}: {reason}"),
        en=("The {kind} for {shipment} is not needed: {reason}", "The {kind} for {shipment} is not needed because {reason}", "We do not need the {kind} for {shipment}: {reason}"),
        es=("El {kind} de {shipment} no hace falta: {reason}", "El {kind} de {shipment} no hace falta porque {reason}", "No necesitamos el {kind} de {shipment}: {reason}"),
    ),
)  # fmt: skip
async def waive_paper(ctx: ToolContext, args: WaivedArgs) -> Result:
    """Note that a shipment does not need a paper, with the reason; a person decides that."""
    values: dict[str, Any] = {"not_needed": True, "reason": args.reason}
    shipment, paper = await _record(ctx, args.shipment, args.kind, values)
    return _told(shipment, paper, _NOT_NEEDED, {})


TOOLS = (note_paper, attach_paper, waive_paper)
