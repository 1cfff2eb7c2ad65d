"""The adapters that do what Kervan asks for: in every worker one task worker for each family given to a real counterpart.

Sandboxes are not here: the demo starts its own.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from nats.aio.client import Client

from adapters.database import rates
from adapters.entrypoints import issuing
from adapters.invoicing.desk import Desk
from adapters.rates import tcmb
from adapters.rates.tcmb.bank import TcmbBank
from adapters.rates.tcmb.client import TcmbClient
from adapters.settings import Settings
from events.tasks import Handler, TaskWorker

if TYPE_CHECKING:
    from adapters.entrypoints.bootstrap import Parts

Maker = Callable[[Settings, "Parts"], Handler]
"""Makes the handler of one counterpart's tasks."""


def tcmb_bank(settings: Settings, parts: "Parts") -> TcmbBank:
    """The central bank, over what the database knows of its days."""
    client = TcmbClient(settings.rates.tcmb.base_url, timeout_s=settings.rates.tcmb.timeout_s)
    return TcmbBank(client, partial(rates.known, parts.pool, tcmb.CODE), lambda: datetime.now(UTC))


MAKERS: dict[tuple[str, str], Maker] = {
    ("invoicing", "nilvera"): issuing.nilvera,
    ("invoicing", "file"): issuing.file,
    (tcmb.FAMILY, tcmb.CODE): tcmb_bank,
}
"""For each family and code that a setting ``KERVAN_TASKS__<family>=<code>`` may name, who does its tasks."""


@asynccontextmanager
async def at_work(settings: Settings, parts: "Parts", client: Client) -> AsyncIterator[None]:
    """Let the counterparts that the settings name take their tasks until the block ends."""
    named = [(family, code) for family, code in settings.tasks.items() if (family, code) in MAKERS]
    handlers = [MAKERS[name](settings, parts) for name in named]
    workers = [TaskWorker(client, *name, handler) for name, handler in zip(named, handlers, strict=True)]
    tasks = [asyncio.create_task(worker.run()) for worker in workers]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for handler in handlers:
            if isinstance(handler, Desk):
                await handler.close()
