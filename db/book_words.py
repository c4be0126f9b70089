"""The words of the trading book: contracts, deals and what takes bags off a lot."""

from db.word import Word


class Incoterm(Word):
    """Who carries freight, insurance and risk up to where (Incoterms 2020, ICC)."""

    EXW = "EXW", "EXW|ab Werk", "EXW|ex works", "EXW|en fábrica"
    FCA = "FCA", "FCA|frei Frachtführer", "FCA|free carrier", "FCA|franco transportista"
    FAS = "FAS", "FAS", "FAS", "FAS"
    FOB = "FOB", "FOB|frei an Bord", "FOB|free on board", "FOB|libre a bordo"
    CFR = "CFR", "CFR|C&F", "CFR|C&F", "CFR|C&F"
    CIF = "CIF", "CIF", "CIF", "CIF"
    CPT = "CPT", "CPT", "CPT", "CPT"
    CIP = "CIP", "CIP", "CIP", "CIP"
    DAP = "DAP", "DAP|frei Haus", "DAP|delivered at place", "DAP|entregado en lugar"
    DPU = "DPU", "DPU", "DPU", "DPU"
    DDP = "DDP", "DDP", "DDP", "DDP"


class FixingCall(Word):
    """Who says when a price to be fixed is fixed."""

    BUYER = (
        "buyer",
        "Käuferabruf|Käufer fixiert|wir fixieren",
        "buyer's call|buyers call|buyer fixes",
        "a opción del comprador|fija el comprador",
    )
    SELLER = (
        "seller",
        "Verkäuferabruf|Verkäufer fixiert",
        "seller's call|sellers call|seller fixes",
        "a opción del vendedor|fija el vendedor",
    )


class ContractStatus(Word):
    """Where a purchase contract stands; only a binding one has lots."""

    DRAFT = "draft", "Entwurf", "draft", "borrador"
    CONFIRMED = "confirmed", "bestätigt|bindend", "confirmed|binding", "confirmado|vinculante"
    COMPLETED = "completed", "erfüllt|abgewickelt", "completed|fulfilled", "cumplido|completado"
    CANCELLED = "cancelled", "storniert|aufgehoben", "cancelled|canceled", "cancelado|anulado"


class DealStage(Word):
    """How far a sale is. An offer binds nobody; a confirmed deal takes its bags."""

    OFFER = "offer", "Angebot|angeboten", "offer|offered", "oferta|ofertado"
    CONFIRMED = (
        "confirmed",
        "bestätigt|fest verkauft|zugesagt|unterschrieben",
        "confirmed|firm|signed",
        "confirmado|confirmada|en firme",
    )
    DELIVERED = "delivered", "geliefert|ausgeliefert", "delivered", "entregado|entregada"
    INVOICED = (
        "invoiced",
        "berechnet|in Rechnung gestellt|fakturiert",
        "invoiced|billed",
        "facturado|facturada",
    )
    LOST = (
        "lost",
        "verloren|geplatzt|abgesprungen",
        "lost|fell through|backed out",
        "perdido|perdida|se cayó|se bajó",
    )


class MovementKind(Word):
    """Why a lot has fewer bags or kilos than were bought, or more."""

    SAMPLE = (
        "sample",
        "Probenentnahme|Musterentnahme",
        "sample draw|sample drawn",
        "toma de muestra|extracción de muestra",
    )
    LOSS = "loss", "Verlust|Schwund|Schaden", "loss|damage", "pérdida|merma|daño|mermas"
    SHORTFALL = "shortfall", "Fehlbestand|Minderbestand", "shortfall|short count", "faltante"
    SURPLUS = "surplus", "Mehrbestand|gefunden", "surplus|found", "sobrante|encontrado"
