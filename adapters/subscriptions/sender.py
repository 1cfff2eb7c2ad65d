"""Sends one message to one receiver, signed, and says in our words what came of it."""

import asyncio
import ssl
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit
from uuid import UUID

import httpx

from adapters.calls.addresses import ForbiddenAddressError, ForbiddenUrlError, Outside
from adapters.calls.caller import Caller
from adapters.calls.counterpart import Counterpart, Operation
from adapters.calls.errors import CallError, ShutError, TooManyCallsError, UnavailableError
from adapters.calls.guarded import GuardedTransport
from adapters.subscriptions import signing
from adapters.subscriptions.keyring import Keyring
from events.subscriptions import Attempt, Outcome, Receiver
from workflow.ports import Clock

_DELIVER = Operation("deliver", most_bytes=2048, attempts=1, glances=True)
_SHOWN = 500
_GONE = 410


@dataclass(frozen=True, slots=True)
class Sent:
    """What came of sending; without an attempt nothing was sent. ``again_s``: for how long to leave the receiver alone."""

    attempt: Attempt | None
    again_s: float = 0.0


class Sender:
    """Sends to receivers; each has its own caller, so that one that is down holds up no other. Close it at the end."""

    def __init__(
        self,
        outside: Outside,
        keyring: Keyring,
        clock: Clock,
        *,
        time_out_s: float,
        context: ssl.SSLContext | None = None,
        now: Callable[[], float] = time.monotonic,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """``context`` says which certificates to trust; ``now`` counts seconds from anywhere, ``pause`` lets them pass."""
        self.keyring, self._clock, self._time_out_s = keyring, clock, time_out_s
        self._now, self._pause = now, pause
        self.outside, self._context = outside, context
        self._callers: dict[tuple[UUID, str], Caller] = {}

    async def close(self) -> None:
        """Close all connections."""
        while self._callers:
            _, caller = self._callers.popitem()
            await caller.close()

    def check(self, receiver: Receiver) -> None:
        """See that a receiver's messages can be signed.

        Raises:
            SigningKeyError: they cannot.
        """
        self._keys(receiver, self._clock())

    async def send(self, receiver: Receiver, message_id: str, body: bytes, *, by: str = "") -> Sent:
        """Send once; nothing is raised for what the receiver does.

        Raises:
            SigningKeyError: the receiver's secret cannot be made; nothing was sent.
        """
        at = self._clock()
        headers = signing.headers(self._keys(receiver, at), message_id, int(at.timestamp()), body)
        headers["Content-Type"] = "application/cloudevents+json; charset=utf-8"
        began = self._now()
        caller = self._caller(receiver)
        outcome, status, said, again = await self._call(caller, receiver.url, headers, body)
        if outcome is None:
            return Sent(None, again)
        duration = max(0, round((self._now() - began) * 1000))
        return Sent(Attempt(message_id, outcome, at, duration, status, _text(said), by), again)

    async def _call(
        self, caller: Caller, url: str, headers: dict[str, str], body: bytes
    ) -> tuple[Outcome | None, int, bytes | str, float]:
        try:
            answer = await caller.ask(_DELIVER, "POST", url, headers=headers, content=body)
        except ShutError as error:
            return None, 0, "", error.seconds
        except TooManyCallsError as error:
            return (Outcome.TOO_MANY if error.status else None), error.status, "", error.seconds
        except UnavailableError as error:
            kind = Outcome.FAILED if error.status else Outcome.UNREACHABLE
            return kind, error.status, error.content or error.why, error.seconds
        except (ForbiddenAddressError, ForbiddenUrlError) as error:
            return Outcome.FORBIDDEN, 0, str(error), 0.0
        except CallError as error:
            return Outcome.UNREACHABLE, 0, error.why, 0.0
        kind = Outcome.REFUSED
        if answer.status == _GONE:
            kind = Outcome.GONE
        elif 200 <= answer.status < 300:
            kind = Outcome.DELIVERED
        return kind, answer.status, answer.content, 0.0

    def _keys(self, receiver: Receiver, at: datetime) -> list[bytes]:
        keys = [self.keyring.signing_key(receiver.secret)]
        if receiver.old is not None and receiver.old_until is not None and at < receiver.old_until:
            keys.append(self.keyring.signing_key(receiver.old))
        return keys

    def _caller(self, receiver: Receiver) -> Caller:
        name = (receiver.id, receiver.url)
        if name not in self._callers:
            self._context = self._context or httpx.create_ssl_context()  # reading the authorities takes its time
            host = urlsplit(receiver.url).hostname or ""
            counterpart = Counterpart("subscription", str(receiver.id), host)
            self._callers[name] = Caller(
                counterpart,
                time_out_s=self._time_out_s,
                clock=self._clock,
                now=self._now,
                pause=self._pause,
                transport=GuardedTransport(self.outside, self._context),
            )
        return self._callers[name]


def _text(said: bytes | str) -> str:
    """An answer's first characters, as they may be kept and shown."""
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return "".join(c if c.isprintable() or c in "\n\t" else "\N{REPLACEMENT CHARACTER}" for c in text[:_SHOWN])
