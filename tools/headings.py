"""Which field a heading may name and what unit it carries, in three languages."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from rapidfuzz import fuzz

from db.enums import LOCALES
from tools.entity import Entity, entity_named
from tools.folding import folded

_CLOSE = 88
_SHOWN, _SYNONYM, _NOUN, _FUZZY = 1.0, 0.95, 0.85, 0.9
_NUMBER_WORDS = "nr no nummer num numero number code codigo id name nombre bezeichnung kennung"
_FIRMS = "Firma|Firmenname|Company|Company name|Empresa|Razón social|Bezeichnung|Denominación"
# What tables call fields beside the names people say.
_HEADINGS = {
    "notes": "Bemerkung|Bemerkungen|Kommentar|Hinweis|comment|comments|comentario|comentarios|nota",
    "bags": "Anzahl Säcke|Anz. Säcke|number of bags|no. of bags|cantidad de sacos|n.º de sacos",
    "bag_weight_kg": "Gewicht je Sack|kg pro Sack|kg per bag|kg por saco|peso saco",
    "crop_year": "crop|crop yr|Jahr|year|año",
    "email": "E-Mail Adresse|Mailadresse|email address|correo electrónico|mail address",
    "phone": "Tel.|Mobil|Handy|Telefon-Nr.|mobile|móvil|celular|teléfono móvil",
    "website": "Homepage|URL|Internet|web|www|página",
    "country": "Ursprung|Ursprungsland|country of origin|país de origen|procedencia",
    "cup_score": "total cup points|cup points|Cupping-Punkte|puntaje de taza|puntaje SCA",
    "altitude_m": "Meter über dem Meer|masl|m.s.n.m.|msnm|altitude masl",
}
_BRACKETS = re.compile(r"\s*[(\[]([^)\]]*)[)\]]\s*")
_UNIT_WORDS = 3  # the last words of a heading that may be a unit: "Preis in EUR pro kg"


def parts_of(header: str) -> Iterator[tuple[str, str | None]]:
    """Yield a heading's possible readings as name and unit: whole, brackets, last words."""
    plain = header.replace("_", " ")
    yield plain, None
    inside = _BRACKETS.search(plain)
    if inside:
        rest = _BRACKETS.sub(" ", plain).strip()
        yield rest, inside[1].strip() or None
        plain = rest
    words = plain.replace(" in ", " ").replace(" en ", " ").split()
    for count in range(1, min(_UNIT_WORDS, len(words) - 1) + 1):
        yield " ".join(words[:-count]), " ".join(words[-count:])
    parted = plain.rpartition("/")
    if parted[0]:
        yield parted[0].strip(), f"/{parted[2].strip()}"


@lru_cache(maxsize=2_048)
def _plain(text: str) -> str:
    return " ".join("".join(c if c.isalnum() else " " for c in folded(text)).split())


def fields_called(entity: Entity, name: str) -> Iterator[tuple[str, float]]:
    """Yield the fields a name may mean with how sure that is."""
    wanted = _plain(name)
    if not wanted:
        return
    exact = False
    for key, called, weight in _names(entity):
        if called == wanted:
            exact = True
            yield key, weight
    if exact:
        return
    for key, called, weight in _names(entity):
        likeness = fuzz.ratio(called, wanted)
        if likeness >= _CLOSE and len(wanted) > 4:  # noqa: PLR2004 - shorter names are alike by chance
            yield key, weight * _FUZZY * likeness / 100
        elif len(called) > 4 and f" {called} " in f" {wanted} ":  # noqa: PLR2004 - as above
            yield key, weight * 0.6


def _names(entity: Entity) -> Sequence[tuple[str, str, float]]:
    return _names_of(entity.key)


@lru_cache(maxsize=64)
def _names_of(noun: str) -> Sequence[tuple[str, str, float]]:
    """Return every name of every field of a noun: (key, folded name, how sure)."""
    entity = entity_named(noun)
    found: dict[tuple[str, str], float] = {}

    def add(key: str, name: str, weight: float) -> None:
        place = (key, _plain(name))
        found[place] = max(found.get(place, 0), weight)

    for one in entity.fields:
        add(one.key, one.key, _SHOWN)
        for heading in _HEADINGS.get(one.key, "").split("|"):
            add(one.key, heading, _SYNONYM)
        for locale in LOCALES:
            shown, *others = one.names.all(locale)
            add(one.key, shown, _SHOWN)
            for other in others:
                add(one.key, other, _SYNONYM)
    for name in _title_names(entity):
        add(entity.title, name, _NOUN)
    return [(key, name, weight) for (key, name), weight in found.items() if name]


def _title_names(entity: Entity) -> Iterator[str]:
    """Yield what the column that names a record is called: Los, Losnr., Lot No, Rösterei Name."""
    own = {_plain(n) for f in entity.fields for lo in LOCALES for n in f.names.all(lo)}
    for locale in LOCALES:
        for noun in entity.noun.all(locale):
            if _plain(noun) not in own:
                yield noun
            for word in _NUMBER_WORDS.split():
                yield f"{noun} {word}"
                yield f"{noun}{word}"
    if entity.title == "name":
        yield from _FIRMS.split("|")
