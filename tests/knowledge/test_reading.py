"""What readers make of documents, and that what cannot be read is refused with the reason."""

import pytest

from knowledge.reading.bounded import read_document
from knowledge.reading.document import read
from knowledge.reading.pieces import MOST_TOKENS, tokens
from knowledge.reading.unreadable import UnreadableError, Why
from tests.knowledge import documents
from tools.document_words import REASONS


@pytest.mark.parametrize(
    ("name", "content", "why"), documents.BAD, ids=[f"{b[0]}-{b[2]}" for b in documents.BAD]
)
async def test_a_bad_document_is_refused_with_its_reason(
    name: str, content: object, why: str
) -> None:
    with pytest.raises(UnreadableError) as refused:
        await read_document(name.format(n=1), content(1))  # type: ignore[operator]
    assert refused.value.why.value == why
    said = REASONS[refused.value.why]
    for locale in ("de", "en", "es"):
        assert "{" not in said.format(locale, name="x", **refused.value.values)


def test_every_reason_has_its_sentence() -> None:
    assert set(REASONS) == set(Why)


@pytest.mark.parametrize("bomb", [documents.nested_xml_bomb, documents.flate_bomb_pdf])
async def test_a_bomb_ends_its_own_process_only(bomb: object) -> None:
    name = "x.docx" if bomb is documents.nested_xml_bomb else "x.pdf"
    with pytest.raises(UnreadableError) as refused:
        await read_document(name, bomb(1))  # type: ignore[operator]
    assert refused.value.why in {Why.BOMB, Why.BROKEN, Why.SCANNED, Why.NO_TEXT, Why.TOO_SLOW}


@pytest.mark.parametrize("kind", documents.GOOD)
async def test_a_good_document_is_read_as_pure_code_reads_it(kind: str) -> None:
    data = documents.GOOD[kind](3)
    found = await read_document(f"gut.{kind}", data)
    assert found == read(f"gut.{kind}", data)
    assert found.pieces and all(0 < tokens(p.body) <= MOST_TOKENS for p in found.pieces)
    locators = [p.locator for p in found.pieces]
    assert len(locators) == len(set(locators))


def test_a_page_is_what_people_see_of_it() -> None:
    found = read("x.html", documents.page(4))
    text = "\n".join(p.body for p in found.pieces)
    assert (found.title, found.lang) == ("Guidance 4", "en")
    assert "Ignore" not in text and "Home" not in text and "Imprint" not in text
    assert [p.locator for p in found.pieces] == ["Art. 5", "Art. 5 #1"]
    assert found.pieces[1].body == "| Code | Rate |\n| 0901 11 00 | 4 % |"
    assert "cn:09011100" in found.pieces[1].refs


def test_a_pdf_keeps_articles_and_cells() -> None:
    found = read("x.pdf", documents.pdf(2))
    assert found.title == "Verordnung 2"
    assert [p.locator for p in found.pieces][:2] == ["Art. 1", "Art. 2"]
    table = found.pieces[-1]
    assert table.body.startswith("| Code | Satz |\n| 0901 10 | 10,5 % |")
    assert "(1) Satz 2 der Seite 1." in found.pieces[0].body


def test_a_mail_says_who_wrote_and_hands_over_what_came_with_it() -> None:
    found = read("x.eml", documents.mail(7))
    assert (found.title, found.lang) == ("Papeles del lote 7", "es")
    assert "From: Rosa <rosa@coop.example>" in found.pieces[0].body
    assert [a.name for a in found.attachments] == ["anexo-7.md"]
    assert read(found.attachments[0].name, found.attachments[0].data).title == "Merkblatt 10007"


def test_an_old_encoding_keeps_its_umlauts() -> None:
    assert any("Übergabe" in p.body for p in read("x.txt", documents.plain(1)).pieces)


def test_word_tables_and_sections() -> None:
    found = read("x.docx", documents.word(1))
    assert [p.locator for p in found.pieces] == ["§ 1", "§ 2 #1–4"]
    assert found.pieces[1].body.startswith("| Sorte | EUR/kg |\n| Sorte 0 | 1,20 |")


def test_a_long_article_is_cut_by_its_paragraphs_and_a_number_stays_with_its_unit() -> None:
    long = " ".join(
        f"Satz {n} nennt 30.000 kg nach Art. 5 Abs. {n} der Verordnung." for n in range(60)
    )
    text = f"# Gesetz\n\n## Art. 7 Frist\n\n(1) {long}\n\n(2) Kurz und gut, {documents.TEXT}\n"
    found = read("x.md", text.encode()).pieces
    assert found[0].locator == "Art. 7(1)"
    assert found[-1].locator == "Art. 7(2)"
    assert all(tokens(p.body) <= MOST_TOKENS for p in found)
    for piece in found[1:-1]:
        assert piece.body.startswith("Satz ")
    assert all(not p.body.endswith(("Art.", "Abs.", "30.000")) for p in found)


def test_a_long_table_repeats_its_header() -> None:
    rows = "\n".join(f"| 0901 {n} | {n},5 % | {documents.TEXT[:60]} |" for n in range(60))
    text = f"# Anhang II Sätze\n\n| Code | Satz | Bemerkung |\n|---|---|---|\n{rows}\n"
    found = read("x.md", text.encode()).pieces
    assert len(found) > 3
    assert all(p.body.startswith("| Code | Satz | Bemerkung |\n") for p in found)
    assert found[0].locator.startswith("Annex II #1–")


def test_ligatures_raised_figures_and_hidden_letters() -> None:
    said = read(
        "x.txt", "Die ﬁnale Menge\u200b nach Art. 5² beträgt 10\u00a0m².\u202e".encode()
    ).pieces
    assert said[0].body == "Die finale Menge nach Art. 5^2 beträgt 10 m2."


def test_a_file_of_our_convention_speaks_for_itself() -> None:
    from knowledge.shipped import shipped_files

    shipped = shipped_files()[0]
    found = read("x.md", shipped.data)
    assert found.own_convention and found.pieces
