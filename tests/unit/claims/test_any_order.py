"""However news of claims is ordered and cut into batches, the claims are the same, and no shipment is in two."""

from decimal import Decimal
from typing import Any

import hypothesis
from hypothesis import given
from hypothesis import strategies as st

from tests.stories import SELLER, etgb_number, ref, said, story
from tests.unit.claims.told import CLAIM, GATHERED, NEW_YEAR, after, filed, progress, refused
from tests.unit.test_disturbed import at
from tests.unit.watched import Watched
from workflow import facts
from workflow.etgb import Etgb
from workflow.refund import ClaimStatus, claim_id
from workflow.stages import Stage
from workflow.values import vat_period


def test_amounts_are_the_same_in_whatever_order_they_are_told() -> None:
    """Two approvals and two payments, told forwards and backwards."""
    told = [
        progress("approved", amount="600.00"),
        progress("paid", on="2026-12-12", amount="500.00"),
        progress("approved", amount="300.00"),
        progress("paid", on="2026-12-15", amount="400.00"),
    ]
    assert after(filed(), *told)[0] == after(filed(), *reversed(told))[0]


MONEY = st.sampled_from(["0.01", "99.99", "100.00", "250.50"])


@hypothesis.settings(max_examples=40)
@given(
    st.lists(
        st.tuples(st.sampled_from(["approved", "paid", "under_review", "reversed"]), MONEY, st.integers(10, 28)), max_size=6
    ),
    st.data(),
)
def test_any_order_of_the_same_decisions_ends_alike(told: list[tuple[str, str, int]], data: st.DataObject) -> None:
    """Approvals, payments, part reversals, reviews: what is kept and asked follows from the news, not from its order."""
    arrivals = [
        progress(status, on=f"2026-12-{day}", **({"amount": amount} if status != "under_review" else {}))
        for status, amount, day in told
    ]
    shuffled = data.draw(st.permutations(arrivals))
    (one, watched, _), (other, beside, _) = (after(filed(refundable="100000.00"), *order) for order in (arrivals, shuffled))
    assert one == other
    assert watched.reasons == beside.reasons
    assert (one.approved_try or 0) == sum(Decimal(amount) for status, amount, _ in told if status == "approved")
    assert (one.paid_try or 0) == sum(Decimal(amount) for status, amount, _ in told if status == "paid")
    assert (one.reversed_try or 0) == sum(Decimal(amount) for status, amount, _ in told if status == "reversed")


@hypothesis.settings(max_examples=60)
@given(
    st.lists(
        st.tuples(st.sampled_from(["approved", "paid", "under_review", "reversed", "rejected", "filed"]), MONEY | st.none()),
        max_size=6,
    ),
    st.data(),
)
def test_cut_into_batches_anyhow_a_filing_without_figures_ends_as_one_by_one(
    told: list[tuple[str, str | None]], data: st.DataObject
) -> None:
    """It comes to 600.00 once it is saved; whatever is told before it or after, in its batch or in others, counts by that."""
    untold: dict[str, Any] = {"exported": None, "refundable": None}
    news = [
        filed(f"P-{n}", 30 + n, **untold) if status == "filed" else progress(status, amount=amount, note="x")
        for n, (status, amount) in enumerate(told, start=2)
    ]
    news.insert(data.draw(st.integers(0, len(news))), filed(**untold))
    cuts = sorted(data.draw(st.sets(st.integers(1, len(news)), max_size=3)))
    alone, cut = Watched(), Watched()
    alone.store.comes_to = cut.store.comes_to = Decimal("600.00")
    alone.tell(*GATHERED)
    cut.tell(*GATHERED)
    alone.tell(*news)
    for begun, end in zip([0, *cuts], [*cuts, len(news)], strict=True):
        if news[begun:end]:
            cut.together(*news[begun:end])
    assert cut.store.world.claims[CLAIM] == alone.store.world.claims[CLAIM]
    assert cut.reasons == alone.reasons
    assert refused(cut) == refused(alone)
    waits = {key: len(parts) for key, parts in alone.store.world.waiting.items() if parts}
    assert {key: len(parts) for key, parts in cut.store.world.waiting.items() if parts} == waits
    claim = cut.store.world.claims[CLAIM]
    assert max(claim.approved_try or 0, claim.reversed_try or 0, claim.paid_try or 0) <= Decimal("600.00")


def period_of(etgb: Etgb) -> str:
    """The VAT period of an ETGB that is closed."""
    assert etgb.closed_on is not None
    return vat_period(etgb.closed_on)


@hypothesis.settings(max_examples=40)
@given(st.data())
def test_no_shipment_is_ever_in_two_claims(data: st.DataObject) -> None:
    """In whatever order, with filings and returns between, each shipment is in the claim that it names, or in none."""
    stories = [list(story(number, claim=False)) for number in range(3)]
    closed = data.draw(st.lists(st.sampled_from(["2026-11-22", "2026-12-03"]), min_size=3, max_size=3))
    for number, day in enumerate(closed):
        told = {"number": etgb_number(number), "closed_on": day}
        stories[number][5] = said("customs/feed", "etgb.closed.v1", f"c{number}", told, at=at(5))
    filings = [
        said("tax_office/x", "claim.filed.v1", f"f{period}{n}", {
            "claim": str(claim_id(SELLER, period, n)), "petition_number": f"P{period}{n}", "filed_on": "2027-01-02"},
            at=NEW_YEAR)
        for period in ("2026-11", "2026-12") for n in range(2)
    ]  # fmt: skip
    back = [said("ops/x", "shipment.return_goods.v1", "back", {"shipment": ref("order-1"), "reason": "x"}, at=at(30))]
    watched = Watched()
    watched.tell(*data.draw(st.permutations([one for journey in stories for one in journey] + filings + back)))
    world = watched.store.world
    claims = {key: members for key, members in world.members.items() if key.startswith("claim:")}
    for shipment in world.shipments.values():
        inside = [key for key, members in claims.items() if shipment.id in members]
        assert inside == ([] if shipment.claim is None else [facts.by_claim(shipment.claim)])
    for claim in world.claims.values():
        members = claims.get(facts.by_claim(claim.id), {}).values()
        assert all(period_of(world.etgbs[one.etgb_number]) == claim.period for one in members if one.etgb_number)
        if claim.status is not ClaimStatus.OPEN:
            assert all(one.stage in {Stage.REFUND_FILED, Stage.RETURNED} for one in members)
