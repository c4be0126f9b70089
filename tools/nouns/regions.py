"""Growing regions and their published figures, each with year and source."""

from dataclasses import replace

from db.models import Region, RegionFigure
from tools.derived import tools_of
from tools.entity import Entity, Field
from tools.spec import Names
from tools.usual_fields import COUNTRY, NAME, VARIETIES

REGION = Entity(
    key="region",
    model=Region,
    noun=Names("Region|Anbauregion|Anbaugebiet|Gebiet", "region|growing region", "región|zona"),
    nouns=Names(
        "Regionen|Anbauregionen|Anbaugebiete|Gebiete", "regions|growing regions", "regiones|zonas"
    ),
    title="name",
    parents=("country",),
    fields=(
        NAME,
        replace(COUNTRY, listed=True),
        Field(
            "main_port",
            Names(
                "Haupthafen|Hafen|Verschiffungshafen", "main port|port", "puerto principal|puerto"
            ),
            ref="port",
            listed=True,
        ),
        Field("places", Names("Orte|Provinzen", "places|provinces", "lugares|provincias")),
        Field("harvest", Names("Ernte|Erntezeit", "harvest|harvest time", "cosecha"), listed=True),
        VARIETIES,
        Field(
            "cup_profile",
            Names(
                "Tassenprofil|Profil|Geschmack",
                "cup profile|profile|taste",
                "perfil de taza|perfil|sabor",
            ),
        ),
    ),
)

REGION_FIGURE = Entity(
    key="region_figure",
    model=RegionFigure,
    noun=Names("Regionszahl|Kennzahl", "region figure|statistic", "cifra de región|estadística"),
    nouns=Names(
        "Regionszahlen|Kennzahlen|Statistiken",
        "region figures|statistics",
        "cifras de región|estadísticas",
    ),
    title="metric",
    parents=("region",),
    fields=(
        Field("region", Names("Region", "region", "región"), ref="region", listed=True),
        Field("metric", Names("Kennzahl|Größe", "metric|figure", "indicador|cifra"), listed=True),
        Field("value", Names("Wert", "value", "valor"), listed=True),
        Field("unit", Names("Einheit", "unit", "unidad"), listed=True),
        Field("year", Names("Jahr", "year", "año"), listed=True, least=1900, most=2100),
        Field("source", Names("Quelle", "source", "fuente"), listed=True),
    ),
)

ENTITIES = (REGION, REGION_FIGURE)
TOOLS = (*tools_of(REGION), *tools_of(REGION_FIGURE))
