"""How an answer from documents is worded around its quotes, in three languages."""

from datetime import date

from db.enums import Locale
from knowledge.answering import Answer
from knowledge.found import Found
from knowledge.outside import Facet
from tools.calc.reading.format import format_date
from tools.errors import Said

_CLAIM = "• {text} — {source}"
_SINCE = Said(de="gilt seit {day}", en="in force since {day}", es="vigente desde {day}")
_UNTIL = Said(de="galt bis {day}", en="in force until {day}", es="vigente hasta {day}")
_FROM_TO = Said(de="{first} bis {last}", en="{first} to {last}", es="{first} a {last}")
_LABEL = Said(de="Fassung {label}", en="version {label}", es="versión {label}")
_CONFIRM = Said(
    de="  Noch zu bestätigen: {how}", en="  To be confirmed: {how}", es="  Por confirmar: {how}"
)
_CONFIRMED = Said(
    de="  Bestätigt von {who} am {day}.",
    en="  Confirmed by {who} on {day}.",
    es="  Confirmado por {who} el {day}.",
)
_REVIEWED = Said(
    de=", durchgesehen von {who} am {day}",
    en=", reviewed by {who} on {day}",
    es=", revisado por {who} el {day}",
)
_UNSURE = Said(
    de="nur aus zweiter Hand oder aus dem Gedächtnis notiert",
    en="noted from a secondary source or from memory only",
    es="anotado solo de fuente secundaria o de memoria",
)
_FOREIGN = Said(
    de=" (steht nur auf {lang} in unseren Unterlagen)",
    en=" (in our documents in {lang} only)",
    es=" (en nuestros documentos solo en {lang})",
)
_LANGUAGES = {
    "de": Said(de="Deutsch", en="German", es="alemán"),
    "en": Said(de="Englisch", en="English", es="inglés"),
    "es": Said(de="Spanisch", en="Spanish", es="español"),
}
_CONFLICT = Said(
    de="Die Angaben gehen auseinander; in unseren Unterlagen steht:",
    en="What is said differs; our documents say:",
    es="Lo que se dice no coincide; nuestros documentos dicen:",
)
_FOOTER = Said(
    de="Stand {day}. Keine Rechtsberatung; verbindlich antwortet nur das Hauptzollamt oder eine vZTA.",
    en="As of {day}. No legal advice; only the Hauptzollamt or a binding tariff information binds.",
    es="A fecha de {day}. No es asesoría legal; solo obliga lo que responda el Hauptzollamt o una IAV.",
)
_NOT_THERE = Said(
    de="Das steht nicht in unseren Unterlagen{what}. {who}",
    en="Our documents do not say that{what}. {who}",
    es="Eso no está en nuestros documentos{what}. {who}",
)
_NOTHING_ON = Said(
    de=". Es fehlt: {parts}", en=": nothing on {parts}", es=": falta información sobre {parts}"
)
_LIVE = Said(
    de="Das ist der Stand eines Vorgangs, kein Dokument: Frag mich nach der Sendung, dem Los oder dem Zertifikat mit Nummer oder Namen; was dort fehlt, wissen Reederei, Spediteur oder TRACES.",
    en="That is how things stand with a record, not in a document: ask me for the shipment, lot or certificate by number or name; what is missing there, the carrier, the forwarder or TRACES knows.",
    es="Eso es el estado de un registro, no está en un documento: pregúntame por el embarque, el lote o el certificado con su número o nombre; lo que falte lo sabe la naviera, el transitario o TRACES.",
)
_OUT = Said(
    de="Das gehört nicht zu unserer Arbeit mit Rohkaffee; dabei kann ich nicht helfen.",
    en="That is no part of our work with green coffee; I cannot help with it.",
    es="Eso no es parte de nuestro trabajo con café verde; en eso no puedo ayudar.",
)
_WHO: dict[str, Said] = {
    "country": Said(de="Fragen kann man die Zollbehörde dieses Landes oder einen Zollagenten dort.", en="The customs authority of that country, or a customs agent there, would know.", es="Lo sabe la aduana de ese país o un agente de aduanas de allí."),
    "member_state": Said(de="Fragen kann man die Zoll- oder Steuerbehörde dieses Mitgliedstaats oder unseren Steuerberater.", en="The customs or tax authority of that member state, or our tax adviser, would know.", es="Lo sabe la autoridad aduanera o fiscal de ese Estado miembro, o nuestro asesor fiscal."),
    "origin": Said(de="Nachsehen kann man im TARIC und bei der EU-Kommission.", en="TARIC and the European Commission's pages would say.", es="Lo dicen TARIC y las páginas de la Comisión Europea."),
    "good": Said(de="Nachsehen kann man im TARIC; verbindlich ist eine vZTA.", en="TARIC would say; a binding tariff information (BTI) binds.", es="Lo dice TARIC; vinculante es una IAV."),
    "substance": Said(de="Nachsehen kann man in der Verordnung über Kontaminanten und in der EU-Pestiziddatenbank, oder beim Labor fragen.", en="The EU contaminants regulation and pesticide database would say, or our laboratory.", es="Lo dicen el reglamento de contaminantes y la base de datos de plaguicidas de la UE, o el laboratorio."),
    "carrier": Said(de="Das steht im Tarif der Reederei oder in den Daten der Sendung.", en="The carrier's tariff or the shipment's record would say.", es="Lo dice la tarifa de la naviera o el registro del embarque."),
    "fee": Said(de="Das weiß, wer die Leistung anbietet: Kontrollstelle, Behörde oder Spediteur.", en="Whoever provides the service would know: control body, authority or forwarder.", es="Lo sabe quien presta el servicio: la certificadora, la autoridad o el transitario."),
}  # fmt: skip
_WHO_ELSE = Said(
    de="Fragen kann man das Hauptzollamt, die zuständige Behörde oder unseren Zollagenten.",
    en="The Hauptzollamt, the competent authority or our customs agent would know.",
    es="Lo saben el Hauptzollamt, la autoridad competente o nuestro agente de aduanas.",
)


def worded(answer: Answer, as_of: date, lang: Locale) -> str:
    """Return what the member reads."""
    if answer.outcome == "out_of_scope":
        return _OUT.format(lang)
    if answer.live:
        return _LIVE.format(lang)
    if not answer.claims:
        return not_there(answer.missing, lang)
    lines = [_CONFLICT.format(lang)] if answer.outcome == "conflict" else []
    for claim, found in answer.claims:
        lines.append(_CLAIM.format(text=" ".join(claim.text.split()), source=cited(found, lang)))
        if not found.certain:
            lines.append(_CONFIRM.format(lang, how=found.confirm or _UNSURE.format(lang)))
        if found.confirmed_by and found.confirmed_on:
            day = format_date(found.confirmed_on, lang)
            lines.append(_CONFIRMED.format(lang, who=found.confirmed_by, day=day))
    if answer.missing:
        lines.append(not_there(answer.missing, lang))
    return "\n".join([*lines, _FOOTER.format(lang, day=format_date(as_of, lang))])


def not_there(missing: list[Facet], lang: Locale) -> str:
    """Return that something is in no document of ours, what of it, and who would know."""
    parts = ", ".join(dict.fromkeys(m.said[lang] for m in missing))
    what = _NOTHING_ON.format(lang, parts=parts) if parts else ""
    known = [_WHO[k] for m in missing for k in (m.key, m.kind) if k in _WHO]
    return _NOT_THERE.format(lang, what=what, who=(known or [_WHO_ELSE])[0].format(lang))


def cited(found: Found, lang: Locale) -> str:
    """Return where a passage stands and which version it is: title, place, days."""
    foreign = "" if found.lang == lang else _FOREIGN.format(lang, lang=_LANGUAGES[found.lang])
    return f"{found.title}, {found.locator} ({days(found, lang)}{_reviewed(found, lang)}){foreign}"


def _reviewed(found: Found, lang: Locale) -> str:
    if not (found.reviewed_by and found.reviewed_on):
        return ""
    return _REVIEWED.format(lang, who=found.reviewed_by, day=format_date(found.reviewed_on, lang))


def days(found: Found, lang: Locale) -> str:
    """Return the days a version holds, its name when they are not known."""
    first, last = (d and format_date(d, lang) for d in (found.valid_from, found.valid_to))
    if first and last:
        return _FROM_TO.format(lang, first=first, last=last)
    if first:
        return _SINCE.format(lang, day=first)
    return _UNTIL.format(lang, day=last) if last else _LABEL.format(lang, label=found.label)
