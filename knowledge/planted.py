"""Sentences of documents that speak to whoever answers, instead of stating something.

A leaflet may tell people what to do; it has no business telling an assistant to ignore rules, to
delete or send things, or to open an address. Such a sentence is never quoted as our answer.
"""

import re

from knowledge.words import folded

_SPOKEN_TO = re.compile(
    r"\b(?:ignorier\w*|missacht\w*|vergiss|vergesst|ignore|disregard|override|"
    r"forget (?:all|your|previous|the)|ignora\w*|olvida\w*|haz caso omiso|"
    r"system ?prompt|systemprompt|as an ai|als ki|"
    r"als assistent|assistant|asistente|assistent\w*|language model|sprachmodell|chatbot|"
    r"du bist jetzt|you are now|eres ahora|developer mode|jailbreak)\b"
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
        _SPOKEN_TO.search(plain) or _ORDERED.search(plain) or _ADDRESS.search(sentence.casefold())
    )
