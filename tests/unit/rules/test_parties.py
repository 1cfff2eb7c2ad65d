"""PTY001 and PTY002: who sells and who receives."""

import dataclasses
from typing import Any

import pytest

from tests.unit.invoicing.drafts import BUYER, SELLER
from tests.unit.rules.cases import Found, draft, first, found
from workflow.draft import Address

SELLERS_NUMBER = [("block", "seller.tax_number", "seller")]
TURKISH = [("warn", "consignee.tax_number", "buyer_is_turkish")]


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("4540536920", []),
        ("17291716060", []),
        ("4540536921", SELLERS_NUMBER),
        ("17291716050", SELLERS_NUMBER),
        ("07291716092", SELLERS_NUMBER),
        ("454053692", SELLERS_NUMBER),
        ("45405369200", SELLERS_NUMBER),
        ("", SELLERS_NUMBER),
        ("2222222222", SELLERS_NUMBER),
        ("11111111111", SELLERS_NUMBER),
        ("1111111111", SELLERS_NUMBER),
    ],
)
def test_pty001_the_sellers_number_passes_its_check_digits(number: str, expected: list[Found]) -> None:
    """VKN or TCKN; no placeholder."""
    given = draft(seller=dataclasses.replace(SELLER, tax_number=number))
    assert found("PTY001", given) == expected
    if expected:
        assert first("PTY001", given).params == {"number": number}


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("", []),
        ("2222222222", []),
        ("11111111111", []),
        ("1111111111", []),
        ("DE123456789", []),
        ("4540536921", []),
        ("4540536920", TURKISH),
        ("17291716060", TURKISH),
    ],
)
def test_pty001_a_foreign_buyer_has_no_number_of_turkiye(number: str, expected: list[Found]) -> None:
    """Placeholders and foreign numbers pass; a valid VKN or TCKN warns."""
    assert found("PTY001", draft(consignee=dataclasses.replace(BUYER, tax_number=number))) == expected


def blocked(field: str, variant: str) -> list[Found]:
    return [("block", f"consignee.{field}", variant)]


@pytest.mark.parametrize(
    ("party", "address", "expected"),
    [
        ({}, {}, []),
        ({}, {"country": "GB", "postcode": "", "line": "", "district": ""}, []),
        ({}, {"country": "TR"}, blocked("address.country", "domestic")),
        ({}, {"country": ""}, blocked("address.country", "country")),
        ({}, {"country": "XX"}, blocked("address.country", "country")),
        ({}, {"country": "de"}, blocked("address.country", "country")),
        ({"name": ""}, {}, blocked("name", "name")),
        ({"name": " \t"}, {}, blocked("name", "name")),
        ({}, {"city": ""}, blocked("address.city", "city")),
        ({}, {"city": " "}, blocked("address.city", "city")),
        (
            {"name": ""},
            {"country": "", "city": ""},
            blocked("address.country", "country") + blocked("name", "name") + blocked("address.city", "city"),
        ),
    ],
)
def test_pty002_the_consignee_has_a_name_a_city_and_a_country_abroad(
    party: dict[str, Any], address: dict[str, Any], expected: list[Found]
) -> None:
    """Each that is missing is told."""
    changed: Address = dataclasses.replace(BUYER.address, **address)
    given = draft(consignee=dataclasses.replace(BUYER, address=changed, **party))
    assert found("PTY002", given) == expected
    if ("block", "consignee.address.country", "country") in expected:
        assert first("PTY002", given).params == {"country": address["country"]}
