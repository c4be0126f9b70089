"""Tables are read as they are: any encoding, delimiter and decimal mark, odd rows said, no bombs."""

import contextlib
import csv
import io
import zipfile
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tools.columns import days, figures
from tools.errors import Refused
from tools.grid import MAX_BYTES, MAX_CELL
from tools.tables import Sheet, read_table


def cells(sheet: Sheet) -> list[list[Any]]:
    return [row.cells for row in sheet.rows]


def told(sheet: Sheet) -> str:
    return " ".join(r.text("en") for r in sheet.warnings)


def workbook(*rows: list[Any], merge: str | None = None, **more: list[list[Any]]) -> bytes:
    """Return a workbook with one sheet of rows, and others by name."""
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    if merge:
        sheet.merge_cells(merge)
    for name, others in more.items():
        extra = book.create_sheet(name)
        for row in others:
            extra.append(row)
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_every_delimiter_is_found(delimiter: str) -> None:
    lines = ['Name,"Ort, Land",Punkte', 'A,"Jaén, PE",84', "B,Köln,85"]
    rows = list(csv.reader(lines))
    kept = io.StringIO()
    csv.writer(kept, delimiter=delimiter).writerows(rows)
    sheet = read_table("x.csv", kept.getvalue().encode())
    assert (sheet.delimiter, sheet.headers) == (delimiter, ["Name", "Ort, Land", "Punkte"])
    assert cells(sheet) == rows[1:]


def test_decimal_commas_do_not_part_columns() -> None:
    sheet = read_table("x.csv", b"a;b\n8,90;1,5\n9,10;2,5\n")
    assert (sheet.delimiter, sheet.decimal_mark) == (";", ",")


def test_excels_own_line_about_the_delimiter_is_followed() -> None:
    sheet = read_table("x.csv", b"sep=;\r\na,x;b\r\n1;2\r\n")
    assert (sheet.headers, sheet.rows[0].number) == (["a,x", "b"], 3)


def test_one_column_needs_no_delimiter() -> None:
    sheet = read_table("x.txt", b"Name\nA\nB\n")
    assert (sheet.headers, len(sheet.rows)) == (["Name"], 2)


@pytest.mark.parametrize(
    ("encoding", "said"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8"),
        ("cp1252", "cp1252"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
        ("cp850", "cp850"),
        ("mac_roman", "mac_roman"),
    ],
)
def test_encodings(encoding: str, said: str) -> None:
    text = "Name;Ort\nRösterei Süß;Köln\nCafé Señor;Málaga\n"
    sheet = read_table("x.csv", text.encode(encoding))
    assert sheet.encoding == said
    assert cells(sheet) == [["Rösterei Süß", "Köln"], ["Café Señor", "Málaga"]]
    assert ("guess" in told(sheet)) is (said in {"cp850", "mac_roman"})


def test_euro_signs_of_windows() -> None:
    assert read_table("x", "Preis;Ort\n8,90 €;Köln – Süd\n".encode("cp1252")).rows[0].cells == [
        "8,90 €",
        "Köln – Süd",
    ]


def test_lines_are_those_of_the_file() -> None:
    sheet = read_table("x.csv", b'a;b\n"one\ntwo";1\n\n;\nlast;2\n')
    assert [(r.number, r.cells) for r in sheet.rows] == [(2, ["one\ntwo", "1"]), (6, ["last", "2"])]


def test_titles_totals_and_doubled_headings_are_said() -> None:
    text = "Lagerliste 2026\n\nCode;Preis;Preis;\nPE-1;1;2;\nSumme:;1;2;\n"
    sheet = read_table("x.csv", text.encode())
    assert sheet.headers == ["Code", "Preis", "Preis (2)"]
    assert cells(sheet) == [["PE-1", "1", "2"]]
    for part in ("headings are in line 3", "Preis (2)", "Summe:” (line 5)"):
        assert part in told(sheet)


def test_columns_without_a_heading_keep_their_cells() -> None:
    sheet = read_table("x.xlsx", workbook(["Code", None, "Ort"], ["a", "b", "c", "d"]))
    assert (sheet.headers, cells(sheet)) == (["Code", "#2", "Ort", "#4"], [["a", "b", "c", "d"]])


def test_a_row_wider_than_its_headings_is_broken() -> None:
    sheet = read_table("x.csv", b"a,b\n1,2\nKoeln, Sued,3\n")
    assert [(r.line, "3 cells" in r.text("en")) for r in sheet.broken] == [(3, True)]


def test_formulas_in_text_are_data_and_flagged() -> None:
    text = "Name,Tel,Wert,Note\n=1+1,+49 40 123,-5,@x\n-,+,-2 kg,x\n"
    sheet = read_table("x.csv", text.encode())
    assert sheet.rows[0].cells == ["=1+1", "+49 40 123", "-5", "@x"]
    assert "2 cells begin like a formula" in told(sheet)
    assert "2/Name, 2/Note" in told(sheet)


def test_quotes_that_do_not_close_are_refused_with_their_line() -> None:
    with pytest.raises(Refused, match="line 3"):
        read_table("x.csv", b'a;b\n1;2\n"open;3\n4;5\n')


@pytest.mark.parametrize("data", [b"", b"\n\n", b"a;b\n", b"1;2\n3;4\n"])
def test_no_table_no_import(data: bytes) -> None:
    with pytest.raises(Refused):
        read_table("x.csv", data)


def test_limits() -> None:
    with pytest.raises(Refused, match="too large"):
        read_table("x.csv", b"a" * (MAX_BYTES + 1))
    with pytest.raises(Refused, match="too large"):
        read_table("x.csv", b"a\n" + b"1\n" * 100_001)
    with pytest.raises(Refused, match="too large"):
        read_table("x.csv", b"a;b\n1;" + b"x" * (MAX_CELL + 1) + b"\n")
    with pytest.raises(Refused, match="too large"):
        read_table(
            "x.csv",
            b";".join(b"h" for _ in range(201)) + b"\n" + b";".join(b"1" for _ in range(201)),
        )


# --- workbooks -----------------------------------------------------------------------------------


def test_a_workbook_gives_values_as_people_see_them() -> None:
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    assert sheet is not None
    moment = datetime(2026, 11, 24)  # noqa: DTZ001 - as spreadsheets keep days
    sheet.append(["Code", "Preis", "Feuchte", "Tag", "Bio"])
    sheet.append(["PE-1", 8.9, 0.115, moment, True])
    sheet["C2"].number_format = "0.0%"
    kept = io.BytesIO()
    book.save(kept)
    read = read_table("x.xlsx", kept.getvalue())
    assert read.rows[0].cells == ["PE-1", Decimal("8.9"), Decimal("11.5"), date(2026, 11, 24), True]
    assert read.rows[0].number == 2


def test_merged_cells_empty_rows_and_other_sheets() -> None:
    data = workbook(
        ["Koop", "Code"], ["A", "1"], [None, "2"], [], ["B", "3"], ["Total", 6],
        merge="A2:A3", Archiv=[["x"]],
    )  # fmt: skip
    sheet = read_table("liste.csv", data)  # what it is decides the content
    assert [(r.number, r.cells) for r in sheet.rows] == [
        (2, ["A", "1"]),
        (3, ["A", "2"]),
        (5, ["B", "3"]),
    ]
    for part in ("A2:A3", "not: Archiv", "Total” (line 6)"):
        assert part in told(sheet)


def test_formulas_of_a_workbook_count_by_their_saved_result() -> None:
    import xlsxwriter

    kept = io.BytesIO()
    book = xlsxwriter.Workbook(kept)
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["Code", "Preis", "Summe"])
    sheet.write_row(1, 0, ["PE-1", 8.9])
    sheet.write_formula(1, 2, "=B2*2", None, 18)
    book.close()
    read = read_table("x.xlsx", kept.getvalue())
    assert read.rows[0].cells[2] == Decimal(18)
    assert "1 cells are formulas; their saved result is read (C2)" in told(read)
    never = read_table("x.xlsx", workbook(["a", "b"], ["x", "=1+1"]))
    assert (never.rows[0].cells, "no saved result" in told(never)) == (["x", None], True)


def test_what_is_no_workbook_is_said_so() -> None:
    for data in (b"PK\x03\x04nonsense", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1old"):
        with pytest.raises(Refused, match="no readable XLSX"):
            read_table("x.xlsx", data)


def test_bombs_are_refused_before_they_go_off() -> None:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 30_000_000)
    with pytest.raises(Refused, match="unpacks"):
        read_table("x.xlsx", kept.getvalue())


def _with_part(data: bytes, part: str, old: bytes, new: bytes) -> bytes:
    """Return a workbook with a piece of one of its parts replaced."""
    kept = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(kept, "w") as target:
        for name in source.namelist():
            raw = source.read(name)
            target.writestr(name, raw.replace(old, new) if name == part else raw)
    return kept.getvalue()


def test_entities_that_blow_up_are_refused() -> None:
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><worksheet '
    data = workbook(["a", "b"], ["x", "y"])
    with pytest.raises(Refused, match="no readable XLSX"):
        read_table("x.xlsx", _with_part(data, "xl/worksheets/sheet1.xml", b"<worksheet ", bomb))


_SOUND = workbook(["a", "b"], ["x", 1.5], ["y", datetime(2026, 11, 24)])  # noqa: DTZ001 - as above


@given(part=st.integers(0, 7), at=st.floats(0, 1), junk=st.binary(min_size=1, max_size=30))
@settings(max_examples=150, deadline=None)
def test_a_workbook_broken_anywhere_is_read_or_refused(part: int, at: float, junk: bytes) -> None:
    data = _SOUND
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = archive.namelist()
        name = names[part % len(names)]
        raw = archive.read(name)
    place = int(at * len(raw))
    broken = _with_part(data, name, raw, raw[:place] + junk + raw[place + len(junk) :])
    with contextlib.suppress(Refused):
        assert read_table("x.xlsx", broken).headers


def test_a_claim_to_have_endless_rows_ends() -> None:
    data = workbook(["a", "b"], ["x", "y"])
    far = _with_part(data, "xl/worksheets/sheet1.xml", b'<row r="2"', b'<row r="999999999"')
    with pytest.raises(Refused):
        read_table("x.xlsx", far)


# --- properties ----------------------------------------------------------------------------------

_letters = st.text(
    st.characters(codec="utf-8", exclude_categories=["C", "Z"], exclude_characters="\u200b\ufeff"),
    min_size=1,
    max_size=12,
)


@given(
    rows=st.lists(st.tuples(_letters, _letters, _letters), min_size=1, max_size=8),
    delimiter=st.sampled_from([";", ",", "\t", "|"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
@settings(max_examples=60, deadline=None)
def test_what_is_written_is_read(
    rows: list[tuple[str, str, str]], delimiter: str, encoding: str
) -> None:
    named = [(f"n{row[0]}", *row[1:]) for row in rows]  # never a row of totals
    kept = io.StringIO()
    writer = csv.writer(kept, delimiter=delimiter, quoting=csv.QUOTE_ALL)
    writer.writerows([("one", "two", "three"), *named])
    sheet = read_table("x.csv", kept.getvalue().encode(encoding))
    assert sheet.headers == ["one", "two", "three"]
    assert cells(sheet) == [list(row) for row in named]


@given(value=st.decimals(-(10**8), 10**8, places=2), mark=st.sampled_from([",", "."]))
@settings(max_examples=200, deadline=None)
def test_figures_written_with_groups_are_read(value: Decimal, mark: Any) -> None:
    text = f"{value:,.2f}"
    if mark == ",":
        text = text.translate(str.maketrans(",.", ".,"))
    assert figures(text)[0][mark] == value
    assert set(figures(text)[0]) == {mark}


@given(day=st.dates(date(1970, 1, 1), date(2068, 12, 31)))
@settings(max_examples=200, deadline=None)
def test_days_are_read_in_every_writing(day: date) -> None:
    for text in (
        f"{day:%Y-%m-%d}",
        f"{day:%d.%m.%Y}",
        f"{day:%Y-%m-%dT%H:%M:%S}",
        f"{day:%d.%m.%y}",
    ):
        assert set(days(text).values()) == {day}
    assert days(f"{day:%d/%m/%Y}")["dmy"] == day
    assert days(f"{day:%m/%d/%Y}")["mdy"] == day


@given(data=st.binary(max_size=400))
@settings(max_examples=200, deadline=None)
def test_any_bytes_are_a_table_or_refused(data: bytes) -> None:
    try:
        sheet = read_table("x", data)
    except Refused:
        return
    assert all(len(row.cells) == len(sheet.headers) for row in sheet.rows)
