"""Claims on PostgreSQL: who told what, and which purchases go with which claim."""

from decimal import Decimal
from typing import Any

import asyncpg
import pytest

from events.intake import Intake
from events.translate import Arrival
from tests.stories import SELLER, ref, said, story
from tests.unit.test_disturbed import at
from workflow.refund import claim_id

Pool = Any
FIRST, SECOND = (str(claim_id(SELLER, "2026-11", n)) for n in range(2))


def filed(claim: str = FIRST, petition: str = "P-1", **more: Any) -> Arrival:
    """A claim is filed."""
    data = {"claim": claim, "petition_number": petition, "filed_on": "2026-11-24", **more}
    return said("tax_office/ayse", "claim.filed.v1", f"filed {claim} {petition}", data, at=at(30))


def progress(status: str, **more: Any) -> Arrival:
    """What the tax office says of the first claim."""
    data = {"claim": FIRST, "status": status, "on": "2026-12-10", **more}
    return said("tax_office/mehmet", "claim.progressed.v1", f"{status} {more}", data, at=at(40))


def bought(number: str, vat: str = "20.00", hours: float = 1, **changes: Any) -> Arrival:
    """A purchase invoice."""
    data = {
        "seller": SELLER,
        "supplier": {"tax_number": "4540536920", "name": "Tedarik A.Ş."},
        "invoice_number": number,
        "issued_on": "2026-11-03",
        "period": "2026-11",
        "net": "100.00",
        "vat": vat,
    }
    return said("accounting/ayse", "purchase.booked.v1", f"{number} {vat} {hours}", data | changes, at=at(hours))


async def claims_of(pool: Pool) -> dict[str, str | None]:
    """Which claim each purchase was filed with, by number."""
    rows = await pool.fetch("SELECT invoice_number, claim FROM purchase ORDER BY 1")
    names = {FIRST: "first", SECOND: "second"}
    return {row["invoice_number"]: None if row["claim"] is None else names[str(row["claim"])] for row in rows}


async def test_everything_told_of_a_claim_is_kept_with_who_told_it(intake: Intake, connections: Pool) -> None:
    """Gathered by the feed, filed by one person, paid on the word of another; figures and amounts stand in the claim."""
    await intake.take(list(story(0, claim=False)))
    await intake.take([filed(exported="2310.00", refundable="400.00", rate_policy="invoice_date")])
    await intake.take([progress("paid", amount="150.00", note="first part")])
    moves = await connections.fetch('SELECT status, "on", amount, note, source FROM claim_move ORDER BY id')
    assert [(row["status"], row["source"]) for row in moves] == [
        ("open", "tax_office/vedop"),
        ("filed", "tax_office/ayse"),
        ("paid", "tax_office/mehmet"),
    ]
    assert (moves[2]["amount"], moves[2]["note"]) == (Decimal("150.00"), "first part")
    row = await connections.fetchrow("SELECT * FROM claim")
    assert (row["refundable_try"], row["paid_try"], row["rate_policy"]) == (
        Decimal("400.00"),
        Decimal("150.00"),
        "invoice_date",
    )


async def test_a_claim_takes_the_purchases_of_its_period_and_shipments(intake: Intake, connections: Pool) -> None:
    """Those of other periods, of other sellers' shipments and those that come later stay for the next claim."""
    await intake.take([*story(0, claim=False)])
    await intake.take(
        [
            bought("A"),
            bought("B", period="2026-10", shipment=ref("order-0")),
            bought("C", period="2026-10"),
            bought("D", shipment=ref("order-9")),
        ]
    )
    await intake.take([filed()])
    await intake.take([bought("E")])
    assert await claims_of(connections) == {"A": "first", "B": "first", "C": None, "D": None, "E": None}


async def test_a_late_shipment_makes_a_supplementary_claim_with_what_is_left(intake: Intake, connections: Pool) -> None:
    """The first claim was filed: what comes later goes with the second, and no purchase with both."""
    await intake.take([*story(0, claim=False), bought("A")])
    await intake.take([filed()])
    await intake.take([*story(1, claim=False), bought("B")])
    await intake.take([filed(SECOND, "P-2")])
    assert await claims_of(connections) == {"A": "first", "B": "second"}


async def test_purchases_of_the_period_wait_for_the_first_claim_that_can_be_filed(intake: Intake, connections: Pool) -> None:
    """The first was rejected: its purchases may be corrected, and a second claim does not take them away."""
    await intake.take([*story(0, claim=False), bought("A")])
    await intake.take([filed()])
    refused = (await intake.take([bought("A", vat="18.00", hours=2)]))[0]
    assert (refused.state, refused.code) == ("refused", "purchase_claimed")
    await intake.take([progress("rejected", note="supplier unknown")])
    await intake.take([bought("A", vat="17.00", hours=3), *story(1, claim=False)])
    await intake.take([filed(SECOND, "P-2")])
    assert await claims_of(connections) == {"A": None}
    await intake.take([filed(FIRST, "P-3")])
    assert await claims_of(connections) == {"A": "first"}
    assert await connections.fetchval("SELECT vat_try FROM purchase") == Decimal("17.00")


async def test_a_purchase_told_again_is_booked_once(intake: Intake, connections: Pool) -> None:
    """Under another id or from another door it is the same invoice of the same supplier."""
    outcomes = await intake.take([bought("A"), bought("A", hours=2), bought("a ", hours=3)])
    assert [one.state for one in outcomes] == ["applied", "repeated", "repeated"]
    assert await connections.fetchval("SELECT count(*) FROM purchase") == 1


async def test_figures_of_a_vat_return_are_kept_with_who_told_them(intake: Intake, connections: Pool) -> None:
    """Each figure as it was told last, with whose word it is."""
    for number, figures in enumerate(({"carried": "900.00"}, {"turnover": "5000.00"}, {"carried": "950.00"})):
        data = {"seller": SELLER, "period": "2026-11", **figures}
        await intake.take([said("accounting/ayse", "vat_return.told.v1", f"v{number}", data, at=at(number))])
    late = {"seller": SELLER, "period": "2026-11", "carried": "1.00", "turnover": "6000.00"}
    await intake.take([said("accounting/ali", "vat_return.told.v1", "late", late, at=at(1.5))])
    row = await connections.fetchrow("SELECT * FROM vat_return")
    assert (row["carried_try"], row["carried_source"]) == (Decimal("950.00"), "accounting/ayse")
    assert (row["turnover_try"], row["turnover_source"]) == (Decimal("6000.00"), "accounting/ali")
    assert (row["source"], row["message_id"]) == ("accounting/ayse", "v2")


async def test_only_purchases_that_stand_in_the_calculation_go_with_the_claim(intake: Intake, connections: Pool) -> None:
    """One of general expenses, of which nothing is borne while no share is known, stays and can be corrected."""
    await intake.take([*story(0, claim=False), bought("A"), bought("G", kind="general")])
    await intake.take([filed()])
    assert await claims_of(connections) == {"A": "first", "G": None}


async def test_what_was_told_with_a_filing_stands_and_each_filing_is_kept(intake: Intake, connections: Pool) -> None:
    """A rejected claim is filed anew: two versions, of which nobody can change one; told amounts are not replaced."""
    await intake.take([*story(0, claim=False), bought("A")])
    await intake.take([filed(refundable="7.00")])
    await intake.take([progress("rejected", note="x"), filed(FIRST, "P-2")])
    rows = await connections.fetch("SELECT version, petition_number, refundable_try FROM claim_filing ORDER BY version")
    assert [tuple(row) for row in rows] == [(1, "P-1", Decimal("7.00")), (2, "P-2", Decimal("0.00"))]
    with pytest.raises(asyncpg.RestrictViolationError):
        await connections.execute("DELETE FROM claim_filing")


async def test_a_claim_that_comes_out_otherwise_than_was_seen_is_not_filed(intake: Intake, connections: Pool) -> None:
    """The calculation that was seen is named by its sum; another one by now: refused, and nothing moves."""
    await intake.take([*story(0, claim=False)])
    (outcome,) = await intake.take([filed(calculation="0" * 64)])
    assert (outcome.state, outcome.code) == ("refused", "claim_changed")
    assert await connections.fetchval("SELECT status FROM claim") == "open"


async def borne_of(pool: Pool) -> dict[str, dict[str, Decimal | None]]:
    """What each claim bears of each purchase, by number."""
    rows = await pool.fetch(
        "SELECT l.claim, p.invoice_number, l.borne_try FROM claim_purchase l JOIN purchase p ON p.id = l.purchase ORDER BY 2"
    )
    found: dict[str, dict[str, Decimal | None]] = {"first": {}, "second": {}}
    for row in rows:
        found["first" if str(row["claim"]) == FIRST else "second"][row["invoice_number"]] = row["borne_try"]
    return found


def told_of_november(**figures: str) -> Arrival:
    """Figures of the period's VAT return."""
    data = {"seller": SELLER, "period": "2026-11", **figures}
    return said("accounting/ayse", "vat_return.told.v1", f"vat {sorted(figures.items())}", data, at=at(2))


def bulletin() -> Arrival:
    """The euro at 50.00 TRY: each shipment of 42.00 EUR exports 2,100.00, and its ceiling is 420.00."""
    one = {"currency": "EUR", "unit": 1, "forex_buying": "50.00"}
    data = {"published_on": "2026-11-20", "bulletin": "2026/200", "rates": [one]}
    return said("rates/tcmb", "rates.published.v1", "rates", data)


async def test_claims_of_a_period_bear_a_general_expense_each_by_what_it_exports(intake: Intake, connections: Pool) -> None:
    """VAT 60.00 of a turnover of 12,600.00: 2,100.00 exported bear 10.00, 4,200.00 bear 20.00, so the second 10.00.

    While the second stands with its part the invoice cannot be corrected, though the first was rejected.
    """
    await intake.take([bulletin(), *story(0, claim=False), bought("G", vat="60.00", kind="general")])
    await intake.take([told_of_november(turnover="12600.00"), filed()])
    await intake.take([*story(1, claim=False), filed(SECOND, "P-2")])
    tens = {"G": Decimal("10.00")}
    assert await borne_of(connections) == {"first": tens, "second": tens}
    asked = await connections.fetch("SELECT refundable_try FROM claim ORDER BY supplement")
    assert [row["refundable_try"] for row in asked] == [Decimal("10.00"), Decimal("10.00")]
    await intake.take([progress("rejected", note="supplier unknown")])
    assert await borne_of(connections) == {"first": {}, "second": tens}
    (outcome,) = await intake.take([bought("G", vat="30.00", kind="general", hours=3)])
    assert (outcome.state, outcome.code) == ("refused", "purchase_claimed")
    await intake.take([filed(FIRST, "P-3")])
    assert await borne_of(connections) == {"first": tens, "second": tens}


@pytest.mark.parametrize("together", [True, False])
async def test_a_claim_filed_again_after_its_supplement_asks_for_what_is_left(
    intake: Intake, connections: Pool, *, together: bool
) -> None:
    """Carried forward are 500.00. The first would ask for 300.00, but the second is filed as told for 450.00: 50.00 are left.

    So it is where both are filed in one batch.
    """
    await intake.take([bulletin(), *story(0, claim=False), bought("A", vat="300.00", shipment=ref("order-0"))])
    await intake.take([told_of_november(carried="500.00"), filed()])
    await intake.take([progress("rejected", note="x"), *story(1, claim=False)])
    again = [filed(SECOND, "P-2", refundable="450.00"), filed(FIRST, "P-3")]
    for batch in [again] if together else [[one] for one in again]:
        await intake.take(batch)
    asked = await connections.fetch("SELECT refundable_try FROM claim ORDER BY supplement")
    assert [row["refundable_try"] for row in asked] == [Decimal("50.00"), Decimal("450.00")]


async def test_what_an_earlier_release_filed_with_counts_as_borne_whole(intake: Intake, connections: Pool) -> None:
    """How much the first claim bears of it was not kept: nothing is left of it for the second."""
    await intake.take([bulletin(), *story(0, claim=False), bought("G", vat="60.00", kind="general")])
    await intake.take([told_of_november(turnover="12600.00"), filed()])
    await connections.execute("UPDATE claim_purchase SET borne_try = NULL")
    await intake.take([*story(1, claim=False), filed(SECOND, "P-2")])
    assert await borne_of(connections) == {"first": {"G": None}, "second": {}}
