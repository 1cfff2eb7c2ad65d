"""What comes in one batch with a filing, or waited for it, counts against what is filed, as if each message came alone.

A filing in the contract's least form tells no figures: they are calculated while it is saved, and its purchases go with it
then.
"""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from events.intake import Intake
from events.translate import Arrival
from tests.integration.test_claim_books import CLAIM, FRIDAY, gathered, told
from tests.integration.test_claims import bought
from tests.integration.test_part_back import back, filed, told_of
from tests.stories import SELLER, etgb_number, known_id, ref, said, story
from tests.unit.test_disturbed import at

Pool = Any
Way = Callable[[list[Arrival]], list[list[Arrival]]]


def one_by_one(news: list[Arrival]) -> list[list[Arrival]]:
    """Each in a batch of its own."""
    return [[one] for one in news]


def together(news: list[Arrival]) -> list[list[Arrival]]:
    """All in one batch."""
    return [news]


def too_early(news: list[Arrival]) -> list[list[Arrival]]:
    """What follows the filing waits for it."""
    return [*one_by_one(news[1:]), news[:1]]


def too_early_together(news: list[Arrival]) -> list[list[Arrival]]:
    """What follows the filing comes before it in its batch, and waits there."""
    return [[*news[1:], news[0]]]


async def take(intake: Intake, way: Way, *news: Arrival) -> None:
    """Take news in one of the ways."""
    for batch in way(list(news)):
        await intake.take(batch)


async def stands(pool: Pool) -> tuple[str, ...]:
    """The claim's status, that of its rest, and what it asks for, was approved, paid and reversed."""
    row = await pool.fetchrow(
        "SELECT status, rest, refundable_try, approved_try, paid_try, reversed_try FROM claim WHERE id = $1", CLAIM
    )
    return tuple("" if value is None else str(value) for value in row)


async def refused(pool: Pool) -> list[str]:
    """Why messages were refused."""
    return [row["code"] for row in await pool.fetch("SELECT code FROM refused ORDER BY code")]


def progress(name: str, status: str, on: str = "2026-11-25", **more: Any) -> Arrival:
    """What the tax office did."""
    return told_of("claim.progressed.v1", name, status=status, on=on, **more)


def withdrawn(number: str) -> Arrival:
    """A purchase is withdrawn."""
    named = {"supplier_tax_number": "4540536920", "invoice_number": number}
    return said(
        "accounting/ayse", "purchase.withdrawn.v1", f"w-{number}", {"seller": SELLER, "reason": "iptal", **named}, at=at(3)
    )


@pytest.mark.parametrize("way", [one_by_one, together, too_early, too_early_together])
async def test_no_more_is_paid_than_was_filed_though_the_filing_told_no_figures(
    intake: Intake, connections: Pool, way: Way
) -> None:
    """Of 200.00 all is approved, which is 200.00; 999.00 are paid, which can be none of it, and one message says so."""
    await intake.take([FRIDAY, *gathered(2), bought("A", vat="200.00"), told(carried="50000.00")])
    paid = progress("pd", "paid", "2026-11-26", amount="999.00")
    await take(intake, way, filed("P-1"), progress("ap", "approved"), paid)
    assert await stands(connections) == ("approved", "", "200.00", "200.00", "", "")
    assert await refused(connections) == ["claim_amount_above"]
    assert await connections.fetchval("SELECT count(*) FROM parked") == 0
    states = {
        row["id"]: row["state"] for row in await connections.fetch("SELECT id, state FROM inbox WHERE id IN ('ap', 'pd')")
    }
    assert states == {"ap": "applied", "pd": "refused"}


@pytest.mark.parametrize("way", [one_by_one, together])
async def test_a_part_that_is_given_back_leaves_the_rest_approved_and_the_other_asked_for(
    intake: Intake, connections: Pool, way: Way
) -> None:
    """200.00 approved; a piece of one order and all of another come back, and 25.00 of the first are reversed."""
    await intake.take([FRIDAY, *gathered(2), bought("A", vat="200.00"), told(carried="50000.00")])
    whole = said("ops/ayse", "shipment.return_goods.v1", "all", {"shipment": ref("order-1"), "reason": "istenmedi"})
    given = progress("rv", "reversed", amount="25.00", note="iade", shipment=ref("order-0"))
    await take(intake, way, filed("P-1"), progress("ap", "approved"), back("b1"), whole, given)
    assert await stands(connections) == ("reversed", "approved", "200.00", "200.00", "", "25.00")
    open_still = "SELECT shipment FROM attention WHERE reason = 'claim_reversal_needed' AND resolved_at IS NULL"
    assert [str(row["shipment"]) for row in await connections.fetch(open_still)] == [known_id(1)]


@pytest.mark.parametrize("way", [one_by_one, together])
@pytest.mark.parametrize("figures", [{}, {"exported": "4620.46", "refundable": "50.00"}], ids=["untold", "told"])
async def test_what_is_withdrawn_or_corrected_after_the_filing_is_filed_as_it_was(
    intake: Intake, connections: Pool, way: Way, figures: dict[str, str]
) -> None:
    """20.00 and 30.00 are filed; then neither the one can go nor the other become 31.00."""
    purchases = [bought("N", vat="20.00"), bought("O", vat="30.00")]
    await intake.take([FRIDAY, *gathered(1), *purchases, told(carried="50000.00")])
    petition = told_of("claim.filed.v1", "P-1", petition_number="P-1", filed_on="2026-11-24", **figures)
    await take(intake, way, petition, withdrawn("N"), bought("O", vat="31.00", hours=4))
    assert await stands(connections) == ("filed", "", "50.00", "", "", "")
    assert await refused(connections) == ["purchase_claimed"] * 2
    borne = await connections.fetchval("SELECT sum(borne_try) FROM claim_purchase WHERE claim = $1", CLAIM)
    assert borne == Decimal("50.00")


@pytest.mark.parametrize("way", [one_by_one, together])
async def test_what_a_rejected_claim_lets_go_of_is_withdrawn_and_not_filed_again(
    intake: Intake, connections: Pool, way: Way
) -> None:
    """20.00 and 30.00 are filed and rejected; the 20.00 are withdrawn, and 30.00 are filed again and approved."""
    purchases = [bought("N", vat="20.00"), bought("O", vat="30.00")]
    await intake.take([FRIDAY, *gathered(1), *purchases, told(carried="50000.00"), filed("P-1")])
    rejected = progress("no", "rejected", "2026-11-24", note="eksik")
    again = [filed("P-2", "2026-11-25"), progress("ap", "approved", "2026-11-26")]
    await take(intake, way, rejected, withdrawn("N"), *again)
    assert await refused(connections) == []
    assert await stands(connections) == ("approved", "", "30.00", "30.00", "", "")


@pytest.mark.parametrize("way", [one_by_one, together])
@pytest.mark.parametrize("missing", [0, 1])
async def test_lines_that_waited_before_a_filing_was_saved_apply_after_it(
    intake: Intake, connections: Pool, way: Way, missing: int
) -> None:
    """An ETGB's list of two orders comes first, then a filing that waited; the orders come last, and each line finds its own.

    The list has applied once both are there; while one is missing it waits.
    """
    orders = [list(story(number, claim=False))[:4] for number in (5, 6)]
    lines = [{"shipment": ref(f"order-{number}"), "amount": "42.00", "currency": "EUR"} for number in (5, 6)]
    etgb = {"number": etgb_number(5), "registered_on": "2026-11-21", "courier": "pts", "lines": lines}
    listed = said("courier/pts", "etgb.issued.v1", "list", etgb, at=at(4))
    come = [one for journey in orders[: 2 - missing] for one in journey]
    before = [FRIDAY, bought("N", vat="20.00"), told(carried="50000.00"), filed("P-1")]
    await take(intake, way, *before, listed, *gathered(1), *come)
    assert (await stands(connections))[:3] == ("filed", "", "20.00")
    on = await connections.fetch("SELECT reference, stage FROM shipment WHERE etgb_number = $1 ORDER BY 1", etgb_number(5))
    assert [tuple(row) for row in on] == [(f"order-{n}", "etgb_issued") for n in (5, 6)][: 2 - missing]
    state = await connections.fetchval("SELECT state FROM inbox WHERE id = 'list'")
    assert (state, await connections.fetchval("SELECT count(*) FROM parked")) == (("parked", 1) if missing else ("applied", 0))


@pytest.mark.parametrize("way", [one_by_one, together])
async def test_what_a_filing_tells_of_no_amount_and_no_purchases_is_not_nought(
    intake: Intake, connections: Pool, way: Way
) -> None:
    """Nobody files for nothing: what is asked for is not known here, so what is approved and paid is taken as it is told."""
    await intake.take([FRIDAY, *gathered(1)])
    granted = [progress("ap", "approved", amount="12000.00"), progress("pd", "paid", "2026-11-26", amount="12000.00")]
    await take(intake, way, filed("P-1"), *granted)
    assert await stands(connections) == ("paid", "", "", "12000.00", "12000.00", "")
    assert await refused(connections) == []


@pytest.mark.parametrize("way", [one_by_one, together])
async def test_a_filing_that_waited_for_its_claim_is_saved_before_what_follows_is_decided(
    intake: Intake, connections: Pool, way: Way
) -> None:
    """Its claim opens in the middle of the batch; 20.00 are filed then, and what comes after that counts against them."""
    before = [FRIDAY, bought("N", vat="20.00"), told(carried="50000.00"), filed("P-1")]
    follows = [progress("ap", "approved"), withdrawn("N"), progress("pd", "paid", "2026-11-26", amount="20.01")]
    await take(intake, way, *before, *gathered(1), *follows)
    assert await stands(connections) == ("approved", "", "20.00", "20.00", "", "")
    assert await refused(connections) == ["claim_amount_above", "purchase_claimed"]
    assert await connections.fetchval("SELECT count(*) FROM parked") == 0
