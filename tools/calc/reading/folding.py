"""Text folded for looking words up: no case, no accents."""

_PLAIN = str.maketrans("áàâäãåéèêëíìîïóòôöõúùûüñçº", "aaaaaaeeeeiiiiooooouuuunco")


def folded(word: str) -> str:
    """Return a word as the tables of this package spell it (März → marz, dreißig → dreissig)."""
    return word.lower().replace("ß", "ss").translate(_PLAIN)
