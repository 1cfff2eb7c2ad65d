"""A web server on the loopback that plays the central bank's part, well or badly behaved."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date

from tests.loopback import serving

OK, NOT_FOUND = "200 OK", "404 Not Found"


@dataclass
class Answer:
    """What is said to one request; one that ``hangs`` says the beginning and then nothing more."""

    body: bytes = b""
    status: str = OK
    headers: str = ""
    hangs: bool = False


@dataclass
class Server:
    """Answers by path, each list one request after the other and then its last for ever; anything else is 404."""

    url: str = ""
    answers: dict[str, list[Answer]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    over: asyncio.Event = field(default_factory=asyncio.Event)

    def publish(self, day: date, *answers: Answer) -> None:
        """Let a day be answered."""
        self.answers[f"/{day:%Y%m}/{day:%d%m%Y}.xml"] = list(answers)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one connection."""
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            path = head.split(b" ", 2)[1].decode()
            self.asked.append(path)
            waiting = self.answers.get(path, [Answer(status=NOT_FOUND)])
            answer = waiting.pop(0) if len(waiting) > 1 else waiting[0]
            length = len(answer.body) + (1000 if answer.hangs else 0)
            writer.write(f"HTTP/1.1 {answer.status}\r\nContent-Length: {length}\r\n{answer.headers}".encode())
            writer.write(b"Connection: close\r\n\r\n" + answer.body)
            await writer.drain()
            if answer.hangs:
                await self.over.wait()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()


@asynccontextmanager
async def bank_server() -> AsyncIterator[Server]:
    """The server, until the block ends."""
    found = Server()
    async with serving(found.serve, found.over) as found.url:
        yield found
