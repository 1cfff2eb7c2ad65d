"""The bank's web server: one bulletin a request, over HTTP and nothing else."""

from datetime import date
from types import TracebackType
from typing import Self

import httpx

from adapters.calls.caller import Caller
from adapters.calls.errors import OversizeError, PackedError, ShutError, TooManyCallsError, UnavailableError
from adapters.rates.tcmb import BASE_URL, BULLETIN, COUNTERPART
from adapters.rates.tcmb.bulletin import WrongBulletinError
from workflow.errors import KervanError


class BankUnavailableError(KervanError):
    """The bank does not answer, or says that it cannot now; asking later may help."""

    def __init__(self, url: str, why: str, seconds: float = 0.0) -> None:
        """Name the address, what happened, and when to ask again where that is known."""
        super().__init__(
            f"The central bank did not give {url} ({why}). No rate was taken. Check the way to the bank (proxy, firewall); "
            "without one, give bulletins as files: kervan import rates FILE."
        )
        self.seconds = seconds


class BankRefusedError(KervanError):
    """The bank answers with something that asking again will not change."""

    def __init__(self, url: str, what: str) -> None:
        """Name the address and what came, such as ``HTTP 403``."""
        super().__init__(
            f"The central bank answered {url} with {what}. No rate was taken. See in a browser whether the address has "
            "changed; KERVAN_RATES__TCMB__BASE_URL sets another."
        )


class TcmbClient:
    """Fetches bulletins; ``timeout_s`` is for one attempt as a whole, however slowly the bytes trickle in."""

    def __init__(self, base_url: str = BASE_URL, *, timeout_s: float = 4.0, callers: int = 1) -> None:
        """Talk to the server at ``base_url``; ``callers`` is how many processes do so at once."""
        self._base = base_url.rstrip("/")
        accept = {"Accept": "application/xml, text/xml"}
        self.caller = Caller(COUNTERPART, time_out_s=timeout_s, callers=callers, headers=accept)

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
        await self.caller.close()

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
            answer = await self.caller.ask(BULLETIN, "GET", url)
        except (UnavailableError, ShutError, TooManyCallsError) as error:
            raise BankUnavailableError(url, error.why, error.seconds or self.caller.breaker.wait_s) from error
        except OversizeError as error:
            raise WrongBulletinError(url, error.why) from error
        except PackedError as error:
            raise BankRefusedError(url, error.why) from error
        if answer.status == httpx.codes.NOT_FOUND:
            return None
        if answer.status != httpx.codes.OK:
            raise BankRefusedError(url, f"HTTP {answer.status}")
        return answer.content
