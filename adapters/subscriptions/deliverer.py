"""Takes what is due, sends it, and settles it; safe in several copies: each delivery is taken by one of them."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import structlog

from adapters.subscriptions import schedule
from adapters.subscriptions.keyring import SigningKeyError
from adapters.subscriptions.ports import Settling
from adapters.subscriptions.sender import Sender, Sent
from events import keeping, topology
from events.intake import Intake
from events.outgoing import envelope
from events.subscriptions import Attempt, Delivery, Next, Outcome, Receiver, Why
from events.translate import Arrival
from workflow.errors import KervanError
from workflow.ports import Clock

_log = structlog.get_logger("kervan.subscriptions")

_EACH = 64
"""How many deliveries of one subscription are taken at once."""
_LANES = 8
"""How many of them may be under way at once."""
_LEASE = timedelta(seconds=120)
"""For how long what was taken is nobody else's; should this process die, it is sent again after that."""
_WORK = timedelta(seconds=60)
"""For how long sending may begin after taking: well before the lease is over."""
_NO_KEY_REST = timedelta(minutes=1)
_REPLAYED_AT_ONCE = 1000
_CLEANED_EACH = timedelta(hours=1)


@dataclass(slots=True)
class _Sending:
    """What one turn has done for one receiver."""

    attempts: list[Attempt] = field(default_factory=list)
    following: dict[str, Next] = field(default_factory=dict)
    rest_until: datetime | None = None
    gone: bool = False

    @property
    def over(self) -> bool:
        """Whether nothing more is to be sent now."""
        return self.gone or self.rest_until is not None


class Deliverer:
    """Delivers, in one process."""

    def __init__(self, settling: Settling, sender: Sender, intake: Intake, clock: Clock) -> None:
        """Nothing is taken yet."""
        self._settling, self._sender, self._intake, self._clock = settling, sender, intake, clock
        self._cleaned = datetime.min.replace(tzinfo=UTC)

    async def run(self) -> int:
        """Take what is due and send it; how many that were. Replays go one step further too.

        Raises:
            StoreUnavailableError: what was sent may not be noted, and is sent again when its lease is over.
        """
        now = self._clock()
        if now - self._cleaned >= _CLEANED_EACH:
            await self._settling.clean(now)
            self._cleaned = now
        replayed = await self._settling.replay_some(now, _REPLAYED_AT_ONCE)
        taken = await self._settling.take(now, now + _LEASE, _EACH)
        served = [self._serve(receiver, deliveries, now) for receiver, deliveries in taken.items()]
        _raise_first(await asyncio.gather(*served, return_exceptions=True))
        return sum(len(deliveries) for deliveries in taken.values()) + replayed

    async def _serve(self, receiver: Receiver, deliveries: Sequence[Delivery], now: datetime) -> None:
        """Send to one receiver: what is about one shipment one after the other, what is not at once."""
        lanes: defaultdict[str, list[Delivery]] = defaultdict(list)
        for one in deliveries:
            lanes[one.about].append(one)
        done, gate = _Sending(), asyncio.Semaphore(_LANES)
        try:
            self._sender.check(receiver)
        except SigningKeyError as error:
            _log.error("nothing can be signed for a subscription", subscription=str(receiver.id), why=str(error))
            done.rest_until = now + _NO_KEY_REST
        else:
            sending = [self._lane(receiver, lane, done, gate, now + _WORK) for lane in lanes.values()]
            await asyncio.gather(*sending)
        after = self._clock()
        for one in deliveries:  # what was not begun is given back
            done.following.setdefault(one.message_id, Next(one.message_id, one.tries, done.rest_until or after))
        since = await self._settling.settle(receiver.id, done.attempts, list(done.following.values()), after, done.rest_until)
        if done.gone:
            await self._disable(receiver, Why.GONE, "it answered 410 Gone", since or after, after)
        elif since is not None and after - since >= schedule.DISABLED_AFTER:
            detail = f"nothing could be delivered since {since:%Y-%m-%d %H:%M} UTC"
            await self._disable(receiver, Why.FAILING, detail, since, after)

    async def _lane(
        self, receiver: Receiver, lane: Sequence[Delivery], done: _Sending, gate: asyncio.Semaphore, until: datetime
    ) -> None:
        """Send what is about one shipment, in order; what follows one that failed is to come with it again."""
        for place, one in enumerate(lane):
            async with gate:
                if done.over or self._clock() >= until:
                    return
                following = await self._one(receiver, one, done)
            if following is None:
                return
            done.following[one.message_id] = following
            if following.due_at is not None:
                for later in lane[place + 1 :]:
                    done.following[later.message_id] = Next(later.message_id, later.tries, following.due_at)
                return

    async def _one(self, receiver: Receiver, one: Delivery, done: _Sending) -> Next | None:
        """Send one; what is next for it, or ``None`` where it was not sent."""
        try:
            sent = await self._sender.send(receiver, one.message_id, one.body)
        except Exception as error:  # noqa: BLE001 - a fault of ours uses up a try like any other, else it came at once for ever
            _log.error("a delivery cannot be worked on", subscription=str(receiver.id), error=type(error).__name__)
            sent = Sent(Attempt(one.message_id, Outcome.FAULT, self._clock(), 0, 0, type(error).__name__))
        after = self._clock()
        if sent.again_s:
            done.rest_until = max(done.rest_until or after, after + timedelta(seconds=sent.again_s))
        if sent.attempt is None:
            return None
        done.attempts.append(sent.attempt)
        if sent.attempt.outcome is Outcome.DELIVERED:
            return Next(one.message_id, one.tries + 1, None, delivered=True)
        if sent.attempt.outcome is Outcome.GONE:
            done.gone = True
            return Next(one.message_id, one.tries + 1, after)
        if sent.attempt.outcome is Outcome.TOO_MANY:  # nothing is wrong with the message: it uses up no try
            return Next(one.message_id, one.tries, done.rest_until or after)
        pause = schedule.pause_after(one.tries + 1)
        return Next(one.message_id, one.tries + 1, None if pause is None else after + pause)

    async def _disable(self, receiver: Receiver, why: Why, detail: str, since: datetime, now: datetime) -> None:
        """Have a person told, then serve the receiver no more; should the second not happen, both happen again."""
        message_id = f"{receiver.id}:{since.timestamp():.6f}"
        body = envelope(
            source=topology.SUBSCRIPTIONS_DESK,
            id=message_id,
            type="subscription.disabled.v1",
            time=now,
            data={"subscription": str(receiver.id), "name": receiver.name, "detail": detail},
        )
        await self._intake.take([Arrival(topology.subject_of(topology.SUBSCRIPTIONS_DESK), body, message_id)])
        await self._settling.disable(receiver.id, why, now)
        _log.warning("a subscription is served no more", subscription=str(receiver.id), why=detail)


def _raise_first(found: Sequence[BaseException | None]) -> None:
    """Raise the first of what went wrong side by side, once all has ended."""
    for error in found:
        if error is not None:
            raise error


_IDLE_S = 1.0
_AGAIN_S = 5.0


async def keep(
    deliverer: Deliverer, faults: tuple[type[Exception], ...], pause: Callable[[float], Awaitable[object]] = asyncio.sleep
) -> None:
    """Deliver until cancelled; ``faults`` are the database's, over which it waits."""

    async def turn() -> float:
        return 0.0 if await deliverer.run() else _IDLE_S

    said = ("nothing can be delivered now", "deliveries fail")
    await keeping.keep(turn, keeping.Faults((KervanError, *faults), *said, _AGAIN_S), _log, pause)
