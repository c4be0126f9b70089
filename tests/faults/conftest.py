"""What the tests of faults share with others lives in `tests.conftest`."""

from tests.conftest import engine_on

__all__ = ["engine_on"]
