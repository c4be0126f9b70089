"""What is counted per month, quarter or year: of which day, and by what besides."""

from agent.models.offline.ordering import Ordering
from agent.models.offline.piece import Piece
from agent.models.offline.scene import fields_about
from agent.models.offline.vocabulary import FieldInfo


class Periods(Ordering):
    """The periods of a clause."""

    def periods(self) -> list[int]:
        """Group by the periods a clause names; return where they stand.

        Raises:
            Unclear: it is not certain which day is meant.
        """
        places = [n for n, p in enumerate(self.content) if p.does("period")]
        for place in places:
            piece = self.content[place]
            key = self._period(piece)
            if key not in self.shape.by:
                self.shape.by.append(key)
            self.shape.used.add(place)
        return places

    def _period(self, piece: Piece) -> str:
        period = piece.value_of("period")
        dated = self._said_date()
        years = [f.key for f in self.noun.fields.values() if f.is_number and f.key.endswith("year")]
        if period == "year" and dated is None and len(years) == 1:
            return years[0]
        info = dated or self._usual_date()
        if info is None:
            dates = [f.label(self.scene.locale) for f in self.noun.fields.values() if f.is_date]
            if not dates:
                raise self.scene.ask("no_date", noun=self.noun.label(self.scene.locale))
            raise self.scene.ask("which_date", choices=", ".join(dates))
        if (self.shape.sort or "").lstrip("-") == info.key:
            self.shape.sort = None  # by arrival, per month: periods stand in order anyway
        return f"{info.key}:{period}"

    def _said_date(self) -> FieldInfo | None:
        """Return the day a clause names, or what it says happened."""
        for place, piece in enumerate(self.content):
            dates = [f for f in self._fields(piece) if f.is_date]
            if dates:
                self.shape.used.add(place)
                return dates[0]
        happens = next((p.value_of("happen") for p in self.content if p.does("happen")), "")
        about = [f for f in fields_about(self.noun, happens) if f.is_date] if happens else []
        return next((f for f in about if f.field.listed), about[0] if about else None)

    def _usual_date(self) -> FieldInfo | None:
        """Return the day records are called by or put in order by, or the only one there is."""
        dates = [f for f in self.noun.fields.values() if f.is_date]
        dated = self.noun.entity.dated
        if dated and dated[0] in self.noun.fields:
            return self.noun.fields[dated[0]]
        ordered = [f for f in dates if f.key == self.noun.entity.order.lstrip("-")]
        return next((few[0] for few in (ordered, dates) if len(few) == 1), None)
