"""All models, so that metadata is complete wherever one of them is imported."""

from db.models.company import Company, Member
from db.models.contracts import Contract, Fixation
from db.models.customers import Contact, Interaction, Roaster
from db.models.deals import Deal, DealLine, Reservation, StockMovement
from db.models.evidence import Evidence
from db.models.journal import (
    Approval,
    ApprovalDecision,
    AuditChain,
    AuditEntry,
    AuditPersonal,
    ChangeSet,
    Conversation,
    Feedback,
    Message,
    ToolCall,
    ToolResult,
)
from db.models.knowledge import (
    Document,
    DocumentVersion,
    Fact,
    KnowledgeAnswer,
    Passage,
    PassageEmbedding,
    PassageTerm,
)
from db.models.lots import Lot
from db.models.origin import Cooperative, Port, Region, RegionFigure
from db.models.papers import Paper, PaperFile
from db.models.plumbing import Inbox, Lease, Outbox, Spend
from db.models.schedule import AlertAck, Reminder, Schedule, ScheduleRun
from db.models.shipments import Container, EtaChange, Shipment, ShipmentLot, TransportEvent
from db.models.tasting import Cupping, Sample
from db.models.warehouses import Warehouse

__all__ = [
    "AlertAck",
    "Approval",
    "ApprovalDecision",
    "AuditChain",
    "AuditEntry",
    "AuditPersonal",
    "ChangeSet",
    "Company",
    "Contact",
    "Container",
    "Contract",
    "Conversation",
    "Cooperative",
    "Cupping",
    "Deal",
    "DealLine",
    "Document",
    "DocumentVersion",
    "EtaChange",
    "Evidence",
    "Fact",
    "Feedback",
    "Fixation",
    "Inbox",
    "Interaction",
    "KnowledgeAnswer",
    "Lease",
    "Lot",
    "Member",
    "Message",
    "Outbox",
    "Paper",
    "PaperFile",
    "Passage",
    "PassageEmbedding",
    "PassageTerm",
    "Port",
    "Region",
    "RegionFigure",
    "Reminder",
    "Reservation",
    "Roaster",
    "Sample",
    "Schedule",
    "ScheduleRun",
    "Shipment",
    "ShipmentLot",
    "Spend",
    "StockMovement",
    "ToolCall",
    "ToolResult",
    "TransportEvent",
    "Warehouse",
]
