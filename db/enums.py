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
from db.word import LOCALES, Locale, Word

__all__ = [
    "LOCALES",
    "NARROWER",
    "Basis",
    "Certification",
    "Classifier",
    "ContainerSize",
    "ContractStatus",
    "CooperativeStatus",
    "Currency",
    "DealStage",
    "EventCode",
    "FixingCall",
    "Incoterm",
    "InteractionKind",
    "Language",
    "Locale",
    "MovementKind",
    "Per",
    "Priority",
    "Process",
    "Protocol",
    "Role",
    "ShipmentStatus",
    "SizeClass",
    "SourceKind",
    "Stage",
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


class ShipmentStatus(Word):
    """A shipment's position. `delayed` is derived, never stored."""

    PLANNED = "planned", "geplant", "planned", "planificado|planeado|planificada"
    IN_TRANSIT = (
        "in_transit",
        "unterwegs|auf See|schwimmend|ausgelaufen|abgefahren|abgelegt|im Transit",
        "in transit|afloat|on the water|at sea|sailed|departed|under way",
        "en tránsito|en camino|navegando|zarpó|zarpado|partió|en el mar|en alta mar|altamar",
    )
    CUSTOMS = (
        "customs",
        "beim Zoll|im Zoll|Zoll|Verzollung",
        "in customs|customs",
        "en aduana|aduana|en aduanas",
    )
    DELIVERED = (
        "delivered",
        "geliefert|zugestellt|ausgeliefert|abgeliefert",
        "delivered",
        "entregado|entregada|entregados|entregaron|entregó",
    )


class ContainerSize(Word):
    """ISO container sizes that carry coffee."""

    FT20 = "20ft", "20 Fuß|20'|20ft|TEU", "20 ft|20 foot|20'|20ft", "20 pies|20'|20ft"
    FT40 = "40ft", "40 Fuß|40'|40ft", "40 ft|40 foot|40'|40ft", "40 pies|40'|40ft"
    FT40HC = "40hc", "40 Fuß High Cube|40HC", "40 ft high cube|40HC", "40 pies high cube|40HC"


class EventCode(Word):
    """DCSA Track & Trace event codes (event domain 3.2) a green-coffee shipment meets."""

    LOAD = "LOAD", "verladen|geladen", "loaded", "cargado|embarcado"
    DEPA = "DEPA", "Abfahrt|abgefahren|ausgelaufen", "departed|departure", "salida|zarpó"
    ARRI = "ARRI", "Ankunft|angekommen|eingelaufen", "arrived|arrival", "llegada|llegó"
    DISC = "DISC", "gelöscht|entladen", "discharged", "descargado"
    CUSS = "CUSS", "Zollbeschau", "customs inspection", "inspección de aduana"
    CUSR = "CUSR", "Zollfreigabe|freigegeben", "customs released|released", "liberado por aduana"
    GTOT = "GTOT", "Gate-out|Terminal verlassen", "gate out", "salida de terminal"
    GTIN = "GTIN", "Gate-in|am Terminal", "gate in", "entrada a terminal"
    STUF = "STUF", "gestaut|Container beladen", "stuffed", "consolidado"
    STRP = "STRP", "entstaut|Container entladen", "stripped", "desconsolidado"
    HOLD = "HOLD", "angehalten|gesperrt", "on hold", "retenido"


class Classifier(Word):
    """How certain an event is (DCSA)."""

    PLN = "PLN", "geplant", "planned", "planificado"
    EST = "EST", "voraussichtlich|geschätzt", "estimated", "estimado"
    ACT = "ACT", "tatsächlich|erfolgt", "actual", "real|efectivo"


class SourceKind(Word):
    """Where a fact was read."""

    URL = "url", "Webseite|Link|URL", "web page|link|URL", "página web|enlace|URL"
    DOCUMENT = "document", "Dokument|Beleg", "document", "documento"
    PERSON = "person", "Person|Gespräch|Auskunft", "person|conversation", "persona|conversación"
    IMPORT = "import", "Import", "import", "importación"


class SampleKind(Word):
    """What a sample stands for: an offer, the lot before it sails, the lot as it came."""

    OFFER = (
        "offer",
        "Angebotsmuster|Angebot|Typenmuster",
        "offer sample|offer|type sample",
        "muestra de oferta|oferta|muestra tipo",
    )
    PRE_SHIPMENT = (
        "pre_shipment",
        "Vorverschiffungsmuster|Vorverschiffung|Verschiffungsmuster|Preshipment|Pre-Shipment|Pre-Shipment-Muster|PSS",
        "pre-shipment sample|pre-shipment|preshipment|preshipment sample|shipment sample|PSS",
        "muestra de pre-embarque|pre-embarque|preembarque|PSS",
    )
    ARRIVAL = (
        "arrival",
        "Ankunftsmuster|Ankunft|Landungsmuster",
        "arrival sample|arrival|landed sample",
        "muestra de llegada|llegada|muestra de arribo|arribo",
    )


class SampleVerdict(Word):
    """What was decided on a sample."""

    PENDING = (
        "pending",
        "steht aus|ausstehend|unentschieden|ohne Urteil",
        "pending|undecided|without a verdict",
        "pendiente|pendientes|por decidir|sin veredicto",
    )
    APPROVED = (
        "approved",
        "freigegeben|angenommen|genehmigt|akzeptiert|für gut befunden",
        "approved|accepted|passed",
        "aprobada|aprobado|aprobadas|aprobados|aceptada|aceptado",
    )
    REJECTED = (
        "rejected",
        "abgelehnt|zurückgewiesen|durchgefallen",
        "rejected|declined|refused|failed",
        "rechazada|rechazado|rechazadas|rechazados",
    )


class CuppingKind(Word):
    """What an entry holds: one cupper's sheet, the mean of a panel, or nothing but a total."""

    SHEET = (
        "sheet",
        "Einzelbogen|Bogen eines Verkosters",
        "single sheet|one cupper's sheet",
        "hoja individual|ficha individual",
    )
    PANEL = (
        "panel",
        "Panelmittel|Panel|Mittelwert des Panels",
        "panel mean|panel",
        "promedio del panel|panel",
    )
    TOTAL = (
        "total",
        "nur Gesamtpunkte|nur Summe|nur Gesamtpunktzahl",
        "total only|only a total",
        "solo total|solo puntaje total",
    )


class PaperKind(Word):
    """A paper a shipment travels with."""

    CONTRACT = (
        "contract",
        "Kaufvertrag|Vertrag|Kontrakt",
        "purchase contract|contract|sales contract",
        "contrato de compraventa|contrato",
    )
    BILL_OF_LADING = (
        "bill_of_lading",
        "B/L|Konnossement|BL|Bill of Lading",
        "B/L|bill of lading|BL",
        "B/L|conocimiento de embarque|BL",
    )
    COMMERCIAL_INVOICE = (
        "commercial_invoice",
        "Handelsrechnung|Rechnung",
        "commercial invoice|invoice",
        "factura comercial|factura",
    )
    PACKING_LIST = (
        "packing_list",
        "Packliste|Packing List",
        "packing list",
        "lista de empaque|packing list",
    )
    PHYTOSANITARY = (
        "phytosanitary",
        "Pflanzengesundheitszeugnis|Phyto|Phytosanitärzertifikat|phytosanitäres Zertifikat",
        "phytosanitary certificate|phyto|phyto certificate",
        "certificado fitosanitario|fitosanitario",
    )
    ICO_CERTIFICATE = (
        "ico_certificate",
        "ICO-Ursprungszeugnis|ICO-Zertifikat|Ursprungszeugnis|ICO",
        "ICO certificate of origin|ICO certificate|certificate of origin|ICO",
        "certificado de origen OIC|certificado OIC|certificado de origen|OIC",
    )
    ORGANIC_COI = (
        "organic_coi",
        "Bio-Kontrollbescheinigung|Kontrollbescheinigung|Bio-COI|COI",
        "organic certificate of inspection|certificate of inspection|organic COI|COI",
        "certificado de inspección ecológico|certificado de inspección|COI",
    )
    EUDR_STATEMENT = (
        "eudr_statement",
        "EUDR-Sorgfaltserklärung|Sorgfaltserklärung|EUDR-Referenz|EUDR-Nummer|EUDR|DDS",
        "EUDR due diligence statement|due diligence statement|EUDR reference|EUDR|DDS",
        "declaración de diligencia debida EUDR|declaración de diligencia|referencia EUDR|EUDR|DDS",
    )
    INSURANCE = (
        "insurance",
        "Transportversicherung|Versicherung|Versicherungszertifikat|Police",
        "insurance certificate|insurance|insurance policy",
        "certificado de seguro|seguro|póliza de seguro",
    )


class DocumentKind(Word):
    """What stands behind a document of the knowledge base: whether it binds anybody."""

    LAW = "law", "Rechtsakt|Gesetz|Verordnung", "law|regulation|act", "norma|ley|reglamento"
    DRAFT = "draft", "Rechtsentwurf", "draft act|draft law", "proyecto de norma"
    GUIDANCE = (
        "guidance",
        "Verwaltungsauskunft|Leitfaden einer Behörde",
        "guidance|official guidance",
        "guía oficial|orientación oficial",
    )
    CONTRACT = "contract", "Standardvertrag", "standard contract", "contrato tipo"
    PRACTICE = "practice", "Praxis", "practice", "práctica"
    NOTE = "note", "interne Notiz|Merkblatt", "internal note", "nota interna"


class Jurisdiction(Word):
    """Whose rules a document holds."""

    EU = "EU", "EU-Recht", "EU law", "derecho de la UE"
    DE = "DE", "deutsches Recht", "German law", "derecho alemán"
    PE = "PE", "peruanisches Recht", "Peruvian law", "derecho peruano"
    INT = "INT", "international", "international", "internacional"


class VersionStatus(Word):
    """Whether a version of a document may be used in answers."""

    PROPOSED = "proposed", "vorgeschlagen|nicht freigegeben", "proposed", "propuesta"
    RELEASED = "released", "freigegeben", "released", "aprobada"
    WITHDRAWN = "withdrawn", "zurückgezogen", "withdrawn", "retirada"


class DocumentOrigin(Word):
    """How a version came to us."""

    SHIPPED = "shipped", "mitgeliefert", "shipped with the product", "incluida en el producto"
    FILE = "file", "Datei", "file", "archivo"
    URL = "url", "Webseite", "web page", "página web"
    CONVERSATION = "conversation", "im Gespräch", "in conversation", "en conversación"


class Certainty(Word):
    """How far a passage may be trusted, as its author found it."""

    HIGH = "H", "sicher", "certain", "segura"
    MEDIUM = "M", "eine Sekundärquelle", "one secondary source", "una fuente secundaria"
    LOW = "L", "unsicher", "uncertain", "insegura"
    OPEN = "open", "offen", "open", "sin respuesta"


class FactStatus(Word):
    """Whether a person stands for a fact read from a passage."""

    PROPOSED = "proposed", "vorgeschlagen", "proposed", "propuesto"
    APPROVED = "approved", "bestätigt", "approved", "aprobado"
    REJECTED = "rejected", "abgelehnt", "rejected", "rechazado"


# A certificate of one standard is meant as well when people say the wider word.
NARROWER: dict[Word, tuple[Word, ...]] = {
    Certification.ORGANIC: (
        Certification.EU_ORGANIC,
        Certification.USDA_ORGANIC,
        Certification.JAS,
    ),
}
