"""A streamed answer, passed on sentence by sentence; what is not backed is held."""

from dataclasses import dataclass, field

from agent.grounding.figure import Figure
from agent.grounding.figures import Figures
from agent.grounding.sentences import Sentences


@dataclass(frozen=True)
class Event:
    """One sentence of the answer, with the white space that follows it.

    Attributes:
        text: as it came; the texts of all events joined are the answer.
        held: it must not be shown as it is.
        unbacked: the figures nobody gave.
    """

    text: str
    held: bool = False
    unbacked: list[Figure] = field(default_factory=list[Figure])


class SentenceGate:
    """Hears an answer in pieces of any size and gives back whole, checked sentences."""

    def __init__(self, figures: Figures, locale: str) -> None:
        self.figures, self.locale = figures, locale
        self._sentences = Sentences()

    def feed(self, piece: str) -> list[Event]:
        """Return the sentences this piece completes."""
        return [self._event(s) for s in self._sentences.feed(piece)]

    def close(self) -> list[Event]:
        """Return what is left when the answer has ended."""
        return [self._event(s) for s in self._sentences.close()]

    def _event(self, sentence: str) -> Event:
        unbacked = self.figures.unbacked(sentence, self.locale)
        return Event(sentence, held=bool(unbacked), unbacked=unbacked)
