"""Ports by UN/LOCODE."""

import re
from dataclasses import replace

from db.base import Record
from db.models import Port
from tools.context import ToolContext
from tools.derived import tools_of
from tools.entity import Entity, Field, Values
from tools.errors import InvalidArguments, Said
from tools.spec import Names
from tools.usual_fields import COUNTRY, NAME

_NO_LOCODE = Said(
    de="„{code}“ ist kein UN/LOCODE: zwei Buchstaben Land, drei Zeichen Ort, wie DEHAM.",
    en="“{code}” is not a UN/LOCODE: two letters of the country, three of the place, like DEHAM.",
    es="«{code}» no es un UN/LOCODE: dos letras del país y tres del lugar, como DEHAM.",
)


async def check_port(ctx: ToolContext, record: Record | None, values: Values) -> None:
    """Hold the code to the form of UN/LOCODE (UNECE Recommendation 16)."""
    code = values.get("locode")
    if code is not None:
        values["locode"] = str(code).replace(" ", "").upper()
        if not re.fullmatch(r"[A-Z]{2}[A-Z2-9]{3}", values["locode"]):
            raise InvalidArguments(_NO_LOCODE, code=code)


PORT = Entity(
    key="port",
    model=Port,
    noun=Names("Hafen", "port", "puerto"),
    nouns=Names("Häfen", "ports", "puertos"),
    title="name",
    aliases="locode",
    fields=(
        Field(
            "locode",
            Names(
                "LOCODE|Hafencode|UN/LOCODE",
                "LOCODE|port code|UN/LOCODE",
                "LOCODE|código de puerto",
            ),
            listed=True,
        ),
        NAME,
        replace(COUNTRY, listed=True),
    ),
    check=check_port,
)

ENTITIES = (PORT,)
TOOLS = tuple(tools_of(PORT))
