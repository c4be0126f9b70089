"""Columns are known by what people call them, with units; what is open is asked, never assumed."""

from decimal import Decimal

import pytest

from tools.catalog import catalog
from tools.errors import InvalidArguments
from tools.mapping import MappedColumn, Mapping, map_columns
from tools.tables import read_table


def mapped(noun: str, head: str, *rows: str, said: dict[str, str] | None = None) -> Mapping:
    sheet = read_table(
        "x.csv", "\n".join([head, *(rows or ("x" + head.count(";") * ";",))]).encode()
    )
    return map_columns(catalog().entity(noun), sheet, said)


def fields(mapping: Mapping) -> dict[str, str | None]:
    return {c.header: c.field for c in mapping.columns}


def column(mapping: Mapping, field: str) -> MappedColumn:
    return next(c for c in mapping.columns if c.field == field)


@pytest.mark.parametrize(
    ("head", "keys"),
    [
        (
            "Losnr.;Koop;Ernte;Säcke;Sackgewicht;Angebotspreis;SCA-Punkte;Feuchte;Zertifikate;Lagerort",
            "code cooperative crop_year bags bag_weight_kg asking_price cup_score moisture_pct certifications location",
        ),
        (
            "Lot No.;Producer;Crop;Bags;Bag weight;Asking price;Cupping score;Moisture;Certificates;Warehouse",
            "code cooperative crop_year bags bag_weight_kg asking_price cup_score moisture_pct certifications warehouse",
        ),
        (
            "Número de lote;Cooperativa;Cosecha;Sacos;Peso por saco;Precio de venta;Puntaje;Humedad;Certificación;Almacén",
            "code cooperative crop_year bags bag_weight_kg asking_price cup_score moisture_pct certifications location",
        ),
        (
            "code;cooperative;crop_year;bags;bag_weight_kg;asking_price;cup_score;moisture_pct;certifications;location",
            "code cooperative crop_year bags bag_weight_kg asking_price cup_score moisture_pct certifications location",
        ),
    ],
)
def test_headings_of_three_languages(head: str, keys: str) -> None:
    found = mapped("lot", head)
    assert [c.field for c in found.columns] == keys.split()
    assert found.doubts == []


def test_slips_are_forgiven_and_less_sure() -> None:
    found = mapped("lot", "Losnummer;Coperative;Aufbereitug")
    assert list(fields(found).values()) == ["code", "cooperative", "process"]
    assert found.columns[1].confidence < found.columns[0].confidence


def test_what_is_unknown_stays_out_and_is_listed() -> None:
    found = mapped("lot", "Code;Kundenwunsch;Farbe")
    assert [c.header for c in found.unmapped] == ["Kundenwunsch", "Farbe"]


def test_computed_fields_are_known_and_not_loaded() -> None:
    found = mapped("lot", "Code;Gewicht (kg);Region")
    assert [c.why.text("en") if c.why else "" for c in found.unmapped] == [
        "is computed, not loaded"
    ] * 2


@pytest.mark.parametrize(
    ("header", "currency", "per"),
    [
        ("Preis EUR/kg", "EUR", "kg"),
        ("Preis (€/kg)", "EUR", "kg"),
        ("Preis in EUR pro kg", "EUR", "kg"),
        ("Asking price [USc/lb]", "USc", "lb"),
        ("asking_price_usd_lb", "USD", "lb"),
        ("Precio de venta (USD/qq)", "USD", "qq"),
        ("VK €/kg", "EUR", "kg"),
    ],
)
def test_prices_with_their_units(header: str, currency: str, per: str) -> None:
    found = column(mapped("lot", f"Code;{header}"), "asking_price")
    assert found.means.also == {"asking_currency": currency, "asking_per": per}


@pytest.mark.parametrize(
    ("noun", "header", "field", "factor"),
    [
        ("lot", "Bag weight (lb)", "bag_weight_kg", "0.45359237"),
        ("lot", "Sackgewicht (g)", "bag_weight_kg", "0.001"),
        ("lot", "Peso por saco (qq)", "bag_weight_kg", "46"),
        ("lot", "Moisture (fraction)", "moisture_pct", "100"),
        ("cooperative", "Altitude (ft)", "altitude_m", "0.3048"),
        ("cooperative", "Altura msnm", "altitude_m", "1"),
        ("cooperative", "Höhe (m)", "altitude_m", "1"),
    ],
)
def test_units_bring_figures_to_our_own(noun: str, header: str, field: str, factor: str) -> None:
    key = catalog().entity(noun).title
    assert column(mapped(noun, f"{key};{header}"), field).means.factor == Decimal(factor)


def test_the_protocol_of_a_score_is_in_its_heading() -> None:
    for header, protocol in (("SCA-Punkte", "sca_2004"), ("Puntaje (CVA)", "cva")):
        found = column(mapped("lot", f"Code;{header}"), "cup_score")
        assert found.means.also == {"cup_protocol": protocol}


def test_an_unknown_unit_is_a_doubt() -> None:
    (doubt,) = mapped("cooperative", "Name;Höhe (varas)").doubts
    assert "varas" in doubt.text("en")


def test_days_are_read_as_the_whole_column_says() -> None:
    clear = mapped("roaster", "Name;letzter Kontakt", "A;03/04/2026", "B;25/04/2026")
    assert (column(clear, "last_contact_on").dates, clear.doubts) == ("dmy", [])
    american = mapped("roaster", "Name;letzter Kontakt", "A;03/04/2026", "B;04/25/2026")
    assert (column(american, "last_contact_on").dates, american.doubts) == ("mdy", [])
    (doubt,) = mapped("roaster", "Name;letzter Kontakt", "A;03/04/2026", "B;05/05/2026").doubts
    assert "03/04/2026" in doubt.text("de")
    (mixed,) = mapped(
        "roaster", "Name;letzter Kontakt", "A;25/04/2026", "B;04/25/2026", "C;01/02/2026"
    ).doubts
    assert "01/02/2026" in mixed.text("es")
    german = mapped("roaster", "Name;letzter Kontakt", "A;03.04.2026")
    assert german.doubts == []


def test_marks_are_told_by_column_then_table_then_sense() -> None:
    own = mapped("cooperative", "Name;Mitglieder", "A;1.500", "B;1.500.000")
    assert column(own, "members").decimal == ","
    table = mapped("lot", "Code;Sackgewicht;Punkte", "A;1.250;84,5")
    assert column(table, "bag_weight_kg").decimal == ","
    sense = mapped("cooperative", "Name;Mitglieder", "A;1.500", "B;2.000")
    assert column(sense, "members").decimal == ","  # a member and a half there is not
    (doubt,) = mapped("cooperative", "Name;Mitglieder", "A;2.000").doubts
    assert "2.000" in doubt.text("en")
    settled = mapped("cooperative", "Name;Mitglieder", "A;2.000", said={"Mitglieder": "members ,"})
    assert (column(settled, "members").decimal, settled.doubts) == (",", [])


def test_fractions_are_not_taken_for_percent() -> None:
    (doubt,) = mapped("lot", "Code;Feuchte", "A;0,12", "B;0,11").doubts
    assert "fraction" in doubt.text("en")
    said = mapped("lot", "Code;Feuchte", "A;0,12", said={"Feuchte": "moisture_pct fraction"})
    assert (column(said, "moisture_pct").means.factor, said.doubts) == (100, [])
    assert mapped("lot", "Code;Feuchte %", "A;0,12").doubts == []


def test_two_columns_for_one_field() -> None:
    better = mapped("lot", "Code;Preis;Angebotspreis")
    assert fields(better) == {"Code": "code", "Preis": None, "Angebotspreis": "asking_price"}
    (doubt,) = mapped("lot", "Code;Preis;Preis").doubts
    assert "Preis (2)" in doubt.text("en")
    settled = mapped("lot", "Code;Preis;Preis", said={"Preis": "-"})
    assert (fields(settled)["Preis (2)"], settled.doubts) == ("asking_price", [])


def test_a_person_has_the_last_word() -> None:
    said = {"x": "asking_price EUR/kg", "Punkte": "-", "+cup_protocol": "cva"}
    found = mapped("lot", "Code;x;Punkte", "A;8,90;1", said=said)
    assert fields(found) == {"Code": "code", "x": "asking_price", "Punkte": None}
    assert (found.constants, column(found, "asking_price").confidence) == (
        {"cup_protocol": "cva"},
        1.0,
    )


@pytest.mark.parametrize("said", [{"Nirgends": "code"}, {"Code": "colour"}, {"+colour": "red"}])
def test_what_is_not_there_is_said(said: dict[str, str]) -> None:
    with pytest.raises(InvalidArguments):
        mapped("lot", "Code", said=said)
