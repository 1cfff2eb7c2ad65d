"""The SDK's way out: what it would ask with ``urllib`` is asked by our caller instead.

The SDK asks from threads of its own making, so a call is known by what runs in its thread just before it: the SDK traces each
request that it is about to make, with the tracer of the gateway that makes it. A request that no tracer announced goes nowhere.
"""

import asyncio
import io
import threading
from http.client import HTTPMessage, responses
from types import TracebackType
from typing import Any, Self
from urllib.error import HTTPError
from urllib.request import Request

import httpx

from adapters.calls.caller import Answer, Caller
from adapters.calls.counterpart import Operation
from adapters.calls.errors import CallError, UnavailableError, UnusableAnswerError

_MULTIPLE_CHOICES = 300


class _Thread(threading.local):
    question: "Question | None" = None


_HERE = _Thread()


class StrayCallError(CallError):
    """The SDK makes a call that is part of no question; it was not made."""

    kind = "unusable"


class WithoutTlsError(UnusableAnswerError):
    """The SDK wants to ask a carrier without TLS, so that anybody on the way could read the key; nothing was sent."""


class Said:
    """A carrier's answer, in the form in which the SDK reads one of ``urllib``'s."""

    def __init__(self, url: str, answer: Answer) -> None:
        """Keep it."""
        self.url, self.status, self.headers = url, answer.status, _headers(answer.headers)
        self._content = answer.content

    def read(self) -> bytes:
        """The body, as often as wanted."""
        return self._content

    def __enter__(self) -> Self:
        """Be used in a block."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Nothing is open."""


class Question:
    """One question to a carrier, in as many calls as its connector makes of it; made in the loop, used in threads."""

    def __init__(self, caller: Caller, operation: Operation, *, longest_s: float) -> None:
        """Nothing was asked yet; no call takes longer than ``longest_s``, its repetitions among them."""
        self._caller, self._operation, self._longest_s = caller, operation, longest_s
        self.ended = False
        self._loop = asyncio.get_running_loop()
        self.statuses: list[int] = []
        self.answers: list[bytes] = []
        self.failed: CallError | None = None
        """The first call that came to nothing."""

    def end(self) -> None:
        """The carrier has answered: what a connector would ask besides (FedEx's, for the signature) is not asked."""
        self.ended = True

    def trace(self, data: Any, key: str, *_: Any, **__: Any) -> Any:  # noqa: ANN401 - the SDK's own form
        """What the SDK calls before it asks: the next call in this thread is this question's."""
        if key == "request":
            _HERE.question = self
        return data

    def ask(self, request: Request) -> Said:
        """Make one call.

        Raises:
            HTTPError: the carrier said no; the SDK reads what it said.
            CallError: it came to nothing.
        """
        try:
            answer = self._answer(request)
        except CallError as error:
            self.failed = self.failed or error
            raise
        self.statuses.append(answer.status)
        self.answers.append(answer.content)
        if answer.status >= _MULTIPLE_CHOICES:  # the caller follows no redirection, so one is a no as well
            reason = responses.get(answer.status, "")
            headers = _headers(answer.headers)
            raise HTTPError(request.full_url, answer.status, reason, headers, io.BytesIO(answer.content))
        return Said(request.full_url, answer)

    def _answer(self, request: Request) -> Answer:
        if request.type != "https":
            message = f"{self._caller.counterpart.name} is not asked without TLS."
            raise WithoutTlsError(message, why="without TLS")
        headers = {name: value for name, value in request.header_items() if name.lower() != "accept-encoding"}
        call = self._caller.ask(
            self._operation, request.get_method(), request.full_url, headers=headers, content=_content(request.data)
        )
        coming = asyncio.run_coroutine_threadsafe(call, self._loop)
        try:
            return coming.result(self._longest_s)
        except TimeoutError as error:
            coming.cancel()
            raise UnavailableError(self._caller.counterpart.name, "time-out") from error


def urlopen(request: Request, timeout: float | None = None) -> Said:  # noqa: ARG001 - urllib's own form; the caller has its own
    """What the SDK calls in place of ``urllib.request.urlopen``.

    Raises:
        HTTPError, CallError: as :meth:`Question.ask`.
    """
    question, _HERE.question = _HERE.question, None
    if question is None or question.ended:
        raise StrayCallError("Karrio's SDK makes a call that is part of no question of ours; it was not made.")
    return question.ask(request)


def _content(data: Any) -> bytes | None:  # noqa: ANN401 - urllib takes more forms than the SDK gives
    return None if data is None else bytes(data)


def _headers(given: httpx.Headers) -> HTTPMessage:
    made = HTTPMessage()
    for name, value in given.items():
        made[name] = value
    return made
