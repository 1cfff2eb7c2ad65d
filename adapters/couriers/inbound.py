"""What becomes of a webhook after it was answered: its body is read, its messages go the one way in, the rest is kept."""

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Protocol

import structlog

from adapters.couriers.ports import Adapter, Unclear
from events import topology
from events.intake import Intake
from events.translate import Arrival, Unreadable, read
from events.webhooks import Webhook
from workflow.errors import BatchConflictError, KervanError, StoreUnavailableError
from workflow.world import Outcome

_log = structlog.get_logger("kervan.webhooks")

AT_ONCE = 200
"""How many webhooks are read in one batch."""

_SHOWN = 3
_WEIGHT = ("repeated", "applied", "parked", "refused")


class Tray(Protocol):
    """Where webhooks lie until they are read, and after."""

    def oldest(self, limit: int) -> AbstractAsyncContextManager[Sequence[Webhook]]:
        """The oldest that wait, nobody else's meanwhile; they wait no more once the block has ended well.

        Raises:
            StoreUnavailableError: they still wait.
        """
        ...

    async def find(self, digest: bytes) -> Webhook | None:
        """One of them, whether it waits or not."""
        ...


class UnknownWebhookError(KervanError):
    """No webhook is kept under this digest: it was deleted by hand."""


class Inbound:
    """Reads webhooks for one process; several processes may be at it at once."""

    def __init__(self, tray: Tray, intake: Intake, adapter: Callable[[str], Adapter]) -> None:
        """Read with the adapter of each courier."""
        self._tray, self._intake, self._adapter = tray, intake, adapter
        self._busy = self._more = False

    async def drain(self) -> int:
        """Read what waits, and say how many; where this process is at it already, it is left to that.

        Raises:
            StoreUnavailableError, BatchConflictError: some still wait.
        """
        self._more = True
        if self._busy:
            return 0
        self._busy = True
        done = 0
        try:
            while self._more:
                self._more = False
                async with self._tray.oldest(AT_ONCE) as found:
                    await self._handle(found)
                done += len(found)
                self._more |= len(found) == AT_ONCE
        finally:
            self._busy = False
        return done

    async def replay(self, digest: bytes) -> Outcome:
        """Read a webhook again, after a fix of ours; what it said before changes nothing.

        Raises:
            UnknownWebhookError: it is not here.
            StoreUnavailableError, BatchConflictError: try again.
        """
        webhook = await self._tray.find(digest)
        if webhook is None:
            message = f"No webhook {digest.hex()} is kept; it cannot be replayed."
            raise UnknownWebhookError(message)
        arrivals, unreadable = self._read(webhook, replay=True)
        outcomes = await self._intake.take(arrivals) if arrivals else []
        if unreadable is not None:
            await self._intake.keep([unreadable])
            outcomes.append(Outcome("", "", "refused", unreadable.code, unreadable.detail))
        return _together(webhook, outcomes)

    async def _handle(self, found: Sequence[Webhook]) -> None:
        readings = [self._read(webhook) for webhook in found]
        arrivals = [arrival for some, _ in readings for arrival in some]
        unreadable = [one for _, one in readings if one is not None]
        if arrivals:
            await self._intake.take(arrivals)
        if unreadable:
            await self._intake.keep(unreadable)

    def _read(self, webhook: Webhook, *, replay: bool = False) -> tuple[list[Arrival], Unreadable | None]:
        """The messages of a webhook, and the webhook itself where it says more than they do."""
        try:
            pieces = self._adapter(webhook.courier).read(webhook)
        except Exception as error:  # noqa: BLE001 - a fault in a reader must not hold up the webhooks behind this one
            _log.error("a webhook's reader failed", courier=webhook.courier, error=type(error).__name__)
            detail = f"Kervan could not read this webhook ({type(error).__name__}). It is kept; replay it after an update."
            pieces = [Unclear("body", "cannot_be_processed", detail)]
        arrivals: list[Arrival] = []
        unclear: list[Unclear] = []
        for number, piece in enumerate(pieces):
            if isinstance(piece, Unclear):
                unclear.append(piece)
                continue
            arrival = Arrival(
                topology.subject_of(webhook.source),
                piece,
                f"{webhook.token}:{number}",
                replay=replay,
                traceparent=webhook.traceparent,
            )
            message = read(arrival, webhook.received_at)
            if isinstance(message, Unreadable):
                unclear.append(Unclear(f"message {number}", message.code, message.detail))
            else:
                arrivals.append(arrival)
        if not unclear:
            return arrivals, None
        subject, detail = f"webhooks/{webhook.courier}", _told(unclear, len(pieces))
        return arrivals, Unreadable(
            subject, webhook.body, webhook.token, unclear[0].code, detail, webhook.source, webhook.message_id
        )


def _told(unclear: Sequence[Unclear], of: int) -> str:
    """What could not be read, and why, without its values."""
    if of == 1:
        return unclear[0].detail
    named = " ".join(f"{one.place}: {one.detail}" for one in unclear[:_SHOWN])
    more = f" And {len(unclear) - _SHOWN} more." if len(unclear) > _SHOWN else ""
    others = "" if len(unclear) == of else " The others were taken."
    return f"{len(unclear)} of {of} pieces cannot be read.{others} {named}{more}"


def _together(webhook: Webhook, outcomes: Sequence[Outcome]) -> Outcome:
    """What became of a webhook as a whole: that of the piece it stands worst with."""
    worst = max(outcomes, key=lambda one: _WEIGHT.index(one.state), default=None)
    shipments = [shipment for one in outcomes for shipment in one.shipments]
    if worst is None:
        return Outcome(webhook.source, webhook.message_id, "repeated", "nothing_to_tell", "no scan stands in it")
    return Outcome(webhook.source, webhook.message_id, worst.state, worst.code, worst.detail, shipments)


async def drain_quietly(inbound: Inbound) -> None:
    """Read what waits; where that fails it is logged and left to whoever looks next."""
    try:
        await inbound.drain()
    except (StoreUnavailableError, BatchConflictError) as error:
        _log.warning("webhooks wait", error=type(error).__name__)
    except Exception as error:  # noqa: BLE001 - a fault of ours; the webhooks stay where they are, and are tried again
        _log.error("webhooks cannot be read", error=type(error).__name__)
