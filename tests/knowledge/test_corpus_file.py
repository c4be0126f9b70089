"""A file of the corpus is read whole, or refused with the place and the reason."""

from datetime import date

import pytest

from knowledge.corpus_file import Certainty, CorpusError, Kind, parse

FILE = """---
title: Kaffeesteuergesetz
act: Kaffeesteuergesetz (KaffeeStG)
number: null
jurisdiction: DE
language: de
kind: law
tier: 1
work_key: kaffeestg
version: "2022"
valid_from: 2023-02-13
valid_to: 2030-12-31
supersedes: "2010"
official_reference: BGBl. I 2022, 1838
status: to be confirmed by your customs lead
reviewed_by: null
recheck_every: each 01-15
read: 2026-11-23
---

## § 2 Abs. 1 · Steuersätze
context: Wie hoch ist die Kaffeesteuer
conf: H
source: KaffeeStG § 2 Abs. 1

Die Kaffeesteuer beträgt 2,19 EUR je kg Röstkaffee.

Mischungen werden anteilig besteuert.

## 1 · Änderungen
context: Wird die Kaffeesteuer abgeschafft
conf: M
source: "Suche: bis Mitte 2026"
read: 2026-11-28
confirm: Amtlicher Text, jeden Januar

Bis Mitte 2026 wurde keine Änderung gefunden.
"""


def changed(old: str, new: str) -> str:
    assert old in FILE
    return FILE.replace(old, new)


def test_a_file_is_read_whole() -> None:
    file = parse(FILE, "kaffeestg/2022.de.md")
    assert (file.key, file.language, file.kind, file.tier) == (
        "kaffeestg/2022.de",
        "de",
        Kind.LAW,
        1,
    )
    assert (file.valid_from, file.valid_to) == (date(2023, 2, 13), date(2030, 12, 31))
    assert file.until == date(2031, 1, 1)
    assert file.recheck_every.due(file.read) == date(2027, 1, 15)
    rate, changes = file.units
    assert (rate.locator, rate.title) == ("§ 2 Abs. 1", "Steuersätze")
    assert rate.body.startswith("Die Kaffeesteuer") and rate.body.endswith("anteilig besteuert.")
    assert (rate.conf, rate.read, rate.to_be_confirmed) == (
        Certainty.HIGH,
        date(2026, 11, 23),
        False,
    )
    assert (changes.conf, changes.read, changes.to_be_confirmed) == (
        Certainty.MEDIUM,
        date(2026, 11, 28),
        True,
    )
    assert changes.source == "Suche: bis Mitte 2026"


def test_line_ends_do_not_matter() -> None:
    assert parse(FILE.replace("\n", "\r\n"), "x") == parse(FILE, "x")


@pytest.mark.parametrize(
    ("day", "holds"),
    [("2023-02-12", False), ("2023-02-13", True), ("2030-12-31", True), ("2031-01-01", False)],
)
def test_first_and_last_day_are_inside(day: str, *, holds: bool) -> None:
    assert parse(FILE, "x").holds(date.fromisoformat(day)) is holds


def test_an_unknown_start_or_end_excludes_nothing() -> None:
    text = changed("valid_from: 2023-02-13", "valid_from: null")
    file = parse(text.replace("valid_to: 2030-12-31", "valid_to: null"), "x")
    assert file.until is None
    assert file.holds(date(1900, 1, 1)) and file.holds(date(2900, 1, 1))


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("---\ntitle", "title", "front matter between two lines"),
        ("title: Kaffeesteuergesetz\n", "", "title: Field required"),
        ("tier: 1", "tier: 5", "tier"),
        ("language: de", "language: fr", "language"),
        ("kind: law", "kind: gossip", "kind"),
        ("work_key: kaffeestg", "work_key: Kaffee StG", "work_key"),
        ("tier: 1", "tier: 1\nmood: good", "mood: Extra inputs"),
        ("each 01-15", "now and then", "no rhythm"),
        ("valid_to: 2030-12-31", "valid_to: 2020-12-31", "lies before"),
        ("valid_from: 2023-02-13", "valid_from: February 2023", "valid_from"),
        ("reviewed_by: null", "reviewed_by: Anna", "until `reviewed_by` names a person"),
        ("status: to be confirmed by your customs lead", "status: confirmed", "names a person"),
        ("title: Kaffeesteuergesetz\n", "title: [Kaffee\n", "front matter"),
        ("conf: H", "conf: sure", "§ 2 Abs. 1: conf"),
        ("conf: H\n", "", "conf: Field required"),
        ("source: KaffeeStG § 2 Abs. 1\n", "", "source: Field required"),
        ("confirm: Amtlicher Text, jeden Januar\n", "", "needs `confirm`"),
        ("context: Wird die Kaffeesteuer abgeschafft\n", "", "context: Field required"),
        ("## 1 · Änderungen", "## § 2 Abs. 1 · Änderungen", "stand twice: § 2 Abs. 1"),
        ("## 1 · Änderungen", "## 1 Änderungen", "is no heading like"),
        ("## 1 · Änderungen", "### 1 · Änderungen", "is no heading like"),
        ("---\n\n## § 2", "---\n\nVorwort\n\n## § 2", "'Vorwort' stands outside"),
        ("Bis Mitte 2026 wurde keine Änderung gefunden.\n", "", "body"),
    ],
)
def test_what_breaks_the_convention_is_refused_with_its_place(
    old: str, new: str, reason: str
) -> None:
    with pytest.raises(CorpusError, match=reason) as refused:
        parse(changed(old, new), "kaffeestg/2022.de.md")
    assert str(refused.value).startswith("kaffeestg/2022.de.md")


def test_a_file_without_units_is_refused() -> None:
    with pytest.raises(CorpusError, match="needs at least one unit"):
        parse(FILE[: FILE.index("## §")], "x")


def test_a_reviewed_file_is_confirmed() -> None:
    text = changed("reviewed_by: null", "reviewed_by: Anna Weber")
    file = parse(
        text.replace("status: to be confirmed by your customs lead", "status: confirmed"), "x"
    )
    assert file.reviewed_by == "Anna Weber"
