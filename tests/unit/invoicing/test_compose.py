"""The one model of an invoice: it says what the draft says, and its figures agree with each other."""

import dataclasses
from datetime import UTC, date, datetime
from decimal import Decimal

from hypothesis import given

from tests.unit.invoicing.drafts import FREIGHT, SHIRTS, decimals, draft, drafts, invoice
from workflow.draft import Draft, LineKind
from workflow.values import to_cents


def plain(net: str | None) -> Draft:
    """A draft of two lines of goods with this net weight each (the second double), and freight."""
    weight = None if net is None else Decimal(net)
    double = None if weight is None else weight * 2
    first, second = dataclasses.replace(SHIRTS, net_weight_kg=weight), dataclasses.replace(SHIRTS, net_weight_kg=double)
    return draft(lines=(first, FREIGHT, second))


@given(drafts())
def test_the_total_is_the_drafts(one: Draft) -> None:
    """What was judged is what is invoiced."""
    assert invoice(one).total == one.total


@given(drafts())
def test_lines_before_discount_less_discounts_are_the_total(one: Draft) -> None:
    """Of each line and of the whole; no discount is negative, or above what it is taken from."""
    made = invoice(one)
    assert made.gross_total - made.discount_total == made.total
    for line in made.lines:
        assert line.gross_amount - line.discount == line.amount
        assert Decimal(0) <= line.discount <= line.gross_amount
        assert line.amount == to_cents(line.amount)


@given(drafts())
def test_gross_weights_add_up_to_the_shipments_exactly(one: Draft) -> None:
    """However finely it was given, and however many lines share it."""
    made = invoice(one)
    shares = [line.gross_weight_kg for line in made.lines if line.gross_weight_kg is not None]
    assert sum(shares, Decimal(0)) == one.gross_weight_kg
    assert all(share >= 0 for share in shares)
    assert len(shares) == sum(line.kind is LineKind.GOODS for line in made.lines)


@given(drafts(), decimals("0", "5", 6))
def test_no_line_weighs_less_with_its_packaging_than_without(one: Draft, packaging: Decimal) -> None:
    """Where every net weight is known and the shipment weighs at least as much as its goods."""
    goods = [line for line in one.lines if line.kind is LineKind.GOODS and line.net_weight_kg]
    net = sum((line.net_weight_kg or Decimal(0) for line in goods), Decimal(0))
    made = invoice(dataclasses.replace(one, lines=tuple(goods), gross_weight_kg=net + packaging))
    assert all((line.gross_weight_kg or 0) >= (line.net_weight_kg or 0) for line in made.lines)


def test_a_weight_finer_than_a_gram_keeps_its_last_digit() -> None:
    """1.2345 kg over two lines is not 1.235 kg."""
    made = invoice(dataclasses.replace(plain("0.4"), gross_weight_kg=Decimal("1.2345")))
    assert [line.gross_weight_kg for line in made.lines] == [Decimal("0.4115"), None, Decimal("0.8230")]


def test_without_net_weights_the_lines_share_alike() -> None:
    """Half of 22.5 kg each; freight weighs nothing."""
    made = invoice(plain(None))
    assert [line.gross_weight_kg for line in made.lines] == [Decimal("11.250"), None, Decimal("11.250")]


def test_the_discount_rate_is_the_discount_in_percent_of_the_line_before_it() -> None:
    """50.00 off 1,050.00 is 4.76 %; a line without a discount has rate 0."""
    shirts, freight = invoice().lines
    assert (shirts.gross_amount, shirts.discount, shirts.discount_rate) == (
        Decimal("1050.00"),
        Decimal("50.00"),
        Decimal("4.76"),
    )
    assert (freight.discount, freight.discount_rate) == (Decimal("0.00"), Decimal("0.00"))


def test_a_charge_has_no_gtip_origin_or_weight() -> None:
    """Even where the order gave some."""
    odd = dataclasses.replace(FREIGHT, gtip="610910000011", origin="TR", net_weight_kg=Decimal(1))
    charge = invoice(draft(lines=(SHIRTS, odd))).lines[1]
    assert (charge.gtip, charge.origin, charge.net_weight_kg, charge.gross_weight_kg) == ("", "", None, None)


def test_the_day_of_issue_is_istanbuls() -> None:
    """22:30 UTC is the next day there."""
    assert invoice(issued_at=datetime(2026, 11, 16, 20, 59, tzinfo=UTC)).issued_on == date(2026, 11, 16)
    assert invoice(issued_at=datetime(2026, 11, 16, 21, 0, tzinfo=UTC)).issued_on == date(2026, 11, 17)


def test_the_total_in_lira_is_rounded_half_up_to_the_kurus() -> None:
    """1,050.00 EUR at 50.1234; an invoice in lira needs no rate."""
    assert invoice().total_try == Decimal("52629.57")
    assert invoice(draft(currency="TRY"), rate=None).total_try == Decimal("1050.00")


def test_goods_are_all_turkish_only_if_each_line_is() -> None:
    """Charges have no origin and do not count."""
    assert invoice().is_all_turkish
    assert not invoice(draft(lines=(SHIRTS, dataclasses.replace(SHIRTS, origin="CN"), FREIGHT))).is_all_turkish
    assert not invoice(draft(lines=(FREIGHT,))).is_all_turkish
