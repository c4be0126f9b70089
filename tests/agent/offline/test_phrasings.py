"""What members say, and what the planner makes of it: requests of our own, apart from the test set.

`phrasings.jsonl` holds one request a line: the calls it must give, or that it must be asked back.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from agent.models.offline.planner import OfflinePlanner
from agent.models.port import ModelRequest
from tests.agent.offline.understanding import TODAY, known, understood, vocabulary
from tools.references import KnownName

Json = dict[str, Any]
_HERE = Path(__file__).parent
_PHRASINGS = [json.loads(x) for x in (_HERE / "phrasings.jsonl").read_text("utf8").splitlines()]
_EXCHANGES: dict[str, list[Json]] = json.loads((_HERE / "exchanges.json").read_text("utf8"))


@pytest.mark.parametrize("said", _PHRASINGS, ids=lambda p: f"{p['lang']}-{p['text']}")
def test_request_is_understood(said: Json) -> None:
    calls, text = understood(said["text"], said["lang"], _EXCHANGES.get(said.get("after", "")))

    assert [[c.tool, c.arguments] for c in calls] == said.get("calls", [])
    if "asks" in said:
        assert "?" in text
    if "says" in said:
        assert text.startswith(said["says"])


@pytest.mark.parametrize(
    ("text", "locale"),
    [
        ("Setz den Preis von PE-26-003 nicht auf 9,10 €/kg", "de"),
        ("don't change PE-26-003 to 9.10 EUR/kg", "en"),
        ("no cambies el precio del PE-26-003 a 9,10 €/kg", "es"),
        ("Erhöh den Preis von PE-26-001 um 0,20 €", "de"),
        ("raise the price of PE-26-001 by 5%", "en"),
        ("sube el precio del PE-26-001 en 0,20", "es"),
        ("Setz den Preis von PE-26-003 auf 9.100 EUR/kg", "de"),
        ("set follow-up with Vits to 3/4", "en"),
        ("pasa el seguimiento de Vits a fin de mes", "es"),
        ("CENFROCAFE ist jetzt auch Rainforest-zertifiziert", "de"),
        ("Lösche alle Lots aus Cajamarca", "de"),
        ("delete all lots", "en"),
        ("Setz PE-26-003 oder PE-26-004 auf 9 €/kg", "de"),
        ("If Vits agrees set it to customer", "en"),
        ("Schreib eine Mail an Vits über die neuen Lots", "de"),
        ("draft an e-mail to Vits", "en"),
        ("tarifa anual de la certificadora para 300 socios?", "es"),
        ("Which lots have an EUDR statement?", "en"),
    ],
)
def test_doubtful_write_is_never_guessed(text: str, locale: Any) -> None:
    calls, answer = understood(text, locale)

    assert not [c for c in calls if vocabulary().tools[c.tool].effect != "read"]
    assert answer


def test_miss_offers_three_requests_that_run() -> None:
    calls, text = understood("frobnicate the wobble", "en")

    assert not calls
    offers = [line[2:] for line in text.splitlines() if line.startswith("• ")]
    assert len(offers) == 3
    assert all(understood(offer, "en")[0] for offer in offers)


def test_greeting_and_thanks_call_nothing() -> None:
    assert understood("hallo", "de")[0] == []
    assert understood("gracias", "es") == ([], "De nada.")


async def test_reply_proposes_calls_and_then_says_the_result() -> None:
    async def names() -> tuple[KnownName, ...]:
        return known()

    heard: list[str] = []

    async def hear(piece: str) -> None:
        heard.append(piece)

    planner = OfflinePlanner(vocabulary(), names)
    messages: list[Json] = [{"role": "user", "content": "Lots aus Puno"}]
    first = await planner.reply(ModelRequest("", messages, [], "de", TODAY), hear)
    assert [c.name for c in first.calls] == ["find_lots"]
    function = {"name": "find_lots", "arguments": "{}"}
    messages += [
        {"role": "assistant", "content": None, "tool_calls": [{"id": "1", "function": function}]},
        {"role": "tool", "tool_call_id": "1", "content": '{"said": "1 Los.", "total": 1}'},
    ]
    second = await planner.reply(ModelRequest("", messages, [], "de", TODAY), hear)

    assert second.calls == []
    assert (second.text, second.read, heard) == ("1 Los.", ("1 Los.",), [])
