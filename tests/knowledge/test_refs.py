"""References meet in one normal form, however people of three languages write them."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.refs import find, references

# text → its normal forms
SAME = [
    # tariff codes: any spelling, with their headings
    ("0901 11 00", "cn:0901 cn:090111 cn:09011100"),
    ("0901.11.00", "cn:0901 cn:090111 cn:09011100"),
    ("09011100", "cn:0901 cn:090111 cn:09011100"),
    ("0901\u00a011\u202f00", "cn:0901 cn:090111 cn:09011100"),
    ("Warennummer 0901110000", "cn:0901 cn:090111 cn:09011100 cn:0901110000"),
    ("0901 11", "cn:0901 cn:090111"),
    ("Zoll auf 0901?", "cn:0901"),
    ("HS code 090111", "cn:0901 cn:090111"),
    ("partida 2101", "cn:2101"),
    ("(0901 21, 0901 22) und 2101", "cn:0901 cn:090121 cn:090122 cn:2101"),
    ("Position 1801 (Kakao)", "cn:1801"),
    ("Kapitel 9", "cn:09"),
    ("chapter 21", "cn:21"),
    ("capítulo 9", "cn:09"),
    # articles
    ("Art. 26(4)", "art:26 art:26(4)"),
    ("Artikel 26 Absatz 4", "art:26 art:26(4)"),
    ("article 26, paragraph 4", "art:26 art:26(4)"),
    ("artículo 26, apartado 4", "art:26 art:26(4)"),
    ("articulo 26.4", "art:26 art:26(4)"),
    ("art 26", "art:26"),
    ("Art. 71(1)(e)", "art:71 art:71(1) art:71(1)(e)"),
    ("Artikel 71 Absatz 1 Buchstabe e", "art:71 art:71(1) art:71(1)(e)"),
    ("artículo 71, apartado 1, letra e", "art:71 art:71(1) art:71(1)(e)"),
    ("Art. 8–11", "art:10 art:11 art:8 art:9"),
    ("articles 8 to 11", "art:10 art:11 art:8 art:9"),
    ("artículos 8 a 11", "art:10 art:11 art:8 art:9"),
    ("Artikel 46 und 48", "art:46 art:48"),
    ("Art. 36, 2.000 Mitglieder", "art:36"),
    ("Art. 36 und 2.000 Mitglieder", "art:36"),
    # sections
    ("§ 2 Abs. 1", "par:2 par:2(1)"),
    ("§2 Absatz 1", "par:2 par:2(1)"),
    ("Paragraf 2 Absatz 1", "par:2 par:2(1)"),
    ("section 2(1)", "par:2 par:2(1)"),
    ("§ 21 Abs. 3a", "par:21 par:21(3a)"),
    ("§ 11 Abs. 1–2", "par:11 par:11(1) par:11(2)"),
    ("§§ 13–15", "par:13 par:14 par:15"),
    ("§§ 13 bis 15", "par:13 par:14 par:15"),
    ("§ 12 Abs. 2 Nr. 1", "par:12 par:12(2)"),
    # annexes
    ("Anhang I", "annex:1"),
    ("Annex XI and XII", "annex:11 annex:12"),
    ("der Anhänge XI und XII", "annex:11 annex:12"),
    ("anexo IV", "annex:4"),
    ("Anlage 2 Nr. 12", "annex:2"),
    # acts
    ("2023/1115", "law:eudr reg:2023/1115"),
    ("(EU) 2023/1115", "law:eudr reg:2023/1115"),
    ("Verordnung (EU) 2023/1115", "law:eudr reg:2023/1115"),
    ("Reglamento (UE) 2023/1115", "law:eudr reg:2023/1115"),
    ("Regulation (EU) 2025/40", "law:ppwr reg:2025/40"),
    ("2025/2650", "law:eudr reg:2025/2650"),
    ("834/2007", "reg:834/2007"),
    ("Verordnung (EG) Nr. 396/2005", "reg:396/2005"),
    ("Reglamento (CE) n.º 834/2007", "reg:834/2007"),
    ("Regulation (EU) No 952/2013", "law:ucc reg:952/2013"),
    ("2019/2072", "reg:2019/2072"),
    ("R2204/99", "reg:2204/1999"),
    ("R1227/25", "reg:2025/1227"),
    ("BT-Drs. 21/2474", "btdrs:21/2474"),
    # laws by name
    ("KaffeeStG", "law:kaffeestg"),
    ("Kaffeesteuergesetzes", "law:kaffeestg"),
    ("ustg", "law:ustg"),
    ("UZK", "law:ucc reg:952/2013"),
    ("UCC", "law:ucc reg:952/2013"),
    ("CAU", "law:ucc reg:952/2013"),
    ("Código Aduanero de la Unión", "law:ucc reg:952/2013"),
    ("die Entwaldungsverordnung", "law:eudr reg:2023/1115"),
    ("the EU deforestation regulation", "law:eudr reg:2023/1115"),
    ("reglamento de deforestación", "law:eudr reg:2023/1115"),
    # codes of the declaration
    ("C716", "doc:c716"),
    ("c716 und N954", "doc:c716 doc:n954"),
    ("40 71", "proc:4071"),
    ("Verfahrenscode 4071", "proc:4071"),
    ("procedure code 4000", "proc:4000"),
    ("régimen 71 00", "proc:7100"),
    ("Präferenz 300", "pref:300"),
    ("T1", "proc:t1"),
    ("EUR.1", "form:eur1"),
    ("EUR1", "form:eur1"),
    ("Formular 0870a", "form:0870a"),
    ("NIMF 15", "std:ispm15"),
    ("ISPM-15", "std:ispm15"),
    # days
    ("30.12.2026", "date:2026-12 date:2026-12-30"),
    ("30. Dezember 2026", "date:2026-12 date:2026-12-30"),
    ("30 December 2026", "date:2026-12 date:2026-12-30"),
    ("December 30th, 2026", "date:2026-12 date:2026-12-30"),
    ("30 de diciembre de 2026", "date:2026-12 date:2026-12-30"),
    ("30/12/2026", "date:2026-12 date:2026-12-30"),
    ("2026-12-30", "date:2026-12 date:2026-12-30"),
    ("1. März 2013", "date:2013-03 date:2013-03-01"),
    ("im Juni 2025", "date:2025-06"),
    ("en junio de 2025", "date:2025-06"),
]
NONE = [
    "2101 kg",
    "2.101,50 EUR",
    "18.975 kg",
    "37.500 lb (17.009,7 kg)",
    "EUR 1,80",
    "EUR 6,000",
    "1/3/9 %",
    "Ernte 2025/26",
    "crop 2025/2026",
    "2018/2019/2021",
    "PE-24-017",
    "Rechnung Nr. 117/2026",
    "Rechnung Nr. 3/26",
    "tel. 040 71 23 45",
    "4000 Säcke",
    "MSKU1234567",
    "HS 2028",
    "31.02.2026",
    "7 %",
    "Ich habe die 40 gefunden",
]


@pytest.mark.parametrize(("text", "expected"), SAME)
def test_spellings_meet(text: str, expected: str) -> None:
    assert references(text) == tuple(expected.split())


@pytest.mark.parametrize("text", NONE)
def test_amounts_seasons_and_numbers_are_no_references(text: str) -> None:
    assert references(text) == ()


QUESTION = {
    "de": "Welcher Zollsatz gilt für 0901 12 00 nach Art. 26 Abs. 4 der VO (EU) 2023/1115 mit C716?",
    "en": "Which duty applies to 0901.12.00 under article 26(4) of Regulation (EU) 2023/1115 with C716?",
    "es": "¿Qué arancel tiene 09011200 según el artículo 26, apartado 4, del Reglamento (UE) 2023/1115 con C716?",
}


def test_a_question_means_the_same_in_every_language() -> None:
    assert len({references(text) for text in QUESTION.values()}) == 1
    assert "cn:09011200" in references(QUESTION["de"])


def test_where_a_reference_stands_is_told() -> None:
    text = "Nach § 2 Abs. 1 KaffeeStG seit 13.02.2023"
    assert [text[one.start : one.end] for one in find(text)] == [
        "§ 2 Abs. 1",
        "KaffeeStG",
        "13.02.2023",
    ]


@given(st.text(alphabet="0123456789/.,-–§()[] ArtAbsEURCNabco\u00a0äñ%", max_size=60))
def test_any_text_is_read_and_nothing_overlaps(text: str) -> None:
    found = find(text)
    assert all(one.start < one.end <= len(text) and one.refs for one in found)
    assert all(a.end <= b.start for a, b in pairwise(found))


@given(st.sampled_from(["0901", "2101", "1801"]), st.integers(10, 99), st.integers(0, 99))
def test_spaces_and_dots_change_no_code(heading: str, sub: int, cn: int) -> None:
    parts = (heading, f"{sub:02}", f"{cn:02}")
    cue = "Warennummer "
    spellings = {references(cue + by.join(parts)) for by in (" ", ".", "")}
    assert spellings == {(f"cn:{heading}", f"cn:{heading}{sub:02}", "cn:" + "".join(parts))}
