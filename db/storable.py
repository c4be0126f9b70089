"""What PostgreSQL can store of what people and programs send."""

import math
from typing import Any

_NOT_TEXT = {0: None} | dict.fromkeys(range(0xD800, 0xE000))  # NUL and halves of a character


def storable(value: Any) -> Any:
    """Return a JSON value PostgreSQL takes: no NUL, no half characters, no NaN or Infinity.

    A float that is no number becomes its name, so that whoever checks it can say what it was.
    """
    if isinstance(value, str):
        return value.translate(_NOT_TEXT)
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, dict):
        return {storable(k): storable(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [storable(v) for v in value]
    return value
