"""Every request the tools of samples, cuppings and papers give as an example is understood."""

import pytest

from db.enums import LOCALES, Locale, PaperKind, Protocol, SampleKind, SampleVerdict, Word
from tests.agent.offline.understanding import known, understood
from tools.catalog import catalog
from tools.spec import Json

LOT = next(k.title for k in known() if k.entity == "lot")
SHIPMENT = next(k.title for k in known() if k.entity == "shipment")
CONTAINER = next(k.title for k in known() if k.entity == "container")
FILE = "sha256:" + "0" * 64
SCORES = {"de": "86,25", "en": "86.25", "es": "86,25"}
DAYS = {"de": "20.11.2026", "en": "20 November 2026", "es": "20 de noviembre de 2026"}
KINDS: dict[str, Word] = {"sample": SampleKind.PRE_SHIPMENT, "paper": PaperKind.BILL_OF_LADING}
TOOLS = (
    "receive_sample", "enter_cupping", "review_cuppings", "compare_cuppers", "adopt_cupping",
    "check_papers", "check_all_papers", "open_paper", "note_paper", "attach_paper", "waive_paper",
    "cost_standing",
)  # fmt: skip


def places(noun: str, locale: Locale) -> dict[str, str]:
    kind = KINDS.get(noun)
    return {
        "lot": LOT, "shipment": SHIPMENT, "kind": kind.label(locale) if kind else "",
        "cup_score": SCORES[locale], "cup_protocol": Protocol.SCA_2004.label(locale),
        "verdict": SampleVerdict.APPROVED.label(locale), "reason": "x y z", "reference": "X-1",
        "on": DAYS[locale], "held_since": DAYS[locale], "cupped_on": DAYS[locale],
    }  # fmt: skip


def meant(noun: str) -> Json:
    kind = KINDS.get(noun)
    return {
        "lot": LOT, "shipment": SHIPMENT, "kind": str(kind), "cup_score": 86.25,
        "cup_protocol": "sca_2004", "verdict": "approved", "reason": "x y z", "reference": "X-1",
        "on": "2026-11-20", "held_since": "2026-11-20", "cupped_on": "2026-11-20",
        "name": "x.pdf", "file": FILE,
    }  # fmt: skip


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("name", TOOLS)
def test_what_a_tool_gives_as_an_example_is_understood(name: str, locale: Locale) -> None:
    tool = catalog().tool(name)
    file = f"\n[x.pdf: {FILE}]" if "file" in tool.args.model_fields else ""
    for template in getattr(tool.examples, locale):
        calls, told = understood(template.format(**places(tool.noun, locale)) + file, locale)
        assert [c.tool for c in calls] == [name], (template, calls, told)
        wanted = meant(tool.noun)
        assert calls[0].arguments == {k: wanted[k] for k in calls[0].arguments}, template
        slots = {k for k in wanted if f"{{{k}}}" in template}
        assert slots <= set(calls[0].arguments), template


@pytest.mark.parametrize(
    ("text", "locale", "shipment"),
    [
        (f"Welche Papiere fehlen für {CONTAINER}?", "de", CONTAINER),
        (f"Which papers does {CONTAINER} lack?", "en", CONTAINER),
        ("¿Qué documentos faltan para el contenedor de enero?", "es", "contenedor de enero"),
        ("Welche Papiere fehlen dem Januarcontainer?", "de", "Januarcontainer"),
        ("Which papers does the January shipment lack?", "en", "January shipment"),
    ],
)
def test_a_shipment_is_named_by_a_part_or_a_month(text: str, locale: Locale, shipment: str) -> None:
    calls, _ = understood(text, locale)
    assert [(c.tool, c.arguments) for c in calls] == [("check_papers", {"shipment": shipment})]


@pytest.mark.parametrize(
    ("text", "locale"),
    [
        (f"PSS {LOT}: 85 oder 86, freigegeben", "de"),
        ("PSS PE-99-999: 85, approved", "en"),
        (f"The B/L for {LOT} is here", "en"),
        (f"Attach this as B/L to {SHIPMENT}", "en"),
        (f"Adjunta esto como foto a {SHIPMENT}\n[x.pdf: {FILE}]", "es"),
    ],
)
def test_what_does_not_fit_is_no_order(text: str, locale: Locale) -> None:
    calls, told = understood(text, locale)
    assert not {c.tool for c in calls} & set(TOOLS), calls
    assert calls or told
