"""The command line. A command is a thin edge: read options, open the place, print the answer."""

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer

from agent import settings as configuration
from db.session import DatabaseUnavailable
from db.startup import DatabaseRefused

T = TypeVar("T")
app = typer.Typer(
    name="coffeestudio",
    help="The colleague a green-coffee importing team talks to.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
db_app = typer.Typer(no_args_is_help=True, help="The embedded database.")
knowledge_app = typer.Typer(no_args_is_help=True, help="The knowledge base.")
audit_app = typer.Typer(no_args_is_help=True, help="The audit log.")
app.add_typer(db_app, name="db")
app.add_typer(audit_app, name="audit")
app.add_typer(knowledge_app, name="knowledge")

As = Annotated[str | None, typer.Option("--as", help="E-mail of the member who asks.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]
Today = Annotated[str | None, typer.Option(help="Pretend it is this day (YYYY-MM-DD).")]


def main() -> None:
    """Run a command; an expected failure is one sentence on stderr and exit code 1."""
    from agent.asking import BatchError
    from agent.slack import NotConfiguredError
    from db.backup import BackupError
    from db.queries.members import NoSuchMemberError
    from tools.errors import ToolError

    try:
        app()
    except (
        DatabaseRefused,
        DatabaseUnavailable,
        NoSuchMemberError,
        BatchError,
        BackupError,
        NotConfiguredError,
    ) as error:
        _fail(str(error))
    except ToolError as error:
        _fail(str(error))
    except FileNotFoundError as error:
        _fail(f"there is no file {error.filename}")


def _fail(message: str) -> None:
    sys.stderr.write(f"coffeestudio: {message}\n")
    sys.exit(1)


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(
            f"{text!r} is not a day like 2026-11-24", param_hint="--today"
        ) from error


@contextmanager
def _progress() -> Generator[Callable[[str], None]]:
    """Show each step of the set-up on stderr, so that stdout stays the answer's alone."""
    from rich.console import Console

    console = Console(stderr=True)
    with console.status("…") as status:

        def step(what: str) -> None:
            status.update(what)
            if console.is_terminal:
                console.print(f"[dim]· {what}[/dim]")

        yield step


def _with_engine(
    work: Callable[[Any], Awaitable[T]], today: str | None = None, *, shown: bool = False
) -> T:
    """Open the configured place and run something with its turn engine."""
    from agent import wiring

    found = configuration.load()
    day = _day(today)
    configuration.set_up_logging(found)
    if shown:
        with _progress() as step:
            place = wiring.find_place(found, step)
    else:
        place = wiring.find_place(found)

    async def whole() -> T:
        async with wiring.opened(found, place, day) as engine:
            return await work(engine)

    return asyncio.run(whole())


@app.command()
def chat(as_: As = None, today: Today = None) -> None:
    """Talk with your colleague in the terminal."""
    from agent.terminal.app import run_chat
    from agent.wiring import who

    async def talk(engine: Any) -> None:
        await run_chat(engine, await who(engine.services.database, as_))

    _with_engine(talk, today, shown=True)


@app.command()
def ask(
    text: Annotated[str | None, typer.Argument(help="The request.")] = None,
    as_: As = None,
    today: Today = None,
    as_json: AsJson = False,
    batch: Annotated[Path | None, typer.Option(help="JSON lines: id, text, as?, thread?")] = None,
) -> None:
    """Ask one thing, or many from a file."""
    from agent import asking
    from agent.wiring import who

    if (text is None) == (batch is None):
        raise typer.BadParameter("give a request or --batch FILE", param_hint="TEXT")

    async def one(engine: Any) -> None:
        request = asking.Request.model_validate({"text": text or ""})
        reply = await asking.ask(engine, request, await who(engine.services.database, as_))
        _print(engine, request.id, reply, as_json=as_json)

    async def many(engine: Any) -> None:
        requests = asking.read_batch(batch or Path())
        async for request, reply in asking.ask_all(engine, requests, as_):
            _print(engine, request.id, reply, as_json=as_json)

    _with_engine(one if batch is None else many, today)


def _print(engine: Any, request_id: str, reply: Any, *, as_json: bool) -> None:
    if as_json:
        from agent.asking import as_line

        sys.stdout.write(as_line(request_id, reply) + "\n")
        sys.stdout.flush()
        return
    from rich.console import Console

    from agent.messages import say
    from agent.terminal.render import show

    console = Console()
    show(console, reply, engine.services.catalog)
    if reply.demo:
        console.print(say("demo", reply.language), style="dim")


@app.command()
def slack(
    http: Annotated[
        int | None, typer.Option(help="Serve signed HTTP on this port instead of Socket Mode.")
    ] = None,
) -> None:
    """Listen in Slack; a worker does the work (`coffeestudio worker`)."""
    from agent.slack.running import listen

    async def front(engine: Any) -> None:
        await listen(engine, engine.services.settings, http=http)

    _with_engine(front, shown=True)


@app.command()
def worker() -> None:
    """Work what came in from Slack, send answers, keep the schedule; start as many as you like."""
    from agent.slack.running import work

    async def run(engine: Any) -> None:
        await work(engine, engine.services.settings)

    _with_engine(run, shown=True)


def _decided(
    approval: int, verdict: str, reason: str | None, as_: str | None, *, as_json: bool
) -> None:
    from agent import asking
    from agent.wiring import who

    async def decide(engine: Any) -> None:
        asker = await who(engine.services.database, as_)
        reply = await asking.decide(engine, asker, approval, verdict, reason)
        _print(engine, f"approval-{approval}", reply, as_json=as_json)

    _with_engine(decide)


@app.command()
def approve(approval: int, as_: As = None, as_json: AsJson = False) -> None:
    """Approve a card: exactly what it shows is done, once."""
    _decided(approval, "approved", None, as_, as_json=as_json)


@app.command()
def reject(
    approval: int,
    reason: Annotated[str | None, typer.Option(help="Why not.")] = None,
    as_: As = None,
    as_json: AsJson = False,
) -> None:
    """Reject a card."""
    _decided(approval, "rejected", reason, as_, as_json=as_json)


@app.command()
def undo(change_set: int, as_: As = None, as_json: AsJson = False) -> None:
    """Take a change set back, when its records still stand as it left them."""
    from agent import asking
    from agent.wiring import who

    async def take_back(engine: Any) -> None:
        asker = await who(engine.services.database, as_)
        reply = await asking.undo(engine, asker, change_set)
        _print(engine, f"undo-{change_set}", reply, as_json=as_json)

    _with_engine(take_back)


@app.command()
def init(
    company: Annotated[str, typer.Option(prompt="Company")],
    name: Annotated[str, typer.Option(prompt="Your name")],
    email: Annotated[str, typer.Option(prompt="Your e-mail")],
    language: Annotated[str, typer.Option(prompt="Language (de, en, es)")] = "de",
) -> None:
    """Make the company's own, empty database and its first admin."""
    from agent.founding import found_company

    settings = configuration.load()
    with _progress() as step:
        place = asyncio.run(
            found_company(
                settings, company=company, name=name, email=email, language=language, on_step=step
            )
        )
    typer.echo(f"{company}: ready in database “{place.name}”. Start with: coffeestudio chat")


@app.command()
def doctor(as_json: AsJson = False) -> None:
    """Say what is configured, reachable and missing, and how to mend it."""
    from agent.doctor import examine

    findings = asyncio.run(examine(configuration.load()))
    for finding in findings:
        if as_json:
            sys.stdout.write(json.dumps(finding.as_json(), ensure_ascii=False) + "\n")
        else:
            typer.echo(finding.line())
    raise typer.Exit(code=1 if any(f.state == "broken" for f in findings) else 0)


@app.command("import")
def import_(  # noqa: PLR0913, PLR0917 - the command's own options
    kind: Annotated[str, typer.Argument(help="What a row is: lot, cooperative, roaster …")],
    file: Annotated[Path, typer.Argument(help="CSV or XLSX.", exists=True, dir_okay=False)],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would happen.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Approve without asking.")] = False,
    map_: Annotated[list[str] | None, typer.Option("--map", help="HEADER=FIELD")] = None,
    create_missing: Annotated[
        list[str] | None, typer.Option(help="Nouns to create when named.")
    ] = None,
    as_: As = None,
) -> None:
    """Bring the team's own table in: mapped, tried, shown, then loaded whole or not at all."""
    from agent.importing import ImportRequest, run_import
    from agent.wiring import who

    mapping = dict(_pair(m) for m in map_ or [])
    request = ImportRequest(kind, file, dry_run, mapping, tuple(create_missing or ()))

    async def bring_in(engine: Any) -> int:
        asker = await who(engine.services.database, as_)
        return await run_import(engine, asker, request, _confirm(yes), typer.echo)

    raise typer.Exit(code=_with_engine(bring_in, shown=True))


def _pair(text: str) -> tuple[str, str]:
    header, sign, field = text.rpartition("=")
    if not sign:
        raise typer.BadParameter(f"{text!r} is not HEADER=FIELD", param_hint="--map")
    return header, field


def _confirm(yes: bool) -> Callable[[str], bool]:
    return lambda question: yes or (sys.stdin.isatty() and typer.confirm(question))


@app.command()
def backup(
    target: Annotated[Path, typer.Argument(help="Folder for the archive.")] = Path("backups"),
) -> None:
    """Write one archive of the whole database, verified by restoring it."""
    from agent.keeping import back_up

    with _progress() as step:
        typer.echo(back_up(configuration.load(), target, step))


@app.command()
def restore(
    archive: Annotated[Path, typer.Argument(exists=True, dir_okay=False)],
    into: Annotated[str, typer.Option(help="Embedded database to fill.")] = "company",
) -> None:
    """Bring an archive back into an empty database; never over data."""
    from agent.keeping import bring_back

    with _progress() as step:
        typer.echo(bring_back(configuration.load(), archive, into, step))


@app.command()
def drill() -> None:
    """Back up, restore into a scratch database, compare, and say how long it took."""
    from agent.keeping import practise

    with _progress() as step:
        typer.echo(practise(configuration.load(), step))


@app.command()
def schema(as_json: AsJson = True) -> None:
    """Publish entities, fields and tools."""
    from tools.catalog import catalog

    sys.stdout.write(
        json.dumps(catalog().schema(), ensure_ascii=False, indent=None if as_json else 2) + "\n"
    )


@knowledge_app.command("add")
def knowledge_add(
    sources: Annotated[list[str], typer.Argument(help="Files, folders and web addresses.")],
    as_: As = None,
) -> None:
    """Take documents in as proposals: PDF, DOCX, HTML, Markdown, text, e-mail. Rerun to go on."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

    from agent.adding import run_add
    from agent.wiring import who

    bar = Progress(
        BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), console=Console(stderr=True)
    )
    task = bar.add_task("")

    async def bring_in(engine: Any) -> int:
        asker = await who(engine.services.database, as_)
        with bar:
            done = lambda n, of: bar.update(task, completed=n, total=of)  # noqa: E731 - one line
            return await run_add(engine, asker, sources, typer.echo, done)

    raise typer.Exit(code=_with_engine(bring_in, shown=True))


@db_app.command("stop")
def db_stop() -> None:
    """Stop the embedded server."""
    from db import embedded

    stopped = embedded.stop(configuration.load().data_dir)
    typer.echo("stopped" if stopped else "it was not running")


@db_app.command("migrate")
def db_migrate() -> None:
    """Bring the schema up to date, as the owner role."""
    from agent import wiring

    settings = configuration.load()
    with _progress() as step:
        place = wiring.find_place(settings, step)
        if place.owner_url is None:
            _fail("set COFFEESTUDIO_OWNER_DATABASE_URL: only the owner role may change the schema")
        wiring.migrate(place, step)
    typer.echo(f"database “{place.name}” is up to date")


@audit_app.command("show")
def audit_show(
    limit: Annotated[int, typer.Option(min=1, max=1000)] = 20,
    as_: As = None,
    as_json: AsJson = False,
) -> None:
    """List the newest entries of the audit log that you may see."""
    from agent.auditing import newest

    async def listed(engine: Any) -> None:
        async for line in newest(engine, as_, limit, as_json=as_json):
            typer.echo(line)

    _with_engine(listed)


@audit_app.command("verify")
def audit_verify() -> None:
    """Check the seals of the audit log."""
    from agent.auditing import problems

    found = _with_engine(problems)
    for problem in found:
        typer.echo(problem)
    if found:
        raise typer.Exit(code=1)
    typer.echo("the audit log is whole")


if __name__ == "__main__":
    main()
