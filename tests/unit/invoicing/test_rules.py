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
from workflow.invoice import Rate
from workflow.rules.agreement import Expected, agreement, expected
from workflow.rules.charges import kind_of, named
from workflow.rules.findings import Finding, Severity
from workflow.rules.invoice import invoice as judge
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
        ("Navlun bedeli", LineKind.FREIGHT),
        ("KARGO ÜCRETLERİ", LineKind.FREIGHT),
        ("Uluslararası hızlı kargo (DHL)", LineKind.FREIGHT),
        ("Air freight charges 2", LineKind.FREIGHT),
        ("Nakliye sigortası", LineKind.FREIGHT),
        ("Sigorta masrafı", LineKind.INSURANCE),
        ("Bank commission", LineKind.BANK_FEE),
        ("Paketleme hizmeti", LineKind.PACKAGING),
        ("Pamuklu tişört", LineKind.GOODS),
        ("Power bank 10000 mAh", LineKind.GOODS),
        ("Kargo pantolon", LineKind.GOODS),
        ("Ambalaj kutusu, karton, 500 adet", LineKind.GOODS),
        ("Hizmet bedeli", LineKind.GOODS),
        ("Shipping container model", LineKind.GOODS),
        ("12", LineKind.GOODS),
        ("", LineKind.GOODS),
    ],
)
def test_a_charge_is_known_by_words_that_say_nothing_else(name: str, kind: LineKind) -> None:
    """Only where neither GTİP nor origin makes it goods; the description is asked where there is no name."""
    assert kind_of(StatedLine("1", name)) is kind
    assert kind_of(StatedLine("1", "", name)) is kind
    assert kind_of(StatedLine("1", name, "Pamuklu tişört")) is (kind if name else LineKind.GOODS)
    assert kind_of(StatedLine("1", name, gtip="482110000000")) is LineKind.GOODS
    assert kind_of(StatedLine("1", name, origin="TR")) is LineKind.GOODS


def test_what_the_shipment_calls_its_lines_decides() -> None:
    """A charge by any name, in either description; goods that sound like a charge stay goods."""
    versand = dataclasses.replace(FREIGHT, description="Versand", description_tr="Gönderim, kapıda")
    goods = dataclasses.replace(SHIRTS, description="Kargo", description_tr="")
    own = named(draft(lines=(goods, versand)))
    kinds = {name: kind_of(StatedLine("1", name), own) for name in ("VERSAND", "gonderim kapida", "Kargo", "Navlun", "Tasche")}
    freight, goods_too = LineKind.FREIGHT, LineKind.GOODS
    assert list(kinds.values()) == [freight, freight, goods_too, freight, goods_too]
    both = named(draft(lines=(versand, dataclasses.replace(goods, description="Versand"))))
    assert kind_of(StatedLine("1", "Versand"), both) is freight


@pytest.mark.parametrize("name", ["Power bank 10000 mAh", "Kargo pantolon", "Ambalaj kutusu, karton, 500 adet"])
def test_goods_whose_name_has_a_charges_word_are_asked_for_gtip_and_origin(name: str) -> None:
    """They stand for the freight of the sample."""
    found = itself(swap("<cbc:Name>Navlun<", f"<cbc:Name>{name}<")())
    assert found == {("LINE002", "missing"), ("LINE003", "")}


def test_a_charge_by_another_name_passes_where_the_shipment_has_it() -> None:
    """Alone the document cannot tell it from goods."""
    said = read(swap("<cbc:Name>Navlun<", "<cbc:Name>Versand nach Berlin<")())
    assert blocks(judge(said, TODAY, LAW)) == {("LINE002", "missing"), ("LINE003", "")}
    lines = (SHIRTS, dataclasses.replace(FREIGHT, description="Versand nach Berlin"))
    assert blocks(judge(said, TODAY, LAW, draft=draft(lines=lines))) == set()
    assert blocks(agreement(said, expected(draft(lines=lines)))) == set()


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
    """NIU is C62; a hundred pairs may be a hundred pieces; a hundred kilograms, or dozens, are not."""
    said = read(write(invoice()))
    none: set[tuple[str, str]] = set()
    warned, blocked = {("INV009", "unit")}, {("INV009", "unit_other")}
    cases = (("NIU", none, none), ("PR", warned, none), ("", warned, none), ("KGM", none, blocked), ("DZN", none, blocked))
    for unit, warning, blocking in cases:
        lines = tuple(dataclasses.replace(line, unit=unit) for line in said.lines or ())
        found = list(agreement(dataclasses.replace(said, lines=lines), expected(draft())))
        assert (warns(iter(found)), blocks(iter(found))) == (warning, blocking)


def test_the_shipments_total_currency_seller_and_country_must_be_the_invoices() -> None:
    """Each is named."""
    assert against(draft(currency="USD")) == {("INV006", "shipment")}
    assert against(draft(), payable=Decimal("1050.02")) == {("INV005", "shipment")}
    assert against(draft(), payable=Decimal("1050.01")) == set()
    assert against(draft(seller=dataclasses.replace(draft().seller, tax_number="1460415308"))) == {("INV008", "seller")}
    away = dataclasses.replace(BUYER, address=Address("FR", "Paris"))
    assert against(draft(consignee=away)) == {("INV008", "country")}


def test_a_buyer_written_otherwise_warns() -> None:
    """Case, accents and spaces are no difference; another person's name is refused; in another script nobody can tell."""
    said = read(write(invoice()))
    near, another = {("INV008", "name")}, {("INV008", "other_name")}
    none: set[tuple[str, str]] = set()
    cases = (
        ("BEISPIEL  GMBH", none, none),
        ("Béispiel-GmbH", none, none),
        ("GmbH Beispiel", near, none),
        ("Beispiel", near, none),
        ("Beispeil GmbH", near, none),
        ("Пример ГмбХ", near, none),
        ("Muster AG", none, another),
    )
    for name, warning, blocking in cases:
        found = list(agreement(said, expected(draft(consignee=dataclasses.replace(BUYER, name=name)))))
        assert (warns(iter(found)), blocks(iter(found))) == (warning, blocking), name


def parcels(**changes: Any) -> StatedInvoice:
    """The invoice of :func:`draft` as a document that says nothing of the whole parcel, its goods changed."""
    said = read(write(invoice()))
    first, second = said.lines or ()
    return dataclasses.replace(said, incoterm="", gross_weight_kg=None, lines=(dataclasses.replace(first, **changes), second))


@pytest.mark.parametrize(
    ("kg", "warning", "blocking"),
    [
        ("22.5", set(), set()),
        ("22.725", set(), set()),
        ("22.726", {("INV009", "weight_near")}, set()),
        ("22.274", {("INV009", "weight_near")}, set()),
        ("24.75", {("INV009", "weight_near")}, set()),
        ("24.751", set(), {("INV009", "weight")}),
        ("20.249", set(), {("INV009", "weight")}),
        ("9922.5", set(), {("INV009", "weight")}),
    ],
)
def test_the_parcels_gross_weight_is_the_shipments(kg: str, warning: set[Any], blocking: set[Any]) -> None:
    """As a whole or as the sum of the lines: one percent is nothing, above ten it is another parcel."""
    whole = dataclasses.replace(parcels(gross_weight_kg=None), gross_weight_kg=Decimal(kg))
    for said in (whole, parcels(gross_weight_kg=Decimal(kg))):
        found = list(agreement(said, expected(draft())))
        assert (warns(iter(found)), blocks(iter(found))) == (warning, blocking)


def test_a_light_parcel_may_differ_by_grams_that_are_a_large_share_of_it() -> None:
    """100 grams say nothing, half a kilogram may be the packaging."""
    for kg, found in (("0.15", set()), ("0.16", {("INV009", "weight_near")}), ("0.56", {("INV009", "weight")})):
        given = list(agreement(parcels(gross_weight_kg=Decimal(kg)), expected(draft(gross_weight_kg=Decimal("0.05")))))
        assert {(one.code, one.variant) for one in given} == found


def test_weights_of_some_lines_are_part_of_the_parcel_and_a_weight_on_each_may_be_the_whole() -> None:
    """No guess where a line says nothing; but a part may not weigh more than the whole."""
    two = draft(lines=(SHIRTS, SHIRTS), gross_weight_kg=Decimal(10))
    said = read(write(invoice(two)))

    def weighing(*kgs: str | None) -> set[tuple[str, str]]:
        given = zip(said.lines or (), kgs, strict=True)
        lines = tuple(dataclasses.replace(line, gross_weight_kg=None if kg is None else Decimal(kg)) for line, kg in given)
        return blocks(agreement(dataclasses.replace(said, lines=lines, gross_weight_kg=None), expected(two)))

    assert weighing(None, None) == weighing("4", None) == weighing("10", "10") == weighing("4", "6") == set()
    assert weighing("12", None) == weighing("4", "4") == weighing("20", "20") == {("INV009", "weight")}


def test_the_delivery_term_is_the_shipments_where_both_say_one() -> None:
    """On the document or on a line, in any case; it is told once."""
    for said in (parcels(incoterm="EXW"), dataclasses.replace(parcels(incoterm=""), incoterm="EXW")):
        assert blocks(agreement(said, expected(draft()))) == {("INV009", "incoterm")}
        assert blocks(agreement(said, expected(draft(incoterm="exw ")))) == set()
        assert blocks(agreement(said, expected(draft(incoterm="")))) == set()
    assert blocks(agreement(parcels(incoterm=""), expected(draft(incoterm="EXW")))) == set()
    both = list(agreement(read(write(invoice())), expected(draft(incoterm="EXW"))))
    assert [(one.path, one.params) for one in both] == [("incoterm", {"told": "DAP", "owed": "EXW"})]


@pytest.mark.parametrize(
    ("name", "warning", "blocking"),
    [
        ("PAMUKLU ORME TISORT", set(), set()),
        ("Tişört", set(), set()),
        ("Pamuklu örme tişört, beyaz, M", set(), set()),
        ("Pamuk kumaş", {("INV009", "name")}, set()),
        ("Bilgisayar", set(), {("INV009", "goods")}),
    ],
)
def test_goods_named_otherwise_warn_and_other_goods_are_refused(name: str, warning: set[Any], blocking: set[Any]) -> None:
    """Whatever their code is; less or more of the same words is no difference."""
    found = list(agreement(parcels(name=name, description=""), expected(draft())))
    assert (warns(iter(found)), blocks(iter(found))) == (warning, blocking)


def test_another_unit_price_and_another_city_warn() -> None:
    """A discount may explain the one, another language the other."""
    assert warns(agreement(parcels(unit_price=Decimal("10.00"), discount=Decimal(0)), expected(draft()))) == {
        ("INV009", "price")
    }
    assert warns(agreement(parcels(unit_price=Decimal("10.51")), expected(draft()))) == set()
    for city, found in (("Paris", {("INV008", "city")}), ("BERLİN", set()), ("Berlin Mitte", set()), ("", set())):
        away = draft(consignee=dataclasses.replace(BUYER, address=Address("DE", city)))
        assert warns(agreement(read(write(invoice())), expected(away))) == found


@pytest.mark.parametrize(
    ("bulletin", "warning", "blocking"),
    [
        ("50.1234", set(), set()),
        ("49.63", set(), set()),
        ("49.62", {("INV006", "apart")}, set()),
        ("50.63", {("INV006", "apart")}, set()),
        ("52.76", {("INV006", "apart")}, set()),
        ("52.77", set(), {("INV006", "off")}),
        ("47.73", set(), {("INV006", "off")}),
        ("5012.34", set(), {("INV006", "off")}),
    ],
)
def test_the_exchange_rate_is_held_against_the_bulletin_in_force(bulletin: str, warning: set[Any], blocking: set[Any]) -> None:
    """Where it is at hand: within one percent nothing is said, above five it is refused, and the text says by whose measure."""
    rate = Rate(Decimal(bulletin), date(2026, 11, 13))
    found = list(judge(with_(), TODAY, LAW, bulletin=rate))
    assert (warns(iter(found)), blocks(iter(found))) == (warning, blocking)
    for one in found:
        assert one.params == {"rate": "50.1234", "owed": bulletin, "bulletin": "2026-11-13"}
        assert "no law's" in one.text("en")


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
