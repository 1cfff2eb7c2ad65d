"""Asks one carrier over Karrio's SDK: its blocking calls run in threads, what they send goes through our caller."""

import asyncio
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from adapters.calls.caller import Caller
from adapters.calls.counterpart import Operation
from adapters.calls.errors import CallError, ShutError, TooManyCallsError, UnavailableError
from adapters.couriers.karrio import mapping
from adapters.couriers.karrio.errors import (
    AnswerChangedError,
    CarrierUnavailableError,
    KarrioError,
    NotAuthorisedError,
    TooManyQuestionsError,
    UnknownNumberError,
)
from adapters.couriers.karrio.line import Question
from adapters.couriers.karrio.sdk import Sdk

_AT_ONCE = 4
"""Questions to one carrier that are under way at once; each takes a thread, and some connectors take another."""
_CALLS = 2
"""Of one question: many carriers want a token first."""
_SPARE_S = 5.0
_REFUSED = frozenset({401, 403})
_NOT_FOUND = 404


@dataclass(frozen=True, slots=True)
class Tracked:
    """What came of a question: the SDK's events in the carrier's order, and the carrier's own words."""

    events: list[Any]
    answers: list[bytes]


class KarrioClient:
    """Asks the carrier of one courier; close it at the end."""

    def __init__(
        self,
        sdk: Sdk,
        courier: str,
        carrier: str,
        given: Mapping[str, Any],
        *,
        caller: Caller,
        operation: Operation,
        time_out_s: float,
    ) -> None:
        """Ask with the settings ``given``; ``time_out_s`` is for one attempt of one call.

        Raises:
            KarrioMissingError, WrongKarrioSettingsError: it cannot be asked.
        """
        self.courier, self.carrier, self.caller = courier, carrier, caller
        self._sdk, self._given, self._operation = sdk, dict(given), operation
        self._opener = sdk.opener(courier, carrier, given)
        self._call_s = operation.attempts * (operation.waits_s + time_out_s + 1.0) + _SPARE_S
        self._cache = sdk.cache()
        self._free = asyncio.Semaphore(_AT_ONCE)
        self._threads = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix=f"karrio-{courier}")

    async def __aenter__(self) -> Self:
        """Be closed at the end of a block."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the connections."""
        await self.close()

    async def close(self) -> None:
        """Close the connections; a thread that still waits for an answer ends by itself."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        await self.caller.close()

    async def tracking(self, number: str) -> Tracked:
        """A parcel's scans; none where the carrier knows the parcel and has not scanned it yet.

        Raises:
            KarrioError: one class a cause; see :mod:`adapters.couriers.karrio.errors`.
        """
        try:
            return await self._asked(number)
        except NotAuthorisedError as error:
            self._cache = self._sdk.cache()  # a token of it may be what is refused
            self.caller.shut_out(error.why)
            raise

    async def _asked(self, number: str) -> Tracked:
        async with self._free:
            question = Question(self.caller, self._operation, longest_s=self._call_s)
            asked = asyncio.get_running_loop().run_in_executor(self._threads, self._ask, number, question)
            try:
                async with asyncio.timeout(_CALLS * self._call_s + _SPARE_S):
                    details, messages = await asked
            except TimeoutError:
                raise CarrierUnavailableError(self._who, "time-out") from None
        events = [event for detail in details or () for event in detail.events or ()]
        if not events and (question.failed is not None or messages or not details):
            raise self._why_not(number, question, messages or ())
        return Tracked(events, question.answers)

    def _ask(self, number: str, question: Question) -> tuple[Any, Any]:
        """In a thread: have the SDK ask. Whatever goes wrong inside, it gives as a message."""
        tracer = self._sdk.tracer()
        tracer.trace = question.trace
        gateway = self._opener.create(dict(self._given), tracer=tracer, cache=self._cache)
        answer = self._sdk.tracking.fetch({"tracking_numbers": [number]}).from_(gateway)
        question.end()
        details, messages = answer.parse()
        return details, messages

    @property
    def _who(self) -> str:
        return self.caller.counterpart.name

    def _why_not(self, number: str, question: Question, messages: Any) -> KarrioError:  # noqa: ANN401 - the SDK's own
        """Why there are no scans: by what the calls came to, and then by the carrier's codes."""
        if question.failed is not None:
            return self._failed(question.failed)
        codes = [str(message.code or "") for message in messages]
        why = ", ".join(dict.fromkeys([f"HTTP {status}" for status in question.statuses[-1:]] + [c for c in codes if c]))[:200]
        if _REFUSED & set(question.statuses):
            return NotAuthorisedError(self.courier, why)
        if _NOT_FOUND in question.statuses or not mapping.UNKNOWN_NUMBERS.isdisjoint(codes):
            return UnknownNumberError(self._who, number)
        return AnswerChangedError(self._who, why or "no scans, and no word why")

    def _failed(self, error: CallError) -> KarrioError:
        if isinstance(error, TooManyCallsError):
            return TooManyQuestionsError(self._who, error.seconds)
        if isinstance(error, UnavailableError | ShutError):
            return CarrierUnavailableError(self._who, error.why, error.seconds or self.caller.breaker.wait_s)
        return AnswerChangedError(self._who, error.why)
