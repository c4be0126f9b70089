"""The conversation in the terminal: read a line, work the turn, show it, ask for approvals."""

import asyncio
import contextlib
import signal
import sys
import uuid
from collections.abc import Awaitable, Callable, Generator, Mapping
from dataclasses import dataclass, field

from rich.console import Console
from rich.status import Status
from rich.text import Text

from agent.decisions import card_of_row
from agent.messages import say
from agent.reply import Card, Reply
from agent.saving import saved
from agent.terminal import render
from agent.terminal.dropped import MOST_BYTES, TooLargeError, with_files
from agent.terminal.greeting import greeting
from agent.terminal.words import TERMINAL
from agent.turn import Step
from agent.turns import Engine
from db.queries import approvals
from db.queries.turns import Heard
from db.session import Actor, DatabaseUnavailable
from tools.context import Asker
from tools.errors import ToolError

FRONT = "terminal"
_TYPING_SECONDS = 0.4


class ConsoleSink:
    """Shows a turn as it runs: a spinner for the step, sentences as they pass the check."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self.spinner: Status | None = None
        self.spoken = False

    async def status(self, text: str) -> None:
        """Show what is being done."""
        if self.spinner is None:
            self.spinner = self.console.status(text, spinner="dots")
            self.spinner.start()
        else:
            self.spinner.update(text)

    async def step(self, step: Step) -> None:
        """Ignore: the spinner says what is being done."""

    async def sentence(self, text: str) -> None:
        """Print a checked piece of the answer."""
        self.end_spinner()
        self.spoken = True
        self.console.print(Text(text), end="", soft_wrap=True)

    def end_spinner(self) -> None:
        """Take the spinner away before anything is printed."""
        if self.spinner is not None:
            self.spinner.stop()
            self.spinner = None


@dataclass
class Chat:
    """One sitting at the terminal."""

    engine: Engine
    asker: Asker
    console: Console
    key: str = field(default_factory=lambda: uuid.uuid4().hex)
    stopping: bool = False

    async def run(self) -> None:
        """Greet, then answer line by line until the member leaves."""
        self.console.print(*await greeting(self.engine, self.asker), sep="\n")
        warming = asyncio.create_task(self._warm())
        while (line := await self._line("\n› ")) is not None:
            if line.strip() in {"/quit", "/exit", "/q"}:
                break
            with contextlib.suppress(EOFError):
                await self._handle(line.strip())
        await warming
        self.console.print(TERMINAL["bye"].format(self.asker.locale))

    async def _warm(self) -> None:
        """Load the graph's library while the member types, off the way to the prompt (law 14)."""
        await asyncio.sleep(_TYPING_SECONDS)
        await asyncio.to_thread(self.engine.services.graph)

    async def _line(self, prompt: str) -> str | None:
        """Read a line; Ctrl-C at the prompt clears it, Ctrl-D leaves."""
        with _on_ctrl_c(lambda: sys.stdout.write(prompt) and sys.stdout.flush()):
            try:
                return await asyncio.to_thread(input, prompt)
            except EOFError:
                return None

    async def _handle(self, line: str) -> None:
        if not line:
            return
        try:
            said = await asyncio.to_thread(with_files, line, self.engine.services.runner.files)
        except TooLargeError as large:
            self._say("too_large", name=large.name, most=MOST_BYTES // 2**20)
            return
        except ToolError as error:
            self.console.print(Text(error.for_member(self.asker.locale)))
            return
        if said != line or not line.startswith("/"):
            await self._turn("message", {"text": said})
            return
        command, _, rest = line.partition(" ")
        action = self._commands().get(command)
        if action is None:
            self._say("unknown_command", command=command)
            return
        await action(rest.strip())

    def _commands(self) -> dict[str, Callable[[str], Awaitable[None]]]:
        return {
            "/help": self._help,
            "/undo": lambda _: self._ask("undo_request"),
            "/history": lambda rest: self._ask("history_request", record=rest),
            "/open": self._open,
            "/approve": lambda rest: self._decide_numbered(rest, "approved"),
            "/reject": lambda rest: self._decide_numbered(rest, "rejected"),
        }

    def _say(self, key: str, **values: object) -> None:
        self.console.print(Text(TERMINAL[key].format(self.asker.locale, **values)))

    async def _ask(self, key: str, **values: object) -> None:
        await self._turn("message", {"text": TERMINAL[key].format(self.asker.locale, **values)})

    async def _help(self, _: str) -> None:
        self._say("help")
        await self._ask("help_request")

    async def _open(self, _: str) -> None:
        async with self.engine.services.database.reading(Actor.member(self.asker.id)) as session:
            found = await approvals.pending(session, self.engine.services.clock())
        if not found:
            self._say("no_open")
        for row in found:
            card = card_of_row(row)
            self.console.print(render.card(card, self.engine.services.catalog, self.asker.locale))
            await self._decide(card)

    async def _decide_numbered(self, rest: str, verdict: str) -> None:
        number, _, reason = rest.partition(" ")
        if not number.isdigit():
            self._say("help")
            return
        await self._turn(
            "decision", {"approval": int(number), "verdict": verdict, "reason": reason or None}
        )

    async def _turn(self, kind: str, payload: Mapping[str, object]) -> None:
        try:
            reply = await self._answered(kind, payload)
        except DatabaseUnavailable:
            self.console.print(Text(say("database_down", self.asker.locale), style="red"))
            return
        for card in reply.cards:
            if card.status == "pending":
                await self._decide(card)

    async def _answered(self, kind: str, payload: Mapping[str, object]) -> Reply:
        sink = ConsoleSink(self.console)
        self.stopping = False
        try:
            with _on_ctrl_c(lambda: self._stop(sink)):
                heard = Heard(FRONT, self.key, kind, dict(payload))
                reply = await self.engine.respond(
                    self.asker, heard, sink, stop=lambda: self.stopping
                )
        finally:
            sink.end_spinner()
        services = self.engine.services
        reply = saved(reply, services.runner.files, services.settings.reports_dir)
        if sink.spoken:
            self.console.print()
        self._show(reply, streamed=sink.spoken)
        return reply

    def _show(self, reply: Reply, *, streamed: bool) -> None:
        render.show(
            self.console,
            reply,
            self.engine.services.catalog,
            text=not streamed or bool(reply.cards),
        )
        if reply.demo:
            self.console.print(Text(say("demo", reply.language), style="dim"))

    def _stop(self, sink: ConsoleSink) -> None:
        """Ask the turn to stop; the program goes on."""
        self.stopping = True
        sink.end_spinner()
        self._say("stopping")

    async def _decide(self, card: Card) -> None:
        """Ask for a decision on exactly what was shown."""
        if not sys.stdin.isatty():
            return
        locale = self.asker.locale
        answer = (await self._line(TERMINAL["decide"].format(locale)) or "").strip().lower()
        if answer in TERMINAL["yes"].format(locale).split(","):
            await self._turn("decision", {"approval": card.id, "verdict": "approved"})
        elif answer in TERMINAL["no"].format(locale).split(","):
            reason = await self._line(TERMINAL["why_not"].format(locale))
            payload = {"approval": card.id, "verdict": "rejected", "reason": reason or None}
            await self._turn("decision", payload)
        else:
            self._say("later")


@contextlib.contextmanager
def _on_ctrl_c(act: Callable[[], object]) -> Generator[None]:
    """Do something at Ctrl-C instead of ending the program."""
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGINT, act)
    try:
        yield
    finally:
        loop.remove_signal_handler(signal.SIGINT)


async def run_chat(engine: Engine, asker: Asker) -> None:
    """Talk with a member in the terminal until they leave."""
    await Chat(engine, asker, Console()).run()
