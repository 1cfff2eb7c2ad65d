"""A way between two processes that can fall silent, be slow, or break."""

import asyncio
import socket
import struct
from contextlib import suppress

_LINGER_NONE = struct.pack("ii", 1, 0)
"""Close with a reset instead of a farewell."""
_CHUNK = 65536


class Proxy:
    """Passes on what comes to its own port to another one, of this machine."""

    def __init__(self, target: int) -> None:
        self.target = target
        self.port = 0
        self.delay_s = 0.0
        """How much later each piece arrives."""
        self._open = asyncio.Event()
        self._open.set()
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()
        self._pumps: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Listen; the port is the system's choice."""
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]

    def silence(self) -> None:
        """Pass nothing on, not even that an end is gone: what a network does that was cut."""
        self._open.clear()

    def speak(self) -> None:
        """Pass on what was held back, and what comes."""
        self._open.set()

    def reset(self) -> None:
        """Break all connections that are open now."""
        for writer in tuple(self._writers):
            self._break(writer)

    async def stop(self) -> None:
        """Break everything and listen no more."""
        self.reset()
        if self._server is not None:
            self._server.close()
        for pump in tuple(self._pumps):
            pump.cancel()
        await asyncio.gather(*self._pumps, return_exceptions=True)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        try:
            await self._open.wait()
            there, back = await asyncio.open_connection("127.0.0.1", self.target)
        except OSError:
            self._break(writer)
            return
        self._writers.add(back)
        for source, sink in ((reader, back), (there, writer)):
            pump = asyncio.create_task(self._pump(source, sink))
            self._pumps.add(pump)
            pump.add_done_callback(self._pumps.discard)

    async def _pump(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while piece := await source.read(_CHUNK):
                await self._open.wait()
                if self.delay_s:
                    await asyncio.sleep(self.delay_s)
                sink.write(piece)
                await sink.drain()
        await self._open.wait()
        self._writers.discard(sink)
        sink.close()

    def _break(self, writer: asyncio.StreamWriter) -> None:
        self._writers.discard(writer)
        found = writer.get_extra_info("socket")
        if found is not None:
            with suppress(OSError):
                found.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_NONE)
        writer.transport.abort()
