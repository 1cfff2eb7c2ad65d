"""Navlungo's Shipping API over HTTP: one token, two questions, and the PDF behind a short-lived address."""

import asyncio
import time
from collections import deque
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self, TypeVar
from urllib.parse import urlsplit

import httpx
import orjson
import stamina
from pydantic import BaseModel, ValidationError

from adapters.couriers.navlungo import SCOPE
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

MAX_ANSWER, MAX_PDF = 1024 * 1024, 10 * 1024 * 1024

_ATTEMPTS = 3
_WAIT_S, _LONGEST_WAIT_S = 0.2, 1.0
_PASSING = frozenset({502, 503, 504})
_WINDOW_S = 10.0
_TRACKINGS, _ETGBS = 20, 5
_EARLY_S = 60.0
"""A token is not used in its last minute."""

_Form = TypeVar("_Form", bound=BaseModel)


class Pace:
    """At most so many requests in any ten seconds, as Navlungo counts them (a sliding window); for one process."""

    def __init__(self, most: int, now: Callable[[], float]) -> None:
        """Nothing was asked yet."""
        self._most, self._now = most, now
        self._asked: deque[float] = deque()

    def take(self) -> None:
        """Count a request that is about to be made.

        Raises:
            TooManyRequestsError: it must wait.
        """
        now = self._now()
        while self._asked and self._asked[0] <= now - _WINDOW_S:
            self._asked.popleft()
        if len(self._asked) >= self._most:
            raise TooManyRequestsError(self._asked[0] + _WINDOW_S - now)
        self._asked.append(now)


class _PassingError(Exception):
    """A failure that may be gone at the next attempt; its text is what happened."""


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
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        """Ask in the name of a client."""
        self._who = {"client_id": client_id, "client_secret": client_secret}
        self._api, self._identity = api_url.rstrip("/"), identity_url.rstrip("/")
        self._timeout_s, self._now = timeout_s, now
        self._http = httpx.AsyncClient(timeout=timeout_s, follow_redirects=False, headers={"User-Agent": "kervan"})
        self._token, self._good_until = "", 0.0
        self._turn = asyncio.Lock()
        self._trackings, self._etgbs = Pace(_TRACKINGS, now), Pace(_ETGBS, now)

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

    async def tracking(self, reference: int) -> Tracking:
        """A parcel's checkpoints.

        Raises:
            NavlungoError: one class a cause; see :mod:`adapters.couriers.navlungo.errors`.
        """
        self._trackings.take()
        return await self._asked(f"/api/shipping/v1/shipments/{reference}/tracking", Tracking)

    async def etgb(self, reference: int) -> EtgbDocument:
        """A delivered parcel's ETGB; errors as :meth:`tracking`."""
        self._etgbs.take()
        return await self._asked(f"/api/shipping/v1/shipments/{reference}/etgb/download-url", EtgbDocument)

    async def pdf(self, url: str) -> bytes:
        """The PDF at an address that :meth:`etgb` gave less than two minutes ago; asked for without our token.

        Raises:
            NavlungoUnavailableError: it did not come; ask for a new address.
            ProtocolChangedError: it is no PDF, or larger than any.
        """
        what = "the PDF of an ETGB"
        if urlsplit(url).scheme != urlsplit(self._api).scheme:
            raise ProtocolChangedError(what, "its address is not one of https.")
        try:
            status, content = await self._once("GET", url, limit=MAX_PDF)
        except _PassingError as error:
            raise NavlungoUnavailableError(what, str(error)) from error.__cause__
        if status != httpx.codes.OK:
            raise NavlungoUnavailableError(what, f"HTTP {status}")
        if not content.startswith(b"%PDF-"):
            raise ProtocolChangedError(what, "it does not begin as a PDF does.")
        return content

    async def _asked(self, path: str, form: type[_Form]) -> _Form:
        status, content = await self._authorised(path)
        if status == httpx.codes.UNAUTHORIZED:  # the token may have been withdrawn: once more with a new one
            self._good_until = 0.0
            status, content = await self._authorised(path)
        if status != httpx.codes.OK:
            raise _refusal(path, status, content)
        return _read(path, content, form)

    async def _authorised(self, path: str) -> tuple[int, bytes]:
        return await self._tried("GET", self._api + path, headers={"Authorization": f"Bearer {await self._valid_token()}"})

    async def _valid_token(self) -> str:
        async with self._turn:
            if self._now() >= self._good_until:
                form = {"grant_type": "client_credentials", **self._who, "scope": SCOPE}
                status, content = await self._tried("POST", f"{self._identity}/connect/token", data=form)
                if status != httpx.codes.OK:
                    raise _no_token(status, content)
                token = _read("a token", content, Token)
                self._token, self._good_until = token.access_token, self._now() + token.expires_in - _EARLY_S
            return self._token

    async def _tried(self, method: str, url: str, **more: Any) -> tuple[int, bytes]:  # noqa: ANN401 - as httpx takes them
        what = urlsplit(url).path
        try:
            async for attempt in stamina.retry_context(
                on=_PassingError, attempts=_ATTEMPTS, timeout=None, wait_initial=_WAIT_S, wait_max=_LONGEST_WAIT_S
            ):
                with attempt:
                    return await self._once(method, url, **more)
        except _PassingError as error:
            raise NavlungoUnavailableError(what, f"{error}, after {_ATTEMPTS} attempts") from error.__cause__
        message = "stamina ends with a value or an error"
        raise AssertionError(message)

    async def _once(self, method: str, url: str, *, limit: int = MAX_ANSWER, **more: Any) -> tuple[int, bytes]:  # noqa: ANN401
        try:
            async with asyncio.timeout(self._timeout_s), self._http.stream(method, url, **more) as answer:
                if answer.status_code in _PASSING:
                    what = f"HTTP {answer.status_code}"
                    raise _PassingError(what)
                content = bytearray()
                async for piece in answer.aiter_bytes():
                    content += piece
                    if len(content) > limit:
                        raise ProtocolChangedError(urlsplit(url).path, f"it is larger than {limit} bytes.")
                return answer.status_code, bytes(content)
        except (httpx.TransportError, TimeoutError) as error:
            raise _PassingError(type(error).__name__) from error


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


def _refusal(what: str, status: int, content: bytes) -> Exception:
    """The typed refusal of an answer that is not 200."""
    said = _said(content)
    code = str(said.get("code") or said.get("type") or "")[:100]
    if status == httpx.codes.BAD_REQUEST and code in NOT_YET:
        return NOT_YET[code](f"{what}: {code}")
    if status == httpx.codes.TOO_MANY_REQUESTS:
        return TooManyRequestsError(_WINDOW_S)
    if status in {httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN}:
        return NotAuthorisedError(code or f"HTTP {status}")
    if status == httpx.codes.NOT_FOUND and code == "record.not.found":
        return UnknownReferenceError(what)
    if status >= httpx.codes.INTERNAL_SERVER_ERROR:
        return NavlungoUnavailableError(what, f"HTTP {status} {code}".strip())
    return ProtocolChangedError(what, f"HTTP {status} {code}".strip() + ".")


def _no_token(status: int, content: bytes) -> Exception:
    """Why there is no token: a wrong client is told as a 500."""
    extensions = _said(content).get("extensions")
    details = extensions.get("exceptionDetails") if isinstance(extensions, dict) else None
    error = str(details.get("error") or "")[:100] if isinstance(details, dict) else ""
    if error or status in {httpx.codes.BAD_REQUEST, httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN}:
        return NotAuthorisedError(error or f"HTTP {status}")
    if status == httpx.codes.TOO_MANY_REQUESTS:
        return TooManyRequestsError(_WINDOW_S)
    return NavlungoUnavailableError("a token", f"HTTP {status}")
