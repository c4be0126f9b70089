"""Which words of a question are those of law and practice, and not of our own records.

A list of lots speaks of coffee, bags and Hamburg as well; only documents speak of due dates of
excise or of proofs of origin. The glossary's tables of customs, tax, EUDR, organic rules and bodies
count, but for everyday words in them; of trade and shipping only what a contract or tariff rules.
"""

import re
from functools import cache

from db.enums import Locale
from knowledge import glossary_file
from knowledge.terms import terms
from knowledge.words import folded

_TABLES = ("bodies.tsv", "customs.tsv", "eudr.tsv", "organic.tsv", "tax.tsv")
_EVERYDAY = frozenset(
    """
    import export importer exporter origin member-state third-country commission law-act article
    annex version-of-law superseded customs-authority customs-clearance declarant heading
    customs-lead customs-inspection operator trader sme company-size hectare legality turnover
    farmer cooperative fairtrade rainforest-alliance organic conventional organic-certificate
    control-body employees pesticide food-safety lab-analysis packaging deadline due-date
    tax-adviser warehouse itc ihk icc dcsa compliance equivalence large-medium-enterprise
    micro-small-enterprise plot-of-land risk-class delegated-act concept mould defect
    residue eudr-ready-lot security-guarantee presentation-to-customs preference reporting-duty
    internal-control-system summary-declaration-storage postponement entry-into-force
    date-of-application existing-stock group-of-operators deforestation
    """.split()  # noqa: SIM905 - a list of words reads best as words
)
_OF_PRACTICE = frozenset(
    """
    escc quantity-tolerance weight-franchise arbitration arbitration-sample quality-claim incoterms
    fob fca cfr cif ddp exw risk-transfer insurance-clause-c demurrage detention quintal
    ico-certificate ica-2022 shipped-weight landed-weight loaded-weight minimum-price
    fairtrade-premium organic-differential first-notice-day price-to-be-fixed un-locode vgm
    telex-release free-time payload decaffeinated weight-loss coffee-c
    """.split()  # noqa: SIM905 - see above
)
# What may be, must be or is in force is a rule; what there is, is a record.
_RULE = re.compile(
    r"\b(?:brauch(?:e|en|t)|benotig\w+|mussen?|muss|gilt|gelten|galt|galten|notig|notwendig|"
    r"need|needs|must|have to|has to|apply|applies|applied|necessary|"
    r"necesit\w+|hace falta|hay que|debe|debemos|deben|tenemos que|tiene que|rige|regia|aplica)\b"
)
_LIMIT = re.compile(
    r"\b(?:darf|durfen|erlaubt|zulassig|verboten|pflicht|verpflichtet|vorgeschrieben|hochstens|"
    r"maximal|grenzwert\w*|hochstgehalt\w*|rechtlich|gesetzlich\w*|steuer|zoll|gesetz|verordnung|"
    r"may we|may i|allowed|permitted|forbidden|mandatory|compulsory|obligatory|at most|legally|"
    r"legal|limit|limits|tax|duty|law|regulation|"
    r"permitid[oa]s?|se permite|prohibid[oa]s?|obligatori[oa]s?|como maximo|tope|limites?|"
    r"impuestos?|aranceles|arancel|ley|reglamento|legalmente)\b"
)


@cache
def _heard() -> frozenset[str]:
    named = {key for table in _TABLES for key in glossary_file.keys_of(table)}
    return frozenset(named) - _EVERYDAY | _OF_PRACTICE


@cache
def _said_of_anything() -> frozenset[str]:
    return frozenset(glossary_file.keys_of("general.tsv"))


def spoken(text: str, lang: Locale) -> list[str]:
    """Return the words of a text that only documents speak of, folded."""
    said = terms(text, lang, mend=False)
    return [" ".join(t.words) for t in said if _heard() & set(t.concepts)]


def known(text: str, lang: Locale) -> list[str]:
    """Return the words of a text that the glossary knows as the trade's, folded."""
    said = terms(text, lang)
    return [" ".join(t.words) for t in said if set(t.concepts) - _said_of_anything()]


def asks_rule(text: str) -> bool:
    """Whether a text asks what must, may or need be, or what is in force."""
    return surely_asks_rule(text) or bool(_RULE.search(folded(text)))


def surely_asks_rule(text: str) -> bool:
    """Whether it asks so in words that are said of no list: what is allowed, taxed, at most."""
    return bool(_LIMIT.search(folded(text)))
