"""Orders that follow an example a tool declares: "Mach {member} zum {role}", "Hold {bags} …".

Tools of their own, and the creating of records whose noun declares examples besides the usual ones.
Derived from the declarations alone, so a new tool is understood without a word here. An example is
a pattern: its words must all be there, in order, with nothing besides but politeness, and every
place must hold what belongs there (a known record, a word of the vocabulary, a figure), or it is no
match. What such a call does is still up to the gate: most of these tools always need a card.
"""

import json
import re
from enum import EnumMeta
from functools import cache
from itertools import takewhile
from typing import Any, cast, get_args, get_origin

from agent.models.offline.lexicon import lexicon
from agent.models.offline.openings import texted
from agent.models.offline.scene import Call, Scene
from agent.models.offline.text import words_of
from db.enums import LOCALES, Locale, Word
from tools.calc.reading.dates import read_dates
from tools.calc.reading.numbers import read_numbers
from tools.folding import folded
from tools.spec import AnyTool, Effect

Json = dict[str, Any]
_SLOT = re.compile(r"\{(\w+)\}")
_ARTICLES = {
    "de": "der|die|das|den|dem|ein|eine|einen|einer|einem",
    "en": "an?|the",
    "es": "el|la|los|las|un|una|al|a",
}
_SIGNS = r"[\s,.:;()!?„“”\"«»-]*"
_FREE = r"(?P<{key}>\S.{{0,300}}?)"
_MAIL = r"(?P<{key}>[^\s@,;()<>]+@[^\s@,;()<>]+\w)"
_FIGURE = r"(?P<{key}>\S+(?:\s+\S+/\S+)?)"  # 315.40 USc/lb
_NUMBER = r"(?P<{key}>\d{{1,6}})"
_TEXTS = {"name", "email", "value", "reason", "source", "note"}  # what may be anything
_LONGEST = 300
_POLITE = 4  # words before and behind an order
_WORD = re.compile(r"[^\W_]+(?:[.@'’-][^\W_]+)*")
_OWN = {"undo", "import", "note"}  # understood by what they do, elsewhere


def by_pattern(scene: Scene, text: str) -> list[Call] | None:
    """Return the call of a changing tool one of whose examples a text is, in any language."""
    if len(text) > _LONGEST:
        return None
    wordings = _wordings(text, scene.locale)
    for tool in _ordered(scene):
        for pattern in _patterns(scene.vocabulary.tools[tool.name], scene.locale):
            for found in filter(None, map(pattern.fullmatch, wordings)):
                call = _call(scene, tool, found)
                if call is not None:
                    return [call]
    return None


def _ordered(scene: Scene) -> list[AnyTool]:
    """Return the tools a request may follow an example of."""
    own = [t for t in scene.vocabulary.specials if t.verb not in _OWN]
    told = {n.key for n in texted(scene)}
    made = [n.tools["create"] for n in scene.vocabulary.nouns.values() if "create" in n.tools]
    return own + [t for t in made if t.noun not in told]


@cache
def _patterns(tool: AnyTool, first: Locale) -> tuple[re.Pattern[str], ...]:
    """Return a tool's patterns: a short order does not tell its language, so those of all three."""
    return tuple(
        _pattern(tool, template, locale)
        for locale in sorted(LOCALES, key=lambda lo: lo != first)
        for template in getattr(tool.examples, locale)
        if set(_SLOT.findall(template)) <= set(tool.args.model_fields)
        and ("{" in template or tool.effect is not Effect.READ)  # those are known by heart
    )


def _pattern(tool: AnyTool, template: str, locale: Locale) -> re.Pattern[str]:
    """Return an example as a pattern: signs and articles at will, politeness around it."""
    parts: list[str] = []
    for n, part in enumerate(_SLOT.split(template)):
        if n % 2:
            parts.append(_place(tool, part))
        else:
            parts += [_literal(word, locale) for word in words_of(part)]
    article = rf"(?:(?:{_ARTICLES[locale]})\s+)?"
    return re.compile((_SIGNS + article).join(parts), re.IGNORECASE)


def _wordings(text: str, locale: Locale) -> list[str]:
    """Return a text as it stands, and without some of the politeness before and behind it."""
    words = list(_WORD.finditer(text))
    before = list(takewhile(lambda w: _is_polite(w.group(), locale), words))[:_POLITE]
    behind = list(takewhile(lambda w: _is_polite(w.group(), locale), reversed(words)))[:_POLITE]
    begins = [w.start() for w in words[: len(before) + 1]]
    ends = [w.end() for w in list(reversed(words))[: len(behind) + 1]]
    return [text[b:e] for b in begins for e in ends if b < e]


def _is_polite(word: str, locale: Locale) -> bool:
    senses = lexicon(locale).phrases.get(tuple(words_of(word)), ())
    return any(s.role == "stop" for s in senses) and not re.fullmatch(_ARTICLES[locale], word)


def _literal(word: str, locale: Locale) -> str:
    """Return a word as it may be written; an article of an example may be missing or another."""
    if re.fullmatch(_ARTICLES[locale], word):
        return ""
    return "".join(_LETTER.get(c, re.escape(c)) for c in word)


_LETTER = {
    "a": "(?:ae?|ä|á)", "e": "[eé]", "i": "[ií]", "o": "(?:oe?|ö|ó)", "u": "(?:ue?|ü|ú)",
    "n": "[nñ]", "s": "(?:s|ß)",
}  # fmt: skip


def _place(tool: AnyTool, key: str) -> str:
    kind = _kind(tool, key)
    if key == "email":
        return _MAIL.format(key=key)
    if kind is int:
        return _NUMBER.format(key=key)
    if isinstance(kind, EnumMeta):
        names = [n for w in _words(kind) for lo in LOCALES for n in (str(w), *w.names(lo))]
        return rf"(?P<{key}>{'|'.join(sorted(map(re.escape, names), key=len, reverse=True))})\b"
    shape = _shape(tool, key)
    if shape:
        return f"(?P<{key}>{shape})"
    figure = _schema(tool, key).get("type") == "number"
    return _FIGURE.format(key=key) if figure else _FREE.format(key=key)


@cache
def _shape(tool: AnyTool, key: str) -> str | None:
    """Return the pattern an argument, or what its list holds, is declared to have."""
    told = json.dumps(tool.args.model_json_schema()["properties"].get(key, {}))
    found = re.search(r'"pattern": ("\^?(?:[^"\\]|\\.)*")', told)
    return str(json.loads(found[1])).strip("^$") if found else None


def _words(kind: EnumMeta) -> list[Word]:
    return [cast("Word", w) for w in cast("Any", kind)]


def _kind(tool: AnyTool, key: str) -> Any:
    """Return the type of an argument, without `| None`."""
    info = tool.args.model_fields.get(key)
    kind = info.annotation if info else None
    if get_origin(kind) is list:
        return kind
    options = [a for a in get_args(kind) if a is not type(None)]
    return options[0] if options else kind


def _call(scene: Scene, tool: AnyTool, found: re.Match[str]) -> Call | None:
    arguments: Json = {}
    strange: list[str] = []
    for key, written in found.groupdict().items():
        said = written.strip(" ,:;()'’\"“”„«»")  # a day may end in a dot
        value = _value(scene, tool, key, said)
        said = said.rstrip(".")
        value = _value(scene, tool, key, said) if value is None else value
        if value is None and _target(scene, tool, key) and _is_name(said):
            strange.append(key)
            value = said
        if value is None:
            return None
        arguments[key] = value
    counted = any(_schema(tool, k).get("type") == "number" for k in arguments)
    if strange and not (len(strange) == 1 and counted):
        return None  # a record nobody knows is asked for only in an order that is clear otherwise
    needed = [k for k, f in tool.args.model_fields.items() if f.is_required()]
    return Call(tool.name, arguments) if set(needed) <= set(arguments) else None


def _value(scene: Scene, tool: AnyTool, key: str, said: str) -> Any:
    kind = _kind(tool, key)
    target = _target(scene, tool, key)
    if target is not None:
        return said if _is_known(scene, target, said) else None
    schema = _schema(tool, key)
    if schema.get("type") == "number":
        return _number(scene, said)
    if schema.get("format") == "date":
        return _day(scene, said)
    if kind is int:
        return int(said)
    if isinstance(kind, EnumMeta):
        wanted = folded(said)
        return next(
            (str(w) for w in _words(kind) for lo in LOCALES
             if wanted in {folded(str(w)), *(folded(n) for n in w.names(lo))}),
            None,
        )  # fmt: skip
    if _shape(tool, key):
        return [said.upper()] if get_origin(kind) is list else said
    one_word = tool.verb == "create" and len(said.split()) == 1
    return said if said and (key in _TEXTS or one_word) else None


def _is_name(said: str) -> bool:
    """Whether words look like what a record is called: few, and one of them no ordinary word."""
    words = said.split()
    return 0 < len(words) <= _POLITE and any(w[:1].isupper() or w[:1].isdigit() for w in words)


def _target(scene: Scene, tool: AnyTool, key: str) -> str | None:
    """Return the noun an argument refers to, None when it is a value."""
    noun = scene.vocabulary.nouns.get(tool.noun)
    if noun is not None and key in noun.fields:
        return noun.fields[key].field.ref
    return key if key in scene.vocabulary.nouns else None


@cache
def _schema(tool: AnyTool, key: str) -> Json:
    """Return the JSON schema of an argument, without `| None`."""
    told = tool.args.model_json_schema()["properties"].get(key, {})
    return next((o for o in told.get("anyOf", ()) if o.get("type") != "null"), told)


def _number(scene: Scene, said: str) -> int | float | None:
    """Return a figure that is all that is said, a unit perhaps beside it."""
    reads = read_numbers(said, scene.locale)
    if len(reads) != 1 or reads[0].text != said or not reads[0].certain:
        return None
    value = reads[0].value
    return int(value) if value == value.to_integral_value() else float(value)


def _day(scene: Scene, said: str) -> str | None:
    """Return a day that is all that is said; whether it is certain is asked when it is done."""
    reads = read_dates(said, scene.locale, scene.today)
    only = len(reads) == 1 and reads[0].stop == len(said) and reads[0].start == reads[0].end
    only = only and len(said[: reads[0].begin].split()) <= 1  # bis zum 27.11.
    return reads[0].start.isoformat() if only and reads[0].start else None


def _is_known(scene: Scene, entity: str, said: str) -> bool:
    """Whether a text names a record of a noun: every word of it is one of the record's name."""
    words = set(words_of(said))
    return bool(words) and any(
        words <= {w for n in (k.title, *k.names) for w in words_of(n)}
        for k in scene.known
        if k.entity == entity
    )
