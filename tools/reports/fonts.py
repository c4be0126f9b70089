"""The typeface of files: DejaVu Sans, which comes with matplotlib and may be embedded.

It covers Latin with all accents, Greek, Cyrillic, currencies and most signs.
"""

from functools import cache
from importlib.util import find_spec
from pathlib import Path

FAMILY = "DejaVu Sans"
_REPLACED = "\N{REPLACEMENT CHARACTER}"


def font_file(*, bold: bool = False) -> Path:
    """Return the file of the typeface; matplotlib itself is not imported for it."""
    spec = find_spec("matplotlib")
    if spec is None or not spec.submodule_search_locations:
        raise RuntimeError("matplotlib is not installed; it brings the typeface")
    folder = Path(spec.submodule_search_locations[0]) / "mpl-data" / "fonts" / "ttf"
    return folder / ("DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf")


@cache
def _glyphs() -> frozenset[int]:
    from reportlab.pdfbase.ttfonts import TTFont

    return frozenset(TTFont(FAMILY, str(font_file())).face.charToGlyph)


def drawable(text: str) -> str:
    """Return a text on one line, with a sign of its own for what the typeface cannot draw."""
    one_line = " ".join(text.split())
    return "".join(c if ord(c) in _glyphs() else _REPLACED for c in one_line)
