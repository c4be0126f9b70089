"""What leaves a lot other than by sale, or turns up: sampled, lost, counted."""

from datetime import date

from sqlalchemy import ColumnElement, String, cast, func, select

from db.base import Record
from db.models import Lot, StockMovement
from tools.context import ToolContext
from tools.derived import tools_of
from tools.entity import Entity, Field, Values
from tools.errors import InvalidArguments, Said
from tools.sampling import refuse_sampled
from tools.spec import Names

_ONE = Said(
    de="Eine Bestandsbewegung nennt Säcke oder Kilo, eins von beiden.",
    en="A stock movement says bags or kilos, one of the two.",
    es="Un movimiento de existencias indica sacos o kilos, uno de los dos.",
)
_FUTURE = Said(
    de="{day} liegt in der Zukunft; eingetragen wird, was geschehen ist.",
    en="{day} lies ahead; only what has happened is entered.",
    es="El {day} está en el futuro; solo se registra lo que ya ocurrió.",
)


def _moved(_today: date) -> ColumnElement[str]:
    """Return "PE-24-017 loss 2026-11-24" as a movement's name."""
    lot = select(Lot.code).where(Lot.id == StockMovement.lot_id).scalar_subquery()
    day = func.to_char(StockMovement.moved_on, "YYYY-MM-DD")
    return func.concat_ws(" ", lot, cast(StockMovement.kind, String), day)


async def check_movement(ctx: ToolContext, record: Record | None, values: Values) -> None:
    """Move bags or kilos, on a day that has come."""
    if record is None:
        values.setdefault("moved_on", ctx.today)
    if values.get("moved_on") is not None and values["moved_on"] > ctx.today:
        raise InvalidArguments(_FUTURE, day=values["moved_on"])
    said = [k for k in ("bags", "weight_kg") if values.get(k) is not None]
    if record is not None and len(said) == 1:
        values["weight_kg" if said == ["bags"] else "bags"] = None
    held = [values.get(k, getattr(record, k, None)) for k in ("bags", "weight_kg")]
    if sum(v is not None for v in held) != 1:
        raise InvalidArguments(_ONE)
    if record is None or _DRAWN & set(values):
        await refuse_sampled(ctx, {k: values.get(k, getattr(record, k, None)) for k in _DRAWN})


_DRAWN = {"lot_id", "kind", "weight_kg", "moved_on"}


MOVEMENT = Entity(
    key="stock_movement",
    model=StockMovement,
    noun=Names("Bestandsbewegung|Bestandskorrektur", "stock movement|stock adjustment", "movimiento de existencias|ajuste de existencias"),
    nouns=Names("Bestandsbewegungen|Bestandskorrekturen", "stock movements|stock adjustments", "movimientos de existencias|ajustes de existencias"),
    title="about",
    order="-moved_on",
    apart=True,
    fields=(
        Field("about", Names("Betrifft", "about", "referencia"), sql=_moved, sql_kind="text", write=None),
        Field("lot", Names("Los|Partie", "lot", "lote"), ref="lot", listed=True),
        Field("kind", Names("Art der Bewegung|Art", "kind of movement|kind", "tipo de movimiento|tipo"), listed=True),
        Field("bags", Names("Säcke|Sack", "bags", "sacos"), listed=True, least=1, most=100_000),
        Field("weight_kg", Names("Kilo|Gewicht", "kilos|weight", "kilos|peso"), unit="kg", listed=True, least=0, most=1_000_000),
        Field("moved_on", Names("Datum|am", "date|on", "fecha|el"), listed=True),
        Field("reason", Names("Grund|Begründung", "reason", "motivo")),
    ),
    check=check_movement,
    filled=("moved_on",),
)  # fmt: skip

ENTITIES = (MOVEMENT,)
_TOLD = Names(
    "Verlust|Schwund|Schaden|Fehlbestand|Minderbestand|Mehrbestand|Probenentnahme",
    "loss|lost|damage|damaged|shortfall|short|surplus",
    "pérdida|merma|daño|faltante|sobrante|perdidos",
)

TOOLS = tuple(
    tools_of(
        MOVEMENT,
        notes={
            "create": "Bags or weight_kg. Taken off the lot, but kind surplus adds to it. What was "
            "sent to a roaster is a sample (create_sample), which takes its grams off itself."
        },
        topics={"create": _TOLD},
    )
)
