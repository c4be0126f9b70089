"""A message as pieces: known records and values, days, figures, words of the trade, particles."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from agent.models.offline.addresses import gathered
from agent.models.offline.lexicon import Lexicon, Sense, exonyms, lexicon, spellings
from agent.models.offline.names import UNEXPLAINED, Hit, NameIndex, find_names
from agent.models.offline.ordinary import Words
from agent.models.offline.piece import Piece
from agent.models.offline.stretches import (
    article,
    as_nouns,
    by_title,
    codes_of,
    from_places,
    meets,
    names_of_hit,
    parted,
    unasked,
    unlike,
    with_feasts,
    without_abbreviating,
)
from agent.models.offline.text import Quote, Token, quotes_of, tokens_of, undigraph, words_of
from agent.models.offline.vocabulary import Term, Vocabulary
from db.enums import Locale
from tools.calc.reading.dates import read_dates
from tools.calc.reading.numbers import NumberRead, read_numbers
from tools.calc.reading.units import read_unit
from tools.references import KnownName

_JOINERS = frozenset("-/.")
_APOSTROPHES = frozenset("'’`´")
_PUNCTUATION = frozenset(",;:.?!¿¡()…-–")
_WEIGHTS = frozenset(("t", "lb", "qq", "kg"))
_ENCLITICS = ("melos", "melas", "melo", "mela", "selo", "sela", "telo", "tela", "nos", "los", "las",
              "les", "lo", "la", "le", "me", "te")  # fmt: skip
_VINTAGES = re.compile(r"\b((?:19|20)\d\d)s\b")
_SHORT = 4
_COMPOUND = 7
_PART = 3


def read_pieces(
    text: str,
    vocabulary: Vocabulary,
    known: Sequence[KnownName],
    locale: Locale,
    today: date,
) -> list[Piece]:
    """Return a message's pieces in order.

    Args:
        text: what the member wrote.
        vocabulary: words of the trade.
        known: names of records, and values of text fields ("noun.field" as entity).
        locale: the message's language.
        today: what "today" means.
    """
    return _Reader(text, vocabulary, known, locale, today).read()


class _Reader:
    def __init__(
        self,
        text: str,
        vocabulary: Vocabulary,
        known: Sequence[KnownName],
        locale: Locale,
        today: date,
    ) -> None:
        text = _VINTAGES.sub(r"\1 ", text)  # the 2025s
        self.text, self.vocabulary, self.locale = text, vocabulary, locale
        self.lexicon: Lexicon = lexicon(locale)
        self.words = Words.of(vocabulary, locale)
        self.quotes = quotes_of(text)
        raw = [t for t in tokens_of(text) if t.plain not in _APOSTROPHES]
        places = exonyms() | spellings(locale)
        raw = [replace(t, plain=places.get(t.plain, t.plain)) for t in raw]
        self.days = with_feasts(read_dates(text, locale, today), raw, self.lexicon, today)
        self.numbers = [
            n
            for n in read_numbers(text, locale)
            if not any(meets(n, d) for d in self.days) and not article(n)
        ]
        raw = without_abbreviating(raw)
        records, values = parted(tuple(known))
        raw = from_places(raw, values) if locale == "de" else raw
        self.lent = by_title(values)
        self.tokens = self._together([part for t in raw for part in self._parts(t)])
        explained = self._explained
        self.codes = codes_of(text, records)
        self.hits = find_names(self.tokens, NameIndex.of(records), explained)
        held = find_names(self.tokens, NameIndex.of(values), explained)
        self.held = [h for h in held if h.whole or self._begins(h)]
        inside = [(h.start, h.end) for h in [*self.hits, *self.held]]
        self.mended = [
            t if any(s <= n < e for s, e in inside) else replace(t, plain=self._mended(t))
            for n, t in enumerate(self.tokens)
        ]

    def _begins(self, hit: Hit) -> bool:
        """Whether the first word of just one value is said, no slip in it: Hapag."""
        said, title = self.tokens[hit.start : hit.end], hit.names[0].title
        first = words_of(title)[:1] == tuple(t.plain for t in said)
        only = len({n.title for n in hit.names}) == 1
        only = only and "." not in title and all(h.start != hit.start for h in self.hits)
        telling = said[0].text[:1].isupper() and len(said[0].plain) > _PART
        return first and only and telling and not self.words.has(said[0].plain)

    def _parts(self, token: Token) -> list[Token]:
        """Return a German compound as its two parts when both are words of the trade."""
        if self.locale == "en" and token.plain[:2] == "un" and self.words.trade(token.plain[2:]):
            return [
                Token(token.text[:2], "un", token.start, token.start + 2),
                Token(token.text[2:], token.plain[2:], token.start + 2, token.end),
            ]
        if self.locale != "de" or len(token.plain) < _COMPOUND or self.words.has(token.plain):
            return [token]
        for cut in range(_PART, len(token.plain) - _PART):
            left, right = token.plain[:cut], token.plain[cut:]
            if (self.words.trade(left) or self._adds(left)) and self.words.trade(right):
                return [
                    Token(token.text[:cut], left, token.start, token.start + cut),
                    Token(token.text[cut:], right, token.start + cut, token.end),
                ]
        return [token]

    def _adds(self, word: str) -> bool:
        """Whether a compound's first part computes: Durchschnitts-, Gesamt-."""
        return any(s.role == "agg" for s in self.lexicon.phrases.get((word,), ()))

    def _together(self, tokens: list[Token]) -> list[Token]:
        """Put a word like "average" before the name it stands in: precio promedio por saco."""
        for n in range(1, len(tokens) - 1):
            senses = self.lexicon.phrases.get((tokens[n].plain,), ())
            if not any(s.role in {"agg", "sup"} for s in senses):
                continue
            if tuple(t.plain for t in tokens[n : n + 2]) in self.lexicon.phrases:
                continue  # el seguimiento | más atrasado
            words = tuple(t.plain for t in (tokens[n - 1], *tokens[n + 1 : n + 3]))
            if any(words[:k] in self.vocabulary.phrases for k in (2, 3)):
                tokens[n - 1], tokens[n] = tokens[n], tokens[n - 1]
        return tokens

    def _explained(self, token: Token) -> int:
        if self.words.exactly(token.plain) or self.words.exactly(undigraph(token.plain)):
            return 0
        if self.words.has(token.plain):
            return 1
        if any(d.begin <= token.start < d.stop for d in self.days):
            return 0
        found = self.words.nearest(token.plain)
        return found[1] if found else UNEXPLAINED

    def _mended(self, token: Token) -> str:
        if not token.is_word or token.has_digit or self._dated(token):
            return token.plain
        own = self.lexicon.has(token.plain) or (token.plain,) in self.vocabulary.phrases
        if self.locale == "es" and not own and self._verb(token.plain):
            return self._verb(token.plain)
        if self.words.has(token.plain):
            return token.plain
        if self.words.has(undigraph(token.plain)):
            return undigraph(token.plain)
        if self.lexicon.formed(token.plain) or self.lexicon.opens(token.plain):
            return token.plain
        german_noun = self.locale == "de" and token.start > 0 and token.text[:1].isupper()
        found = self.words.nearest(token.plain)
        if found and not self._alike(token.plain, found[0]):
            return token.plain
        if found and german_noun and not self.words.trade(found[0]):
            return token.plain
        return found[0] if found else token.plain

    def _alike(self, word: str, meant: str) -> bool:
        """Whether a short word is a slip of another: of the trade, or with letters swapped."""
        return len(word) > _SHORT or self.words.trade(meant) or sorted(word) == sorted(meant)

    def _verb(self, word: str) -> str:
        """Return the order a Spanish word is with a pronoun at its end: archívalo, agéndame."""
        for ending in _ENCLITICS:
            base = word.removesuffix(ending)
            senses = self.lexicon.phrases.get((base,), ())
            if base != word and any(s.role == "act" for s in senses):
                return base
        return ""

    def _dated(self, token: Token) -> bool:
        return any(r.begin <= token.start < r.stop for r in [*self.days, *self.numbers])

    def read(self) -> list[Piece]:
        """Return the pieces."""
        pieces: list[Piece] = []
        place = 0
        while place < len(self.tokens):
            piece, place = self._at(place)
            pieces.append(piece)
        pieces = as_nouns(gathered(self._closed_gaps(pieces), self.text))
        return unasked(pieces) if self.locale == "es" else pieces

    def _at(self, place: int) -> tuple[Piece, int]:
        start = self.tokens[place].start
        quote = next((q for q in self.quotes if q.start <= start < q.end), None)
        if quote is not None:
            return self._quoted(quote, place)
        named = self._named(place)
        code = next((c for c in self.codes if c[0] <= start < c[1]), None)
        if code is not None and (named is None or named[0].end < code[1]):
            end = self._until(code[1], place)
            return replace(self._piece(place, end), code=code[2]), end
        dated = next((d for d in self.days if d.begin <= start < d.stop), None)
        phrase, end = self._phrase(place)
        if named is not None and named[1] >= end:
            return named
        if dated is not None and phrase.terms and end - place > 1 and self._exact(phrase):
            dated = None if end >= self._until(dated.stop, place) else dated  # en el mar
        if dated is not None:
            end = self._until(dated.stop, place)
            return replace(self._piece(place, end), day=dated), end
        figure = next((n for n in self.numbers if n.begin <= start < n.stop), None)
        if figure is not None and end - place < 2:  # noqa: PLR2004 - "one of them" is more than a one
            return self._figure(figure, place)
        return phrase, end

    def _figure(self, figure: NumberRead, place: int) -> tuple[Piece, int]:
        """Return a figure with the words of its unit, which may name a field (80 bags)."""
        end = self._until(figure.stop, place)
        terms: list[Term] = []
        senses: list[Sense] = []
        for n in range(place, end):
            piece, _ = self._phrase(n)
            terms += [t for t in piece.terms if t.kind == "field"]
            senses += [s for s in piece.senses if s.role in {"nth", "both"}]
        made = replace(self._piece(place, end), number=figure, terms=tuple(terms))
        return replace(made, senses=tuple(senses)), end

    def _until(self, letter: int, place: int) -> int:
        end = place + 1
        while end < len(self.tokens) and self.tokens[end].start < letter:
            end += 1
        return end

    def _quoted(self, quote: Quote, place: int) -> tuple[Piece, int]:
        end = self._until(quote.end, place)
        named = next((h for h in self.hits if place <= h.start and h.end <= end), None)
        piece = Piece(quote.start, quote.end, quote.text, quote=quote.text)
        return replace(piece, names=named.names if named else ()), end

    def _named(self, place: int) -> tuple[Piece, int] | None:
        record = next((h for h in self.hits if h.start == place and not self._counted(h)), None)
        value = next((h for h in self.held if h.start == place), None)
        ends = [h.end for h in (record, value) if h]
        if not ends:
            return None
        end = max(ends)
        piece = self._piece(place, end)
        phrase, reach = self._phrase(place)
        return replace(
            piece,
            names=names_of_hit(record, end),
            whole=record.whole if record and record.end == end else True,
            values=names_of_hit(value, end),
            terms=phrase.terms if reach == end and self._exact(phrase) else (),
        ), end

    def _counted(self, hit: Hit) -> bool:
        """Whether the one word of a name said is only a figure: five bags are no Five Elephant."""
        token = self.tokens[hit.start]
        figure = any(n.begin <= token.start < n.stop for n in self.numbers)
        return figure and hit.end == hit.start + 1 and not hit.whole and token.text.islower()

    def _piece(self, place: int, end: int) -> Piece:
        start, stop = self.tokens[place].start, self.tokens[end - 1].end
        plain = " ".join(t.plain for t in self.mended[place:end])
        return Piece(start, stop, self.text[start:stop], plain)

    def _phrase(self, place: int) -> tuple[Piece, int]:
        """Return the longest stretch of words that means something, or the token alone."""
        longest = max(self.vocabulary.longest, self.lexicon.longest)
        for words, end in reversed(self._stretches(place, longest)):
            terms = self._preferred(words)
            senses = self._senses(words, end)
            if len(words) == 1 and any(s.role == "stop" for s in senses):
                terms = ()
            if terms or senses:
                piece = replace(self._piece(place, end), terms=terms, senses=senses)
                piece = replace(piece, values=self._lent(piece))
                return replace(piece, sign=piece.text in _PUNCTUATION), end
        token = self.mended[place]
        unit = read_unit(token.text) if token.is_word else None
        if unit in _WEIGHTS:
            weighed = (Sense("unit", str(unit)),)
            return replace(self._piece(place, place + 1), senses=weighed), place + 1
        return replace(self._piece(place, place + 1), sign=not token.is_word), place + 1

    def _lent(self, piece: Piece) -> tuple[KnownName, ...]:
        """Return values of text fields a word for something else is written as: at sea."""
        if piece.nouns():
            return ()
        said = (n for t in piece.words_any() for n in self.vocabulary.called(t))
        return tuple(dict.fromkeys(v for name in said for v in self.lent.get(name, ())))

    def _stretches(self, place: int, longest: int) -> list[tuple[tuple[str, ...], int]]:
        found: list[tuple[tuple[str, ...], int]] = []
        words: list[str] = []
        for n in range(place, min(len(self.mended), place + 2 * longest)):
            token = self.mended[n]
            if token.is_word or token.plain in "€$£%" or n == place:
                words.append(token.plain)
                found.append((tuple(words), n + 1))
            elif token.plain not in _JOINERS or self.tokens[n - 1].end != token.start:
                break
            if len(words) >= longest:
                break
        return found

    def _senses(self, words: tuple[str, ...], end: int) -> tuple[Sense, ...]:
        senses = self.lexicon.phrases.get(words, ())
        gapped = self.lexicon.gapped.get(words, ())
        if len(words) == 1 and not (senses or gapped or words in self.vocabulary.phrases):
            senses, gapped = self.lexicon.formed(words[0]), self.lexicon.opens(words[0])
        later = [t.plain for t in self.mended[end:]]
        closing = [s for last, s in gapped if last and last[0] in later]
        ended = [s for last, s in gapped if last and self._last_of_sentence(last[-1], end)]
        return tuple(ended) if ended and len(words) == 1 else (*senses, *closing)

    def _last_of_sentence(self, word: str, start: int) -> bool:
        """Whether a word ends the sentence: "mach … auf" opens, "mach … auf 9,20" sets."""
        for n in range(start, len(self.mended)):
            token = self.mended[n]
            if not token.is_word and token.plain in _PUNCTUATION and token.plain != "-":
                return False
            last = n + 1 == len(self.mended) or self.mended[n + 1].plain in ".?!;"
            if token.plain == word and last:
                return True
        return False

    def _exact(self, piece: Piece) -> bool:
        return tuple(piece.plain.split()) in self.vocabulary.phrases

    def _preferred(self, words: tuple[str, ...]) -> tuple[Term, ...]:
        """Return the terms of the message's language; others only when they are said exactly."""
        terms = self.vocabulary.lookup(words)
        if words not in self.vocabulary.phrases:
            return tuple(t for t in terms if t.locale == self.locale)
        mine = tuple(t for t in terms if t.locale == self.locale)
        seen = {(t.kind, t.entity, t.key, t.value) for t in mine}
        return (*mine, *unlike(terms, seen)) if mine else terms

    def _closed_gaps(self, pieces: list[Piece]) -> list[Piece]:
        """Mark the second parts of verbs with something inside ("leg … an") as particles."""
        open_for: set[str] = set()
        closed: list[Piece] = []
        for piece in pieces:
            ends = piece.plain in open_for and not (piece.names or piece.terms)
            kept = tuple(s for s in piece.senses if s.role == "to" and piece.plain == "to")
            closed.append(replace(piece, senses=(*kept, Sense("stop", "stop"))) if ends else piece)
            for last, _ in self.lexicon.gapped.get((piece.plain,), ()):
                open_for.add(" ".join(last))
        return closed
