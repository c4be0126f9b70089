"""Fields several nouns share, called the same everywhere."""

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_

from db.enums import Role
from tools.entity import Field
from tools.spec import Names

NAME = Field("name", Names("Name", "name", "nombre"), listed=True)
COUNTRY = Field("country", Names("Land|Herkunftsland", "country|origin", "país|origen"))
WEBSITE = Field("website", Names("Webseite|Website", "website|web page", "sitio web|página web"))
EMAIL = Field(
    "email",
    Names(
        "E-Mail|Mail|E-Mail-Adresse|Mailadresse|Emailadresse|Email",
        "email|e-mail|mail|email address|e-mail address",
        "correo|e-mail|email|correo electrónico",
    ),
)
PHONE = Field(
    "phone",
    Names(
        "Telefon|Telefonnummer|Nummer|Handy|Handynummer|Mobil|Rufnummer|Durchwahl|Mobilnummer|Tel",
        "phone|phone number|telephone|number|cell|cell phone|mobile|mobile number|cell number|phone no|tel",
        "teléfono|tel|número|celular|móvil|número de teléfono|número de celular",
    ),
)
VARIETIES = Field(
    "varieties",
    Names("Varietäten|Varietät|Sorten|Sorte", "varieties|variety", "variedades|variedad"),
)
CERTIFICATIONS = Field(
    "certifications",
    Names(
        "Zertifikate|Zertifikat|Zertifizierung|Zertifizierungen|zertifiziert|Siegel",
        "certifications|certification|certificates|certificate|certified|certs|cert",
        "certificaciones|certificación|certificados|certificado|certificada|sello",
    ),
    listed=True,
)
NOTES = Field("notes", Names("Notizen|Anmerkungen", "notes|remarks", "notas|observaciones"))
LAST_CONTACT = Field(
    "last_contact_on",
    Names(
        "letzter Kontakt|letzten Kontakt|zuletzt kontaktiert|zuletzt gesprochen|kontaktiert|letzte Kontaktaufnahme",
        "last contact|last contacted|last spoken to|contacted|last touched base",
        "último contacto|contactado por última vez|contactado|contactados|contactamos",
    ),
)
NEXT_FOLLOWUP = Field(
    "next_followup_on",
    Names(
        "nächstes Nachfassen|Wiedervorlage|nachfassen|Follow-up|Nachfasstermin|nächster Kontakt|wieder melden|nochmal melden|Rückruf|nachhaken|wieder anrufen|erinner mich|erinnere mich|erinnern|melde dich|melden bei|zurückmelden|nachzufassen|Folgetermin|Wiedervorlagetermin|Wiedervorlagen",
        "next follow-up|follow-up|follow up|followup|follow-up date|next contact|get back to|call back|check back|check in|chase|chase up|remind me|call again|get in touch|circle back|follow-ups|followups|follow ups",
        "próximo seguimiento|seguimiento|próximo contacto|volver a contactar|volver a llamar|volver a escribir|retomar contacto|recuérdame|llamar de nuevo|contactar de nuevo|seguimientos|fecha de seguimiento",
    ),
)
OWNER = Field(
    "owner",
    Names(
        "Betreuer|zuständig|Verantwortlicher|Betreuerin|betreut|Zuständige",
        "owner|responsible|account manager|owned|person in charge",
        "responsable|encargado|encargada",
    ),
    ref="member",
)


def overdue(model: Any) -> Field:
    """Return the field that says whether a model's next follow-up lies before today."""

    def late(today: date) -> ColumnElement[bool]:
        due = model.next_followup_on
        return and_(due.is_not(None), due < today)

    names = Names(
        "überfällig|überfälliges Nachfassen|überfällige Wiedervorlage|überfällige|Wiedervorlage überfällig|überfälliger Wiedervorlage|im Rückstand",
        "overdue|overdue follow-up|follow-up overdue|overdue follow-ups|follow-up is overdue|past due follow-up",
        "vencido|seguimiento vencido|atrasado|seguimiento atrasado|vencidos|seguimientos vencidos|seguimientos atrasados|atrasados|atrasadas",
    )
    return Field("followup_overdue", names, sql=late, write=None)


def readable_by(field: Field, role: Role) -> Field:
    """Return a field that only a role and those above see."""
    from dataclasses import replace

    return replace(field, read=role)


def clock_field(key: str) -> Field:
    """Return a time of day that belongs to no noun, for reading what is said of it."""
    return Field(key, Names("Uhrzeit", "time of day", "hora"))
