"""Claims as they stand now: rows of the database put through the business's own calculation, many claims at a time."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any
from uuid import UUID

from adapters.database import claim_queries, claim_statements, filings, rates, reversals, rows
from adapters.database.seller_lock import sellers
from workflow.bulletins import RATE_ERRORS, Bulletins
from workflow.refund import (
    MAY_BE_FILED,
    Charged,
    Claim,
    ClaimStatus,
    Export,
    Purchase,
    RatePolicy,
    RateUsed,
    VatReturn,
    as_filed,
    attribute,
    bulletin_wanted,
    in_try,
    terms,
)
from workflow.refund.calculation import NOTHING
from workflow.refund.checklist import checklist
from workflow.refund.period import calculate_all
from workflow.refund.readiness import Check, Lacking, Looked, Unplaced
from workflow.refund.sheet import Figures, Filing, InCurrency, LeftOver, Lines, Outline, Sheet
from workflow.refund.unclaimed import Unclaimed, Why
from workflow.refund.valuation import TURKISH_LIRA
from workflow.refund.waiting import Waiting
from workflow.rules.law import WALK_BACK_DAYS, LawBook
from workflow.values import to_cents

Wanted = tuple[str, date, date | None]
"""A currency, the closing day, and the day of the invoice where the policy asks for it."""


class ClaimBooks:
    """Reads claims by the law and the policies of an installation."""

    def __init__(self, pool: rates.Reading, law: LawBook, policy: RatePolicy, tolerance: Decimal) -> None:
        """Read from a pool or in a transaction; ``tolerance`` is the share by which an ETGB may differ from the invoice."""
        self._pool, self._law, self._policy, self._tolerance = pool, law, policy, tolerance
        self._instead: tuple[list[UUID], str] | None = None

    def instead(self, gone: Sequence[UUID], booked: Sequence[Purchase]) -> "ClaimBooks":
        """The books as if some purchases were not there, and others were booked; nothing is written."""
        books = ClaimBooks(self._pool, self._law, self._policy, self._tolerance)
        books._instead = (list(gone), rows.json_text([claim_statements.purchase_document(one) for one in booked]))
        return books

    async def listed(
        self,
        today: date,
        *,
        seller: str = "",
        period: str = "",
        status: str = "",
        limit: int = 50,
        after: tuple[str, UUID] | None = None,
    ) -> list[Sheet]:
        """A page of claims, the newest period first; ``after`` is the period and id where the page before ended."""
        beyond = after or (None, None)
        found = await self._pool.fetch(claim_queries.CLAIMS, seller, period, status, *beyond, limit, list(sellers()))
        return await self._sheets([rows.claim(row) for row in found], today)

    async def sellers(self, most: int, only: str = "") -> list[dict[str, Any]]:
        """The first of those with claims or closed ETGBs that wait for VEDOP, or one of them; their years, newest first."""
        return [dict(row) for row in await self._pool.fetch(claim_queries.SELLERS, only, most, list(sellers()))]

    async def name(self, seller: str) -> str:
        """What a seller is called; empty where nothing of it says so."""
        return next((one["name"] for one in await self.sellers(1, seller)), "")

    async def of_year(self, seller: str, year: int, today: date) -> list[Sheet]:
        """All claims of a seller's year, the oldest first."""
        found = await self._pool.fetch(claim_queries.OF_YEAR, seller, f"{year:04d}-01", f"{year:04d}-12")
        return await self._sheets([rows.claim(row) for row in found], today)

    async def unsettled(self, sellers: Sequence[str], today: date) -> dict[str, list[Sheet]]:
        """The claims of sellers of which anything may still come or lapse, by seller."""
        found: dict[str, list[Sheet]] = {}
        kept = await self._pool.fetch(claim_queries.UNSETTLED, list(sellers))
        for sheet in await self._sheets([rows.claim(row) for row in kept], today):
            found.setdefault(sheet.claim.seller, []).append(sheet)
        return found

    async def outside(self, seller: str, year: int) -> list[Waiting]:
        """What a seller exported in a year and is in no claim, its ETGB not being seen in VEDOP."""
        return (await self.waiting([seller], date(year, 1, 1), date(year, 12, 31))).get(seller, [])

    async def waiting(self, sellers: Sequence[str], since: date = date.min, until: date = date.max) -> dict[str, list[Waiting]]:
        """The same of sellers, by seller; of the ETGBs that were closed on one of these days."""
        by_invoice = self._policy is RatePolicy.INVOICE_DATE
        rows_out = await self._pool.fetch(claim_queries.OUTSIDE, list(sellers), since, until, by_invoice)
        used = await self._rates(self._policy, {(row["currency"], row["closed_on"], row["invoiced_on"]) for row in rows_out})
        found: dict[str, list[Waiting]] = {}
        for row in rows_out:
            rate = used.get((row["currency"], row["closed_on"], row["invoiced_on"]))
            value = None if rate is None else to_cents(row["amount"] * rate.rate)
            one = Waiting(row["closed_on"], row["currency"], frozenset(row["etgbs"]), row["shipments"], row["amount"], value)
            found.setdefault(row["seller"], []).append(one)
        return found

    async def apart(self, seller: str, year: int) -> list[Unclaimed]:
        """What a seller bought in a year and counts in no claim, by period and reason."""
        found = await self._pool.fetch(claim_queries.UNCLAIMED_SUMS, seller, f"{year:04d}-01", f"{year:04d}-12")
        return [Unclaimed(row["period"], Why(row["why"]), row["count"], row["vat_try"]) for row in found]

    async def one(self, claim: UUID, today: date) -> Sheet | None:
        """One claim."""
        row = await self._pool.fetchrow(claim_queries.ONE, claim, list(sellers()))
        return None if row is None else (await self._sheets([rows.claim(row)], today, anew=True))[0]

    async def earlier(self, seller: str, period: str, today: date) -> list[Sheet]:
        """A seller's claims of the periods before one that may still be filed: what they come to, without checklists."""
        found = await self._pool.fetch(claim_queries.EARLIER, seller, period, sorted(MAY_BE_FILED))
        return await self._sheets([rows.claim(row) for row in found], today, look=False)

    async def before(self, seller: str, year: int, today: date) -> list[Sheet]:
        """A seller's claims of the years before one that may still be filed."""
        return await self.earlier(seller, f"{year:04d}-01", today)

    async def moves(self, claim: UUID) -> list[dict[str, Any]]:
        """What was told of a claim, oldest first; that it was opened is told once."""
        found = [dict(row) for row in await self._pool.fetch(claim_queries.MOVES, claim)]
        return [row for place, row in enumerate(found) if not place or row["status"] != ClaimStatus.OPEN]

    async def of_purchases(self, seller: str, purchases: Sequence[Purchase], today: date) -> list[Sheet]:
        """The claims of a seller that may bear purchases, booked or not."""
        periods = sorted({one.period for one in purchases})
        shipments = sorted({one.shipment for one in purchases if one.shipment is not None})
        found = await self._pool.fetch(claim_queries.OF_PURCHASES, seller, periods, shipments)
        return await self._sheets([rows.claim(row) for row in found], today)

    async def vat_returns(self, seller: str) -> list[dict[str, Any]]:
        """What was told of a seller's VAT returns, the oldest first, and by whom."""
        return [dict(row) for row in await self._pool.fetch(claim_queries.VAT_RETURNS, [seller], ["0000-00"])]

    async def outline(self, claim: UUID, today: date) -> Outline | None:
        """One claim without its lines: they are read only where it stands as filed, or something of it is to be reversed."""
        sheet = await self.one(claim, today)
        if sheet is None:
            return None
        if sheet.filed is not None or await self._pool.fetchval(claim_queries.COMES_BACK, claim):
            return (await self._lines(sheet)).outline()
        return Outline(sheet, frozenset(sheet.rates), left_over=await self._left_over(claim))

    async def lines(self, claim: UUID, today: date) -> Lines | None:
        """One claim line by line."""
        sheet = await self.one(claim, today)
        return None if sheet is None else await self._lines(sheet)

    async def _lines(self, sheet: Sheet) -> Lines:
        claim = sheet.claim.id
        if sheet.filed is not None:
            return await self._as_filed(sheet)
        found = await self._pool.fetch(claim_queries.LINES, claim)
        exports = [Export(UUID(int=row[0].int), *list(row)[1:12]) for row in found]
        wanted = {_wanted(sheet.policy, one.currency, one.closed_on, one.invoiced_on) for one in exports}
        used = await self._rates(sheet.policy, wanted)
        valued = [
            in_try(one, rate)
            for one in exports
            if (rate := used.get(_wanted(sheet.policy, one.currency, one.closed_on, one.invoiced_on))) is not None
        ]
        returned = frozenset(UUID(int=row["id"].int) for row in found if row["stage"] == "returned")
        known = {one.export.shipment for one in valued}
        named = {one.purchase.shipment for one in sheet.purchases if one.purchase.shipment is not None}
        unvalued = sorted((named | {one.shipment for one in exports}) - known)
        cut = attribute(sheet.calculation, sheet.purchases, valued, unvalued)
        back = await reversals.of(self._pool, claim, cut.by_shipment)
        return Lines(sheet, tuple(valued), cut, returned, frozenset(back), back, await self._left_over(claim))

    async def _left_over(self, claim: UUID) -> LeftOver | None:
        left = await self._pool.fetchrow(claim_queries.LEFT_OVER, claim)
        return LeftOver(left["count"], left["vat_try"]) if left is not None and left["count"] else None

    async def filings(self, claim: UUID) -> list[Filing]:
        """The filings of a claim that were kept, the first one first."""
        return await filings.of(self._pool, claim)

    async def as_filed(self, claim: UUID, version: int) -> Lines | None:
        """A claim line by line as it was filed that time, without what was learnt since; ``None`` where that is not kept.

        Raises:
            FilingDamagedError: what is kept is not what its sum says.
        """
        row = await self._pool.fetchrow(claim_queries.ONE, claim, list(sellers()))
        filing = next((one for one in await self.filings(claim) if one.version == version), None)
        if row is None or filing is None:
            return None
        return as_filed.lines_of(filings.read(await filings.kept(self._pool, claim, version)), filing, rows.claim(row))

    async def _as_filed(self, sheet: Sheet) -> Lines:
        """A claim by the lines that it was filed with; beside them, which of its goods came back since."""
        claim = sheet.claim
        filing = (await filings.of(self._pool, claim.id))[-1]
        found = filings.read(await filings.kept(self._pool, claim.id, filing.version))
        lines = as_filed.lines_of(found, filing, claim)
        lines.sheet.claim, lines.sheet.today = claim, sheet.today
        rows_back = await self._pool.fetch(claim_queries.RETURNED, claim.id)
        returned = frozenset(UUID(int=row["id"].int) for row in rows_back)
        back = await reversals.of(self._pool, claim.id, lines.cut.by_shipment)
        left_over = await self._left_over(claim.id)
        return replace(lines, returned=returned, to_reverse=frozenset(back), reversals=back, left_over=left_over)

    async def _sheets(self, claims: Sequence[Claim], today: date, *, anew: bool = False, look: bool = True) -> list[Sheet]:
        """Calculate claims, with those beside them of which they depend.

        Those that were filed stand by what was kept then, and cost nothing of what their shipments cost; unless it is asked
        for what they come to ``anew``. Checklists are made where somebody will ``look`` at them.
        """
        if not claims:
            return []
        kept = await self._kept(claims)
        sheets = {claim.id: Sheet(claim, self._policy_of(claim)) for claim in claims}
        wanted = [i for i, sheet in sheets.items() if anew or not _stands(sheet.claim, kept)]
        beside = [rows.claim(row) for row in await self._pool.fetch(claim_queries.BESIDE, wanted)] if wanted else []
        together = {claim.id: sheets.setdefault(claim.id, Sheet(claim, self._policy_of(claim))) for claim in beside}
        kept |= await self._kept([claim for claim in beside if claim.id not in kept])
        calculated = {i: sheet for i, sheet in together.items() if i in wanted or not _stands(sheet.claim, kept)}
        for policy in RatePolicy:
            await self._export({i: sheet for i, sheet in calculated.items() if sheet.policy is policy}, policy)
        await self._charge(together)
        calculate_all(sheets.values(), await self._vat_returns(beside), kept)
        for i in sheets.keys() - calculated.keys():
            sheets[i].today = None
        asked = {claim.id for claim in claims if look and claim.status in MAY_BE_FILED}
        await self._look({i: sheet for i, sheet in calculated.items() if i in asked}, today)
        return [sheets[claim.id] for claim in claims]

    async def _kept(self, claims: Iterable[Claim]) -> dict[UUID, Figures]:
        """What those of the claims that were filed were filed with, as far as it was kept."""
        return await filings.figures(self._pool, [claim.id for claim in claims if claim.status not in MAY_BE_FILED])

    def _policy_of(self, claim: Claim) -> RatePolicy:
        """The policy that a claim was filed by; of one that can be filed that of the installation."""
        filed_by = "" if claim.status in MAY_BE_FILED else claim.rate_policy
        return RatePolicy(filed_by or self._policy)

    async def _export(self, sheets: Mapping[UUID, Sheet], policy: RatePolicy) -> None:
        """Value what claims export, by one policy."""
        if not sheets:
            return
        by_invoice = policy is RatePolicy.INVOICE_DATE
        days = await self._pool.fetch(claim_queries.DAYS, list(sheets), by_invoice)
        for row in days:
            sheets[row["claim"]].shipments += row["shipments"]
        wanted = {(row["currency"], row["closed_on"], row["invoiced_on"]) for row in days if row["valued"]}
        used = await self._rates(policy, wanted)
        for row in days:
            valued_by = used.get((row["currency"], row["closed_on"], row["invoiced_on"]))
            if row["valued"] and valued_by is not None:
                sheets[row["claim"]].rates.add(valued_by)
        known = sorted(wanted, key=str)
        arrays = (
            [one[0] for one in known],
            [one[1] for one in known],
            [one[2] for one in known],
            [used[one].rate if one in used else None for one in known],
        )
        in_currency: dict[tuple[UUID, str], InCurrency] = {}
        for row in await self._pool.fetch(claim_queries.SUMS, list(sheets), by_invoice, *arrays):
            sheet, currency, closed_on = sheets[row["claim"]], row["currency"], row["closed_on"]
            value = row["value_try"] or NOTHING
            so_far = in_currency.get((row["claim"], currency), InCurrency(currency, NOTHING, NOTHING))
            in_currency[row["claim"], currency] = InCurrency(currency, so_far.amount + row["amount"], so_far.value_try + value)
            rate = terms.general_rate(self._law, closed_on)
            sheet.by_rate[rate] = sheet.by_rate.get(rate, NOTHING) + value
            if row["back_try"]:
                sheet.back_by_rate[rate] = sheet.back_by_rate.get(rate, NOTHING) + row["back_try"]
            if row["unvalued"]:
                sheet.unvalued.setdefault(currency, []).append(closed_on)
        for (claim, _), exported in in_currency.items():
            sheets[claim].exported.append(exported)

    async def _rates(self, policy: RatePolicy, wanted: Iterable[Wanted]) -> dict[Wanted, RateUsed]:
        """The rate of each day, as far as it is known here."""
        days = {one: bulletin_wanted(policy, one[1], one[2] or one[1]) for one in wanted}
        if not days:
            return {}
        since, until = min(days.values()) - timedelta(days=WALK_BACK_DAYS), max(days.values())
        known = await rates.bulletins(self._pool, since, until)
        names = await rates.names(self._pool, since, until)
        used = {one: _in_force(known, one[0], day, names) for one, day in days.items()}
        return {one: rate for one, rate in used.items() if rate is not None}

    async def _charge(self, sheets: Mapping[UUID, Sheet]) -> None:
        """Find the purchases of claims; what they bear follows with the turnover."""
        if not sheets:
            return
        query = claim_queries.PURCHASES if self._instead is None else claim_queries.PURCHASES_INSTEAD
        for row in await self._pool.fetch(query, list(sheets), *(self._instead or ())):
            sheet, purchase = sheets[row["of"]], rows.purchase(row).purchase
            if row["stands"]:  # whole, where a release that kept no amount filed with it: nothing is left for another claim
                sheet.borne[purchase.id] = purchase.vat_try if row["borne_try"] is None else row["borne_try"]
            if row["late"]:  # for goods that another claim was filed for: here it counts for the claim as a whole
                purchase = replace(purchase, shipment=None)
                sheet.late_purchases += 1
            if row["back"]:
                sheet.stays[purchase.id] = 1 - Fraction(row["back"]) / Fraction(row["total"])
            sheet.purchases.append(Charged(purchase, NOTHING))

    async def _vat_returns(self, claims: Sequence[Claim]) -> dict[str, list[VatReturn]]:
        """What was told of VAT returns by seller, the oldest first."""
        found: dict[str, list[VatReturn]] = {}
        if not claims:
            return found
        sellers, periods = [claim.seller for claim in claims], [claim.period for claim in claims]
        for row in await self._pool.fetch(claim_queries.VAT_RETURNS, sellers, periods):
            told = rows.vat_return(row)
            found.setdefault(told.seller, []).append(told)
        return found

    async def _look(self, sheets: Mapping[UUID, Sheet], today: date) -> None:
        """Make the checklists."""
        if not sheets:
            return
        for row in await self._pool.fetch(claim_queries.LACKING, list(sheets), self._tolerance):
            first = tuple(UUID(int=one.int) for one in row["shipments"])
            sheets[row["claim"]].lacking[Check(row["check"])] = Lacking(row["count"], first)
        for row in await self._pool.fetch(claim_queries.UNPLACED, list(sheets)):
            sheets[row["claim"]].unplaced = Unplaced(row["count"], row["vat_try"], tuple(row["first"]))
        for sheet in sheets.values():
            looked = Looked(
                sheet.claim,
                sheet.shipments,
                sheet.lacking,
                sheet.unvalued,
                sheet.purchases,
                sheet.calculation,
                sheet.turnover_try,
                self._tolerance,
                sheet.late_purchases,
                sheet.unplaced,
            )
            sheet.checklist = checklist(looked, self._law, today)


def _stands(claim: Claim, kept: Mapping[UUID, Figures]) -> bool:
    """Whether all that lists show of a claim, and all that others take of it, was kept when it was filed."""
    return claim.id in kept


def _wanted(policy: RatePolicy, currency: str, closed_on: date, invoiced_on: date) -> Wanted:
    return (currency, closed_on, invoiced_on if policy is RatePolicy.INVOICE_DATE else None)


def _in_force(known: Bulletins, currency: str, day: date, names: Mapping[date, str]) -> RateUsed | None:
    """The rate of a day with its bulletin; ``None`` where it is not known here."""
    try:
        rate = known.in_force(currency, day)
    except RATE_ERRORS:
        return None
    if rate is None:
        return TURKISH_LIRA
    return RateUsed(currency, rate.value, rate.published_on, names.get(rate.published_on, ""))
