"""Whether a question is about how things stand with a record of ours, which no document knows."""

import re

from knowledge.words import folded

_RECORD = re.compile(
    r"\b[a-z]{2}-\d{2,4}-\d{2,4}\b|\b[a-z]{4}\d{7}\b|"  # a lot's code, a container's number
    r"\b(?:unser\w*|dies\w*|vom|des|der|den|die|das|mit dem|our|this|that|the|nuestr\w*|est[ea]|"
    r"el|la|del|lo)\s+(?:\w+[- ]){0,2}?(?:container\w*|box|sendung\w*|lieferung\w*|partie|los|lot|"
    r"lote|contenedor\w*|embarque\w*|envio|booking|buchung|shipment\w*|consignment|schiff|vessel|"
    r"buque|barco|coop|cooperativa|kooperative|maersk|msc)\b|\bwe ordered\b|\bque pedimos\b"
)
_STATE = re.compile(
    r"\b(?:wo (?:ist|sind|steckt|liegt|bleibt|treibt|hangt)|wann kommt|kommt .* an\b|eta|etd|"
    r"angekommen|schon da|unterwegs|dds-nummer|referenznummer vo\w+|freie tage ha\w+|"
    r"noch gultig|gultig oder|where is|where are|where's|when does .* arrive|arrived|landed|"
    r"on the water|outturn|kilos lost|status of|dds number (?:of|for)|valid or|"
    r"donde (?:esta|anda|quedo)|cuando llega|llego|llegaron|ya nos|pasame|referencia dds|"
    r"numero dds|hasta cuando vale|sigue vigente el certificado|vence el certificado)\b"
)
_NUMBER_ASKED = re.compile(
    r"^(?!\W*(?:who|wer|wovon|quien|de que|why|warum)\b).*"
    r"\b(?:which|what(?:'s| is| are)|how (?:many|much)|tell me|give me|welche\w*|"
    r"wie (?:lautet|viele?)|wieviele?|nenn\w*|cual(?:es)? (?:es|son)|cuant[oa]s|dame|dime)\b.*"
    r"\b(?:free (?:time|days)|freie tage|freizeit|dias libres|tiempo libre)\b"
)
_OF_OURS = re.compile(
    r"\b(?:our|unsere?|nuestr[oa])\s+(?:eori|lucid|vat id|ust-id|dds)\b|"
    r"\b(?:eori|lucid|vat|ust-id)\W*(?:nummer|number) (?:of our|unserer|von uns)\b|"
    r"\bnumero (?:eori|lucid) (?:de nuestra|nuestro)\b"
)
_VALUE_ASKED = re.compile(
    r"^\W*(?:(?:please|bitte|por favor)\W+)?(?:what(?:'s| is)|tell me|give me|"
    r"can you (?:tell|give) me|wie lautet|was ist|welche|nenn\w*|sag\w*|kannst du mir|"
    r"cual es|dame|dime|me das)\b"
)

_OUR_RECORD = re.compile(
    r"\b[a-z]{2}-\d{2,4}-\d{2,4}\b|\b[a-z]{4}\d{7}\b|"
    r"\b(?:unsere?[rsnm]?|diese[rsnm]?|mein\w*|our|this|that|my|nuestr[oa]s?|est[ea]|mi)"
    r"\s+(?:\w+[- ]){0,3}?"
    r"(?:container|box|sendung|lieferung|partie|los|loses|lot|lots|charge|muster|probe|schiff|buchung|"
    r"shipment|consignment|vessel|booking|sample|invoice|certificate|contenedor|embarque|envio|lote|buque|"
    r"reserva|muestra|factura|certificado|zertifikat|rechnung)\b"
)
_RULE = re.compile(
    r"\b(?:darf|durfen|muss|mussen|brauch\w*|notig|gilt|gelten|lohnt|reicht|wer zahlt|was passiert|"
    r"may|must|need\w*|should|can|allowed|appl\w+|who pays|what happens|what if|"
    r"debe\w*|necesit\w*|puede\w*|podemos|hay que|aplica|rige|quien paga|que pasa|si)\b"
)


def is_live(question: str) -> bool:
    """Whether it asks for the state, place, number or dates of one record of ours."""
    plain = folded(question)
    if _OF_OURS.search(plain) and _VALUE_ASKED.search(plain):
        return True
    if _OUR_RECORD.search(plain) and not _RULE.search(plain):
        return True
    state = _STATE.search(plain) or _NUMBER_ASKED.search(plain)
    return bool(_RECORD.search(plain) and state)
