"""Cards that show something else than how things are, rewritten where they stand.

After the click a card says who decided and that it is being carried out, then what came of it; in
a channel in the requester's language, in a DM in the reader's.
"""

from datetime import datetime
from typing import Any

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from agent.decisions import card_of_row
from agent.slack.blocks import Part, card_part
from agent.slack.cards import told
from agent.slack.client import NotNowError, RefusedError, UnclearError, call
from agent.slack.text import locale_of
from agent.turn import Services
from db.queries import approvals, cards, members
from db.queries.cards import ShownCard
from db.queries.outbox import STALE_SECONDS
from db.session import Actor

Json = dict[str, Any]
_ACTOR = Actor.system("slack")
_UNCLEAR_SECONDS = 2
_log = structlog.get_logger()


class Cards:
    """Keeps cards true. Holds nothing that another process could not find in the database."""

    def __init__(
        self, services: Services, client: AsyncWebClient, stale_seconds: float = STALE_SECONDS
    ) -> None:
        self.services, self.client, self.stale_seconds = services, client, stale_seconds

    async def rewrite(self) -> int:
        """Show on every card that says something else how things are; return how many."""
        now = self.services.clock()
        async with self.services.database.reading(_ACTOR) as session:
            found = await cards.outdated(session, now)
        for card in found:
            await self._rewrite(card, now)
        return len(found)

    async def _rewrite(self, card: ShownCard, now: datetime) -> None:
        until = self.services.ticks() + self.stale_seconds / 2
        async with self.services.database.writing(_ACTOR) as session:
            fence = await cards.claim(session, card, self.stale_seconds)
        if fence is None:
            return
        part = await self._drawn(card, now)
        if self.services.ticks() > until:  # stopped for long: somebody else may have it
            return
        where = {"channel": card.receipt["channel"], "ts": card.receipt["ts"]}
        try:
            await call(
                self.client, "chat.update", **where, text=part.text, blocks=list(part.blocks)
            )
        except RefusedError as refused:  # somebody deleted it: there is nothing left to show it on
            _log.warning("card not rewritten", approval=card.approval_id, why=str(refused))
        except (NotNowError, UnclearError) as later:  # showing a state twice is showing it once
            seconds = later.seconds if isinstance(later, NotNowError) else _UNCLEAR_SECONDS
            async with self.services.database.writing(_ACTOR) as session:
                await cards.put_off(session, card, fence, seconds)
            return
        async with self.services.database.writing(_ACTOR) as session:
            await cards.rewritten(session, card, fence)

    async def _drawn(self, card: ShownCard, now: datetime) -> Part:
        async with self.services.database.reading(_ACTOR) as session:
            approval = await approvals.get(session, card.approval_id, now)
            if approval is None:
                raise RuntimeError(f"approval {card.approval_id} vanished although it has a card")
            decided_by = approval.decided_by_id
            who = await members.name_of(session, decided_by) if decided_by else ""
        locale = locale_of(str(card.receipt["locale"]))
        said = told(card, approval, who, locale) if card.standing != "pending" else ""
        return card_part(card_of_row(approval), self.services.catalog, locale, said)
