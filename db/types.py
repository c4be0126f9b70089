"""Column types that say what a figure is: weights in kg, money, scores, words of enums."""

from typing import Any

from sqlalchemy import Numeric, Text, TypeDecorator
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql.base import ischema_names
from sqlalchemy.types import UserDefinedType

from db.enums import Word

KILOGRAMS = Numeric(12, 3)
MONEY = Numeric(14, 4)
SCORE = Numeric(5, 2)


class WordType(TypeDecorator[Word]):
    """A word of a closed vocabulary, stored as text and held by a CHECK constraint."""

    impl = Text
    cache_ok = True

    def __init__(self, words: type[Word]) -> None:
        super().__init__()
        self.words = words

    def process_bind_param(self, value: Word | str | None, dialect: object) -> str | None:  # noqa: ARG002 - SQLAlchemy's signature
        """Store the word's value; an unknown word is a programming error and raises."""
        return None if value is None else str(self.words(value))

    def process_result_value(self, value: str | None, dialect: object) -> Word | None:  # noqa: ARG002 - SQLAlchemy's signature
        """Return the enum member."""
        return None if value is None else self.words(value)

    @property
    def python_type(self) -> type[Any]:
        """The enum this column holds."""
        return self.words


class WordsType(TypeDecorator[list[Word]]):
    """Several words of one vocabulary, stored as text[]."""

    impl = ARRAY(Text)
    cache_ok = True

    def __init__(self, words: type[Word]) -> None:
        super().__init__()
        self.words = words

    def process_bind_param(self, value: list[Any] | None, dialect: object) -> list[str] | None:  # noqa: ARG002 - SQLAlchemy's signature
        """Store the words' values in a stable order, each once."""
        return None if value is None else sorted({str(self.words(v)) for v in value})

    def process_result_value(self, value: list[str] | None, dialect: object) -> list[Word] | None:  # noqa: ARG002 - SQLAlchemy's signature
        """Return the enum members."""
        return None if value is None else [self.words(v) for v in value]


class HalfVector(UserDefinedType[list[float]]):
    """pgvector's half-precision vector, as plain numbers.

    The package's own column type imports numpy, which every start would pay for (law 14).
    """

    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        """Return the type's name; dimensions differ by model, so none are fixed."""
        return "HALFVEC"

    def bind_processor(self, dialect: object) -> Any:  # noqa: ARG002 - SQLAlchemy's signature
        """Return what writes numbers as pgvector reads them."""
        return lambda value: None if value is None else f"[{','.join(map(str, value))}]"

    def result_processor(
        self,
        dialect: object,  # noqa: ARG002 - SQLAlchemy's signature
        coltype: object,  # noqa: ARG002 - SQLAlchemy's signature
    ) -> Any:
        """Return what reads them back."""
        return lambda value: None if value is None else [float(n) for n in value[1:-1].split(",")]


_known: dict[str, Any] = ischema_names  # others add their types here too
_known["halfvec"] = HalfVector  # so that comparing schema and models knows it


def one_of(column: str, words: type[Word]) -> str:
    """Return the CHECK condition that a column holds a word of a vocabulary."""
    return f"{column} IN ({', '.join(repr(str(w)) for w in words)})"


def some_of(column: str, words: type[Word]) -> str:
    """Return the CHECK condition that every element is a word of a vocabulary."""
    return f"{column} <@ ARRAY[{', '.join(repr(str(w)) for w in words)}]::text[]"
