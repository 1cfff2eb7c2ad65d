"""What holds for any claim: every list sums up to the claim to the kuruş, and no bound is exceeded."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.refund import figures
from workflow.refund import Basis, Charged, PurchaseKind, Valued, attribute, calculate, charge
from workflow.refund.attribution import spread

AMOUNTS = st.decimals(min_value=0, max_value=10_000_000, places=2)
RATES = st.sampled_from([Decimal("0.18"), Decimal("0.20"), Decimal("0.01")])
SHARES = st.none() | st.decimals(min_value="0.0001", max_value=1, places=4)


@st.composite
def claims(draw: st.DrawFn) -> tuple[Basis, list[Charged], list[Valued]]:
    """A claim of some shipments, with purchases of all kinds, for all or for one of them."""
    exports = [figures.valued(n, value) for n, value in enumerate(draw(st.lists(AMOUNTS, min_size=1, max_size=8)))]
    exported = sum((one.value_try for one in exports), Decimal("0.00"))
    turnover = draw(st.none() | AMOUNTS)
    purchases = []
    for number in range(draw(st.integers(0, 8))):
        kind = draw(st.sampled_from(PurchaseKind))
        own = draw(st.none() | st.integers(0, len(exports) - 1)) if kind is PurchaseKind.DIRECT else None
        share = draw(SHARES)
        bought = figures.purchase(
            1000 + number, kind, str(draw(AMOUNTS)), share=None if share is None else str(share), shipment=own
        )
        purchases.append(charge(bought, exported, turnover))
    incurred = {
        kind: sum((one.vat_try for one in purchases if one.purchase.kind is kind), Decimal("0.00")) for kind in PurchaseKind
    }
    basis = Basis({draw(RATES): exported}, incurred, draw(st.none() | AMOUNTS), draw(st.just(Decimal("0.00")) | AMOUNTS))
    return basis, purchases, exports


@given(claims())
def test_lines_lists_and_claim_are_the_same_to_the_kurus(claim: tuple[Basis, list[Charged], list[Valued]]) -> None:
    """Over purchases, over shipments and over kinds the refundable VAT adds up, whatever was rounded."""
    basis, purchases, exports = claim
    found = calculate(basis)
    cut = attribute(found, purchases, exports)
    assert sum(cut.by_purchase.values()) == sum(cut.by_shipment.values()) == found.refundable_try
    assert sum(found.claimed.values()) == found.refundable_try
    assert sum(one.value_try for one in exports) == found.exported_try
    assert sum(one.vat_try for one in purchases) == found.incurred_try
    assert set(cut.by_shipment) == {one.export.shipment for one in exports}


@given(claims())
def test_nothing_is_refundable_above_any_of_its_bounds(claim: tuple[Basis, list[Charged], list[Valued]]) -> None:
    """Neither the whole, nor of a purchase more than it bears, nor less than nothing of anything."""
    basis, purchases, exports = claim
    found = calculate(basis)
    assert 0 <= found.refundable_try <= min(found.incurred_try, found.ceiling_try)
    if basis.carried_try is not None:
        assert found.refundable_try <= max(basis.carried_try - basis.claimed_before_try, Decimal(0))
    cut = attribute(found, purchases, exports)
    for one in purchases:
        assert 0 <= cut.by_purchase[one.purchase.id] <= one.vat_try <= one.purchase.vat_try
    assert all(part >= 0 for part in cut.by_shipment.values())


@given(AMOUNTS, st.lists(AMOUNTS, min_size=1))
def test_a_cut_amount_is_whole_and_each_part_within_a_kurus_of_its_share(total: Decimal, weights: list[Decimal]) -> None:
    """The largest remainders take the kuruş that do not divide; the same cut comes out each time."""
    parts = spread(total, weights)
    assert sum(parts) == total
    assert parts == spread(total, weights)
    if sum(weights):
        exact = [total * weight / sum(weights) for weight in weights]
        assert all(abs(part - one) < Decimal("0.01") for part, one in zip(parts, exact, strict=True))


def test_three_even_parts_of_a_lira_differ_by_a_kurus() -> None:
    """1.00 over three the same: 0.34, 0.33, 0.33; without any weight as well."""
    thirds = [Decimal("0.34"), Decimal("0.33"), Decimal("0.33")]
    assert spread(Decimal("1.00"), [Decimal("5.00")] * 3) == thirds
    assert spread(Decimal("1.00"), [Decimal("0.00")] * 3) == thirds


def test_nothing_can_be_spread_over_nothing_but_nothing() -> None:
    """An amount with nobody to bear it is a fault, not an empty list."""
    assert spread(Decimal("0.00"), []) == []
    with pytest.raises(ValueError, match=r"nothing"):
        spread(Decimal("0.01"), [])


def test_what_was_bought_for_one_shipment_is_claimed_for_that_one() -> None:
    """80.00 for the second alone, 20.00 for all by value (300.00 to 100.00): 15.00 and 85.00."""
    purchases = [figures.charged(11, "80.00", shipment=2), figures.charged(12, "20.00")]
    found = calculate(Basis({Decimal("0.50"): Decimal("400.00")}, {PurchaseKind.DIRECT: Decimal("100.00")}, Decimal("100.00")))
    cut = attribute(found, purchases, [figures.valued(1, "300.00"), figures.valued(2, "100.00")])
    assert [str(part) for part in cut.by_shipment.values()] == ["15.00", "85.00"]


def test_a_purchase_for_a_shipment_elsewhere_is_a_fault() -> None:
    """It counts in the claim of its own shipment; here it would be counted for others."""
    found = calculate(Basis({Decimal("0.20"): Decimal("400.00")}, {PurchaseKind.DIRECT: Decimal("10.00")}, None))
    with pytest.raises(KeyError):
        attribute(found, [figures.charged(11, "10.00", shipment=9)], [figures.valued(1, "400.00")])
