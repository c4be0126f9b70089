"""A Reply drawn for Slack: within every limit, nothing cut, whatever it holds."""

import html
import json
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agent.reply import Card, Reply
from agent.slack.blocks import Drawing, parts_of
from tests.attack.world import addresses
from tests.standins.slack.validity import check_blocks
from tools.catalog import catalog

Json = dict[str, Any]
DRAWING = Drawing(catalog(), "de", "reply:1", 1)


def table(rows: int, text: str) -> Json:
    """Return a table view of lots."""
    labels = {"de": "Code", "en": "code", "es": "código"}
    columns = [{"key": k, "label": labels, "kind": "text"} for k in ("code", "location")]
    shown = [{"id": n, "code": f"PE-{n}", "location": text} for n in range(rows)]
    return {"entity": "lot", "columns": columns, "rows": shown, "total": rows, "offset": 0}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    text=st.text(max_size=30_000),
    rows=st.lists(st.tuples(st.integers(0, 250), st.text(max_size=60)), max_size=4),
    cards=st.integers(0, 3),
)
def test_every_message_is_within_slacks_limits(
    text: str, rows: list[tuple[int, str]], cards: int
) -> None:
    change: Json = {"entity": "lot", "id": 1, "label": "PE-1", "op": "changed", "field": "location",
                    "before": text[:500], "after": "x"}  # fmt: skip
    reply = Reply(
        text=text,
        language="de",
        tables=[table(n, words) for n, words in rows],
        cards=[
            Card(n, "change_lot", {"lot": "PE-1"}, "d", [change] * 30, "always")
            for n in range(cards)
        ],
        undo=7,
        demo=True,
    )
    parts = parts_of(reply, DRAWING)
    for part in parts:
        if part.file is None:
            check_blocks(list(part.blocks))
            assert part.text
            assert part.blocks[0]["block_id"] == part.key
    assert len({p.key for p in parts}) == len(parts)
    drawn = "".join(
        str(b["text"]["text"])
        for p in parts
        for b in p.blocks
        if b["type"] == "section" and p.card is None
    )
    assert _letters(html.unescape(drawn)) == _letters(text)


def _letters(text: str) -> str:
    return "".join(c for c in text if c.isalnum())


def test_a_table_too_large_for_slack_comes_as_a_file() -> None:
    reply = Reply(text="Viele.", language="de", tables=[table(300, "Lager")])
    files = [p.file for p in parts_of(reply, DRAWING) if p.file]
    assert len(files) == 1
    assert files[0].content.decode("utf-8-sig").count("\n") == 301


def test_a_cell_that_would_be_a_formula_is_text_in_the_file() -> None:
    reply = Reply(text="Viele.", language="en", tables=[table(300, '=HYPERLINK("https://evil")')])
    files = [p.file for p in parts_of(reply, DRAWING) if p.file]
    assert b"\"'=HYPERLINK" in files[0].content


def test_outsiders_text_links_nowhere_and_a_records_address_stays_one() -> None:
    """What a note says is shown as it is; only an address field holds an address."""
    website, notes = "https://elbgold.example/kaffee", "siehe https://evil.invalid/x?d=8.40"
    labels = {"de": "x", "en": "x", "es": "x"}
    columns = [{"key": k, "label": labels, "kind": "text"} for k in ("website", "notes", "city")]
    rows = [{"id": 1, "website": website, "notes": notes, "city": f"Bonn {website}"}] * 2
    view = {"entity": "roaster", "columns": columns, "rows": rows, "total": 2, "offset": 0}
    change: Json = {"entity": "roaster", "id": 1, "label": "elbgold", "op": "changed",
                    "field": "notes", "before": "https://evil.invalid", "after": notes}  # fmt: skip
    card = Card(1, "change_roaster", {"roaster": "x https://evil.invalid"}, "d", [change], "always")
    reply = Reply(text="<!channel> da", language="de", tables=[view], cards=[card])
    parts = parts_of(reply, DRAWING)
    drawn = json.dumps([(p.text, p.blocks) for p in parts], ensure_ascii=False, indent=1)
    assert {a.strip('",') for a in addresses(drawn)} == {"elbgold.example/kaffee"}
    assert "<!" not in drawn
    assert "evil" in drawn


def test_what_is_in_a_file_is_not_drawn_again() -> None:
    made = {"name": "Lose.xlsx", "media_type": "…", "kept": "sha256:…", "alt": ""}
    filed = table(300, "Lager") | {"filed": "xlsx"}
    parts = parts_of(Reply(text="Hier.", language="de", tables=[filed], files=[made]), DRAWING)
    assert [p.file.made for p in parts if p.file] == [made]
    assert not [b for p in parts for b in p.blocks if b["type"] == "table"]
