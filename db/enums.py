"""The closed vocabularies of the trade, each word with its name in German, English and Spanish.

A word's first name per language is the one shown; the names after `|` are understood as well.
Standard library only: everything may import this, `tools.calc` included.
"""

from db.book_words import (
    ContractStatus,
    DealStage,
    FixingCall,
    Incoterm,
    MovementKind,
)
from db.document_words import (
    Certainty,
    DocumentKind,
    DocumentOrigin,
    FactStatus,
    Jurisdiction,
    VersionStatus,
)
from db.journey_words import (
    Classifier,
    ContainerSize,
    CuppingKind,
    EventCode,
    PaperKind,
    SampleKind,
    SampleVerdict,
    ShipmentStatus,
)
from db.word import LOCALES, Locale, Word

__all__ = [
    "LOCALES",
    "NARROWER",
    "Basis",
    "Certainty",
    "Certification",
    "Classifier",
    "ContainerSize",
    "ContractStatus",
    "CooperativeStatus",
    "CuppingKind",
    "Currency",
    "DealStage",
    "DocumentKind",
    "DocumentOrigin",
    "EventCode",
    "FactStatus",
    "FixingCall",
    "Incoterm",
    "InteractionKind",
    "Jurisdiction",
    "Language",
    "Locale",
    "MovementKind",
    "PaperKind",
    "Per",
    "Priority",
    "Process",
    "Protocol",
    "Role",
    "SampleKind",
    "SampleVerdict",
    "ShipmentStatus",
    "SizeClass",
    "SourceKind",
    "Stage",
    "VersionStatus",
    "Word",
]


class Role(Word):
    """What a member may do: admin ⊃ analyst ⊃ viewer."""

    ADMIN = (
        "admin",
        "Admin|Administrator|Administratorin",
        "admin|administrator",
        "admin|administrador|administradora",
    )
    ANALYST = "analyst", "Analyst|Analystin", "analyst", "analista"
    VIEWER = "viewer", "Leser|Leserin|Betrachter", "viewer|reader", "lector|lectora"


class Language(Word):
    """A language a member reads."""

    DE = (
        "de",
        "Deutsch|deutschsprachig|auf Deutsch",
        "German|German-speaking|in German",
        "alemán|en alemán|germanohablante",
    )
    EN = (
        "en",
        "Englisch|englischsprachig|auf Englisch",
        "English|English-speaking|in English",
        "inglés|en inglés|angloparlante|anglohablante",
    )
    ES = (
        "es",
        "Spanisch|spanischsprachig|auf Spanisch",
        "Spanish|Spanish-speaking|in Spanish",
        "español|castellano|en español|hispanohablante",
    )


class SizeClass(Word):
    """Company size under Directive 2013/34/EU; it decides the EUDR application date."""

    MICRO = "micro", "Kleinst|Kleinstunternehmen", "micro", "micro|microempresa"
    SMALL = "small", "klein|Kleinunternehmen", "small", "pequeña|pequeña empresa"
    MEDIUM = "medium", "mittel|mittelgroß", "medium", "mediana"
    LARGE = "large", "groß|Großunternehmen", "large", "grande"


class CooperativeStatus(Word):
    """Where we stand with a cooperative."""

    PROSPECT = "prospect", "Interessent|Kandidat", "prospect", "prospecto|candidata"
    ACTIVE = "active", "aktiv", "active", "activa|activo"
    PAUSED = "paused", "pausiert|ruhend", "paused|on hold", "en pausa|pausada"
    BLOCKED = "blocked", "gesperrt|blockiert", "blocked", "bloqueada|bloqueado"


class Stage(Word):
    """A roaster's place in the sales pipeline."""

    LEAD = "lead", "Lead|neu", "lead|new", "lead|nuevo"
    CONTACTED = "contacted", "kontaktiert|angesprochen", "contacted", "contactado|contactada"
    SAMPLING = "sampling", "Bemusterung|Musterphase|bemustert", "sampling", "muestreo|en muestras"
    NEGOTIATING = (
        "negotiating",
        "Verhandlung|in Verhandlung",
        "negotiating|negotiation",
        "negociación|negociando",
    )
    CUSTOMER = (
        "customer",
        "Kunde|Kundin|Kunden|Bestandskunde",
        "customer|client|customers|clients",
        "cliente|clientes",
    )
    DORMANT = "dormant", "inaktiv|eingeschlafen", "dormant|inactive", "inactivo|dormido"
    LOST = "lost", "verloren|abgesprungen", "lost", "perdido|perdida|perdimos|se perdió"


class Priority(Word):
    """How soon a roaster deserves attention."""

    LOW = "low", "niedrig|gering|niedrige|niedriger|niedrigen", "low", "baja|bajo"
    MEDIUM = "medium", "mittel|mittlere|mittlerer|mittleren|normal", "medium|normal", "media|medio"
    HIGH = (
        "high",
        "hoch|dringend|hohe|hoher|hohen|hohem|dringende|hochpriorisiert|hochpriorisierte|wichtig",
        "high|urgent|important",
        "alta|urgente|alto|urgentes|importante|importantes|prioritario|prioritarios",
    )


class InteractionKind(Word):
    """How we were in touch."""

    CALL = (
        "call",
        "Anruf|Telefonat|telefoniert|angerufen|Anrufe|Telefonate",
        "call|phone call|called|phoned|calls|rang|spoke on the phone",
        "llamada|llamé|telefoneó|llamadas|llamamos|llamó|hablé por teléfono",
    )
    VISIT = (
        "visit",
        "Besuch|besucht|Besuche",
        "visit|visited|visits",
        "visita|visité|visitamos|visitas|visitó",
    )
    MEETING = (
        "meeting",
        "Treffen|Besprechung|getroffen|Besprechungen|Meeting",
        "meeting|met|meetings",
        "reunión|reunimos|reuniones|me reuní|nos reunimos",
    )
    EMAIL = (
        "email",
        "E-Mail|Mail|gemailt",
        "email|e-mail|mail|emailed|emails|mails",
        "correo|e-mail",
    )
    NOTE = "note", "Notiz|Vermerk|Notizen", "note|notes|memo", "nota|apunte|notas"


class Process(Word):
    """How the cherry was processed."""

    WASHED = (
        "washed",
        "gewaschen|nass aufbereitet|gewaschene|gewaschener",
        "washed|wet processed|fully washed",
        "lavado|lavados|lavada",
    )
    NATURAL = (
        "natural",
        "natural|trocken aufbereitet|Natural|Naturals|sonnengetrocknet",
        "natural|naturals|dry processed",
        "natural|naturales",
    )
    HONEY = "honey", "Honey", "honey|honeys", "honey|miel"
    PULPED_NATURAL = (
        "pulped_natural",
        "pulped natural|entpulpt natural",
        "pulped natural|semi-washed",
        "despulpado natural|semilavado",
    )
    ANAEROBIC = "anaerobic", "anaerob|anaerobe|anaerober", "anaerobic", "anaeróbico|anaeróbica"
    WET_HULLED = "wet_hulled", "nass geschält", "wet hulled|giling basah", "trillado húmedo"
    OTHER = "other", "andere Aufbereitung", "other process", "otro proceso"


class Certification(Word):
    """A certificate a cooperative holds or a lot is sold under."""

    ORGANIC = (
        "organic",
        "Bio|biologisch|ökologisch|Öko|bio-zertifiziert|Biozertifikat",
        "organic|certified organic",
        "orgánico|orgánica|orgánicos|orgánicas|ecológico|ecológica|bio",
    )
    FAIRTRADE = (
        "fairtrade",
        "Fairtrade|fair gehandelt|FT|Fair Trade",
        "Fairtrade|fair trade|FT",
        "comercio justo|Fairtrade|fair trade",
    )
    RAINFOREST = (
        "rainforest_alliance",
        "Rainforest Alliance|Rainforest|RA",
        "Rainforest Alliance|rainforest|RA",
        "Rainforest Alliance|rainforest|RA",
    )
    UTZ = "utz", "UTZ", "UTZ", "UTZ"
    USDA_ORGANIC = "usda_organic", "USDA Organic|NOP", "USDA organic|NOP", "USDA organic|NOP"
    EU_ORGANIC = "eu_organic", "EU-Bio|EU Bio", "EU organic", "orgánico UE|ecológico UE"
    JAS = "jas", "JAS", "JAS", "JAS"
    CAFE_FEMENINO = (
        "cafe_femenino",
        "Café Femenino|Frauenkaffee",
        "Café Femenino|women's coffee",
        "Café Femenino",
    )


class Protocol(Word):
    """The cupping form a score was given on; scores of different forms are never mixed."""

    SCA_2004 = (
        "sca_2004",
        "SCA 2004|SCA|Bogen 2004|2004er Bogen|Formular 2004",
        "SCA 2004|SCA|2004 form|2004 sheet",
        "SCA 2004|SCA|formato 2004|hoja 2004|ficha 2004",
    )
    CVA = "cva", "CVA", "CVA", "CVA"
    UNKNOWN = "unknown", "unbekanntes Protokoll", "unknown protocol", "protocolo desconocido"


class Currency(Word):
    """A currency; USc is the US cent in which Coffee "C" is quoted."""

    EUR = "EUR", "Euro|EUR|€", "euro|euros|EUR|€", "euro|euros|EUR|€"
    USD = (
        "USD",
        "US-Dollar|Dollar|USD|$|Dollars",
        "US dollar|US dollars|dollar|dollars|USD|$",
        "dólar|dólares|USD|$|dólares americanos|dólares estadounidenses",
    )
    USC = "USc", "US-Cent|Cent|USc|ct", "US cents|cents|cent|USc|c", "centavos|centavo|USc|ctvs"
    PEN = (
        "PEN",
        "Sol|Soles|PEN|peruanische Sol|peruanischen Sol",
        "sol|soles|PEN|Peruvian soles",
        "sol|soles|PEN|soles peruanos|nuevos soles",
    )
    GBP = "GBP", "Pfund|GBP|£", "pound|pounds|GBP|£", "libra esterlina|GBP|£"


class Per(Word):
    """The weight a price is for. A quintal (qq) is 46 kg of green coffee."""

    KG = "kg", "kg|Kilo|Kilogramm", "kg|kilo|kilogram", "kg|kilo|kilogramo"
    LB = "lb", "lb|Pfund", "lb|pound", "lb|libra"
    QQ = "qq", "qq|Quintal", "qq|quintal", "qq|quintal"
    BAG = "bag", "Sack", "bag", "saco"


class Basis(Word):
    """Outright, or a differential to Coffee "C" still to be fixed."""

    OUTRIGHT = "outright", "fix|outright|Festpreis", "outright|fixed price", "outright|precio fijo"
    DIFFERENTIAL = (
        "differential",
        "Differential|PTBF|zum C|gegen New York|Diff|Differenzial|Differenzialbasis",
        "differential|PTBF|diff|to C|differentials|price to be fixed|against New York",
        "diferencial|PTBF|sobre C|diferenciales|a diferencial|contra Nueva York",
    )


class SourceKind(Word):
    """Where a fact was read."""

    URL = "url", "Webseite|Link|URL", "web page|link|URL", "página web|enlace|URL"
    DOCUMENT = "document", "Dokument|Beleg", "document", "documento"
    PERSON = "person", "Person|Gespräch|Auskunft", "person|conversation", "persona|conversación"
    IMPORT = "import", "Import", "import", "importación"


# A certificate of one standard is meant as well when people say the wider word.
NARROWER: dict[Word, tuple[Word, ...]] = {
    Certification.ORGANIC: (
        Certification.EU_ORGANIC,
        Certification.USDA_ORGANIC,
        Certification.JAS,
    ),
}
