"""The words of documents and of the facts read from them."""

from db.word import Word


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
