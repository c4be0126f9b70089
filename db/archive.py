"""A backup's file: a tar with what the database held (`manifest.json`) and its dump.

Nothing in it is believed before its checksum was: a byte that changed on some disk is found before
anything is restored.
"""

import hashlib
import io
import json
import os
import tarfile
from datetime import datetime
from pathlib import Path
from typing import IO, Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from db.contents import Contents

PRODUCT = "coffeestudio"
FORMAT = 1
_MANIFEST = "manifest.json"
_CHECKSUM = "manifest.sha256"
_DUMP = "database.dump"
_CHUNK = 1 << 20
_MODE = 0o600  # whoever reads a backup reads every personal datum in it
_MANIFEST_BYTES = 50_000_000


class BackupError(Exception):
    """A backup or restore that did not happen; the message says why, and what to do."""


class Manifest(BaseModel):
    """What is known about a backup.

    Attributes:
        product: whose backup it is.
        format: of the file.
        product_version: of the program that wrote it.
        database: name of the database it was taken from.
        made_at: by the server's clock; nothing committed later is in it.
        server_major: the server's version.
        client_major: the version of the programs that wrote the dump.
        contents: what the database held; what a restored one is compared with.
        dump_bytes: size of the dump.
        dump_sha256: its checksum.
    """

    model_config = ConfigDict(frozen=True)

    product: Literal["coffeestudio"] = PRODUCT
    format: Literal[1] = FORMAT
    product_version: str
    database: str
    made_at: datetime
    server_major: int
    client_major: int
    contents: Contents
    dump_bytes: int
    dump_sha256: str


def measure(dump: Path) -> tuple[int, str]:
    """Return a file's size in bytes and its SHA-256."""
    with dump.open("rb") as stream:
        return dump.stat().st_size, hashlib.file_digest(stream, "sha256").hexdigest()


def pack(manifest: Manifest, dump: Path, target: Path) -> None:
    """Write a backup, readable by its owner only and on the disk when this returns."""
    note = json.dumps(manifest.model_dump(mode="json"), indent=1).encode()
    checksum = hashlib.sha256(note).hexdigest().encode()
    target.touch(mode=_MODE)
    with target.open("wb") as stream:
        with tarfile.open(fileobj=stream, mode="w") as tar:
            _add(tar, _MANIFEST, io.BytesIO(note), len(note))
            _add(tar, _CHECKSUM, io.BytesIO(checksum), len(checksum))
            with dump.open("rb") as dumped:
                _add(tar, _DUMP, dumped, manifest.dump_bytes)
        stream.flush()
        os.fsync(stream.fileno())


def read_manifest(source: Path) -> Manifest:
    """Return what a backup says it holds, without reading its dump.

    Raises:
        BackupError: it is missing, damaged, not ours, or of a newer program.
    """
    return _read(source, None)


def unpack(source: Path, dump: Path) -> Manifest:
    """Return a backup's manifest and write its dump to a path.

    Raises:
        BackupError: the file is missing, of another product, of a newer program, or not complete
            and unchanged since it was written.
    """
    return _read(source, dump)


def _read(source: Path, dump: Path | None) -> Manifest:
    try:
        with tarfile.open(source, "r:") as tar:
            manifest = _manifest(source, tar)
            if dump is None:
                return manifest
            with dump.open("wb") as written:
                found = _copied(_member(tar, _DUMP), written)
    except OSError as error:
        if isinstance(error, tarfile.TarError):
            raise _damaged(source, str(error)) from error
        raise BackupError(f"backup {str(source)!r} cannot be read: {error}") from error
    except (tarfile.TarError, KeyError, ValueError) as error:
        raise _damaged(source, str(error).splitlines()[0]) from error
    if found != manifest.dump_sha256:
        raise _damaged(source, "its dump is not the one that was written")
    return manifest


def _manifest(source: Path, tar: tarfile.TarFile) -> Manifest:
    note = _member(tar, _MANIFEST).read(_MANIFEST_BYTES)
    if hashlib.sha256(note).hexdigest() != _member(tar, _CHECKSUM).read().decode("ascii"):
        raise _damaged(source, "its description is not the one that was written")
    said: dict[str, Any] = json.loads(note)
    if said.get("product") != PRODUCT:
        raise BackupError(
            f"{str(source)!r} is a backup of {said.get('product')!r}, not of CoffeeStudio: restore "
            "it with the program that made it"
        )
    if said.get("format") != FORMAT:
        raise BackupError(
            f"backup {str(source)!r} was made by a newer CoffeeStudio "
            f"({said.get('product_version')}): update this one, then restore it"
        )
    try:
        return Manifest.model_validate(said)
    except ValidationError as error:
        raise _damaged(source, str(error).splitlines()[0]) from error


def _add(tar: tarfile.TarFile, name: str, content: IO[bytes], size: int) -> None:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = size, _MODE
    tar.addfile(entry, content)


def _member(tar: tarfile.TarFile, name: str) -> IO[bytes]:
    stream = tar.extractfile(name)
    if stream is None:
        raise KeyError(f"{name!r} is not a file")
    return stream


def _copied(source: IO[bytes], target: IO[bytes]) -> str:
    digest = hashlib.sha256()
    while chunk := source.read(_CHUNK):
        digest.update(chunk)
        target.write(chunk)
    return digest.hexdigest()


def _damaged(source: Path, why: str) -> BackupError:
    return BackupError(
        f"backup {str(source)!r} is damaged or not a backup of ours ({why}): use another one; "
        "nothing was restored"
    )
