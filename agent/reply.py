"""What a turn answers, whichever front end shows it.

A Reply holds facts, not layout: text, tables, cards, changes, sources, files. The terminal and
Slack turn it into what they can draw; `ask --json` prints it as it is.
"""

from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]


@dataclass(frozen=True)
class Card:
    """An approval to decide: a view of its row, never the truth."""

    id: int
    tool: str
    args: Json
    digest: str
    changes: list[Json]
    reason: str
    status: str = "pending"
    expires_at: str | None = None


@dataclass
class Reply:
    """The answer to one inbox row.

    Attributes:
        text: what is said, sentence by sentence checked.
        language: de, en or es.
        outcome: answered, partial, abstained, out_of_scope, conflict, asked, awaiting_approval,
            refused, failed.
        tables: views of tables to show, in order.
        files: name, media type and alternative text of each file made, where it is kept, and its
            path once a front end has written it somewhere.
        cards: approvals to decide.
        undo: the change set an Undo would take back, when something changed.
        private: it holds prices or personal data, so it is not for everybody's eyes.
    """

    text: str
    language: str
    outcome: str = "answered"
    tool_calls: list[Json] = field(default_factory=list[Json])
    tables: list[Json] = field(default_factory=list[Json])
    cards: list[Card] = field(default_factory=list[Card])
    changes: list[Json] = field(default_factory=list[Json])
    sources: list[Json] = field(default_factory=list[Json])
    figures: list[Json] = field(default_factory=list[Json])
    unbacked: list[str] = field(default_factory=list[str])
    files: list[Json] = field(default_factory=list[Json])
    undo: int | None = None
    demo: bool = False
    private: bool = False
    model: str | None = None
    elapsed_ms: int = 0

    def sources_listed(self) -> str:
        """Return where it comes from in one line; our own records are not named.

        Passages stand in the text already, each beside what it says.
        """
        named = [s for s in self.sources if s["kind"] not in {"row", "passage"}]
        return "; ".join(
            f"{s['title']} ({s['as_of']})" if s["as_of"] else s["title"] for s in named
        )

    def to_json(self, request_id: str) -> Json:
        """Return the object `ask --json` prints."""
        return {
            "id": request_id,
            "reply": self.text,
            "language": self.language,
            "outcome": self.outcome,
            "tool_calls": self.tool_calls,
            "approvals": [
                {"id": c.id, "tool": c.tool, "args": c.args, "digest": c.digest, "status": c.status}
                for c in self.cards
            ],
            "changes": [
                {k: c[k] for k in ("entity", "id", "field", "before", "after")}
                for c in self.changes
            ],
            "rows": [{"entity": t["entity"], **row} for t in self.tables for row in t["rows"]],
            "sources": self.sources,
            "figures": self.figures,
            "unbacked": self.unbacked,
            "files": [{k: f.get(k) for k in ("name", "media_type", "path")} for f in self.files],
            "demo": self.demo,
            "elapsed_ms": self.elapsed_ms,
        }

    @classmethod
    def from_stored(cls, stored: Json) -> "Reply":
        """Return a reply as the transcript kept it."""
        reply = cls(**stored)
        reply.cards = [Card(**card) for card in stored["cards"]]
        return reply

    def stored(self) -> Json:
        """Return the reply as the transcript keeps it."""
        return vars(self) | {"cards": [vars(card) for card in self.cards]}
