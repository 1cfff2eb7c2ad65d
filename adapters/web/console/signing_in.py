"""Who may come in: names and passwords, against guessing."""

import asyncio
import time
from collections import OrderedDict, deque
from datetime import datetime

from adapters.database import passwords, users
from adapters.database.users import Pool, Tried, User

_AT_ONCE = asyncio.Semaphore(2)
"""Argon2 takes 64 MiB and a core for a moment; more at once would let anybody stop the others."""


class Patience:
    """How many wrong passwords may come from one address in a while, whatever names they try."""

    def __init__(self, most: int = 20, within_s: float = 300.0, addresses: int = 10_000) -> None:
        """Remember at most so many addresses; the one that was heard of longest ago is forgotten first."""
        self._most, self._within_s, self._addresses = most, within_s, addresses
        self._wrong: OrderedDict[str, deque[float]] = OrderedDict()

    def spent(self, address: str) -> bool:
        """Whether an address has to wait."""
        wrong = self._wrong.get(address)
        while wrong and time.monotonic() - wrong[0] > self._within_s:
            wrong.popleft()
        return wrong is not None and len(wrong) >= self._most

    def wrong(self, address: str) -> None:
        """Count a wrong password."""
        self._wrong.setdefault(address, deque(maxlen=self._most)).append(time.monotonic())
        self._wrong.move_to_end(address)
        while len(self._wrong) > self._addresses:
            self._wrong.popitem(last=False)


async def attempt(pool: Pool, name: str, password: str, now: datetime) -> Tried:
    """Try a name and a password; a name that is locked is not tried at all, and takes as long as one that is not there."""
    row = await users.known(pool, name)
    locked = row["locked_until"] if row is not None and row["locked_until"] is not None and row["locked_until"] > now else None
    kept = row["password"] if row is not None and locked is None else None
    async with _AT_ONCE:
        right = await asyncio.to_thread(passwords.fits, kept, password)
    if row is None or locked is not None:
        return Tried(locked_until=locked)
    if not right:
        await users.failed(pool, row["id"], now)
        return Tried()
    await users.succeeded(pool, row["id"], now)
    return Tried(User(row["id"], row["name"], row["role"], row["must_change"]))


async def hashed(password: str) -> str:
    """The hash of a new password, made beside the other requests."""
    async with _AT_ONCE:
        return await asyncio.to_thread(passwords.hashed, password)
