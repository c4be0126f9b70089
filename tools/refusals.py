"""What the database's own rules of the book say to a member: who holds what, what is left to fix.

The rules stand in the migrations (`stock_check`, `fixing_check`, `contract_binds`); a broken one
tells its facts as JSON, and here they become sentences. A rule is broken by whatever way a row
changes, an undo or an import included, so there is no other place that says them.
"""

import json
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from db.enums import LOCALES, Locale
from tools.calc.reading.format import format_date
from tools.errors import Refused, Said

Json = dict[str, Any]
_MOST_NAMED = 5

_OVERSOLD = Said(
    de="Von {lot} sind {free} von {bags} Sack frei, gewünscht {mine}.{held}",
    en="Of {lot}, {free} of {bags} bags are free; {mine} are wanted.{held}",
    es="De {lot} quedan libres {free} de {bags} sacos; se piden {mine}.{held}",
)
_LATER = Said(
    de="Von {lot} sind am {day} nur {free} von {bags} Sack frei, gewünscht {mine}.{held}",
    en="Of {lot}, {free} of {bags} bags are free on {day}; {mine} are wanted.{held}",
    es="De {lot} quedan libres el {day} {free} de {bags} sacos; se piden {mine}.{held}",
)
_TOO_FEW = Said(
    de="Von {lot} sind {taken} Sack vergeben, {bags} wären zu wenig.{held}",
    en="Of {lot}, {taken} bags are taken; {bags} would be too few.{held}",
    es="De {lot} hay {taken} sacos comprometidos; {bags} serían pocos.{held}",
)
_HELD = Said(de=" Vergeben: {holders}.", en=" Held: {holders}.", es=" Comprometidos: {holders}.")
_BAGS_UNKNOWN = Said(
    de="Wie viele Sack {lot} hat, ist nicht bekannt; deshalb lässt sich davon nichts zusagen. Bitte erst die Sackzahl eintragen.",
    en="How many bags {lot} has is not known, so nothing of it can be promised. Please enter its bags first.",
    es="No se sabe cuántos sacos tiene {lot}, así que no se puede comprometer nada. Primero hay que registrar los sacos.",
)
_WEIGHT_UNKNOWN = Said(
    de="Was ein Sack {lot} wiegt, ist nicht bekannt; Kilos lassen sich deshalb nicht abziehen. Bitte erst das Sackgewicht eintragen.",
    en="What a bag of {lot} weighs is not known, so kilos cannot be taken off. Please enter its bag weight first.",
    es="No se sabe cuánto pesa un saco de {lot}, así que no se pueden descontar kilos. Primero hay que registrar el peso por saco.",
)
_OVERFIXED = Said(
    de="{contract} wird über {most} Futures-Kontrakte („C“) fixiert; {fixed} davon sind fixiert, {mine} mehr geht nicht.",
    en="{contract} is fixed on {most} futures lots (ICE C); {fixed} of them are fixed, {mine} more is too many.",
    es="{contract} se fija sobre {most} contratos de futuros («C»); {fixed} ya están fijados, {mine} más no caben.",
)
_NOT_TO_BE_FIXED = Said(
    de="{contract} ist nicht zu fixieren: Es fehlt ein Differential oder die Menge, nach der sich die Futures-Kontrakte richten.",
    en="{contract} cannot be fixed: it has no differential, or no quantity that says how many futures lots.",
    es="{contract} no se puede fijar: falta un diferencial o la cantidad que determina los contratos de futuros.",
)
_BINDS = Said(
    de="{contract} ist nicht (mehr) bindend und kann keine Lose haben ({lots}).",
    en="{contract} does not bind (any more) and cannot have lots ({lots}).",
    es="{contract} no es (ya) vinculante y no puede tener lotes ({lots}).",
)
_SOMEBODY = Said(de="ein anderer Kunde", en="another customer", es="otro cliente")
_KINDS = {
    "reserved": Said(
        de="{who} {bags} bis {until}", en="{who} {bags} until {until}", es="{who} {bags} hasta el {until}"
    ),
    "sold": Said(
        de="{who} {bags} verkauft ({deal})", en="{who} {bags} sold ({deal})", es="{who} {bags} vendidos ({deal})"
    ),
    "sampled": Said(de="{bags} als Muster gezogen", en="{bags} sampled", es="{bags} en muestras"),
    "lost": Said(de="{bags} verloren", en="{bags} lost", es="{bags} perdidos"),
}  # fmt: skip


def refusal_of(rule: str, detail: str | None) -> Refused | None:
    """Return what to say when the database broke off by one of the book's rules, None otherwise."""
    say = _RULES.get(rule)
    return say(json.loads(detail or "{}")) if say else None


def _oversold(told: Json) -> Refused:
    others = told["taken"] - told["mine"]
    free = max(0, told["bags"] - others)
    facts: Json = {k: told[k] for k in ("lot", "bags", "taken", "mine")} | {"free": free}
    sentence = _TOO_FEW if not told["mine"] else _LATER if told["later"] else _OVERSOLD
    day = date.fromisoformat(told["day"])
    facts["day"] = Said(**{lo: format_date(day, lo) for lo in LOCALES})
    facts["held"] = Said(**{lo: _held(told["holders"], lo) for lo in LOCALES})
    return Refused("oversold", sentence, next="fix", **facts)


def _held(holders: Sequence[Json], locale: Locale) -> str:
    named = [_holder(h, locale) for h in holders[:_MOST_NAMED] if h["bags"] > 0]
    more = len(holders) - _MOST_NAMED
    named += [f"+{more}"] if more > 0 else []
    return _HELD.format(locale, holders="; ".join(named)) if named else ""


def _holder(told: Json, locale: Locale) -> str:
    who = told["roaster"] or _SOMEBODY.format(locale)
    until = told["until"] and format_date(date.fromisoformat(told["until"]), locale)
    deal = told["deal"] or "–"
    return _KINDS[told["kind"]].format(locale, who=who, bags=told["bags"], until=until, deal=deal)


def _said(code: str, sentence: Said) -> Callable[[Json], Refused]:
    def say(told: Json) -> Refused:
        facts = {k: ", ".join(v) if isinstance(v, list) else v for k, v in told.items()}
        return Refused(code, sentence, next="fix", **facts)

    return say


_RULES: dict[str, Callable[[Json], Refused]] = {
    "lot_not_oversold": _oversold,
    "lot_bags_known": _said("bags_unknown", _BAGS_UNKNOWN),
    "lot_bag_weight_known": _said("bag_weight_unknown", _WEIGHT_UNKNOWN),
    "contract_not_overfixed": _said("overfixed", _OVERFIXED),
    "contract_to_be_fixed": _said("not_to_be_fixed", _NOT_TO_BE_FIXED),
    "contract_binds": _said("not_binding", _BINDS),
}
