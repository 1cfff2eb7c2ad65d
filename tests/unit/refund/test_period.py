"""The claims of one period share its bounds: whatever is filed, rejected and filed again, together they never exceed them."""

from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from tests.unit.refund import figures
from workflow.refund import Charged, Claim, ClaimStatus, PurchaseKind, RatePolicy, StepCode, VatReturn, charge, claim_id
from workflow.refund.attribution import attribute
from workflow.refund.calculation import ceiling_of
from workflow.refund.period import calculate_all, stands
from workflow.refund.sheet import Sheet

PERIOD = "2026-11"
RATE = Decimal("0.20")
NOTHING = Decimal("0.00")
AMOUNTS = st.decimals(min_value=0, max_value=100_000, places=2)


@dataclass
class Period:
    """A period as it is kept: claims, what each exports and buys, what all share; and what claims that stand bear of it."""

    exported: list[dict[Decimal, Decimal]]
    direct: list[Decimal]
    general: list[Decimal]
    turnover: Decimal | None
    carried: Decimal | None
    claims: list[Claim] = field(default_factory=list)
    borne: dict[UUID, dict[UUID, Decimal]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.claims = [Claim(claim_id(figures.SELLER, PERIOD, n), figures.SELLER, PERIOD, n) for n in range(len(self.exported))]

    def shared(self) -> list[Charged]:
        """The purchases that all claims share by value."""
        kinds = (PurchaseKind.GENERAL, PurchaseKind.DEPRECIATION)
        return [Charged(figures.purchase(100 + n, kinds[n % 2], str(vat)), NOTHING) for n, vat in enumerate(self.general)]

    def sheets(self) -> list[Sheet]:
        """All claims as they are calculated now."""
        found = []
        for n, claim in enumerate(self.claims):
            sheet = Sheet(claim, RatePolicy.INTAC_PREV_BULLETIN, by_rate=dict(self.exported[n]))
            borne = self.borne.get(claim.id, {})
            mine = claim.id not in self.borne
            sheet.purchases = [
                Charged(figures.purchase(n + 1, PurchaseKind.DIRECT, str(self.direct[n])), NOTHING),
                *(one for one in self.shared() if mine or one.purchase.id in borne),
            ]
            sheet.borne = dict(borne)
            found.append(sheet)
        told = VatReturn(figures.SELLER, PERIOD, self.carried, self.turnover)
        calculate_all(found, {figures.SELLER: [told]})
        return found

    def file(self, number: int, on: int) -> Sheet:
        """File a claim with what it comes to."""
        sheet = self.sheets()[number]
        self.borne[sheet.claim.id] = {one.purchase.id: one.vat_try for one in sheet.purchases if one.vat_try}
        self.claims[number] = replace(
            sheet.claim, status=ClaimStatus.FILED, filed_on=date(2026, 12, on), refundable_try=sheet.refundable_try
        )
        return sheet

    def reject(self, number: int) -> None:
        """The tax office rejects a claim: it may be filed again."""
        self.borne.pop(self.claims[number].id)
        self.claims[number] = replace(self.claims[number], status=ClaimStatus.REJECTED)

    def bounds(self, numbers: list[int]) -> dict[str, Decimal]:
        """The three bounds of some of the claims, taken as one."""
        together: dict[Decimal, Decimal] = {}
        for one in (self.exported[n] for n in numbers):
            for rate, value in one.items():
                together[rate] = together.get(rate, NOTHING) + value
        exported = sum(together.values(), NOTHING)
        shared = sum((charge(one.purchase, exported, self.turnover).vat_try for one in self.shared()), NOTHING)
        found = {"incurred": sum((self.direct[n] for n in numbers), shared), "ceiling": ceiling_of(together)}
        return found if self.carried is None else found | {"carried": self.carried}


def asked_of(period: Period) -> Decimal:
    """What the claims that stand ask for together."""
    return sum((claim.refundable_try or NOTHING for claim in period.claims if stands(claim)), NOTHING)


@st.composite
def periods(draw: st.DrawFn) -> Period:
    """A period of some claims."""
    count = draw(st.integers(1, 4))
    rates = st.dictionaries(st.sampled_from([Decimal("0.18"), RATE]), AMOUNTS, min_size=1)
    return Period(
        [draw(rates) for _ in range(count)],
        [draw(AMOUNTS) for _ in range(count)],
        draw(st.lists(AMOUNTS, max_size=3)),
        draw(st.none() | AMOUNTS),
        draw(st.none() | AMOUNTS),
    )


@given(periods(), st.lists(st.tuples(st.integers(0, 3), st.booleans()), max_size=12))
def test_whatever_is_filed_and_rejected_no_period_asks_for_more_than_its_bounds(
    period: Period, steps: list[tuple[int, bool]]
) -> None:
    """After each filing, rejection and re-filing, in any order: all that is asked for, to the kuruş; so is all that is shown.

    The bounds are those of what was ever filed: that a claim is rejected undoes none of its exports. Even so, a claim that is
    filed takes no more than those leave that stand.
    """
    ever: set[int] = set()
    for on, (place, decided) in enumerate(steps, 1):
        number = place % len(period.claims)
        before = asked_of(period)
        if period.claims[number].status is not ClaimStatus.FILED:
            ever.add(number)
            filed = period.file(number, on)
            standing = [n for n, claim in enumerate(period.claims) if stands(claim)]
            least = min(period.bounds(standing).values())
            assert filed.refundable_try <= max(least - before, NOTHING)
        elif decided:
            period.reject(number)
        assert all(asked_of(period) <= bound for bound in period.bounds(sorted(ever)).values())
        for one in period.shared():
            exported = sum((sum(period.exported[n].values(), NOTHING) for n in ever), NOTHING)
            whole = charge(one.purchase, exported, period.turnover).vat_try
            assert sum((borne.get(one.purchase.id, NOTHING) for borne in period.borne.values()), NOTHING) <= whole
    shown = sum((one.refundable_try for one in period.sheets()), NOTHING)
    assert all(shown <= bound for bound in period.bounds(list(range(len(period.claims)))).values())


@given(periods())
def test_what_claims_of_a_period_share_adds_up_to_what_one_claim_would_bear(period: Period) -> None:
    """Filed one after the other they bear of each shared purchase what a single claim of all of it would, to the kuruş."""
    for number in range(len(period.claims)):
        period.file(number, number + 1)
    exported = sum((sum(one.values(), NOTHING) for one in period.exported), NOTHING)
    for one in period.shared():
        borne = sum((found.get(one.purchase.id, NOTHING) for found in period.borne.values()), NOTHING)
        assert borne == charge(one.purchase, exported, period.turnover).vat_try


@given(periods())
def test_lines_and_lists_of_a_supplementary_claim_add_up_to_it(period: Period) -> None:
    """Over purchases and over shipments, whatever other claims took before it."""
    sheets = [period.file(number, number + 1) for number in range(len(period.claims))]
    for n, sheet in enumerate(sheets):
        exports = [figures.valued(n, sum(period.exported[n].values(), NOTHING))]
        cut = attribute(sheet.calculation, sheet.purchases, exports)
        assert sum(cut.by_purchase.values()) == sum(cut.by_shipment.values()) == sheet.calculation.refundable_try
        assert sum((one.vat_try for one in sheet.purchases), NOTHING) == sheet.calculation.incurred_try


def of_two(**more: object) -> Period:
    """Two claims: 10,000.00 and 5,000.00 exported at 20 %, ceilings 2,000.00 and 1,000.00."""
    told: dict[str, object] = {"direct": [Decimal("1500.00"), Decimal("1400.00")], "general": [], "turnover": None}
    exported = [{RATE: Decimal("10000.00")}, {RATE: Decimal("5000.00")}]
    return Period(exported=exported, **(told | {"carried": None} | more))  # type: ignore[arg-type]


def test_a_supplementary_claim_uses_what_the_period_has_left_of_its_ceiling() -> None:
    """The period's ceiling is 3,000.00, of which the first claim asked for 1,500.00: the second's 1,400.00 are within it."""
    period = of_two()
    period.file(0, 1)
    second = period.file(1, 2)
    assert second.refundable_try == Decimal("1400.00")
    steps = {step.code: step.amount_try for step in second.calculation.steps}
    assert (steps[StepCode.CEILING], steps[StepCode.CEILING_BEFORE], steps[StepCode.CLAIMED_BEFORE]) == (
        Decimal("1000.00"),
        Decimal("2000.00"),
        Decimal("1500.00"),
    )


def test_a_supplementary_claim_without_a_rate_yet_falls_on_its_shipments_alike() -> None:
    """It may ask for what the period has left of its ceiling before its own exports have a value: 1,400.01 over two of them."""
    period = of_two(direct=[Decimal("1500.00"), Decimal("1400.01")])
    period.file(0, 1)
    second = period.file(1, 2)
    cut = attribute(second.calculation, second.purchases, [], [UUID(int=8), UUID(int=9)])
    assert sum(cut.by_purchase.values()) == second.calculation.refundable_try == Decimal("1400.01")
    assert cut.by_shipment == {UUID(int=8): Decimal("700.01"), UUID(int=9): Decimal("700.00")}


def test_a_supplementary_claim_that_all_its_shipments_left_asks_for_nothing() -> None:
    """What the period has left of its ceiling is for claims that export something."""
    period = of_two()
    period.exported[1] = {}
    period.file(0, 1)
    second = period.file(1, 2)
    assert (second.refundable_try, second.calculation.ceiling_try) == (NOTHING, NOTHING)
    assert attribute(second.calculation, second.purchases, []).by_shipment == {}


def test_a_first_claim_that_is_filed_again_leaves_what_its_supplement_asked_for_meanwhile() -> None:
    """2,000.00 are carried forward. The first, rejected, would ask for 1,500.00, so the second is filed for the other 500.00.

    Corrected, the first would bear 1,900.00; it is filed again for the 1,500.00 that the second leaves it.
    """
    period = of_two(carried=Decimal("2000.00"))
    period.file(0, 1)
    period.reject(0)
    assert period.file(1, 2).refundable_try == Decimal("500.00")
    period.direct[0] = Decimal("1900.00")  # corrected after the rejection
    assert period.file(0, 3).refundable_try == Decimal("1500.00")


def test_a_claim_that_is_not_filed_lends_nothing_of_its_ceiling() -> None:
    """The first was rejected and bears 200.00 only: the second has its own 1,000.00, not the first's 1,800.00 beside."""
    period = of_two(direct=[Decimal("200.00"), Decimal("1400.00")])
    period.file(0, 1)
    period.reject(0)
    assert period.file(1, 2).refundable_try == Decimal("1000.00")


def test_what_the_tax_office_denied_is_not_asked_for_again() -> None:
    """Of 1,500.00 it approved 900.00 and 2,000.00 are carried forward: the second still has 500.00, not 1,100.00."""
    period = of_two(carried=Decimal("2000.00"))
    period.file(0, 1)
    period.claims[0] = replace(period.claims[0], status=ClaimStatus.APPROVED, approved_try=Decimal("900.00"))
    assert period.file(1, 2).refundable_try == Decimal("500.00")


def test_goods_that_came_back_carry_no_ceiling() -> None:
    """Of 1,500.00 a third was reversed: of the 2,000.00 two thirds are left, 1,333.33.

    With the second's own 1,000.00 they are 2,333.33, and less the 1,500.00 that were asked for 833.33.
    """
    period = of_two()
    period.file(0, 1)
    period.claims[0] = replace(period.claims[0], status=ClaimStatus.REVERSED, reversed_try=Decimal("500.00"))
    assert period.file(1, 2).refundable_try == Decimal("833.33")


def test_a_claim_reversed_as_a_whole_asks_for_nothing_and_lends_nothing() -> None:
    """All of 1,500.00 was given back: the second has its own ceiling of 1,000.00."""
    period = of_two(carried=Decimal("2000.00"))
    period.file(0, 1)
    period.claims[0] = replace(period.claims[0], status=ClaimStatus.REVERSED, reversed_try=Decimal("1500.00"))
    assert period.file(1, 2).refundable_try == Decimal("1000.00")


def test_the_share_of_a_general_expense_grows_with_what_is_exported() -> None:
    """VAT 300.00 of a turnover of 45,000.00: 10,000.00 bear 2/9 = 66.67, 15,000.00 a third = 100.00, so the second 33.33."""
    period = of_two(direct=[NOTHING, NOTHING], general=[Decimal("300.00")], turnover=Decimal("45000.00"))
    assert period.file(0, 1).refundable_try == Decimal("66.67")
    assert period.file(1, 2).refundable_try == Decimal("33.33")


def test_a_supplement_takes_what_the_first_claim_was_filed_without() -> None:
    """The turnover was told after the first filing: the second bears the share of the whole period, 100.00."""
    period = of_two(direct=[NOTHING, NOTHING], general=[Decimal("300.00")])
    assert period.file(0, 1).refundable_try == NOTHING
    period.turnover = Decimal("45000.00")
    assert period.file(1, 2).refundable_try == Decimal("100.00")
