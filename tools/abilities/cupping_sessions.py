"""What a lot scored, time after time and on which form; how the cuppers lean; the lot's own score.

The lot's score is what a person set. Cuppings never change it by themselves: taking one over is an
order of its own, shown before and after, and its source is kept as evidence.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from db.enums import LOCALES, CuppingKind, Protocol, Role, SourceKind
from db.models import Cupping, Evidence, Lot
from tools import references
from tools.calc.cupping import (
    Figure,
    MixedProtocolsError,
    Sheet,
    figure_of,
    leanings,
    one_protocol,
)
from tools.context import ToolContext
from tools.entity import entity_named
from tools.errors import InvalidArguments, Refused, Said
from tools.finding import json_value
from tools.nouns.cuppings import CUPPING
from tools.nouns.lots import LOT
from tools.spec import (
    Approval,
    Args,
    Column,
    Effect,
    Examples,
    Json,
    Names,
    Result,
    Source,
    Table,
    tool,
)
from tools.writing import apply

_NONE = Said(
    de="Von {lot} gibt es keine Verkostung.",
    en="There is no cupping of {lot}.",
    es="No hay ninguna cata de {lot}.",
)
_HEAD = Said(de="Verkostungen von {lot}:", en="Cuppings of {lot}:", es="Catas de {lot}:")
_ONCE = Said(
    de=" {protocol} {last} ({n} Sitzung).",
    en=" {protocol} {last} ({n} session).",
    es=" {protocol} {last} ({n} sesión).",
)
_TREND = Said(
    de=" {protocol} zuletzt {last}, zuerst {first} ({change}; {n} Sitzungen).",
    en=" {protocol} {last} at last, {first} at first ({change}; {n} sessions).",
    es=" {protocol} al final {last}, al principio {first} ({change}; {n} sesiones).",
)
_APART = Said(
    de=" Punkte verschiedener Formulare werden nie gemischt.",
    en=" Scores of different forms are never mixed.",
    es=" Los puntajes de fichas distintas nunca se mezclan.",
)
_OWN = Said(
    de=" Am Los stehen {score} ({protocol}).",
    en=" The lot itself says {score} ({protocol}).",
    es=" En el lote figura {score} ({protocol}).",
)
_NO_TABLE = Said(
    de="Zum Vergleich braucht es mindestens zwei Bögen mit Namen zu derselben Sitzung.",
    en="Comparing takes at least two named sheets of one session.",
    es="Para comparar hacen falta al menos dos fichas con nombre de una misma sesión.",
)
_COMPARED = Said(
    de="{count} Verkoster im Vergleich mit den anderen am selben Tisch; + heißt milder.",
    en="{count} cuppers against the others at the same table; + means kinder.",
    es="{count} catadores frente a los demás de la misma mesa; + significa más generoso.",
)
_MIXED = Said(
    de="Am {day} wurde {lot} auf verschiedenen Formularen verkostet ({choices}); die mischen sich nicht. Welches gilt?",
    en="On {day} {lot} was cupped on different forms ({choices}), which are never mixed. Which one counts?",
    es="El {day} se cató {lot} con fichas distintas ({choices}), que no se mezclan. ¿Cuál vale?",
)
_UNNAMED = Said(
    de="Bei der Verkostung von {lot} am {day} ist kein Formular genannt; erst damit sagt die Punktzahl etwas.",
    en="The cupping of {lot} on {day} names no form; only with one does its score say anything.",
    es="La cata de {lot} del {day} no indica la ficha; sin ella el puntaje no dice nada.",
)
_ADOPTED = Said(
    de="{lot} steht jetzt mit {score} ({protocol}), aus der Verkostung vom {day}.",
    en="{lot} now says {score} ({protocol}), from the cupping of {day}.",
    es="{lot} figura ahora con {score} ({protocol}), de la cata del {day}.",
)
_COUNT = Said(de="Einträge", en="entries", es="anotaciones")
_MEAN = Said(de="Mittel", en="mean", es="promedio")
_LEAST = Said(de="kleinste", en="lowest", es="mínimo")
_MOST = Said(de="größte", en="highest", es="máximo")
_SD = Said(de="Streuung (s)", en="spread (s)", es="dispersión (s)")
_SHEETS = Said(de="Bögen", en="sheets", es="fichas")
_LEANING = Said(de="neigt um", en="leans by", es="se inclina")
_DISTANCE = Said(de="Abstand", en="distance", es="distancia")


@dataclass(frozen=True)
class _Session:
    """What shares lot, day and form."""

    day: date
    protocol: Protocol
    figure: Figure
    number: int


class LotArgs(Args):
    """Which lot."""

    lot: str


class CuppersArgs(Args):
    """Of which lot; all of them when none is named."""

    lot: str | None = None


class AdoptArgs(Args):
    """Whose score, and on which form when the last day has several."""

    lot: str
    cup_protocol: Protocol | None = None


@tool(
    LotArgs,
    verb="review",
    noun="cupping",
    effect=Effect.READ,
    permission=Role.VIEWER,
    examples=Examples(
        de=("Verkostungen von {lot}", "Zeig die Verkostungen von {lot}", "Wie hat {lot} gecuppt?", "Wie wurde {lot} verkostet?", "Cupping-Verlauf von {lot}", "Verkostungsverlauf von {lot}", "Wie haben sich die Punkte von {lot} entwickelt?", "Wie ist {lot} bisher verkostet worden?"),
        en=("Cuppings of {lot}", "Show the cuppings of {lot}", "How did {lot} cup?", "How has {lot} cupped?", "Cupping history of {lot}", "How did the score of {lot} develop?", "What did {lot} score over time?"),
        es=("Catas de {lot}", "Muestra las catas de {lot}", "Historial de catas de {lot}", "Historial de cata de {lot}", "¿Cómo cató {lot}?", "¿Cómo ha catado {lot}?", "¿Cómo evolucionó el puntaje de {lot}?"),
    ),
)  # fmt: skip
async def review_cuppings(ctx: ToolContext, args: LotArgs) -> Result:
    """The cupping sessions of a lot in order, each with its form, mean, range and spread, the trend
    per form, and the lot's own score. Scores of different forms are never mixed."""
    lot = await _lot(ctx, args.lot)
    sessions = await _sessions(ctx, lot)
    if not sessions:
        return Result({"lot": lot.code, "rows": []}, _NONE, {"lot": lot.code})
    rows = [_row(s) for s in sessions]
    sentence, values = _said(lot, sessions)
    return Result(
        {"lot": lot.code, "rows": rows, "lot_score": json_value(lot.cup_score), "lot_protocol": lot.cup_protocol and str(lot.cup_protocol)},
        sentence,
        values,
        table=Table("cupping", _COLUMNS, rows, len(rows)),
        sources=[Source("row", f"lot:{lot.id}", lot.code)],
    )  # fmt: skip


_COLUMNS = [
    Column("cupped_on", CUPPING.field("cupped_on").names.said, "date"),
    Column("cup_protocol", CUPPING.field("cup_protocol").names.said, "word"),
    Column("kind", CUPPING.field("kind").names.said, "word"),
    Column("count", _COUNT, "integer"),
    Column("mean", _MEAN, "decimal", "pt"),
    Column("least", _LEAST, "decimal", "pt"),
    Column("most", _MOST, "decimal", "pt"),
    Column("sd", _SD, "decimal", "pt"),
]


async def _lot(ctx: ToolContext, text: str) -> Lot:
    record = await references.resolve(ctx, entity_named("lot"), text)
    if not isinstance(record, Lot):
        raise TypeError(record)
    return record


async def _sessions(ctx: ToolContext, lot: Lot) -> list[_Session]:
    """Return a lot's sessions, the oldest first."""
    entries = await ctx.session.scalars(
        select(Cupping)
        .where(Cupping.lot_id == lot.id, Cupping.retired_at.is_(None))
        .order_by(Cupping.cupped_on, Cupping.id)
    )
    tables: dict[tuple[date, Protocol], list[Cupping]] = {}
    for entry in entries:
        tables.setdefault((entry.cupped_on, entry.cup_protocol), []).append(entry)
    return [
        _Session(day, protocol, figure_of([(e.kind, e.cup_score) for e in held]), held[0].id)
        for (day, protocol), held in tables.items()
    ]


def _row(session: _Session) -> Json:
    spread = session.figure.spread
    return {
        "id": session.number,
        "cupped_on": session.day.isoformat(),
        "cup_protocol": str(session.protocol),
        "kind": str(session.figure.rests_on),
        "count": spread.count,
        "mean": json_value(spread.mean),
        "least": json_value(spread.least),
        "most": json_value(spread.most),
        "sd": json_value(spread.sd),
    }


def _said(lot: Lot, sessions: Sequence[_Session]) -> tuple[Said, Json]:
    """Return the sentence: per form the last figure and how it came about, then the lot's own."""
    by_form: dict[Protocol, list[_Session]] = {}
    for session in sessions:
        by_form.setdefault(session.protocol, []).append(session)
    parts: list[tuple[Said, Json]] = [(_HEAD, {"lot": lot.code})]
    for protocol, held in by_form.items():
        first, last = (s.figure.spread.mean for s in (held[0], held[-1]))
        values: Json = {"protocol": protocol, "last": last, "n": len(held)}
        if len(held) > 1:
            values |= {"first": first, "change": _signed(last - first)}
        parts.append((_TREND if len(held) > 1 else _ONCE, values))
    if len(by_form) > 1:
        parts.append((_APART, {}))
    if lot.cup_score is not None and lot.cup_protocol is not None:
        parts.append((_OWN, {"score": lot.cup_score, "protocol": lot.cup_protocol}))
    return joined(parts)


def _signed(value: Decimal) -> Said:
    plain = str(value.normalize() if value else Decimal(0))
    signed = plain if value < 0 else f"+{plain}" if value else "±0"
    return Said(de=signed.replace(".", ","), en=signed, es=signed.replace(".", ","))


def joined(parts: Sequence[tuple[Said, Json]]) -> tuple[Said, Json]:
    """Return sentences as one, each with its own places."""
    texts, values = dict.fromkeys(LOCALES, ""), dict[str, Any]()
    for n, (said, held) in enumerate(parts):
        for lo in LOCALES:
            text = str(getattr(said, lo))
            for key in held:
                text = text.replace(f"{{{key}}}", f"{{{key}{n}}}")
            texts[lo] += text
        values |= {f"{key}{n}": value for key, value in held.items()}
    return Said(**texts), values


@tool(
    CuppersArgs,
    verb="compare",
    noun="cupping",
    effect=Effect.READ,
    permission=Role.ANALYST,
    topic=Names(
        "Verkoster auseinander|auseinander|wie einig|uneinig|Abweichung der Verkoster|Streuung",
        "cuppers apart|apart|spread between cuppers|cuppers disagree|cuppers agree|disagree",
        "diferencia entre catadores|diferencia entre catadoras|dispersión|discrepancia",
    ),
    examples=Examples(
        de=("Vergleich die Verkoster", "Vergleiche die Verkoster", "Vergleich die Verkoster von {lot}", "Vergleiche die Verkoster bei {lot}", "Wie einig waren sich die Verkoster bei {lot}?", "Wer verkostet strenger?"),
        en=("Compare the cuppers", "Compare the cuppers of {lot}", "Compare the cuppers on {lot}", "How far apart were the cuppers on {lot}?", "Who cups more strictly?"),
        es=("Compara los catadores", "Compara los catadores de {lot}", "Compara a los catadores de {lot}", "¿Qué tan de acuerdo estaban los catadores de {lot}?", "¿Quién cata más estricto?"),
    ),
)  # fmt: skip
async def compare_cuppers(ctx: ToolContext, args: CuppersArgs) -> Result:
    """How cuppers score against the others at the same table, per form: leaning and distance."""
    lot = await _lot(ctx, args.lot) if args.lot else None
    entries = await ctx.session.scalars(
        select(Cupping).where(
            Cupping.kind == CuppingKind.SHEET,
            Cupping.cupper.is_not(None),
            Cupping.retired_at.is_(None),
            *([Cupping.lot_id == lot.id] if lot else []),
        )
    )
    tables: dict[Protocol, list[Sheet]] = {}
    for e in entries:
        sheet = Sheet((e.lot_id, e.cupped_on), str(e.cupper), e.cup_score)
        tables.setdefault(e.cup_protocol, []).append(sheet)
    rows = [
        {
            "id": 0,
            "cup_protocol": str(protocol),
            "cupper": found.cupper,
            "sheets": found.sheets,
            "leaning": json_value(found.leaning),
            "distance": json_value(found.distance),
        }
        for protocol, sheets in sorted(tables.items())
        for found in leanings(sheets)
    ]
    if not rows:
        return Result({"rows": []}, _NO_TABLE)
    columns = [
        Column("cup_protocol", CUPPING.field("cup_protocol").names.said, "word"),
        Column("cupper", CUPPING.field("cupper").names.said),
        Column("sheets", _SHEETS, "integer"),
        Column("leaning", _LEANING, "decimal", "pt"),
        Column("distance", _DISTANCE, "decimal", "pt"),
    ]
    rows = [row | {"id": n} for n, row in enumerate(rows, start=1)]
    people = len({row["cupper"] for row in rows})
    return Result(
        {"rows": rows},
        _COMPARED,
        {"count": people},
        table=Table("cupping", columns, rows, len(rows)),
        sources=[Source("row", "cupping:sheets", f"{sum(map(len, tables.values()))} sheets")],
        personal=True,
    )


@tool(
    AdoptArgs,
    verb="adopt",
    noun="cupping",
    effect=Effect.WRITE,
    permission=Role.ANALYST,
    approval=Approval.OWN_WORDS,
    examples=Examples(
        de=("Übernimm die letzte Verkostung für {lot}", "Übernimm die Verkostung als Punktzahl von {lot}", "Übernimm die letzte Verkostung von {lot} als Punktzahl", "Übernimm die letzte Verkostung ({cup_protocol}) für {lot}"),
        en=("Take over the last cupping for {lot}", "Take over the last cupping as score of {lot}", "Adopt the last cupping of {lot} as its score", "Take over the last {cup_protocol} cupping for {lot}"),
        es=("Adopta la última cata para {lot}", "Toma la última cata como puntaje de {lot}", "Adopta la última cata de {lot} como puntaje", "Adopta la última cata ({cup_protocol}) para {lot}"),
    ),
)  # fmt: skip
async def adopt_cupping(ctx: ToolContext, args: AdoptArgs) -> Result:
    """Set a lot's score to what its latest cupping session came to, the source kept as evidence."""
    lot = await _lot(ctx, args.lot)
    session = _latest(lot, await _sessions(ctx, lot), args.cup_protocol)
    score, protocol = session.figure.spread.mean, session.protocol
    result = await apply(ctx, LOT, lot, {"cup_score": score, "cup_protocol": protocol})
    ctx.session.add(
        Evidence(
            entity=LOT.key,
            record_id=lot.id,
            field="cup_score",
            value=str(score),
            source_kind=SourceKind.DOCUMENT,
            source=f"cupping {session.day.isoformat()}, {protocol}, {session.figure.rests_on}, n={session.figure.spread.count}",
            as_of=session.day,
            noted_by_id=ctx.asker.id,
        )
    )  # fmt: skip
    await ctx.session.flush()
    values: Json = {"lot": lot.code, "score": score, "protocol": protocol, "day": session.day}
    return Result(result.data, _ADOPTED, values)


def _latest(lot: Lot, sessions: Sequence[_Session], wanted: Protocol | None) -> _Session:
    """Return the last session, of a form when one is named.

    Raises:
        Refused: there is none, or the last day has several forms.
    """
    fitting = [s for s in sessions if wanted in {None, s.protocol}]
    if not fitting:
        raise Refused("no_cupping", _NONE, next="stop", lot=lot.code)
    if fitting[-1].protocol is Protocol.UNKNOWN:
        raise Refused("no_form", _UNNAMED, next="stop", lot=lot.code, day=fitting[-1].day)
    last = [s for s in fitting if s.day == fitting[-1].day]
    try:
        one_protocol(s.protocol for s in last)
    except MixedProtocolsError as mixed:
        choices = [p.label("en") for p in mixed.protocols]
        said = _MIXED.partly(choices=", ".join(choices))
        raise InvalidArguments(said, choices=choices, lot=lot.code, day=last[0].day) from mixed
    return last[0]


TOOLS = (review_cuppings, compare_cuppers, adopt_cupping)
