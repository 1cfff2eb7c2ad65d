"""What a connection to the broker needs and must survive."""

import ssl
from pathlib import Path

from nats.aio.client import Client


def servers(url: str) -> list[str]:
    """The servers of a cluster, from one URL or several with commas between: any of them will do to begin with.

    nats-py reads a list; given the text it takes all of it for one host.
    """
    return [server for one in url.split(",") if (server := one.strip())]


def trusting(authority: Path | None) -> ssl.SSLContext | None:
    """What checks the broker's certificate by an authority of one's own alone; ``None``: those that the system trusts do."""
    return None if authority is None else ssl.create_default_context(cafile=authority.expanduser())


def tolerant(client: Client) -> Client:
    """Let a client live on when somebody publishes on a subject that is not UTF-8.

    NATS takes any bytes for a subject; nats-py 2.16 decodes them in the loop that reads the connection, which dies of the
    error: nothing is delivered any more, and nothing says so. Here such a subject is spelled out, so that its message can be
    refused and kept like any other that cannot be read.
    """
    process = client._process_msg  # noqa: SLF001 - the parser calls it; there is no public way in between

    async def survive(sid: int, subject: bytes, reply: bytes, data: bytes, headers: bytes) -> None:
        try:
            subject.decode()
        except UnicodeDecodeError:
            subject = subject.decode("utf-8", "backslashreplace").encode()
        await process(sid, subject, reply, data, headers)

    client._process_msg = survive  # type: ignore[method-assign]  # noqa: SLF001 - the same
    return client


PING_S = 5
UNANSWERED = 2
"""How often a server is asked whether it is there (seconds), and how many of these may go unanswered before another is taken:
one that hangs or was cut off is noticed within 15 s. By default nats-py takes four minutes, in which nothing comes or goes."""
