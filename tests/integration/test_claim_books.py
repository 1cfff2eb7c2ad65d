"""Claims as they are read from PostgreSQL: what their lines sum up to, what they lack, what they cost to read."""

import time
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from adapters.database import claim_papers, claim_queries
from adapters.database.claims import ClaimBooks
from adapters.dossiers import report
from adapters.entrypoints import composing
from events.intake import Intake
from events.translate import Arrival
from tests.integration.plans import plans_of
from tests.integration.test_claims import bought
from tests.law import BOOK
from tests.stories import SELLER, SELLERS, etgb_number, known_id, ref, said, story
from workflow.refund import ClaimStatus, RatePolicy, claim_id, listing, readiness_texts
from workflow.refund.readiness import Check
from workflow.refund.sheet import LeftOver

Pool = Any
CLAIM = claim_id(SELLER, "2026-11", 0)
SUPPLEMENT = claim_id(SELLER, "2026-11", 1)
TODAY = date(2026, 12, 5)
PREVIOUS, SAME = RatePolicy.INTAC_PREV_BULLETIN, RatePolicy.INTAC_SAME_DAY


def rates(day: str, rate: str, number: int) -> Arrival:
    """A bulletin with the euro alone."""
    one = {"currency": "EUR", "unit": 1, "forex_buying": rate}
    data = {"published_on": day, "bulletin": f"2026/{number}", "rates": [one]}
    return said("rates/tcmb", "rates.published.v1", f"rates-{day}", data)


def told(**figures: str) -> Arrival:
    """Figures of November's VAT return."""
    data = {"seller": SELLER, "period": "2026-11", **figures}
    return said("accounting/ayse", "vat_return.told.v1", f"v{sorted(figures.items())}", data)


def gathered(count: int, **more: Any) -> Iterator[Arrival]:
    """So many shipments of 42.00 EUR, closed on Sunday 22 November."""
    for number in range(count):
        yield from story(number, claim=False, **more)


FRIDAY = rates("2026-11-20", "55.0055", 200)
"""42.00 x 55.0055 = 2,310.231 → 2,310.23 each."""


def books(pool: Pool, policy: RatePolicy = PREVIOUS) -> ClaimBooks:
    """The books by a policy, with the tolerance of the contract."""
    return ClaimBooks(pool, BOOK, policy, Decimal("0.05"))


async def test_sums_are_those_of_the_lines(intake: Intake, connections: Pool) -> None:
    """Three shipments of 2,310.23 TL: 6,930.69; purchases and shipments both add up to what is refundable."""
    await intake.take([FRIDAY, *gathered(3)])
    await intake.take([bought("A", vat="800.01"), bought("B", vat="99.99", kind="general", share="0.333333")])
    await intake.take([told(carried="5000.00")])
    lines = await books(connections).lines(CLAIM, TODAY)
    assert lines is not None
    sheet = lines.sheet
    assert sheet.exported_try == Decimal("6930.69") == sum(one.value_try for one in lines.valued)
    assert [(one.currency, one.amount) for one in sheet.exported] == [("EUR", Decimal("126.00"))]
    assert sheet.refundable_try == Decimal("833.34")  # 800.01 + 33.33
    assert sum(lines.cut.by_purchase.values()) == sum(lines.cut.by_shipment.values()) == Decimal("833.34")
    assert {one.rate.source for one in lines.valued} == {"2026/200"}
    assert {one.rate.published_on for one in lines.valued} == {date(2026, 11, 20)}


@pytest.mark.parametrize(
    ("policy", "closed", "value"),
    [
        (PREVIOUS, "2026-11-24", "2352.00"),  # Monday the 23rd: 56
        (SAME, "2026-11-24", "2394.00"),  # Tuesday the 24th: 57
        (RatePolicy.INVOICE_DATE, "2026-11-24", "2268.00"),  # invoice of Friday the 20th: Thursday's 54
    ],
)
async def test_the_policy_decides_over_the_rate(
    intake: Intake, connections: Pool, policy: RatePolicy, closed: str, value: str
) -> None:
    """42.00 EUR by the bulletin of the working day before the intaç, of the day itself, or before the invoice."""
    days = [("2026-11-19", "54"), ("2026-11-20", "55"), ("2026-11-23", "56"), ("2026-11-24", "57")]
    await intake.take([rates(day, rate, number) for number, (day, rate) in enumerate(days, 1)])
    journey = [one for one in story(0, claim=False) if b"etgb.closed.v1" not in one.body]
    await intake.take(journey)
    await intake.take([said("customs/feed", "etgb.closed.v1", "c", {"number": etgb_number(0), "closed_on": closed})])
    sheet = await books(connections, policy).one(CLAIM, TODAY)
    assert sheet is not None
    assert sheet.exported_try == Decimal(value)


async def test_yen_are_valued_by_the_one(intake: Intake, connections: Pool) -> None:
    """The bulletin has 30.7666 TL for 100 JPY: 42.00 JPY x 0.307666 = 12.921972 → 12.92 TL."""
    yen = {"currency": "JPY", "unit": 100, "forex_buying": "30.7666"}
    euro = {"currency": "EUR", "unit": 1, "forex_buying": "55.7981"}
    data = {"published_on": "2026-11-20", "bulletin": "2026/200", "rates": [yen, euro]}
    bulletin = said("rates/tcmb", "rates.published.v1", "jpy", data)
    journey = [Arrival(one.subject, one.body.replace(b'"EUR"', b'"JPY"'), one.token) for one in story(0, claim=False)]
    await intake.take([bulletin, *journey])
    lines = await books(connections).lines(CLAIM, TODAY)
    assert lines is not None
    assert [(one.rate.currency, str(one.rate.rate), str(one.value_try)) for one in lines.valued] == [
        ("JPY", "0.307666", "12.92")
    ]
    assert lines.sheet.exported_try == Decimal("12.92")


async def test_the_closing_day_decides_over_the_period(intake: Intake, connections: Pool) -> None:
    """Invoice of 30 September, ETGB of 1 October, intaç on 3 November: November's claim, valued by Monday's bulletin."""
    days = {b'"2026-11-20"': b'"2026-09-30"', b'"2026-11-21"': b'"2026-10-01"', b'"2026-11-22"': b'"2026-11-03"'}
    journey = []
    for one in story(0, claim=False):
        body = one.body
        for told_on, meant in days.items():
            body = body.replace(told_on, meant)
        journey.append(Arrival(one.subject, body, one.token))
    await intake.take([rates("2026-11-02", "50", 180), *journey])
    sheet = await books(connections).one(CLAIM, TODAY)
    assert sheet is not None
    assert (sheet.claim.period, sheet.shipments, sheet.exported_try) == ("2026-11", 1, Decimal("2100.00"))


async def test_a_rate_that_is_not_known_is_said_and_not_guessed(intake: Intake, connections: Pool) -> None:
    """Without Friday's bulletin nothing is exported in TRY; the days are named."""
    await intake.take(list(gathered(1)))
    sheet = await books(connections).one(CLAIM, TODAY)
    assert sheet is not None
    assert (sheet.exported_try, sheet.unvalued) == (Decimal("0.00"), {"EUR": [date(2026, 11, 22)]})
    assert {item.check for item in sheet.checklist if not item.met} >= {Check.RATES, Check.INVOICE_XML}


async def test_a_rate_that_one_claim_lacks_is_not_said_of_another(intake: Intake, connections: Pool) -> None:
    """Closed on one day, invoiced on two, and the rate of one of them is known: the other claim alone waits for one."""
    lacking = [
        Arrival(one.subject, one.body.replace(b'"issued_on":"2026-11-20"', b'"issued_on":"2026-11-10"'), one.token)
        for one in story(1, SELLERS[1], claim=False)
    ]
    await intake.take([rates("2026-11-19", "54", 1), *gathered(1), *lacking])
    sheets = {sheet.claim.seller: sheet for sheet in await books(connections, RatePolicy.INVOICE_DATE).listed(TODAY)}
    assert {seller: sheet.unvalued for seller, sheet in sheets.items()} == {
        SELLER: {},
        SELLERS[1]: {"EUR": [date(2026, 11, 22)]},
    }
    assert sheets[SELLER].exported_try == Decimal("2268.00")


async def test_a_purchase_for_a_shipment_without_a_rate_is_in_the_lines(intake: Intake, connections: Pool) -> None:
    """One shipment has its rate, the other's bulletin is missing: what was bought for that one counts, within the ceiling."""
    late = [one for one in story(1, claim=False) if b"etgb.closed.v1" not in one.body]
    closed = said("customs/feed", "etgb.closed.v1", "c", {"number": etgb_number(1), "closed_on": "2026-11-26"})
    await intake.take([FRIDAY, *gathered(1), *late, closed])
    await intake.take([bought("A", vat="100.00", shipment={"id": known_id(1)}), bought("B", vat="50.00")])
    lines = await books(connections).lines(CLAIM, TODAY)
    assert lines is not None
    assert (len(lines.valued), lines.sheet.refundable_try) == (1, Decimal("150.00"))
    assert lines.cut.by_shipment == {UUID(known_id(1)): Decimal("100.00"), UUID(known_id(0)): Decimal("50.00")}


async def test_the_checklist_names_the_shipments(intake: Intake, connections: Pool) -> None:
    """One whose ETGB says 47.00 for 42.00 EUR is off by more than 5 %; none of the invoices' XML is here."""
    off = [said("courier/pts", "etgb.issued.v1", "off", {
        "number": etgb_number(1), "registered_on": "2026-11-21", "courier": "pts",
        "lines": [{"shipment": {"id": known_id(1)}, "amount": "47.00", "currency": "EUR"}]})]  # fmt: skip
    journey = [one for one in story(1, claim=False) if b"etgb.issued.v1" not in one.body]
    await intake.take([FRIDAY, *gathered(1), *journey, *off])
    sheet = await books(connections).one(CLAIM, TODAY)
    assert sheet is not None
    found = {item.check: item for item in sheet.checklist}
    assert found[Check.AMOUNTS].shipments == (UUID(known_id(1)),)
    assert found[Check.INVOICE_XML].count == 2
    assert found[Check.ETGB].met
    assert found[Check.VEDOP].met


async def test_an_amount_that_was_corrected_is_off_no_more(intake: Intake, connections: Pool) -> None:
    """The ETGB said 47.00 for 42.00 EUR, then is told again as it should be; a wrong one after that changes nothing."""

    def issued(name: str, amount: str) -> Arrival:
        line = {"shipment": {"id": known_id(1)}, "amount": amount, "currency": "EUR"}
        data = {"number": etgb_number(1), "registered_on": "2026-11-21", "courier": "pts", "lines": [line]}
        return said("courier/pts", "etgb.issued.v1", name, data)

    journey = [one for one in story(1, claim=False) if b"etgb.issued.v1" not in one.body]
    await intake.take([FRIDAY, *journey, issued("off", "47.00")])
    assert await off_by_amount(connections) == 1
    await intake.take([issued("right", "42.10")])
    assert await off_by_amount(connections) == 0
    await intake.take([issued("old", "47.00")])
    assert await off_by_amount(connections) == 0
    assert await connections.fetchval("SELECT amount FROM etgb_line") == Decimal("42.10")


async def test_an_amount_is_corrected_whatever_name_the_line_tells_its_shipment_by(intake: Intake, connections: Pool) -> None:
    """First by the order number, then by the tracking number: it is the same shipment's line."""
    journey = [one for one in story(1, claim=False) if b"etgb.issued.v1" not in one.body]
    tracked = {"courier": "pts", "tracking_number": "TRK1"}
    told_twice = [
        said("courier/pts", "etgb.issued.v1", name, {
            "number": etgb_number(1), "registered_on": "2026-11-21", "courier": "pts",
            "lines": [{"shipment": shipment, "amount": amount, "currency": "EUR"}]})
        for name, shipment, amount in (("off", {"id": known_id(1)}, "47.00"), ("right", tracked, "42.10"))
    ]  # fmt: skip
    await intake.take([FRIDAY, *journey, told_twice[0]])
    assert await off_by_amount(connections) == 1
    await intake.take(told_twice[1:])
    assert await off_by_amount(connections) == 0


@pytest.mark.parametrize(
    ("lines", "off"),
    [
        ([("20.00", "EUR"), ("22.00", "EUR")], False),  # 42.00 of 42.00, though neither line is near it
        ([("20.00", "EUR"), ("22.00", "")], False),  # no currency told: the invoice's
        ([("20.00", "EUR"), ("24.10", "EUR")], False),  # 5.0 % above
        ([("20.00", "EUR"), ("24.11", "EUR")], True),
        ([("42.00", "EUR"), ("42.00", "EUR")], True),  # each line agrees, their sum does not
        ([("20.00", "EUR"), ("22.00", "USD")], True),  # not to be summed up
        ([("42.00", "USD")], True),
    ],
)
async def test_checklist_and_dossier_hold_an_invoice_against_the_sum_of_its_etgbs_lines(
    intake: Intake, connections: Pool, lines: list[tuple[str, str]], off: bool
) -> None:
    """42.00 EUR on one invoice; the ETGB has it on one line or on several, by goods. The engine's item says the same of it."""
    journey = [one for one in story(0, claim=False) if b"etgb.issued.v1" not in one.body]
    issued = said(
        "courier/pts",
        "etgb.issued.v1",
        "by goods",
        {
            "number": etgb_number(0),
            "registered_on": "2026-11-21",
            "courier": "pts",
            "lines": [
                {"shipment": ref("order-0"), "amount": amount} | ({"currency": code} if code else {}) for amount, code in lines
            ],
        },
    )
    await intake.take([FRIDAY, *journey, issued])
    raised = await connections.fetchval(
        "SELECT count(*) FROM attention WHERE reason = 'etgb_amount_off' AND resolved_at IS NULL"
    )
    assert (raised, await off_by_amount(connections)) == (off, off)
    claim = await books(connections).lines(CLAIM, TODAY)
    assert claim is not None
    async with connections.acquire() as connection:
        papers = await claim_papers.of_claim(connection, CLAIM)
    (row,) = composing.composed(claim, papers, tolerance=Decimal("0.05"), deadline=date(2028, 12, 31)).matches
    outcome = report.verdict(row, Decimal("0.05"))
    assert (outcome in {report.BEYOND, report.OTHER_CURRENCY}) == off
    assert outcome != report.NOT_SAID


async def off_by_amount(pool: Pool) -> int:
    """Of how many shipments of the claim the ETGB says another amount."""
    sheet = await books(pool).one(CLAIM, TODAY)
    assert sheet is not None
    return {item.check: item.count for item in sheet.checklist}[Check.AMOUNTS]


async def test_a_supplementary_claim_has_its_own_purchases_and_what_is_left(intake: Intake, connections: Pool) -> None:
    """The first took 300.00 of 400.00 carried forward: of the second's 150.00 it is 100.00; the first keeps its figures."""
    await intake.take([FRIDAY, *gathered(1), bought("A", vat="300.00"), told(carried="400.00")])
    filed = {"claim": str(CLAIM), "petition_number": "P", "filed_on": "2026-11-24", "refundable": "300.00"}
    await intake.take([said("tax_office/ayse", "claim.filed.v1", "f", filed | {"exported": "2310.23"})])
    await intake.take([*story(1, claim=False), bought("B", vat="150.00")])
    first, second = sorted(await books(connections).listed(TODAY), key=lambda one: one.claim.supplement)
    assert (first.claim.status, first.refundable_try, first.checklist) == (ClaimStatus.FILED, Decimal("300.00"), [])
    assert [one.purchase.invoice_number for one in second.purchases] == ["B"]
    assert second.refundable_try == Decimal("100.00")


async def test_a_purchase_for_goods_of_a_filed_claim_goes_into_the_supplementary_one(intake: Intake, connections: Pool) -> None:
    """In no claim at first, and the filed one says so; a late shipment's claim takes it, by value, and keeps it."""
    await intake.take([FRIDAY, *gathered(1), bought("A", vat="300.00"), told(carried="4000.00")])
    filed = {"claim": str(CLAIM), "petition_number": "P", "filed_on": "2026-11-24", "refundable": "300.00"}
    await intake.take([said("tax_office/ayse", "claim.filed.v1", "f", filed | {"exported": "2310.23"})])
    await intake.take([bought("B", vat="40.00", shipment={"id": known_id(0)}), bought("C", vat="2.50")])
    lines = await books(connections).lines(CLAIM, TODAY)
    assert lines is not None
    assert lines.left_over == LeftOver(2, Decimal("42.50"))
    assert [one.purchase.invoice_number for one in lines.sheet.purchases] == ["A"]
    await intake.take([*story(1, claim=False)])
    lines, more = await books(connections).lines(CLAIM, TODAY), await books(connections).lines(SUPPLEMENT, TODAY)
    assert lines is not None
    assert more is not None
    assert lines.left_over is None
    assert more.cut.by_shipment == {UUID(known_id(1)): Decimal("42.50")}
    assert sum(more.cut.by_purchase.values()) == more.sheet.refundable_try == Decimal("42.50")
    (item,) = [one for one in more.sheet.checklist if one.check is Check.LATE_PURCHASES]
    assert (item.met, item.blocks, item.count) == (False, False, 1)
    assert "ek başvuruda" in readiness_texts.said(item)["tr"]
    filed = {"claim": str(SUPPLEMENT), "petition_number": "P2", "filed_on": "2026-11-25", "refundable": "42.50"}
    await intake.take([said("tax_office/ayse", "claim.filed.v1", "f2", filed)])
    after = await books(connections).lines(SUPPLEMENT, TODAY)
    assert after is not None
    assert after.cut == more.cut
    assert await connections.fetchval("SELECT count(*) FROM purchase WHERE claim IS NULL") == 0


@pytest.mark.parametrize(("lines", "asked"), [(None, "2.50"), ([{"line": 1, "quantity": "2"}], "22.50")])
async def test_a_late_purchase_for_goods_that_came_back_is_not_asked_for(
    intake: Intake, connections: Pool, lines: list[dict[str, Any]] | None, asked: str
) -> None:
    """The whole of them, or half by value (21.00 of 42.00), after the claim that they are in was filed: 40.00 or 20.00 less."""
    await intake.take([FRIDAY, *gathered(1), bought("A", vat="300.00"), told(carried="4000.00")])
    filed = {"claim": str(CLAIM), "petition_number": "P", "filed_on": "2026-11-24", "refundable": "300.00"}
    await intake.take([said("tax_office/ayse", "claim.filed.v1", "f", filed | {"exported": "2310.23"})])
    await intake.take([bought("B", vat="40.00", shipment={"id": known_id(0)}), bought("C", vat="2.50")])
    back = {"shipment": {"id": known_id(0)}, "reason": "kırık"} | ({"lines": lines} if lines else {})
    await intake.take([said("ops/ayse", "shipment.return_goods.v1", "back", back)])
    await intake.take([*story(1, claim=False)])
    more = await books(connections).lines(SUPPLEMENT, TODAY)
    assert more is not None
    assert more.sheet.refundable_try == Decimal(asked)


@pytest.mark.parametrize(
    ("lines", "left"),
    [
        (None, LeftOver(1, Decimal("2.50"))),
        ([{"line": 1, "quantity": "2"}], LeftOver(2, Decimal("22.50"))),
        ([{"line": 1, "quantity": "1"}], LeftOver(2, Decimal("32.50"))),
    ],
)
async def test_what_is_left_over_leaves_out_what_came_back(
    intake: Intake, connections: Pool, lines: list[dict[str, Any]] | None, left: LeftOver
) -> None:
    """Told after the claim was filed, 40.00 of VAT for goods that came back whole, by half, or by a quarter."""
    await intake.take([FRIDAY, *gathered(1), bought("A", vat="300.00"), told(carried="4000.00")])
    filed = {"claim": str(CLAIM), "petition_number": "P", "filed_on": "2026-11-24", "refundable": "300.00"}
    await intake.take([said("tax_office/ayse", "claim.filed.v1", "f", filed | {"exported": "2310.23"})])
    await intake.take([bought("B", vat="40.00", shipment={"id": known_id(0)}), bought("C", vat="2.50")])
    back = {"shipment": {"id": known_id(0)}, "reason": "kırık"} | ({"lines": lines} if lines else {})
    await intake.take([said("ops/ayse", "shipment.return_goods.v1", "back", back)])
    found = await books(connections).lines(CLAIM, TODAY)
    assert found is not None
    assert found.left_over == left


async def test_pages_of_claims_follow_each_other(intake: Intake, connections: Pool) -> None:
    """The newest period first; filters by seller, period and status."""
    await intake.take(list(gathered(1)))
    await intake.take(list(story(1, "4540536920", claim=False)))
    first = await books(connections).listed(TODAY, limit=1)
    rest = await books(connections).listed(TODAY, after=(first[0].claim.period, first[0].claim.id))
    assert {one.claim.seller for one in (*first, *rest)} == {SELLER, "4540536920"}
    assert not await books(connections).listed(TODAY, status="filed")
    assert len(await books(connections).listed(TODAY, seller=SELLER, period="2026-11", status="open")) == 1


async def test_a_claim_is_told_without_its_lines_as_with_them(intake: Intake, connections: Pool) -> None:
    """Open, with a shipment whose rate is not known, filed, and with goods to be given back: the same, rates and all."""
    calls: list[str] = []

    class Watched:
        """The pool, as it is asked."""

        def __getattr__(self, name: str) -> Any:
            method = getattr(connections, name)

            async def ask(query: str, *values: Any) -> Any:
                calls.append(query)
                return await method(query, *values)

            return ask

    watched: Any = Watched()

    async def same() -> bool:
        """Whether its lines were read for it."""
        calls.clear()
        outline = await books(watched).outline(CLAIM, TODAY)
        read = claim_queries.LINES in calls
        lines = await books(connections).lines(CLAIM, TODAY)
        assert outline is not None
        assert lines is not None
        whole = lines.outline()
        assert (outline.rates, outline.to_reverse, outline.left_over) == (whole.rates, whole.to_reverse, whole.left_over)
        assert listing.details(outline, [], [], BOOK, TODAY) == listing.details(whole, [], [], BOOK, TODAY)
        return read

    assert await books(connections).outline(CLAIM, TODAY) is None
    await intake.take([*gathered(3), bought("A", vat="800.01")])
    assert not await same()
    await intake.take([FRIDAY, told(carried="5000.00")])
    assert not await same()
    filed = {"claim": str(CLAIM), "petition_number": "D-1", "filed_on": "2026-12-01"}
    await intake.take([said("tax_office/ayse", "claim.filed.v1", "f", filed)])
    await intake.take([said("ops/ayse", "shipment.return_goods.v1", "r", {"shipment": ref("order-1"), "reason": "refused"})])
    await same()
    rejected = {"claim": str(CLAIM), "status": "rejected", "on": "2026-12-03", "note": "a record is missing"}
    await intake.take([said("tax_office/ayse", "claim.progressed.v1", "p", rejected)])
    await same()


async def test_ten_thousand_shipments_are_read_in_seconds(intake: Intake, connections: Pool) -> None:
    """The claim's shipments are written beside the engine here, to have so many; one sheet and all its lines."""
    await intake.take([FRIDAY, *gathered(1), bought("A", vat="5000.00"), told(carried="900000.00")])
    await connections.execute(
        """INSERT INTO shipment SELECT (jsonb_populate_record(s, jsonb_build_object('id', gen_random_uuid(),
               'reference', 'x' || n, 'invoice_number', 'ABC2026' || lpad((n + 10)::text, 9, '0')))).*
           FROM shipment s, generate_series(1, 9999) n"""
    )
    await connections.execute(
        "INSERT INTO shipment_key SELECT 'claim:' || claim, id, seller FROM shipment ON CONFLICT DO NOTHING"
    )
    await connections.execute(
        """INSERT INTO etgb_line (etgb, line_no, key, amount, currency, shipment)
           SELECT etgb_number, 10 + row_number() OVER (ORDER BY id), 'id:' || id, 42, 'EUR', id FROM shipment"""
    )
    await connections.execute("ANALYZE")
    began = time.perf_counter()
    lines = await books(connections).lines(CLAIM, TODAY)
    took = time.perf_counter() - began
    assert lines is not None
    assert len(lines.valued) == lines.sheet.shipments == 10_000
    assert sum(one.value_try for one in lines.valued) == lines.sheet.exported_try == Decimal("23102300.00")
    assert sum(lines.cut.by_shipment.values()) == lines.sheet.refundable_try == Decimal("5000.00")
    assert took < 15, took


_LINES = "SELECT * FROM claim_line ORDER BY shipment"


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ("UPDATE etgb SET overdue = overdue", "etgb"),
        ("UPDATE etgb_line SET taken_off = taken_off", "shipment"),
        (
            """INSERT INTO transition
                   (shipment, sequence, origin, target, trigger, occurred_at, recorded_at, source, message_id, begun_at,
                    seller)
               SELECT id, 99, 'invoiced', 'handed_to_courier', 'hand_over', now(), now(), 'engine/timer', 'x', created_at,
                   seller FROM shipment ORDER BY id LIMIT 1""",
            "shipment",
        ),
    ],
)
async def test_a_change_finds_its_lines_by_their_key(
    database_url: str, intake: Intake, connections: Pool, change: str, key: str
) -> None:
    """Without statistics too, as in a young database: else each change costs what all lines of all claims do."""
    await intake.take(list(gathered(2)))
    assert await connections.fetchval("SELECT count(*) FROM claim_line") == 2
    plans = await plans_of(database_url, change)
    [found] = [plan for plan in plans if "write_claim_lines(array_agg(DISTINCT" in plan]
    assert f"Index Cond: ({key} = ANY" in found, found


async def test_what_a_claim_counts_follows_all_that_it_is_made_of(intake: Intake, connections: Pool) -> None:
    """After every message and document each line is what it would be if it were written anew, in whatever batches they come."""

    async def agree() -> list[Any]:
        found = await connections.fetch(_LINES)
        await connections.execute("SELECT write_claim_lines(array_agg(id)) FROM shipment")
        assert await connections.fetch(_LINES) == found
        members = await connections.fetch("SELECT id, claim FROM shipment WHERE claim IS NOT NULL ORDER BY id")
        assert [(row["shipment"], row["claim"]) for row in found] == [tuple(row) for row in members]
        return list(found)

    for arrival in gathered(2):
        await intake.take([arrival])
        await agree()
    await intake.take(list(gathered(6)))
    lines = await agree()
    assert len(lines) == 6
    assert {tuple(row["lacks"]) for row in lines} == {("invoice_xml",)}
    document = """INSERT INTO document (shipment, kind, name, media_type, sha256, size, created_at, keep_until, seller)
                  SELECT id, 'invoice_xml', 'a.xml', 'application/xml', 'aa', 1, now(), '2036-01-01', seller
                  FROM shipment WHERE id = $1"""
    await connections.execute(document, lines[0]["shipment"])
    assert (await agree())[0]["lacks"] == []
    await connections.execute("DELETE FROM document")
    assert (await agree())[0]["lacks"] == ["invoice_xml"]
    number = await connections.fetchval("SELECT etgb_number FROM shipment WHERE id = $1", lines[0]["shipment"])
    await connections.execute("UPDATE etgb_line SET amount = amount + 1 WHERE etgb = $1", number)
    assert (await agree())[0]["apart"] == 1
    back = {"shipment": {"id": str(lines[1]["shipment"])}, "reason": "came back"}
    await intake.take([said("ops/ayse", "shipment.return_goods.v1", "back", back)])
    assert lines[1]["shipment"] not in {row["shipment"] for row in await agree()}
    await intake.take([said("courier/pts", "etgb.cancelled.v1", "off", {"number": number, "reason": "registered twice"})])
    assert (await agree())[0]["lacks"] == ["etgb", "invoice_xml"]
    await connections.execute("DELETE FROM shipment WHERE id = $1", lines[2]["shipment"])
    assert len(await connections.fetch(_LINES)) == len(await connections.fetch("SELECT FROM shipment WHERE claim IS NOT NULL"))
