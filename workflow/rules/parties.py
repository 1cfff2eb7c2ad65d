"""PTY001 and PTY002: who sells and who receives."""

from collections.abc import Iterator
from functools import lru_cache

from workflow.countries import COUNTRIES
from workflow.draft import Draft
from workflow.rules.findings import Finding, Severity
from workflow.values import PLACEHOLDERS, is_valid_tax_number

_valid = lru_cache(maxsize=4096)(is_valid_tax_number)


def tax_numbers(draft: Draft) -> Iterator[Finding]:
    """PTY001: the seller's number passes its check digits; a foreign consignee has none of Türkiye's."""
    if not _valid(draft.seller.tax_number):
        yield Finding("PTY001", Severity.BLOCK, "seller.tax_number", "seller", {"number": draft.seller.tax_number})
    number = draft.consignee.tax_number
    if number and number not in PLACEHOLDERS and _valid(number):
        yield Finding("PTY001", Severity.WARN, "consignee.tax_number", "buyer_is_turkish")


def consignee(draft: Draft) -> Iterator[Finding]:
    """PTY002: the consignee has a name, a city, and a country that is not Türkiye."""
    address = draft.consignee.address
    if address.country == "TR":
        yield Finding("PTY002", Severity.BLOCK, "consignee.address.country", "domestic")
    elif address.country not in COUNTRIES:
        params = {"country": address.country or address.country_name}
        yield Finding("PTY002", Severity.BLOCK, "consignee.address.country", "country", params)
    if not draft.consignee.name.strip():
        yield Finding("PTY002", Severity.BLOCK, "consignee.name", "name")
    if not address.city.strip():
        yield Finding("PTY002", Severity.BLOCK, "consignee.address.city", "city")
