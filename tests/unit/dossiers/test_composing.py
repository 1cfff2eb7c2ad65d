"""From what the database knows and what was calculated to the rows of the dossier: nothing is lost, added, or rounded anew."""

from collections import defaultdict
from dataclasses import replace
from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.database.claim_papers import ClaimPapers, DocumentOf, EtgbOf, InvoiceOf, Seller
from adapters.dossiers.labels import BURDENS, POLICIES, STEPS
from adapters.dossiers.report import AGREES, BEYOND, NOT_SAID, OTHER_CURRENCY, verdict
from adapters.dossiers.rows import Dossier, RefundWay
from adapters.entrypoints.composing import composed
from adapters.web.console.forms import FIELDS
from workflow import evidence
from workflow.documents import DocumentKind
from workflow.refund import (
    Attribution,
    Basis,
    Charged,
    Claim,
    ClaimStatus,
    Export,
    Purchase,
    PurchaseKind,
    RatePolicy,
    RateUsed,
    StepCode,
    Valued,
    calculate,
    claim_id,
    in_try,
)
from workflow.refund.sheet import Lines, Sheet
from workflow.refund.valuation import TURKISH_LIRA
from workflow.stages import Trigger

SELLER = "1234567890"
CLAIM = Claim(claim_id(SELLER, "2026-11", 0), SELLER, "2026-11", 0)
EUR = RateUsed("EUR", Decimal("55.7981"), date(2026, 11, 20), "TCMB 2026/220")
JPY = RateUsed("JPY", Decimal("0.307666"), date(2026, 11, 20), "TCMB 2026/220")
RATES = {"EUR": EUR, "JPY": JPY, "TRY": TURKISH_LIRA}
DAY = date(2026, 11, 22)


def invoiced(place: int, etgb: int = 1, currency: str = "EUR", total: str = "42.00", **changed: object) -> InvoiceOf:
    """A shipment's invoice."""
    found = InvoiceOf(
        shipment=UUID(int=place),
        reference=f"WEB-{place}",
        country="DE",
        courier="pts",
        currency=currency,
        number=f"KRV2026{place:09d}",
        issued_on=date(2026, 10, 30),
        total=Decimal(total),
        etgb=f"26341453EX{etgb:06d}",
        buyer="Erika Mustermann",
        buyer_tax_number="",
        goods="tişört (610910000011)",
        quantities=(("C62", Decimal(2)),),
        etgb_amount=None,
        etgb_currency="",
    )
    return replace(found, **changed)  # type: ignore[arg-type]


def declared(place: int = 1, **changed: object) -> EtgbOf:
    """An ETGB."""
    found = EtgbOf(f"26341453EX{place:06d}", date(2026, 11, 1), DAY, "pts", date(2026, 11, 25), "kdvira_report", "2026-11")
    return replace(found, **changed)  # type: ignore[arg-type]


def valued(one: InvoiceOf) -> Valued:
    """What an invoice is worth."""
    day = one.issued_on or DAY
    export = Export(one.shipment, one.reference, one.number, day, one.etgb, day, DAY, one.currency, one.total)
    return in_try(export, RATES[one.currency])


def bought(place: int, **changed: object) -> Purchase:
    """A purchase invoice."""
    found = Purchase(
        id=UUID(int=1000 + place),
        seller=SELLER,
        supplier_tax_number="0010000017",
        supplier_name="İplik A.Ş.",
        invoice_number=f"ABC2026{place:09d}",
        issued_on=date(2026, 11, 3),
        period="2026-11",
        kind=PurchaseKind.DIRECT,
        description="iplik",
        quantity="5 kg",
        net_try=Decimal("100.00"),
        vat_try=Decimal("20.00"),
    )
    return replace(found, **changed)  # type: ignore[arg-type]


def dossier(
    invoices: list[InvoiceOf],
    etgbs: list[EtgbOf] | None = None,
    documents: list[DocumentOf] | None = None,
    purchases: list[Charged] | None = None,
    claim: Claim = CLAIM,
    left_out: frozenset[UUID] = frozenset(),
    returned: frozenset[UUID] = frozenset(),
) -> Dossier:
    """A dossier of what is given."""
    exports = [valued(one) for one in invoices if one.shipment not in left_out]
    exported = sum((one.value_try for one in exports), Decimal("0.00"))
    incurred: dict[PurchaseKind, Decimal] = defaultdict(Decimal)
    for one in purchases or []:
        incurred[one.purchase.kind] += one.vat_try
    sheet = Sheet(claim, RatePolicy.INTAC_PREV_BULLETIN, purchases=purchases or [])
    sheet.calculation = calculate(Basis({Decimal("0.20"): exported}, incurred, Decimal("1000.00")))
    lines = Lines(sheet, tuple(exports), Attribution({}, {}), returned)
    papers = ClaimPapers(
        Seller("Örnek Ltd.", "Kadıköy", ("Örnek Sokak 1", "İstanbul")),
        invoices,
        etgbs if etgbs is not None else [declared(place) for place in range(1, 4)],
        documents or [],
        [one.purchase for one in purchases or []],
    )
    return composed(lines, papers, tolerance=Decimal("0.05"), deadline=date(2028, 12, 31), way=RefundWay.OFFSET)


def codes(of: Dossier) -> dict[str, list[str]]:
    """What is missing, by code."""
    found: dict[str, list[str]] = defaultdict(list)
    for one in of.remarks:
        found[one.code].append(one.subject)
    return dict(found)


invoices_of_all_kinds = st.lists(
    st.builds(
        lambda place, etgb, currency, cents: invoiced(place, etgb, currency, str(Decimal(cents).scaleb(-2))),
        place=st.integers(1, 10_000),
        etgb=st.integers(1, 3),
        currency=st.sampled_from(sorted(RATES)),
        cents=st.integers(1, 10**9),
    ),
    max_size=30,
    unique_by=lambda one: one.shipment,
)


@given(invoices_of_all_kinds)
def test_the_lists_and_the_report_add_up_to_the_claim_to_the_kurus(invoices: list[InvoiceOf]) -> None:
    """Sums over ETGBs, over invoices and over the report's rows are the claim's export value, whatever the amounts."""
    of = dossier(invoices)
    assert (
        sum(row.amount_try for row in of.etgbs)
        == sum(row.amount_try for row in of.sales)
        == sum(row.amount_try for row in of.matches)
        == of.claim.exported_try
    )
    assert len(of.sales) == len({row.number for row in of.sales}) == len(invoices)


def test_an_etgb_of_two_currencies_is_a_row_for_each() -> None:
    """A sum over currencies would be none."""
    of = dossier([invoiced(1), invoiced(2, currency="JPY", total="5000.00"), invoiced(3)])
    rows = {(row.currency, row.amount, row.quantity) for row in of.etgbs}
    assert rows == {("EUR", Decimal("84.00"), "4 adet"), ("JPY", Decimal("5000.00"), "2 adet")}
    assert [row.rate for row in of.rates] == [EUR.rate, JPY.rate]


def test_a_shipment_that_could_not_be_valued_is_in_no_list_and_is_named() -> None:
    """For want of a rate, or of its ETGB's closing day."""
    left_out = frozenset({UUID(int=2), UUID(int=3)})
    of = dossier(
        [invoiced(1), invoiced(2, etgb=2), invoiced(3, etgb=3)],
        etgbs=[declared(1), declared(2), declared(3, closed_on=None)],
        left_out=left_out,
    )
    assert [row.reference for row in of.matches] == ["WEB-1"]
    assert {row.number for row in of.etgbs} == {"26341453EX000001"}
    found = codes(of)
    assert (found["rate_missing"], found["etgb_not_closed"]) == (["KRV2026000000002"], ["KRV2026000000003"])
    assert found["invoice_xml_missing"] == ["KRV2026000000001"]


def test_goods_that_came_back_are_named() -> None:
    """They still stand in a claim that was filed."""
    of = dossier([invoiced(1), invoiced(2)], returned=frozenset({UUID(int=2)}))
    assert codes(of)["returned"] == ["KRV2026000000002"]
    assert len(of.sales) == 2


def test_a_filed_claim_says_what_it_was_filed_with() -> None:
    """Where its figures are others by now, that is said."""
    filed = replace(CLAIM, status=ClaimStatus.FILED, exported_try=Decimal("9.00"), refundable_try=Decimal("1.00"))
    of = dossier([invoiced(1)], claim=filed)
    assert (of.claim.exported_try, of.claim.refundable_try) == (Decimal("9.00"), Decimal("1.00"))
    assert codes(of)["figures_changed"] == ["2026-11"]


def test_quantities_countries_and_goods_are_said_in_turkish() -> None:
    """Units by their names, decimals with a comma, countries by CLDR; each thing once."""
    one = invoiced(1, quantities=(("C62", Decimal(2)), ("KGM", Decimal("2.5")), ("XYZ", Decimal(1))))
    of = dossier([one, invoiced(2, country="GB")])
    assert of.sales[0].quantity == "2 adet, 2,5 kg, 1 XYZ"
    assert of.etgbs[0].destination == "Almanya, Birleşik Krallık"
    assert of.etgbs[0].goods == "tişört (610910000011)"


def test_a_buyer_has_the_number_that_the_invoice_gives() -> None:
    """Its own, or the placeholder of buyers abroad."""
    of = dossier([invoiced(1), invoiced(2, buyer_tax_number="4540536920"), invoiced(3, buyer_tax_number="DE811907980")])
    assert [row.buyer_tax_number for row in of.sales] == ["2222222222", "4540536920", "2222222222"]


@pytest.mark.parametrize(
    ("amount", "currency", "outcome"),
    [("42.00", "", AGREES), ("42.00", "USD", OTHER_CURRENCY), (None, "", NOT_SAID), ("50.00", "EUR", BEYOND)],
)
def test_an_etgb_without_a_currency_is_taken_to_mean_the_invoices(
    amount: str | None, currency: str, outcome: tuple[str, str]
) -> None:
    """As where ETGBs are matched; one that names another currency is another matter."""
    told = invoiced(1, etgb_amount=None if amount is None else Decimal(amount), etgb_currency=currency)
    assert verdict(dossier([told]).matches[0], Decimal("0.05")) == outcome


def kept(kind: DocumentKind, name: str, digest: str, shipment: int = 1) -> DocumentOf:
    """A kept document of a shipment."""
    return DocumentOf(UUID(int=shipment), kind, name, digest)


def test_the_documents_of_the_invoice_that_stands_go_in_and_those_of_a_cancelled_one_do_not() -> None:
    """Signed before unsigned, the newest first; each under a path of its own."""
    signed, unsigned, pdf = DocumentKind.INVOICE_SIGNED_XML, DocumentKind.INVOICE_XML, DocumentKind.INVOICE_PDF
    documents = [
        kept(unsigned, "KRV2026000000001.xml", "a"),
        kept(signed, "KRV2026000000001-signed.xml", "b"),
        kept(signed, "KRV2026000000099-signed.xml", "c"),
        kept(pdf, "invoice-KRV2026000000001-tr.pdf", "d"),
        kept(pdf, "invoice-KRV2026000000001-en.pdf", "e"),
        kept(DocumentKind.ETGB_PDF, "26341453EX000001.pdf", "f", shipment=2),
        kept(DocumentKind.VEDOP_EVIDENCE, "ekran çıktısı.png", "g", shipment=2),
        kept(DocumentKind.VEDOP_EVIDENCE, "ekran çıktısı.png", "h", shipment=1),
    ]
    of = dossier([invoiced(1), invoiced(2)], documents=documents)
    assert {one.path: one.sha256 for one in of.enclosures} == {
        "faturalar/KRV2026000000001.xml": "b",
        "faturalar/KRV2026000000001.pdf": "d",
        "etgb/26341453EX000001.pdf": "f",
        "vedop/ekran-kt-s-.png": "h",
        "vedop/ekran-kt-s--2.png": "g",
    }


def test_evidence_that_is_kept_with_many_etgbs_goes_in_once() -> None:
    """A list of VEDOP names thousands; each has it, and the archive holds it a single time."""
    documents = [DocumentOf(f"26341453EX{n:06d}", DocumentKind.VEDOP_EVIDENCE, "vedop.csv", "a") for n in (1, 2)]
    documents.append(DocumentOf("26341453EX000001", DocumentKind.ETGB_PDF, "26341453EX000001.pdf", "b"))
    of = dossier([invoiced(1), invoiced(2, etgb=2)], documents=documents)
    assert {one.path: one.sha256 for one in of.enclosures} == {"vedop/vedop.csv": "a", "etgb/26341453EX000001.pdf": "b"}
    assert "vedop_evidence_missing" not in codes(of)
    assert codes(of)["etgb_document_missing"] == ["26341453EX000002"]


def test_a_name_never_leads_out_of_the_archive() -> None:
    """Whatever a document is called."""
    documents = [kept(DocumentKind.VEDOP_EVIDENCE, "../../etc/passwd", "g")]
    (one,) = dossier([invoiced(1)], documents=documents).enclosures
    assert one.path == "vedop/etc-passwd"
    assert ".." not in one.path.split("/")


def test_what_is_missing_is_said_piece_by_piece() -> None:
    """Of invoices, of ETGBs, and of the claim as a whole."""
    assert codes(dossier([invoiced(1)])) == {
        "no_purchases": ["2026-11"],
        "invoice_xml_missing": ["KRV2026000000001"],
        "invoice_pdf_missing": ["KRV2026000000001"],
        "etgb_document_missing": ["26341453EX000001"],
        "vedop_evidence_missing": ["26341453EX000001"],
    }


@pytest.mark.parametrize(
    ("etgb", "claim", "subject"),
    [
        (declared(1, courier="sandbox"), CLAIM, "26341453EX000001"),
        (declared(1, evidence_kind="sandbox_feed"), CLAIM, "26341453EX000001"),
        (declared(1), replace(CLAIM, petition_number="SANDBOX-1"), "SANDBOX-1"),
    ],
)
def test_what_came_from_a_sandbox_is_called_so(etgb: EtgbOf, claim: Claim, subject: str) -> None:
    """Nobody files with it by mistake."""
    assert codes(dossier([invoiced(1)], etgbs=[etgb], claim=claim))["sandbox"] == [subject]


def test_purchases_stand_in_both_lists_with_what_the_claim_bears_of_them() -> None:
    """Those that bear nothing are deducted all the same, and are not among the incurred."""
    purchases = [
        Charged(bought(1), Decimal("20.00")),
        Charged(bought(2, kind=PurchaseKind.GENERAL), Decimal("7.50")),
        Charged(bought(3, kind=PurchaseKind.DEPRECIATION), Decimal("0.00")),
    ]
    of = dossier([invoiced(1)], purchases=purchases)
    assert [(row.series, row.number, row.incurred, row.burden) for row in of.incurred] == [
        ("ABC", "2026000000001", Decimal("20.00"), "Doğrudan yüklenim"),
        ("ABC", "2026000000002", Decimal("7.50"), "Genel gider"),
    ]
    assert len(of.deductible) == 3
    assert {row.incurred_in for row in of.incurred} == {"2026-11"}
    assert sum(row.incurred for row in of.incurred) == of.claim.refundable_try


def test_an_imports_seller_stands_in_the_lists_by_the_number_for_sellers_abroad() -> None:
    """1111111111 (docs.logo.com.tr), beside the customs declaration's own number; in the calculation nothing changes."""
    imported = replace(bought(1), supplier_tax_number="", customs_number="26341200IM00137190")
    of = dossier([invoiced(1)], purchases=[Charged(imported, Decimal("20.00"))])
    (row,) = of.incurred
    assert (row.supplier_tax_number, row.import_declaration) == ("1111111111", "26341200IM00137190")


def test_every_step_policy_and_kind_has_its_words() -> None:
    """A new one cannot be printed without."""
    assert set(STEPS) == set(StepCode)
    assert set(POLICIES) == set(RatePolicy)
    assert set(BURDENS) == set(PurchaseKind)
    choices = next(field for field in FIELDS[Trigger.TRANSFER_TO_VEDOP] if field.name == "evidence.kind").choices
    assert {code for code, _ in choices} <= set(evidence.KINDS)
    for kind, words in evidence.KINDS.items():
        (row,) = dossier([invoiced(1)], etgbs=[declared(1, evidence_kind=kind)]).evidence
        assert row.kind == words[0]
    (row,) = dossier([invoiced(1)], etgbs=[declared(1, evidence_kind="kdvira_report")]).evidence
    assert row.kind == "kdvira_report", "a feed's own word stands as the feed says it"
    for label, how in STEPS.values():
        assert label[0] != label[1]
        assert how[0] != how[1]


def test_each_step_of_the_calculation_is_a_row_with_its_rate() -> None:
    """The last one is what is claimed."""
    of = dossier([invoiced(1)], purchases=[Charged(bought(1), Decimal("20.00"))])
    assert of.steps[0].percent == 20
    assert of.steps[-1].amount == of.claim.refundable_try == Decimal("20.00")
    assert of.claim.way is RefundWay.OFFSET
