"""A sample that came, with what it scored and what was decided: one sentence, one change set."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any

from pydantic import Field as Declared
from pydantic import WithJsonSchema
from sqlalchemy import or_, select

from db.enums import CuppingKind, Protocol, Role, SampleKind, SampleVerdict
from db.models import Lot, Sample
from tools import references
from tools.context import ToolContext
from tools.entity import entity_named
from tools.errors import NOTHING, InvalidArguments, Said
from tools.nouns.cuppings import CUPPING
from tools.nouns.samples import SAMPLE
from tools.spec import Approval, Args, Been, Effect, Examples, Json, Result, Source, tool
from tools.writing import add, apply

Points = Annotated[Decimal, Declared(ge=0, le=100), WithJsonSchema({"type": "number"})]

_WHICH_KIND = Said(
    de="Was für ein Muster von {lot} ist es: Angebot, Vorverschiffung oder Ankunft?",
    en="Which kind of sample of {lot} is it: offer, pre-shipment or arrival?",
    es="¿Qué muestra de {lot} es: de oferta, de pre-embarque o de llegada?",
)
_SEVERAL = Said(
    de="Von {lot} sind mehrere Muster offen: {choices}. Welches?",
    en="Several samples of {lot} are open: {choices}. Which one?",
    es="Hay varias muestras abiertas de {lot}: {choices}. ¿Cuál?",
)
_CAME = Said(
    de="Muster {lot} ({kind}): erhalten am {day}, {verdict}{score}.",
    en="Sample {lot} ({kind}): received on {day}, {verdict}{score}.",
    es="Muestra {lot} ({kind}): recibida el {day}, {verdict}{score}.",
)
_SCORE = Said(
    de=", {points} Punkte, {protocol}, nur als Gesamtpunkte",
    en=", {points} points, {protocol}, a total only",
    es=", {points} puntos, {protocol}, solo como total",
)


class ReceiveArgs(Args):
    """What came, and what is known of it; the day is today unless another one is said."""

    lot: str
    kind: SampleKind | None = None
    cup_score: Points | None = None
    cup_protocol: Protocol | None = None
    verdict: SampleVerdict | None = None
    received_on: Been | None = None
    reason: str | None = Declared(None, max_length=2_000)


@dataclass(frozen=True)
class _Came:
    """The sample as it stands now, and its lot."""

    lot: Lot
    sample: Sample


@tool(
    ReceiveArgs,
    verb="receive",
    noun="sample",
    effect=Effect.WRITE,
    permission=Role.ANALYST,
    approval=Approval.OWN_WORDS,
    examples=Examples(
        de=(
            "{kind} {lot} ist da: {cup_score} Punkte, {verdict}",
            "{kind} {lot} ist da: {cup_score}, {verdict}",
            "{kind} von {lot} ist da: {cup_score}, {verdict}",
            "{kind} {lot} ist angekommen: {cup_score}, {verdict}",
            "{kind} von {lot} ist angekommen: {cup_score}, {verdict}",
            "Muster {lot} ist da ({kind}): {cup_score}, {verdict}",
            "{kind} {lot} ist da, {verdict}",
            "{kind} {lot} ist da: {cup_score}",
            "{kind} {lot} ist da",
            "{kind} von {lot} ist da",
            "{kind} von {lot} ist angekommen",
            "{kind} {lot}: {cup_score}, {verdict}",
            "{kind} {lot}: {verdict}",
            "{kind} {lot} {verdict}: {reason}",
        ),
        en=(
            "The {kind} of {lot} is here: {cup_score}, {verdict}",
            "The {kind} of {lot} arrived: {cup_score}, {verdict}",
            "{kind} {lot} arrived: {cup_score}, {verdict}",
            "{kind} {lot} came in: {cup_score}, {verdict}",
            "The {kind} of {lot} came in: {cup_score}, {verdict}",
            "The sample {lot} arrived ({kind}): {cup_score}, {verdict}",
            "The {kind} of {lot} arrived, {verdict}",
            "The {kind} of {lot} arrived: {cup_score}",
            "The {kind} of {lot} is here",
            "The {kind} of {lot} arrived",
            "{kind} {lot}: {cup_score}, {verdict}",
            "{kind} {lot}: {verdict}",
            "{kind} {lot} {verdict}: {reason}",
        ),
        es=(
            "Llegó la muestra {lot} de {kind}: {cup_score}, {verdict}",
            "Llegó la muestra de {kind} de {lot}: {cup_score}, {verdict}",
            "Llegó la {kind} de {lot}: {cup_score}, {verdict}",
            "Llegó la {kind} {lot}: {cup_score}, {verdict}",
            "Recibimos la muestra {lot} de {kind}: {cup_score}, {verdict}",
            "Recibimos la muestra de {kind} de {lot}: {cup_score}, {verdict}",
            "Llegó la muestra {lot} de {kind}, {verdict}",
            "Llegó la muestra {lot} de {kind}: {cup_score}",
            "Llegó la muestra {lot}: {cup_score}, {verdict}",
            "Llegó la muestra {lot} de {kind}",
            "Llegó la muestra de {kind} de {lot}",
            "Muestra {lot} de {kind}: {cup_score}, {verdict}",
            "Muestra {lot} de {kind} {verdict}: {reason}",
        ),
    ),
)
async def receive_sample(ctx: ToolContext, args: ReceiveArgs) -> Result:
    """A sample of a lot came to us: note it as received, with verdict and score when said. The
    score becomes a cupping of that sample (a total only); the lot's own score stays as it is."""
    lot = await references.resolve(ctx, entity_named("lot"), args.lot)
    if not isinstance(lot, Lot):
        raise TypeError(lot)
    came = _Came(lot, await _noted(ctx, args, lot))
    scored: Json = {}
    if args.cup_score is not None:
        values: dict[str, Any] = {
            "lot_id": lot.id,
            "sample_id": came.sample.id,
            "cup_score": args.cup_score,
            "kind": CuppingKind.TOTAL,
            "cupped_on": came.sample.received_on,
        } | ({"cup_protocol": args.cup_protocol} if args.cup_protocol else {})
        cupping = await add(ctx, CUPPING, values)
        scored = {"cupping": cupping.id, "score": str(args.cup_score)}
    return _told(came, args, scored)


async def _noted(ctx: ToolContext, args: ReceiveArgs, lot: Lot) -> Sample:
    """Return the sample, changed where one was open, else as a new one."""
    values: dict[str, Any] = {
        k: v for k in ("verdict", "reason") if (v := getattr(args, k)) is not None
    }
    record = await _open(ctx, lot, args.kind)
    if record is None:
        if args.kind is None:
            raise InvalidArguments(_WHICH_KIND, choices=[str(k) for k in SampleKind], lot=lot.code)
        values |= {
            "lot_id": lot.id,
            "kind": args.kind,
            "received_on": args.received_on or ctx.today,
        }
        made = await add(ctx, SAMPLE, values)
        if not isinstance(made, Sample):
            raise TypeError(made)
        return made
    if record.received_on is None or args.received_on is not None:
        values["received_on"] = args.received_on or ctx.today
    await apply(ctx, SAMPLE, record, values)
    return record


async def _open(ctx: ToolContext, lot: Lot, kind: SampleKind | None) -> Sample | None:
    """Return the one sample of a lot on its way to us, or here and undecided.

    Raises:
        InvalidArguments: several are, so that it has to be said which.
    """
    statement = select(Sample).where(
        Sample.lot_id == lot.id,
        Sample.roaster_id.is_(None),
        Sample.retired_at.is_(None),
        or_(Sample.received_on.is_(None), Sample.verdict == SampleVerdict.PENDING),
        *([Sample.kind == kind] if kind else []),
    )
    found = list(await ctx.session.scalars(statement.order_by(Sample.id)))
    if len(found) > 1:
        choices = [f"#{s.id} {s.kind}" for s in found]
        raise InvalidArguments(
            _SEVERAL.partly(choices=", ".join(choices)), choices=choices, lot=lot.code
        )
    return found[0] if found else None


def _told(came: _Came, args: ReceiveArgs, scored: Json) -> Result:
    sample = came.sample
    protocol = args.cup_protocol or Protocol.UNKNOWN
    score = _SCORE if scored else NOTHING
    values: Json = {
        "lot": came.lot.code,
        "kind": sample.kind,
        "day": sample.received_on,
        "verdict": sample.verdict,
    }
    sentence = Said(
        **{lo: getattr(_CAME, lo).replace("{score}", getattr(score, lo)) for lo in vars(score)}
    )
    if scored:
        values |= {"points": args.cup_score, "protocol": protocol}
    told: Json = {"id": sample.id, "record": f"#{sample.id}", "lot": came.lot.code} | scored
    sources = [Source("row", f"sample:{sample.id}", f"{came.lot.code} {sample.kind}")]
    return Result(told, sentence, values, sources=sources)


TOOLS = (receive_sample,)
