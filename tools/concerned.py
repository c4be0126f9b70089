"""Whom and what a shipment that moves concerns: each noun says its own part.

A module of `tools.nouns` or `tools.abilities` declares `CONCERNED = (…)`; alerts say every part and
tell the owners of the customers named. A noun that is tied to shipments later, such as a deal or a
reservation, adds its part there and nothing else has to know.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from tools.errors import Said


@dataclass(frozen=True)
class Customer:
    """A roaster whose coffee is on a shipment, and who looks after them."""

    id: int
    name: str
    owner_id: int | None


@dataclass(frozen=True)
class Touched:
    """A record a shipment's move concerns; one that belongs to a customer is shown with them only.

    Attributes:
        title: what it is called; empty when only its customer is to be named.
        customer: whose it is, None when it is nobody's in particular.
    """

    title: str
    customer: Customer | None = None


@dataclass(frozen=True)
class Concerned:
    """A noun's part of an alert.

    Attributes:
        said: the sentence, `{records}` standing for the titles; for every reader who may see them.
        of: the records a shipment's move concerns, in the order they are said.
        rank: which part is said first; the lots are 0.
    """

    said: Said
    of: Callable[[AsyncSession, int], Awaitable[list[Touched]]]
    rank: int = 10
