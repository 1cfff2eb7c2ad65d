"""Country names of the data set "Online Retail", and Türkiye's, as ISO 3166-1 alpha-2 codes."""

import re

from workflow.values import fold

COUNTRIES: dict[str, str] = {
    "United Kingdom": "GB",
    "Germany": "DE",
    "France": "FR",
    "EIRE": "IE",
    "Spain": "ES",
    "Netherlands": "NL",
    "Portugal": "PT",
    "Switzerland": "CH",
    "Australia": "AU",
    "Belgium": "BE",
    "Italy": "IT",
    "Norway": "NO",
    "Cyprus": "CY",
    "Japan": "JP",
    "Sweden": "SE",
    "Iceland": "IS",
    "Hong Kong": "HK",
    "Singapore": "SG",
    "Lebanon": "LB",
    "Lithuania": "LT",
    "Poland": "PL",
    "Greece": "GR",
    "Finland": "FI",
    "Denmark": "DK",
    "Israel": "IL",
    "Austria": "AT",
    "Bahrain": "BH",
    "Brazil": "BR",
    "Canada": "CA",
    "Czech Republic": "CZ",
    "Malta": "MT",
    "RSA": "ZA",
    "Saudi Arabia": "SA",
    "USA": "US",
    "United Arab Emirates": "AE",
    "Nigeria": "NG",
    "Korea": "KR",
    "Thailand": "TH",
    "Bermuda": "BM",
    "UK": "GB",
    "Türkiye": "TR",
    "Turkiye": "TR",
    "Turkey": "TR",
    "Türkiye Cumhuriyeti": "TR",
    "Republic of Türkiye": "TR",
    "Republic of Turkey": "TR",
    "T.C.": "TR",
    "TUR": "TR",
    "West Indies": "",
    "Channel Islands": "",
    "European Community": "",
    "Unspecified": "",
}
"""Empty where the name is no one country (Channel Islands are Guernsey or Jersey): the shipment is taken and held by
``PTY002`` until somebody says which. An order to Türkiye is taken too, and held by the same finding: it is no export."""

_BY_NAME = {fold(name): code for name, code in COUNTRIES.items()}
_ALPHA2 = re.compile(r"[A-Z]{2}", re.ASCII)


def alpha2(name: str) -> str:
    """The code of a country's name, however it is capitalised; a code stays as it is, and what nobody knows is empty."""
    return _BY_NAME.get(fold(name), name if _ALPHA2.fullmatch(name) else "")
