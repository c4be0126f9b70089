"""PDF: what was shown can be read in it, whatever the letters and however long."""

from typing import Any

import pypdfium2

from tests.tools.reports.given import column, paper, view
from tools.catalog import catalog
from tools.reports.as_pdf import pdf_of
from tools.reports.sheet import sheet_of

Json = dict[str, Any]


def written(shown: Json) -> bytes:
    lines = ("Auswahl: Región: Ñuñoa", "Stand 24.11.2026 10:00 · Häfen & Söhne", "Demo")
    return pdf_of(paper("de", "Lose für „Größe“ ¿qué? 8 €", *lines), [("Lose", sheet_of(catalog(), shown, "de"))])  # fmt: skip


def pages(content: bytes) -> list[str]:
    """Return the text of each page; a PDF breaks its lines where it likes."""
    document = pypdfium2.PdfDocument(content)
    texts = [" ".join(p.get_textpage().get_text_range().split()) for p in document]
    document.close()
    return texts


def test_letters_of_all_three_languages_are_drawn() -> None:
    rows = [{"code": "Kölln & <b>Groß</b> ñandú ¡sí! ß €", "bags": 1234.5}]
    (text,) = pages(written(view([column("code"), column("bags", "decimal")], rows)))
    for part in ("Lose für „Größe“ ¿qué? 8 €", "Región: Ñuñoa", "Kölln & <b>Groß</b> ñandú ¡sí! ß €", "1.234,5", "Häfen & Söhne", "Seite 1"):  # fmt: skip
        assert part in text


def test_what_cannot_be_drawn_has_a_sign_of_its_own() -> None:
    (text,) = pages(written(view([column("code")], [{"code": "漢 x\ny"}])))
    assert "\ufffd x y" in text


def test_a_long_table_repeats_its_heading_on_every_page() -> None:
    columns = [column("code"), column("bags", "integer")]
    rows = [{"code": f"PE-{n:04}", "bags": n} for n in range(300)]
    found = pages(written(view(columns, rows)))
    assert len(found) > 3
    assert all("CODE BAGS" in text for text in found)
    assert [n for n in range(300) if f"PE-{n:04}" not in " ".join(found)] == []


def test_many_columns_and_long_words_are_wrapped_not_cut() -> None:
    columns = [column(f"column_{n}") for n in range(24)]
    rows = [{f"column_{n}": f"W{n}" + "abcdefghij" * 4 for n in range(24)}]
    rows += [{f"column_{n}": f"x{n}y" for n in range(24)}]
    joined = "".join(pages(written(view(columns, rows)))).replace(" ", "").replace("\ufffe", "")
    assert joined.count("j") >= 24 * 4
    assert all(f"x{n}y" in joined for n in range(24))


def test_a_wide_single_record_is_a_list_of_its_fields() -> None:
    columns = [column(f"field_{n}") for n in range(9)]
    (text,) = pages(written(view(columns, [{f"field_{n}": f"value {n}" for n in range(8)}])))
    assert "FIELD_3 value 3" in text
    assert "FIELD_8" not in text  # unknown


def test_the_same_table_is_the_same_file() -> None:
    shown = view([column("code")], [{"code": "A"}])
    assert written(shown) == written(shown)
