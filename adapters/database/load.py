"""Lock and load all that a batch can touch.

Locks are taken in one order by everybody: names of keys (advisory, sorted), shipments in id order, ETGBs in number order,
claims last. So no two batches can wait for each other in a circle. A shipment that does not exist yet is guarded by the
lock on its name: whoever parks a message on a key and whoever makes that key true hold the same lock, so neither misses
the other.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from uuid import UUID

import asyncpg

from adapters.database import claim_statements, rows, statements
from workflow import evidence, facts, refund
from workflow.concerns import concerns, lock_name
from workflow.draft import Draft, Line
from workflow.errors import KervanError, WiderWorldNeededError
from workflow.message import Message, Part, parts
from workflow.refund import ClaimStatus, purchase_id
from workflow.rules.law import Rates
from workflow.together import NAMED, Fellows, Member, group_of
from workflow.values import vat_period
from workflow.world import World

Reread = Callable[[str, bytes, datetime], Message]
"""Reads a kept message again: subject, body, the time it was received."""

_BEFORE_ALL = UUID(int=0)
_NEEDS_DRAFT = (facts.Amended, facts.ValidationAsked)
_NEEDS_ETGB_OF_SHIPMENT = (facts.VedopConfirmed,)
_NEEDS_ETGB_LINES = (
    facts.EtgbIssued,
    facts.EtgbLineIssued,
    facts.EtgbCancelled,
    facts.EtgbLineCancelled,
    facts.GoodsReturned,
)
_OF_PURCHASES = (facts.PurchaseBooked, facts.PurchaseWithdrawn, facts.PurchaseCorrected)
_CLOSING = (facts.EtgbClosed, facts.ClosingCorrected, facts.VedopTransferred, facts.VedopConfirmed)


def advisory(name: str) -> int:
    """The number PostgreSQL locks for a name."""
    return int.from_bytes(blake2b(name.encode(), digest_size=8).digest(), "big", signed=True)


@dataclass(slots=True)
class Loader:
    """Loads the world of one batch on one connection, inside its transaction."""

    connection: "asyncpg.pool.PoolConnectionProxy[asyncpg.Record]"
    reread: Reread
    draft_of: Callable[[dict[str, object], Sequence[Line]], Draft]
    judged_at_once: int
    """How many of the drafts that wait for a rate one batch judges."""

    async def load(self, messages: Sequence[Message], more: frozenset[str], now: datetime) -> World:
        """Load; see :meth:`workflow.ports.Unit.load`."""
        given = [message.fact for message in messages]
        wanted = _Wanted.of(more)
        keys: dict[str, None] = dict.fromkeys(wanted.keys)
        for fact in given:
            keys.update(dict.fromkeys(concerns(fact)))
        held = _groups(given) | wanted.groups
        rates = _holds_rates(given, judging=bool(wanted.drafts or wanted.books))
        books = dict.fromkeys(_booked(given), False) | dict.fromkeys(wanted.books, True)
        await self._lock([key for key in keys if not key.startswith("claim:")], held, books, rates=rates)
        world = World(now, Rates(), books=set(wanted.books))
        wait_for_rates = await self._shipments(world, keys, given)
        looking = bool(given) and all(isinstance(fact, facts.ParkedDue) for fact in given)
        waiting = await self._waiting(world, keys, looking=looking)
        all_facts = given if looking else [*given, *(part.fact for part in waiting)]
        await self._invoice_owners(world, all_facts)
        await self._etgbs(world, keys, all_facts)
        await self._evidence(world, all_facts)
        all_facts = [*all_facts, *await self._claims(world, keys, all_facts, wanted.periods)]
        await self._accounting(world, all_facts)
        await self._petitions(world, wanted.books)
        await self._drafts(world, all_facts, wait_for_rates | wanted.drafts)
        await self._fellows(world, held)
        await self._rates(world, all_facts)
        return world

    async def _lock(self, keys: Sequence[str], groups: set[int], books: Mapping[str, bool], *, rates: bool | None) -> None:
        """Lock names, the number of a group is a digest already; before them the rates, alone or shared, where wanted.

        A seller's books are held alone by a filing and shared by what books: so what is filed is what was calculated, and
        whoever books a purchase waits for no other who does.
        """
        names = sorted({advisory(lock_name(key)) for key in keys} | groups)
        if rates is not None or books:
            held = dict.fromkeys(names, True) | {advisory(facts.books_of(seller)): alone for seller, alone in books.items()}
            each = [*({} if rates is None else {statements.RATES_NAME: rates}).items(), *sorted(held.items())]
            await self.connection.execute(statements.LOCK_EACH, [one[0] for one in each], [one[1] for one in each])
        elif names:
            await self.connection.execute(statements.LOCK_NAMES, names)

    async def _shipments(self, world: World, keys: dict[str, None], given: Sequence[facts.Fact]) -> frozenset[UUID]:
        """Find the shipments behind the keys, lock them in id order, and load them."""
        ids = {UUID(key[3:]) for key in keys if key.startswith("id:")}
        others = [key for key in keys if not key.startswith("id:")]
        if others:
            found = await self.connection.fetch(statements.RESOLVE, others)
            ids.update(UUID(int=row["shipment"].int) for row in found)
        wait_for_rates = await self._wait_for_rates(world, given)
        ids |= wait_for_rates
        if ids:
            records = await self.connection.fetch(statements.LOCK_SHIPMENTS, list(ids))
            world.add([rows.shipment(record) for record in records])
        keys.update(dict.fromkeys(_invoice_keys(world, given)))
        return wait_for_rates

    async def _wait_for_rates(self, world: World, given: Sequence[facts.Fact]) -> frozenset[UUID]:
        """The drafts that a bulletin of this batch, or what goes on for an earlier one, has judged; the first so many."""
        after = _judging_begins(given)
        if after is None:
            return frozenset()
        found = await self.connection.fetch(statements.WAIT_FOR_RATES, after, self.judged_at_once + 1)
        taken = [UUID(int=row["shipment"].int) for row in found[: self.judged_at_once]]
        if len(found) > len(taken):
            world.waiting_after = taken[-1]
        return frozenset(taken)

    async def _invoice_owners(self, world: World, given: Sequence[facts.Fact]) -> None:
        """Load who has an invoice number already, so that no second shipment gets it (its name is locked)."""
        numbers = _invoice_keys(world, given)
        if not numbers:
            return
        taken = await self.connection.fetch(statements.RESOLVE, list(numbers))
        ids = [row["shipment"] for row in taken if row["shipment"] not in world.shipments]
        if ids:
            query = f"{statements.SHIPMENT_SELECT} WHERE id = ANY($1::uuid[])"
            world.add([rows.shipment(record) for record in await self.connection.fetch(query, ids)])

    async def _waiting(self, world: World, keys: dict[str, None], *, looking: bool) -> list[Part]:
        """Load the parked parts that this batch may release; what they concern must be locked too.

        Where it is only ``looking`` at what waits, it releases none: the timer, which asks each day about all that waits for
        an order that is known, would lock and load their ETGBs with all lines for nothing.
        """
        wanted = dict.fromkeys(key for key in keys if not key.startswith("claim:"))
        for shipment in world.shipments.values():
            wanted.update(dict.fromkeys(key for key in shipment.names() if not key.startswith(("etgb:", "claim:"))))
        world.looked = set(wanted)
        found = await self._parked(world, list(wanted))
        if found and not looking:
            known = {lock_name(key) for key in wanted}
            concerned = {key for part in found for key in concerns(part.fact)}
            if any(lock_name(key) not in known for key in concerned):
                raise WiderWorldNeededError(*concerned)
        return found

    async def _parked(self, world: World, keys: list[str]) -> list[Part]:
        found: list[Part] = []
        if not keys:
            return found
        for row in await self.connection.fetch(statements.WAITING, keys):
            message = self._reread(row)
            whole = isinstance(message.fact, facts.Unreadable)
            part = Part(message, row["part"], message.fact) if whole else parts(message)[row["part"]]
            part.waits_on = row["waits_on"]
            part.stored, part.due_at, part.told = True, row["due_at"], row["told"]
            world.waiting[part.waits_on].append(part)
            found.append(part)
        return found

    def _reread(self, row: asyncpg.Record) -> Message:
        """The message again that a part waits of; where this release reads it no more, the reason is its fact."""
        try:
            return self.reread(row["subject"], row["body"], row["received_at"])
        except KervanError as error:
            fact = facts.Unreadable(getattr(error, "code", "unreadable"), str(error))
        return Message(
            row["source"],
            row["message_id"],
            row["type"],
            row["event_at"],
            fact,
            row["subject"],
            row["body"],
            row["received_at"],
        )

    async def _etgbs(self, world: World, keys: dict[str, None], given: Sequence[facts.Fact]) -> None:
        numbers = {key[5:] for key in keys if key.startswith("etgb:")}
        if any(isinstance(fact, _NEEDS_ETGB_OF_SHIPMENT) for fact in given):
            numbers |= {s.etgb_number for s in world.shipments.values() if s.etgb_number}
        if not numbers:
            return
        for record in await self.connection.fetch(statements.LOCK_ETGBS, list(numbers)):
            world.etgbs[record["number"]] = rows.etgb(record)
        if world.etgbs and any(isinstance(fact, _NEEDS_ETGB_LINES) for fact in given):
            for record in await self.connection.fetch(statements.ETGB_LINES, list(world.etgbs)):
                etgb = world.etgbs[record["etgb"]]
                etgb.lines.append(rows.etgb_line(record))
                if record["shipment"] is not None:
                    shipment = etgb.applied[record["line_no"]] = UUID(int=record["shipment"].int)
                    if record["taken_off"]:
                        etgb.taken_off.add(shipment)

    async def _evidence(self, world: World, given: Sequence[facts.Fact]) -> None:
        """See which files that persons name as evidence are kept."""
        named = {
            f.evidence_reference.lower()
            for f in given
            if isinstance(f, facts.VedopConfirmed) and f.evidence_kind == evidence.FILE
        }
        if named and world.etgbs:
            found = await self.connection.fetch(statements.EVIDENCE, list(world.etgbs), list(named))
            world.evidence = {(row["etgb"], row["sha256"]) for row in found}

    async def _claims(
        self, world: World, keys: dict[str, None], given: Sequence[facts.Fact], asked: frozenset[tuple[str, str]]
    ) -> list[facts.Fact]:
        """Load and lock claims: those that are filed or moved for this batch alone, those that gain shipments shared.

        Gives what waits for them: it is part of what the batch can do, as what waits for anything else is.
        """
        moved = {UUID(key[6:]) for key in keys if key.startswith("claim:")}
        world.periods, world.whole_claims = self._periods(world, given) | asked, moved
        ids = await self._hold_claims(moved, world.periods)
        ids |= {s.claim for s in world.shipments.values() if s.claim is not None}
        if moved:
            members = await self.connection.fetch(statements.RESOLVE, [facts.by_claim(claim) for claim in moved])
            unseen = [row["shipment"] for row in members if row["shipment"] not in world.shipments]
            if unseen:
                raise WiderWorldNeededError(*(facts.by_id(UUID(int=i.int)) for i in unseen))
        if not ids:
            return []
        for record in await self.connection.fetch(statements.CLAIMS, list(ids)):
            world.claims[record["id"]] = rows.claim(record)
        waiting = await self._parked(world, [facts.by_claim(claim) for claim in ids])
        unlocked = {key for part in waiting for key in concerns(part.fact)} - {facts.by_claim(claim) for claim in moved}
        if unlocked:
            raise WiderWorldNeededError(*unlocked)
        return [part.fact for part in waiting]

    async def _accounting(self, world: World, given: Sequence[facts.Fact]) -> None:
        """Lock and load the VAT returns and purchases that are told, those that were withdrawn too."""
        purchases = {UUID(key[7:]) for fact in given for key in concerns(fact) if isinstance(fact, _OF_PURCHASES)}
        unnamed = sorted({place for fact in given if (place := _without_supplier(fact)) is not None})
        if unnamed:
            columns = [seller for seller, _ in unnamed], [number for _, number in unnamed]
            found = await self.connection.fetch(claim_statements.WITH_SUPPLIER, *columns)
            purchases |= {UUID(int=row["id"].int) for row in found}
        if purchases:
            for record in await self.connection.fetch(claim_statements.LOCK_PURCHASES, sorted(purchases)):
                booked = rows.purchase(record)
                world.purchases[booked.purchase.id] = booked
            for record in await self.connection.fetch(claim_statements.LOCK_WITHDRAWN, sorted(purchases)):
                gone = rows.withdrawn(record)
                world.withdrawn[gone.purchase.id] = gone
        returns = sorted({(fact.seller, fact.period) for fact in given if isinstance(fact, facts.VatReturnTold)})
        if returns:
            sellers, periods = [seller for seller, _ in returns], [period for _, period in returns]
            for record in await self.connection.fetch(claim_statements.LOCK_VAT_RETURNS, sellers, periods):
                told = rows.vat_return(record)
                world.vat_returns[told.seller, told.period] = told

    async def _petitions(self, world: World, books: frozenset[str]) -> None:
        """Load the petition numbers of sellers whose books are held."""
        for record in await self.connection.fetch(claim_statements.PETITIONS, sorted(books)) if books else ():
            world.petitions.setdefault((record["seller"], record["petition_number"]), UUID(int=record["claim"].int))

    async def _hold_claims(self, moved: set[UUID], joined: set[tuple[str, str]]) -> set[UUID]:
        """Lock claims in one order: ``moved`` alone; shared those that each seller and period's next shipment may join.

        A claim that turns out to have been filed is passed over for the next supplementary one, which is locked then.
        """
        held: set[UUID] = set()
        while True:
            needed = moved | await self._open_claims(joined) if joined else moved
            fresh = needed - held
            if not fresh:
                return needed
            alone = {advisory(facts.by_claim(claim)): claim in moved for claim in fresh}
            numbers = sorted(alone)
            await self.connection.execute(statements.LOCK_EACH, numbers, [alone[number] for number in numbers])
            held |= fresh

    async def _open_claims(self, joined: set[tuple[str, str]]) -> set[UUID]:
        """For each seller and period the claims that have been filed, and the one that is open, or will be."""
        pairs = sorted(joined)
        sellers, periods = [p[0] for p in pairs], [p[1] for p in pairs]
        found = await self.connection.fetch(statements.CLAIMS_OF_PERIODS, sellers, periods)
        is_open = {row["id"]: row["status"] == ClaimStatus.OPEN for row in found}
        needed: set[UUID] = set()
        for seller, period in pairs:
            supplement = 0
            while not is_open.get(candidate := refund.claim_id(seller, period, supplement), True):
                needed.add(candidate)
                supplement += 1
            needed.add(candidate)
        return needed

    def _periods(self, world: World, given: Sequence[facts.Fact]) -> set[tuple[str, str]]:
        """Which sellers' VAT periods may gain shipments by this batch; rather one too many than one too few."""
        days = {n: {etgb.closed_on} for n, etgb in world.etgbs.items() if etgb.closed_on is not None}
        for fact in given:
            if isinstance(fact, _CLOSING) and fact.closed_on is not None:
                number = fact.number if not isinstance(fact, facts.VedopConfirmed) else _etgb_of(world, fact.key)
                if number:
                    days.setdefault(number, set()).add(fact.closed_on)
        if not days:
            return set()
        drafted = {concerns(fact)[0]: fact.draft.seller.tax_number for fact in given if isinstance(fact, facts.Drafted)}
        anybody = {shipment.seller for shipment in world.shipments.values()} | set(drafted.values())
        sellers: dict[str, set[str]] = {}
        for number in days:
            members = world.members.get(facts.by_etgb(number), {})
            sellers[number] = {shipment.seller for shipment in members.values()}
        for number, key in _lines(given):
            if number in sellers:
                shipment = world.named.get(key)
                known = shipment.seller if shipment is not None else drafted.get(key)
                sellers[number] |= {known} if known is not None else anybody
        return {(seller, vat_period(day)) for number, on in days.items() for day in on for seller in sellers[number]}

    async def _drafts(self, world: World, given: Sequence[facts.Fact], asked: frozenset[UUID]) -> None:
        """Load the declared content of the shipments that will be judged again."""
        ids = set(asked) & set(world.shipments)
        for fact in given:
            if isinstance(fact, _NEEDS_DRAFT) and (shipment := world.named.get(fact.key)) is not None:
                ids.add(shipment.id)
            elif isinstance(fact, facts.JudgingAsked):
                ids.update(shipment.id for key in fact.keys if (shipment := world.named.get(key)) is not None)
        if came := ids | _may_be_given_back(world, given):
            for record in await self.connection.fetch(statements.BACK, list(came)):
                world.shipments[record["shipment"]].back[record["line_no"]] = record["quantity"]
        if not ids:
            return
        lines: dict[UUID, list[Line]] = {}
        for record in await self.connection.fetch(statements.LINES, list(ids)):
            lines.setdefault(record["shipment"], []).append(rows.line(record))
        for record in await self.connection.fetch(statements.CONTENT, list(ids)):
            world.shipments[record["shipment"]].draft = self.draft_of(
                rows.json_object(record["terms"]), lines.get(record["shipment"], [])
            )

    async def _fellows(self, world: World, held: set[int]) -> None:
        """Load what goes to the same consignee on the same day as the drafts of this batch, those judged again too."""
        loaded = (shipment for shipment in world.shipments.values() if shipment.draft is not None)
        seen = held | {shipment.together for shipment in loaded if shipment.together is not None}
        world.fellows = Fellows(seen, held)
        if not seen:
            return
        for row in await self.connection.fetch(statements.TOGETHER, list(seen), list(world.shipments), NAMED + 1):
            group, currency, shipment, count, gross_kg, total, references = row
            if shipment is None:
                world.fellows.outside(group, currency, count, gross_kg, total, references)
            else:
                world.fellows.count(UUID(int=shipment.int), Member(group, references[0], currency, gross_kg, total))

    async def _rates(self, world: World, given: Sequence[facts.Fact]) -> None:
        """Load the central bank's rates that judging this batch's drafts needs."""
        drafts = [fact.draft for fact in given if isinstance(fact, facts.Drafted)]
        drafts += [shipment.draft for shipment in world.shipments.values() if shipment.draft is not None]
        currencies = {draft.currency for draft in drafts} | world.fellows.currencies()
        days = [draft.planned_on for draft in drafts]
        for fact in given:
            if isinstance(fact, facts.Amended):
                currencies.add(str(fact.changes.get("currency", "EUR")))
                days += [day for day in (fact.changes.get("planned_on"),) if day is not None]
        if currencies <= {"EUR"} or not days:
            return
        found = await self.connection.fetch(statements.RATES, [*currencies, "EUR"], min(days), max(days))
        for record in found:
            world.rates.add(record["published_on"], {record["currency"]: record["rate"]})


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What deciding asked for beyond the messages' own keys."""

    keys: tuple[str, ...]
    drafts: frozenset[UUID]
    periods: frozenset[tuple[str, str]]
    groups: frozenset[int]
    books: frozenset[str]

    @classmethod
    def of(cls, more: frozenset[str]) -> "_Wanted":
        """Sort what a :class:`~workflow.errors.WiderWorldNeededError` named; whose draft is wanted is wanted too."""
        drafts = frozenset(UUID(key.removeprefix("draft:")) for key in more if key.startswith("draft:"))
        named = [key.removeprefix("period:").rpartition("/") for key in more if key.startswith("period:")]
        groups = frozenset(int(key.removeprefix("group:")) for key in more if key.startswith("group:"))
        books = frozenset(key.removeprefix("books:") for key in more if key.startswith("books:"))
        keys = tuple(key for key in more if not key.startswith(("draft:", "period:", "group:", "books:")))
        periods = frozenset((seller, period) for seller, _, period in named)
        return cls((*keys, *(facts.by_id(shipment) for shipment in drafts)), drafts, periods, groups, books)


def _groups(given: Sequence[facts.Fact]) -> set[int]:
    """The groups of the drafts told."""
    found = {group_of(fact.draft) for fact in given if isinstance(fact, facts.Drafted)}
    return {group for group in found if group is not None}


def _booked(given: Sequence[facts.Fact]) -> set[str]:
    """The sellers whose books the facts change."""
    booked = {fact.purchase.seller for fact in given if isinstance(fact, (facts.PurchaseBooked, facts.PurchaseCorrected))}
    return booked | {fact.seller for fact in given if isinstance(fact, (facts.PurchaseWithdrawn, facts.VatReturnTold))}


def _holds_rates(given: Sequence[facts.Fact], *, judging: bool) -> bool | None:
    """Whether the rates are held alone (a bulletin comes) or shared (by what judges), so that neither misses the other."""
    if any(isinstance(fact, facts.RatesPublished) for fact in given):
        return True
    return False if judging or any(_may_need_rates(fact) for fact in given) else None


def _may_need_rates(fact: facts.Fact) -> bool:
    if isinstance(fact, facts.Drafted):
        return fact.draft.currency != "EUR"
    return isinstance(fact, (facts.Amended, facts.ValidationAsked, facts.JudgingAsked, facts.JudgingContinued))


def _judging_begins(given: Sequence[facts.Fact]) -> UUID | None:
    """The id after which drafts that wait for a rate are judged, a bulletin's with the first; ``None`` where none are."""
    if any(isinstance(fact, facts.RatesPublished) for fact in given):
        return _BEFORE_ALL
    return min((fact.after for fact in given if isinstance(fact, facts.JudgingContinued)), default=None)


def _invoice_keys(world: World, given: Sequence[facts.Fact]) -> set[str]:
    """The full keys of the invoices told, as far as their sellers are known, or come with this batch."""
    drafted = {concerns(fact)[0]: fact.draft.seller.tax_number for fact in given if isinstance(fact, facts.Drafted)}
    found: set[str] = set()
    for fact in given:
        if isinstance(fact, facts.InvoiceIssued):
            shipment = world.named.get(fact.key)
            seller = shipment.seller if shipment is not None else drafted.get(fact.key)
            if seller is not None:
                found.add(facts.by_invoice(seller, fact.number))
    return found


def _etgb_of(world: World, key: str) -> str:
    shipment = world.named.get(key)
    return shipment.etgb_number if shipment is not None else ""


def _may_be_given_back(world: World, given: Sequence[facts.Fact]) -> set[UUID]:
    """The shipments of claims of which something was given back, where nobody says of which."""
    told = [fact for fact in given if isinstance(fact, facts.ClaimProgressed) and fact.status == ClaimStatus.REVERSED]
    keys = {facts.by_claim(fact.claim) for fact in told if fact.shipment is None}
    return {shipment for key in keys for shipment in world.members.get(key, {})}


def _lines(given: Sequence[facts.Fact]) -> Iterator[tuple[str, str]]:
    """The ETGB number and shipment key of every line that the facts tell."""
    for fact in given:
        if isinstance(fact, facts.EtgbLineIssued):
            yield fact.number, fact.key
        elif isinstance(fact, facts.EtgbIssued):
            for line in fact.lines:
                yield fact.number, line.key


def _without_supplier(fact: facts.Fact) -> tuple[str, str] | None:
    """Seller and number of an invoice that is told without its supplier's number; it may be known with it."""
    if isinstance(fact, facts.PurchaseBooked) and not fact.purchase.supplier_tax_number:
        return fact.purchase.seller, fact.purchase.invoice_number
    if isinstance(fact, facts.PurchaseWithdrawn) and fact.purchase == purchase_id(fact.seller, "", fact.number):
        return fact.seller, fact.number
    return None
