"""The queue that carries work to workers (procrastinate). It is transport, never the truth.

What is to be done stands in the inbox, who may do it in the lease; a job only says "look there".
Its known holes do not matter here: no job holds a lock, a lost or doubled one is a look more or
less, and the reconciler finds what no job pointed at.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable

import psycopg
import structlog
from procrastinate import App, PsycopgConnector
from procrastinate.exceptions import ProcrastinateException

from db.address import Address

QUEUE = "turns"
_POLL_SECONDS = 1.0
_AGAIN_SECONDS = 1.0
_ENDED = (ProcrastinateException, psycopg.Error, OSError)
_log = structlog.get_logger()


def make_app(app_url: str, work: Callable[[int], Awaitable[None]]) -> App:
    """Return the queue of a database, with the one task it knows.

    Args:
        app_url: address with the application role.
        work: works a conversation, given its number.
    """
    connector = PsycopgConnector(
        conninfo=Address(app_url).libpq, kwargs={"options": "-c search_path=queue,pg_catalog"}
    )
    app = App(connector=connector)

    @app.task(name="work", queue=QUEUE)
    async def look(conversation: int) -> None:
        await work(conversation)

    return app


async def run(app: App, concurrency: int, stopping: asyncio.Event) -> None:
    """Work jobs until `stopping`; a worker that ends for any other reason is started again.

    procrastinate's worker ends, or goes deaf, when the database restarts (its issue 1597).
    """
    while not stopping.is_set():
        async with app.open_async():
            worker = asyncio.create_task(
                app.run_worker_async(
                    queues=[QUEUE],
                    concurrency=concurrency,
                    fetch_job_polling_interval=_POLL_SECONDS,
                    delete_jobs="always",
                    install_signal_handlers=False,
                    shutdown_graceful_timeout=20,
                )
            )
            ending = asyncio.create_task(stopping.wait())
            await asyncio.wait({worker, ending}, return_when=asyncio.FIRST_COMPLETED)
            if stopping.is_set():
                worker.cancel()
            ending.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                try:
                    await worker
                except _ENDED as error:  # it is begun again
                    _log.warning("queue worker ended", error=str(error))
        if not stopping.is_set():
            await asyncio.sleep(_AGAIN_SECONDS)
