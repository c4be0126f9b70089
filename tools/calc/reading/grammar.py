"""The patterns of dates in a string of calendar tags, one letter a token (see `months`).

A letter class is a choice of tags; F, o, I, k, p and h are the small words and signs in between.
Parts are named as `phrases.Phrase` tells.
"""

_WEEKDAY = "(?:(?P<w>W)p?k?[Fo]{0,2})?"
_WEEK_OF = "(?:(?P<l>(?<![NLTcCDeO])U)[FJZP]{1,3}|(?P<l2>l)F{0,2})?"
_YEAR = "(?:p?[kFhs]{0,2}(?P<y>[YC])|F(?P<yy>D))?"
_IN_YEAR = f"(?:F{{0,2}}(?P<n>[NLT])F?(?P<u>U)|F{{0,2}}(?P<u2>U)(?P<n2>[NL])|{_YEAR})"
_DAY = "(?P<d>[DO])p?"
_COUNT = "(?:(?P<g>[gV])?(?P<c>[CDGeV])(?P<u>U)|e?(?P<cu>X))"
_MONTH = "(?P<m>[Mmq])"
_NTH = "(?P<k>[OL])F?(?:(?P<w>W)|(?P<v>U))[IFo]{0,3}"
_HALF = "(?P<h>O)F?H[FI]{0,3}"
_THAT_SPAN = "(?:(?P<n>[NLTc])F?(?P<u>U)|(?P<u2>U)(?P<n2>[NL])?)"
_CLOSED = "(?:p(?=x|$)|(?=[pkjIBot]|$))"  # nothing follows that a figure could count

PATTERNS: dict[str, tuple[str, ...]] = {
    "numeric": (f"{_WEEK_OF}{_WEEKDAY}(?P<x>E)",),
    "day_month": (
        f"{_WEEK_OF}{_WEEKDAY}{_DAY}[Fhs]{{0,2}}(?P<m>[Mm]){_IN_YEAR}",
        f"{_WEEKDAY}(?P<d>[Ce])F(?P<m>[Mm]){_IN_YEAR}",
        f"{_WEEK_OF}{_WEEKDAY}(?P<d>O)F?(?P<m>q){_IN_YEAR}",
        f"{_WEEKDAY}(?P<d>D)(?P<m>q)(?:k?(?P<y>Y)|(?=[pknh]|$))",
        "(?P<d>D)[Fh]?(?P<m>a)[Fh]?(?P<y>Y)",
        "[oF]F?(?P<d>O)(?P<d2>O)(?=[^xU]|$)",
    ),
    "day": (
        "oF?(?P<d>O)(?=[pk]|$)",
        "oF?(?P<d>D)p(?=x|$)",
        f"(?<=[BSZb]F)F?(?P<d>[DO]){_CLOSED}",
        f"(?<=[BSZb])(?P<d>O){_CLOSED}",
        f"(?P<u>U)(?P<d>D){_CLOSED}",
    ),
    "weekday_day": (f"(?P<w>W)k?F{{0,2}}(?P<d>[DO]){_CLOSED}",),
    "day_of_span": (f"(?P<d>O|D(?=[pF])|C(?=F))p?F{{1,2}}{_THAT_SPAN}", f"(?P<d>D)p{_THAT_SPAN}"),
    "month_day": (f"{_WEEK_OF}{_WEEKDAY}(?<!I){_MONTH}p?F?(?P<d>[DO]){_IN_YEAR}",),
    "days_of_month": (
        f"J?F?{_DAY}F?[tBhe]F{{0,2}}(?P<d2>[DO])p?F{{0,2}}(?P<m>[Mm]){_YEAR}",
        f"F(?P<d>[Ce])[tBe]F{{0,2}}(?P<d2>C)F(?P<m>[Mm]){_YEAR}",
        f"JF?{_DAY}F?jF{{0,2}}(?P<d2>[DO])p?F{{0,2}}(?P<m>[Mm]){_YEAR}",
        "(?<!I)(?P<m>[Mmq])p?(?P<d>[DO])[htB](?P<d2>[DO])(?:k?(?P<y>Y))?",
    ),
    "days_of_numeric": ("J?F?(?P<d>[DO])p?[htB]F{0,2}(?P<x>E)",),
    "month": (
        f"(?P<m>M){_IN_YEAR}",
        "(?P<m>[mq])p?F?(?P<y>Y)",
        "I[Fo]{0,2}(?P<m>[mq])(?:p?F?(?P<y>Y))?",
        "(?<=[SBZJbA])(?P<m>[mq])",
        "(?<=[SBZJb]F)(?P<m>[mq])",
        "(?P<n>[NLc])F?(?P<m>[Mmq])",
        "(?P<n>T)F?(?P<m>[Mm])",
        "(?P<m>M)(?P<n>[NL])",
        "(?P<m>[Mmq])F{0,2}(?P<n>[NLT])F?(?P<u>U)",
        "(?P<m>[Mmq])F{0,2}(?P<u>U)(?P<n>[NL])",
        "(?P<n>[NLT])F?(?P<u>U)[Ik]F?(?P<m>[Mmq])",
        "(?P<u>U)(?P<n>[NL])[Ik]F?(?P<m>[Mmq])",
    ),
    "part_month": (
        f"(?P<p>P)[hFIo]{{0,3}}(?P<m>[Mmq]){_IN_YEAR}",
        f"(?P<m>M)(?P<p>P){_YEAR}",
    ),
    "part_span": (
        "(?P<p>P)[hFIo]{0,3}(?P<n>[NLTc])F?(?P<u>U)",
        "(?P<p>P)[hFIo]{0,3}(?P<u>U)(?P<n>[NL])?",
        "(?<=b)F{0,2}(?P<u>U)(?P<p>z)",
        "(?<=b)F{0,2}(?P<p>z)F?(?P<u>U)",
    ),
    "part_word": ("(?P<z>w)", "(?P<n>[NLTc])F?(?P<z>w)", "(?P<z>w)(?P<n>[NL])"),
    "part_year": ("(?P<p>P)[hF]{0,2}(?P<y>Y)",),
    "part_quarter": (
        "(?P<p>P)[FI]{0,3}(?P<q>Q)[sFhk]?(?P<y>Y)?",
        "(?P<p>P)[FI]{0,3}(?P<q>O)p?(?P<u>U)(?:[Fk]{0,2}(?P<y>Y))?",
    ),
    "half": (
        f"{_HALF}{_MONTH}{_IN_YEAR}",
        f"(?P<h>O)(?P<m>M)H{_YEAR}",
        f"{_HALF}{_THAT_SPAN}",
    ),
    "half_year": (
        f"{_HALF}(?P<y>Y)",
        "(?P<h>O)p?y(?:[FkIs]{0,2}(?P<y>Y))?",
        "(?P<h>i)(?!x)[sFhk]?(?P<y>Y)?",
    ),
    "quarter": ("(?P<q>Q)[sFhk]?(?P<y>Y)?", "(?P<q>[ODC])p?(?P<u>U)(?:[Fk]{0,2}(?P<y>Y))?"),
    "week": (
        "K[pF]?(?P<d>D)(?:[skF]{0,2}(?P<y>Y))?",
        "(?<![NLTcCDe])(?P<u>U)[pF]?p?(?P<d>D)(?:[skF]{0,2}(?P<y>Y))?",
        "K[pF]?(?P<d>D)[htBs](?P<d2>D)(?:[skF]{0,2}(?P<y>Y))?",
        "(?P<u>U)(?P<d>D)[htB](?P<d2>D)(?:[skF]{0,2}(?P<y>Y))?",
        "(?P<d>O|D(?=p))p?K(?:[skF]{0,2}(?P<y>Y))?",
        "(?P<w>W)[FIok]{0,3}(?:K|(?P<u>U))[pF]?(?P<d>D)(?:[skF]{0,2}(?P<y>Y))?",
    ),
    "week_of_month": (
        f"(?P<d>[ODC])p?(?P<u>U)F{{0,2}}(?P<m>[Mmq]){_YEAR}",
        f"(?P<n>L)(?P<u>U)F{{0,2}}(?P<m>[Mmq]){_YEAR}",
        f"(?P<d>O)(?P<m>M)(?P<u>U){_YEAR}",
    ),
    "first_of_month": (
        f"(?P<k>[OL])(?P<c>[CD])(?P<u>U)[FI]{{0,2}}{_MONTH}{_YEAR}",
        f"(?P<c>[CD])(?P<k>[OL])(?P<u>U)[FI]{{0,2}}{_MONTH}{_YEAR}",
    ),
    "nth": (f"{_NTH}{_MONTH}{_IN_YEAR}", f"{_NTH}{_THAT_SPAN}"),
    "span": ("(?P<n>[NLTc])F?(?P<u>U)", "(?P<u>U)(?P<n>[NL])"),
    "so_far": (
        "rF{0,2}(?P<u>U)",
        "rF{0,2}(?P<n>T)F?(?P<u>U)",
        "(?P<n>T)F?(?P<u>U)r",
        "(?P<u>U)r",
    ),
    "week_day": (
        "(?P<w>W)[FIo]{0,2}(?P<n>[NLTc])F?(?P<u>U)",
        "(?P<w>W)[FIo]{0,3}(?P<u>U)(?P<n>[NL])",
        "(?P<n>[NLTc])F?(?P<u>U)k?[oF]{0,2}(?P<w>W)",
    ),
    "weekday": ("(?P<n>[NLTc])F?(?P<w>W)", "(?P<w>W)(?P<n>[NL])", "(?P<w>W)"),
    "season": (
        "I[Fo]{0,2}(?P<s>u)(?:F?(?P<y>Y))?",
        "(?<=[SBZb])F?(?P<s>u)(?:F?(?P<y>Y))?",
        "(?P<n>[NLTc])F?(?P<s>u)",
        "(?P<s>u)(?P<n>[NL])",
        "(?P<s>u)F?(?P<y>Y)",
    ),
    "relative": ("(?P<r>R)",),
    "day_end": ("(?<=B)F?(?P<r>d)(?![FoWRDOEMm])",),
    "now": ("(?P<r>n)(?=[tBjeP])",),
    "anchored": (
        f"(?P<w>W)IF?{_COUNT}",
        f"(?P<r>R)IF?{_COUNT}",
        f"(?P<r>R)(?P<back>A)F?{_COUNT}",
        f"{_COUNT}[oJS]?F?(?P<r>R)",
        f"{_COUNT}[oJ]F?(?P<w>W)",
        f"{_COUNT}(?P<back>a)o?(?P<r>R)",
        "(?P<w>W)(?P<u>U)(?![DNLPY])",
        "(?P<r>R)(?P<u>U)(?![DNLPY])",
    ),
    "ahead": (f"IF?{_COUNT}", f"{_COUNT}Jn"),
    "within": (f"v[FJ]{{0,2}}{_COUNT}",),
    "since_count": (f"SF{{0,2}}{_COUNT}", f"AF?{_COUNT}(?=f)"),
    "back": (f"AF?{_COUNT}", f"{_COUNT}a"),
    "lasting": (f"F{_COUNT}",),
    "around": (
        "F?(?P<n>[LNc])F?(?P<c>[CDGV])F?(?P<u>U)",
        "F?(?P<c>[CDG])(?P<n>[LN])F?(?P<u>U)",
        "F?(?P<n>[LN])(?P<cu>X)",
    ),
    "year": ("I?F{0,2}(?P<u>U)F?(?P<y>Y)", "(?P<y>Y)"),
}
