"""INV001 to INV009 and DOC001: what is found on an invoice, at which field, and with what said of it."""

import dataclasses
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.law import BOOK
from tests.unit.invoicing.drafts import FREIGHT, SHIRTS, draft, proforma
from workflow.draft import Draft
from workflow.rules.agreement import Expected, agreement, expected
from workflow.rules.findings import Finding
from workflow.rules.invoice import invoice
from workflow.rules.severity import SEVERITIES
from workflow.stated import PAPER, StatedInvoice, StatedLine, StatedParty, StatedRate

TODAY = date(2026, 11, 20)
GOODS = StatedLine(
    "1",
    "Pamuklu örme tişört",
    "Cotton T-shirt",
    sku="TS-1",
    gtip="610910000011",
    origin="TR",
    quantity=Decimal(100),
    unit="C62",
    unit_price=Decimal("10.50"),
    amount=Decimal("1000.00"),
    discount=Decimal("50.00"),
)
CHARGE = StatedLine("2", "Navlun", quantity=Decimal(1), unit="C62", unit_price=Decimal(50), amount=Decimal("50.00"))
SAID = StatedInvoice(
    profile="EARSIVFATURA",
    type="ISTISNA",
    number="MEX2026000000042",
    ettn="6f1c2a52-0d0b-4a7e-9d4f-2f7b8c1a9e11",
    issued_on=date(2026, 11, 16),
    currency="EUR",
    payable=Decimal("1050.00"),
    exemption_codes=("301",),
    exemption_reasons=("11/1-a Mal ihracatı",),
    before_vat=Decimal("1050.00"),
    with_vat=Decimal("1050.00"),
    rate=StatedRate("EUR", "TRY", Decimal("50.1234")),
    seller=StatedParty("VKN", "4540536920", "Örnek Tekstil Ltd. Şti.", "İstanbul", "TR", "Türkiye"),
    buyer=StatedParty("VKN", "2222222222", "Beispiel GmbH", "Berlin", "DE", "Almanya"),
    lines=(GOODS, CHARGE),
)

Told = tuple[str, str, str, dict[str, str]]
"""Code, path, variant and what is said of it."""


def told(found: list[Finding]) -> list[Told]:
    """All findings, each with the severity that is listed for it."""
    assert all(SEVERITIES[one.code, one.variant] is one.severity for one in found)
    return [(one.code, one.path, one.variant, one.params) for one in found]


def itself(**changes: Any) -> list[Told]:
    """What is found on the invoice by itself, with something changed."""
    return told(list(invoice(dataclasses.replace(SAID, **changes), TODAY, BOOK)))


def line(position: int = 0, **changes: Any) -> dict[str, Any]:
    """The invoice's lines, one of them changed."""
    lines = [GOODS, CHARGE]
    lines[position] = dataclasses.replace(lines[position], **changes)
    return {"lines": tuple(lines)}


def party(who: str, **changes: Any) -> dict[str, Any]:
    """Seller or buyer, changed."""
    return {who: dataclasses.replace(getattr(SAID, who), **changes)}


@pytest.mark.parametrize(
    ("changes", "expect"),
    [
        ({}, []),
        ({"number": ""}, [("INV001", "number", "missing", {})]),
        ({"number": " ", "profile": PAPER}, [("INV001", "number", "missing", {})]),
        ({"number": "MEX202600000004"}, [("INV001", "number", "", {"number": "MEX202600000004"})]),
        ({"number": "MEX2025000000042"}, [("INV001", "number", "year", {"number": "MEX2025000000042", "year": "2026"})]),
        ({"number": "2025-17", "profile": PAPER}, []),
        ({"number": "MEX2025000000042", "profile": PAPER}, []),
        ({"profile": "TICARIFATURA"}, [("INV002", "profile", "profile", {"profile": "TICARIFATURA"})]),
        ({"profile": ""}, [("INV002", "profile", "profile", {"profile": "—"})]),
        ({"type": "SATIS"}, [("INV002", "type", "type", {"type": "SATIS"})]),
        ({"type": ""}, [("INV002", "type", "type", {"type": "—"})]),
        ({"exemption_codes": ()}, [("INV003", "exemption_code", "missing", {})]),
        (
            {"exemption_codes": ("351", "301", "302")},
            [("INV003", "exemption_code", "", {"code": "302"}), ("INV003", "exemption_code", "", {"code": "351"})],
        ),
        ({"exemption_reasons": ()}, [("INV003", "exemption_reason", "reason", {})]),
        ({"exemption_reasons": None}, []),
        ({"exemption_codes": (), "exemption_reasons": ()}, [("INV003", "exemption_code", "missing", {})]),
        (line(1, exemption_codes=("302",)), [("INV003", "lines[1].exemption_code", "", {"code": "302"})]),
        (line(1, exemption_codes=("301",)), []),
        (
            {"exemption_codes": ("301", "302"), **line(1, exemption_codes=("302",))},
            [("INV003", "exemption_code", "", {"code": "302"})],
        ),
        ({"vat_amount": Decimal("0.01")}, [("INV004", "vat", "", {"percent": "0", "amount": "0.01"})]),
        (
            {"vat_percents": (Decimal(0), Decimal(1), Decimal(20))},
            [("INV004", "vat", "", {"percent": "1, 20", "amount": "0"})],
        ),
        ({"vat_percents": (Decimal(0),)}, []),
        (line(1, vat_percents=(Decimal(20),)), [("INV004", "lines[1].vat", "", {"percent": "20", "amount": "0"})]),
        (line(0, vat_amount=Decimal(1)), [("INV004", "lines[0].vat", "", {"percent": "0", "amount": "1"})]),
        ({"payable": None}, [("INV005", "total", "missing", {"total": "—"})]),
        ({"payable": Decimal(0)}, [("INV005", "total", "missing", {"total": "0"})]),
        ({"payable": Decimal(-1)}, [("INV005", "total", "missing", {"total": "-1"})]),
        ({"payable": Decimal("0.01"), "before_vat": None, "with_vat": None, "lines": None}, []),
        (
            {"before_vat": Decimal("1050.02")},
            [("INV005", "before_vat", "parts", {"amount": "1050.02", "total": "1050.00"})],
        ),
        ({"before_vat": Decimal("1050.01"), "with_vat": None}, []),
        ({"with_vat": Decimal("1049.98")}, [("INV005", "with_vat", "parts", {"amount": "1049.98", "total": "1050.00"})]),
        (
            {"allowances": Decimal("0.02")},
            [("INV005", "total", "sum", {"sum": "1049.98", "total": "1050.00"})],
        ),
        ({"charges": Decimal("0.02")}, [("INV005", "total", "sum", {"sum": "1050.02", "total": "1050.00"})]),
        ({"charges": Decimal("0.02"), "allowances": Decimal("0.01")}, []),
        (line(1, unit_price=Decimal("50.01")), []),
        (
            line(1, unit_price=Decimal("50.02")),
            [("INV005", "lines[1].amount", "line", {"line": "2", "sum": "50.02", "amount": "50.00"})],
        ),
        (
            line(0, discount=Decimal("50.02")),
            [("INV005", "lines[0].amount", "line", {"line": "1", "sum": "999.98", "amount": "1000.00"})],
        ),
        (line(1, quantity=None), [("INV005", "lines[1]", "incomplete", {"line": "2"})]),
        (line(1, unit_price=None), [("INV005", "lines[1]", "incomplete", {"line": "2"})]),
        (
            {"lines": (dataclasses.replace(GOODS, quantity=None), dataclasses.replace(CHARGE, quantity=None))},
            [("INV005", "lines[0]", "incomplete", {"line": "1"}), ("INV005", "lines[1]", "incomplete", {"line": "2"})],
        ),
        ({"currency": ""}, [("INV006", "currency", "missing", {})]),
        ({"currency": "TRY", "rate": None}, []),
        ({"rate": None}, [("INV006", "exchange_rate", "no_rate", {"currency": "EUR"})]),
        ({"rate": None, "lines": None}, []),
        ({"rate": StatedRate("EUR", "TRY", Decimal(0))}, [("INV006", "exchange_rate", "rate", {"rate": "0"})]),
        ({"rate": StatedRate("EUR", "TRY", Decimal("0.01"))}, []),
        (
            {"rate": StatedRate("", "USD", Decimal(1))},
            [("INV006", "exchange_rate", "pair", {"source": "—", "target": "USD", "currency": "EUR"})],
        ),
        (
            {"rate": StatedRate("EUR", "", Decimal(1))},
            [("INV006", "exchange_rate", "pair", {"source": "EUR", "target": "—", "currency": "EUR"})],
        ),
        ({"issued_on": None}, [("INV007", "issued_on", "missing", {})]),
        ({"issued_on": TODAY}, []),
        (
            {"issued_on": date(2026, 11, 21)},
            [("INV007", "issued_on", "", {"day": "2026-11-21", "today": "2026-11-20"})],
        ),
        ({"seller": None, "buyer": None}, []),
        (party("seller", tax_number="4540536921"), [("PTY001", "seller.tax_number", "seller", {"number": "4540536921"})]),
        (party("buyer", tax_number="1460415308"), [("PTY001", "buyer.tax_number", "buyer_is_turkish", {})]),
        (party("buyer", tax_number="1234567891"), [("PTY001", "buyer.tax_number", "buyer", {"number": "1234567891"})]),
        (party("buyer", tax_number=""), []),
        (party("buyer", country="TR"), [("PTY002", "buyer.country", "domestic", {})]),
        (party("buyer", country="", country_name="Turkey"), [("PTY002", "buyer.country", "domestic", {})]),
        (party("buyer", country="", country_name="Almanya"), []),
        (party("buyer", country="", country_name=""), [("PTY002", "buyer.country", "country", {"country": ""})]),
        (party("buyer", country="XX"), [("PTY002", "buyer.country", "country", {"country": "XX"})]),
        (party("buyer", name=" "), [("PTY002", "buyer.name", "name", {})]),
        (party("buyer", city=""), [("PTY002", "buyer.city", "city", {})]),
        (
            {"lines": (CHARGE,), "payable": Decimal(50), "before_vat": None, "with_vat": None},
            [("LINE001", "lines", "no_goods", {})],
        ),
        (line(1, name="Ordino"), [("LINE001", "lines[1].name", "", {"keyword": "ordino"})]),
        (line(1, description="ARDİYE"), [("LINE001", "lines[1].name", "", {"keyword": "ardiye"})]),
        (line(0, gtip=""), [("LINE002", "lines[0].gtip", "missing", {})]),
        (line(0, gtip="61091000001"), [("LINE002", "lines[0].gtip", "", {"gtip": "61091000001"})]),
        (line(0, gtip="770000000000"), [("LINE002", "lines[0].gtip", "unknown", {"gtip": "770000000000"})]),
        (line(0, origin="XX"), [("LINE003", "lines[0].origin", "", {"origin": "XX"})]),
        (line(0, name=" ", description=""), [("LINE004", "lines[0].name", "", {})]),
        (line(0, name=" "), []),
        (
            line(1, quantity=Decimal(-1), unit_price=Decimal(-50)),
            [
                ("LINE005", "lines[1].quantity", "quantity", {"quantity": "-1"}),
                ("LINE005", "lines[1].unit_price", "price", {"price": "-50"}),
            ],
        ),
        (
            line(1, quantity=Decimal(0), amount=Decimal(0)) | {"payable": Decimal(1000), "before_vat": None, "with_vat": None},
            [("LINE005", "lines[1].quantity", "quantity", {"quantity": "0"})],
        ),
        (line(1, quantity=Decimal("0.5"), unit_price=Decimal(100)), []),
        (line(1, quantity=Decimal(100), unit_price=Decimal("0.5")), []),
    ],
)
def test_what_an_invoice_says_of_itself(changes: dict[str, Any], expect: list[Told]) -> None:
    """Each finding at its field with its words, and nothing else."""
    assert itself(**changes) == expect


FOREIGN: Told = ("LINE004", "lines[0].name", "foreign", {"line": "1", "owed": "Pamuklu örme tişört"})


def test_a_forbidden_charge_stands_on_its_row_of_the_law() -> None:
    """With the row's source."""
    (one,) = invoice(dataclasses.replace(SAID, **line(1, name="Ordino")), TODAY, BOOK)
    assert one.basis in BOOK.charges


def held_against(given: Draft, **changes: Any) -> list[Told]:
    """What is found on the invoice, with something changed, where it is held against a draft."""
    return told(list(agreement(dataclasses.replace(SAID, **changes), expected(given))))


INSURANCE = dataclasses.replace(FREIGHT, description="Sigorta")
MUGS = dataclasses.replace(SHIRTS, sku="", gtip="691200000000", description="Mug", description_tr="Kupa")


VERSAND: list[Told] = [
    ("INV009", "lines[1]", "extra", {"line": "2", "name": "Versand"}),
    ("INV009", "lines", "missing", {"line": "2", "name": "Courier freight"}),
]


@pytest.mark.parametrize(
    ("given", "changes", "expect"),
    [
        (draft(), {}, []),
        (draft(currency="USD"), {}, [("INV006", "currency", "shipment", {"currency": "EUR", "owed": "USD"})]),
        (draft(), {"currency": ""}, []),
        (draft(), {"payable": Decimal("1050.01")}, []),
        (
            draft(),
            {"payable": Decimal("1050.02")},
            [("INV005", "total", "shipment", {"total": "1050.02", "owed": "1050.00", "currency": "EUR"})],
        ),
        (draft(), {"payable": None}, []),
        (
            draft(),
            party("seller", tax_number="17291716060"),
            [("INV008", "seller.tax_number", "seller", {"number": "17291716060", "owed": "4540536920"})],
        ),
        (
            draft(),
            party("seller", tax_number=""),
            [("INV008", "seller.tax_number", "seller", {"number": "—", "owed": "4540536920"})],
        ),
        (draft(), {"seller": None, "buyer": None}, []),
        (draft(), party("buyer", country="FR"), [("INV008", "buyer.country", "country", {"country": "FR", "owed": "DE"})]),
        (draft(), party("buyer", country=""), []),
        (draft(), party("buyer", name="Beispiel"), [("INV008", "buyer.name", "name", {})]),
        (draft(), party("buyer", name="BEİSPIEL  gmbh"), []),
        (draft(proforma=proforma()), {}, []),
        (draft(proforma=proforma("1050.01")), {}, []),
        (
            draft(proforma=proforma("1050.02")),
            {},
            [
                (
                    "DOC001",
                    "total",
                    "invoice_total",
                    {"number": "PF-7", "proforma": "1050.02", "invoice": "1050.00", "currency": "EUR"},
                )
            ],
        ),
        (
            draft(proforma=proforma(currency="USD")),
            {},
            [("DOC001", "currency", "invoice_currency", {"number": "PF-7", "proforma": "USD", "invoice": "EUR"})],
        ),
        (draft(proforma=proforma("1.00")), {"payable": None}, []),
        (draft(proforma=proforma(currency="USD")), {"currency": ""}, []),
        (draft(), {"lines": None}, []),
        (draft(), {"lines": (CHARGE, GOODS)}, []),
        (
            draft(),
            line(gtip="610910000012"),
            [("INV009", "lines[0].gtip", "gtip", {"line": "1", "told": "610910000012", "owed": "610910000011"})],
        ),
        (draft(), line(gtip=""), []),
        (
            draft(),
            {"lines": (CHARGE, dataclasses.replace(GOODS, origin="CN"))},
            [("INV009", "lines[1].origin", "origin", {"line": "2", "told": "CN", "owed": "TR"})],
        ),
        (
            draft(),
            line(quantity=Decimal(99)),
            [("INV009", "lines[0].quantity", "quantity", {"line": "1", "told": "99", "owed": "100"})],
        ),
        (draft(), line(quantity=None), []),
        (draft(), line(amount=Decimal("1000.01")), []),
        (
            draft(),
            line(amount=Decimal("1000.02")),
            [("INV009", "lines[0].amount", "amount", {"line": "1", "told": "1000.02", "owed": "1000.00"})],
        ),
        (
            draft(),
            line(1, amount=Decimal("49.98")),
            [("INV009", "lines[1].amount", "amount", {"line": "2", "told": "49.98", "owed": "50.00"})],
        ),
        (draft(), line(amount=None), []),
        (draft(), line(unit="NIU"), []),
        (draft(), line(unit="KGM"), [("INV009", "lines[0].unit", "unit_other", {"line": "1", "told": "KGM", "owed": "C62"})]),
        (draft(), line(unit="PR"), [("INV009", "lines[0].unit", "unit", {"line": "1", "told": "PR", "owed": "C62"})]),
        (
            draft(),
            line(unit="KGM", quantity=None),
            [("INV009", "lines[0].unit", "unit", {"line": "1", "told": "KGM", "owed": "C62"})],
        ),
        (
            draft(),
            line(unit_price=Decimal("10.52")),
            [("INV009", "lines[0].unit_price", "price", {"line": "1", "told": "10.52", "owed": "10.5"})],
        ),
        (draft(), line(unit_price=Decimal("10.49")), []),
        (draft(), line(unit_price=None), []),
        (
            draft(),
            line(name="Bilgisayar", description=""),
            [("INV009", "lines[0].name", "goods", {"line": "1", "told": "Bilgisayar", "owed": "Pamuklu örme tişört"})],
        ),
        (
            draft(),
            line(name="", description="Pamuk çarşaf"),
            [("INV009", "lines[0].name", "name", {"line": "1", "told": "Pamuk çarşaf", "owed": "Pamuklu örme tişört"})],
        ),
        (draft(), line(1, name="Versand", unit_price=Decimal(7)), VERSAND),
        (draft(), {"incoterm": "dap"}, []),
        (draft(), line(incoterm="EXW"), [("INV009", "lines[0].incoterm", "incoterm", {"told": "EXW", "owed": "DAP"})]),
        (
            draft(),
            {"gross_weight_kg": Decimal("9922.50")},
            [("INV009", "gross_weight_kg", "weight", {"told": "9922.5", "owed": "22.5"})],
        ),
        (
            draft(),
            {"gross_weight_kg": Decimal("23.000")},
            [("INV009", "gross_weight_kg", "weight_near", {"told": "23", "owed": "22.5"})],
        ),
        (draft(), party("buyer", city="Paris"), [("INV008", "buyer.city", "city", {"told": "Paris", "owed": "Berlin"})]),
        (draft(), party("buyer", name="Muster AG"), [("INV008", "buyer.name", "other_name", {})]),
        (draft(), line(unit=""), [("INV009", "lines[0].unit", "unit", {"line": "1", "told": "—", "owed": "C62"})]),
        (draft(), line(1, unit="KGM", quantity=Decimal(7)), []),
        (draft(), line(name="Cotton T-shirt", description=""), [FOREIGN]),
        (draft(), line(name="COTTON T-SHIRT"), [FOREIGN]),
        (draft(), line(name="Cotton T-shirt", description="Pamuklu tişört"), []),
        (draft(), line(name="", description=""), []),
        (
            draft(lines=(SHIRTS, FREIGHT, INSURANCE)),
            {"payable": Decimal("1100.00")},
            [("INV009", "lines", "missing", {"line": "3", "name": "Sigorta"})],
        ),
        (
            draft(lines=(SHIRTS, MUGS, FREIGHT)),
            {"payable": Decimal("2050.00")},
            [("INV009", "lines", "missing", {"line": "2", "name": "Kupa"})],
        ),
        (
            draft(lines=(SHIRTS,)),
            {"payable": Decimal("1000.00")},
            [("INV009", "lines[1]", "extra", {"line": "2", "name": "Navlun"})],
        ),
    ],
)
def test_what_an_invoice_says_against_its_shipment(given: Draft, changes: dict[str, Any], expect: list[Told]) -> None:
    """Each difference at its field, with both sides told, and nothing else; the order of the lines does not matter."""
    assert held_against(given, **changes) == expect


def test_where_only_particulars_are_known_only_they_are_compared() -> None:
    """A message's invoice: seller, currency and total."""
    owed = Expected("4540536920", "USD", Decimal("1.00"))
    found = told(list(agreement(SAID, owed)))
    assert [(code, variant) for code, _, variant, _ in found] == [("INV006", "shipment"), ("INV005", "shipment")]
