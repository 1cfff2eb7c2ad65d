"""The script of the month: who ships what, what is told of it and when, and how each thing must end."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from hashlib import blake2b
from itertools import groupby

from tests.e2e.month.orders import Order
from tests.stories import SELLERS
from workflow.attention import Reason
from workflow.stages import Stage

ASKED_AGAIN = datetime(2026, 8, 18, 9, tzinfo=UTC)
"""When what was missing is asked for: by then every allowance for it is over, and the claims are still open."""
FILED = datetime(2026, 8, 25, 9, tzinfo=UTC)
FILED_LATE = datetime(2026, 10, 5, 9, tzinfo=UTC)
THE_END = datetime(2026, 10, 6, 9, tzinfo=UTC)
PERIOD = "2026-07"

COURIERS: tuple[tuple[str, float], ...] = (("ptt", 0.52), ("pts", 0.83), ("ups", 0.88), ("fedex", 0.99), ("navlungo", 1.0))
"""Couriers with their shares, added up."""
HELD_SHARE = 0.02
LATE_CLAIM, LOST_CLAIM = SELLERS[4], SELLERS[5]
ON_ONE_ETGB = 20
LOST, LATE, AGAIN, SPOILT = 0.014, 0.065, 0.05, 0.01
"""The chances of what can be lost, late, told again, or spoilt: of all that is told, a hundredth, and 5, 5 and 1 %."""


class Fact(StrEnum):
    """What is told."""

    DRAFT = "draft"
    WITHDRAWAL = "withdrawal"
    INVOICE = "invoice"
    BOOKING = "booking"
    LABEL = "label"
    SCAN = "scan"
    DELIVERY = "delivery"
    LINE = "line"
    DOCUMENT = "document"
    CLOSING = "closing"
    SEEN = "seen"
    FILING = "filing"


SCANS = frozenset({Fact.SCAN, Fact.DELIVERY})
"""The physical ones: where one is lost, all are."""

_HOURS_LATE = {
    Fact.DRAFT: 24,
    Fact.INVOICE: 26,
    Fact.BOOKING: 26,
    Fact.SCAN: 24,
    Fact.LINE: 60,
    Fact.DOCUMENT: 48,
    Fact.CLOSING: 60,
    Fact.SEEN: 72,
}
"""By how much what is late is late: enough for others to overtake it, too little for its allowance to be over."""

HOURS: dict[Fact, int] = {Fact.INVOICE: 12, Fact.BOOKING: 16, Fact.LABEL: 18, Fact.SCAN: 30, Fact.DELIVERY: 110}
"""How long after its order a parcel's facts come."""
DAYS: dict[Fact, int] = {Fact.LINE: 2, Fact.DOCUMENT: 3, Fact.CLOSING: 4, Fact.SEEN: 7}
"""How many days after its orders an ETGB's facts come; Navlungo's are closed and seen two days later than others."""

OVERDUE: dict[Fact, Reason] = {
    Fact.INVOICE: Reason.INVOICE_OVERDUE,
    Fact.BOOKING: Reason.FIRST_SCAN_OVERDUE,
    Fact.LINE: Reason.ETGB_OVERDUE,
    Fact.DOCUMENT: Reason.ETGB_DOCUMENT_OVERDUE,
    Fact.CLOSING: Reason.CLOSING_OVERDUE,
    Fact.SEEN: Reason.VEDOP_OVERDUE,
    Fact.FILING: Reason.REFUND_OVERDUE,
}
"""The item that tells of each loss. Lost scans have none: the ETGB is the evidence, and the hand-over is marked as inferred."""


@dataclass(frozen=True, slots=True)
class Loss:
    """What does not come, and whether it comes once it is asked for."""

    fact: Fact
    found: bool


@dataclass(frozen=True, slots=True)
class Parcel:
    """One shipment."""

    place: int
    order: Order
    seller: str
    courier: str
    loss: Loss | None = None
    withdrawn: bool = False

    @property
    def reference(self) -> str:
        """The seller's order number."""
        return f"{self.order.invoice}-{self.place:05d}"

    @property
    def tracking(self) -> str:
        """The courier's number, in the courier's form."""
        forms = {
            "ptt": f"RR{self.place:09d}TR",
            "pts": f"PTS{self.place:012d}",
            "ups": f"1ZKRV{self.place:013d}",
            "fedex": f"7{self.place:011d}",
            "navlungo": f"NVL{self.place + 1:012d}",
        }
        return forms[self.courier]

    @property
    def day(self) -> date:
        """The day of the order."""
        return self.order.at.date()

    def misses(self, fact: Fact) -> bool:
        """Whether a fact does not come by itself."""
        return self.loss is not None and self.loss.fact is fact

    @property
    def awaited(self) -> tuple[str, ...]:
        """What messages wait for, which cannot know whose parcel it is: for a lost order all of them, else scans for a number.

        The number of a lost order is booked for it, so that its scans raise no item of their own.
        """
        number = f"tracking number {self.tracking} of {self.courier}"
        order = f"order {self.reference} of seller {self.seller}"
        return (order,) if self.misses(Fact.DRAFT) else (number,) if self.misses(Fact.BOOKING) else ()


@dataclass(frozen=True, slots=True)
class Declaration:
    """One ETGB."""

    number: str
    parcels: tuple[Parcel, ...]
    loss: Loss | None = None

    @property
    def courier(self) -> str:
        """Who makes it."""
        return self.parcels[0].courier

    @property
    def single(self) -> bool:
        """Whether it is one of Navlungo's, which tells it over its own interface."""
        return self.courier == "navlungo"

    def after(self, days: int, hour: int = 12) -> datetime:
        """A moment so many days after its orders."""
        return datetime.combine(self.parcels[0].day + timedelta(days=days), time(hour), UTC)

    @property
    def registered(self) -> datetime:
        """When customs registered it."""
        return self.after(DAYS[Fact.LINE])

    @property
    def closed_on(self) -> date:
        """The day of its closing."""
        return self.after(DAYS[Fact.CLOSING] + 2 * self.single).date()

    @property
    def made(self) -> bool:
        """Whether customs ever get it: of Navlungo's, the one whose number is lost never is."""
        return not (self.single and self.parcels[0].misses(Fact.LINE))

    def misses(self, fact: Fact) -> bool:
        """Whether a fact does not come by itself."""
        return self.loss is not None and self.loss.fact is fact


@dataclass(frozen=True, slots=True)
class Told:
    """One thing that is told; of an ETGB's lines, which; ``spoilt`` where it cannot be read, ``again`` where it came before."""

    at: datetime
    fact: Fact
    about: Parcel | Declaration | str
    lines: tuple[Parcel, ...] = ()
    late: bool = False
    spoilt: bool = False
    again: bool = False

    @property
    def happened(self) -> datetime:
        """When what is told happened, whenever it is told."""
        if isinstance(self.about, Parcel):
            return self.about.order.at + timedelta(hours=HOURS.get(self.fact, 0))
        return self.about.after(DAYS[self.fact]) if isinstance(self.about, Declaration) else self.at

    @property
    def name(self) -> str:
        """What identifies it, whoever tells it and however often."""
        match self.about:
            case Parcel(place=place):
                return f"{self.fact}-{place}"
            case Declaration(number=number):
                return f"{self.fact}-{number}-" + "-".join(str(one.place) for one in self.lines[:1])
            case seller:
                return f"{self.fact}-{seller}"


Item = tuple[Reason, str, bool]
"""An attention item: its reason, what it is about (reference, ETGB number, or seller), whether it is open."""


@dataclass(frozen=True, slots=True)
class End:
    """How a parcel ends; ``inferred`` where nobody scanned it and its ETGB proves the hand-over."""

    stage: Stage
    items: tuple[Item, ...] = ()
    inferred: bool = False


@dataclass(slots=True)
class Script:
    """All of it."""

    seed: int
    parcels: list[Parcel]
    declarations: list[Declaration]
    told: list[Told] = field(default_factory=list)

    def ends(self) -> dict[str, End]:
        """How each parcel ends, by its reference."""
        on = {parcel.place: one for one in self.declarations for parcel in one.parcels}
        known = [parcel for parcel in self.parcels if not parcel.misses(Fact.DRAFT)]
        return {parcel.reference: _end(parcel, on.get(parcel.place)) for parcel in known}

    def items(self) -> Counter[Item]:
        """All attention items about parcels, declarations and claims."""
        found = Counter(item for end in self.ends().values() for item in end.items)
        for one in self.declarations:
            if one.loss is not None and one.made:
                found[OVERDUE[one.loss.fact], one.number, not one.loss.found] += 1
        for parcel in self.parcels:
            if parcel.loss is not None:
                found.update((Reason.PARKED_OVERDUE, awaited, not parcel.loss.found) for awaited in parcel.awaited)
        found[Reason.REFUND_OVERDUE, LATE_CLAIM, False] += 1
        found[Reason.REFUND_OVERDUE, LOST_CLAIM, True] += 1
        return found

    def lost(self) -> Counter[Fact]:
        """How many facts do not come by themselves."""
        losses = [one.loss for one in self.parcels] + [one.loss for one in self.declarations if one.made]
        return Counter(one.fact for one in losses if one is not None)

    def disturbed(self) -> dict[str, str]:
        """How many are late, come again, or are spoilt, and which share of all that is."""
        whole = sum(not (one.again or one.spoilt) for one in self.told)
        lost = sum(number * (2 if fact in {Fact.SCAN, Fact.DRAFT} else 1) for fact, number in self.lost().items())
        flags = {"lost": lost, "late": sum(one.late and not (one.again or one.spoilt) for one in self.told)}
        flags |= {"again": sum(one.again for one in self.told), "spoilt": sum(one.spoilt for one in self.told)}
        return {name: f"{number} ({number / whole:.1%})" for name, number in flags.items()}


def _end(parcel: Parcel, on: Declaration | None) -> End:
    if on is None:
        item = (Reason.FINDINGS_OVERDUE, parcel.reference, not parcel.withdrawn)
        return End(Stage.CANCELLED if parcel.withdrawn else Stage.DRAFT, (item,))
    items: tuple[Item, ...] = ()
    if parcel.loss is not None and parcel.loss.fact in OVERDUE:
        items = ((OVERDUE[parcel.loss.fact], parcel.reference, not parcel.loss.found),)
    gone = parcel.loss.fact if parcel.loss is not None and not parcel.loss.found else None
    stops = {Fact.INVOICE: Stage.VALIDATED, Fact.BOOKING: Stage.INVOICED, Fact.LINE: Stage.HANDED_TO_COURIER}
    if gone in stops:
        return End(stops[gone], items)
    return End(_stage_on(on, parcel.seller), items, inferred=parcel.misses(Fact.SCAN))


def _stage_on(on: Declaration, seller: str) -> Stage:
    gone = on.loss.fact if on.loss is not None and not on.loss.found else None
    if gone is Fact.SEEN:
        return Stage.ETGB_ISSUED
    return Stage.VEDOP_TRANSFERRED if gone is Fact.CLOSING or seller == LOST_CLAIM else Stage.REFUND_FILED


class Dice:
    """Chances that follow from a seed and a name, whatever was asked before."""

    def __init__(self, seed: int) -> None:
        self._seed = seed

    def __call__(self, *names: object) -> float:
        """A number from 0 to 1."""
        text = "\0".join(map(str, (self._seed, *names)))
        return int.from_bytes(blake2b(text.encode(), digest_size=8).digest()) / 2**64


def write(orders: Sequence[Order], number: int, seed: int) -> Script:
    """A script for so many parcels."""
    dice = Dice(seed)
    passing, held = [one for one in orders if not one.held], [one for one in orders if one.held]
    parcels: list[Parcel] = []
    for place in range(number):
        source, turn = (held, place) if dice("held", place) < HELD_SHARE else (passing, place)
        order = source[turn % len(source)]
        chance = dice("seller", place)
        seller = LOST_CLAIM if chance < HELD_SHARE else SELLERS[int(chance * 1000) % 5]
        courier = next(code for code, upto in COURIERS if dice("courier", place) < upto)
        parcels.append(Parcel(place, order, seller, courier, withdrawn=dice("withdrawn", place) < 0.5))
    script = Script(seed, *_declared(parcels, dice))
    script.told = sorted(_disturbed(script, dice), key=lambda one: (one.at, one.fact, one.name, one.spoilt))
    return script


def _declared(parcels: list[Parcel], dice: Dice) -> tuple[list[Parcel], list[Declaration]]:
    def together(one: Parcel) -> tuple[str, str, date]:
        return one.courier, one.seller, one.day

    found: list[Declaration] = []
    final = [one for one in parcels if one.order.held]
    for (courier, _, _), group in groupby(sorted((one for one in parcels if not one.order.held), key=together), together):
        several = list(group)
        size = 1 if courier == "navlungo" else ON_ONE_ETGB
        for begin in range(0, len(several), size):
            number = f"26341300EX{len(found) + 1:06d}"
            lot = [
                replace(one, loss=_parcels_loss(one, dice, first=place == 0))
                for place, one in enumerate(several[begin : begin + size])
            ]
            found.append(Declaration(number, tuple(lot), _declarations_loss(number, dice)))
            final += lot
    return sorted(final, key=lambda one: one.place), found


def _parcels_loss(one: Parcel, dice: Dice, *, first: bool) -> Loss | None:
    """What a parcel loses: one thing, a hundredth of each; an ETGB never loses its first line, so that there is one.

    Of Navlungo, which is asked, only the ETGB can be lost, and then for good. Orders are lost for good, and only such as
    the courier tells of by messages: a list's line that names an order nobody knows may be another one's, and is asked about.
    """
    at, found = dice("lost", one.place), dice("found", one.place) < 0.5
    if one.courier == "navlungo":
        return Loss(Fact.LINE, found=False) if at < LOST else None
    facts = (Fact.INVOICE, Fact.BOOKING, Fact.SCAN) if first else (Fact.INVOICE, Fact.BOOKING, Fact.SCAN, Fact.LINE)
    lost = next((Loss(fact, found) for n, fact in enumerate(facts, start=1) if at < n * LOST), None)
    if lost is None and one.courier == "ptt" and dice("lost draft", one.place) < LOST:
        return Loss(Fact.DRAFT, found=False)
    return lost


def _declarations_loss(number: str, dice: Dice) -> Loss | None:
    at, found = dice("lost", number), dice("found", number) < 0.5
    facts = (Fact.DOCUMENT, Fact.CLOSING, Fact.SEEN)
    return next((Loss(fact, found) for n, fact in enumerate(facts, start=1) if at < n * LOST), None)


def _disturbed(script: Script, dice: Dice) -> Iterator[Told]:
    for told in _undisturbed(script):
        name = told.name
        late = told.at < ASKED_AGAIN and told.fact in _HOURS_LATE and dice("late", name) < LATE
        late &= not (told.fact is Fact.LINE and any(_is_evidence(line) for line in told.lines))
        one = replace(told, at=told.at + timedelta(hours=_HOURS_LATE[told.fact]), late=True) if late else told
        if dice("spoilt", name) < SPOILT:
            yield replace(one, spoilt=True)
        yield one
        if dice("again", name) < AGAIN:
            yield replace(one, at=one.at + timedelta(hours=1 + 40 * dice("when again", name)), again=True)


def _is_evidence(line: Parcel) -> bool:
    """Whether a parcel's ETGB comes before its first scan: it has to be in time, or the item of the scan opens twice."""
    return line.misses(Fact.SCAN) or line.misses(Fact.BOOKING)


def _undisturbed(script: Script) -> Iterator[Told]:
    for parcel in script.parcels:
        yield from _of_parcel(parcel)
    for one in script.declarations:
        yield from _of_declaration(one)
    for seller in SELLERS:
        if seller != LOST_CLAIM:
            yield Told(FILED_LATE if seller == LATE_CLAIM else FILED, Fact.FILING, seller)


def _of_parcel(parcel: Parcel) -> Iterator[Told]:
    at = parcel.order.at
    if not parcel.misses(Fact.DRAFT):
        yield Told(at, Fact.DRAFT, parcel)
    if parcel.order.held:
        if parcel.withdrawn:
            yield Told(at + timedelta(days=8), Fact.WITHDRAWAL, parcel)
        return
    for fact, after in HOURS.items():
        if fact is Fact.LABEL and parcel.courier not in {"ups", "fedex"}:
            continue
        if parcel.courier == "navlungo" and fact in SCANS:
            continue
        if fact is Fact.INVOICE and parcel.misses(Fact.DRAFT):
            continue
        if parcel.misses(Fact.SCAN if fact in SCANS else fact):
            if parcel.loss is not None and parcel.loss.found:
                yield Told(ASKED_AGAIN, fact, parcel)
            continue
        yield Told(at + timedelta(hours=after), fact, parcel)


def _of_declaration(one: Declaration) -> Iterator[Told]:
    if not one.made:
        return
    prompt = tuple(parcel for parcel in one.parcels if not parcel.misses(Fact.LINE))
    if not one.single:
        yield Told(one.registered, Fact.LINE, one, prompt)
        for parcel in one.parcels:
            if parcel.misses(Fact.LINE) and parcel.loss is not None and parcel.loss.found:
                yield Told(ASKED_AGAIN, Fact.LINE, one, (parcel,))
    for fact in (Fact.DOCUMENT, Fact.CLOSING, Fact.SEEN):
        if one.misses(fact):
            if one.loss is not None and one.loss.found:
                yield Told(ASKED_AGAIN, fact, one, prompt)
        elif not (fact is Fact.DOCUMENT and one.single):
            yield Told(one.after(DAYS[fact] + 2 * one.single), fact, one, prompt)
