"""The shipped corpus keeps its promises: whole, dated, certain or marked, the same in all languages."""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest

from db.enums import LOCALES
from knowledge.corpus_file import UNREVIEWED, Certainty, CorpusFile, Kind, Unit, shipped
from knowledge.refs import find, references
from tools.calc.reading.language import guess_language

CORPUS = Path(__file__).parents[2] / "knowledge" / "corpus"
FILES = {file.key: file for file in shipped()}
UNITS = [(file, unit) for file in FILES.values() for unit in file.units]
WORDS = 300  # about 450 tokens
SEVERAL_VERSIONS = {
    "eudr": ("2023-1115", "2024-3234", "2025-2650"),
    "eudr-document-codes": ("until-2025-12-25", "from-2025-12-26"),
    "kaffeestg": ("2010", "2022"),
    "eu-peru-agreement": ("provisional", "in-force"),
    "organic-certificates": ("until-2025-10-15", "from-2025-10-16"),
    "packaging": ("verpackg", "ppwr"),
}


def by_version() -> dict[tuple[str, str], list[CorpusFile]]:
    found: dict[tuple[str, str], list[CorpusFile]] = defaultdict(list)
    for file in FILES.values():
        found[file.work_key, file.version].append(file)
    return found


def histories() -> Iterator[list[CorpusFile]]:
    """Every work in every language, oldest version first."""
    found: dict[tuple[str, str], list[CorpusFile]] = defaultdict(list)
    for file in FILES.values():
        found[file.work_key, file.language].append(file)
    for files in found.values():
        yield sorted(files, key=lambda file: file.valid_from or date.min)


def test_nothing_is_lost_or_double() -> None:
    assert len(FILES) == len(list(CORPUS.glob("*/*.md"))) >= 130
    names = Counter((file.key, unit.locator) for file, unit in UNITS)
    assert len(UNITS) >= 500 and max(names.values()) == 1


def test_every_version_of_every_source_is_there_in_three_languages() -> None:
    for name, files in by_version().items():
        assert {file.language for file in files} == set(LOCALES), name


def test_versions_of_a_work_never_overlap_and_name_the_one_before() -> None:
    for files in histories():
        assert files[0].supersedes is None
        for before, after in pairwise(files):
            assert after.supersedes == before.version, after.key
            assert before.until == after.valid_from, (before.key, after.key)


def test_works_with_a_history_keep_it() -> None:
    found = {files[0].work_key: tuple(f.version for f in files) for files in histories()}
    assert {
        work: versions for work, versions in found.items() if len(versions) > 1
    } == SEVERAL_VERSIONS


def said_alike(file: CorpusFile) -> tuple[object, ...]:
    """What a version says whatever its language."""
    units = [(u.locator, u.conf, u.source, u.read, u.confirm is None) for u in file.units]
    days = (file.valid_from, file.valid_to, file.supersedes, file.recheck_every, file.read)
    return (units, days, file.kind, file.tier, file.number, file.jurisdiction, file.reviewed_by)


def test_all_languages_of_a_version_say_the_same_of_it() -> None:
    for files in by_version().values():
        assert all(said_alike(file) == said_alike(files[0]) for file in files), files[0].key


def figures(text: str) -> set[str]:
    """The numbers of a text however a language writes them: 2,19 and 2.19, 6.000 and 6,000."""
    rest = text
    for one in reversed(find(text)):
        rest = rest[: one.start] + " " * (one.end - one.start) + rest[one.end :]
    return {re.sub(r"\D", "", number) for number in re.findall(r"\d+(?:[.,]\d+)*", rest)}


def test_all_languages_give_the_same_figures_days_and_codes() -> None:
    for files in by_version().values():
        for same in zip(*(file.units for file in files), strict=True):
            assert len({frozenset(figures(unit.body)) for unit in same}) == 1, (
                files[0].key,
                same[0].locator,
            )
            assert len({references(unit.body) for unit in same}) == 1, (
                files[0].key,
                same[0].locator,
            )


@pytest.mark.parametrize("key", sorted(FILES))
def test_a_file_is_written_in_its_language(key: str) -> None:
    text = " ".join(unit.body for unit in FILES[key].units)
    assert guess_language(text)[0] == FILES[key].language
    whole = " ".join((text, *(f"{u.title} {u.context} {u.confirm}" for u in FILES[key].units)))
    assert unicodedata.is_normalized("NFC", whole) and "\ufffd" not in whole
    assert not re.search(
        r"\b(?:fuer|ueber|pruefen|gueltig|anos|informacion|declaracion)\b", whole, re.IGNORECASE
    )


def test_every_unit_is_short_and_says_how_certain_it_is_and_from_where() -> None:
    for file, unit in UNITS:
        where = f"{file.key} {unit.locator}"
        assert 5 <= len(unit.body.split()) <= WORDS, where
        assert len(unit.context.split()) >= 2 and unit.source, where
        assert unit.conf is Certainty.HIGH or unit.confirm, where


def test_what_was_only_remembered_is_never_certain() -> None:
    doubtful = re.compile(
        r"from memory|nothing read|not recorded|without a kept address|not read\b|not verified",
        re.IGNORECASE,
    )
    assert not [
        f"{f.key} {u.locator}"
        for f, u in UNITS
        if doubtful.search(u.source) and not u.to_be_confirmed
    ]


def test_a_draft_binds_nobody_and_no_law_rests_on_one() -> None:
    for file in FILES.values():
        assert (file.tier == 1) <= (file.kind is Kind.LAW), file.key
        assert file.kind is not Kind.DRAFT or all(u.to_be_confirmed for u in file.units), file.key


def test_nobody_has_reviewed_what_is_shipped() -> None:
    assert {(file.status, file.reviewed_by) for file in FILES.values()} == {(UNREVIEWED, None)}


def test_every_source_comes_up_again() -> None:
    assert all(file.recheck_every.due(file.read) > file.read for file in FILES.values())
    weekly = [f.key for f in FILES.values() if (f.recheck_every.due(f.read) - f.read).days == 7]
    assert {"eudr/2025-2650.de", "eudr-benchmarking/2025-1093.es"} <= set(weekly)


CODES = {
    r"\b0901(?: \d\d){1,2}\b": lambda s: f"cn:{s.replace(' ', '')}",
    r"\b2101(?: \d\d){1,2}\b": lambda s: f"cn:{s.replace(' ', '')}",
    r"\b[CNY]\d{3}\b": lambda s: f"doc:{s.lower()}",
    r"\b20(?:1[5-9]|2\d)/\d{2,4}\b": lambda s: f"reg:{s}",
    r"\b\d{3}/20(?:0\d|1[0-4])\b": lambda s: f"reg:{s}",
    r"§ \d+": lambda s: f"par:{s[2:]}",
    r"\bArt\. \d+": lambda s: f"art:{s[5:]}",
}


def without_seasons(text: str) -> str:
    return text.replace("2025/26", "").replace("2018/2019/2021", "")


def test_every_code_in_the_text_is_found_as_a_reference() -> None:
    for file, unit in UNITS:
        text = without_seasons(f"{unit.locator} · {unit.title}\n{unit.body}")
        refs = references(text)
        for pattern, normal in CODES.items():
            missing = [s for s in re.findall(pattern, text) if normal(s) not in refs]
            assert not missing, (file.key, unit.locator, missing)


# what holds on a day: work, day, locator → the version, and what it says in German
ON_THE_DAY = [
    ("eudr", "2024-06-01", "1.1", "2023-1115", "30. Dezember 2024"),
    ("eudr", "2025-06-01", "1.1", "2024-3234", "30. Dezember 2025"),
    ("eudr", "2025-12-25", "1.1", "2024-3234", "30. Juni 2026"),
    ("eudr", "2025-12-26", "1.1", "2025-2650", "30. Dezember 2026"),
    ("eudr", "2026-11-28", "1.1", "2025-2650", "30. Juni 2027"),
    ("kaffeestg", "2022-12-31", "§ 3", "2010", "§§ 13 bis 19"),
    ("kaffeestg", "2023-02-13", "§ 3", "2022", "§§ 15 bis 19"),
    ("kaffeestg", "2026-11-28", "§ 2 Abs. 1", "2022", "2,19 EUR je kg Röstkaffee und 4,78 EUR"),
    ("eu-peru-agreement", "2020-01-01", "1", "provisional", "vorläufig angewandt"),
    ("eu-peru-agreement", "2024-11-01", "1", "in-force", "vollständig in Kraft"),
    ("organic-certificates", "2025-10-15", "1", "until-2025-10-15", "bis zum 15. Oktober 2025"),
    ("organic-certificates", "2025-10-16", "1", "from-2025-10-16", "sperrt TRACES"),
    ("packaging", "2026-08-11", "1", "verpackg", "VerpackG"),
    ("packaging", "2026-08-12", "1", "ppwr", "2025/40"),
    ("ustg-deferral", "2026-11-28", "§ 21 Abs. 3a", "from-2020-12", "am 26. des zweiten"),
    ("tariff-coffee", "2026-11-28", "0901 11 00", "cn-2026", "0 %"),
    ("tariff-coffee", "2026-11-28", "0901 12 00", "cn-2026", "8,3 %"),
    ("ucc", "2026-11-28", "Art. 149", "current", "90 Tage"),
]


@pytest.mark.parametrize(("work", "day", "locator", "version", "says"), ON_THE_DAY)
def test_on_a_day_one_version_holds(
    work: str, day: str, locator: str, version: str, says: str
) -> None:
    held = [
        f
        for f in FILES.values()
        if f.work_key == work and f.language == "de" and f.holds(date.fromisoformat(day))
    ]
    assert [f.version for f in held] == [version]
    assert says in unit_of(held[0], locator).body


def unit_of(file: CorpusFile, locator: str) -> Unit:
    return next(unit for unit in file.units if unit.locator == locator)


UNSURE = [
    ("tariff-coffee/cn-2026.de", "0901 22 00", "M"),
    ("tariff-coffee/cn-2026.de", "1", "M"),
    ("eudr/2025-2650.de", "2.2", "M"),
    ("eudr/2025-2650.de", "4.2", "L"),
    ("eudr-document-codes/from-2025-12-26.de", "C717", "L"),
    ("eu-peru-origin/annex-2.de", "Art. 22", "M"),
    ("ustg-deferral/from-2020-12.de", "1", "L"),
    ("plant-health/2026.de", "1", "open"),
    ("lksg/2024.de", "2", "open"),
    ("packaging/ppwr.de", "2", "open"),
    ("contaminants-2023-915/current.de", "4", "L"),
]


@pytest.mark.parametrize(("key", "locator", "conf"), UNSURE)
def test_what_is_not_certain_is_marked_on_its_unit(key: str, locator: str, conf: str) -> None:
    unit = unit_of(FILES[key], locator)
    assert unit.conf.value == conf and unit.confirm
