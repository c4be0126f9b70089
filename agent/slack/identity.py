"""Who a Slack user is to us: a member, by an admin's link or by a confirmed e-mail address."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from agent.slack.client import NotNowError, RefusedError, UnclearError, call
from agent.slack.text import locale_of
from agent.slack.words import SLACK
from db.enums import Language, Locale, Role
from db.models import Member
from db.queries import members
from db.session import Actor, Database
from tools.context import Asker, as_asker
from tools.errors import Said

Json = dict[str, Any]
_FRESH_SECONDS = 60  # so long a change may take to be noticed when Slack tells another process
_log = structlog.get_logger()


class StrangerError(Exception):
    """Somebody we do not work with; the message says why, in their language."""

    def __init__(self, key: str, locale: Locale, **values: str) -> None:
        self.key = key
        self.said: Said = SLACK[key]
        super().__init__(self.said.format(locale, **values))


@dataclass(frozen=True)
class Known:
    """A Slack user who is a member.

    Attributes:
        welcome: a greeting for who has just become the first admin.
    """

    asker: Asker
    welcome: str | None = None


class Identity:
    """Finds members behind Slack users; every turn asks again after a minute.

    Args:
        client: the bot's client.
        database: the application's way in.
        ticks: seconds that only go forward.
        team: the bot's own workspace; nobody of another is answered.
    """

    def __init__(
        self, client: AsyncWebClient, database: Database, ticks: Callable[[], float], team: str
    ) -> None:
        self.client, self.database, self.ticks, self.team = client, database, ticks, team
        self._known: dict[str, tuple[float, Asker]] = {}
        self._changes = 0

    async def of(self, team: str | None, user: str | None) -> Known:
        """Return the member a user is.

        Raises:
            StrangerError: guest, bot, other company, deactivated, unconfirmed or unknown.
            NotNowError, UnclearError: Slack does not say.
        """
        if not user or team != self.team:
            raise StrangerError("outsider", "en")
        found = self._known.get(user)
        if found is not None and self.ticks() - found[0] < _FRESH_SECONDS:
            return Known(found[1])
        self._known.pop(user, None)
        changes = self._changes
        known = await self._look_up(user)
        if changes == self._changes:  # else it may be what they were before
            self._known[user] = (self.ticks(), known.asker)
        return known

    def forget(self, user: str) -> None:
        """Ask again who somebody is: Slack says that something about them has changed."""
        self._changes += 1
        self._known.pop(user, None)

    async def _look_up(self, user: str) -> Known:
        try:
            answer = await call(self.client, "users.info", user=user, include_locale=True)
        except RefusedError as error:
            raise StrangerError("outsider", "en") from error
        person: Json = answer["user"]
        locale = locale_of(str(person.get("locale", "")))
        if _is_outsider(person) or str(person.get("team_id", self.team)) != self.team:
            raise StrangerError("outsider", locale)
        async with self.database.reading(Actor.system("login")) as session:
            linked = await members.by_slack_id(session, user)
        if linked is not None:
            return Known(as_asker(linked))
        return await self._by_email(user, person, locale)

    async def _by_email(self, user: str, person: Json, locale: Locale) -> Known:
        email = str(person.get("profile", {}).get("email") or "").strip().lower()
        if not email or person.get("is_email_confirmed") is False:
            raise StrangerError("not_confirmed", locale, user=user)
        try:
            async with self.database.reading(Actor.system("login")) as session:
                return Known(as_asker(await members.by_email(session, email)))
        except members.NoSuchMemberError as error:
            if person.get("is_admin") or person.get("is_owner"):
                founded = await self._first_admin(person, email, locale)
                if founded is not None:
                    return founded
            raise StrangerError("not_known", locale, email=email, user=user) from error

    async def _first_admin(self, person: Json, email: str, locale: Locale) -> Known | None:
        """Make who runs the workspace the first admin, when there is none yet."""
        name = str(person.get("real_name") or person.get("name") or email)
        async with self.database.writing(Actor.system("bootstrap")) as session:
            if await members.first_admin(session) is not None:
                return None
            made = Member(name=name, email=email, role=Role.ADMIN, locale=Language(locale))
            session.add(made)
            await session.flush()
            asker = as_asker(made)
        _log.info("first admin", member=asker.id)
        return Known(asker, SLACK["first_admin"].format(locale, name=name))


def _is_outsider(person: Json) -> bool:
    flags = ("deleted", "is_bot", "is_restricted", "is_ultra_restricted", "is_stranger")
    return any(person.get(flag) for flag in flags) or person.get("id") == "USLACKBOT"


__all__ = ["Identity", "Known", "NotNowError", "StrangerError", "UnclearError"]
