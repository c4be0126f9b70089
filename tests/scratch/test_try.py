from pathlib import Path

from agent import asking
from agent.asking import Request
from agent.turns import Engine
from agent.wiring import who

LINES = Path("/tmp/lines.txt").read_text().strip().split("\n")


async def test_try(engine: Engine):
    for line in LINES:
        if not line.strip():
            continue
        name, _, text = line.partition("|")
        asker = await who(engine.services.database, f"{name}@demo.invalid")
        import uuid

        r = await asking.ask(
            engine, Request(text=text, thread="t" + name + uuid.uuid4().hex), asker
        )
        print(
            "\n>>",
            text,
            "\n  ",
            r.outcome,
            [(c["tool"], c["args"], c["status"]) for c in r.tool_calls],
            "\n  ",
            r.text[:500].replace("\n", " / "),
        )
        for t in r.tables[:1]:
            for row in t["rows"][:4]:
                print("     ", row)
        if r.cards:
            print("   CARD", r.cards[0].reason)
