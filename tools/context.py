"""Who asks, when, and with which database session: what a tool gets beside its arguments."""

from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from db.enums import Locale, Role
from db.models import Member
from knowledge.meaning import Meaning
from tools.errors import NotAllowed, Said

_RANK = {Role.VIEWER: 0, Role.ANALYST: 1, Role.ADMIN: 2}


def allows(role: Role, needed: Role) -> bool:
    """Return whether a role includes what another one may do: admin ⊃ analyst ⊃ viewer."""
    return _RANK[role] >= _RANK[needed]


@dataclass(frozen=True)
class Asker:
    """The member on whose behalf a tool runs; comes from the front end, never from a model."""

    id: int
    name: str
    email: str
    role: Role
    locale: Locale


def role_said(role: Role) -> Said:
    """Return a role's name in three languages."""
    return Said(de=role.label("de"), en=role.label("en"), es=role.label("es"))


def require_role(asker: Asker, needed: Role) -> None:
    """Refuse what the member's role does not include.

    Raises:
        NotAllowed: naming the role it takes.
    """
    if not allows(asker.role, needed):
        raise NotAllowed(role_said(needed), role_said(asker.role))


@dataclass(frozen=True)
class ToolContext:
    """What a running tool may use.

    Attributes:
        session: the unit of work (read-only for READ tools); tools never commit.
        asker: the member.
        now: the instant of the call, UTC.
        today: the member's today, Europe/Berlin.
        call_id: the call being run.
        conversation_id: the conversation it belongs to, None outside one (import, script).
        inbox_id: the inbox row being worked on, None outside turns.
        files: folder of the files members hand in, None where there is none.
        meaning: which vectors a search in documents uses.
        resolved: the records its references were found to mean, by entity and text.
    """

    session: AsyncSession
    asker: Asker
    now: datetime
    today: date
    call_id: str
    conversation_id: int | None = None
    inbox_id: int | None = None
    files: Path | None = None
    meaning: Meaning = field(default_factory=Meaning)
    resolved: dict[tuple[str, str], Any] = field(default_factory=dict[tuple[str, str], Any])


def as_asker(member: Member) -> Asker:
    """Return a member as the one who asks."""
    return Asker(
        id=member.id,
        name=member.name,
        email=member.email,
        role=member.role,
        locale=member.locale.value,  # type: ignore[arg-type]
    )
