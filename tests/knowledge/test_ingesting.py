"""Documents taken in by the command, killed midway and run again: all of the good, none halved."""

from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from tests.bench.ingesting import MOST_RSS_MB, Place, ingest


def test_a_killed_run_is_run_again_and_nothing_is_lost_or_halved(
    demo_url: tuple[str, str], tmp_path: Path
) -> None:
    place = Place(*demo_url, tmp_path)
    # In a process of its own: what a child holds at most counts this one's memory when it forks.
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as alone:
        done = alone.submit(ingest, place, good=8, bad=12, kill_after=3).result()
    assert done.wrong == []
    assert done.before >= 3
    assert 0 < done.rss_mb < MOST_RSS_MB
