"""Text folded for comparison, the same in Python and in SQL: no case, accents or ß."""

import unicodedata
from typing import Any

from sqlalchemy import ColumnElement, func

# Words half the trade carries in its names tell nobody apart.
GENERIC = frozenset(
    """
    cooperativa cooperativas cooperative coop coopagr agraria agrario cafetalera cafetaleros
    cafetalero asociacion productores central servicios multiples kaffee kaffeerosterei rosterei
    roaster roasters roastery coffee cafe caffe gmbh mbh co kg ug ev ag ltd ltda sa sac
    the de del la las los el y und and der die das san santa
    """.split()  # noqa: SIM905 - a list of words reads best as words
)
_FROM = "áàâäãåéèêëíìîïóòôöõúùûüñçýÿ"
_TO = "aaaaaaeeeeiiiiooooouuuuncyy"
# Letters of other alphabets that look like ours, for spotting a name that only looks different.
_LOOK_ALIKES = str.maketrans(
    "авсԁеһіјкӏмнорԛѕтуѵԝхзʏαβεηικνορτυχγ", "abcdehijklmhopqstuvwx3yabehikvoptuxy"
)


def folded(text: str) -> str:
    """Return text without case, accents and ß, blanks single."""
    if text.isascii():
        return " ".join(text.lower().split())
    plain = unicodedata.normalize("NFKD", text.casefold().replace("ß", "ss"))
    return " ".join("".join(c for c in plain if not unicodedata.combining(c)).split())


def latin(text: str) -> str:
    """Return text with letters that only look Latin as Latin ones: Cyrillic СЕ as ce."""
    return unicodedata.normalize("NFKC", text).casefold().translate(_LOOK_ALIKES)


def squeezed(text: str) -> str:
    """Return folded letters and digits only, as codes compare: PE-24-017 = pe 24 017."""
    return "".join(c for c in folded(text) if c.isalnum())


def folded_sql(expression: ColumnElement[Any]) -> ColumnElement[str]:
    """Return the SQL that folds a text the same way, for the letters of our languages."""
    lowered = func.replace(func.lower(expression), "ß", "ss")
    return func.translate(lowered, _FROM, _TO)
