"""What people do with subscriptions, whichever door they come through: the API and the console call these."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

from adapters.calls.addresses import ForbiddenAddressError, ForbiddenUrlError, UnknownHostError
from adapters.database import subscriptions as table
from adapters.subscriptions.keyring import SigningKeyError
from adapters.web.absent import absent
from adapters.web.problems import ProblemError
from adapters.web.services import Services
from events.outgoing import SOURCE, envelope
from events.subscriptions import TESTED, Hears, Receiver
from workflow.errors import Pair, texts_of

_LOOK_UP_S = 5.0
_Made = TypeVar("_Made")
OVERLAP = timedelta(hours=24)
"""For how long both secrets sign after a rotation, where nothing else is said."""
LONGEST_OVERLAP = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Asked:
    """What an action was asked with."""

    since: datetime | None = None
    again: bool = False
    overlap: timedelta = OVERLAP


async def add(parts: Services, *, name: str, url: str, hears: Hears, by: str) -> dict[str, Any]:
    """Make a subscription; its secret is told by :func:`secret`.

    Raises:
        ProblemError: 422, the URL may not be called; 409, the name is taken; 503, there is no key to sign with.
    """
    await _check(parts, url)
    secret = _of_key(parts.sender.keyring.new)
    try:
        made = await table.add(parts.pool, name=name, url=url, hears=hears, secret=secret, by=by, now=parts.clock())
    except table.SubscriptionNameTakenError as error:
        raise ProblemError.of(409, "subscription-name-taken", error, why=texts_of(error)) from None
    return await known(parts, made)


async def change(
    parts: Services, subscription: UUID, *, name: str | None, url: str | None, hears: Hears | None
) -> dict[str, Any]:
    """Change what is given.

    Raises:
        ProblemError: 404; 422, the URL may not be called; 409, the name is taken.
    """
    if url is not None:
        await _check(parts, url)
    try:
        await table.change(parts.pool, subscription, name=name, url=url, hears=hears)
    except table.SubscriptionNameTakenError as error:
        raise ProblemError.of(409, "subscription-name-taken", error, why=texts_of(error)) from None
    return await known(parts, subscription)


async def known(parts: Services, subscription: UUID) -> dict[str, Any]:
    """A subscription as it is shown.

    Raises:
        ProblemError: 404.
    """
    found = await table.one(parts.pool, subscription)
    if found is None:
        raise _unknown(subscription)
    return found


async def secret(parts: Services, subscription: UUID) -> str:
    """The secret with which a subscription's messages are signed now.

    Raises:
        ProblemError: 404; 503, the key that it is made with is not here.
    """
    receiver = await _receiver(parts, subscription)
    return _of_key(lambda: parts.sender.keyring.shown(receiver.secret))


async def pause(parts: Services, subscription: UUID, _by: str, _asked: Asked) -> None:
    """Deliver nothing for a while.

    Raises:
        ProblemError: 409, it is not active.
    """
    if not await table.pause(parts.pool, subscription, parts.clock()):
        raise _not_now(("Yalnız süren bir abonelik duraklatılabilir.", "Only an active subscription can be paused."))


async def resume(parts: Services, subscription: UUID, by: str, _asked: Asked) -> None:
    """Deliver again.

    Raises:
        ProblemError: 409, it is active.
    """
    if not await table.resume(parts.pool, subscription, by, parts.clock()):
        raise _not_now(("Abonelik zaten sürüyor.", "The subscription is active already."))


async def rotate(parts: Services, subscription: UUID, _by: str, asked: Asked) -> None:
    """Sign with a new secret, for a while with the one before too.

    Raises:
        ProblemError: 503, there is no key to sign with.
    """
    made = _of_key(parts.sender.keyring.new)
    await table.rotate(parts.pool, subscription, made, parts.clock(), asked.overlap)


async def replay(parts: Services, subscription: UUID, _by: str, asked: Asked) -> None:
    """Have what was told since a time sent.

    Raises:
        ProblemError: 422, the time is missing or is to come.
    """
    now = parts.clock()
    if asked.since is None or asked.since >= now:
        example = '{"since": "2026-11-20T09:00:00+03:00"}'
        said = (
            f"Ne zamandan beri olduğunu, geçmiş bir zaman olarak yazın: {example}.",
            f"Say since when, as a time that has passed: {example}.",
        )
        raise ProblemError(422, "wrong-data", said)
    await table.replay(parts.pool, subscription, asked.since, now, again=asked.again)


ACTIONS: dict[str, Callable[[Services, UUID, str, Asked], Awaitable[None]]] = {
    "pause": pause,
    "resume": resume,
    "rotate": rotate,
    "replay": replay,
}
"""What can be done to a subscription, by name."""


async def act(parts: Services, subscription: UUID, action: str, by: str, asked: Asked) -> dict[str, Any]:
    """Do one of :data:`ACTIONS`, and show the subscription as it is then.

    Raises:
        ProblemError: 404; what the action raises.
    """
    await known(parts, subscription)
    await ACTIONS[action](parts, subscription, by, asked)
    return await known(parts, subscription)


async def remove(parts: Services, subscription: UUID, by: str) -> None:
    """End a subscription.

    Raises:
        ProblemError: 404.
    """
    if not await table.remove(parts.pool, subscription, by, parts.clock()):
        raise _unknown(subscription)


async def try_out(parts: Services, subscription: UUID, by: str) -> dict[str, Any]:
    """Send a message that means nothing, at once, and show what came of it.

    Raises:
        ProblemError: 404; 409, the receiver is left alone just now; 503, nothing can be signed.
    """
    receiver = await _receiver(parts, subscription)
    now = parts.clock()
    message_id = f"{subscription}:test:{now.timestamp():.6f}"
    data = {"subscription": str(subscription), "name": receiver.name, "by": by}
    body = envelope(source=SOURCE, id=message_id, type=TESTED, time=now, data=data)
    return await _send(parts, receiver, message_id, body, by)


async def resend(parts: Services, subscription: UUID, attempt: UUID, by: str) -> dict[str, Any]:
    """Send the message of an attempt once more, at once, and show what came of it.

    Raises:
        ProblemError: 404, of either; 409, the receiver is left alone just now; 503, nothing can be signed.
    """
    receiver = await _receiver(parts, subscription)
    delivery = await table.tried(parts.pool, subscription, attempt)
    if delivery is None:
        raise absent("attempt-unknown", attempt)
    return await _send(parts, receiver, delivery.message_id, delivery.body, by)


async def _send(parts: Services, receiver: Receiver, message_id: str, body: bytes, by: str) -> dict[str, Any]:
    try:
        sent = await parts.sender.send(receiver, message_id, body, by=by)
    except SigningKeyError as error:
        raise ProblemError.of(503, "no-signing-key", error) from None
    if sent.attempt is None:
        raise _not_now(
            (
                f"Alıcı az önce çok sık hata verdi; {sent.again_s:.0f} saniye daha ona bir şey gönderilmeyecek.",
                f"The receiver failed too often just now and is left alone for another {sent.again_s:.0f} s.",
            )
        )
    return await table.note_attempt(parts.pool, receiver.id, sent.attempt)


async def _receiver(parts: Services, subscription: UUID) -> Receiver:
    found = await table.receiver(parts.pool, subscription)
    if found is None:
        raise _unknown(subscription)
    return found


async def _check(parts: Services, url: str) -> None:
    """See that a URL may be called; a name that is not known yet may come to be."""
    try:
        async with asyncio.timeout(_LOOK_UP_S):
            await parts.sender.outside.check(url)
    except (UnknownHostError, TimeoutError):
        return
    except (ForbiddenUrlError, ForbiddenAddressError) as error:
        raise ProblemError.of(422, error.kind.replace("_", "-"), error) from None


def _of_key(make: Callable[[], _Made]) -> _Made:
    try:
        return make()
    except SigningKeyError as error:
        raise ProblemError.of(503, "no-signing-key", error) from None


def _unknown(subscription: UUID) -> ProblemError:
    return absent("subscription-unknown", subscription)


def _not_now(why: Pair) -> ProblemError:
    return ProblemError(409, "not-now", why, why=why)
