"""Countries as tables name them, and the two-letter codes (ISO 3166-1) we keep."""

from functools import cache

from tools.folding import folded

# Where coffee grows, and where those who buy and roast it are: code, then German|English|Spanish.
_COUNTRIES = """
AT Österreich|Austria|Austria
AU Australien|Australia|Australia
BE Belgien|Belgium|Bélgica
BI Burundi|Burundi|Burundi
BO Bolivien|Bolivia|Bolivia
BR Brasilien|Brazil|Brasil
CA Kanada|Canada|Canadá
CD Demokratische Republik Kongo|Democratic Republic of the Congo|República Democrática del Congo|DR Kongo|DR Congo
CH Schweiz|Switzerland|Suiza
CI Elfenbeinküste|Ivory Coast|Costa de Marfil|Côte d'Ivoire
CM Kamerun|Cameroon|Camerún
CN China|China|China
CO Kolumbien|Colombia|Colombia
CR Costa Rica|Costa Rica|Costa Rica
CU Kuba|Cuba|Cuba
CZ Tschechien|Czechia|Chequia|Czech Republic
DE Deutschland|Germany|Alemania
DK Dänemark|Denmark|Dinamarca
DO Dominikanische Republik|Dominican Republic|República Dominicana
EC Ecuador|Ecuador|Ecuador
ES Spanien|Spain|España
ET Äthiopien|Ethiopia|Etiopía
FI Finnland|Finland|Finlandia
FR Frankreich|France|Francia
GB Vereinigtes Königreich|United Kingdom|Reino Unido|Großbritannien|Great Britain|UK
GT Guatemala|Guatemala|Guatemala
HN Honduras|Honduras|Honduras
HT Haiti|Haiti|Haití
ID Indonesien|Indonesia|Indonesia
IE Irland|Ireland|Irlanda
IN Indien|India|India
IT Italien|Italy|Italia
JM Jamaika|Jamaica|Jamaica
JP Japan|Japan|Japón
KE Kenia|Kenya|Kenia
LA Laos|Laos|Laos
LU Luxemburg|Luxembourg|Luxemburgo
MG Madagaskar|Madagascar|Madagascar
MM Myanmar|Myanmar|Myanmar|Birmania
MU Mauritius|Mauritius|Mauricio
MW Malawi|Malawi|Malaui
MX Mexiko|Mexico|México
NI Nicaragua|Nicaragua|Nicaragua
NL Niederlande|Netherlands|Países Bajos|Holland|Holanda
NO Norwegen|Norway|Noruega
PA Panama|Panama|Panamá
PE Peru|Peru|Perú
PG Papua-Neuguinea|Papua New Guinea|Papúa Nueva Guinea
PH Philippinen|Philippines|Filipinas
PL Polen|Poland|Polonia
PR Puerto Rico|Puerto Rico|Puerto Rico
PT Portugal|Portugal|Portugal
RW Ruanda|Rwanda|Ruanda
SE Schweden|Sweden|Suecia
SV El Salvador|El Salvador|El Salvador
TH Thailand|Thailand|Tailandia
TL Timor-Leste|East Timor|Timor Oriental|Timor Leste
TW Taiwan|Taiwan|Taiwán
TZ Tansania|Tanzania|Tanzania|Tanzania, United Republic of
UG Uganda|Uganda|Uganda
US USA|United States|Estados Unidos|Vereinigte Staaten|United States of America|EE. UU.|EEUU
VE Venezuela|Venezuela|Venezuela
VN Vietnam|Vietnam|Vietnam|Viet Nam
YE Jemen|Yemen|Yemen
ZM Sambia|Zambia|Zambia
ZW Simbabwe|Zimbabwe|Zimbabue
"""  # noqa: E501 - a country's names stand on one line


@cache
def _codes() -> dict[str, str]:
    found: dict[str, str] = {}
    for line in _COUNTRIES.strip().splitlines():
        code, _, names = line.partition(" ")
        found |= {folded(name): code for name in (code, *names.split("|"))}
    return found


def country_code(text: str) -> str | None:
    """Return the code of a country by its name or code, None when we do not know it."""
    plain = folded(text)
    if plain in _codes():
        return _codes()[plain]
    return plain.upper() if len(plain) == 2 and plain.isascii() and plain.isalpha() else None  # noqa: PLR2004 - a code
