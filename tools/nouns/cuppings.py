"""Cuppings: one entry a cupper or panel, on one of two forms that are never mixed."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, String, cast, func, select

from db.base import Record
from db.enums import LOCALES, CuppingKind, Protocol, Role
from db.models import Cupping, Lot, Sample
from tools.calc import cupping as forms
from tools.calc.cupping import FORMS, Form
from tools.context import ToolContext
from tools.derived import tools_of
from tools.entity import Entity, Field, Values
from tools.errors import InvalidArguments, Refused, Said
from tools.spec import Examples, Names
from tools.usual_fields import NOTES

_TO_COME = Said(
    de="{day} liegt noch in der Zukunft; eine Verkostung wird eingetragen, wenn sie war.",
    en="{day} is still to come; a cupping is entered once it has been.",
    es="El {day} aún no ha llegado; una cata se anota cuando ya fue.",
)
_WHICH_FORM = Said(
    de="Auf welchem Formular wurde verkostet: SCA 2004 oder CVA?",
    en="On which form was it cupped: SCA 2004 or CVA?",
    es="¿Con qué ficha se cató: SCA 2004 o CVA?",
)
_FOREIGN = Said(
    de="Das Formular {form} kennt das nicht: {fields}.",
    en="The form {form} has no {fields}.",
    es="La ficha {form} no tiene {fields}.",
)
_INCOMPLETE = Said(
    de="Der Bogen ({form}) ist nicht vollständig, es fehlt: {fields}. Sonst trag nur die Gesamtpunkte ein.",
    en="The sheet ({form}) is not complete, missing: {fields}. Otherwise enter the total only.",
    es="La ficha ({form}) no está completa, falta: {fields}. Si no, anota solo el total.",
)
_SCALE = Said(
    de="Außerhalb der Skala von {form} ({least} bis {most}): {fields}.",
    en="Outside the scale of {form} ({least} to {most}): {fields}.",
    es="Fuera de la escala de {form} ({least} a {most}): {fields}.",
)
_STEPS = Said(
    de="Auf dem Bogen eines einzelnen Verkosters gibt es das nicht (SCA 2004: Viertelpunkte, bei Gleichmäßigkeit, Sauberkeit und Süße zwei Punkte je Tasse; CVA: ganze Punkte): {fields}. Ist es das Mittel eines Panels, trag es als Panelmittel ein.",
    en="One cupper's sheet cannot hold that (SCA 2004: quarter points, two points a cup for uniformity, clean cup and sweetness; CVA: whole points): {fields}. If it is a panel's mean, enter it as a panel mean.",
    es="La ficha de un solo catador no admite eso (SCA 2004: cuartos de punto, dos puntos por taza en uniformidad, taza limpia y dulzor; CVA: puntos enteros): {fields}. Si es el promedio de un panel, anótalo como promedio del panel.",
)
_SUM = Said(
    de="Die Werte ergeben {exact}, angegeben sind {given} ({form}).",
    en="The values add up to {exact}, {given} was given ({form}).",
    es="Los valores suman {exact}, se indicó {given} ({form}).",
)
_NO_SCORE = Said(
    de="Es fehlen die Punkte: die Gesamtpunkte oder die Werte eines Bogens.",
    en="The points are missing: a total, or the values of a sheet.",
    es="Faltan los puntos: el total o los valores de una ficha.",
)
_OTHER_LOT = Said(
    de="Das Muster gehört zu einem anderen Los.",
    en="The sample is of another lot.",
    es="La muestra es de otro lote.",
)
_POINTS = (*forms.ALL_ATTRIBUTES, *forms.ALL_CUPS)


def _about(_today: date) -> ColumnElement[str]:
    """Return "PE-26-003 2026-11-20 sca_2004" as the name of an entry."""
    lot = select(Lot.code).where(Lot.id == Cupping.lot_id).scalar_subquery()
    day = func.to_char(Cupping.cupped_on, "YYYY-MM-DD")
    return func.concat_ws(" ", lot, day, cast(Cupping.cup_protocol, String))


async def check_cupping(ctx: ToolContext, record: Record | None, values: Values) -> None:
    """Hold an entry to its form: what it may hold, its steps, its sum; a missing total is summed.

    A total nobody named the form of keeps an unknown protocol, as on a lot.
    """
    if record is None and values.get("cupped_on") is None:
        values["cupped_on"] = ctx.today
    day = values.get("cupped_on")
    if day is not None and day > ctx.today:
        raise InvalidArguments(_TO_COME, day=day)
    await _same_lot(ctx, record, values)
    points: dict[str, Decimal | None] = {
        k: values.get(k, getattr(record, k, None)) for k in _POINTS
    }
    scored = any(points[a] is not None for a in forms.ALL_ATTRIBUTES)
    protocol = _protocol(record, values, points, scored=scored)
    values["cup_protocol"] = protocol
    if not scored:
        _total_only(record, values, points)
        return
    kind = values.get("kind") or getattr(record, "kind", None)
    values["kind"] = CuppingKind.SHEET if kind in {None, CuppingKind.TOTAL} else kind
    touched = any(k in values for k in (*_POINTS, "cup_protocol", "kind"))
    if record is None or touched or "cup_score" in values:
        _check_sheet(FORMS[protocol], points, values)


async def _same_lot(ctx: ToolContext, record: Record | None, values: Values) -> None:
    number = values.get("sample_id", getattr(record, "sample_id", None))
    sample = await ctx.session.get(Sample, number) if number else None
    lot = values.get("lot_id", getattr(record, "lot_id", None))
    if sample is not None and sample.lot_id not in {None, lot}:
        raise InvalidArguments(_OTHER_LOT)


def _protocol(
    record: Record | None, values: Values, points: forms.Values, *, scored: bool
) -> Protocol:
    """Return the form: said, held, or the only one that knows what is filled in.

    Raises:
        InvalidArguments: both forms know it, so that it has to be said.
    """
    found = values.get("cup_protocol") or getattr(record, "cup_protocol", None)
    if not scored:
        return found or Protocol.UNKNOWN
    if found in FORMS:
        return Protocol(found)
    fitting = [f.protocol for f in FORMS.values() if not forms.foreign(f, points)]
    whole = [p for p in fitting if FORMS[p].total(points) is not None]
    if len(whole or fitting) != 1:
        raise InvalidArguments(_WHICH_FORM, choices=[str(p) for p in FORMS])
    return (whole or fitting)[0]


def _total_only(record: Record | None, values: Values, points: forms.Values) -> None:
    cups = [c for c in forms.ALL_CUPS if points[c] is not None]
    if cups or values.get("kind") in {CuppingKind.SHEET, CuppingKind.PANEL}:
        form = FORMS.get(values["cup_protocol"], forms.SCA_2004)
        raise InvalidArguments(
            _INCOMPLETE, form=_label(form), fields=_labels(form.attributes)
        )  # fmt: skip
    if values.get("cup_score", getattr(record, "cup_score", None)) is None:
        raise InvalidArguments(_NO_SCORE)
    values["kind"] = CuppingKind.TOTAL


def _check_sheet(form: Form, points: forms.Values, values: Values) -> None:
    single = values["kind"] is CuppingKind.SHEET
    strange = forms.foreign(form, points)
    if strange:
        raise InvalidArguments(_FOREIGN, form=_label(form), fields=_labels(strange))
    missing = [a for a in form.attributes if points[a] is None]
    if missing:
        raise InvalidArguments(_INCOMPLETE, form=_label(form), fields=_labels(missing))
    outside = forms.out_of_scale(form, points)
    if outside:
        raise InvalidArguments(
            _SCALE, form=_label(form), fields=_labels(outside), least=form.least, most=form.most
        )
    off = forms.off_step(form, points) if single else []
    if off:
        raise InvalidArguments(_STEPS, fields=_labels(off))
    exact = form.total(points)
    if exact is None:
        raise AssertionError("a complete sheet has a total")
    said = values.get("cup_score")
    if said is None:
        values["cup_score"] = forms.rounded(exact)
    elif not forms.agrees(form, exact, said, single=single):
        shown = forms.rounded(exact)
        raise Refused("sum_differs", _SUM, form=_label(form), exact=shown, given=said)


def _label(form: Form) -> Said:
    return Said(**{lo: form.protocol.label(lo) for lo in LOCALES})


def _labels(keys: Iterable[str]) -> Said:
    named = [CUPPING.field(k).names for k in keys]
    return Said(**{lo: ", ".join(n.label(lo) for n in named) for lo in LOCALES})


def _scored(key: str, de: str, en: str, es: str) -> Field:
    return Field(key, Names(de, en, es), unit="pt", scale_from=("cup_protocol",), least=0, most=10)


def _counted(key: str, de: str, en: str, es: str) -> Field:
    return Field(key, Names(de, en, es), least=0, most=1_000)


CUPPING = Entity(
    key="cupping",
    model=Cupping,
    noun=Names("Verkostung|Cuppingbogen|Verkostungsbogen", "cupping sheet|cupping entry|tasting", "catación|ficha de cata|hoja de cata|degustación"),
    nouns=Names("Verkostungen|Cuppings|Cuppingbögen|Verkostungsbögen", "cuppings|cupping sheets|tastings", "cataciones|catas|fichas de cata|hojas de cata|degustaciones"),
    title="about",
    order="-cupped_on",
    fields=(
        Field("about", Names("Betrifft", "about", "referencia"), sql=_about, sql_kind="text", write=None),
        Field("lot", Names("Los|Partie", "lot", "lote"), ref="lot", listed=True),
        Field("cooperative", Names("Kooperative", "cooperative", "cooperativa"), via=("lot", "cooperative"), write=None),
        Field("sample", Names("Muster", "sample", "muestra"), ref="sample"),
        Field("cupped_on", Names("Verkostungstag|verkostet am|verkostet", "cupped on|tasted on|tasted", "catado el|catada el|fecha de cata"), listed=True),
        Field("cupper", Names("Verkoster|Verkosterin|Cupper", "cupper|taster", "catador|catadora"), read=Role.ANALYST, listed=True),
        Field("kind", Names("Art des Eintrags", "kind of entry", "tipo de anotación"), listed=True),
        Field("cup_protocol", Names("Formular|Protokoll|Cupping-Protokoll", "form|protocol|cupping protocol", "ficha|protocolo|protocolo de cata"), listed=True),
        Field("cup_score", Names("Gesamtpunkte|Punkte|Gesamtpunktzahl|Punktzahl", "total score|score|points|total points|Total.Cup.Points", "puntaje total|puntaje|puntos"), unit="pt", scale_from=("cup_protocol",), listed=True, least=0, most=100),
        _scored("fragrance", "Duft", "fragrance", "fragancia"),
        _scored("aroma", "Aroma|Duft/Aroma", "aroma|fragrance/aroma", "aroma|fragancia/aroma"),
        _scored("flavor", "Geschmack|Flavor", "flavor|flavour", "sabor"),
        _scored("aftertaste", "Nachgeschmack", "aftertaste", "sabor residual|postgusto"),
        _scored("acidity", "Säure", "acidity", "acidez"),
        _scored("body", "Körper", "body", "cuerpo"),
        _scored("mouthfeel", "Mundgefühl", "mouthfeel", "sensación en boca"),
        _scored("balance", "Balance|Ausgewogenheit", "balance", "balance|equilibrio"),
        _scored("uniformity", "Gleichmäßigkeit", "uniformity", "uniformidad"),
        _scored("clean_cup", "Sauberkeit|saubere Tasse", "clean cup|Clean.Cup", "taza limpia"),
        _scored("sweetness", "Süße", "sweetness", "dulzor|dulzura"),
        _scored("overall", "Gesamteindruck", "overall|cupper points|Cupper.Points", "impresión global|apreciación del catador"),
        _counted("tainted_cups", "Tassen mit Makel", "tainted cups", "tazas con mancha"),
        _counted("faulty_cups", "Tassen mit Fehler", "faulty cups", "tazas con falta"),
        _counted("non_uniform_cups", "ungleichmäßige Tassen", "non-uniform cups", "tazas no uniformes"),
        _counted("defective_cups", "defekte Tassen", "defective cups", "tazas defectuosas"),
        _counted("category_1", "Defekte Kategorie 1|Primärdefekte", "category 1 defects|Category.One.Defects|primary defects", "defectos categoría 1|defectos primarios"),
        _counted("category_2", "Defekte Kategorie 2|Sekundärdefekte", "category 2 defects|Category.Two.Defects|secondary defects", "defectos categoría 2|defectos secundarios"),
        _counted("quakers", "Quaker", "quakers", "quakers"),
        Field("moisture_pct", Names("Musterfeuchte", "sample moisture|moisture", "humedad de la muestra"), unit="%", least=0, most=100),
        Field("water_activity", Names("Wasseraktivität|aw-Wert", "water activity", "actividad de agua"), least=0, most=1),
        Field("descriptors", Names("Deskriptoren|Aromen", "descriptors|tasting notes", "descriptores|notas de cata")),
        NOTES,
    ),
    check=check_cupping,
    filled=("cupped_on", "kind", "cup_protocol", "cup_score"),
)  # fmt: skip

_SHEET = Examples(
    de=("Trag eine Verkostung von {lot} ein: {cup_score} Punkte, {cup_protocol}",),
    en=("Enter a cupping of {lot}: {cup_score} points, {cup_protocol}",),
    es=("Anota una cata de {lot}: {cup_score} puntos, {cup_protocol}",),
)
_NOTE = (
    "One entry per cupper (kind sheet), or a panel's mean (panel), or a total alone (total). The "
    "total is computed from a sheet; sca_2004: ten attributes up to 10, cva: eight sections 1 to 9."
)

ENTITIES = (CUPPING,)
TOOLS: tuple[Any, ...] = tuple(
    tools_of(CUPPING, examples={"create": _SHEET}, notes={"create": _NOTE})
)
