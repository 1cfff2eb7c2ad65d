"""Claims in whatever order shipments, filings, rejections, corrections and returns come: a state machine over PostgreSQL.

After each step, of all claims as they are read: no shipment is in two of them, the sums over lines and over lists are those of
the claim to the kuruş, and neither a claim nor a period asks for more than any of its three bounds.
"""

import asyncio
from collections import Counter
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import asyncpg
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from adapters.database import pool as database
from adapters.entrypoints.embedded import Urls
from events.intake import Intake
from events.translate import Arrival
from tests.integration.conftest import renamed
from tests.integration.test_claim_books import FRIDAY, books, rates
from tests.integration.test_claims import bought
from tests.integration.test_engine import new_intake
from tests.law import BOOK
from tests.stories import SELLER, etgb_number, ref, said, story
from workflow.refund import MAY_BE_FILED, ClaimStatus, claim_id
from workflow.refund.period import stands
from workflow.refund.sheet import Lines
from workflow.refund.summary import summary
from workflow.values import to_cents

TODAY = date(2026, 12, 5)
CARRIED = Decimal("900.00")
"""Of which the claims of a period together ask for at most this: 20 % of six shipments of 2,310.23 TL are 2,772.28."""
RATE = Decimal("0.20")
PERIODS = ("2026-11", "2026-12")
DAYS = ("2026-11-22", "2026-11-24", "2026-12-01", "2026-12-02")
CLAIMS = [claim_id(SELLER, period, supplement) for period in PERIODS for supplement in range(6)]
ONE = st.integers(0, 59)
"""Which one, of however many there are: each number of up to six comes as often."""
NOTHING = Decimal("0.00")


class Finance(RuleBasedStateMachine):
    """One seller's orders, and all that may be told of their refunds."""

    urls: Urls
    template: str
    seen: Counter[str]

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.name = f"claims_{uuid4().hex[:12]}"
        self.count = 0
        self.arrived = 0
        self.bought: list[str] = []
        """One number for each invoice that was ever booked: the one that it was corrected to last."""
        self.ever: dict[str, dict[UUID, Decimal]] = {period: {} for period in PERIODS}
        self.runner.run(self._open())

    async def _open(self) -> None:
        admin = await asyncpg.connect(self.urls.database_url)
        await admin.execute(f'CREATE DATABASE "{self.name}" TEMPLATE "{self.template}"')
        await admin.close()
        self.pool: Any = await database.connect(renamed(self.urls.database_url, self.name), size=2)
        self.intake: Intake = new_intake(self.pool)
        self.books = books(self.pool)

    def _tell(self, *arrivals: Arrival) -> list[str]:
        """What became of each."""
        outcomes = self.runner.run(self.intake.take(list(arrivals)))
        return [outcome.state for outcome in outcomes]

    def _said(self, source: str, kind: str, **data: Any) -> Arrival:
        self.count += 1
        return said(source, kind, f"{kind} {self.count}", data)

    def _note(self, what: str, states: list[str]) -> None:
        self.seen[what] += states == ["applied"]

    @initialize()
    def begin(self) -> None:
        """Rates of both months, what is carried forward and the turnover of both; nothing of that changes later."""
        told = [
            self._said(
                "accounting/ayse", "vat_return.told.v1", seller=SELLER, period=one, carried=str(CARRIED), turnover="30000"
            )
            for one in PERIODS
        ]
        self._tell(FRIDAY, rates("2026-11-30", "55.1234", 206), *told)
        for _ in range(3):
            self.gather()
        self.correct(2, DAYS[1])
        self.buy(0, 40_000, "direct", apart=True)
        self.file(0)
        self.buy(0, 5_000, "general", apart=False)
        self.withdraw(1)

    @rule()
    def gather(self) -> None:
        """A shipment goes all the way into VEDOP; one that is late joins a supplementary claim."""
        if self.arrived < 6:
            self._tell(*story(self.arrived, claim=False))
            self.arrived += 1

    @rule(n=ONE, vat=st.integers(1, 60_000), kind=st.sampled_from(["direct", "general"]), apart=st.booleans())
    def buy(self, n: int, vat: int, kind: str, apart: bool) -> None:
        """A purchase for one order or for a period: direct, or a general expense that is shared by value."""
        self.count += 1
        more: dict[str, Any] = {"shipment": ref(f"order-{n % self.arrived}")} if apart and kind == "direct" else {}
        amount = str(Decimal(vat).scaleb(-2))
        states = self._tell(bought(f"A{self.count}", amount, kind=kind, net=str(vat), period=PERIODS[self.count % 2], **more))
        if states == ["applied"]:
            self.bought.append(f"A{self.count}")

    @rule(n=ONE)
    def withdraw(self, n: int) -> None:
        """A purchase is withdrawn; refused where a claim that stands was filed with it."""
        if self.bought:
            self._note("withdrawn", self._tell(self._withdrawn(self.bought[n % len(self.bought)])))

    def _withdrawn(self, number: str) -> Arrival:
        named = {"supplier_tax_number": "4540536920", "invoice_number": number}
        return self._said("accounting/ayse", "purchase.withdrawn.v1", seller=SELLER, reason="a mistake", **named)

    @rule(n=ONE, vat=st.integers(1, 60_000), renamed=st.booleans())
    def rebook(self, n: int, vat: int, *, renamed: bool) -> None:
        """A purchase is corrected to other VAT, under its number or another one; one that was withdrawn counts again."""
        if not self.bought:
            return
        self.count += 1
        number = self.bought[n % len(self.bought)]
        right = {
            "supplier": {"tax_number": "4540536920", "name": "Tedarik A.Ş."},
            "invoice_number": f"A{self.count}" if renamed else number,
            "issued_on": "2026-11-03",
            "period": PERIODS[n % 2],
            "net": str(vat),
            "vat": str(Decimal(vat).scaleb(-2)),
        }
        named = {"supplier_tax_number": "4540536920", "invoice_number": number}
        told = self._said("accounting/ayse", "purchase.corrected.v1", seller=SELLER, corrects=named, reason="a typo", **right)
        states = self._tell(told)
        self._note("rebooked", states)
        if renamed and states == ["applied"]:
            self.bought[self.bought.index(number)] = f"A{self.count}"

    def _among(self, place: int, *statuses: ClaimStatus) -> UUID | None:
        """A claim in one of these statuses."""
        query = "SELECT id FROM claim WHERE status = ANY($1::text[]) ORDER BY period, supplement"
        found = self.runner.run(self.pool.fetch(query, list(statuses)))
        return UUID(int=found[place % len(found)]["id"].int) if found else None

    @rule(place=ONE)
    def file(self, place: int) -> None:
        """A claim is filed, or filed again, by what it comes to; what it exports by then is remembered.

        The batch of the filing withdraws a purchase, and pays more than the claim comes to: neither touches what is filed. Of a
        claim that comes to nought it is not known what it asks for, so the payment counts.
        """
        claim = self._among(place, *MAY_BE_FILED)
        before = None if claim is None else self.runner.run(self.books.lines(claim, TODAY))
        if before is None or not before.valued:
            return
        self.count += 1
        filed = {"petition_number": f"P-{self.count}", "filed_on": "2026-11-24"}
        asked = before.sheet.calculation.refundable_try
        paid = {"status": "paid", "on": "2026-11-25", "amount": str(asked + Decimal("0.01"))}
        number = self.bought[place % len(self.bought)] if self.bought else "none"
        states = self._tell(
            self._said("tax_office/ayse", "claim.filed.v1", claim=str(claim), **filed),
            self._withdrawn(number),
            self._said("tax_office/x", "claim.progressed.v1", claim=str(claim), **paid),
        )
        self._note("refiled" if before.sheet.claim.status is ClaimStatus.REJECTED else "filed", states[:1])
        self.seen["kept beside a filing"] += states[1] == "refused"
        kept = self.runner.run(self.pool.fetchrow("SELECT refundable_try, paid_try FROM claim WHERE id = $1", claim))
        assert (states[2], *kept) == (("refused", asked, None) if asked else ("applied", None, Decimal("0.01")))
        ever = self.ever[before.sheet.claim.period]
        ever |= {one.export.shipment: max(one.value_try, ever.get(one.export.shipment, NOTHING)) for one in before.valued}

    def _progress(self, place: int, statuses: tuple[ClaimStatus, ...], **told: Any) -> list[str]:
        claim = self._among(place, *statuses)
        if claim is None:
            return []
        return self._tell(self._said("tax_office/x", "claim.progressed.v1", claim=str(claim), on="2026-11-25", **told))

    @rule(place=ONE)
    def reject(self, place: int) -> None:
        """The tax office rejects a claim."""
        self._note("rejected", self._progress(place, (ClaimStatus.FILED,), status="rejected", note="no record"))

    @rule(place=ONE)
    def deny(self, place: int) -> None:
        """The tax office rejects a claim, which is filed again at once."""
        self.reject(place)
        self.file(place)

    @rule(place=ONE, amount=st.integers(1, 20_000))
    def reverse(self, place: int, amount: int) -> None:
        """A part of what a claim asked for is given back."""
        standing = (ClaimStatus.FILED, ClaimStatus.REVERSED)
        told = {"status": "reversed", "amount": str(Decimal(amount).scaleb(-2)), "note": "returned"}
        self._note("reversed", self._progress(place, standing, **told))

    @rule(n=ONE, day=st.sampled_from(DAYS))
    def correct(self, n: int, day: str) -> None:
        """A person corrects a closing day: within the month, or into the other."""
        fixed = {"number": etgb_number(n % self.arrived), "closed_on": day, "reason": "customs"}
        self._note("corrected", self._tell(self._said("ops/ayse", "etgb.correct_closing.v1", **fixed)))

    @rule(n=ONE, line=st.integers(1, 2), quantity=st.sampled_from(["0.5", "1", "2"]))
    def part_back(self, n: int, line: int, quantity: str) -> None:
        """Some of a line comes back, before a filing or after it."""
        back = {"reason": "broken", "lines": [{"line": line, "quantity": quantity}]}
        told = self._said("ops/ayse", "shipment.return_goods.v1", shipment=ref(f"order-{n % self.arrived}"), **back)
        self._note("part back", self._tell(told))

    @rule(n=ONE)
    def all_back(self, n: int) -> None:
        """All of a shipment comes back."""
        if n < 20:  # else nothing would be left to claim
            told = self._said(
                "ops/ayse", "shipment.return_goods.v1", shipment=ref(f"order-{n % self.arrived}"), reason="refused"
            )
            self._note("all back", self._tell(told))

    @invariant()
    def all_adds_up(self) -> None:
        """The books as they are read now."""
        self.runner.run(self._look())

    async def _look(self) -> None:
        claims = [lines for one in CLAIMS if (lines := await self.books.lines(one, TODAY)) is not None]
        await self._nothing_twice(claims)
        for lines in claims:
            _sums(lines)
            outline, whole = await self.books.outline(lines.sheet.claim.id, TODAY), lines.outline()
            assert outline is not None
            assert (outline.rates, outline.to_reverse) == (whole.rates, whole.to_reverse)
        for period in PERIODS:
            self._period([lines for lines in claims if lines.sheet.claim.period == period], period)
        listed = await self.books.of_year(SELLER, 2026, TODAY)
        told = summary(SELLER, 2026, listed, BOOK, TODAY)["total"]
        assert told["refundable_try"] == f"{sum((one.sheet.refundable_try for one in claims), NOTHING):.2f}"
        assert told["exported_try"] == f"{sum((one.sheet.exported_try for one in claims), NOTHING):.2f}"
        over = (
            "SELECT count(*) FROM (SELECT purchase, sum(borne_try) AS borne FROM claim_purchase GROUP BY 1) b JOIN purchase p"
        )
        assert await self.pool.fetchval(f"{over} ON p.id = b.purchase WHERE b.borne > p.vat_try") == 0
        kept = "SELECT count(*) FROM {} WHERE id IN (SELECT {} FROM {})"
        assert await self.pool.fetchval(kept.format("purchase", "id", "purchase_withdrawn")) == 0
        assert await self.pool.fetchval(kept.format("purchase_withdrawn", "purchase", "claim_purchase")) == 0
        assert await self.pool.fetchval("SELECT count(*) FROM purchase") <= len(self.bought)

    async def _nothing_twice(self, claims: list[Lines]) -> None:
        """Neither by the engine's own keys, nor by what the claims that stand were filed with."""
        twice = (
            "SELECT count(*) FROM (SELECT 1 FROM shipment_key WHERE key LIKE 'claim:%' GROUP BY shipment HAVING count(*) > 1) t"
        )
        assert await self.pool.fetchval(twice) == 0
        apart = """SELECT count(*) FROM shipment s WHERE s.claim IS NOT NULL AND NOT EXISTS (
            SELECT FROM shipment_key k WHERE (k.key, k.shipment) = ('claim:' || s.claim, s.id))"""
        assert await self.pool.fetchval(apart) == 0
        lost = """SELECT count(*) FROM shipment WHERE stage IN ('vedop_transferred', 'refund_filed') AND claim IS NULL"""
        assert await self.pool.fetchval(lost) == 0
        held = Counter(one.export.shipment for lines in claims if not _given_back(lines) for one in lines.valued)
        assert all(count == 1 for count in held.values()), held

    def _period(self, claims: list[Lines], period: str) -> None:
        """All that stands of a period asks for no more than what it carries forward, and 20 % of all that was ever filed."""
        asked = sum((one.sheet.refundable_try for one in claims if stands(one.sheet.claim)), NOTHING)
        assert asked <= CARRIED
        assert asked <= to_cents(sum(self.ever[period].values(), NOTHING) * RATE)

    def teardown(self) -> None:
        """Close and forget."""
        try:
            self.runner.run(self._close())
        finally:
            self.runner.close()

    async def _close(self) -> None:
        await self.pool.close()
        admin = await asyncpg.connect(self.urls.database_url)
        await admin.execute(f'DROP DATABASE "{self.name}" WITH (FORCE)')
        await admin.close()


def _given_back(lines: Lines) -> bool:
    """Whether a claim was reversed as a whole: its goods may be asked for by none, and are not twice if they are."""
    return lines.sheet.claim.status is ClaimStatus.REVERSED and not lines.sheet.claim.partly_reversed


def _sums(lines: Lines) -> None:
    """Of one claim, to the kuruş; and its three bounds."""
    sheet, made = lines.sheet, lines.sheet.calculation
    assert sum((one.value_try for one in lines.valued), NOTHING) == made.exported_try == sheet.exported_try
    assert sum(sheet.by_rate.values(), NOTHING) == made.exported_try
    assert sum((one.value_try for one in sheet.exported), NOTHING) == made.exported_try
    assert sum((one.vat_try for one in sheet.purchases), NOTHING) == made.incurred_try
    cut = sum(lines.cut.by_shipment.values(), NOTHING), sum(lines.cut.by_purchase.values(), NOTHING)
    assert cut == (made.refundable_try, made.refundable_try)
    assert sheet.refundable_try == made.refundable_try
    bounds = [made.incurred_try, made.ceiling_try, *([] if made.carried_try is None else [made.carried_try])]
    assert all(NOTHING <= made.refundable_try <= bound for bound in bounds), made
    gross = sum((to_cents(one.export.amount * one.rate.rate) for one in lines.valued), NOTHING)
    assert gross - made.back_try == made.exported_try


def test_no_order_of_events_counts_anything_twice_or_above_its_bounds(urls: Urls, template: str) -> None:
    """Some twenty steps in each of some orders; all kinds of them happened."""
    Finance.urls, Finance.template, Finance.seen = urls, template, Counter()
    run_state_machine_as_test(
        Finance,
        settings=settings(
            max_examples=12,
            stateful_step_count=24,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            database=None,
            derandomize=True,
        ),
    )
    wanted = {"filed", "refiled", "rejected", "corrected", "part back", "all back", "reversed", "withdrawn", "rebooked"}
    wanted |= {"kept beside a filing"}
    assert wanted <= {what for what, count in Finance.seen.items() if count}
