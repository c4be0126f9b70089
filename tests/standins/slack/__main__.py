"""Run the stand-in until its process is ended; the first line says where it is."""

import argparse
import asyncio
import json
from pathlib import Path
from typing import Any

from tests.standins.slack.clock import FakeClock, RealClock
from tests.standins.slack.control import SlackProcess

_MANIFEST = Path(__file__).parents[3] / "agent" / "slack" / "manifest.json"


async def serve(manifest: dict[str, Any], port: int, *, fake_clock: bool) -> None:
    """Serve one workspace."""
    clock = FakeClock() if fake_clock else RealClock()
    async with SlackProcess(manifest, clock=clock, port=port) as server:
        names = ("base_url", "bot_token", "app_token", "signing_secret")
        print(json.dumps({name: getattr(server, name) for name in names}), flush=True)
        await asyncio.Event().wait()


def main() -> None:
    """Read the command line and serve."""
    parser = argparse.ArgumentParser(description="A Slack workspace on loopback.")
    parser.add_argument("--manifest", type=Path, default=_MANIFEST)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--fake-clock", action="store_true")
    given = parser.parse_args()
    manifest = json.loads(given.manifest.read_text("utf-8"))
    asyncio.run(serve(manifest, given.port, fake_clock=given.fake_clock))


if __name__ == "__main__":
    main()
