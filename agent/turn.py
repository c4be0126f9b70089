"""One turn being worked: what the nodes share, and the seams to front ends and models."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal, Protocol

from agent.budgets import Budget
from agent.grounding import Figures
from agent.models.port import Model
from agent.pasted import is_pasted
from agent.settings import Settings
from agent.tracing import Tracer
from db.enums import Locale
from db.queries.inbox import Fence, Work
from db.queries.transcript import StoredCall, StoredMessage
from db.queries.turns import Proposed
from db.session import Database
from tools.catalog import Catalog
from tools.context import Asker
from tools.outcome import Outcome
from tools.runner import Runner

Json = dict[str, Any]


@dataclass(frozen=True)
class Step:
    """One call of a turn as it is watched; its title names no argument, so it holds no secret."""

    id: str
    title: str
    status: Literal["in_progress", "complete", "error"]


class Sink(Protocol):
    """Where a front end watches a turn; it may ignore everything but the final reply."""

    async def status(self, text: str) -> None:
        """Something is being done; `text` says what, in the member's language."""
        ...

    async def step(self, step: Step) -> None:
        """A call has begun or ended."""
        ...

    async def sentence(self, text: str) -> None:
        """One more checked piece of the answer, white space included."""
        ...


class Silent:
    """A sink for scripts: shows nothing on the way."""

    async def status(self, text: str) -> None:
        """Ignore."""

    async def step(self, step: Step) -> None:
        """Ignore."""

    async def sentence(self, text: str) -> None:
        """Ignore."""


@dataclass(frozen=True)
class Company:
    """What every reply needs to know of the company's settings."""

    name: str
    demo: bool


@dataclass(frozen=True)
class Services:
    """What a process needs to work turns; built once by the composition root.

    `model_for` returns the model of a turn, for a member whose budget may be spent and for what
    they said in the thread: the configured one with its fallbacks, or the planner.
    """

    database: Database
    catalog: Catalog
    runner: Runner
    settings: Settings
    tracer: Tracer
    clock: Callable[[], datetime]
    ticks: Callable[[], float]
    model_for: Callable[[Asker, bool, str], Model]
    graph: Callable[[], Any]


@dataclass
class TurnRun:
    """A turn while it runs. Everything durable is in the transcript; this may be lost any time."""

    services: Services
    sink: Sink
    work: Work
    fence: Fence
    asker: Asker
    company: Company
    locale: Locale
    today: date
    words: str
    transcript: list[StoredMessage]
    model: Model
    budget: Budget
    outcomes: list[Outcome] = field(default_factory=list[Outcome])
    said: list[str] = field(default_factory=list[str])
    unbacked: list[str] = field(default_factory=list[str])
    proposing: str = ""
    pending: list[StoredCall] = field(default_factory=list[StoredCall])
    unstored: tuple[Proposed, list[Outcome]] | None = None
    fallback: str | None = None
    answered_by: str | None = None
    offered: set[str] = field(default_factory=set[str])
    read: tuple[str, ...] = ()
    figures: tuple[Any, Figures] | None = None
    outcome: str | None = None
    stop: Callable[[], bool] = lambda: False

    @property
    def free_text(self) -> bool:
        """Whether outsiders' text came into this turn's prompt, before a crash included."""
        mine = [c for m in self.transcript if m.inbox_id == self.work.id for c in m.calls]
        read = any(c.tainted or (c.result and self._brings_text(c.tool)) for c in mine)
        return read or any(o.free_text for o in self.outcomes) or is_pasted(self.words)

    def _brings_text(self, tool: str) -> bool:
        tools = self.services.catalog.tools
        return tool in tools and tools[tool].free_text

    def shown(self) -> tuple[tuple[str, int], ...]:
        """Return the records of the last result shown before or in this turn, in order."""
        for message in reversed(self.transcript):
            for call in reversed(message.calls):
                rows = rows_of(call)
                if rows:
                    return rows
        return ()


def rows_of(call: StoredCall) -> tuple[tuple[str, int], ...]:
    """Return the records a call showed or changed, as (entity, id) in the order shown."""
    if call.result is None or call.result.status != "ok":
        return ()
    changed = dict.fromkeys(
        (str(c["entity"]), int(c["id"])) for c in call.result.changes if c["id"]
    )
    if changed:
        return tuple(changed)
    view: Json | None = call.result.data.get("_view")
    table: Json | None = view and view.get("table")
    if not table:
        return ()
    return tuple((str(table["entity"]), int(r["id"])) for r in table["rows"] if r.get("id"))
