"""The income tax advice over real shipments: what counts as the year's revenue, and in lira."""

from datetime import date
from decimal import Decimal
from typing import Any

from adapters.database.revenue import micro_export_revenue
from events.intake import Intake
from tests.integration.http_app import Web, problem
from tests.stories import SELLER, SELLERS, draft, invoice, ref, said
from workflow.advice import Revenue

Pool = Any
GOOD: dict[str, Any] = {"seller": SELLER, "year": 2026}
WRONG: tuple[dict[str, Any], ...] = (
    {"seller": "1111111111"},
    {"seller": "1' OR 1=1"},
    {"year": 1999},
    {"employees": "-1"},
    {"employees": "NaN"},
)


async def invoiced(intake: Intake, n: int, issued_on: str, currency: str = "EUR", seller: str = SELLER) -> None:
    """A shipment of 42.00 that is invoiced on a day."""
    reference = f"r{seller}-{n}"
    data = invoice(reference, n, seller, issued_on=issued_on, currency=currency)
    outcomes = await intake.take(
        [
            said("orders/shop", "shipment.drafted.v1", f"d-{reference}", draft(reference, seller, currency=currency)),
            said("invoicing/file", "invoice.issued.v1", f"i-{reference}", data),
        ]
    )
    assert [outcome.state for outcome in outcomes] == ["applied"] * 2


async def published(intake: Intake, day: date, **rates: str) -> None:
    """A bulletin, given as a file."""
    listed = [{"currency": currency, "forex_buying": rate} for currency, rate in rates.items()]
    data = {"published_on": day.isoformat(), "rates": listed}
    await intake.take([said("rates/file", "rates.published.v1", f"b{day}", data)])


async def test_a_years_revenue_is_what_was_invoiced_and_went(intake: Intake, connections: Pool) -> None:
    """Its own year and seller; cancelled invoices, cancelled and returned shipments are not in it; each rounded by itself."""
    await published(intake, date(2026, 11, 19), EUR="56.123457", USD="48.60005")
    await published(intake, date(2026, 11, 18), EUR="55")
    for n, (day, currency) in enumerate(
        [("2026-11-20", "EUR"), ("2026-11-20", "USD"), ("2026-11-20", "USD"), ("2026-11-19", "EUR")]
    ):
        await invoiced(intake, n, day, currency)
    await invoiced(intake, 10, "2026-11-20", "TRY")
    await invoiced(intake, 11, "2025-12-31")
    await invoiced(intake, 12, "2026-11-20", seller=SELLERS[1])
    for n, (kind, data) in enumerate(
        [
            ("shipment.cancel.v1", {"reason": "changed"}),
            ("shipment.cancel_invoice.v1", {"number": f"ABC2026{21:09d}", "reason": "typing error"}),
        ],
        start=20,
    ):
        await invoiced(intake, n, "2026-11-20")
        await intake.take([said("ops/ayse", kind, f"c{n}", {"shipment": ref(f"r{SELLER}-{n}"), **data})])
    found = await micro_export_revenue(connections, SELLER, 2026)
    assert found.shipments == 5
    usd = Decimal("2041.20")  # 42 × 48.60005 = 2041.2021
    assert found.total_try == Decimal("2357.19") + usd * 2 + Decimal("2310.00") + Decimal("42.00")
    assert found.unconverted == ()


async def test_what_has_no_rate_is_named_and_left_out(web: Web, intake: Intake, connections: Pool) -> None:
    """By day and currency, with the reason; the advice does not pretend to know."""
    await published(intake, date(2026, 11, 19), EUR="56", USD="48")
    for n, day in enumerate(("2026-11-20", "2026-11-20", "2026-11-24", "2026-11-24")):
        await invoiced(intake, n, day, "USD")
    found = await micro_export_revenue(connections, SELLER, 2026)
    assert (found.total_try, found.shipments) == (Decimal("4032.00"), 2)
    (late,) = found.unconverted
    assert (late.currency, late.day, late.shipments, late.amount) == ("USD", date(2026, 11, 24), 2, Decimal("84.00"))
    assert "kervan rates fetch --from 2026-11-20 --to 2026-11-23" in late.why
    async with web.as_("finance") as client:
        told = (await client.get("/api/advice/income-tax", params=GOOD)).json()
    assert told["standing"] == "unknown"
    assert told["unconverted"][0]["amount"] == "84.00"


async def test_the_advice_is_answered_with_its_conditions_and_sources(web: Web, intake: Intake) -> None:
    """Decimal strings, texts in both languages, the dated tiers, and that it is no tax advice."""
    await published(intake, date(2026, 11, 19), EUR="56")
    await invoiced(intake, 1, "2026-11-20", "TRY")
    params: dict[str, Any] = {"seller": SELLER, "year": 2026, "insured": True, "natural_person": True, "earnings": "20.01"}
    async with web.as_("viewer") as client:
        told = (await client.get("/api/advice/income-tax", params=params)).json()
    assert (told["standing"], told["revenue_try"], told["deduction_try"]) == ("met", "42.00", "10.01")
    assert told["tier"] == {"upto_try": "400000", "employees": "0"}
    assert {one["code"]: one["standing"] for one in told["conditions"]} == {
        "natural_person": "met",
        "revenue": "met",
        "own_insurance": "met",
    }
    assert all(row["source_checked_on"] and row["source"] for row in told["tiers"])
    assert set(told["advisory"]) == {"tr", "en"}


async def test_only_those_who_see_earnings_are_told(web: Web) -> None:
    """Viewer, finance and admin; operations and couriers are not, and wrong numbers are a problem."""
    for role, status in (("viewer", 200), ("finance", 200), ("admin", 200), ("operations", 403), ("courier", 403)):
        async with web.as_(role) as client:
            assert (await client.get("/api/advice/income-tax", params=GOOD)).status_code == status
    async with web.as_("finance") as client:
        for wrong in WRONG:
            problem(await client.get("/api/advice/income-tax", params=GOOD | wrong), 422, "wrong-data")


async def test_a_seller_without_shipments_has_no_revenue(connections: Pool) -> None:
    """Nothing invoiced is zero, not an error."""
    found = await micro_export_revenue(connections, SELLERS[2], 2026)
    assert found == Revenue(Decimal(0), 0)
