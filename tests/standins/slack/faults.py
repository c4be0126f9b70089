"""What goes wrong on purpose with the Web API: errors, lost answers, limits on the rate."""

import math
from dataclasses import dataclass

from tests.standins.slack.clock import Clock

# Calls a minute, as far as known; see the notes on rate limits in Slack's documentation.
TIERS = {
    "agents.sessions.rename": 50, "agents.sessions.setStatus": 50, "chat.appendStream": 100,
    "chat.delete": 50, "chat.postEphemeral": 100, "chat.startStream": 20, "chat.stopStream": 20,
    "chat.update": 50, "conversations.history": 50, "conversations.info": 50,
    "conversations.list": 20, "conversations.members": 100, "conversations.open": 50,
    "conversations.replies": 50, "files.completeUploadExternal": 100,
    "files.getUploadURLExternal": 100, "files.info": 100, "reactions.add": 50,
    "users.info": 100, "users.lookupByEmail": 50, "views.open": 100, "views.publish": 100,
    "views.push": 100, "views.update": 100,
}  # fmt: skip


@dataclass
class Failure:
    """The next `times` calls of a method answer `status`, with `error` in the body when 200."""

    status: int
    retry_after: float | None
    times: int
    error: str | None = None


@dataclass
class Bucket:
    """A token bucket: `rate` a second, `size` at most."""

    rate: float
    size: float
    left: float
    at: float

    def take(self, now: float) -> float:
        """Take one; return 0, or the seconds until there is one."""
        self.left = min(self.size, self.left + (now - self.at) * self.rate)
        self.at = now
        if self.left >= 1:
            self.left -= 1
            return 0.0
        return (1 - self.left) / self.rate


class Faults:
    """The switches; a method named "*" is every method."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._failures: dict[str, list[Failure]] = {}
        self._lost: dict[str, int] = {}
        self._rates: dict[str, tuple[float, float]] = {}
        self._buckets: dict[tuple[str, str], Bucket] = {}

    def fail(self, method: str, failure: Failure) -> None:
        """Queue a failure."""
        self._failures.setdefault(method, []).append(failure)

    def lose(self, method: str, times: int) -> None:
        """Do the next calls, and cut the connection instead of answering."""
        self._lost[method] = self._lost.get(method, 0) + times

    def limit(self, method: str, per_minute: float, burst: float) -> None:
        """Limit the rate of a method; `chat.postMessage` is counted by channel."""
        self._rates[method] = (per_minute / 60, burst)

    def failure(self, method: str) -> Failure | None:
        """Return what the call must answer instead, if anything."""
        for key in (method, "*"):
            queue = self._failures.get(key) or []
            if queue:
                queue[0].times -= 1
                return queue[0] if queue[0].times else queue.pop(0)
        return None

    def waiting_time(self, method: str, channel: str) -> int:
        """Return the seconds of `Retry-After`, or 0 when the call may go on."""
        if method not in self._rates:
            return 0
        rate, size = self._rates[method]
        key = (method, channel if method == "chat.postMessage" else "")
        now = self._clock.now()
        bucket = self._buckets.setdefault(key, Bucket(rate, size, size, now))
        return math.ceil(bucket.take(now))

    def loses(self, method: str) -> bool:
        """Return whether the answer of this call is to be lost."""
        left = self._lost.get(method, 0)
        self._lost[method] = max(0, left - 1)
        return left > 0
