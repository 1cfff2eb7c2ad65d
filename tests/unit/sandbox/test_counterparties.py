"""What each sandbox counterpart answers."""

import asyncio
from datetime import date

import pytest

from adapters.couriers.sandbox import SandboxCourier
from adapters.invoicing.sandbox import SandboxIntegrator
from adapters.rates.sandbox import SandboxBank, bulletin_day
from adapters.sandbox import Manners
from adapters.tax_office.sandbox import Conduct, SandboxTaxOffice
from events.tasks import Handler
from tests.unit.sandbox.asked import heard, task
from workflow import facts
from workflow.values import is_etgb_number, is_invoice_number

CALM = Manners(delay_s=1, jitter_s=0)


async def test_the_integrator_issues_what_the_shipment_says() -> None:
    """Number and ETTN are well-formed, the letters SBX tell what they are, total and currency are the shipment's."""
    (message,) = heard(list(await SandboxIntegrator(CALM)(task("invoice.requested.v1"))))
    fact = message.fact
    assert isinstance(fact, facts.InvoiceIssued)
    assert fact.number == "SBX2026000000001"
    assert is_invoice_number(fact.number)
    assert (str(fact.total), fact.currency, fact.issued_on) == ("139.12", "GBP", date(2026, 11, 20))
    assert (fact.profile, fact.type, fact.exemption_code) == ("EARSIVFATURA", "ISTISNA", "301")


async def test_numbers_of_invoices_have_no_gap_and_a_repeated_task_gets_the_same_bytes() -> None:
    """Three tasks, the second one twice: numbers 1, 2, 2, 3."""
    integrator = SandboxIntegrator(CALM)
    answers = [await integrator(task("invoice.requested.v1", one)) for one in ("a", "b", "b", "c")]
    numbers = [
        one.fact.number for answer in answers for one in heard(list(answer)) if isinstance(one.fact, facts.InvoiceIssued)
    ]
    assert [int(number[-9:]) for number in numbers] == [1, 2, 2, 3]
    assert answers[1] == answers[2]


async def test_the_courier_books_scans_and_declares() -> None:
    """A parcel's life in its true order: the ETGB comes after the pick-up scan, with the invoice's amount."""
    messages = heard(sorted(await SandboxCourier(CALM, gather_s=0)(task("pickup.requested.v1")), key=lambda one: one.delay))
    kinds = [one.fact.status.value if isinstance(one.fact, facts.Checkpoint) else one.type for one in messages]
    assert kinds[0] == "courier.booked.v1"
    assert [kind for kind in kinds[1:] if "." not in kind] == [
        "announced",
        "picked_up",
        "in_transit",
        "out_for_delivery",
        "delivered",
    ]
    assert kinds.index("picked_up") < kinds.index("etgb.issued.v1") < kinds.index("etgb.closed.v1")
    (etgb,) = (one.fact for one in messages if isinstance(one.fact, facts.EtgbIssued))
    assert is_etgb_number(etgb.number)
    assert etgb.number[2:8] == "000000", "an ETGB that nobody can take for a real one"
    (line,) = etgb.lines
    assert (str(line.amount), line.currency, line.invoice_number) == ("139.12", "GBP", "SBX2026000000007")


async def test_one_etgb_covers_many_parcels() -> None:
    """Five parcels with room for three: two declarations that cover each parcel once."""
    courier = SandboxCourier(CALM, consolidate=3, gather_s=0)
    tasks = [task("pickup.requested.v1", f"t{n}", invoice_number=f"SBX20260000000{n:02d}") for n in range(5)]
    answers = await asyncio.gather(*(courier(one) for one in tasks))
    issued = [one.fact for answer in answers for one in heard(list(answer)) if isinstance(one.fact, facts.EtgbIssued)]
    assert [len(one.lines) for one in issued] == [3, 2]
    assert sorted(line.invoice_number[-2:] for one in issued for line in one.lines) == ["00", "01", "02", "03", "04"]
    assert len({one.number for one in issued}) == 2


async def test_a_pickup_asked_twice_stands_on_one_etgb() -> None:
    """A task that comes again is answered with the same bytes, by the leader of a manifest as by the others."""
    courier = SandboxCourier(CALM, gather_s=0)
    tasks = [task("pickup.requested.v1", f"t{n}") for n in range(3)]
    first = await asyncio.gather(*(courier(one) for one in tasks))
    again = await asyncio.gather(*(courier(one) for one in tasks))
    assert again == first
    assert sum(one.type == "etgb.issued.v1" for answer in first for one in heard(list(answer))) == 1


async def test_the_feed_tells_once_of_an_etgb() -> None:
    """Three shipments ask about one ETGB: one answer, and the same again only if the first task comes again."""
    office = SandboxTaxOffice(CALM)
    answers = [await office(task("vedop_check.requested.v1", one)) for one in ("a", "b", "a", "c")]
    assert [len(answer) for answer in answers] == [1, 0, 1, 0]
    assert answers[0] == answers[2]
    (message,) = heard(list(answers[0]))
    assert isinstance(message.fact, facts.VedopTransferred)
    assert (message.fact.number, message.fact.evidence_kind) == ("26341453EX000001", "sandbox_feed")


@pytest.mark.parametrize(
    ("conduct", "statuses"),
    [
        (Conduct.REVIEWS, ["under_review"]),
        (Conduct.PAYS, ["under_review", "approved", "paid"]),
        (Conduct.ASKS, ["under_review", "approved", "paid"]),
        (Conduct.REJECTS, ["under_review", "rejected"]),
    ],
)
async def test_the_tax_office_takes_claims(conduct: Conduct, statuses: list[str]) -> None:
    """A claim is filed with a petition number that says SANDBOX, and then progresses."""
    claim = "3a0e3c1e-2d1f-5a44-8f5e-0b9c0e7d1a22"
    office = SandboxTaxOffice(CALM, conduct)
    filed, *progress = (one.fact for one in heard(list(await office(task("claim_filing.requested.v1", claim=claim)))))
    assert isinstance(filed, facts.ClaimFiled)
    assert (str(filed.claim), filed.petition_number) == (claim, "SANDBOX-3a0e3c1e")
    assert [one.status for one in progress if isinstance(one, facts.ClaimProgressed)] == statuses


@pytest.mark.parametrize(
    ("day", "published"),
    [("2026-11-24", "2026-11-23"), ("2026-11-23", "2026-11-20"), ("2026-11-22", "2026-11-20"), ("2026-11-21", "2026-11-20")],
    ids=["tuesday", "monday", "sunday", "saturday"],
)
def test_the_rates_of_a_day_are_those_of_the_working_day_before(day: str, published: str) -> None:
    """No bulletin comes out on a weekend."""
    assert bulletin_day(date.fromisoformat(day)).isoformat() == published


async def test_the_bank_publishes_the_days_asked_for() -> None:
    """Days with one bulletin get one message; a day without a name is the day of asking; rates are the same each time."""
    bank = SandboxBank(CALM)
    days = ["2026-11-21", "2026-11-22", "2026-11-24"]
    told = [one.fact for one in heard(list(await bank(task("rates.requested.v1", days=days))))]
    assert [one.published_on.isoformat() for one in told if isinstance(one, facts.RatesPublished)] == [
        "2026-11-20",
        "2026-11-23",
    ]
    (today,) = (one.fact for one in heard(list(await bank(task("rates.requested.v1")))))
    assert isinstance(today, facts.RatesPublished)
    assert today.published_on == date(2026, 11, 19)
    assert await bank(task("rates.requested.v1")) == await SandboxBank(CALM)(task("rates.requested.v1"))


@pytest.mark.parametrize(
    "handler",
    [SandboxIntegrator(CALM), SandboxCourier(CALM), SandboxTaxOffice(CALM), SandboxBank(CALM)],
    ids=lambda one: type(one).__name__,
)
async def test_a_task_that_is_not_theirs_is_not_answered(handler: Handler) -> None:
    """A sandbox does what it was made for, and nothing by guess."""
    assert not await handler(task("coffee.requested.v1"))
