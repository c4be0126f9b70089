"""Sentences of documents that speak to whoever answers, instead of stating something.

A leaflet may tell people what to do; it has no business telling an assistant to ignore rules, to
delete or send things, to call a tool, or to open an address. Such a sentence is never quoted as our
answer, and whoever answers does not read it.
"""

import re

from knowledge.sentences import sentences
from knowledge.words import folded

_SPOKEN_TO = re.compile(
    r"\b(?:ignorier\w*|missacht\w*|vergiss|vergesst|ignore|disregard|override|"
    r"forget (?:all|your|previous|the)|ignora\w*|olvida\w*|haz caso omiso|"
    r"system ?prompt|systemprompt|as an ai|als ki|"
    r"als assistent|assistant|asistente|assistent\w*|language model|sprachmodell|chatbot|"
    r"du bist jetzt|you are now|eres ahora|developer mode|jailbreak|"
    r"sage? (?:dem|der|den) (?:nutzer|nutzerin|benutzer|mitglied|kunden|leser)|"
    r"antworte (?:immer|nur|mit)|"
    r"tell the (?:user|member|customer|reader)|(?:answer|reply|respond) (?:always|only|with)|"
    r"dile al? (?:usuario|usuaria|miembro|cliente)|responde (?:siempre|solo|con))\b"
)
_CALL = re.compile(
    r"</?[a-z]*_?(?:tool|call)\w*>|\b(?:call|rufe|llama a) [a-z]+_[a-z_]+|"
    r"\b[a-z]+(?:_[a-z]+)+\s*\(?\s*\{|\bsay \[\[|^\W*system\s*:"
)
_ORDERED = re.compile(
    r"\b(?:losche|loschen sie|schicke|schick|sende|uberweise|delete (?:all|every|the)|drop table|"
    r"send (?:the|all|an|a|it|this|your|them)|transfer (?:the|all)|wire (?:the|all)|"
    r"forward (?:the|all|this)|borra|elimina (?:todos|todas|los|las)|envia|transfiere|reenvia)\b"
)
_ADDRESS = re.compile(r"https?://|www\.|[\w.+-]+@[\w-]+\.\w{2,}")


def is_planted(sentence: str) -> bool:
    """Whether a sentence gives whoever answers an order, or an address to use."""
    plain = folded(sentence)
    return bool(
        _SPOKEN_TO.search(plain)
        or _ORDERED.search(plain)
        or _CALL.search(plain)
        or _ADDRESS.search(sentence.casefold())
    )


def stated(body: str) -> str:
    """Return a text without its sentences that give orders; the others stand word for word."""
    for piece in sentences(body):
        if is_planted(piece):
            body = body.replace(piece, "", 1)
    return body.strip()
