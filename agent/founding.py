"""`coffeestudio init`: the company's own, empty database and its first admin, once."""

import re
from collections.abc import Callable

from sqlalchemy import update

from agent import wiring
from agent.settings import Settings
from agent.wiring import COMPANY, Place
from db import embedded
from db.enums import Language, Role
from db.models import Company, Member
from db.queries import members
from db.session import Actor, Database
from db.startup import DatabaseRefused


async def found_company(
    settings: Settings,
    *,
    company: str,
    name: str,
    email: str,
    language: str,
    on_step: Callable[[str], None],
) -> Place:
    """Make the company's database, name the company, add its first admin.

    Returns:
        Where it is.

    Raises:
        DatabaseRefused: it is founded already, or an answer does not fit.
    """
    _refuse_unfit(company, name, email, language)
    place = _place(settings, on_step)
    database = Database(place.app_url)
    try:
        await database.open()
        async with database.writing(Actor.system("bootstrap")) as session:
            if await members.first_admin(session) is not None:
                raise DatabaseRefused(
                    f"database {place.name!r} has its first admin already; "
                    "further members are added by an admin in conversation"
                )
            await session.execute(update(Company).values(name=company.strip()))
            session.add(
                Member(
                    name=name.strip(),
                    email=email.strip().lower(),
                    role=Role.ADMIN,
                    locale=Language(language),
                )
            )
    finally:
        await database.close()
    return place


def _place(settings: Settings, on_step: Callable[[str], None]) -> Place:
    if settings.database_url is not None:
        place = wiring.find_place(settings, on_step)
        wiring.migrate(place, on_step)
        return place
    on_step("database server")
    server = embedded.start(settings.data_dir, on_step)
    return wiring.prepared(server, COMPANY, on_step)


def _refuse_unfit(company: str, name: str, email: str, language: str) -> None:
    if not company.strip() or not name.strip():
        raise DatabaseRefused("company and name must not be empty")
    if not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", email.strip()):
        raise DatabaseRefused(f"{email!r} is not an e-mail address")
    if language not in set(Language):
        raise DatabaseRefused(f"{language!r} is not one of de, en, es")
