"""Producer organisations we buy from or might buy from."""

from dataclasses import replace

from db.models import Cooperative
from tools.derived import tools_of
from tools.entity import Entity, Field
from tools.spec import Names
from tools.usual_fields import (
    CERTIFICATIONS,
    COUNTRY,
    EMAIL,
    LAST_CONTACT,
    NAME,
    NEXT_FOLLOWUP,
    NOTES,
    OWNER,
    PHONE,
    VARIETIES,
    WEBSITE,
    overdue,
)

COOPERATIVE = Entity(
    key="cooperative",
    model=Cooperative,
    noun=Names(
        "Kooperative|Genossenschaft|Koop|Erzeuger|Produzent",
        "cooperative|coop|co-op|producer",
        "cooperativa|coop|productor",
    ),
    nouns=Names(
        "Kooperativen|Genossenschaften|Koops|Erzeuger|Produzenten",
        "cooperatives|coops|co-ops|producers",
        "cooperativas|coops|productores",
    ),
    title="name",
    aliases="aliases",
    parents=("region", "town"),
    fields=(
        NAME,
        Field(
            "region",
            Names("Region|Anbaugebiet|Gebiet", "region", "región|zona"),
            ref="region",
            listed=True,
        ),
        Field("province", Names("Provinz", "province", "provincia")),
        Field("town", Names("Ort|Stadt|Sitz", "town|city", "ciudad|localidad")),
        COUNTRY,
        CERTIFICATIONS,
        VARIETIES,
        Field("status", Names("Status", "status", "estado"), listed=True),
        Field(
            "members",
            Names(
                "Mitglieder|Mitgliederzahl|Mitgliedern|Bauern|Familien",
                "members|member count|farmers|families|membership|growers",
                "socios|miembros|productores socios|familias",
            ),
            least=1,
            most=500_000,
        ),
        Field(
            "altitude_m",
            Names(
                "Höhe|Anbauhöhe|Meereshöhe|wie hoch liegen|wie hoch liegt|wie hoch gelegen|Höhenlage|Höhenmeter",
                "altitude|elevation|how high|how high up|growing altitude|height",
                "altitud|altura|a qué altura|a qué altitud|qué tan alto|elevación",
            ),
            unit="m",
            least=0,
            most=6_000,
        ),
        WEBSITE,
        EMAIL,
        PHONE,
        OWNER,
        LAST_CONTACT,
        replace(NEXT_FOLLOWUP, listed=False),
        overdue(Cooperative),
        Field(
            "aliases",
            Names(
                "auch bekannt als|Kurzname|Abkürzung",
                "also known as|short name|alias",
                "también conocida como|alias|siglas",
            ),
        ),
        NOTES,
    ),
)

ENTITIES = (COOPERATIVE,)
TOOLS = tuple(tools_of(COOPERATIVE))
