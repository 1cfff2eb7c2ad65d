"""The bank's web server: one bulletin a request, over HTTP and nothing else."""

import asyncio
from datetime import date
from types import TracebackType
from typing import Self

import httpx
import stamina

from adapters.rates.tcmb import BASE_URL
from adapters.rates.tcmb.bulletin import MAX_BYTES, WrongBulletinError
from workflow.errors import KervanError

_ATTEMPTS = 3
_WAIT_S, _LONGEST_WAIT_S = 0.2, 1.0
_PASSING = frozenset({429, 500, 502, 503, 504})


class BankUnavailableError(KervanError):
    """The bank does not answer, or says that it cannot now; asking later may help."""

    def __init__(self, url: str, why: str) -> None:
        """Name the address and what happened."""
        super().__init__(
            f"The central bank did not give {url} ({why}), after {_ATTEMPTS} attempts. No rate was taken. Check the way to the "
            "bank (proxy, firewall); without one, give bulletins as files: kervan import rates FILE."
        )


class BankRefusedError(KervanError):
    """The bank answers with something that asking again will not change."""

    def __init__(self, url: str, status: int) -> None:
        """Name the address and the status."""
        super().__init__(
            f"The central bank answered {url} with HTTP {status}. No rate was taken. See in a browser whether the address has "
            "changed; KERVAN_RATES__TCMB__BASE_URL sets another."
        )


class _PassingError(Exception):
    """A failure that may be gone at the next attempt; its text is what happened."""


class TcmbClient:
    """Fetches bulletins; ``timeout_s`` is for one attempt as a whole, however slowly the bytes trickle in."""

    def __init__(self, base_url: str = BASE_URL, *, timeout_s: float = 4.0) -> None:
        """Talk to the server at ``base_url``."""
        self._base = base_url.rstrip("/")
        self._timeout_s = timeout_s
        self._http = httpx.AsyncClient(
            timeout=timeout_s,
            follow_redirects=False,
            headers={"Accept": "application/xml, text/xml", "Accept-Encoding": "identity", "User-Agent": "kervan"},
        )

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

    async def dated(self, day: date) -> bytes | None:
        """The bulletin of a day, or ``None`` where the bank has none (HTTP 404).

        Raises:
            BankUnavailableError: no answer, or a passing failure, at every attempt.
            BankRefusedError: an answer that is neither a bulletin nor 404.
            WrongBulletinError: the answer is larger than any bulletin.
        """
        return await self._get(f"{self._base}/{day:%Y%m}/{day:%d%m%Y}.xml")

    async def newest(self) -> bytes | None:
        """The newest bulletin; errors as :meth:`dated`."""
        return await self._get(f"{self._base}/today.xml")

    async def _get(self, url: str) -> bytes | None:
        try:
            async for attempt in stamina.retry_context(
                on=_PassingError, attempts=_ATTEMPTS, timeout=None, wait_initial=_WAIT_S, wait_max=_LONGEST_WAIT_S
            ):
                with attempt:
                    return await self._once(url)
        except _PassingError as error:
            raise BankUnavailableError(url, str(error)) from error.__cause__
        message = "stamina ends with a value or an error"
        raise AssertionError(message)

    async def _once(self, url: str) -> bytes | None:
        try:
            async with asyncio.timeout(self._timeout_s), self._http.stream("GET", url) as answer:
                if answer.status_code == httpx.codes.NOT_FOUND:
                    return None
                if answer.status_code in _PASSING:
                    what = f"HTTP {answer.status_code}"
                    raise _PassingError(what)
                if answer.status_code != httpx.codes.OK or "content-encoding" in answer.headers:
                    raise BankRefusedError(url, answer.status_code)
                return await _body(answer, url)
        except (httpx.TransportError, TimeoutError) as error:
            raise _PassingError(type(error).__name__) from error


async def _body(answer: httpx.Response, url: str) -> bytes:
    """The bytes of an answer, as they come over the line, up to the limit."""
    found = bytearray()
    async for piece in answer.aiter_raw():
        found += piece
        if len(found) > MAX_BYTES:
            raise WrongBulletinError(url, f"it is larger than {MAX_BYTES} bytes")
    return bytes(found)
