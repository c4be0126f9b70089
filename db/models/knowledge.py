"""The knowledge base: documents, their versions, the passages of a version, facts, answers given.

A passage is written once with its version and never changes: another text is another version.
What is made of passages for searching (terms, embeddings) can be made again at any time.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Computed,
    ForeignKey,
    Index,
    Integer,
    Numeric,
    PrimaryKeyConstraint,
    SmallInteger,
    Text,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, DATERANGE, JSONB, TSVECTOR, Range
from sqlalchemy.orm import Mapped, mapped_column

from db.base import FREE_TEXT, INTERNAL, Base, Record
from db.enums import (
    Certainty,
    DocumentKind,
    DocumentOrigin,
    FactStatus,
    Jurisdiction,
    Language,
    VersionStatus,
)
from db.models.journal import Entry
from db.types import HalfVector, WordType, one_of

_VALID = "daterange(valid_from, valid_to, '[]')"
_LIVE = text("retired_at IS NULL")


class Document(Record):
    """One work: a regulation, a leaflet, a standard contract, a note of ours; in all its versions.

    `recheck_every` is a rhythm as `knowledge.recheck` reads it, `next_recheck` the day it is due.
    """

    __tablename__ = "document"
    __table_args__ = (
        CheckConstraint(one_of("kind", DocumentKind), name="kind"),
        CheckConstraint(one_of("jurisdiction", Jurisdiction), name="jurisdiction"),
        CheckConstraint("tier BETWEEN 1 AND 4", name="tier"),
        Index("ix_document_next_recheck", "next_recheck"),
    )

    work_key: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str]
    kind: Mapped[DocumentKind] = mapped_column(WordType(DocumentKind))
    jurisdiction: Mapped[Jurisdiction | None] = mapped_column(WordType(Jurisdiction))
    tier: Mapped[int] = mapped_column(SmallInteger)
    url: Mapped[str | None]
    recheck_every: Mapped[str | None]
    rechecked_on: Mapped[date | None]
    next_recheck: Mapped[date | None]


class DocumentVersion(Record):
    """One wording of a document in one language, and the days it holds.

    `valid_from` and `valid_to` are the first and the last day, both included; None: not known.
    Only released versions are used in answers, and of those only what holds on the day asked about.
    `change_note` shows what a person changed of the version before, old wording and new.
    """

    __tablename__ = "document_version"
    __table_args__ = (
        CheckConstraint(one_of("lang", Language), name="lang"),
        CheckConstraint(one_of("status", VersionStatus), name="status"),
        CheckConstraint(one_of("origin", DocumentOrigin), name="origin"),
        CheckConstraint("valid_from <= valid_to", name="days"),
        CheckConstraint(
            "status <> 'released' OR origin = 'shipped' OR reviewed_by_id IS NOT NULL",
            name="reviewed",
        ),
        CheckConstraint("(reviewed_by_id IS NULL) = (reviewed_on IS NULL)", name="review"),
        Index("ix_document_version_document", "document_id", "lang"),
        Index("uq_document_version_name", "name", unique=True, postgresql_where=_LIVE),
        Index("uq_document_version_sha256", "sha256", unique=True, postgresql_where=_LIVE),
    )

    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"))
    name: Mapped[str]
    label: Mapped[str]
    lang: Mapped[Language] = mapped_column(WordType(Language))
    title: Mapped[str]
    act: Mapped[str | None]
    number: Mapped[str | None]
    sha256: Mapped[str]
    media_type: Mapped[str]
    file_name: Mapped[str | None]
    origin: Mapped[DocumentOrigin] = mapped_column(WordType(DocumentOrigin))
    official_reference: Mapped[str | None]
    passages: Mapped[int] = mapped_column(Integer)
    read_on: Mapped[date]
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    valid: Mapped[Range[date]] = mapped_column(DATERANGE, Computed(_VALID, persisted=True))
    validity_note: Mapped[str | None]
    status: Mapped[VersionStatus] = mapped_column(
        WordType(VersionStatus), server_default="proposed"
    )
    supersedes_id: Mapped[int | None] = mapped_column(ForeignKey("document_version.id"))
    reviewed_by_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    reviewed_on: Mapped[date | None]
    change_note: Mapped[str | None] = mapped_column(info=FREE_TEXT, sort_order=92)


_SEARCHED = "passage_ts(lang, heading_path, context, body)"


class Passage(Entry):
    """One numbered unit of a version: the smallest thing that is found and quoted.

    `locator` says where it stands ("Art. 26(4)", "§ 12 Abs. 1"), the same in every language of a
    version; `context` is searched and never quoted; `refs` are normalised codes and references;
    `confirm` says what must be read or asked before it is relied on. `length` counts its words as
    they are searched, `tokens` estimates what it costs in a prompt.
    """

    __tablename__ = "passage"
    __table_args__ = (
        CheckConstraint(one_of("lang", Language), name="lang"),
        CheckConstraint(one_of("certainty", Certainty), name="certainty"),
        Index("uq_passage_place", "version_id", "ord", unique=True),
        Index("ix_passage_ts", "ts", postgresql_using="gin"),
    )

    version_id: Mapped[int] = mapped_column(ForeignKey("document_version.id"))
    ord: Mapped[int] = mapped_column(Integer)
    locator: Mapped[str]
    heading_path: Mapped[str]
    context: Mapped[str] = mapped_column(server_default="")
    body: Mapped[str] = mapped_column(info=FREE_TEXT)
    lang: Mapped[Language] = mapped_column(WordType(Language))
    refs: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    certainty: Mapped[Certainty | None] = mapped_column(WordType(Certainty))
    source_note: Mapped[str | None]
    read_on: Mapped[date | None]
    confirm: Mapped[str | None]
    ts: Mapped[Any] = mapped_column(TSVECTOR, Computed(_SEARCHED, persisted=True), info=INTERNAL)
    length: Mapped[int] = mapped_column(
        Integer, Computed(f"ts_length({_SEARCHED})", persisted=True)
    )
    tokens: Mapped[int] = mapped_column(Integer)


_COUNTED = ["version_id", "length", "a", "b", "c"]


class PassageTerm(Base):
    """How often a stem stands in a passage: in heading (a), context (b) and body (c).

    What it refers to (`Passage.refs`) stands here as well, as stems of the language `ref`. Written
    by a trigger, with the passage's version and length, so that a search reads one index and looks
    up versions alone.
    """

    __tablename__ = "passage_term"
    __table_args__ = (
        PrimaryKeyConstraint("lang", "term", "passage_id", postgresql_include=_COUNTED),
        Index("ix_passage_term_passage", "passage_id"),
    )

    lang: Mapped[str]
    term: Mapped[str]
    passage_id: Mapped[int] = mapped_column(ForeignKey("passage.id"), autoincrement=False)
    a: Mapped[int] = mapped_column(SmallInteger)
    b: Mapped[int] = mapped_column(SmallInteger)
    c: Mapped[int] = mapped_column(SmallInteger)
    version_id: Mapped[int]
    length: Mapped[int] = mapped_column(Integer)


class PassageEmbedding(Base):
    """A passage as one model sees it; several models may stand side by side."""

    __tablename__ = "passage_embedding"

    model: Mapped[str] = mapped_column(primary_key=True)
    passage_id: Mapped[int] = mapped_column(
        ForeignKey("passage.id"), primary_key=True, autoincrement=False
    )
    embedding: Mapped[list[float]] = mapped_column(HalfVector)
    version_id: Mapped[int]


class EmbeddingModel(Base):
    """A model that has read every passage; `fitted` is our own reduction, None for others."""

    __tablename__ = "embedding_model"

    name: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(server_default=func.now())
    made_of: Mapped[str]
    passages: Mapped[int] = mapped_column(Integer)
    fitted: Mapped[bytes | None]


class Fact(Record):
    """What a person stands for: words of a passage, perhaps the value in them, the days it holds.

    A fact whose quote is a whole passage is that passage confirmed; `source_note` says what was
    read or who was asked for it.
    """

    __tablename__ = "fact"
    __table_args__ = (
        CheckConstraint(one_of("status", FactStatus), name="status"),
        CheckConstraint("num_nonnulls(value_num, value_text) <= 1", name="value"),
        CheckConstraint("valid_from <= valid_to", name="days"),
        CheckConstraint("status <> 'approved' OR approved_by_id IS NOT NULL", name="approved"),
        Index("ix_fact_key", "key"),
        Index("ix_fact_passage_id", "passage_id"),
        Index("ix_fact_quote", text("md5(quote)")),
    )

    key: Mapped[str]
    value_num: Mapped[Decimal | None] = mapped_column(Numeric)
    value_text: Mapped[str | None]
    unit: Mapped[str | None]
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    valid: Mapped[Range[date]] = mapped_column(DATERANGE, Computed(_VALID, persisted=True))
    passage_id: Mapped[int] = mapped_column(ForeignKey("passage.id"))
    quote: Mapped[str] = mapped_column(info=FREE_TEXT)
    status: Mapped[FactStatus] = mapped_column(WordType(FactStatus), server_default="proposed")
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    approved_on: Mapped[date | None]
    source_note: Mapped[str | None] = mapped_column(info=FREE_TEXT, sort_order=92)


class KnowledgeAnswer(Entry):
    """An answer given from the knowledge base: what was asked, said, cited and relied upon.

    `citations` holds one object per claim (passage, quote, …); `version_ids` every version the
    answer relied on, so that a replaced version names the answers it leaves behind.
    """

    __tablename__ = "knowledge_answer"
    __table_args__ = (
        CheckConstraint(one_of("lang", Language), name="lang"),
        CheckConstraint(
            "outcome IN ('answered', 'partial', 'abstained', 'out_of_scope', 'conflict')",
            name="outcome",
        ),
        Index("ix_knowledge_answer_versions", "version_ids", postgresql_using="gin"),
        Index("ix_knowledge_answer_at", "at"),
    )

    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    conversation_id: Mapped[int | None] = mapped_column(ForeignKey("conversation.id"))
    inbox_id: Mapped[int | None]
    call_id: Mapped[str | None]
    lang: Mapped[Language] = mapped_column(WordType(Language))
    question: Mapped[str]
    as_of: Mapped[date]
    outcome: Mapped[str]
    answer: Mapped[str]
    citations: Mapped[list[Any]] = mapped_column(JSONB)
    passage_ids: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
    version_ids: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
    model: Mapped[str | None]
    retrieval: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
