"""Requests that follow an example a tool declares, as "Mach {member} zum {role}".

Tools of their own, and the creating of records whose noun declares examples besides the usual ones.
Derived from the declarations alone, so a new tool is understood without a word here. An example is
a pattern: its words must all be there, in order, with nothing besides but politeness, and every
place must hold what belongs there (a known record, a word of the vocabulary, a figure, a day), or
it is no match. What such a call does is still up to the gate: it may need a card. A file that came
with the message is what a tool takes as its `file` and `name`; one that takes none is not meant.
"""

import json
import re
from datetime import date
from decimal import Decimal
from enum import EnumMeta
from functools import cache
from itertools import takewhile
from typing import Any, cast, get_args, get_origin

from agent.models.offline.lexicon import lexicon
from agent.models.offline.openings import texted
from agent.models.offline.scene import Call, Scene
from agent.models.offline.specials import kind_of
from agent.models.offline.tables import KEPT
from agent.models.offline.text import fold, undigraph, words_of
from db.enums import LOCALES, Locale, Word
from tools.calc.reading.clock import read_times
from tools.calc.reading.dates import read_dates
from tools.calc.reading.numbers import read_numbers
from tools.folding import folded
from tools.spec import BEEN, AnyTool, Effect
from tools.spoken_of import month_meant, parts_of

Json = dict[str, Any]
_SLOT = re.compile(r"\{(\w+)\}")
_ARTICLES = {
    "de": "der|die|das|den|dem|ein|eine|einen|einer|einem",
    "en": "an?|the",
    "es": "el|la|los|las|un|una|al|a",
}
_SIGNS = r"[\s,.:;()!?„“”\"«»-]*"
_SIGN = r"\s*[,:;]\s*"
_SIGN_SAID = re.compile(r"\s*[,:;]\s*")
_FREE = r"(?P<{key}>\S.{{0,600}}?)"
_MAIL = r"(?P<{key}>[^\s@,;()<>]+@[^\s@,;()<>]+\w)"
_FIGURE = r"(?P<{key}>\S+(?:\s+\S+/\S+)?)"  # 315.40 USc/lb
_CLOCK = (
    r"(?P<{key}>\d{{1,2}}(?:[:.]\d{{2}})?"
    r"(?:\s*(?:uhr\b|h\b|horas\b|o['’]?clock\b|[ap]\.?\s?m\b\.?))?(?:\s+(?:abends|nachmittags))?)"
)
_AT: dict[Locale, str] = {"de": "um", "en": "at", "es": "a las"}
_NUMBER = r"(?P<{key}>\d{{1,6}})"
_FILE = {"file", "name"}
_TEXTS = frozenset(  # may be anything
    "name email value reason source note reference statement wording locator".split()  # noqa: SIM905 - a list of words reads best as words
)
_LONGEST = 600
_POLITE = 4  # words before and behind an order
_WORD = re.compile(r"[^\W_]+(?:[.@'’-][^\W_]+)*")
_OWN = {"undo", "import", "note"}  # understood by what they do, elsewhere


def by_pattern(scene: Scene, text: str) -> list[Call] | None:
    """Return the call of a tool one of whose examples a text is, in any language.

    A reading tool is meant by an example that names a record; those that name none are matched
    elsewhere, more freely.
    """
    file = KEPT.search(text)
    text = KEPT.sub(" ", text).strip()
    if len(text) > _LONGEST:
        return None
    wordings, said = _wordings(text, scene.locale), undigraph(fold(text))
    for tool in _ordered(scene):
        if (set(tool.args.model_fields) >= _FILE) is not bool(file):
            continue
        for template, locale, words in _templates(tool, scene.locale):
            if not all(w in said for w in words):
                continue  # patterns are made when they may fit: there are very many
            pattern = _pattern(tool, template, locale)
            for found in filter(None, map(pattern.fullmatch, wordings)):
                call = _call(scene, tool, found, file)
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
def _templates(tool: AnyTool, first: Locale) -> tuple[tuple[str, Locale, tuple[str, ...]], ...]:
    """Return a tool's examples with their words: a short order does not tell its language, so all.

    The example that says more in words of its own comes first: "not needed because {reason}"
    before "not needed {reason}".
    """
    return tuple(
        (template, locale, _literals(template, locale))
        for locale in sorted(LOCALES, key=lambda lo: lo != first)
        for template in sorted(getattr(tool.examples, locale), key=_own_words, reverse=True)
        if set(_SLOT.findall(template)) <= set(tool.args.model_fields)
        and ("{" in template or tool.effect is not Effect.READ)  # those are known by heart
    )


def _literals(template: str, locale: Locale) -> tuple[str, ...]:
    """Return the words a text must hold to follow an example, but for articles."""
    words = words_of(_SLOT.sub(" ", template))
    return tuple(undigraph(w) for w in words if not re.fullmatch(_ARTICLES[locale], w))


def _own_words(template: str) -> int:
    return len(words_of(_SLOT.sub(" ", template)))


@cache
def _pattern(tool: AnyTool, template: str, locale: Locale) -> re.Pattern[str]:
    """Return an example as a pattern: signs and articles at will, politeness around it.

    A text that may be anything keeps its article: it is part of what is said. Where nothing but a
    sign parts it from the place before, the sign has to be there.
    """
    article = rf"(?:(?:{_ARTICLES[locale]})\b\s*)?"
    made, between = "", ""
    for n, part in enumerate(_SLOT.split(template)):
        if n % 2:
            free = part in _TEXTS
            sign = _SIGN if free and _SIGN_SAID.fullmatch(between) else _SIGNS
            made += (sign if made else "") + ("" if free else article) + _place(tool, part)
        else:
            between = part
            for word in words_of(part):
                made += (_SIGNS if made else "") + article + _literal(word, locale)
    return re.compile(made, re.IGNORECASE)


def _wordings(text: str, locale: Locale) -> list[str]:
    """Return a text as it stands, and without some of the politeness before and behind it."""
    words = list(_WORD.finditer(text))
    before = list(takewhile(lambda w: _is_polite(w.group(), locale), words))[:_POLITE]
    behind = list(takewhile(lambda w: _is_polite(w.group(), locale), reversed(words)))[:_POLITE]
    begins = [w.start() for w in words[: len(before) + 1]]
    ends = [w.end() for w in list(reversed(words))[: len(behind) + 1]]
    whole = text.rstrip(" .!?")
    if whole.endswith("%"):  # a share keeps its sign
        ends = [len(whole), *ends]
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
    if _is_figure(tool, key):
        return _FIGURE.format(key=key)
    if isinstance(kind, EnumMeta):
        names = [n for w in _words(kind) for lo in LOCALES for n in (str(w), *w.names(lo))]
        return rf"(?P<{key}>{'|'.join(sorted(map(re.escape, names), key=len, reverse=True))})\b"
    if _is_clock(tool, key):
        return _CLOCK.format(key=key)
    shape = _shape(tool, key)
    if shape:
        return f"(?P<{key}>{shape})"
    return _FREE.format(key=key)


def _is_figure(tool: AnyTool, key: str) -> bool:
    return _kind(tool, key) is Decimal or _schema(tool, key).get("type") == "number"


def _is_clock(tool: AnyTool, key: str) -> bool:
    return _schema(tool, key).get("format") == "time"


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
    return kind_of(info.annotation) if info else None


def _call(
    scene: Scene, tool: AnyTool, found: re.Match[str], file: re.Match[str] | None
) -> Call | None:
    if tool.effect is Effect.READ and not found.groupdict().keys() & scene.vocabulary.nouns.keys():
        return None
    arguments: Json = {"name": file[1], "file": file[2]} if file else {}
    strange: list[str] = []
    for key, written in found.groupdict().items():
        if key in arguments:
            continue  # "this" is the file that came with the message
        said = written.strip(" ,:;()'’\"“”„«»")  # a day may end in a dot
        value = _value(scene, tool, key, said)
        said = said.rstrip(".")
        value = _value(scene, tool, key, said) if value is None else value
        made = tool.verb == "create"
        if value is None and made and scene.referred(tool, key) and _is_name(said):
            strange.append(key)
            value = said
        if value is None:
            return None
        arguments[key] = value
    counted = any(_is_figure(tool, k) for k in arguments)
    if strange and not (len(strange) == 1 and counted):
        return None  # a record nobody knows is asked for only in an order that is clear otherwise
    needed = [k for k, f in tool.args.model_fields.items() if f.is_required()]
    return Call(tool.name, arguments) if set(needed) <= set(arguments) else None


def _value(scene: Scene, tool: AnyTool, key: str, said: str) -> Any:
    kind = _kind(tool, key)
    target = scene.referred(tool, key)
    if target is not None:
        return said if _is_known(scene, target, said) else None
    if _is_figure(tool, key):
        return _number(scene, said)
    if kind is date or _schema(tool, key).get("format") == "date":
        return _day(scene, said, been=_been(tool, key))
    if _is_clock(tool, key):
        return _clock(scene, said)
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


def _clock(scene: Scene, said: str) -> str | None:
    """Return the time of day a text is, HH:MM; the hour alone will do."""
    for locale in (scene.locale, *LOCALES):
        text = f"{_AT[locale]} {said}"
        read = read_times(text, locale)
        if len(read) == 1 and (read[0].begin, read[0].stop) == (0, len(text)):
            return read[0].time.isoformat("minutes")
    return None


def _been(tool: AnyTool, key: str) -> bool:
    """Whether an argument is declared as a day that has been."""
    info = tool.args.model_fields[key]
    options = [info.annotation, *get_args(info.annotation)]
    return BEEN in (*info.metadata, *(m for o in options for m in get_args(o)))


def _day(scene: Scene, said: str, *, been: bool) -> str | None:
    """Return the one day a text is; a word like "today" is one by itself.

    A day without a year that has been, where one must have, is the last of its name; whether
    another is certain is asked when the call is made.
    """
    if said.casefold() in _TODAY:
        return scene.today.isoformat()
    read = read_dates(said, scene.locale, scene.today)
    if len(read) != 1 or read[0].start != read[0].end:
        return None
    last = max((d for d in read[0].alternatives if d <= scene.today), default=None)
    day = last if been and not read[0].certain else read[0].start
    beside = words_of(f"{said[: read[0].begin]} {said[read[0].stop :]}")
    alone = all(w in _BESIDE_DAY for w in beside)
    return day.isoformat() if day and alone else None


_TODAY = frozenset(("heute", "today", "hoy"))
_BESIDE_DAY = frozenset(("am", "zum", "den", "bis", "on", "by", "the", "el", "al", "para", "hasta"))


def _is_known(scene: Scene, entity: str, said: str) -> bool:
    """Whether a text names a record of a noun, or one of its parts, or the month of one.

    Every word of it is one of the record's name. What a noun's parts and months are, its
    declaration says. Names that are not heard in what is said are for the tool to look up: its
    examples say beside them what they are.
    """
    words, noun = set(words_of(said)), scene.noun(entity).entity
    if not noun.spoken:
        return bool(words)
    kinds = {entity, *(p.key for p in parts_of(noun))}
    named = bool(words) and any(
        words <= {w for n in (k.title, *k.names) for w in words_of(n)}
        for k in scene.known
        if k.entity in kinds
    )
    return named or month_meant(noun, said, scene.today) is not None
