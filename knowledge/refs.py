"""References of a text in one normal form, so that a question and a document meet on them.

`0901 11 00`, `0901.11.00` and `09011100` are all `cn:09011100`, with `cn:090111` and `cn:0901`;
`Art. 26 Abs. 4`, `article 26(4)` and `artículo 26, apartado 4` are `art:26(4)` and `art:26`.

cn   tariff code, heading or chapter      reg   act by number          date   day and month
doc  document code                        law   law by name            btdrs  printed paper
proc procedure                            art   article                annex  annex
pref preference                           par   section (§)            form, std  forms, standards
"""

from collections.abc import Callable, Iterator

from knowledge.reference import Reference
from knowledge.refs_acts import acts, laws
from knowledge.refs_codes import declared, tariff
from knowledge.refs_dates import dates
from knowledge.refs_provisions import provisions

Finder = Callable[[str], Iterator[Reference]]
_FINDERS: tuple[Finder, ...] = (dates, acts, provisions, declared, tariff, laws)  # first come
_SPACES = str.maketrans({"\u00a0": " ", "\u202f": " ", "\u2009": " "})


def find(text: str) -> tuple[Reference, ...]:
    """Return the references of a text in the order they stand; none overlaps another."""
    plain = text.translate(_SPACES)
    taken: list[Reference] = []
    for finder in _FINDERS:
        for found in finder(plain):
            if all(found.end <= one.start or one.end <= found.start for one in taken):
                taken.append(found)
    return tuple(sorted(taken, key=lambda one: one.start))


def references(text: str) -> tuple[str, ...]:
    """Return the normal forms of all references of a text, each once, in order of their names."""
    return tuple(sorted({ref for found in find(text) for ref in found.refs}))
