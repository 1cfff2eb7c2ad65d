"""The invoice as UBL-TR XML: every field of the seed's list is present, and GİB's places are kept."""

import dataclasses
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from babel import Locale
from hypothesis import given
from lxml import etree

from adapters.invoicing.ubl import parties
from adapters.invoicing.ubl.reading import read
from adapters.invoicing.ubl.tree import INVOICE, NAMESPACES
from adapters.invoicing.ubl.writing import UnwritableInvoiceError, write
from tests.unit.invoicing.drafts import BUYER, FREIGHT, NUMBER, SELLER, SHIRTS, draft, drafts, invoice
from workflow.countries import COUNTRIES
from workflow.draft import Address, Draft, LineKind, Party
from workflow.invoice import Invoice, Rate
from workflow.values import to_cents

PREFIXES = {**NAMESPACES, "inv": INVOICE}
LINE = "/inv:Invoice/cac:InvoiceLine[1]/"
TAX = "/inv:Invoice/cac:TaxTotal/cac:TaxSubtotal/"


def at(path: str, made: Invoice | None = None) -> list[str]:
    """The texts at an XPath."""
    found: Any = etree.fromstring(write(made or invoice())).xpath(path, namespaces=PREFIXES)
    return [one if isinstance(one, str) else (one.text or "") for one in found]


SEED: dict[str, list[tuple[str, str]]] = {
    "invoice type": [
        ("/inv:Invoice/cbc:InvoiceTypeCode", "ISTISNA"),
        ("/inv:Invoice/cbc:ProfileID", "EARSIVFATURA"),
    ],
    "document number": [("/inv:Invoice/cbc:ID", NUMBER)],
    "invoice date": [("/inv:Invoice/cbc:IssueDate", "2026-11-16")],
    "goods code and description": [
        (f"{LINE}cac:Delivery/cac:Shipment/cac:GoodsItem/cbc:RequiredCustomsID", "610910000011"),
        (f"{LINE}cac:Item/cac:SellersItemIdentification/cbc:ID", "TS-1"),
        (f"{LINE}cac:Item/cbc:Name", "Pamuklu örme tişört"),
        (f"{LINE}cac:Item/cbc:Description", "Cotton T-shirt"),
    ],
    "quantity": [(f"{LINE}cbc:InvoicedQuantity", "100"), (f"{LINE}cbc:InvoicedQuantity/@unitCode", "C62")],
    "unit price": [(f"{LINE}cac:Price/cbc:PriceAmount", "10.50")],
    "discount rate and amount": [
        (f"{LINE}cac:AllowanceCharge/cbc:ChargeIndicator", "false"),
        (f"{LINE}cac:AllowanceCharge/cbc:MultiplierFactorNumeric", "0.04761905"),
        (f"{LINE}cac:AllowanceCharge/cbc:Amount", "50.00"),
        (f"{LINE}cac:AllowanceCharge/cbc:BaseAmount", "1050.00"),
        ("/inv:Invoice/cac:LegalMonetaryTotal/cbc:AllowanceTotalAmount", "50.00"),
    ],
    "VAT rate and amount": [
        (f"{TAX}cbc:Percent", "0"),
        (f"{TAX}cbc:TaxAmount", "0.00"),
        (f"{TAX}cac:TaxCategory/cac:TaxScheme/cbc:TaxTypeCode", "0015"),
        (f"{LINE}cac:TaxTotal/cac:TaxSubtotal/cbc:Percent", "0"),
    ],
    "reason for the exemption": [
        (f"{TAX}cac:TaxCategory/cbc:TaxExemptionReasonCode", "301"),
        (f"{TAX}cac:TaxCategory/cbc:TaxExemptionReason", "11/1-a Mal ihracatı"),
    ],
    "amount of the line": [(f"{LINE}cbc:LineExtensionAmount", "1000.00")],
    "total payable": [
        ("/inv:Invoice/cac:LegalMonetaryTotal/cbc:PayableAmount", "1050.00"),
        ("/inv:Invoice/cac:LegalMonetaryTotal/cbc:PayableAmount/@currencyID", "EUR"),
    ],
}
"""The eleven fields that the seed wants on a micro-export invoice, and where they stand."""


@pytest.mark.parametrize("field", SEED)
def test_each_field_of_the_seeds_list_is_present(field: str) -> None:
    """At its place in UBL-TR."""
    assert len(SEED) == 11
    for path, value in SEED[field]:
        assert at(path) == [value], path


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (f"{LINE}cac:Item/cac:OriginCountry/cbc:IdentificationCode", "TR"),
        (f"{LINE}cac:Item/cac:OriginCountry/cbc:Name", "Türkiye"),
        (f"{LINE}cac:Delivery/cac:Shipment/cbc:GrossWeightMeasure[@unitCode='KGM']", "22.5"),
        (f"{LINE}cac:Delivery/cac:Shipment/cbc:NetWeightMeasure[@unitCode='KGM']", "20"),
        (f"{LINE}cac:Delivery/cac:DeliveryTerms/cbc:ID[@schemeID='INCOTERMS']", "DAP"),
        (f"{LINE}cac:Delivery/cac:Shipment/cac:ShipmentStage/cbc:TransportModeCode", "4"),
        (f"{LINE}cac:Delivery/cac:DeliveryAddress/cac:Country/cbc:Name", "Almanya"),
        ("/inv:Invoice/cac:AccountingCustomerParty/cac:Party/cac:PostalAddress/cac:Country/cbc:Name", "Almanya"),
        ("/inv:Invoice/cac:AccountingCustomerParty/cac:Party/cac:PartyIdentification/cbc:ID[@schemeID='VKN']", "2222222222"),
        ("/inv:Invoice/cac:AccountingSupplierParty/cac:Party/cac:PartyTaxScheme/cac:TaxScheme/cbc:Name", "Kadıköy"),
        ("/inv:Invoice/cac:Delivery/cac:Shipment/cbc:GrossWeightMeasure", "22.5"),
        ("/inv:Invoice/cac:Delivery/cac:Shipment/cbc:TotalTransportHandlingUnitQuantity", "2"),
        ("/inv:Invoice/cac:OrderReference/cbc:ID", "WEB-1001"),
        ("/inv:Invoice/cac:PricingExchangeRate/cbc:CalculationRate", "50.1234"),
        ("/inv:Invoice/cac:PricingExchangeRate/cbc:Date", "2026-11-13"),
        ("/inv:Invoice/cbc:Note", "Türk menşelidir."),
        ("/inv:Invoice/cbc:IssueTime", "10:30:00"),
        ("/inv:Invoice/cbc:UUID", "6f1c2a52-0d0b-4a7e-9d4f-2f7b8c1a9e11"),
        ("/inv:Invoice/cac:InvoiceLine[2]/cac:Item/cbc:Name", "Navlun"),
        ("/inv:Invoice/cac:LegalMonetaryTotal/cbc:LineExtensionAmount", "1100.00"),
    ],
)
def test_what_customs_and_couriers_ask_for_stands_where_gib_puts_it(path: str, value: str) -> None:
    """GTİP, origin, weights, terms, rate, names of countries in Turkish."""
    assert at(path) == [value]


def test_the_same_invoice_gives_the_same_bytes() -> None:
    """Its hash stands for the document."""
    assert write(invoice()) == write(invoice())
    assert write(invoice()).startswith(b"<?xml version='1.0' encoding='UTF-8'?>")


def test_the_draft_is_unsigned_and_keeps_the_seals_place_free() -> None:
    """The mali mühür is the integrator's."""
    root = etree.fromstring(write(invoice()))
    assert len(root.findall(".//ext:ExtensionContent/kervan:unsigned", NAMESPACES)) == 1
    assert not root.findall(".//{http://www.w3.org/2000/09/xmldsig#}Signature")


@given(drafts())
def test_what_is_written_is_read_again(one: Draft) -> None:
    """Every figure and every code, whatever the texts hold."""
    made = invoice(one)
    said = read(write(made))
    assert (said.number, said.ettn, said.issued_on) == (made.number, str(made.ettn), made.issued_on)
    assert (said.currency, said.payable, said.exemption_codes) == (made.currency, made.total, ("301",))
    assert said.lines is not None
    for told, line in zip(said.lines, made.lines, strict=True):
        assert (told.gtip, told.origin, told.quantity, told.unit) == (line.gtip, line.origin, line.quantity, line.unit)
        assert (told.unit_price, told.amount, told.discount) == (line.unit_price, line.amount, line.discount)
        assert (told.gross_weight_kg, told.net_weight_kg) == (line.gross_weight_kg, line.net_weight_kg)


@given(drafts())
def test_base_times_factor_is_the_discount_to_the_cent(one: Draft) -> None:
    """So a program that reckons from the rate comes to the same amount."""
    root = etree.fromstring(write(invoice(one)))
    for found in root.iterfind(".//cac:AllowanceCharge", NAMESPACES):
        texts = {etree.QName(child).localname: child.text or "" for child in found}
        factor, base = Decimal(texts["MultiplierFactorNumeric"]), Decimal(texts["BaseAmount"])
        assert to_cents(base * factor) == Decimal(texts["Amount"])


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        (LineKind.FREIGHT, "Navlun"),
        (LineKind.INSURANCE, "Sigorta"),
        (LineKind.BANK_FEE, "Banka komisyonu"),
        (LineKind.PACKAGING, "Paketleme"),
    ],
)
def test_each_charge_is_a_line_of_its_own_in_turkish(kind: LineKind, name: str) -> None:
    """With the order's wording beside it, and neither GTİP nor delivery."""
    made = invoice(draft(lines=(SHIRTS, dataclasses.replace(FREIGHT, kind=kind, description="Charge"))))
    line = "/inv:Invoice/cac:InvoiceLine[2]/"
    assert at(f"{line}cac:Item/cbc:Name", made) == [name]
    assert at(f"{line}cac:Item/cbc:Description", made) == ["Charge"]
    assert at(f"{line}cac:Delivery", made) == []


def test_a_charge_keeps_the_turkish_name_the_order_gives_it() -> None:
    """Where there is one."""
    named = dataclasses.replace(FREIGHT, description_tr="Yurt dışı kargo")
    assert at("/inv:Invoice/cac:InvoiceLine[2]/cac:Item/cbc:Name", invoice(draft(lines=(SHIRTS, named)))) == ["Yurt dışı kargo"]


def test_goods_of_mixed_origin_have_no_turkish_origin_note() -> None:
    """The note stands only where it is true of all."""
    mixed = draft(lines=(SHIRTS, dataclasses.replace(SHIRTS, origin="CN")))
    assert at("/inv:Invoice/cbc:Note", invoice(mixed, notes=("Kırılacak eşya.",))) == ["Kırılacak eşya."]


def test_an_invoice_in_lira_shows_no_rate() -> None:
    """And needs none."""
    assert at("/inv:Invoice/cac:PricingExchangeRate", invoice(draft(currency="TRY"), rate=None)) == []


def test_a_rate_has_six_places_at_most() -> None:
    """Rounded half up (GİB rule CurrencyCodeCheck-7)."""
    made = invoice(rate=Rate(Decimal("0.3076665"), date(2026, 9, 18)))
    assert at("/inv:Invoice/cac:PricingExchangeRate/cbc:CalculationRate", made) == ["0.307667"]


@pytest.mark.parametrize(
    ("party", "scheme", "number", "person"),
    [
        (Party("Beispiel GmbH", BUYER.address), "VKN", "2222222222", []),
        (Party("Beispiel GmbH", BUYER.address, "DE811907980"), "VKN", "2222222222", []),
        (Party("Ayşe Nur Yılmaz", BUYER.address, "11111111111"), "TCKN", "11111111111", ["Ayşe Nur", "Yılmaz"]),
        (Party("Erika", BUYER.address, "11111111111"), "TCKN", "11111111111", ["Erika", "-"]),
    ],
)
def test_a_foreign_buyer_is_a_placeholder_and_a_person_only_with_a_tckn(
    party: Party, scheme: str, number: str, person: list[str]
) -> None:
    """A foreign tax number stands as the legal entity's."""
    made = invoice(draft(consignee=party))
    buyer = "/inv:Invoice/cac:AccountingCustomerParty/cac:Party/"
    assert at(f"{buyer}cac:PartyIdentification/cbc:ID/@schemeID", made) == [scheme]
    assert at(f"{buyer}cac:PartyIdentification/cbc:ID", made) == [number]
    assert at(f"{buyer}cac:Person/*", made) == person
    foreign = [party.tax_number] if party.tax_number.startswith("DE") else []
    assert at(f"{buyer}cac:PartyLegalEntity/cbc:CompanyID", made) == foreign


def test_a_seller_who_is_a_natural_person_is_written_as_one() -> None:
    """With TCKN and name."""
    made = invoice(draft(seller=dataclasses.replace(SELLER, name="Mehmet Öz", tax_number="10000000146")))
    seller = "/inv:Invoice/cac:AccountingSupplierParty/cac:Party/"
    assert at(f"{seller}cac:PartyIdentification/cbc:ID[@schemeID='TCKN']", made) == ["10000000146"]
    assert at(f"{seller}cac:Person/*", made) == ["Mehmet", "Öz"]


def test_every_country_has_a_turkish_name() -> None:
    """From CLDR."""
    assert {code for code in COUNTRIES if parties.country_name(code) == code} == set()
    assert parties.country_name("GB") == Locale("tr").territories["GB"] == "Birleşik Krallık"


def test_texts_that_xml_cannot_hold_become_spaces_and_markup_stays_text() -> None:
    """Whatever a shop sends."""
    odd = dataclasses.replace(SHIRTS, description="A\x00B\x0b</cbc:Name>&amp;\ufffe", sku="")
    made = invoice(draft(lines=(odd,)))
    assert at(f"{LINE}cac:Item/cbc:Description", made) == ["A B </cbc:Name>&amp; "]
    assert at(f"{LINE}cac:Item/cac:SellersItemIdentification", made) == []


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"rate": None}, "no exchange rate"),
        ({"rate": Rate(Decimal("0.0000001"), date(2026, 11, 13))}, "no exchange rate"),
        ({"number": "A-1"}, "three characters"),
        ({"seller": dataclasses.replace(SELLER, tax_number="DE811907980")}, "neither a VKN nor a TCKN"),
        ({"seller": dataclasses.replace(SELLER, name=" ")}, "blank"),
        ({"buyer": Party(" ", Address("DE", "Berlin"))}, "blank"),
        ({"lines": ()}, "no lines"),
    ],
)
def test_what_gibs_rules_would_refuse_for_certain_is_not_written(change: dict[str, Any], why: str) -> None:
    """The error says what is missing."""
    with pytest.raises(UnwritableInvoiceError, match=why):
        write(dataclasses.replace(invoice(), **change))
