"""CSV, TSV and their relatives: which encoding, which delimiter, which rows."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice

from tools.errors import Refused, Said
from tools.grid import MAX_ROWS, Grid, Line, Remark, checked, cleaned, too_large

DELIMITERS = (";", ",", "\t", "|")
_BOMS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
# What German, English and Spanish tables are made of, beside ASCII.
_LETTERS = set("äöüßÄÖÜáéíóúüñÁÉÍÓÚÜÑçÇèàêâôîÈÀëïõãÕÃøåæØÅÆ")
_SIGNS = set("€£§°²³½¼¾«»„“”‘’‚–—…·•ªº¿¡´×±©®™\u00a0\u202f\u2009\u00ad")
_EIGHT_BITS = ("cp1252", "cp850", "mac_roman")
_SAMPLE = 200  # records looked at when the delimiter is found
_SAMPLE_BYTES = 2**16
_SAMPLE_LETTERS = 20_000
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]")

_GUESSED = Said(
    de="Der Zeichensatz ist geraten: {encoding}. Stimmen die Umlaute und Akzente?",
    en="The encoding is a guess: {encoding}. Are umlauts and accents right?",
    es="La codificación es una suposición: {encoding}. ¿Están bien los acentos?",
)
_UNREADABLE = Said(
    de="Die Datei lässt sich nicht als Text lesen.",
    en="The file cannot be read as text.",
    es="El archivo no se puede leer como texto.",
)
_BROKEN = Said(
    de="Ab Zeile {line} stimmen die Anführungszeichen nicht: {reason}.",
    en="From line {line} on the quotes do not fit: {reason}.",
    es="A partir de la línea {line} las comillas no cuadran: {reason}.",
)


def read_text(data: bytes) -> Grid:
    """Return the rows of a delimited text file.

    Raises:
        Refused: not text, quotes that do not close, or too large.
    """
    text, encoding, sure = decoded(data)
    delimiter, text, skipped = delimiter_of(text)
    lines = checked(list(_lines(text, delimiter, skipped)))
    remarks = [] if sure else [Remark(_GUESSED, {"encoding": encoding})]
    return Grid(lines, encoding, delimiter, remarks)


def decoded(data: bytes) -> tuple[str, str, bool]:
    """Return a file's text, its encoding, and whether that is sure.

    Raises:
        Refused: no encoding fits.
    """
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return _strictly(data, encoding), encoding.removesuffix("-sig"), True
    wide = _without_mark(data)
    if wide:
        return _strictly(data, wide), wide, True
    try:
        return data.decode("utf-8"), "utf-8", True
    except UnicodeDecodeError:
        return _eight_bits(data)


def _strictly(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise Refused("unreadable", _UNREADABLE, next="stop") from error


def _without_mark(data: bytes) -> str | None:
    """Return the 16-bit encoding of a file that does not say so: every other byte is zero."""
    head = data[:_SAMPLE_BYTES]
    if head.count(0) < len(head) // 4:
        return None
    return "utf-16-le" if head[1::2].count(0) > head[::2].count(0) else "utf-16-be"


def _eight_bits(data: bytes) -> tuple[str, str, bool]:
    """Return the reading whose letters make most sense; the odd rest is left to a library."""
    readings: list[tuple[int, str, str]] = []
    for encoding in _EIGHT_BITS:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        readings.append((_sense(text), encoding, text))
    best = max(readings, key=lambda r: r[0], default=(0, "", ""))
    if best[0] > 0:
        return best[2], best[1], best[1] == "cp1252"
    from charset_normalizer import from_bytes

    found = from_bytes(data).best()
    if found is None:
        raise Refused("unreadable", _UNREADABLE, next="stop")
    return str(found), found.encoding, False


def _sense(text: str) -> int:
    """Return how much letters beyond ASCII look like ours; signs inside words speak against it."""
    score = 0
    for found in islice(_BEYOND_ASCII.finditer(text), _SAMPLE_LETTERS):
        at, letter = found.start(), found.group()
        inside = text[at - 1 : at].isalpha() and text[at + 1 : at + 2].isalpha()
        if letter in _LETTERS:
            score += 2 if letter.islower() or not inside else -1
        else:
            score += -3 if inside or letter not in _SIGNS else 1
    return score


def delimiter_of(text: str) -> tuple[str, str, int]:
    """Return a table's delimiter, its text without a `sep=` line, and how many lines that took."""
    first, _, rest = text.partition("\n")
    if first.strip().strip('"').lower()[:4] == "sep=" and len(first.strip().strip('"')) <= 5:  # noqa: PLR2004 - sep= and one sign
        sign = first.strip().strip('"')[4:] or "\t"
        return sign, rest, 1
    scored = [(_regularity(text, d), d) for d in DELIMITERS]
    best = max(scored, key=lambda s: s[0])
    return best[1], text, 0


def _regularity(text: str, delimiter: str) -> float:
    """Return how evenly a delimiter parts the first records: 0 when it parts none."""
    widths: list[int] = []
    try:
        for record in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            if any(cell.strip() for cell in record):
                widths.append(len(record))
            if len(widths) == _SAMPLE:
                break
    except csv.Error:
        return 0
    parted = [w for w in widths if w > 1]
    if not parted:
        return 0
    width, often = Counter(parted).most_common(1)[0]
    heading = max(widths[:3]) == width
    return often / len(widths) + (0.5 if heading else 0) + min(width, 50) / 200


def _lines(text: str, delimiter: str, skipped: int) -> Iterator[Line]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    begin, count = skipped + 1, 0
    while True:
        try:
            record = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise Refused(
                "unreadable", _BROKEN, next="fix", line=begin, reason=str(error)
            ) from error
        cells = [cleaned(cell) for cell in record]
        if any(cells):
            count += 1
            yield Line(begin, list(cells))
        if count > MAX_ROWS + 1:
            raise too_large(f"> {MAX_ROWS:,} rows", f"{MAX_ROWS:,}")
        begin = skipped + reader.line_num + 1
