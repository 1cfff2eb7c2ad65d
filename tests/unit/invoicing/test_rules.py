"""Our own rules on invoices: what GİB's let through though it is wrong for micro-export is refused, with its reason."""

import dataclasses
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.invoicing.ubl.reading import read
from adapters.invoicing.ubl.writing import write
from tests.law import BOOK
from tests.unit.invoicing.drafts import BUYER, FREIGHT, ISSUED_AT, SHIRTS, draft, drafts, invoice, proforma
from tests.unit.invoicing.mutations import MUTATIONS, OBSERVED, cut, swap
from workflow import facts
from workflow.draft import Address, Draft, LineKind
from workflow.rules.agreement import Expected, agreement, expected
from workflow.rules.findings import Finding, Severity
from workflow.rules.invoice import invoice as judge
from workflow.rules.invoice import kind_of
from workflow.rules.texts import TEXTS
from workflow.stated import StatedInvoice, StatedLine, by_message
from workflow.values import istanbul_day

TODAY = date(2026, 11, 20)
LAW = BOOK


def blocks(found: Iterator[Finding]) -> set[tuple[str, str]]:
    """Code and variant of what blocks; each must have its words in both languages."""
    made = list(found)
    assert all(one.text("tr") and one.text("en") and one.source for one in made)
    return {(one.code, one.variant) for one in made if one.severity is Severity.BLOCK}


def warns(found: Iterator[Finding]) -> set[tuple[str, str]]:
    """Code and variant of what only warns."""
    return {(one.code, one.variant) for one in found if one.severity is Severity.WARN}


def itself(name_or_xml: str | bytes) -> set[tuple[str, str]]:
    """What blocks a document by itself."""
    xml = MUTATIONS[name_or_xml]() if isinstance(name_or_xml, str) else name_or_xml
    return blocks(judge(read(xml), TODAY, LAW))


REFUSED: dict[str, set[tuple[str, str]]] = {
    "profile_TICARIFATURA": {("INV002", "profile")},
    "code_302": {("INV003", "")},
    "kdv_20_on_istisna": {("INV004", "")},
    "payable_not_sum": {("INV005", "sum"), ("INV005", "parts")},
    "gtip_11_digits": {("LINE002", "")},
    "no_gtip": {("LINE002", "missing")},
    "no_origin": {("LINE003", "")},
    "supplier_vkn_bad_check": {("PTY001", "seller")},
    "line_gumrukleme_hizmet_bedeli": {("LINE001", "")},
}
"""What GİB's rules accept and ours refuse, and why."""


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_what_gib_accepts_though_wrong_for_micro_export_is_refused_with_the_reason(name: str) -> None:
    """Each by its own finding, and nothing else."""
    assert OBSERVED[name]["ok"]
    assert itself(name) == REFUSED[name]


def test_every_mutation_that_gib_accepts_is_in_that_list() -> None:
    """But the sample itself, which has nothing wrong."""
    assert {name for name, verdict in OBSERVED.items() if verdict["ok"]} == {*REFUSED, "base"}
    assert itself("base") == set()


@pytest.mark.parametrize(
    ("name", "finding"),
    [
        ("type_SATIS_with_301", ("INV002", "type")),
        ("id_15_chars", ("INV001", "")),
        ("id_lowercase", ("INV001", "")),
        ("no_exchange_rate", ("INV006", "no_rate")),
        ("no_reason_text", ("INV003", "reason")),
        ("no_reason_code", ("INV003", "missing")),
        ("reason_code_999", ("INV003", "")),
        ("customer_country_XX", ("PTY002", "country")),
        ("future_date", ("INV007", "")),
    ],
)
def test_much_of_what_gib_refuses_is_refused_by_ours_too(name: str, finding: tuple[str, str]) -> None:
    """So an installation without GİB's rules is not blind."""
    assert finding in itself(name)


def with_(**changes: Any) -> StatedInvoice:
    """The sample as it reads, changed."""
    return dataclasses.replace(read(MUTATIONS["base"]()), **changes)


@pytest.mark.parametrize(
    ("changes", "finding"),
    [
        ({"number": " "}, ("INV001", "missing")),
        ({"exemption_codes": ("301", "351")}, ("INV003", "")),
        ({"vat_amount": Decimal("0.01")}, ("INV004", "")),
        ({"vat_percents": (Decimal(0), Decimal(1))}, ("INV004", "")),
        ({"payable": None}, ("INV005", "missing")),
        ({"payable": Decimal(0)}, ("INV005", "missing")),
        ({"with_vat": Decimal("1050.02")}, ("INV005", "parts")),
        ({"allowances": Decimal("0.02")}, ("INV005", "sum")),
        ({"currency": ""}, ("INV006", "missing")),
        ({"issued_on": None}, ("INV007", "missing")),
        ({"lines": ()}, ("LINE001", "no_goods")),
    ],
)
def test_a_particular_that_is_wrong_is_named(changes: dict[str, Any], finding: tuple[str, str]) -> None:
    """Each by its code."""
    assert finding in blocks(judge(with_(**changes), TODAY, LAW))


@pytest.mark.parametrize(
    ("xml", "finding"),
    [
        (swap(">50.123400<", ">0<")(), ("INV006", "rate")),
        (swap(">TRY<", ">USD<")(), ("INV006", "pair")),
        (swap("<cbc:SourceCurrencyCode>EUR<", "<cbc:SourceCurrencyCode>USD<")(), ("INV006", "pair")),
        (swap(">10.00</cbc:PriceAmount>", ">10.01</cbc:PriceAmount>")(), ("INV005", "line")),
        (cut("<cac:Price><cbc:PriceAmount", "</cac:Price>", 1)(), ("INV005", "incomplete")),
        (swap(">100</cbc:InvoicedQuantity>", ">-100</cbc:InvoicedQuantity>")(), ("LINE005", "quantity")),
        (swap("610910000011", "990910000011")(), ("LINE002", "unknown")),
        (swap(">Pamuklu örme tişört<", "><")(), ("LINE004", "")),
        (swap(">2222222222<", ">1234567891<")(), ("PTY001", "buyer")),
        (swap(">Beispiel GmbH<", "><")(), ("PTY002", "name")),
        (swap(">DE<", ">TR<")(), ("PTY002", "domestic")),
    ],
)
def test_a_document_that_is_wrong_in_one_place_is_refused_for_it(xml: bytes, finding: tuple[str, str]) -> None:
    """Each place of its own."""
    assert finding in itself(xml)


def test_amounts_may_differ_by_one_cent_of_rounding_and_no_more() -> None:
    """0.01 passes, 0.02 does not."""
    assert not blocks(judge(with_(payable=Decimal("1050.01"), lines=with_().lines), TODAY, LAW))
    assert ("INV005", "sum") in blocks(judge(with_(payable=Decimal("1050.02")), TODAY, LAW))


def test_an_invoice_may_be_of_today_in_istanbul_and_not_of_tomorrow() -> None:
    """The day of the message decides."""
    assert not blocks(judge(with_(issued_on=TODAY), TODAY, LAW))
    assert ("INV007", "") in blocks(judge(with_(issued_on=date(2026, 11, 21)), TODAY, LAW))


def test_a_discount_on_the_whole_document_counts() -> None:
    """50.00 off two lines of 1,050.00."""
    less = dict.fromkeys(("payable", "before_vat", "with_vat"), Decimal("1000.00"))
    assert not blocks(judge(with_(**less, allowances=Decimal("50.00")), TODAY, LAW))


def test_a_number_of_another_year_only_warns() -> None:
    """The series may be wrong, the invoice is not."""
    found = list(judge(with_(number="MEX2025000000042"), TODAY, LAW))
    assert blocks(iter(found)) == set()
    assert warns(iter(found)) == {("INV001", "year")}


def test_a_real_turkish_number_on_the_buyer_warns() -> None:
    """Integrators refuse an e-Arşiv to whoever is registered for e-Fatura."""
    found = list(judge(read(swap(">2222222222<", ">1460415308<")()), TODAY, LAW))
    assert warns(iter(found)) == {("PTY001", "buyer_is_turkish")}


def test_the_countrys_name_alone_will_do() -> None:
    """UBL-TR does not ask for its code; but Türkiye is Türkiye in any spelling."""
    assert not itself(swap("<cbc:IdentificationCode>DE</cbc:IdentificationCode>", "")())
    turkish = swap("<cbc:IdentificationCode>DE</cbc:IdentificationCode><cbc:Name>Almanya", "<cbc:Name>TÜRKİYE")()
    assert ("PTY002", "domestic") in itself(turkish)
    nameless = swap("<cbc:IdentificationCode>DE</cbc:IdentificationCode><cbc:Name>Almanya", "<cbc:Name>")()
    assert ("PTY002", "country") in itself(nameless)


def test_a_paper_invoice_has_any_number_and_no_profile_of_gibs() -> None:
    """A person enters its particulars."""
    fact = facts.InvoiceIssued("id:x", "A-1", "", TODAY, "PAPER", "ISTISNA", "301", "EUR", Decimal("42.00"))
    assert not blocks(judge(by_message(fact), TODAY, LAW))


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Navlun", LineKind.FREIGHT),
        ("YURT DIŞI KARGO", LineKind.FREIGHT),
        ("Sigorta", LineKind.INSURANCE),
        ("Banka komisyonu", LineKind.BANK_FEE),
        ("Ambalaj", LineKind.PACKAGING),
        ("Pamuklu tişört", LineKind.GOODS),
    ],
)
def test_a_charge_is_known_by_its_words(name: str, kind: LineKind) -> None:
    """Only where neither GTİP nor origin makes it goods."""
    assert kind_of(StatedLine("1", name)) is kind
    assert kind_of(StatedLine("1", name, gtip="482110000000")) is LineKind.GOODS


def test_forbidden_charges_are_found_in_any_case_and_in_both_languages() -> None:
    """Turkish letters fold as Turkish."""
    assert LAW.on(TODAY).charge_in("GÜMRÜKLEME HİZMET BEDELİ")
    assert LAW.on(TODAY).charge_in("Customs Clearance")
    assert not LAW.on(TODAY).charge_in("Navlun")


@given(drafts())
def test_an_invoice_of_ours_passes_our_own_rules_and_agrees_with_its_draft(one: Draft) -> None:
    """Written, and read again."""
    said = read(write(invoice(one)))
    wrong = blocks(judge(said, istanbul_day(ISSUED_AT), LAW)) - {("INV005", "missing")}
    assert wrong == set()
    assert blocks(agreement(said, expected(one))) == set()


@given(drafts(), st.randoms(use_true_random=False))
def test_the_order_of_the_lines_does_not_matter(one: Draft, random: Any) -> None:
    """Other software sorts them otherwise."""
    said = read(write(invoice(one)))
    mixed = list(said.lines or ())
    random.shuffle(mixed)
    assert blocks(agreement(dataclasses.replace(said, lines=tuple(mixed)), expected(one))) == set()


def against(given: Draft, **changes: Any) -> set[tuple[str, str]]:
    """What blocks the invoice of :func:`draft`, held against another draft."""
    said = dataclasses.replace(read(write(invoice())), **changes)
    return blocks(agreement(said, expected(given)))


@pytest.mark.parametrize(
    ("change", "findings"),
    [
        ({"gtip": "610910000012"}, {("INV009", "gtip")}),
        ({"origin": "CN"}, {("INV009", "origin")}),
        ({"quantity": Decimal(99), "unit_price": Decimal("10.60606061")}, {("INV009", "quantity")}),
        ({"discount": Decimal("50.02")}, {("INV009", "amount"), ("INV005", "shipment")}),
    ],
)
def test_each_difference_of_a_line_is_named(change: dict[str, Any], findings: set[tuple[str, str]]) -> None:
    """With what the invoice says and what the shipment says."""
    assert against(draft(lines=(dataclasses.replace(SHIRTS, **change), FREIGHT))) == findings


def test_a_line_more_or_less_is_named() -> None:
    """On either side, goods and charges alike."""
    assert ("INV009", "extra") in against(draft(lines=(SHIRTS,)))
    more = dataclasses.replace(FREIGHT, kind=LineKind.INSURANCE, description="Insurance")
    assert ("INV009", "missing") in against(draft(lines=(SHIRTS, FREIGHT, more)))
    assert ("INV009", "missing") in against(draft(lines=(SHIRTS, SHIRTS, FREIGHT)))


def test_an_invoice_in_the_foreign_description_alone_is_refused() -> None:
    """Customs want the Turkish one; with both it passes."""
    lines = read(write(invoice())).lines
    assert lines is not None
    foreign = (dataclasses.replace(lines[0], name="COTTON T-SHIRT", description=""), lines[1])
    assert against(draft(), lines=foreign) == {("LINE004", "foreign")}
    assert against(draft(), lines=(dataclasses.replace(lines[0], name="Örme tişört"), lines[1])) == set()


def test_a_unit_that_means_another_quantity_warns_and_one_that_means_pieces_does_not() -> None:
    """NIU is C62."""
    said = read(write(invoice()))
    for unit, found in (("NIU", set()), ("KGM", {("INV009", "unit")})):
        lines = tuple(dataclasses.replace(line, unit=unit) for line in said.lines or ())
        assert warns(agreement(dataclasses.replace(said, lines=lines), expected(draft()))) == found


def test_the_shipments_total_currency_seller_and_country_must_be_the_invoices() -> None:
    """Each is named."""
    assert against(draft(currency="USD")) == {("INV006", "shipment")}
    assert against(draft(), payable=Decimal("1050.02")) == {("INV005", "shipment")}
    assert against(draft(), payable=Decimal("1050.01")) == set()
    assert against(draft(seller=dataclasses.replace(draft().seller, tax_number="1460415308"))) == {("INV008", "seller")}
    away = dataclasses.replace(BUYER, address=Address("FR", "Paris"))
    assert against(draft(consignee=away)) == {("INV008", "country")}


def test_a_buyer_written_otherwise_warns() -> None:
    """Case and spaces are no difference."""
    said = read(write(invoice()))
    for name, found in (("BEISPIEL  GMBH", set()), ("Muster AG", {("INV008", "name")})):
        other = draft(consignee=dataclasses.replace(BUYER, name=name))
        assert warns(agreement(said, expected(other))) == found


def test_proforma_and_invoice_agree_in_value_and_currency() -> None:
    """DOC001, to the cent."""
    assert against(draft(proforma=proforma())) == set()
    assert against(draft(proforma=proforma("1050.01"))) == set()
    assert against(draft(proforma=proforma("1050.02"))) == {("DOC001", "invoice_total")}
    assert against(draft(proforma=proforma(currency="USD"))) == {("DOC001", "invoice_currency")}


def test_a_message_need_not_tell_the_rate_but_one_it_tells_must_be_one() -> None:
    """The contract's ``exchange_rate`` is optional."""
    fact = facts.InvoiceIssued("id:x", "ABC2026000000001", "", TODAY, "EARSIVFATURA", "ISTISNA", "301", "EUR", Decimal("42.00"))
    owed = Expected("1234567890", "EUR", Decimal("42.00"))
    assert not blocks(judge(by_message(fact), TODAY, LAW))
    assert not blocks(agreement(by_message(fact), owed))
    wrong = dataclasses.replace(fact, exchange_rate=Decimal(0))
    assert blocks(judge(by_message(wrong), TODAY, LAW)) == {("INV006", "rate")}


def test_every_text_of_an_invoice_rule_is_in_both_languages_and_has_its_source() -> None:
    """And no two are the same sentence."""
    ours = {key: text for key, text in TEXTS.items() if key[0].startswith("INV")}
    assert len(ours) > 20
    assert all(text.tr.endswith((".", ")", "”.")) and text.en.endswith(".") and text.source for text in ours.values())
    assert all(text.tr != text.en for text in ours.values())
