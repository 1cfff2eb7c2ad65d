"""Calls one counterpart: every request of ours to it goes through here."""

import asyncio
import copy
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from types import TracebackType
from typing import Any, Protocol, Self

import httpx
import stamina

from adapters.calls.breaker import Breaker, BreakerState
from adapters.calls.counterpart import Counterpart, Operation
from adapters.calls.errors import OversizeError, PackedError, ShutError, TooManyCallsError, UnavailableError
from adapters.calls.fare import Fare
from adapters.calls.pace import Pace

_MANY = httpx.codes.TOO_MANY_REQUESTS
_WAIT_S, _LONGEST_WAIT_S = 0.2, 1.0
_BUSY_S = 10.0
"""How long to wait after a 429 that does not say, where the operation has no limit of its own."""
_LONGEST_RETRY_AFTER_S = 3600.0
"""A counterpart that wants to be left alone for longer is asked once an hour all the same."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a counterpart said: any status but a failure's, and the body as it came over the line."""

    status: int
    content: bytes
    headers: httpx.Headers


class Called(Protocol):
    """A counterpart as it is watched: one caller, or several that stand for one."""

    @property
    def fare(self) -> Fare:
        """How it fares."""
        ...

    @property
    def breaker(self) -> Breaker:
        """Whether it is left alone."""
        ...


class Caller:
    """Calls one counterpart; close it at the end.

    ``time_out_s`` is for one attempt as a whole, however slowly the bytes trickle in; ``callers`` is how many processes call
    the counterpart at once; ``now`` counts seconds from anywhere, and ``pause`` lets them pass.
    """

    def __init__(
        self,
        counterpart: Counterpart,
        *,
        time_out_s: float,
        callers: int = 1,
        headers: Mapping[str, str] | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        now: Callable[[], float] = time.monotonic,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        """Send ``headers`` with every call; where somebody else says the URLs, ``transport`` is the guarded one."""
        self.counterpart = counterpart
        self.fare = Fare(clock)
        self.breaker = Breaker(counterpart.breaking, now, trial_s=time_out_s)
        self._time_out_s, self._callers, self._clock, self._now, self._pause = time_out_s, callers, clock, now, pause
        self._paces: dict[str, Pace] = {}
        self._headers = {"User-Agent": "kervan", "Accept-Encoding": "identity", **(headers or {})}
        self._http = self._client(transport)

    def _client(self, transport: httpx.AsyncBaseTransport | None) -> httpx.AsyncClient:
        return httpx.AsyncClient(timeout=self._time_out_s, follow_redirects=False, headers=self._headers, transport=transport)

    def by(self, transport: httpx.AsyncBaseTransport) -> "Caller":
        """Another way out to the same counterpart, for URLs that it gives: limits, breaker and fare are this one's too."""
        other = copy.copy(self)
        other._http = self._client(transport)  # noqa: SLF001 - one of its own class
        return other

    async def __aenter__(self) -> Self:
        """Be closed at the end of a block."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the connections."""
        await self.close()

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def ask(
        self,
        operation: Operation,
        method: str,
        url: str,
        *,
        key: str = "",
        headers: Mapping[str, str] | None = None,
        **more: Any,  # noqa: ANN401 - as httpx takes them
    ) -> Answer:
        """Make one call, as often as the operation allows where it fails in passing.

        ``key`` is the idempotency key: it goes along with every attempt where the counterpart takes one.

        Raises:
            UnavailableError: no answer, or a failure (5xx).
            ShutError: it failed too often just now; nothing was sent.
            TooManyCallsError: its limit is used up.
            OversizeError, PackedError: the answer cannot be used.
        """
        sent = dict(headers or {})
        if key and self.counterpart.key_header:
            sent[self.counterpart.key_header] = key
        async for attempt in stamina.retry_context(
            on=self._again, attempts=operation.attempts, timeout=None, wait_initial=_WAIT_S, wait_max=_LONGEST_WAIT_S
        ):
            with attempt:
                return await self._once(operation, method, url, headers=sent, **more)
        message = "stamina ends with a value or an error"
        raise AssertionError(message)

    def shut_out(self, why: str) -> None:
        """The counterpart refuses *us* (a wrong key, a right withdrawn): it will refuse every other call as well.

        So it is left alone for a while, although it did answer; a person has to mend something meanwhile.
        """
        self.fare.refused(why)
        self._failed(self.counterpart.breaking.longest_s)

    def _again(self, error: Exception) -> bool:
        """Whether an attempt that failed is worth another at once: not where the counterpart says when to come again."""
        if not isinstance(error, UnavailableError) or error.seconds:
            return False
        return error.status in {0, *self.counterpart.passing} and self.breaker.state is BreakerState.CLOSED

    async def _once(self, operation: Operation, method: str, url: str, **more: Any) -> Answer:  # noqa: ANN401 - as httpx's
        await self._turn(operation)
        async with self._watched() as trial:
            try:
                async with asyncio.timeout(self._time_out_s), self._http.stream(method, url, **more) as response:
                    answer = await self._read(operation, response)
            except (httpx.TransportError, TimeoutError) as error:
                raise UnavailableError(self.counterpart.name, type(error).__name__) from error
            wait = self._retry_after(answer)
            if answer.status == _MANY:
                if wait:
                    self._pace(operation).hold(wait)
                raise TooManyCallsError(self.counterpart.name, wait or _share_s(operation), status=answer.status)
            if answer.status >= httpx.codes.INTERNAL_SERVER_ERROR and not self.counterpart.clear_no(
                answer.status, answer.content
            ):
                why = f"HTTP {answer.status}"
                raise UnavailableError(self.counterpart.name, why, status=answer.status, content=answer.content, seconds=wait)
            trial.succeeded()
            return answer

    async def _turn(self, operation: Operation) -> None:
        """Wait until a call may be made, or say when.

        Raises:
            ShutError, TooManyCallsError: not now.
        """
        waited = 0.0
        while True:
            if (seconds := self.breaker.wait_s) > 0:
                raise ShutError(self.counterpart.name, seconds)
            seconds = self._pace(operation).take()
            if not seconds:
                return
            if waited + seconds > operation.waits_s:
                raise TooManyCallsError(self.counterpart.name, seconds)
            waited += seconds
            await self._pause(seconds)

    @asynccontextmanager
    async def _watched(self) -> AsyncIterator[Fare]:
        """Let breaker and fare know how an attempt went."""
        if (seconds := self.breaker.enter()) > 0:
            raise ShutError(self.counterpart.name, seconds)
        try:
            yield self.fare
        except UnavailableError as error:
            self.fare.failed(error.kind, error.why)
            self._failed(error.seconds)
            raise
        except (TooManyCallsError, OversizeError, PackedError) as error:
            self.fare.failed(error.kind, error.why)
            self.breaker.answered()
            raise
        except BaseException:
            self.breaker.left()
            raise
        else:
            self.breaker.answered()

    def _failed(self, pause: float) -> None:
        before = self.breaker.left_s
        self.breaker.failed(pause)
        if not before and (seconds := self.breaker.left_s):
            self.fare.opened(self._clock() + timedelta(seconds=seconds))

    def _pace(self, operation: Operation) -> Pace:
        if operation.name not in self._paces:
            limit = operation.limit.shared(self._callers) if operation.limit is not None else None
            self._paces[operation.name] = Pace(limit, self._now)
        return self._paces[operation.name]

    async def _read(self, operation: Operation, response: httpx.Response) -> Answer:
        """The answer, with the bytes as they come over the line, up to the limit.

        Of a failure its beginning will do, and nothing where it comes packed: it is a failure whatever it says.
        """
        if operation.glances:
            return Answer(response.status_code, await _beginning(response, operation.most_bytes), response.headers)
        failure = response.status_code >= httpx.codes.INTERNAL_SERVER_ERROR or response.status_code == _MANY
        if response.headers.get("content-encoding", "identity").strip().lower() != "identity":
            if failure:
                return Answer(response.status_code, b"", response.headers)
            raise PackedError(self.counterpart.name, response.status_code)
        found = bytearray()
        async for piece in response.aiter_raw():
            found += piece
            if len(found) > operation.most_bytes:
                if failure:
                    break
                raise OversizeError(self.counterpart.name, operation.most_bytes)
        return Answer(response.status_code, bytes(found), response.headers)

    def _retry_after(self, answer: Answer) -> float:
        """Seconds of ``Retry-After`` (RFC 9110, 10.2.3: a number, or a date); 0 where there is none that can be read."""
        said = answer.headers.get("retry-after", "").strip()
        if said.isascii() and said.isdigit():
            return min(float(said), _LONGEST_RETRY_AFTER_S)
        try:
            until = parsedate_to_datetime(said)
        except (ValueError, OverflowError):
            return 0.0
        until = until if until.tzinfo is not None else until.replace(tzinfo=UTC)
        return min(max(0.0, (until - self._clock()).total_seconds()), _LONGEST_RETRY_AFTER_S)


async def _beginning(response: httpx.Response, most_bytes: int) -> bytes:
    """An answer's first bytes; nothing of one that comes packed."""
    found = bytearray()
    if response.headers.get("content-encoding", "identity").strip().lower() != "identity":
        return b""
    async for piece in response.aiter_raw():
        found += piece
        if len(found) >= most_bytes:
            break
    return bytes(found[:most_bytes])


def _share_s(operation: Operation) -> float:
    return operation.limit.within_s if operation.limit is not None else _BUSY_S
