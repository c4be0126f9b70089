"""Roasters and their pipeline, contacts on both sides, and what was said and agreed."""

from dataclasses import replace

from sqlalchemy import ColumnElement, String, case, cast, func, select

from db.base import Record
from db.enums import Role
from db.models import Contact, Cooperative, Interaction, Roaster
from tools.context import ToolContext
from tools.derived import tools_of
from tools.entity import Entity, Field, Values
from tools.errors import InvalidArguments, Said
from tools.spec import Examples, Names
from tools.usual_fields import (
    COUNTRY,
    EMAIL,
    LAST_CONTACT,
    NAME,
    NEXT_FOLLOWUP,
    NOTES,
    OWNER,
    PHONE,
    WEBSITE,
    overdue,
)

_PARTY = Said(
    de="Es braucht genau eines: eine Rösterei oder eine Kooperative.",
    en="Exactly one is needed: a roaster or a cooperative.",
    es="Se necesita exactamente uno: un tostador o una cooperativa.",
)

ROASTER = Entity(
    key="roaster",
    model=Roaster,
    noun=Names(
        "Rösterei|Röster|Kunde|Kundin|Kaffeerösterei|Kaffeeröster|Microröster|Mikroröster|Abnehmer|Käufer",
        "roaster|roastery|customer|client|coffee roaster|microroaster|micro-roaster|account",
        "tostador|tostadora|tostaduría|cliente|tueste|microtostador|tostador de café|casa tostadora",
    ),
    nouns=Names(
        "Röstereien|Röster|Kunden|Kaffeeröstereien|Kaffeeröster|Abnehmer|Käufer",
        "roasters|roasteries|customers|clients|coffee roasters|microroasters|accounts",
        "tostadores|tostadoras|tostadurías|clientes|microtostadores|tostadores de café|casas tostadoras",
    ),
    title="name",
    parents=("city",),
    fields=(
        NAME,
        Field("city", Names("Stadt|Ort|Sitz", "city|town", "ciudad|localidad"), listed=True),
        COUNTRY,
        WEBSITE,
        EMAIL,
        PHONE,
        Field(
            "stage",
            Names(
                "Stufe|Phase|Status|Pipeline-Stufe|Stand|Vertriebsstufe|Vertriebsphase|Verkaufsphase|Pipelinephase|Stage",
                "stage|pipeline stage|status|phase|sales stage|pipeline",
                "etapa|fase|estado|etapa de venta|etapa comercial|fase comercial|embudo",
            ),
            listed=True,
        ),
        Field(
            "priority",
            Names("Priorität|Prio|Wichtigkeit", "priority|prio", "prioridad"),
            listed=True,
        ),
        replace(OWNER, listed=True),
        LAST_CONTACT,
        replace(NEXT_FOLLOWUP, listed=True),
        overdue(Roaster),
        Field(
            "direct_importer",
            Names(
                "Direktimporteur|importiert selbst|importieren selbst|importieren direkt|importiert direkt|Direktimport|Direktimporteure",
                "direct importer|imports directly|import directly|imports direct|import direct|direct importers|direct import|import themselves",
                "importador directo|importa directamente|importan directamente|importa directo|importan directo|importadores directos|importación directa",
            ),
        ),
        NOTES,
    ),
)


async def one_party(ctx: ToolContext, record: Record | None, values: Values) -> None:
    """Hold a contact or interaction to one side."""
    after = {
        key: values.get(key, getattr(record, key, None)) for key in ("cooperative_id", "roaster_id")
    }
    if sum(v is not None for v in after.values()) != 1:
        raise InvalidArguments(_PARTY)


_AT_ROASTER = Field(
    "roaster",
    Names("Rösterei|Röster|Kunde", "roaster|roastery|customer", "tostador|tostadora|cliente"),
    ref="roaster",
    listed=True,
)
_AT_COOPERATIVE = Field(
    "cooperative",
    Names("Kooperative|Genossenschaft|Koop", "cooperative|coop", "cooperativa"),
    ref="cooperative",
    listed=True,
)

CONTACT = Entity(
    key="contact",
    model=Contact,
    noun=Names(
        "Kontakt|Ansprechpartner|Ansprechpartnerin|Kontaktperson",
        "contact|contact person",
        "contacto|persona de contacto",
    ),
    nouns=Names(
        "Kontakte|Ansprechpartner|Kontaktpersonen|Ansprechpartnerinnen|wen kennen wir|wen kennst du|wen haben wir|wen haben wir da|wer ist unser Kontakt|wer ist unser Ansprechpartner|kennen wir jemanden|kennen wir wen|wer sitzt|Leute",
        "contacts|contact people|contact persons|whom do we know|who do we know|who do you know|who do we deal with|do we know anyone|do we know anybody|do we know someone|who can i talk to|who can i call|who is our contact|who's our contact|people",
        "contactos|personas de contacto|a quién conocemos|a quién tenemos|con quién tratamos|quién es nuestro contacto|conocemos a alguien|con quién puedo hablar|a quién puedo llamar|gente",
    ),
    title="name",
    parents=("roaster", "cooperative"),
    read=Role.ANALYST,
    fields=(
        NAME,
        Field(
            "position",
            Names("Funktion|Position|Rolle", "position|job|function", "cargo|puesto|función"),
            listed=True,
        ),
        replace(EMAIL, listed=True),
        replace(PHONE, listed=True),
        Field("language", Names("Sprache", "language", "idioma|lengua")),
        _AT_ROASTER,
        _AT_COOPERATIVE,
    ),
    check=one_party,
)


def _about(_today: object) -> ColumnElement[str]:
    """Return "2026-11-20 call Name" as an interaction's name; it has none of its own."""
    roaster = select(Roaster.name).where(Roaster.id == Interaction.roaster_id)
    cooperative = select(Cooperative.name).where(Cooperative.id == Interaction.cooperative_id)
    party = case(
        (Interaction.roaster_id.is_not(None), roaster.scalar_subquery()),
        else_=cooperative.scalar_subquery(),
    )
    day = func.to_char(Interaction.happened_on, "YYYY-MM-DD")
    return func.concat_ws(" ", day, cast(Interaction.kind, String), party)


async def check_interaction(ctx: ToolContext, record: Record | None, values: Values) -> None:
    """One side, the member who asks unless another is named, today unless another day is."""
    if record is None:
        values.setdefault("member_id", ctx.asker.id)
        if values.get("happened_on") is None:
            values["happened_on"] = ctx.today
    await one_party(ctx, record, values)


async def note_contact(ctx: ToolContext, record: Record | None, values: Values) -> None:
    """Move the party's last contact forward to an interaction that was later."""
    if not isinstance(record, Interaction) or record.happened_on > ctx.today:
        return
    model, number = (
        (Roaster, record.roaster_id)
        if record.roaster_id is not None
        else (Cooperative, record.cooperative_id)
    )
    party = await ctx.session.get(model, number)
    if party is not None and (
        party.last_contact_on is None or party.last_contact_on < record.happened_on
    ):
        party.last_contact_on = record.happened_on


INTERACTION = Entity(
    key="interaction",
    model=Interaction,
    noun=Names(
        "Interaktion|Gespräch|Kontaktaufnahme|Aktivität|gesprochen|geredet|besprochen|Austausch",
        "interaction|conversation|touchpoint|activity|spoken|talked|talk|discuss|discussed|in touch",
        "interacción|conversación|actividad|hablamos|hablado|hablé|conversé|conversamos",
    ),
    nouns=Names(
        "Interaktionen|Gespräche|Aktivitäten|Kontaktaufnahmen",
        "interactions|conversations|activities|touchpoints",
        "interacciones|conversaciones|actividades",
    ),
    title="about",
    order="-happened_on",
    read=Role.ANALYST,
    fields=(
        Field(
            "about",
            Names("Betrifft", "about", "referencia"),
            sql=_about,
            sql_kind="text",
            write=None,
        ),
        Field("kind", Names("Art", "kind|type", "tipo"), listed=True),
        Field("happened_on", Names("Datum|Tag|am", "date|day|on", "fecha|día"), listed=True),
        _AT_ROASTER,
        _AT_COOPERATIVE,
        Field(
            "contact",
            Names(
                "Kontakt|Ansprechpartner", "contact|contact person", "contacto|persona de contacto"
            ),
            ref="contact",
        ),
        Field(
            "member",
            Names("Mitglied|Kollege|Kollegin|von", "member|colleague|by", "miembro|colega|por"),
            ref="member",
            listed=True,
        ),
        Field(
            "summary", Names("Inhalt|Zusammenfassung|Notiz", "summary|content", "resumen|contenido")
        ),
    ),
    check=check_interaction,
    filled=("happened_on",),
    after=note_contact,
)

_LOG = Examples(
    de=("Heute mit {roaster} telefoniert", "Anruf bei {roaster} am {happened_on} notieren", "Besuch bei {cooperative} eintragen: {summary}"),
    en=("Log a call with {roaster} today", "Visited {cooperative} on {happened_on}", "Note for {roaster}: {summary}"),
    es=("Registra una llamada con {roaster}", "Visité {cooperative} el {happened_on}", "Anota una nota para {roaster}: {summary}"),
)  # fmt: skip

ENTITIES = (ROASTER, CONTACT, INTERACTION)
TOOLS = (
    *tools_of(ROASTER),
    *tools_of(CONTACT),
    *tools_of(
        INTERACTION,
        examples={"create": _LOG},
        notes={
            "create": "Log a call, visit, meeting, mail or note with a roaster or a cooperative; "
            "today and by the asking member unless said otherwise."
        },
    ),
)
