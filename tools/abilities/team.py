"""The team and the company: who belongs to it, in which role and language, and our own settings."""

import re
from typing import Annotated, Any

from pydantic import Field as Declared
from sqlalchemy import func, select

from db.base import Record
from db.enums import Currency, Language, Role, SizeClass
from db.models import Company, Member
from tools import references, writing
from tools.context import ToolContext
from tools.derived import tools_of
from tools.entity import Entity, Field
from tools.errors import InvalidArguments, Refused, Said
from tools.spec import Approval, Args, Effect, Examples, Names, Result, tool
from tools.usual_fields import EMAIL, NAME, readable_by

ChannelId = Annotated[str, Declared(pattern="^[CG][A-Z0-9]{6,20}$")]
MEMBER = Entity(
    key="member",
    model=Member,
    noun=Names(
        "Teammitglied|Kollege|Kollegin|Benutzer", "team member|colleague|user", "miembro del equipo|colega|usuario"
    ),
    nouns=Names(
        "Teammitglieder|Kollegen|Kolleginnen|Team|Benutzer",
        "team members|colleagues|team|users",
        "miembros del equipo|colegas|equipo|usuarios",
    ),
    title="name",
    aliases="email",
    write=Role.ADMIN,
    fields=(
        NAME,
        Field("role", Names("Rolle|Berechtigung", "role|permission", "rol|permiso"), listed=True, write=None),
        readable_by(EMAIL, Role.ANALYST),
        Field("locale", Names("Sprache", "language", "idioma"), listed=True, write=None),
        Field("active", Names("aktiv", "active", "activo|activa"), listed=True, write=None),
        Field("slack_id", Names("Slack-ID|Slack", "Slack ID|Slack", "ID de Slack|Slack"), read=Role.ANALYST, write=Role.ADMIN),
    ),
    creatable=False,
    retirable=False,
)  # fmt: skip

COMPANY = Entity(
    key="company",
    model=Company,
    noun=Names(
        "Firmeneinstellungen|Firmenprofil|unsere Firma",
        "company settings|our company",
        "configuración de la empresa|nuestra empresa",
    ),
    nouns=Names("Firmeneinstellungen", "company settings", "configuración de la empresa"),
    title="name",
    write=Role.ADMIN,
    fields=tuple(
        Field(key, names, write=Role.ADMIN, unit="d" if key == "delayed_after_days" else None)
        for key, names in (
            ("name", Names("Firmenname|Name", "company name|name", "nombre de la empresa|nombre")),
            ("size_class", Names("Größenklasse|Unternehmensgröße", "size class|company size", "tamaño de empresa")),
            ("home_country", Names("Sitzland|Land", "home country|country", "país de la empresa|país")),
            ("currency", Names("Hauswährung|Währung", "home currency|currency", "moneda propia|moneda")),
            ("imprint", Names("Impressum|Anschrift", "imprint|address", "aviso legal|dirección")),
            ("delayed_after_days", Names("verspätet ab Tagen|Verspätungsschwelle", "delayed after days|delay threshold", "retrasado desde días|umbral de retraso")),
            ("own_customers_only", Names("nur eigene Kunden", "own customers only", "solo clientes propios")),
            ("slack_channels", Names("Slack-Kanäle|private Kanäle", "Slack channels|private channels", "canales de Slack|canales privados")),
            ("four_eyes", Names("Vier-Augen-Prinzip|vier Augen", "four eyes|four-eyes rule", "cuatro ojos")),
        )
    ),
    creatable=False,
    retirable=False,
)  # fmt: skip

ADDED = Said(
    de="{name} ist dabei, Rolle {role}.",
    en="{name} has joined as {role}.",
    es="{name} se ha unido como {role}.",
)
BACK = Said(
    de="{name} ist wieder dabei, Rolle {role}.",
    en="{name} is back as {role}.",
    es="{name} está de vuelta como {role}.",
)
_ROLE = Said(
    de="{name} hat jetzt die Rolle {role}.",
    en="{name} now has the role {role}.",
    es="{name} tiene ahora el rol {role}.",
)
_LINKED = Said(
    de="{name} ist jetzt mit Slack verknüpft.",
    en="{name} is now linked to Slack.",
    es="{name} está ahora vinculado a Slack.",
)
_GONE = Said(
    de="{name} ist deaktiviert und kann nichts mehr abfragen oder ändern.",
    en="{name} is deactivated and can no longer ask or change anything.",
    es="{name} está desactivado y ya no puede consultar ni cambiar nada.",
)
_LANGUAGE = Said(
    de="Ab jetzt schreibe ich dir auf {language}.",
    en="From now on I write to you in {language}.",
    es="A partir de ahora te escribo en {language}.",
)
_UNCHANGED = Said(
    de="Das steht bei {name} schon so; es gab nichts zu ändern.",
    en="That is how it is for {name} already; nothing had to change.",
    es="Eso ya está así para {name}; no había nada que cambiar.",
)
_KNOWN = Said(
    de="{email} gehört schon zu {name} im Team.",
    en="{email} already belongs to {name} in the team.",
    es="{email} ya pertenece a {name} en el equipo.",
)
_NO_EMAIL = Said(
    de="„{email}“ ist keine E-Mail-Adresse.",
    en="“{email}” is not an e-mail address.",
    es="«{email}» no es una dirección de correo.",
)
_LAST_ADMIN = Said(
    de="{name} ist der letzte aktive Admin; mach zuerst jemand anderen zum Admin.",
    en="{name} is the last active admin; make somebody else admin first.",
    es="{name} es el último administrador activo; antes nombra a otra persona.",
)
_NOTHING = Said(
    de="Es ist nicht gesagt, was sich ändern soll.",
    en="Nothing to change was given.",
    es="No se indicó qué cambiar.",
)


class AddMemberArgs(Args):
    """A new colleague."""

    name: str = Declared(min_length=1, max_length=200)
    email: str
    role: Role = Role.VIEWER
    language: Language = Language.DE


@tool(
    AddMemberArgs,
    verb="add",
    noun="member",
    effect=Effect.WRITE,
    permission=Role.ADMIN,
    approval=Approval.ALWAYS,
    examples=Examples(
        de=("Nimm {name} ({email}) als {role} ins Team auf", "Neues Teammitglied: {name}, {email}, {role}"),
        en=("Add {name} ({email}) to the team as {role}", "New team member: {name}, {email}, {role}"),
        es=("Añade a {name} ({email}) al equipo como {role}", "Nuevo miembro del equipo: {name}, {email}, {role}"),
    ),
)  # fmt: skip
async def add_member(ctx: ToolContext, args: AddMemberArgs) -> Result:
    """Add a colleague by name and e-mail, or bring a deactivated one back."""
    email = args.email.lower()
    if not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", email):
        raise InvalidArguments(_NO_EMAIL, email=args.email[:80])
    known = await ctx.session.scalar(select(Member).where(Member.email == email))
    if known is not None and known.active:
        raise Refused("known_member", _KNOWN, next="stop", email=email, name=known.name)
    values: dict[str, Any] = {"name": args.name, "role": args.role, "locale": args.language}
    if known is not None:
        return await _set(ctx, known, values | {"active": True}, BACK, role=args.role)
    member = Member(email=email, active=True, **values)
    ctx.session.add(member)
    await ctx.session.flush()
    return _told(member, ADDED, role=args.role)


class RoleArgs(Args):
    """Whose role becomes which."""

    member: str
    role: Role


@tool(
    RoleArgs,
    verb="change_role",
    noun="member",
    effect=Effect.WRITE,
    permission=Role.ADMIN,
    approval=Approval.ALWAYS,
    examples=Examples(
        de=("Mach {member} zum {role}", "Mach {member} zur {role}", "Gib {member} die Rolle {role}", "{member} soll {role} werden"),
        en=("Make {member} an {role}", "Give {member} the role {role}", "Set {member}'s role to {role}"),
        es=("Haz a {member} {role}", "Dale a {member} el rol {role}", "Dale a {member} el rol de {role}"),
    ),
)  # fmt: skip
async def change_member_role(ctx: ToolContext, args: RoleArgs) -> Result:
    """Give a team member another role: admin, analyst or viewer."""
    member = await _member(ctx, args.member)
    if args.role is not Role.ADMIN:
        await _keep_an_admin(ctx, member)
    return await _set(ctx, member, {"role": args.role}, _ROLE, role=args.role)


class LinkArgs(Args):
    """Which Slack user a member is."""

    member: str
    slack_id: str = Declared(pattern="^[UW][A-Z0-9]{6,20}$")


@tool(
    LinkArgs,
    verb="link",
    noun="member",
    effect=Effect.WRITE,
    permission=Role.ADMIN,
    approval=Approval.ALWAYS,
    examples=Examples(
        de=("Verknüpfe {member} mit der Slack-ID {slack_id}",),
        en=("Link {member} to the Slack ID {slack_id}",),
        es=("Vincula a {member} con el ID de Slack {slack_id}",),
    ),
)  # fmt: skip
async def link_member(ctx: ToolContext, args: LinkArgs) -> Result:
    """Say which Slack user a team member is, when their address in Slack is another one."""
    member = await _member(ctx, args.member)
    return await _set(ctx, member, {"slack_id": args.slack_id}, _LINKED)


class DeactivateArgs(Args):
    """Who leaves."""

    member: str


@tool(
    DeactivateArgs,
    verb="deactivate",
    noun="member",
    effect=Effect.WRITE,
    permission=Role.ADMIN,
    approval=Approval.ALWAYS,
    examples=Examples(
        de=("Deaktiviere {member}", "{member} hat uns verlassen, sperre den Zugang"),
        en=("Deactivate {member}", "{member} has left, lock the account"),
        es=("Desactiva a {member}", "{member} se ha ido, bloquea su acceso"),
    ),
)  # fmt: skip
async def deactivate_member(ctx: ToolContext, args: DeactivateArgs) -> Result:
    """Lock a team member out; what they did stays on record, add_member brings them back."""
    member = await _member(ctx, args.member)
    await _keep_an_admin(ctx, member)
    return await _set(ctx, member, {"active": False}, _GONE)


class LanguageArgs(Args):
    """The language to be written to in."""

    language: Language


@tool(
    LanguageArgs,
    verb="set_language",
    noun="member",
    effect=Effect.WRITE,
    permission=Role.VIEWER,
    approval=Approval.OWN_WORDS,
    examples=Examples(
        de=("Schreib mir künftig auf {language}", "Stell meine Sprache auf {language}"),
        en=("Write to me in {language} from now on", "Set my language to {language}"),
        es=("Escríbeme en {language} a partir de ahora", "Cambia mi idioma a {language}"),
    ),
)  # fmt: skip
async def set_language(ctx: ToolContext, args: LanguageArgs) -> Result:
    """Set the language the asking member is written to in (their own only)."""
    me = await ctx.session.get_one(Member, ctx.asker.id)
    return await _set(ctx, me, {"locale": args.language}, _LANGUAGE, language=args.language)


async def _member(ctx: ToolContext, text: str) -> Member:
    member = await references.resolve(ctx, MEMBER, text)
    if not isinstance(member, Member):
        raise TypeError(f"{MEMBER.key} resolved to {type(member).__name__}")
    await ctx.session.refresh(member, with_for_update=True)
    return member


async def _set(
    ctx: ToolContext, member: Member, values: dict[str, Any], sentence: Said, **said: Any
) -> Result:
    fresh = {k: v for k, v in values.items() if getattr(member, k) != v}
    for key, value in fresh.items():
        setattr(member, key, value)
    await ctx.session.flush()
    return _told(member, sentence if fresh else _UNCHANGED, **said)


def _told(member: Member, sentence: Said, **said: Any) -> Result:
    told = {"id": member.id, "record": member.name}
    return Result(told, sentence, {"name": member.name, **said}, personal=True)


async def _keep_an_admin(ctx: ToolContext, member: Member) -> None:
    """Refuse to take the last active admin away; the database would, less plainly."""
    if member.role is not Role.ADMIN or not member.active:
        return
    others = select(func.count()).where(
        Member.id != member.id, Member.role == Role.ADMIN, Member.active, Member.retired_at.is_(None)
    )  # fmt: skip
    if not await ctx.session.scalar(others):
        raise Refused("last_admin", _LAST_ADMIN, next="stop", name=member.name)


class ShowCompanyArgs(Args):
    """Nothing to say: there is one company."""


@tool(
    ShowCompanyArgs,
    verb="show",
    noun="company",
    effect=Effect.READ,
    permission=Role.VIEWER,
    examples=Examples(
        de=("Zeig unsere Firmeneinstellungen", "Ab wie vielen Tagen gilt eine Sendung als verspätet?"),
        en=("Show our company settings", "After how many days is a shipment delayed?"),
        es=("Muestra la configuración de la empresa", "¿A partir de cuántos días se considera retrasado un embarque?"),
    ),
)  # fmt: skip
async def show_company(ctx: ToolContext, args: ShowCompanyArgs) -> Result:
    """Our own company's settings: size class, home country and currency, delay threshold, rules."""
    return await writing.shown(ctx, COMPANY, (await _company(ctx)).id)


class ChangeCompanyArgs(Args):
    """Settings to change; what is not said stays."""

    name: str | None = None
    size_class: SizeClass | None = None
    home_country: str | None = Declared(None, pattern="^[A-Z]{2}$", description="ISO 3166 code")
    currency: Currency | None = None
    imprint: str | None = None
    delayed_after_days: int | None = Declared(None, ge=0, le=60)
    own_customers_only: bool | None = None
    four_eyes: bool | None = None
    slack_channels: list[ChannelId] | None = Declared(
        None, max_length=50, description="private channels in which prices may be shown"
    )


@tool(
    ChangeCompanyArgs,
    verb="change",
    noun="company",
    effect=Effect.WRITE,
    permission=Role.ADMIN,
    approval=Approval.ALWAYS,
    examples=Examples(
        de=("Sendungen gelten ab {delayed_after_days} Tagen als verspätet", "Unsere Firma ist {size_class}", "Schalte das Vier-Augen-Prinzip ein", "Im Slack-Kanal {slack_channels} dürfen Preise stehen"),
        en=("Shipments are delayed after {delayed_after_days} days", "Our company is {size_class}", "Turn the four-eyes rule on", "Prices may be shown in the Slack channel {slack_channels}"),
        es=("Los embarques están retrasados a partir de {delayed_after_days} días", "Nuestra empresa es {size_class}", "Activa la regla de cuatro ojos", "En el canal de Slack {slack_channels} se pueden mostrar precios"),
    ),
)  # fmt: skip
async def change_company(ctx: ToolContext, args: ChangeCompanyArgs) -> Result:
    """Change our own company's settings; own_customers_only hides other members' roasters."""
    given = writing.given_of(args, COMPANY)
    if not given:
        raise InvalidArguments(_NOTHING)
    values = await writing.values_of(ctx, COMPANY, given)
    return await writing.apply(ctx, COMPANY, await _company(ctx), values)


async def _company(ctx: ToolContext) -> Record:
    return (await ctx.session.scalars(select(Company))).one()


_TEAM = Examples(
    de=("Wer ist im Team?", "Welche Rolle hat {member}?"),
    en=("Who is in the team?", "Which role does {member} have?"),
    es=("¿Quién está en el equipo?", "¿Qué rol tiene {member}?"),
)

ENTITIES = (MEMBER, COMPANY)
TOOLS = (
    *tools_of(MEMBER, ("find", "summarize", "show"), examples={"find": _TEAM}),
    add_member,
    change_member_role,
    link_member,
    deactivate_member,
    set_language,
    show_company,
    change_company,
)
