"""The way out for URLs that somebody else gave: each connection goes to an address that was looked at."""

import ssl
from collections.abc import Iterable
from typing import Any

import httpcore
import httpx

from adapters.calls.addresses import Outside

_CONNECTIONS, _KEPT, _KEPT_S = 100, 20, 15.0


class CheckedNetwork(httpcore.AsyncNetworkBackend):
    """Connects to the addresses that :class:`~adapters.calls.addresses.Outside` lets through, one after the other.

    The certificate is still checked against the name of the URL, and connections are kept by that name: a kept one is never
    used for another host that has the same address.
    """

    def __init__(self, outside: Outside) -> None:
        """Nothing is connected yet."""
        self._outside = outside
        self._plain = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's own form
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Resolve, look, and connect to what was looked at.

        Raises:
            UnknownHostError, ForbiddenAddressError: nothing was connected.
        """
        failed: Exception | None = None
        for address in await self._outside.addresses(host, port):
            try:
                return await self._plain.connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failed = error
        raise failed or httpcore.ConnectError("no address")

    async def connect_unix_socket(
        self,
        path: str,  # noqa: ARG002 - httpcore's own form
        timeout: float | None = None,  # noqa: ARG002, ASYNC109 - the same
        socket_options: Iterable[Any] | None = None,  # noqa: ARG002 - the same
    ) -> httpcore.AsyncNetworkStream:
        """Refuse: no URL from outside means a socket on this machine."""
        raise httpcore.UnsupportedProtocol("no sockets")

    async def sleep(self, seconds: float) -> None:
        """Let time pass, as httpcore wants it between attempts."""
        await self._plain.sleep(seconds)


class GuardedTransport(httpx.AsyncHTTPTransport):
    """httpx's own transport, without proxies of the environment, over a network that looks at each address."""

    def __init__(self, outside: Outside, context: ssl.SSLContext | None = None) -> None:
        """``context`` is for tests with a certificate of their own."""
        verify = context or httpx.create_ssl_context()
        super().__init__(verify=verify, trust_env=False)
        self._outside = outside
        self._pool = httpcore.AsyncConnectionPool(  # httpx has no public way to give the network
            ssl_context=verify,
            max_connections=_CONNECTIONS,
            max_keepalive_connections=_KEPT,
            keepalive_expiry=_KEPT_S,
            network_backend=CheckedNetwork(outside),
        )

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Check the URL's form, then go the ordinary way.

        Raises:
            ForbiddenUrlError, UnknownHostError, ForbiddenAddressError: nothing was sent.
        """
        self._outside.check_url(str(request.url))
        return await super().handle_async_request(request)
