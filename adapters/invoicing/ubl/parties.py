"""Parties and addresses as UBL-TR wants them."""

from functools import lru_cache

from babel import Locale

from adapters.invoicing.ubl.tree import Node, group, leaf, leaf_if
from workflow.draft import Address, Party

FOREIGN_ORGANISATION = "2222222222"
"""Stands for "a foreign buyer has no VKN"; GİB's rules take it, and it needs no first and family name."""
_VKN, _TCKN = 10, 11


@lru_cache(maxsize=512)
def country_name(code: str) -> str:
    """A country's name in Turkish, as CLDR has it; the code itself where it has none."""
    return str(Locale("tr").territories.get(code, code))


def identity(number: str) -> tuple[str, str]:
    """Scheme and number that stand for a party: its own VKN or TCKN, or else the placeholder of foreign organisations.

    Kervan is not told whether a consignee is a person, and a guess at it would be one at their family name too; so only
    who comes with a TCKN (a real one, or the placeholder) is written as a person.
    """
    if number.isascii() and number.isdigit() and len(number) in {_VKN, _TCKN}:
        return ("VKN" if len(number) == _VKN else "TCKN", number)
    return ("VKN", FOREIGN_ORGANISATION)


def identification(number: str) -> Node:
    """``cac:PartyIdentification``."""
    scheme, shown = identity(number)
    return group("cac:PartyIdentification", leaf("cbc:ID", shown, schemeID=scheme))


def country(code: str, name: str = "cac:Country") -> Node:
    """A country with code and Turkish name: the address must name the country (the operators' rule)."""
    return group(name, leaf_if("cbc:IdentificationCode", code), leaf("cbc:Name", country_name(code)))


def address(given: Address, name: str = "cac:PostalAddress") -> Node:
    """An address; the schema wants a district, so the city stands for one where there is none."""
    return group(
        name,
        leaf_if("cbc:StreetName", given.line),
        leaf("cbc:CitySubdivisionName", given.district.strip() or given.city),
        leaf("cbc:CityName", given.city),
        leaf_if("cbc:PostalZone", given.postcode),
        country(given.country),
    )


def party(given: Party) -> Node:
    """``cac:Party``; a foreign tax number, which is no VKN or TCKN, stands as the legal entity's."""
    scheme, shown = identity(given.tax_number)
    foreign = given.tax_number if given.tax_number.strip() and given.tax_number != shown else ""
    return group(
        "cac:Party",
        identification(given.tax_number),
        group("cac:PartyName", leaf("cbc:Name", given.name)),
        address(given.address),
        _tax_office(given.tax_office),
        group("cac:PartyLegalEntity", leaf("cbc:RegistrationName", given.name), leaf("cbc:CompanyID", foreign))
        if foreign
        else None,
        _person(given.name) if scheme == "TCKN" else None,
    )


def _tax_office(name: str) -> Node | None:
    return group("cac:PartyTaxScheme", group("cac:TaxScheme", leaf("cbc:Name", name))) if name.strip() else None


def _person(name: str) -> Node:
    """First and family name: the last word is the family's; who has one word only gets a dash, for neither may be blank."""
    first, _, family = name.strip().rpartition(" ")
    return group("cac:Person", leaf("cbc:FirstName", first or family), leaf("cbc:FamilyName", family if first else "-"))
