"""The glossary knows every concept in three languages and says when a word has two meanings."""

import unicodedata

import pytest

from db.enums import LOCALES, Locale
from knowledge.glossary_file import GlossaryError, compounds, read, read_compounds, shipped
from knowledge.refs import references

HEAD = "concept\tde\ten\tes\tnote\n"
FEW = HEAD + "sack\tSack|Säcke\tbag\tsaco\t\nfee\tPrämie\tpremium\tprima\tof insurance\n"
MORE = HEAD + "bonus\tPrämie|Bonus\tbonus\tbono\t\n"
NONE = "language\tterm\tconcepts\tnote\n"
LISTED = NONE + "de\tPrämie\tbonus|fee\t\n"


def test_terms_mean_concepts_however_they_are_written() -> None:
    glossary = read({"a.tsv": FEW}, NONE)
    assert [c.key for c in glossary.meaning("  SÄCKE ", "de")] == ["sack"]
    assert glossary.meaning("Säcke", "en") == ()
    assert glossary.concepts["fee"].note == "of insurance"


def test_an_ambiguous_term_means_both() -> None:
    glossary = read({"a.tsv": FEW, "b.tsv": MORE}, LISTED)
    assert [c.key for c in glossary.meaning("Prämie", "de")] == ["fee", "bonus"]


@pytest.mark.parametrize(
    ("tables", "ambiguous", "reason"),
    [
        ({"a.tsv": FEW, "b.tsv": MORE}, NONE, "'prämie' in 'de' means bonus, fee"),
        ({"a.tsv": FEW}, LISTED, "ambiguous.tsv says bonus, fee"),
        ({"a.tsv": FEW, "b.tsv": FEW}, NONE, "'sack' stands twice"),
        ({"a.tsv": HEAD + "sack\tSack\t\tsaco\t\n"}, NONE, "empty term"),
        ({"a.tsv": HEAD + "sack\tSack|sack\tbag\tsaco\t\n"}, NONE, "says a term twice"),
        ({"a.tsv": HEAD + "sack\tSack \tbag\tsaco\t\n"}, NONE, "stray spaces"),
        ({"a.tsv": HEAD + "sack\tSack\tbag\tsaco\n"}, NONE, "line 2: 5 columns"),
        ({"a.tsv": "concept\tde\ten\n"}, NONE, "first line must be"),
        ({"a.tsv": FEW}, NONE + "fr\tprime\tfee\t\n", "no language of ours"),
    ],
)
def test_a_contradiction_is_refused(tables: dict[str, str], ambiguous: str, reason: str) -> None:
    with pytest.raises(GlossaryError, match=reason):
        read(tables, ambiguous)


@pytest.mark.parametrize(
    ("row", "reason"),
    [("Kaffee\tKaffee", "no two parts"), ("Rohkaffee\tRoh Kaffee\nrohkaffee\tRoh Kaffee", "twice")],
)
def test_a_compound_has_parts_and_stands_once(row: str, reason: str) -> None:
    with pytest.raises(GlossaryError, match=reason):
        read_compounds(f"compound\tparts\n{row}\n")


def test_the_shipped_glossary_is_large_and_complete() -> None:
    glossary = shipped()
    assert len(glossary.concepts) >= 300
    assert all(
        concept.terms[locale] for concept in glossary.concepts.values() for locale in LOCALES
    )


def test_the_shipped_terms_are_clean() -> None:
    terms = [t for c in shipped().concepts.values() for said in c.terms.values() for t in said]
    assert all(unicodedata.is_normalized("NFC", term) for term in terms)
    assert not [t for t in terms if any(sign in t for sign in '"“”;\u00a0')]


@pytest.mark.parametrize(
    ("term", "language", "concept"),
    [
        ("Kaffeesteuer", "de", "coffee-tax"),
        ("EUSt", "de", "import-vat"),
        ("DDS", "es", "due-diligence-statement"),
        ("COI", "en", "certificate-of-inspection"),
        ("cafés", "es", "coffee"),
        ("Säcke", "de", "bag"),
        ("B/L", "es", "bill-of-lading"),
        ("IVA de importación", "es", "import-vat"),
        ("Standgeld", "de", "demurrage"),
        ("chacra", "es", "plot-of-land"),
        ("Phyto", "de", "phytosanitary-certificate"),
    ],
)
def test_what_people_say_is_known(term: str, language: Locale, concept: str) -> None:
    assert concept in [c.key for c in shipped().meaning(term, language)]


def test_the_registered_consignee_is_known_as_a_pitfall() -> None:
    (found,) = shipped().meaning("registrierter Empfänger", "de")
    assert found.pitfall and "does not exist for coffee" in str(found.note)


def test_compounds_of_the_trade_have_their_parts() -> None:
    parts = compounds()
    assert parts["kaffeesteuer"] == ("Kaffee", "Steuer")
    assert parts["einfuhrumsatzsteuer"] == ("Einfuhr", "Umsatz", "Steuer")
    assert parts["rückstandshöchstgehalt"] == ("Rückstand", "Höchst", "Gehalt")
    assert len(parts) >= 700


def test_no_part_of_a_compound_is_itself_one_left_whole() -> None:
    parts = compounds()
    assert not {p for said in parts.values() for p in said if p.casefold() in parts}


def test_no_term_is_a_reference_by_accident() -> None:
    """A word that reads as a code would pull every passage with that code into an answer."""
    known = {"law", "form", "std", "proc", "reg"}
    terms = [t for c in shipped().concepts.values() for said in c.terms.values() for t in said]
    assert {r.split(":")[0] for term in terms for r in references(term)} <= known
