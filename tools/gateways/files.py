"""Files on their way: handed in and waiting for a decision, or made and waiting to be sent.

A reference is the content's own SHA-256, so what was approved is what is read back, or nothing.
"""

import hashlib
import re
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from tools.errors import Refused, Said

MADE = "made"  # files that wait to be sent, below the folder of those handed in
_REFERENCE = re.compile(r"sha256:([0-9a-f]{64})")

_GONE = Said(
    de="Die Datei „{name}“ liegt nicht mehr vor. Bitte noch einmal importieren.",
    en="The file “{name}” is no longer here. Please import it again.",
    es="El archivo «{name}» ya no está. Impórtalo de nuevo, por favor.",
)
_ALTERED = Said(
    de="Die Datei „{name}“ ist nicht mehr, was sie war. Bitte noch einmal importieren.",
    en="The file “{name}” is not what it was. Please import it again.",
    es="El archivo «{name}» ya no es el que era. Impórtalo de nuevo, por favor.",
)
_EMPTY = Said(
    de="Die Datei „{name}“ ist leer.",
    en="The file “{name}” is empty.",
    es="El archivo «{name}» está vacío.",
)
_NOWHERE = Said(
    de="Für Dateien ist kein Ordner eingerichtet.",
    en="No folder is set up for files.",
    es="No hay carpeta configurada para archivos.",
)


def keep(folder: Path | None, name: str, data: bytes) -> str:
    """Keep a file; return its reference, `sha256:…`. The same content is kept once.

    Args:
        folder: where; readable by this system user alone.
        name: what people call it; for messages only, never part of a path.
        data: what it holds.

    Raises:
        Refused: no folder is set up, or the file is empty.
    """
    if not data:
        raise Refused("empty_file", _EMPTY, next="stop", name=name)
    place = _folder(folder)
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    digest = hashlib.sha256(data).hexdigest()
    with tempfile.NamedTemporaryFile(dir=place, prefix=".new-", delete=False) as file:
        file.write(data)
    Path(file.name).replace(place / digest)
    return f"sha256:{digest}"


def load(folder: Path | None, reference: str, name: str = "") -> bytes:
    """Return what a reference stands for.

    Raises:
        Refused: it is gone, or no longer what the reference says.
    """
    called = name or reference[:20]
    path = _path(_folder(folder), reference)
    if path is None or not path.is_file():
        raise Refused("file_gone", _GONE, next="stop", name=called)
    data = path.read_bytes()
    if f"sha256:{hashlib.sha256(data).hexdigest()}" != reference:
        raise Refused("file_altered", _ALTERED, next="stop", name=called)
    return data


def kept_at(folder: Path, reference: str) -> datetime:
    """Return when a file was kept last; it must be there."""
    return datetime.fromtimestamp((folder / reference.removeprefix("sha256:")).stat().st_mtime, UTC)


def is_reference(text: str) -> bool:
    """Return whether a text has the form of a reference."""
    return _REFERENCE.fullmatch(text) is not None


def forget(folder: Path | None, reference: str) -> None:
    """Delete a file that is no longer needed; nothing happens when it is gone already."""
    path = _path(_folder(folder), reference)
    if path is not None:
        path.unlink(missing_ok=True)


def prune(folder: Path, before: datetime) -> int:
    """Delete files kept before an instant, when nobody can decide on them any more.

    Returns:
        How many there were.
    """
    old = [p for p in folder.glob("*") if p.is_file() and p.stat().st_mtime < before.timestamp()]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)


def _folder(folder: Path | None) -> Path:
    if folder is None:
        raise Refused("no_folder", _NOWHERE, next="stop")
    return folder


def _path(folder: Path, reference: str) -> Path | None:
    found = _REFERENCE.fullmatch(reference)
    return folder / found[1] if found else None
