"""How much a turn and a member's day may cost, and the message that ends it usefully (law 11)."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from agent.models.port import Usage
from agent.settings import Settings
from db.queries.transcript import StoredCall

_SAME_CALL = 2


@dataclass
class Budget:
    """What a turn has used; `spent` names the limit that was reached, None while all is well."""

    settings: Settings
    clock: Callable[[], float]
    started: float = field(init=False)
    model_calls: int = 0
    tokens: int = 0
    cost_microusd: int = 0
    calls: Counter[str] = field(default_factory=Counter[str])

    def __post_init__(self) -> None:
        """Start the clock."""
        self.started = self.clock()

    def used(self, usage: Usage) -> None:
        """Count one model call."""
        self.model_calls += 1
        self.tokens += usage.tokens_in + usage.tokens_out
        self.cost_microusd += round((usage.cost_usd or 0) * 1_000_000)

    def proposed(self, calls: Sequence[StoredCall]) -> None:
        """Count proposed tool calls; the same one again and again is a loop."""
        self.calls.update(f"{c.tool}{c.arguments}" for c in calls)

    def spent(self) -> tuple[str, dict[str, object]] | None:
        """Return the message key and values of the limit reached."""
        limits = self.settings
        if any(n > _SAME_CALL for n in self.calls.values()):
            return "budget_loop", {}
        if (
            self.model_calls >= limits.turn_model_calls
            or self.calls.total() > limits.turn_tool_calls
        ):
            return "budget_steps", {"count": self.model_calls}
        if self.clock() - self.started > limits.turn_seconds:
            return "budget_time", {"seconds": round(limits.turn_seconds)}
        if self.tokens > limits.turn_tokens:
            return "budget_steps", {"count": self.model_calls}
        return None
