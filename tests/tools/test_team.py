"""Who is in the team, in which role and language; our own company's settings."""

from agent import asking
from agent.reply import Reply
from agent.turns import Engine
from db.models import Member
from db.session import Actor
from tools.context import Asker

NEW = {"name": "Nora Neu", "email": "Nora@Demo.invalid", "role": "analyst", "language": "en"}


async def member(engine: Engine, number: int) -> Member:
    async with engine.services.database.reading(Actor.system("test")) as session:
        return await session.get_one(Member, number)


async def carded(engine: Engine, asker: Asker, tool: str, **arguments: object) -> Reply:
    """Order a change, see that it waits for a card whatever was said, and approve it."""
    text = "Mach das: " + " ".join(str(v) for v in arguments.values())
    reply = await asking.order(engine, asker, text, tool, arguments)
    assert reply.outcome == "awaiting_approval", reply.text
    return await asking.decide(engine, asker, reply.cards[0].id, "approved")


async def test_a_colleague_joins_leaves_and_comes_back(engine: Engine, anna: Asker) -> None:
    reply = await carded(engine, anna, "add_member", **NEW)
    assert (reply.outcome, "Nora Neu ist dabei, Rolle Analyst" in reply.text) == ("answered", True)
    shown = await asking.order(engine, anna, "?", "show_member", {"member": "nora@demo.invalid"})
    row = shown.tables[0]["rows"][0]
    assert (row["name"], row["role"], row["email"]) == ("Nora Neu", "analyst", "nora@demo.invalid")
    again = await asking.order(engine, anna, "nochmal", "add_member", NEW)
    assert (again.outcome, "gehört schon zu Nora Neu" in again.text) == ("failed", True)
    await carded(engine, anna, "deactivate_member", member="Nora")
    assert (await member(engine, row["id"])).active is False
    back = await carded(engine, anna, "add_member", **(NEW | {"role": "viewer"}))
    assert "wieder dabei" in back.text
    assert (await member(engine, row["id"])).role == "viewer"


async def test_only_admins_change_the_team(engine: Engine, luis: Asker, sam: Asker) -> None:
    for tool, arguments in (
        ("add_member", NEW),
        ("change_member_role", {"member": "Sam", "role": "admin"}),
        ("deactivate_member", {"member": "Anna"}),
        ("change_company", {"four_eyes": True}),
    ):
        for asker in (luis, sam):
            reply = await asking.order(engine, asker, "mach das", tool, arguments)
            assert reply.outcome == "refused", tool


async def test_the_last_admin_stays(engine: Engine, anna: Asker) -> None:
    for tool, arguments in (
        ("change_member_role", {"member": "Anna", "role": "viewer"}),
        ("deactivate_member", {"member": "Anna"}),
    ):
        reply = await asking.order(engine, anna, "mach das", tool, arguments)
        assert (reply.outcome, "letzte aktive Admin" in reply.text) == ("failed", True)
    await carded(engine, anna, "change_member_role", member="Luis", role="admin")
    reply = await carded(engine, anna, "change_member_role", member="Anna", role="viewer")
    assert reply.outcome == "answered"


async def test_everybody_sets_their_own_language_at_once(engine: Engine, sam: Asker) -> None:
    reply = await asking.order(
        engine, sam, "Write to me in German from now on", "set_language", {"language": "de"}
    )
    assert (reply.outcome, (await member(engine, sam.id)).locale) == ("answered", "de")
    (change,) = reply.changes
    assert (change["entity"], change["field"], change["after"]) == ("member", "locale", "de")


async def test_viewers_see_names_and_roles_and_no_addresses(
    engine: Engine, sam: Asker, luis: Asker
) -> None:
    shown = await asking.order(engine, sam, "?", "find_members", {})
    assert {r["name"] for r in shown.tables[0]["rows"]} == {
        "Anna Beispiel",
        "Luis Ejemplo",
        "Sam Sample",
    }
    assert all("email" not in r for r in shown.tables[0]["rows"])
    refused = await asking.order(engine, sam, "?", "find_members", {"columns": ["email"]})
    assert refused.outcome == "refused"
    told = await asking.order(engine, luis, "?", "show_member", {"member": "Sam"})
    assert told.tables[0]["rows"][0]["email"] == "sam@demo.invalid"


async def test_the_companys_settings(engine: Engine, anna: Asker, sam: Asker) -> None:
    shown = await asking.order(engine, sam, "?", "show_company", {})
    row = shown.tables[0]["rows"][0]
    assert (row["size_class"], row["delayed_after_days"], row["four_eyes"]) == ("small", 3, False)
    reply = await carded(engine, anna, "change_company", delayed_after_days=5, size_class="micro")
    assert [(c["field"], c["before"], c["after"]) for c in reply.changes] == [
        ("size_class", "small", "micro"),
        ("delayed_after_days", 3, 5),
    ]
    wrong = await asking.order(engine, anna, "?", "change_company", {"delayed_after_days": 90})
    assert wrong.outcome == "failed"


async def test_an_address_must_be_one(engine: Engine, anna: Asker) -> None:
    reply = await asking.order(engine, anna, "?", "add_member", NEW | {"email": "nora"})
    assert (reply.outcome, "keine E-Mail-Adresse" in reply.text) == ("failed", True)
