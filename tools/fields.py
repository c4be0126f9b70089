"""From a JSON value a model wrote to the value of a field, or an error that says what would fit."""

import math
from datetime import date, time
from decimal import Decimal, InvalidOperation
from typing import Any

from rapidfuzz import fuzz, process

from db.enums import LOCALES, Word
from tools.entity import Entity, Field
from tools.errors import InvalidArguments, Said
from tools.folding import folded

LARGEST = Decimal(10) ** 9

_NOT_A_WORD = Said(
    de="„{value}“ gibt es bei {field} nicht. Möglich ist: {choices}.",
    en="“{value}” is not a {field}. Possible: {choices}.",
    es="«{value}» no existe en {field}. Posible: {choices}.",
)
_NOT_A_DATE = Said(
    de="„{value}“ ist kein Datum, das es gibt ({field}).",
    en="“{value}” is not an existing date ({field}; write YYYY-MM-DD).",
    es="«{value}» no es una fecha que exista ({field}).",
)
_NOT_A_TIME = Said(
    de="„{value}“ ist keine Uhrzeit ({field}).",
    en="“{value}” is not a time of day ({field}; write HH:MM).",
    es="«{value}» no es una hora del día ({field}).",
)
_NOT_A_NUMBER = Said(
    de="„{value}“ ist keine brauchbare Zahl ({field}).",
    en="“{value}” is not a usable number ({field}).",
    es="«{value}» no es un número utilizable ({field}).",
)
_OUT_OF_BOUNDS = Said(
    de="{value} ist bei {field} nicht möglich ({bounds}).",
    en="{value} is not possible for {field} ({bounds}).",
    es="{value} no es posible en {field} ({bounds}).",
)
_NOT_A_FLAG = Said(
    de="{field} ist ja oder nein, nicht „{value}“.",
    en="{field} is true or false, not “{value}”.",
    es="{field} es sí o no, no «{value}».",
)
_EMPTY = Said(
    de="{field} darf nicht leer sein.",
    en="{field} must not be empty.",
    es="{field} no puede estar vacío.",
)
_TOO_LONG = Said(
    de="{field} ist zu lang ({size} Zeichen; höchstens {limit}).",
    en="{field} is too long ({size} characters; at most {limit}).",
    es="{field} es demasiado largo ({size} caracteres; máximo {limit}).",
)
_UNKNOWN_FIELD = Said(
    de="Das Feld „{field}“ gibt es bei {noun} nicht. Möglich: {choices}.",
    en="{noun} has no field “{field}”. Possible: {choices}.",
    es="{noun} no tiene el campo «{field}». Posible: {choices}.",
)
_YES, _NO = {"true", "yes", "ja", "si", "1"}, {"false", "no", "nein", "0"}
_LONGEST_TEXT = 2_000


def field_named(entity: Entity, key: str) -> Field:
    """Return a noun's field by key.

    Raises:
        InvalidArguments: with the nearest keys.
    """
    if entity.has(key):
        return entity.field(key)
    keys = [f.key for f in entity.fields]
    near = [k for k, _, _ in process.extract(key, keys, scorer=fuzz.WRatio, limit=5)]
    raise InvalidArguments(
        _UNKNOWN_FIELD.partly(choices=", ".join(near)),
        choices=near,
        field=key,
        noun=entity.noun.said,
    )


def parsed(entity: Entity, field: Field, value: Any) -> Any:
    """Return a JSON value as the field stores it; references stay text.

    Raises:
        InvalidArguments: it does not fit; the message says what would.
    """
    kind = entity.kind(field)
    if kind == "word":
        return word_of(_words(entity, field), str(value), field)
    if kind == "words":
        return [word_of(_words(entity, field), str(v), field) for v in _listed(value)]
    if kind == "list":
        return [_text(str(v), field) for v in _listed(value)]
    if kind in {"date", "instant"}:
        return day_of(value, field)
    if kind == "time":
        return time_of(value, field)
    if kind == "flag":
        return flag_of(value, field)
    if kind in {"integer", "decimal", "money"}:
        return _bounded(number_of(value, field), kind, field)
    return _text(str(value), field)


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else [value]


def _words(entity: Entity, field: Field) -> type[Word]:
    words = entity.words(field)
    if words is None:
        raise TypeError(f"{entity.key}.{field.key} has no vocabulary")
    return words


def word_of(words: type[Word], said: str, field: Field) -> Word:
    """Return the word meant, by its stored value or any of its names."""
    wanted = folded(said)
    for word in words:
        names = [str(word), *(n for lo in LOCALES for n in word.names(lo))]
        if any(folded(n) == wanted for n in names):
            return word
    choices = [str(w) for w in words]
    raise InvalidArguments(
        _NOT_A_WORD.partly(choices=", ".join(choices)),
        choices=choices,
        value=said,
        field=field.names.said,
    )


def day_of(value: Any, field: Field) -> date:
    """Return an ISO date."""
    try:
        day = date.fromisoformat(str(value)[:10])
    except ValueError as error:
        raise InvalidArguments(
            _NOT_A_DATE, value=str(value)[:40], field=field.names.said
        ) from error
    if not 1900 <= day.year <= 2200:  # noqa: PLR2004 - the trade's centuries
        raise InvalidArguments(_NOT_A_DATE, value=str(value)[:40], field=field.names.said)
    return day


def time_of(value: Any, field: Field) -> time:
    """Return a time of day, HH:MM."""
    try:
        return time.fromisoformat(str(value).strip().zfill(5)).replace(tzinfo=None)
    except ValueError as error:
        raise InvalidArguments(
            _NOT_A_TIME, value=str(value)[:40], field=field.names.said
        ) from error


def flag_of(value: Any, field: Field) -> bool:
    """Return yes or no."""
    said = folded(str(value))
    if said in _YES | _NO:
        return said in _YES
    raise InvalidArguments(_NOT_A_FLAG, value=str(value)[:40], field=field.names.said)


def number_of(value: Any, field: Field) -> Decimal:
    """Return a finite number of a size that occurs in the trade."""
    try:
        number = Decimal(str(value).strip())
    except InvalidOperation as error:
        raise InvalidArguments(
            _NOT_A_NUMBER, value=str(value)[:40], field=field.names.said
        ) from error
    if isinstance(value, bool) or not number.is_finite() or abs(number) > LARGEST:
        raise InvalidArguments(_NOT_A_NUMBER, value=str(value)[:40], field=field.names.said)
    return number


def _bounded(number: Decimal, kind: str, field: Field) -> Decimal | int:
    low, high = field.least, field.most
    whole = kind != "integer" or number == math.floor(number)
    if not whole or (low is not None and number < low) or (high is not None and number > high):
        span = f"{'' if low is None else low} … {'' if high is None else high}"
        raise InvalidArguments(_OUT_OF_BOUNDS, value=number, field=field.names.said, bounds=span)
    return int(number) if kind == "integer" else number


def _text(value: str, field: Field) -> str:
    kept = " ".join("".join(c for c in value if c.isprintable() or c.isspace()).split())
    if not kept:
        raise InvalidArguments(_EMPTY, field=field.names.said)
    if len(kept) > _LONGEST_TEXT:
        raise InvalidArguments(
            _TOO_LONG, field=field.names.said, size=len(kept), limit=_LONGEST_TEXT
        )
    return kept
