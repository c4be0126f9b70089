"""The shipped corpus: loaded once, upgraded, and what people decided about it stands."""

import hashlib
from dataclasses import replace

import pytest

from knowledge.corpus_file import CorpusError
from knowledge.shipped import Shipped, ensure_corpus, shipped_files
from tests.db.places import Place

HEAD = """---
title: {title}
act: Gesetz {work}
number: null
jurisdiction: DE
language: de
kind: law
tier: 1
work_key: {work}
version: {version}
valid_from: {first}
valid_to: {last}
supersedes: null
official_reference: BGBl.
status: to be confirmed by your customs lead
reviewed_by: null
recheck_every: 90 days
read: 2026-11-23
---

## § 1 · Steuer
context: Wie hoch ist die Steuer auf Röstkaffee
conf: H
source: BGBl.

Die Steuer auf Röstkaffee beträgt {rate} EUR je kg.
"""


def a_file(version: str, first: str, last: str = "null", rate: str = "2,19") -> Shipped:
    values = {"work": "steuer", "title": "Steuer", "version": version, "rate": rate}
    data = HEAD.format(**values, first=first, last=last).encode()
    return Shipped(f"steuer/{version}.de", hashlib.sha256(data).hexdigest(), data)


OLD, NEW = a_file("z-2020", "2020-01-01", "2023-12-31"), a_file("z-2024", "2024-01-01")


@pytest.fixture
def place(empty_url: tuple[str, str]) -> Place:
    """A migrated database without a corpus."""
    return Place(*empty_url)


def load(place: Place, *files: Shipped) -> tuple[list[str], list[str], list[str]] | None:
    done = ensure_corpus(place.owner_url, lambda _: None, files)
    return (done.released, done.proposed, done.gone) if done else None


def live(place: Place) -> list[tuple[object, ...]]:
    return place.as_owner(
        "SELECT name, status, valid_to::text FROM document_version "
        "WHERE retired_at IS NULL ORDER BY name"
    )


def test_the_shipped_corpus_goes_in_whole_and_once(place: Place) -> None:
    told: list[str] = []
    done = ensure_corpus(place.owner_url, told.append)
    assert done is not None and len(done.released) == len(shipped_files()) and not done.proposed
    assert told == ["customs knowledge"]
    assert ensure_corpus(place.owner_url, told.append) is None and len(told) == 1
    passages = "SELECT count(*), bool_and(length > 0), max(tokens) <= 400 FROM passage"
    ((count, searchable, fitting),) = place.as_owner(passages)
    assert int(str(count)) > len(shipped_files()) and searchable and fitting
    query = "SELECT DISTINCT actor FROM audit_entry WHERE entity = 'document_version'"
    assert place.as_owner(query) == [("system:corpus",)]


def test_stems_are_counted_where_they_stand(place: Place) -> None:
    load(place, OLD)
    query = "SELECT a, b, c FROM passage_term WHERE lang = 'de' AND term = 'steu'"
    assert place.as_owner(query) == [(2, 1, 1)]
    assert place.as_owner("SELECT term FROM passage_term WHERE term IN ('›', '·')") == []
    assert place.as_owner("SELECT 'par:1' = ANY (refs) FROM passage") == [(True,)]


def test_an_upgrade_replaces_what_changed_and_drops_what_is_gone(place: Place) -> None:
    load(place, OLD, NEW)
    changed = a_file("z-2024", "2024-01-01", rate="2,39")
    assert load(place, changed) == (["steuer/z-2024.de"], [], ["steuer/z-2020.de"])
    assert live(place) == [("steuer/z-2024.de", "released", None)]
    assert load(place, changed) is None
    kept = "SELECT count(*) FROM passage"  # answers that cited the old text can still show it
    assert place.as_owner(kept) == [(3,)]


def test_what_people_withdrew_is_only_proposed_again(place: Place) -> None:
    load(place, NEW)
    place.as_owner("UPDATE document_version SET status = 'withdrawn'")
    assert load(place, NEW) is None
    assert load(place, a_file("z-2024", "2024-01-01", rate="2,39")) == (
        [],
        ["steuer/z-2024.de"],
        [],
    )


def test_what_people_released_ends_ours(place: Place) -> None:
    load(place, NEW)
    theirs(place, "2027-01-01")
    assert load(place, a_file("z-2024", "2024-01-01", rate="2,39")) == (
        ["steuer/z-2024.de"],
        [],
        [],
    )
    assert ("steuer/z-2024.de", "released", "2026-12-31") in live(place)


def test_ours_does_not_push_theirs_aside(place: Place) -> None:
    load(place, NEW)
    theirs(place, "2023-06-01", instead=True)
    assert load(place, a_file("z-2024", "2024-01-01", rate="2,39")) == (
        [],
        ["steuer/z-2024.de"],
        [],
    )


def test_what_people_reviewed_outlives_the_product(place: Place) -> None:
    load(place, OLD, NEW)
    place.as_owner(
        _PERSON,
        "UPDATE document_version SET reviewed_by_id = 1, reviewed_on = '2026-11-24' "
        "WHERE name = 'steuer/z-2020.de'",
    )
    assert load(place, NEW) is None
    assert len(live(place)) == 2


def test_two_files_for_one_day_are_refused_and_nothing_is_loaded(place: Place) -> None:
    with pytest.raises(CorpusError, match="same days"):
        load(place, replace(OLD), a_file("z-2022", "2022-01-01"))
    assert live(place) == []


_PERSON = """
    INSERT INTO member (id, email, name, role, active)
    VALUES (1, 'ada@kaffee.example', 'Ada', 'admin', true)
"""
_THEIRS = """
    INSERT INTO document_version (document_id, name, label, lang, title, sha256, media_type, origin,
        passages, read_on, valid_from, status, reviewed_by_id, reviewed_on)
    SELECT id, 'steuer/eigen.de', 'eigen', 'de', 'Eigen', 'x', 'text/plain', 'file',
        0, '2026-11-24', '{first}', 'released', 1, '2026-11-24' FROM document
"""


def theirs(place: Place, first: str, *, instead: bool = False) -> None:
    """Release a version of the team's own, as a person does."""
    closing = "status = 'withdrawn'" if instead else f"valid_to = date '{first}' - 1"
    place.as_owner(
        _PERSON,
        f"UPDATE document_version SET {closing}",  # noqa: S608 - a constant
        _THEIRS.format(first=first),
    )
