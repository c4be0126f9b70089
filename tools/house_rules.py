"""Sentences the runner says when a rule of the house stops a call."""

from sqlalchemy.exc import DataError, DBAPIError

from tools.errors import Refused, Said
from tools.refusals import refusal_of

INTERNAL = Said(
    de="Das hat nicht geklappt; der Fehler liegt bei mir (Vorgang {call}). Es wurde nichts geändert.",
    en="That did not work; the fault is mine (call {call}). Nothing was changed.",
    es="Eso no funcionó; el error es mío (operación {call}). No se cambió nada.",
)
NOT_STORABLE = Said(
    de="Ein Wert ist dafür zu groß oder keiner, den es gibt. Es wurde nichts geändert.",
    en="A value is too large for that, or none that exists. Nothing was changed.",
    es="Un valor es demasiado grande o no existe. No se cambió nada.",
)
RULE = Said(
    de="Die Datenbank lässt das nicht zu (Regel {rule}). Es wurde nichts geändert.",
    en="The database does not allow that (rule {rule}). Nothing was changed.",
    es="La base de datos no lo permite (regla {rule}). No se cambió nada.",
)
TOGETHER = Said(
    de="Nicht ausgeführt, weil ein anderer Teil derselben Nachricht nicht ging.",
    en="Not done, because another part of the same message failed.",
    es="No se hizo, porque falló otra parte del mismo mensaje.",
)
STALE = Said(
    de="Seit der Anfrage hat sich der Datensatz geändert. Bitte neu anfragen.",
    en="The record has changed since this was asked. Please ask again.",
    es="El registro cambió desde la solicitud. Por favor, pídelo de nuevo.",
)
DECIDED = Said(
    de="Freigabe {number} ist schon entschieden: {status}.",
    en="Approval {number} is already decided: {status}.",
    es="La aprobación {number} ya está decidida: {status}.",
)
STATUS = {
    "approved": Said(de="freigegeben", en="approved", es="aprobada"),
    "rejected": Said(de="abgelehnt", en="rejected", es="rechazada"),
    "expired": Said(de="abgelaufen", en="expired", es="vencida"),
    "superseded": Said(de="überholt", en="superseded", es="reemplazada"),
}


def rule_broken(error: DBAPIError) -> Refused:
    """Return the refusal of what the database forbids: a constraint, named, or no such value."""
    if isinstance(error, DataError):
        return Refused("not_storable", NOT_STORABLE)
    diagnostics = getattr(error.orig, "diag", None)
    rule = getattr(diagnostics, "constraint_name", None) or "integrity"
    of_the_book = refusal_of(rule, getattr(diagnostics, "message_detail", None))
    if of_the_book is not None:
        return of_the_book
    return Refused("rule_broken", RULE, rule=rule)
