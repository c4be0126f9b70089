"""A backup's file: a tar with what the database held (`manifest.json`) and its dump."""

import hashlib
import json
import os
import tarfile
from datetime import datetime
from pathlib import Path
from typing import IO, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from db.contents import Contents

_MANIFEST = "manifest.json"
_DUMP = "database.dump"
_CHUNK = 1 << 20


class BackupError(Exception):
    """A backup or restore that did not happen; the message says why, and what to do."""


class Manifest(BaseModel):
    """What is known about a backup.

    Attributes:
        format: of the file.
        database: name of the database it was taken from.
        made_at: by the server's clock; nothing committed later is in it.
        server_major: the server's version.
        client_major: the version of the programs that wrote the dump.
        contents: what the database held; what a restored one is compared with.
        dump_bytes: size of the dump.
        dump_sha256: its checksum.
    """

    model_config = ConfigDict(frozen=True)

    format: Literal[1] = 1
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
    note = target.with_name(_MANIFEST)
    note.write_text(json.dumps(manifest.model_dump(mode="json"), indent=1), encoding="utf-8")
    with target.open("wb") as stream:
        target.chmod(0o600)
        with tarfile.open(fileobj=stream, mode="w") as tar:
            tar.add(note, _MANIFEST)
            tar.add(dump, _DUMP)
        stream.flush()
        os.fsync(stream.fileno())


def unpack(source: Path, dump: Path) -> Manifest:
    """Return a backup's manifest and write its dump to a path.

    Raises:
        BackupError: the file is missing, or not complete and unchanged since it was written.
    """
    try:
        with tarfile.open(source, "r:") as tar:
            manifest = Manifest.model_validate_json(_member(tar, _MANIFEST).read())
            with dump.open("wb") as written:
                found = _copied(_member(tar, _DUMP), written)
    except OSError as error:
        raise BackupError(f"backup {str(source)!r} cannot be read: {error}") from error
    except (tarfile.TarError, KeyError, ValidationError) as error:
        raise _damaged(source, str(error).splitlines()[0]) from error
    if found != manifest.dump_sha256:
        raise _damaged(source, "its dump is not the one that was written")
    return manifest


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
