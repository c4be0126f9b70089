"""Warehouses: where lots lie that have arrived."""

from db.models import Warehouse
from tools.derived import tools_of
from tools.entity import Entity, Field
from tools.spec import Names
from tools.usual_fields import NAME, NOTES

WAREHOUSE = Entity(
    key="warehouse",
    model=Warehouse,
    noun=Names("Lagerhaus|Kaffeelager", "warehouse", "almacén"),
    nouns=Names("Lagerhäuser|Kaffeelager", "warehouses", "almacenes"),
    title="name",
    apart=True,
    fields=(
        NAME,
        Field("operator", Names("Lagerhalter|Betreiber", "operator|warehouse keeper", "operador|almacenista"), listed=True),
        Field("place", Names("Ort|Standort", "place|town", "lugar|ciudad"), listed=True),
        Field("free_days", Names("lagergeldfreie Tage|freie Lagertage", "free days|days free of storage", "días libres de almacenaje|días libres"), unit="d", listed=True, least=0, most=3_650),
        NOTES,
    ),
)  # fmt: skip

ENTITIES = (WAREHOUSE,)
TOOLS = tuple(tools_of(WAREHOUSE))
