"""No figure without a source (law 8): what a reply says, held against what was found.

`figures_in` reads every number, amount, date, code and address of a text; `Figures` knows those of
a conversation's results, citations and the member's words; `SentenceGate` passes a streamed answer
on sentence by sentence and holds the ones that are not backed.
"""

from agent.grounding.figure import Figure, Reading, Unit
from agent.grounding.figures import Figures, backed
from agent.grounding.gate import Event, SentenceGate
from agent.grounding.scan import figures_in

__all__ = [
    "Event",
    "Figure",
    "Figures",
    "Reading",
    "SentenceGate",
    "Unit",
    "backed",
    "figures_in",
]
