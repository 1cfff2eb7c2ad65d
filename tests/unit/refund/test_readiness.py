"""Whether a claim can be filed: each item of the checklist on both sides of its boundary."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from tests.law import BOOK
from tests.unit.refund import figures
from workflow.refund import (
    Basis,
    Calculation,
    Charged,
    Claim,
    ClaimStatus,
    PurchaseKind,
    VatReturn,
    ageing,
    calculate,
    claim_id,
    listing,
)
from workflow.refund.checklist import checklist
from workflow.refund.period import calculate_all
from workflow.refund.purchases import number_in_lists
from workflow.refund.readiness import Check, Item, Lacking, Looked, Unplaced
from workflow.refund.readiness_texts import TEXTS, said
from workflow.refund.sheet import Sheet
from workflow.refund.summary import summary
from workflow.refund.valuation import RatePolicy

TODAY = date(2026, 12, 5)
ASKED = Decimal(1000)


def claim(period: str = "2026-11", supplement: int = 0, **told: Any) -> Claim:
    """A claim of a period."""
    found = Claim(claim_id(figures.SELLER, period, supplement), figures.SELLER, period, supplement)
    return replace(found, **told)


def worth(vat: str, carried: str | None = "1000000.00") -> Calculation:
    """A calculation in which the incurred VAT decides."""
    basis = Basis(
        {Decimal("0.20"): Decimal("5000000.00")},
        {PurchaseKind.DIRECT: Decimal(vat)},
        None if carried is None else Decimal(carried),
    )
    return calculate(basis)


GOOD = Looked(
    claim=claim(),
    shipments=3,
    lacking={},
    unvalued={},
    purchases=[figures.charged(1, "20000.00")],
    calculation=worth("20000.00"),
    turnover_try=None,
    tolerance=Decimal("0.05"),
)
"""Nothing is missing."""


def items(looked: Looked, today: date = TODAY) -> dict[Check, Item]:
    """The checklist by what is looked at."""
    return {item.check: item for item in checklist(looked, BOOK, today)}


def blocking(looked: Looked, today: date = TODAY) -> set[Check]:
    """What blocks."""
    return {check for check, item in items(looked, today).items() if item.blocks}


def test_a_whole_claim_meets_everything() -> None:
    """Every check is on the list, in its order, and each is met; what earlier claims left is a supplementary one's alone."""
    found = checklist(replace(GOOD, claim=claim(supplement=1)), BOOK, TODAY)
    assert [item.check for item in found] == list(Check)
    assert all(item.met for item in found)
    first = [item.check for item in checklist(GOOD, BOOK, TODAY)]
    assert first == [check for check in Check if check is not Check.LATE_PURCHASES]


def test_what_an_earlier_claim_was_filed_without_is_said() -> None:
    """It is to be known, and holds nothing."""
    item = items(replace(GOOD, claim=claim(supplement=1), late_purchases=2))[Check.LATE_PURCHASES]
    assert (item.met, item.blocks, item.count) == (False, False, 2)
    assert said(item)["en"].startswith("2 purchase invoices")


def test_purchases_for_orders_that_are_in_no_claim_are_said() -> None:
    """A mistyped order number would lose VAT in silence; it holds nothing, for the order may come into a claim later."""
    item = items(replace(GOOD, unplaced=Unplaced(2, Decimal("2000.00"), ("TED7", "TED8"))))[Check.ORDERS]
    assert (item.met, item.blocks, item.count) == (False, False, 2)
    assert "KDV 2000.00 TL" in said(item)["tr"]
    assert said(item)["en"].startswith("2 purchase invoices (VAT 2000.00 TRY) name orders that are in no claim")
    assert Check.ORDERS not in items(replace(GOOD, purchases=[]))


@pytest.mark.parametrize(("vat", "blocks"), [("9999.99", True), ("10000.00", False)])
def test_a_claim_below_the_minimum_cannot_be_filed(vat: str, blocks: bool) -> None:
    """9,999.99 TL is below the 10,000.00 TL of transactions from April 2025 on; 10,000.00 is not."""
    looked = replace(GOOD, calculation=worth(vat))
    assert (Check.MINIMUM in blocking(looked)) == blocks
    assert vat in said(items(looked)[Check.MINIMUM])["tr"]


def test_the_minimum_is_that_of_the_claims_own_period() -> None:
    """9,999.99 TL of March 2025 are above the 2,000 TL of their time."""
    looked = replace(GOOD, claim=claim("2025-03"), calculation=worth("9999.99"))
    assert Check.MINIMUM not in blocking(looked)


@pytest.mark.parametrize(("vat", "met"), [("50000.00", True), ("50000.01", False)])
def test_above_the_limit_an_inspection_is_to_be_expected(vat: str, met: bool) -> None:
    """50,000.00 TL are refunded without; a kuruş more is advised of, and blocks nothing."""
    found = items(replace(GOOD, calculation=worth(vat)))[Check.INSPECTION]
    assert (found.met, found.blocks) == (met, False)


@pytest.mark.parametrize(
    ("today", "met", "blocks"),
    [
        (date(2026, 10, 1), True, False),  # 91 days before
        (date(2026, 10, 2), False, False),  # 90 days before: pointed at
        (date(2026, 12, 31), False, False),
        (date(2027, 1, 1), False, True),
    ],
)
def test_the_deadline_counts_down_and_blocks_once_it_has_passed(today: date, met: bool, blocks: bool) -> None:
    """The exports of 2024 can be claimed until 31.12.2026 and not on 1.1.2027."""
    found = items(replace(GOOD, claim=claim("2024-05")), today)[Check.DEADLINE]
    assert (found.met, found.blocks) == (met, blocks)
    assert found.params["days"] == str((date(2026, 12, 31) - today).days)


@pytest.mark.parametrize(("today", "blocks"), [(date(2026, 11, 30), True), (date(2026, 12, 1), False)])
def test_a_claim_is_filed_after_its_period(today: date, blocks: bool) -> None:
    """The refund of November is asked for with November's return: on the month's last day that still blocks."""
    assert blocking(GOOD, today) == ({Check.PERIOD} if blocks else set())
    assert "2026-11-30" in said(items(GOOD, today)[Check.PERIOD])["tr"]


@pytest.mark.parametrize("check", [Check.ETGB, Check.CLOSING, Check.VEDOP, Check.RETURNED])
def test_what_the_law_asks_of_each_shipment_blocks(check: Check) -> None:
    """Without ETGB, closing day or VEDOP evidence, or with goods that came back; the shipments are named."""
    looked = replace(GOOD, lacking={check: Lacking(2, (UUID(int=1), UUID(int=2)))})
    assert blocking(looked) == {check}
    assert items(looked)[check].shipments == (UUID(int=1), UUID(int=2))
    assert "2" in said(items(looked)[check])["en"]


@pytest.mark.parametrize("check", [Check.INVOICE_XML, Check.AMOUNTS, Check.INFERRED])
def test_what_may_be_explained_is_advised_of(check: Check) -> None:
    """An XML that lies elsewhere, an amount that differs for a reason, a day that nobody told."""
    looked = replace(GOOD, lacking={check: Lacking(1, (UUID(int=1),))})
    assert not blocking(looked)
    assert not items(looked)[check].met


@pytest.mark.parametrize(
    "changed",
    [
        {"supplier_name": ""},
        {"supplier_tax_number": ""},
        {"supplier_tax_number": "4540536921"},
    ],
)
def test_suppliers_are_named_in_full(changed: dict[str, str]) -> None:
    """The tax office looks each supplier up: a missing name, or a number that fails its check digits, blocks."""
    bad = Charged(replace(figures.purchase(1), **changed), Decimal("200.00"))  # type: ignore[arg-type]
    assert blocking(replace(GOOD, purchases=[bad])) == {Check.SUPPLIERS}


@pytest.mark.parametrize(
    "named",
    [
        {"supplier_tax_number": "", "customs_number": "26341200IM00137190"},
        {"supplier_tax_number": "1111111111", "customs_number": "26341200IM00137190"},
        {"supplier_tax_number": "1111111111"},
    ],
)
def test_a_seller_abroad_has_no_number_of_its_own(named: dict[str, str]) -> None:
    """The lists name it by 1111111111, and an import by its customs declaration; a name it needs all the same."""
    imported = replace(figures.purchase(1), **named)  # type: ignore[arg-type]
    assert not blocking(replace(GOOD, purchases=[Charged(imported, Decimal("20000.00"))]))
    assert number_in_lists(imported) == "1111111111"
    nameless = replace(imported, supplier_name="")
    assert blocking(replace(GOOD, purchases=[Charged(nameless, Decimal("20000.00"))])) == {Check.SUPPLIERS}


def test_a_general_expense_needs_a_share_or_a_turnover() -> None:
    """Without either it counts as nought, which is advised of."""
    general = figures.charged(1, "0.00", PurchaseKind.GENERAL)
    assert not items(replace(GOOD, purchases=[general]))[Check.SHARES].met
    assert items(replace(GOOD, purchases=[general], turnover_try=Decimal(100)))[Check.SHARES].met


def test_what_depends_on_figures_blocks_only_where_kervan_has_them() -> None:
    """Without any purchase here, rates and VAT carried forward are advised of: somebody else calculates."""
    unknown = replace(GOOD, unvalued={"USD": [date(2026, 11, 3)]}, calculation=worth("20000.00", carried=None))
    assert blocking(unknown) == {Check.RATES, Check.CARRIED}
    assert not blocking(replace(unknown, purchases=[]))


def test_an_empty_claim_asks_for_nothing() -> None:
    """There is nothing to file."""
    assert Check.SHIPMENTS in blocking(replace(GOOD, shipments=0, purchases=[]))


def test_every_item_has_words_for_both_of_its_states() -> None:
    """In both languages, with all of its parameters."""
    assert set(TEXTS) == set(Check)
    for today in (TODAY, date(2030, 1, 1)):
        for looked in (GOOD, replace(GOOD, unvalued={"USD": [TODAY]}, calculation=worth("1.00"))):
            for item in checklist(looked, BOOK, today):
                assert all("{" not in text for text in said(item).values())


def sheet(supplement: int, *, value: str, vat: str, **told: Any) -> Sheet:
    """A claim with one purchase."""
    found = Sheet(claim(supplement=supplement, **told), RatePolicy.INTAC_PREV_BULLETIN)
    found.by_rate = {Decimal("0.20"): Decimal(value)}
    found.purchases = [figures.charged(supplement + 1, vat)]
    return found


def test_a_supplementary_claim_has_what_the_first_left_of_the_vat_carried_forward() -> None:
    """1,000.00 carried forward: the first claim asks for 700.00, so of the second's 500.00 it is 300.00."""
    first, second = sheet(0, value="10000.00", vat="700.00"), sheet(1, value="10000.00", vat="500.00")
    calculate_all([second, first], {figures.SELLER: [VatReturn(figures.SELLER, "2026-11", Decimal("1000.00"))]})
    assert (first.refundable_try, second.refundable_try) == (Decimal("700.00"), Decimal("300.00"))


def test_the_least_that_is_carried_until_the_filing_bounds_the_claim() -> None:
    """1,000.00 in November, 400.00 in December, 100.00 in January; filed in December it is 400.00, unfiled 100.00."""
    carried = {"2026-10": "5.00", "2026-11": "1000.00", "2026-12": "400.00", "2027-01": "100.00"}
    returns = {figures.SELLER: [VatReturn(figures.SELLER, period, Decimal(told)) for period, told in carried.items()]}
    filed = sheet(0, value="10000.00", vat="700.00", status=ClaimStatus.FILED, filed_on=date(2026, 12, 20))
    calculate_all([filed], returns)
    assert filed.calculation.refundable_try == Decimal("400.00")
    unfiled = sheet(0, value="10000.00", vat="700.00")
    calculate_all([unfiled], returns)
    assert unfiled.calculation.refundable_try == Decimal("100.00")


def test_a_filed_claim_keeps_its_figures() -> None:
    """What it was filed with stands, whatever is calculated today; a rejected one is as of today again."""
    told: dict[str, Any] = {"exported_try": Decimal("1.00"), "refundable_try": Decimal("2.00"), "filed_on": TODAY}
    filed = sheet(0, value="10000.00", vat="700.00", status=ClaimStatus.FILED, **told)
    rejected = sheet(0, value="10000.00", vat="700.00", status=ClaimStatus.REJECTED, **told)
    calculate_all([filed], {})
    calculate_all([rejected], {})
    assert (filed.exported_try, filed.refundable_try) == (Decimal("1.00"), Decimal("2.00"))
    assert (rejected.exported_try, rejected.refundable_try) == (Decimal("10000.00"), Decimal("700.00"))


def test_money_that_is_out_ages_from_the_filing_to_the_last_payment() -> None:
    """Asked 1,000.00, approved 900.00, paid 600.00: 300.00 are out; once they are paid the days stop."""
    told: dict[str, Any] = {"status": ClaimStatus.PAID, "filed_on": date(2026, 10, 1), "refundable_try": Decimal(1000)}
    part = claim(**told, approved_try=Decimal(900), paid_try=Decimal(600), paid_on=date(2026, 11, 1))
    assert (ageing.outstanding(part, ASKED), ageing.days(part, ASKED, TODAY)) == (Decimal(300), 65)
    whole = replace(part, paid_try=Decimal(900))
    assert (ageing.outstanding(whole, ASKED), ageing.days(whole, ASKED, TODAY)) == (Decimal("0.00"), 31)
    assert ageing.days(claim(), ASKED, TODAY) is None


def test_what_is_out_of_a_claim_whose_figures_nobody_told_is_what_it_comes_to() -> None:
    """The contract's ``claim.filed.v1`` needs no figures: 700.00 calculated are awaited, and of 500.00 approved those."""
    told: dict[str, Any] = {"status": ClaimStatus.FILED, "filed_on": date(2026, 11, 5)}
    filed = sheet(0, value="10000.00", vat="700.00", **told)
    calculate_all([filed], {})
    assert listing.claim(filed, BOOK, TODAY)["outstanding_try"] == "700.00"
    filed.claim = replace(filed.claim, status=ClaimStatus.APPROVED, approved_try=Decimal(500))
    assert listing.claim(filed, BOOK, TODAY)["outstanding_try"] == "500.00"
    assert summary(figures.SELLER, 2026, [filed], BOOK, TODAY)["ageing"][0]["outstanding_try"] == "500.00"


def test_what_was_reversed_is_not_out_any_more() -> None:
    """Of 1,000.00, 400.00 were reversed before anything was approved: 600.00 are awaited; of a rejected claim nothing is."""
    told: dict[str, Any] = {
        "status": ClaimStatus.REVERSED,
        "filed_on": TODAY,
        "refundable_try": Decimal(1000),
        "reversed_try": Decimal(400),
    }
    assert ageing.outstanding(claim(**told), ASKED) == Decimal(600)
    assert ageing.outstanding(replace(claim(**told), status=ClaimStatus.REJECTED), ASKED) == 0


@pytest.mark.parametrize(("age", "name"), [(0, "0-30"), (30, "0-30"), (31, "31-60"), (180, "91-180"), (181, "181+")])
def test_ages_fall_into_buckets(age: int, name: str) -> None:
    """Both ends of a bucket are in it."""
    assert ageing.bucket(age) == name
