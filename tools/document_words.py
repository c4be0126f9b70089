"""What a person reads when a document cannot be taken in: each reason, and what to do about it."""

from typing import Any

from knowledge.reading.unreadable import UnreadableError, Why
from tools.errors import Refused, Said

REASONS: dict[Why, Said] = {
    Why.EMPTY: Said(
        de="„{name}“ ist leer.", en="“{name}” is empty.", es="«{name}» está vacío."
    ),
    Why.TOO_LARGE: Said(
        de="„{name}“ ist mit {size} MB zu groß; ich nehme bis {most} MB. Teile die Datei oder verkleinere ihre Bilder.",
        en="“{name}” is too large at {size} MB; I take up to {most} MB. Split the file or make its pictures smaller.",
        es="«{name}» es demasiado grande ({size} MB); acepto hasta {most} MB. Divide el archivo o reduce sus imágenes.",
    ),
    Why.UNSUPPORTED: Said(
        de="„{name}“: Dateien der Art „{suffix}“ lese ich nicht. Möglich sind PDF, DOCX, HTML, Markdown, Text und E-Mail (.eml).",
        en="“{name}”: I do not read files of the kind “{suffix}”. Possible are PDF, DOCX, HTML, Markdown, text and e-mail (.eml).",
        es="«{name}»: no leo archivos del tipo «{suffix}». Acepto PDF, DOCX, HTML, Markdown, texto y correo (.eml).",
    ),
    Why.WRONG_TYPE: Said(
        de="„{name}“ ist nicht, was die Endung „{suffix}“ sagt; der Inhalt sieht nach {found} aus. Benenne die Datei richtig oder speichere sie neu.",
        en="“{name}” is not what its ending “{suffix}” says; it looks like {found}. Name the file correctly or save it anew.",
        es="«{name}» no es lo que dice su extensión «{suffix}»; parece {found}. Corrige el nombre o guárdalo de nuevo.",
    ),
    Why.OLD_OFFICE: Said(
        de="„{name}“ ist im alten Word-Format. Speichere den Text in Word als .docx.",
        en="“{name}” is in the old Word format. Save the text in Word as .docx.",
        es="«{name}» está en el formato antiguo de Word. Guárdalo en Word como .docx.",
    ),
    Why.ENCRYPTED: Said(
        de="„{name}“ ist mit einem Kennwort geschützt. Entferne den Schutz und gib mir die Datei noch einmal.",
        en="“{name}” is protected by a password. Remove the protection and give me the file again.",
        es="«{name}» está protegido con contraseña. Quita la protección y dame el archivo otra vez.",
    ),
    Why.SCANNED: Said(
        de="„{name}“ ist eingescannt: Auf {pages} Seiten steht kein lesbarer Text. Ich brauche eine Fassung mit Textebene (OCR).",
        en="“{name}” is scanned: its {pages} pages hold no readable text. I need a version with a text layer (OCR).",
        es="«{name}» está escaneado: sus {pages} páginas no tienen texto legible. Necesito una versión con capa de texto (OCR).",
    ),
    Why.TOO_MANY_PAGES: Said(
        de="„{name}“ hat {pages} Seiten; ich nehme bis {most}. Teile das Dokument.",
        en="“{name}” has {pages} pages; I take up to {most}. Split the document.",
        es="«{name}» tiene {pages} páginas; acepto hasta {most}. Divide el documento.",
    ),
    Why.TOO_LONG: Said(
        de="„{name}“ enthält zu viel Text, mehr als {most} Textstellen. Teile das Dokument.",
        en="“{name}” holds too much text, more than {most} passages. Split the document.",
        es="«{name}» contiene demasiado texto, más de {most} pasajes. Divide el documento.",
    ),
    Why.BOMB: Said(
        de="„{name}“ würde beim Entpacken übermäßig groß oder ist übermäßig verschachtelt; so etwas öffne ich nicht.",
        en="“{name}” would unpack to an excessive size or is nested excessively; I do not open such files.",
        es="«{name}» se expandiría a un tamaño excesivo o está anidado en exceso; no abro archivos así.",
    ),
    Why.TOO_SLOW: Said(
        de="„{name}“ ließ sich in {most} Sekunden nicht lesen. Teile das Dokument oder speichere es einfacher.",
        en="“{name}” could not be read within {most} seconds. Split the document or save it in a simpler form.",
        es="«{name}» no se pudo leer en {most} segundos. Divide el documento o guárdalo de forma más simple.",
    ),
    Why.BROKEN: Said(
        de="„{name}“ ist beschädigt oder abgeschnitten und lässt sich nicht lesen. Bitte hole die Datei noch einmal.",
        en="“{name}” is damaged or cut off and cannot be read. Please get the file once more.",
        es="«{name}» está dañado o incompleto y no se puede leer. Consigue el archivo de nuevo, por favor.",
    ),
    Why.FRONT_MATTER: Said(
        de="„{name}“ hat einen Kopf unserer Art, der nicht stimmt: {detail}",
        en="“{name}” has front matter of our convention that is not right: {detail}",
        es="«{name}» tiene un encabezado de nuestra convención que no es correcto: {detail}",
    ),
    Why.NO_TEXT: Said(
        de="In „{name}“ steht kein Text.",
        en="“{name}” holds no text.",
        es="«{name}» no contiene texto.",
    ),
}  # fmt: skip


def refused(name: str, error: UnreadableError) -> Refused:
    """Return the refusal of a document, with the reason in plain words."""
    code = f"unreadable_{error.why.value}"
    values: dict[str, Any] = {"name": name} | error.values
    return Refused(code, REASONS[error.why], next="stop", **values)
