"""Navlungo's Shipping API over HTTP: one token, two questions, and the PDF behind a short-lived address."""

import asyncio
import time
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self, TypeVar
from urllib.parse import urlsplit

import httpx
import orjson
from pydantic import BaseModel, ValidationError

from adapters.calls.addresses import ForbiddenAddressError, ForbiddenUrlError, Outside, UnknownHostError
from adapters.calls.caller import Answer, Caller
from adapters.calls.counterpart import Operation
from adapters.calls.errors import ShutError, TooManyCallsError, UnavailableError, UnusableAnswerError
from adapters.calls.guarded import GuardedTransport
from adapters.couriers.navlungo import COUNTERPART, ETGB, PDF, SCOPE, TOKEN, TRACKING, refused_client
from adapters.couriers.navlungo.errors import (
    NOT_YET,
    NavlungoUnavailableError,
    NotAuthorisedError,
    ProtocolChangedError,
    TooManyRequestsError,
    UnknownReferenceError,
)
from adapters.couriers.navlungo.mapping import EtgbDocument, Token, Tracking
from events.translate import wrong_fields

_EARLY_S = 60.0
"""A token is not used in its last minute."""

_Form = TypeVar("_Form", bound=BaseModel)


class NavlungoClient:
    """Asks Navlungo; ``timeout_s`` is for one attempt as a whole. ``now`` counts seconds from anywhere."""

    def __init__(
        self,
        client_id: str,
        client_secret: str,
        *,
        api_url: str,
        identity_url: str,
        timeout_s: float = 10.0,
        callers: int = 1,
        outside: Outside | None = None,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        """Ask in the name of a client; ``callers`` is how many processes do so at once.

        ``outside`` says where the addresses of PDFs may lead; without, to the public internet only.
        """
        self._who = {"client_id": client_id, "client_secret": client_secret}
        self._api, self._identity = api_url.rstrip("/"), identity_url.rstrip("/")
        self._now = now
        self.caller = Caller(COUNTERPART, time_out_s=timeout_s, callers=callers, now=now)
        self._elsewhere = self.caller.by(GuardedTransport(outside or Outside()))
        self._token, self._good_until = "", 0.0
        self._turn = asyncio.Lock()

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
        await self._elsewhere.close()
        await self.caller.close()

    async def tracking(self, reference: int) -> Tracking:
        """A parcel's checkpoints.

        Raises:
            NavlungoError: one class a cause; see :mod:`adapters.couriers.navlungo.errors`.
        """
        return await self._asked(TRACKING, f"/api/shipping/v1/shipments/{reference}/tracking", Tracking)

    async def etgb(self, reference: int) -> EtgbDocument:
        """A delivered parcel's ETGB; errors as :meth:`tracking`."""
        return await self._asked(ETGB, f"/api/shipping/v1/shipments/{reference}/etgb/download-url", EtgbDocument)

    async def pdf(self, url: str) -> bytes:
        """The PDF at an address that :meth:`etgb` gave less than two minutes ago; asked for without our token.

        Raises:
            NavlungoUnavailableError: it did not come; ask for a new address.
            ProtocolChangedError: it is no PDF, or larger than any, or its address may not be called.
        """
        what = "the PDF of an ETGB"
        try:
            answer = await self._call(PDF, "GET", url, what=what, caller=self._elsewhere)
        except (ForbiddenUrlError, ForbiddenAddressError) as error:
            raise ProtocolChangedError(what, str(error)) from error
        except UnknownHostError as error:
            raise NavlungoUnavailableError(what, error.why) from error
        if answer.status != httpx.codes.OK:
            raise NavlungoUnavailableError(what, f"HTTP {answer.status}")
        if not answer.content.startswith(b"%PDF-"):
            raise ProtocolChangedError(what, "it does not begin as a PDF does.")
        return answer.content

    async def token(self) -> str:
        """A token, a new one where the last is old; errors as :meth:`tracking`."""
        async with self._turn:
            if self._now() >= self._good_until:
                form = {"grant_type": "client_credentials", **self._who, "scope": SCOPE}
                answer = await self._call(TOKEN, "POST", f"{self._identity}/connect/token", data=form)
                if answer.status != httpx.codes.OK:
                    raise self._shut_out(_no_token(answer))
                token = _read("a token", answer.content, Token)
                self._token, self._good_until = token.access_token, self._now() + token.expires_in - _EARLY_S
            return self._token

    async def _asked(self, operation: Operation, path: str, form: type[_Form]) -> _Form:
        answer = await self._authorised(operation, path)
        if answer.status == httpx.codes.UNAUTHORIZED:  # the token may have been withdrawn: once more with a new one
            self._good_until = 0.0
            answer = await self._authorised(operation, path)
        if answer.status != httpx.codes.OK:
            raise self._shut_out(_refusal(path, answer))
        return _read(path, answer.content, form)

    async def _authorised(self, operation: Operation, path: str) -> Answer:
        return await self._call(operation, "GET", self._api + path, headers={"Authorization": f"Bearer {await self.token()}"})

    def _shut_out(self, error: Exception) -> Exception:
        """An error; where it says that the client itself is refused, Navlungo is left alone for a while."""
        if isinstance(error, NotAuthorisedError):
            self.caller.shut_out(error.why)
        return error

    async def _call(
        self,
        operation: Operation,
        method: str,
        url: str,
        *,
        what: str = "",
        caller: Caller | None = None,
        **more: Any,  # noqa: ANN401 - as httpx takes them
    ) -> Answer:
        """One call, with what may come of it in Navlungo's own errors."""
        what = what or urlsplit(url).path
        try:
            return await (caller or self.caller).ask(operation, method, url, **more)
        except TooManyCallsError as error:
            raise TooManyRequestsError(error.seconds) from error
        except (UnavailableError, ShutError) as error:
            raise NavlungoUnavailableError(what, error.why, error.seconds or self.caller.breaker.wait_s) from error
        except UnusableAnswerError as error:
            raise ProtocolChangedError(what, f"{error.why}.") from error


def _read(what: str, content: bytes, form: type[_Form]) -> _Form:
    try:
        return form.model_validate_json(content)
    except ValidationError as error:
        raise ProtocolChangedError(what, wrong_fields(error)) from None


def _said(content: bytes) -> dict[str, Any]:
    try:
        found = orjson.loads(content)
    except orjson.JSONDecodeError:
        return {}
    return found if isinstance(found, dict) else {}


def _refusal(what: str, answer: Answer) -> Exception:
    """The typed refusal of an answer that is not 200."""
    said = _said(answer.content)
    code = str(said.get("code") or said.get("type") or "")[:100]
    if answer.status == httpx.codes.BAD_REQUEST and code in NOT_YET:
        return NOT_YET[code](f"{what}: {code}")
    if answer.status in {httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN}:
        return NotAuthorisedError(code or f"HTTP {answer.status}")
    if answer.status == httpx.codes.NOT_FOUND and code == "record.not.found":
        return UnknownReferenceError(what)
    return ProtocolChangedError(what, f"HTTP {answer.status} {code}".strip() + ".")


def _no_token(answer: Answer) -> Exception:
    """Why there is no token: a wrong client is told as a 500."""
    error = refused_client(answer.content)
    if error or answer.status in {httpx.codes.BAD_REQUEST, httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN}:
        return NotAuthorisedError(error or f"HTTP {answer.status}")
    return ProtocolChangedError("a token", f"HTTP {answer.status}.")
