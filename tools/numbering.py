"""The next number of a noun whose records are numbered: one more than the last one given."""

import re

from sqlalchemy import func, select

from db.base import Record
from tools.context import ToolContext
from tools.entity import Entity

_TAIL = re.compile(r"^(.*?)(\d+)$")


async def next_code(ctx: ToolContext, entity: Entity, first: str) -> str:
    """Return the code that follows the last one of a noun, `first` when there is none.

    Whoever asks waits for one who asked just before, so no number is given twice.
    """
    await ctx.session.execute(select(func.pg_advisory_xact_lock(func.hashtext(entity.key))))
    model: type[Record] = entity.model
    code = entity.column(entity.field(entity.title))
    last = await ctx.session.scalar(
        select(code).where(code.op("~")(r"\d$")).order_by(model.id.desc()).limit(1)
    )
    found = _TAIL.match(str(last)) if last else None
    if found is None:
        return first
    taken = set(await ctx.session.scalars(select(code).where(code.startswith(found[1]))))
    number = int(found[2]) + 1
    while (made := f"{found[1]}{number:0{len(found[2])}}") in taken:
        number += 1
    return made
