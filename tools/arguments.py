"""From what a model wrote to a tool's validated arguments, with errors a model can act on."""

import difflib
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from db.enums import LOCALES, Locale
from tools.errors import InvalidArguments, Said
from tools.spec import AnyTool, Args

_NOT_JSON = Said(
    de="Die Angaben zum Aufruf {tool} waren unlesbar.",
    en="The arguments of {tool} are not a JSON object; send them again as one.",
    es="Los datos de la llamada {tool} no se pudieron leer.",
)
_WRONG = Said(
    de="Das passt nicht: {problems}.",
    en="That does not fit: {problems}.",
    es="Eso no encaja: {problems}.",
)

_KINDS = {
    "missing": Said(de="fehlt", en="is missing", es="falta"),
    "extra_forbidden": Said(de="gibt es hier nicht", en="is unknown here", es="no existe aquí"),
}
_UNFIT = Said(de="geht so nicht", en="is not possible", es="no es posible")


def validated(tool: AnyTool, arguments: dict[str, Any] | None) -> Args:
    """Return a tool's arguments as its model.

    Raises:
        InvalidArguments: naming each wrong argument, with the nearest valid names.
    """
    if arguments is None:
        raise InvalidArguments(_NOT_JSON, tool=tool.name)
    try:
        return tool.args.model_validate(arguments)
    except ValidationError as error:
        details = error.errors(include_url=False, include_context=False)
        known = list(tool.args.model_fields)
        choices = [c for d in details for c in _nearest(d, known)]
        problems = Said(*("; ".join(_problem(d, lo) for d in details[:5]) for lo in LOCALES))
        raise InvalidArguments(_WRONG, choices=choices, problems=problems) from error


def _problem(detail: ErrorDetails, locale: Locale) -> str:
    """Return what is wrong with one argument; the model, which reads English, is told exactly."""
    place = ".".join(str(part) for part in detail["loc"]) or "arguments"
    kind = detail["type"]
    shown = "" if kind in {"missing", "extra_forbidden"} else f" ({detail['input']!r:.60})"
    told = detail["msg"] if locale == "en" else _KINDS.get(kind, _UNFIT).format(locale)
    return f"{place}: {told}{shown}"


def _nearest(detail: ErrorDetails, known: list[str]) -> list[str]:
    if detail["type"] != "extra_forbidden" or len(detail["loc"]) != 1:
        return []
    return difflib.get_close_matches(str(detail["loc"][0]), known, n=3, cutoff=0.4) or known
