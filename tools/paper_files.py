"""The files of papers: in the database from when they are attached, laid out when asked for."""

from pathlib import Path

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from db.models import PaperFile
from tools.errors import Refused, Said
from tools.gateways import files
from tools.grid import MAX_BYTES, too_large

_GONE = Said(
    de="Die Datei „{name}“ ist nicht abgelegt. Bitte noch einmal anhängen.",
    en="The file “{name}” is not kept. Please attach it again.",
    es="El archivo «{name}» no está guardado. Adjúntalo de nuevo, por favor.",
)


async def take(session: AsyncSession, folder: Path | None, reference: str, name: str) -> None:
    """Keep a file for good that waits in the folder of those handed in; once is enough.

    Raises:
        Refused: it is gone, no longer what its reference says, or larger than we take.
    """
    kept = select(PaperFile.reference).where(PaperFile.reference == reference)
    if await session.scalar(kept) is not None:
        return
    data = files.load(folder, reference, name)
    if len(data) > MAX_BYTES:
        raise too_large(f"{len(data) / 2**20:,.1f} MB", f"{MAX_BYTES // 2**20} MB")
    new = insert(PaperFile).values(reference=reference, content=data)
    await session.execute(new.on_conflict_do_nothing())


async def put_out(session: AsyncSession, folder: Path | None, reference: str, name: str) -> str:
    """Lay a kept file where made files wait to be sent; return its reference there.

    Raises:
        Refused: it is not kept, or there is no such folder.
    """
    kept = select(PaperFile.content).where(PaperFile.reference == reference)
    data = await session.scalar(kept)
    if data is None:
        raise Refused("file_gone", _GONE, next="stop", name=name)
    return files.keep(folder / files.MADE if folder else None, name, data)
