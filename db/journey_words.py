"""The words of samples, shipments and their papers."""

from db.word import Word


class ShipmentStatus(Word):
    """A shipment's position. `delayed` is derived, never stored."""

    PLANNED = "planned", "geplant", "planned", "planificado|planeado|planificada"
    IN_TRANSIT = (
        "in_transit",
        "unterwegs|auf See|schwimmend|ausgelaufen|abgefahren|abgelegt|im Transit",
        "in transit|afloat|on the water|at sea|sailed|departed|under way",
        "en tránsito|en camino|navegando|zarpó|zarpado|partió|en el mar|en alta mar|altamar",
    )
    CUSTOMS = (
        "customs",
        "beim Zoll|im Zoll|Zoll|Verzollung",
        "in customs|customs",
        "en aduana|aduana|en aduanas",
    )
    DELIVERED = (
        "delivered",
        "geliefert|zugestellt|ausgeliefert|abgeliefert",
        "delivered",
        "entregado|entregada|entregados|entregaron|entregó",
    )


class ContainerSize(Word):
    """ISO container sizes that carry coffee."""

    FT20 = "20ft", "20 Fuß|20'|20ft|TEU", "20 ft|20 foot|20'|20ft", "20 pies|20'|20ft"
    FT40 = "40ft", "40 Fuß|40'|40ft", "40 ft|40 foot|40'|40ft", "40 pies|40'|40ft"
    FT40HC = "40hc", "40 Fuß High Cube|40HC", "40 ft high cube|40HC", "40 pies high cube|40HC"


class EventCode(Word):
    """DCSA Track & Trace event codes (event domain 3.2) a green-coffee shipment meets."""

    LOAD = "LOAD", "verladen|geladen", "loaded", "cargado|embarcado"
    DEPA = "DEPA", "Abfahrt|abgefahren|ausgelaufen", "departed|departure", "salida|zarpó"
    ARRI = "ARRI", "Ankunft|angekommen|eingelaufen", "arrived|arrival", "llegada|llegó"
    DISC = "DISC", "gelöscht|entladen", "discharged", "descargado"
    CUSS = "CUSS", "Zollbeschau", "customs inspection", "inspección de aduana"
    CUSR = "CUSR", "Zollfreigabe|freigegeben", "customs released|released", "liberado por aduana"
    GTOT = "GTOT", "Gate-out|Terminal verlassen", "gate out", "salida de terminal"
    GTIN = "GTIN", "Gate-in|am Terminal", "gate in", "entrada a terminal"
    STUF = "STUF", "gestaut|Container beladen", "stuffed", "consolidado"
    STRP = "STRP", "entstaut|Container entladen", "stripped", "desconsolidado"
    HOLD = "HOLD", "angehalten|gesperrt", "on hold", "retenido"


class Classifier(Word):
    """How certain an event is (DCSA)."""

    PLN = "PLN", "geplant", "planned", "planificado"
    EST = "EST", "voraussichtlich|geschätzt", "estimated", "estimado"
    ACT = "ACT", "tatsächlich|erfolgt", "actual", "real|efectivo"


class SampleKind(Word):
    """What a sample stands for: an offer, the lot before it sails, the lot as it came."""

    OFFER = (
        "offer",
        "Angebotsmuster|Angebot|Typenmuster",
        "offer sample|offer|type sample",
        "muestra de oferta|oferta|muestra tipo",
    )
    PRE_SHIPMENT = (
        "pre_shipment",
        "Vorverschiffungsmuster|Vorverschiffung|Verschiffungsmuster|Preshipment|Pre-Shipment|Pre-Shipment-Muster|PSS",
        "pre-shipment sample|pre-shipment|preshipment|preshipment sample|shipment sample|PSS",
        "muestra de pre-embarque|pre-embarque|preembarque|PSS",
    )
    ARRIVAL = (
        "arrival",
        "Ankunftsmuster|Ankunft|Landungsmuster",
        "arrival sample|arrival|landed sample",
        "muestra de llegada|llegada|muestra de arribo|arribo",
    )


class SampleVerdict(Word):
    """What was decided on a sample."""

    PENDING = (
        "pending",
        "steht aus|ausstehend|unentschieden|ohne Urteil",
        "pending|undecided|without a verdict",
        "pendiente|pendientes|por decidir|sin veredicto",
    )
    APPROVED = (
        "approved",
        "freigegeben|angenommen|genehmigt|akzeptiert|für gut befunden",
        "approved|accepted|passed",
        "aprobada|aprobado|aprobadas|aprobados|aceptada|aceptado",
    )
    REJECTED = (
        "rejected",
        "abgelehnt|zurückgewiesen|durchgefallen",
        "rejected|declined|refused|failed",
        "rechazada|rechazado|rechazadas|rechazados",
    )


class CuppingKind(Word):
    """What an entry holds: one cupper's sheet, the mean of a panel, or nothing but a total."""

    SHEET = (
        "sheet",
        "Einzelbogen|Bogen eines Verkosters",
        "single sheet|one cupper's sheet",
        "hoja individual|ficha individual",
    )
    PANEL = (
        "panel",
        "Panelmittel|Panel|Mittelwert des Panels",
        "panel mean|panel",
        "promedio del panel|panel",
    )
    TOTAL = (
        "total",
        "nur Gesamtpunkte|nur Summe|nur Gesamtpunktzahl",
        "total only|only a total",
        "solo total|solo puntaje total",
    )


class PaperKind(Word):
    """A paper a shipment travels with."""

    CONTRACT = (
        "contract",
        "Kaufvertrag|Vertrag|Kontrakt",
        "purchase contract|contract|sales contract",
        "contrato de compraventa|contrato",
    )
    BILL_OF_LADING = (
        "bill_of_lading",
        "B/L|Konnossement|BL|Bill of Lading",
        "B/L|bill of lading|BL",
        "B/L|conocimiento de embarque|BL",
    )
    COMMERCIAL_INVOICE = (
        "commercial_invoice",
        "Handelsrechnung|Rechnung",
        "commercial invoice|invoice",
        "factura comercial|factura",
    )
    PACKING_LIST = (
        "packing_list",
        "Packliste|Packing List",
        "packing list",
        "lista de empaque|packing list",
    )
    PHYTOSANITARY = (
        "phytosanitary",
        "Pflanzengesundheitszeugnis|Phyto|Phytosanitärzertifikat|phytosanitäres Zertifikat",
        "phytosanitary certificate|phyto|phyto certificate",
        "certificado fitosanitario|fitosanitario",
    )
    ICO_CERTIFICATE = (
        "ico_certificate",
        "ICO-Ursprungszeugnis|ICO-Zertifikat|Ursprungszeugnis|ICO",
        "ICO certificate of origin|ICO certificate|certificate of origin|ICO",
        "certificado de origen OIC|certificado OIC|certificado de origen|OIC",
    )
    ORGANIC_COI = (
        "organic_coi",
        "Bio-Kontrollbescheinigung|Kontrollbescheinigung|Bio-COI|COI",
        "organic certificate of inspection|certificate of inspection|organic COI|COI",
        "certificado de inspección ecológico|certificado de inspección|COI",
    )
    EUDR_STATEMENT = (
        "eudr_statement",
        "EUDR-Sorgfaltserklärung|Sorgfaltserklärung|EUDR-Referenz|EUDR-Nummer|EUDR|DDS",
        "EUDR due diligence statement|due diligence statement|EUDR reference|EUDR|DDS",
        "declaración de diligencia debida EUDR|declaración de diligencia|referencia EUDR|EUDR|DDS",
    )
    INSURANCE = (
        "insurance",
        "Transportversicherung|Versicherung|Versicherungszertifikat|Police",
        "insurance certificate|insurance|insurance policy",
        "certificado de seguro|seguro|póliza de seguro",
    )
