"""Webhooks that the process which took them did not read, since it was stopped or busy: a worker looks after them."""

import asyncio

from adapters.couriers.inbound import Inbound, drain_quietly

_AGAIN_S = 1.0


async def keep(inbound: Inbound) -> None:
    """Read what waits, each second; until cancelled."""
    while True:
        await drain_quietly(inbound)
        await asyncio.sleep(_AGAIN_S)
