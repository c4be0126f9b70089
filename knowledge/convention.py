"""A file of our own convention as a document and a version: shipped, or brought by the team."""

from collections.abc import Iterator

from db.enums import Certainty, DocumentKind, DocumentOrigin, Jurisdiction, Language
from knowledge.corpus_file import CorpusFile, Unit
from knowledge.reading.blocks import clean
from knowledge.reading.pieces import fitting
from knowledge.refs import references
from knowledge.storing import STEP, NewDocument, NewPassage, NewVersion


def new_document(file: CorpusFile) -> NewDocument:
    """Return the work a file is a version of."""
    return NewDocument(
        work_key=file.work_key,
        title=file.title,
        kind=DocumentKind(file.kind.value),
        tier=file.tier,
        jurisdiction=Jurisdiction(file.jurisdiction),
        recheck_every=str(file.recheck_every),
    )


def new_version(
    file: CorpusFile, sha256: str, origin: DocumentOrigin = DocumentOrigin.SHIPPED
) -> NewVersion:
    """Return a file of our convention as a version."""
    return NewVersion(
        label=file.version,
        lang=Language(file.language),
        title=file.title,
        sha256=sha256,
        media_type="text/markdown",
        origin=origin,
        read_on=file.read,
        passages=[p for unit in file.units for p in _passages(file, unit)],
        act=file.act,
        number=file.number,
        official_reference=file.official_reference,
        valid_from=file.valid_from,
        valid_to=file.valid_to,
        validity_note=file.validity_note,
    )


def _passages(file: CorpusFile, unit: Unit) -> Iterator[NewPassage]:
    # The act a unit belongs to is looked for as often as the article it is.
    act = (file.act or "", file.number or "")
    for number, body in enumerate(fitting(clean(unit.body)), start=1):
        said = (*act, unit.locator, unit.title, unit.context, body)
        yield NewPassage(
            locator=unit.locator if number == 1 else f"{unit.locator} [{number}]",
            heading_path=f"{file.title}{STEP}{unit.locator} · {unit.title}",
            body=body,
            context=unit.context,
            refs=references("\n".join(said)),
            certainty=Certainty(unit.conf.value),
            source_note=unit.source,
            read_on=unit.read,
            confirm=unit.confirm,
        )
