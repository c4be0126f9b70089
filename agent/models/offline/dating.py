"""Days as conditions: which field, which comparison, months and years that are no days."""

from calendar import monthrange
from datetime import date, timedelta

from agent.models.offline.amounts import shares, word_names
from agent.models.offline.conditions import Conditions
from agent.models.offline.months import holds_months, month_codes
from agent.models.offline.reading import Piece
from agent.models.offline.scene import fields_about, in_time, is_about
from agent.models.offline.text import words_of
from agent.models.offline.vocabulary import FieldInfo
from tools.calc.reading.dates import DateRead

OF = frozenset(("from", "of", "out of", "de", "del", "von", "vom", "aus", "des"))


_SPANS = {"days": 1, "weeks": 7, "months": 1, "years": 12}  # in days, or in months
_AGO = frozenset(("ago", "vor", "her", "hace", "seit", "since", "desde"))
_TURNED = {"gt": "lt", "gte": "lte", "lt": "gt", "lte": "gte"}
_LESS = frozenset(("less", "weniger", "menos"))
_LONGER = frozenset(
    ("more than", "over", "longer than", "less than", "at least", "mehr als", "uber", "weniger als",
     "langer als", "mindestens", "mas de", "menos de", "al menos", "por lo menos")
)  # fmt: skip


class Dating(Conditions):
    """The days of a walk."""

    def _day(self, place: int, piece: Piece) -> bool:
        if piece.day is None:
            return False
        if self._as_delivery(place, piece):
            return True
        info = None if self._as_year(piece) else self._date_field(piece)
        first = piece.day.start or piece.day.end
        last = piece.day.end or piece.day.start
        if self.op == "between" and first is not None and last is not None:
            other = self._other_day(place)
            if other is not None and other.day is not None:
                info = self._date_field(other)
                last = other.day.end or other.day.start
            elif first > self.scene.today:
                first = self.scene.today  # between now and Christmas
            if info is not None and last is not None:
                ends = sorted([first.isoformat(), last.isoformat()])
                self._condition(info, "between", ends)
                return True
        lacking = (self.negated or self.without) and info is not None and is_about(info, "touch")
        if (
            lacking
            and info
            and first
            and last
            and first < last
            and first <= self.scene.today <= last
        ):
            self._condition(info, "lt", first.isoformat())  # not this year: before it began
            return True
        if info is not None and first is not None and last is not None:
            first, last = self._in_past(info, piece, first, last)
            self._dated(info, self._day_op(piece.day), first, last)
        elif info is None and self._as_year_field(piece) is None:
            self.found.left.append(piece)
        return True

    def _in_past(self, info: FieldInfo, piece: Piece, first: date, last: date) -> tuple[date, date]:
        """Read a month without a year as the last one for a field that holds what has been."""
        said = any(len(w) == 4 and w.isdigit() for w in piece.plain.split())  # noqa: PLR2004 - a year
        been = is_about(info, "touch") or info.kind == "instant" or info.label("en") == "date"
        if said or not been or first <= self.scene.today or (first - self.scene.today).days < 60:  # noqa: PLR2004 - days
            return first, last
        return _year_before(first), _year_before(last)

    def _other_day(self, place: int) -> Piece | None:
        """Return the other end of "between today and Friday"."""
        for n in range(place + 1, min(len(self.content), place + 4)):
            if self.content[n].day is not None:
                self.used.add(n)
                return self.content[n]
            if not self.content[n].senses:
                return None
        return None

    def _day_op(self, day: DateRead) -> str | None:
        if day.role == "since" and (self.negated or self.without):
            self.negated = self.without = False
            return "lt"  # "not contacted since May": the last contact was before
        op = {"since": "gte", "until": "lte"}.get(day.role) or self.op
        said = f" {' '.join(words_of(day.text))} "
        if op is None and _ago(day) and any(f" {w} " in said for w in _LONGER):
            return "gt" if any(w in said.split() for w in _LESS) else "lt"
        if op in _TURNED and self.said in _LONGER and day.end is not None and _ago(day):
            return _TURNED[op]  # more than three months ago
        # "over the last 30 days" means during them
        return None if day.start != day.end and op == "gt" and self.loose else op

    def _dated(self, info: FieldInfo, op: str | None, first: date, last: date) -> None:
        match op:
            case "gt":
                self._condition(info, "gt", last.isoformat())
            case "gte":
                self._condition(info, "gte", first.isoformat())
            case "lt":
                self._condition(info, "lt", first.isoformat())
            case "lte":
                self._condition(info, "lte", last.isoformat())
            case _ if first == last:
                self._condition(info, "is", first.isoformat())
            case _:
                self._condition(info, "between", [first.isoformat(), last.isoformat()])

    def _elapsed(self, place: int, piece: Piece) -> bool:
        """Take a time gone by since something: more than three months ago."""
        read = piece.number
        if read is None or read.unit not in _SPANS or read.value != int(read.value):
            return False
        near = self.content[max(0, place - 3) : place + 3]
        info = self._date_field(piece)
        if info is None or not any(set(p.plain.split()) & _AGO for p in near):
            return False
        day = _back(self.scene.today, int(read.value), str(read.unit))
        op = _TURNED.get(self.op or "", "is")
        self._condition(info, op, day.isoformat())
        return True

    def _as_year_field(self, piece: Piece) -> FieldInfo | None:
        """Return the field that holds years when a piece is a year, by its figure or "this"."""
        fields = self.noun.fields.values()
        info = next((f for f in fields if f.is_number and is_about(f, "year")), None)
        if info is None or year_of(piece) is None:
            return None
        dated = any(f.is_date for f in fields) and not any(
            t.key == info.key for p in self.content for t in p.fields(self.noun.key)
        )
        return None if dated and not piece.text.strip().isdigit() else info

    def _as_year(self, piece: Piece) -> bool:
        """Take a bare year for a field that holds years."""
        info = self._as_year_field(piece)
        if info is None:
            return False
        op = "is" if self.op is None or self._merely(OF) else self.op
        self._condition(info, "is" if op == "between" else op, year_of(piece))
        return True

    def _merely(self, words: frozenset[str]) -> bool:
        """Whether the comparison just said is only a preposition here: lots from 2025."""
        return self.said in words

    def _as_delivery(self, place: int, piece: Piece) -> bool:
        """Take a month for the delivery month of a price that is a differential: against Dec 26."""
        read = piece.day
        if read is None or read.start is None or read.start == read.end:
            return False
        terms = [t for p in self.content for t in p.words(self.noun.key)]
        priced = [t.key for t in terms if t.value == "differential"]
        months = [f for f in self.noun.fields.values() if holds_months(f)]
        named = [
            f
            for f in months
            if any(f.key == t.key for p in self.content for t in p.fields(self.noun.key))
        ]
        if not months or not (priced or named):
            return False
        bought = [
            f.key.split("_")[0]
            for p in self.content
            for t in p.fields(self.noun.key)
            for f in [self.noun.fields[t.key]]
            if f.kind == "money"
        ]
        fits = named or [f for f in months if f.key.split("_")[0] in bought] or months
        first = read.start
        after = self.content[place + 1] if place + 1 < len(self.content) else None
        if after is not None and after.text.isdigit() and len(after.text) == 2:  # noqa: PLR2004 - a year in short
            first = first.replace(year=2000 + int(after.text))
            self.used.add(place + 1)
        self._condition(fits[0], "in", month_codes(first))
        return True

    def _date_field(self, piece: Piece) -> FieldInfo | None:
        if self.field is not None and self.field.is_date and not self._happening():
            return in_time(self.noun, self.field, _first(piece), self.scene.today)
        dates = [f for f in self.noun.fields.values() if f.is_date]
        said = [
            self.noun.fields[t.key]
            for p in self.content
            if not p.does("happen")
            for t in p.fields(self.noun.key)
            if self.noun.fields[t.key].is_date
        ]
        if said:
            return in_time(self.noun, said[0], _first(piece), self.scene.today)
        happens = [p.value_of("happen") for p in self.content if p.does("happen")]
        for dimension in happens:
            about = [f for f in dates if f in fields_about(self.noun, dimension)]
            coming = self._coming(piece, dimension)
            fits = [
                f for f in about if is_about(f, "expected") == coming and not is_about(f, "first")
            ]
            if fits or about:
                return (fits or about)[0]
        stated = [t for p in self.content for t in p.words(self.noun.key)]
        names = [word_names(self.noun, t, self.scene.locale) for t in stated]
        told = [f for said in names for f in dates if shares(f, said)]
        if told:
            return told[0]
        usual = [f for k in self.noun.entity.dated for f in dates if f.key == k]
        listed = [f for f in dates if f.field.listed]
        return (usual or listed or dates or [None])[0]

    def _coming(self, piece: Piece, dimension: str) -> bool:
        """Whether a span is still to come: arrivals up to its end, departures from its start."""
        if piece.day is None:
            return False
        first, last = piece.day.start, piece.day.end
        day = (first or last) if dimension == "depart" else (last or first)
        return day is not None and day >= self.scene.today

    def _happening(self) -> bool:
        return any(p.does("happen") for p in self.content)


def _back(day: date, count: int, unit: str) -> date:
    """Return the day some days, weeks, months or years before."""
    if unit in {"days", "weeks"}:
        return day - timedelta(days=count * _SPANS[unit])
    months = day.year * 12 + day.month - 1 - count * _SPANS[unit]
    year, month = divmod(months, 12)
    last = monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def _ago(day: DateRead) -> bool:
    """Whether a day is said by how long it is ago."""
    return bool(_AGO & set(words_of(day.text)))


def year_of(piece: Piece) -> int | None:
    """Return the year a piece is: 2026, or a span of just that year."""
    read = piece.day
    if read is None or read.start is None or read.end is None:
        return None
    first, last = read.start, read.end
    whole = (first.month, first.day, last.month, last.day) == (1, 1, 12, 31)
    return first.year if whole and first.year == last.year else None


def _first(piece: Piece) -> date | None:
    return piece.day.start if piece.day else None


def _year_before(day: date) -> date:
    leap = (day.month, day.day) == (2, 29)
    return day.replace(year=day.year - 1, day=28 if leap else day.day)
