"""What people and models get wrong: said in the member's language, and nothing is changed."""

import io
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from sqlalchemy import func, select, text

from agent import asking
from agent.asking import BatchError, Request, read_batch
from agent.reply import Reply
from agent.terminal import render
from agent.turns import Engine
from db.models import Cooperative, Inbox, Lot, Message, Roaster, ToolResult
from db.queries.turns import MOST_CHARS
from db.session import Actor
from tests.attack.world import Owner, effects
from tests.standins.model_script import Call, Say
from tests.standins.model_server import ModelServer
from tools.context import Asker

Json = dict[str, Any]
Ordering = Callable[..., Awaitable[Reply]]


@pytest.fixture
def owner(demo_url: tuple[str, str]) -> Owner:
    """The database seen past all rules."""
    return Owner(demo_url[1])


@pytest.fixture
def team(anna: Asker, luis: Asker, sam: Asker) -> dict[str, Asker]:
    """The members by name."""
    return {"anna": anna, "luis": luis, "sam": sam}


@pytest.fixture
def unchanged(engine: Engine, owner: Owner) -> Ordering:
    """Order a call, and see that no row of any domain table is different afterwards."""

    async def ordered(asker: Asker, words: str, tool: str, arguments: Json) -> Reply:
        before = owner.snapshot()
        reply = await asking.order(engine, asker, words, tool, arguments)
        assert effects(before, owner.snapshot()) == []
        assert not reply.changes
        return reply

    return ordered


# --- records that are not there, or not one --------------------------------------------------------


@pytest.mark.parametrize(
    ("member", "call", "said", "nearest"),
    [
        ("anna", Call("show_lot", {"lot": "PE-24-018"}), "Ich finde Los", "PE-24-017"),
        ("anna", Call("change_lot", {"lot": "PE-24-018", "bags": 3}), "Ich finde", "PE-24-017"),
        ("anna", Call("retire_roaster", {"roaster": "Elbsilber"}), "Ich finde Rösterei", ""),
        ("luis", Call("show_region", {"region": "Cajarmaca Sur"}), "No encuentro", "Cajamarca"),
        ("sam", Call("show_lot", {"lot": "PE-26-099"}), "I cannot find lot", "PE-26-0"),
    ],
)
async def test_an_unknown_record_is_said_with_the_nearest(
    unchanged: Ordering,
    team: dict[str, Asker],
    member: str,
    call: Call,
    said: str,
    nearest: str,
) -> None:
    reply = await unchanged(team[member], "-", call.name, call.arguments)
    assert (reply.outcome, reply.language) == ("failed", team[member].locale)
    assert said in reply.text
    assert nearest in reply.text


async def test_the_model_is_told_the_nearest_names(
    talking: Engine, provider: ModelServer, anna: Asker
) -> None:
    provider.then(
        Say(calls=[Call("show_lot", {"lot": "PE-24-018"})]), Say("Das Los kenne ich nicht.")
    )
    await asking.ask(talking, Request(text="Zeig PE-24-018"), anna)
    told = json.loads(provider.requests[1]["messages"][-1]["content"])
    assert (told["error"], told["next"]) == ("unknown_record", "fix")
    assert "PE-24-017" in told["choices"]


@pytest.mark.parametrize(
    ("member", "which"), [("anna", "Welches"), ("sam", "Which one"), ("luis", "Cuál")]
)
async def test_a_name_of_several_records_is_asked_back(
    unchanged: Ordering, team: dict[str, Asker], member: str, which: str
) -> None:
    asker = team[member]
    reply = await unchanged(asker, "PE-24", "show_lot", {"lot": "PE-24"})
    assert reply.outcome == "asked"
    assert which in reply.text
    assert "PE-24-001" in reply.text
    assert "PE-24-017" in reply.text


async def test_a_change_of_several_records_by_one_name_asks(
    unchanged: Ordering, anna: Asker
) -> None:
    arguments = {"lot": "PE-24", "asking_price": 9}
    reply = await unchanged(anna, "Setz PE-24 auf 9", "change_lot", arguments)
    assert reply.outcome == "asked"


# --- values that cannot be -------------------------------------------------------------------------

LOT = {"lot": "PE-24-017"}
ELB = {"roaster": "elbgold"}


@pytest.mark.parametrize(
    ("tool", "arguments", "said"),
    [
        ("change_shipment", {"shipment": "SH-26-001", "status": "planned"}, "geliefert"),
        ("change_shipment", {"shipment": "SH-26-001", "status": "flying"}, "flying"),
        ("change_lot", LOT | {"bag_weight_kg": -69}, "-69"),
        ("change_lot", LOT | {"bag_weight_kg": 0}, "nicht möglich"),
        ("change_lot", LOT | {"bag_weight_kg": "NaN"}, "NaN"),
        ("change_lot", LOT | {"bag_weight_kg": float("nan")}, "nan"),
        ("change_lot", LOT | {"bag_weight_kg": "Infinity"}, "Infinity"),
        ("change_lot", LOT | {"asking_price": float("inf")}, "inf"),
        ("change_lot", LOT | {"asking_price": 1e30}, "Angebotspreis"),
        ("change_lot", LOT | {"asking_price": "1e400"}, "Angebotspreis"),
        ("change_lot", LOT | {"bags": True}, "bags"),
        ("change_lot", LOT | {"bags": 1.5}, "Säcke"),
        ("change_lot", LOT | {"cup_score": 101}, "101"),
        ("change_lot", LOT | {"asking_per": "stone"}, "kg, lb, qq, bag"),
        ("change_lot", LOT | {"asking_currency": "Taler"}, "EUR"),
        ("change_lot", LOT | {"asking_price": "8,90 EUR/kg"}, "8,90 EUR/kg"),
        ("change_lot", LOT | {"asking_futures_month": "F6"}, "F6"),
        ("change_roaster", ELB | {"next_followup_on": "2026-02-30"}, "2026-02-30"),
        ("change_roaster", ELB | {"next_followup_on": "2025-02-29"}, "kein Datum"),
        ("change_roaster", ELB | {"next_followup_on": "9999-12-31"}, "kein Datum"),
        ("change_roaster", ELB | {"next_followup_on": "31.02."}, "kein Datum"),
        ("change_roaster", ELB | {"stage": "rich"}, "rich"),
        ("change_roaster", ELB | {"owner": "Niemand"}, "Niemand"),
        ("change_roaster", ELB | {"colour": "blue"}, "colour"),
        ("change_roaster", ELB, "nicht gesagt"),
        ("create_roaster", {"name": "   "}, "leer"),
        ("create_roaster", {"name": "n" * 3_000}, "3000"),
        ("create_lot", {"code": "PE-24-017"}, "PE-24-017"),
        ("find_lots", {"where": [{"field": "bags", "op": "gt", "value": "viele"}]}, "viele"),
        ("find_lots", {"where": [{"field": "bagz", "op": "gt", "value": 1}]}, "bagz"),
        ("find_lots", {"limit": 100_000}, "limit"),
        ("find_lots", {"offset": -1}, "offset"),
        ("find_lots", {"sort": "; DROP TABLE lot"}, "DROP TABLE"),
        ("show_lot", {"lot": "#99999999999999999999"}, "finde"),
        ("undo", {"change_set": 2**70}, "zu groß"),
        ("undo", {"change_set": 123_456}, "123456"),
        ("no_such_tool", {}, "no_such_tool"),
    ],
)  # fmt: skip
async def test_what_cannot_be_is_refused_in_one_sentence(
    unchanged: Ordering, anna: Asker, tool: str, arguments: Json, said: str
) -> None:
    reply = await unchanged(anna, "Mach das bitte", tool, arguments)
    assert (reply.outcome, reply.language) == ("failed", "de")
    assert said in reply.text
    assert len(reply.text) < 400
    assert "Fehler liegt bei mir" not in reply.text
    assert not reply.cards


@pytest.mark.parametrize(
    ("member", "said"),
    [("anna", "kein Datum"), ("luis", "no es una fecha")],
)
async def test_it_is_said_in_the_members_language(
    unchanged: Ordering, team: dict[str, Asker], member: str, said: str
) -> None:
    asker = team[member]
    reply = await unchanged(asker, "-", "change_roaster", ELB | {"next_followup_on": "2026-02-30"})
    assert said in reply.text


async def test_a_viewer_who_writes_is_told_which_role_it_takes(
    unchanged: Ordering, sam: Asker
) -> None:
    words = "Set the asking price of PE-24-017 to 9.10"
    reply = await unchanged(sam, words, "change_lot", LOT | {"asking_price": 9.1})
    assert reply.outcome == "refused"
    assert "analyst" in reply.text
    assert not reply.cards


# --- text that would be something else elsewhere ---------------------------------------------------

ODD_NAMES = [
    "Robert'); DROP TABLE roaster;--",
    "x' OR '1'='1",
    "<b>fett</b><script>alert(1)</script>",
    "[bold red]Rot[/] [link=https://x.invalid]hier[/link]",
    "{noun} {0} %s ${HOME} {{x}}",
    "☕ Bohne & Söhne 🇩🇪",
    "Kaffee 株式会社",
    "قهوة",
]


@pytest.mark.parametrize("name", ODD_NAMES)
async def test_a_name_is_text_and_nothing_else(engine: Engine, anna: Asker, name: str) -> None:
    words = f"Leg die Rösterei {name} an"
    made = await asking.order(engine, anna, words, "create_roaster", {"name": name})
    if made.cards:
        await asking.decide(engine, anna, made.cards[0].id, "approved")
    async with engine.services.database.reading(Actor.system("test")) as session:
        assert await session.scalar(select(func.count()).where(Roaster.name == name)) == 1
        assert await session.scalar(select(func.count()).select_from(Roaster)) == 21
    where = [{"field": "name", "op": "is", "value": name}]
    found = await asking.order(engine, anna, "-", "find_roasters", {"where": where})
    assert [r["name"] for r in found.tables[0]["rows"]] == [name]
    assert name in "".join(on_screen(engine, found).split("\n"))


def on_screen(engine: Engine, reply: Reply) -> str:
    console = Console(file=io.StringIO(), width=400, force_terminal=False)
    render.show(console, reply, engine.services.catalog)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


@pytest.mark.parametrize(
    "name", ["СENFROCAFE", "CENFROСAFE", "APRОCASSI", "cenfrocafe", "ＣＥＮＦＲＯＣＡＦＥ"]
)
async def test_a_look_alike_is_shown_as_a_possible_duplicate(
    unchanged: Ordering, anna: Asker, name: str
) -> None:
    words = f"Leg die Kooperative {name} an"
    reply = await unchanged(anna, words, "create_cooperative", {"name": name})
    assert reply.outcome == "failed"
    assert "CENFROCAFE" in reply.text or "APROCASSI" in reply.text


async def test_characters_nobody_sees_make_no_second_record(
    unchanged: Ordering, anna: Asker
) -> None:
    for name in ("elb\u200bgold", "elbgold\u202e", "\ufeffelbgold", "elb\u00adgold"):
        reply = await unchanged(anna, f"Leg {name} an", "create_roaster", {"name": name})
        assert "elbgold" in reply.text


async def test_control_characters_are_not_stored(engine: Engine, anna: Asker) -> None:
    name = "Neu\x1b[31mrot\x07\x00Röster\u200b"
    made = await asking.order(engine, anna, f"Leg {name} an", "create_roaster", {"name": name})
    changes = [c for part in made.cards or [made] for c in part.changes]
    (shown,) = (c["after"] for c in changes if c["field"] == "name")
    assert shown.isprintable()
    assert "\x1b" not in on_screen(engine, made)


@pytest.mark.parametrize(
    "words", ["Null\x00byte?", "halbes \ud83d Zeichen?", "\x1b[2J Hallo", "\u202eHallo"]
)
async def test_a_message_of_odd_characters_is_answered(
    engine: Engine, anna: Asker, words: str
) -> None:
    reply = await asking.ask(engine, Request.model_construct(text=words, thread=None), anna)
    assert reply.text
    assert reply.outcome != "failed"


async def test_a_model_that_writes_odd_characters_breaks_nothing(
    talking: Engine, provider: ModelServer, anna: Asker
) -> None:
    broken = '{"where": [{"field": "bags", "op": "gt", "value": NaN}], "x": "\\u0000\\ud800"}'
    provider.then(Say(calls=[Call("find_lots", broken)]), Say("Gut\x00 gemacht."))
    reply = await asking.ask(talking, Request(text="Welche Lose haben wir?"), anna)
    assert [c["status"] for c in reply.tool_calls] == ["failed"]
    assert "gemacht" in reply.text


# --- messages --------------------------------------------------------------------------------------


async def test_a_very_long_message_is_refused_and_stored_short(
    engine: Engine, owner: Owner, anna: Asker
) -> None:
    before = owner.snapshot()
    words = "Setz den Angebotspreis von PE-24-017 auf 9,10. " * 2_200
    reply = await asking.ask(engine, Request(text=words), anna)
    assert (reply.outcome, reply.language) == ("refused", "de")
    assert "zu lang" in reply.text
    assert effects(before, owner.snapshot()) == []
    async with engine.services.database.reading(Actor.system("test")) as session:
        kept = await session.scalar(select(Message.text).where(Message.role == "member"))
    assert len(kept or "") == MOST_CHARS


@pytest.mark.parametrize("words", ["", "   ", "\n\t\n", "\u200b"])
async def test_an_empty_message_is_asked_back(engine: Engine, anna: Asker, words: str) -> None:
    reply = await asking.ask(engine, Request(text=words), anna)
    assert reply.outcome == "asked"
    assert "wissen" in reply.text


async def test_the_message_after_a_bad_one_is_answered(engine: Engine, anna: Asker) -> None:
    await asking.ask(engine, Request(text="x" * 30_000, thread="t"), anna)
    reply = await asking.ask(engine, Request(text="Wie viele Lose haben wir?", thread="t"), anna)
    assert reply.outcome == "answered"
    async with engine.services.database.reading(Actor.system("test")) as session:
        open_ones = select(func.count()).select_from(Inbox).where(Inbox.done_at.is_(None))
        assert await session.scalar(open_ones) == 0


# --- approvals and batches -------------------------------------------------------------------------


@pytest.mark.parametrize("number", [0, -1, 4_711, 2**31, 2**63, 10**30])
@pytest.mark.parametrize("verdict", ["approved", "rejected"])
async def test_an_unknown_approval_is_said(
    engine: Engine, owner: Owner, anna: Asker, number: int, verdict: str
) -> None:
    before = owner.snapshot()
    reply = await asking.decide(engine, anna, number, verdict)
    assert (reply.outcome, "gibt es hier nicht" in reply.text) == ("failed", True)
    assert effects(before, owner.snapshot()) == []


async def test_somebody_elses_approval_is_unknown_to_a_viewer(
    engine: Engine, anna: Asker, sam: Asker
) -> None:
    asked = await asking.order(engine, anna, "-", "change_lot", LOT | {"asking_price": 9})
    reply = await asking.decide(engine, sam, asked.cards[0].id, "approved")
    assert (reply.outcome, "There is no approval" in reply.text) == ("failed", True)


@pytest.mark.parametrize(
    "line",
    [
        "{",
        "[]",
        '"text"',
        '{"text": 5}',
        '{"id": "a"}',
        '{"text": "x", "say": "y"}',
        "\x00",
        "null",
    ],
)
def test_an_invalid_batch_line_is_named(tmp_path: Path, line: str) -> None:
    path = tmp_path / "requests.jsonl"
    path.write_text('{"id": "1", "text": "Hallo"}\n\n' + line + "\n", "utf8")
    with pytest.raises(BatchError, match=r"requests\.jsonl line 3"):
        read_batch(path)


def test_a_batch_file_that_is_no_text_is_named(tmp_path: Path) -> None:
    path = tmp_path / "requests.jsonl"
    path.write_bytes(b'{"text": "caf\xe9"}\n')
    with pytest.raises(BatchError, match=r"requests\.jsonl"):
        read_batch(path)


async def test_failed_calls_are_on_record(engine: Engine, anna: Asker) -> None:
    await asking.order(engine, anna, "-", "change_lot", LOT | {"bags": -1})
    async with engine.services.database.reading(Actor.system("test")) as session:
        statuses = list(await session.scalars(select(ToolResult.status)))
        bags = await session.scalar(select(Lot.bags).where(Lot.code == "PE-24-017"))
        coops = await session.scalar(select(func.count()).select_from(Cooperative))
        await session.execute(text("SELECT 1"))
    assert (statuses, bags, coops) == (["failed"], 120, 14)
