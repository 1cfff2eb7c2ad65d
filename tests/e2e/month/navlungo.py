"""Navlungo as documented, on the loopback: it knows its parcels, and tells of each what has happened by now."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import orjson

from tests.contract.couriers.suite import recorded
from tests.e2e.month.script import HOURS, Declaration, Fact
from tests.loopback import serving

_PATH = re.compile(r"/api/shipping/v1/shipments/([0-9]+)/(tracking|etgb/download-url)")
_CHECKPOINTS = (("Info Received", Fact.LABEL), ("In Transit", Fact.SCAN), ("Delivered", Fact.DELIVERY))
_AFTER_DELIVERY = timedelta(hours=2)
"""Customs' number is known so long after the delivery."""
_REASONS = {200: "OK", 400: "Bad Request", 404: "Not Found", 503: "Service Unavailable"}
Answer = tuple[int, bytes]


@dataclass
class Navlungo:
    """The server; while it is ``down`` it answers nobody."""

    clock: Callable[[], datetime]
    parcels: dict[int, Declaration]
    """By Navlungo's reference."""
    url: str = ""
    down: bool = False
    asked: int = 0
    refused: int = 0
    _delivered: dict[str, Any] = field(default_factory=lambda: orjson.loads(recorded("navlungo/tracking_delivered.json")))

    def answer(self, path: str) -> Answer:
        """What is answered to a path."""
        self.asked += 1
        if self.down:
            self.refused += 1
            return 503, b""
        if path == "/connect/token":
            return 200, recorded("navlungo/token.json")
        if path.endswith(".pdf"):
            return 200, b"%PDF-1.7 " + path.encode()
        found = _PATH.fullmatch(path)
        one = self.parcels.get(int(found[1])) if found else None
        if found is None or one is None:
            return 404, b'{"code": "record.not.found"}'
        return self._tracking(int(found[1]), one) if found[2] == "tracking" else self._etgb(int(found[1]), one)

    def _tracking(self, reference: int, one: Declaration) -> Answer:
        (parcel,) = one.parcels
        happened = [(word, parcel.order.at + timedelta(hours=HOURS[fact])) for word, fact in _CHECKPOINTS]
        form = self._delivered["checkpoints"][0]
        told = [
            form | {"checkpointTime": f"{at:%d.%m.%Y %H:%M}", "status": word, "subStatusMessage": word}
            for word, at in happened
            if at <= self.clock()
        ]
        if not told:
            return 400, b'{"code": "trackingnotfound.error"}'
        said = self._delivered | {"reference": reference, "trackingNumber": parcel.tracking, "checkpoints": told[::-1]}
        return 200, orjson.dumps(said)

    def _etgb(self, reference: int, one: Declaration) -> Answer:
        known = one.parcels[0].order.at + timedelta(hours=HOURS[Fact.DELIVERY]) + _AFTER_DELIVERY
        if not one.made or self.clock() < known:
            return 400, b'{"code": "etgbdocumentnotfound.error"}'
        url = None if one.misses(Fact.DOCUMENT) else f"{self.url}/{one.number}.pdf"
        said = {"reference": reference, "etgbNumber": one.number, "fileName": f"{one.number}.pdf", "downloadUrl": url}
        return 200, orjson.dumps(said)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer the requests of one connection."""
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                length = re.search(r"content-length: ([0-9]+)", head, re.IGNORECASE)
                await reader.readexactly(int(length[1]) if length else 0)
                status, body = self.answer(head.split(" ", 2)[1])
                line = f"HTTP/1.1 {status} {_REASONS[status]}\r\nContent-Length: {len(body)}\r\n\r\n"
                writer.write(line.encode() + body)
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()


@asynccontextmanager
async def served(clock: Callable[[], datetime], parcels: dict[int, Declaration]) -> AsyncIterator[Navlungo]:
    """The server, until the block ends."""
    found = Navlungo(clock, parcels)
    async with serving(found.serve) as found.url:
        yield found
