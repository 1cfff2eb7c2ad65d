"""The store behind the engine's ports: one PostgreSQL transaction a batch."""

from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime

import asyncpg

from adapters.database import statements
from adapters.database.load import Loader
from adapters.database.save import Saver, columns
from adapters.database.seller_lock import lifted
from events import translate
from events.translate import Unreadable
from workflow import attention
from workflow.errors import BatchConflictError, StoreUnavailableError
from workflow.message import Message
from workflow.world import Changes, World

LOST = (
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # a command on a connection whose end has come but was not yet read
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.TooManyConnectionsError,
    asyncpg.DiskFullError,
    asyncpg.ObjectNotInPrerequisiteStateError,  # it was told to let nobody in, as while it is restored
    asyncpg.ReadOnlySQLTransactionError,  # it is a standby, or was made read-only
    asyncpg.IdleInTransactionSessionTimeoutError,
    asyncpg.IdleSessionTimeoutError,
    ConnectionError,
    TimeoutError,
    OSError,
)
"""What asyncpg raises when the server, or the way to it, is gone."""

_CONFLICT = (
    asyncpg.DeadlockDetectedError,
    asyncpg.SerializationError,
    asyncpg.LockNotAvailableError,
    asyncpg.QueryCanceledError,
    asyncpg.InvalidCachedStatementError,  # a migration gave a table a column meanwhile; the next attempt asks anew
    asyncpg.OutdatedSchemaCacheError,
)
"""What asyncpg raises when another's work was in the way, and the same again may succeed."""

JUDGED_AT_ONCE = 1000
"""How many drafts are judged again in one batch: about half a second, in which others wait for their locks."""

KEPT_BYTES = 256 * 1024
"""How much of a message that cannot be read is kept; its whole size is noted beside it."""


def _storable(text: str) -> str:
    """A text as PostgreSQL can keep it: NUL and halves of characters are written out."""
    return text.replace("\x00", "\\0").encode("utf-8", "backslashreplace").decode()


class PostgresUnit:
    """One transaction, as :class:`workflow.ports.Unit` asks for it."""

    def __init__(
        self, connection: "asyncpg.pool.PoolConnectionProxy[asyncpg.Record]", rule_version: str, judged_at_once: int
    ) -> None:
        """Work on a connection whose transaction is open."""
        self._connection = connection
        self._repeats: dict[tuple[str, str], int] = {}
        self._unparked: frozenset[str] = frozenset()
        self._loader = Loader(connection, translate.reread, translate.draft_of, judged_at_once)
        self._saver = Saver(connection, translate.outgoing, translate.terms, rule_version)

    async def admit(self, messages: Sequence[Message]) -> list[Message]:
        """See :meth:`workflow.ports.Unit.admit`."""
        by_identity: dict[tuple[str, str], Message] = {}
        for message in messages:
            by_identity.setdefault(message.identity, message)
        ordered = [statements.inbox_values(by_identity[identity]) for identity in sorted(by_identity)]
        admitted = await self._connection.fetch(statements.ADMIT, *columns(ordered, 7))
        if admitted:
            self._saver.batch = admitted[0][2]
        if len(admitted) == len(messages):
            return list(messages)
        fresh = {(row[0], row[1]) for row in admitted}
        fresh |= await self._admit_again([m.identity for m in by_identity.values() if m.replay and m.identity not in fresh])
        given = Counter(message.identity for message in messages)
        self._repeats = {i: times for i, n in given.items() if (times := n - (i in fresh))}
        if not fresh:
            await self._count_repeats()
        return [m for identity, m in by_identity.items() if identity in fresh]

    async def _count_repeats(self) -> None:
        """Count what came again: last of all, so that nobody who waits for our locks is waited for."""
        if self._repeats:
            counted = [(*identity, times) for identity, times in sorted(self._repeats.items())]
            await self._connection.execute(statements.LOCK_INBOX, *columns([row[:2] for row in counted], 2))
            await self._connection.execute(statements.COUNT_REPEATS, *columns(counted, 3))

    async def _admit_again(self, replayed: list[tuple[str, str]]) -> set[tuple[str, str]]:
        """Let messages that were parked or refused try again."""
        if not replayed:
            return set()
        arrays = columns(sorted(replayed), 2)
        again = {(row[0], row[1]) for row in await self._connection.fetch(statements.ADMIT_AGAIN, *arrays)}
        if again:
            arrays = columns(sorted(again), 2)
            unparked = await self._connection.fetch(statements.UNPARK, *arrays)
            self._unparked = frozenset(row["waits_on"] for row in unparked if row["told"])
            await self._connection.execute(statements.CLOSE_REFUSED, *arrays)
        return again

    async def load(self, messages: Sequence[Message], more: frozenset[str], now: datetime) -> World:
        """See :meth:`workflow.ports.Unit.load`."""
        world = await self._loader.load(messages, more | self._unparked, now)
        world.unparked = self._unparked
        return world

    async def save(self, messages: Sequence[Message], changes: Changes, now: datetime) -> None:
        """See :meth:`workflow.ports.Unit.save`."""
        await self._saver.save(messages, changes, now, also_written=self._repeats)
        await self._count_repeats()
        self._repeats = {}  # a batch that stopped short is saved again, and what came again is counted once

    async def keep_unreadable(self, found: Sequence[Unreadable], now: datetime) -> None:
        """Keep what could not be read, and raise one attention item for each subject and cause."""
        await self._saver.refuse(
            [
                (
                    _storable(u.token),
                    0,
                    _storable(u.subject),
                    _storable(u.source),
                    _storable(u.message_id),
                    _storable(u.type),
                    u.code,
                    u.detail,
                    u.body[:KEPT_BYTES],
                    len(u.body),
                    now,
                    "refused",
                )
                for u in found
            ]
        )
        changes = Changes()
        for unreadable in found:
            cause = f"{_storable(unreadable.subject)} {unreadable.code}"
            item = attention.item(attention.Reason.MESSAGE_UNREADABLE, cause, unreadable.detail)
            before = changes.raised.get(item.id)
            changes.raised[item.id] = item if before is None else replace(item, times=before.times + 1)
        await self._saver.save([], changes, now)


class PostgresStore:
    """Shipments in PostgreSQL, as :class:`workflow.ports.Store` asks for it."""

    def __init__(
        self, pool: "asyncpg.Pool[asyncpg.Record]", rule_version: str, *, judged_at_once: int = JUDGED_AT_ONCE
    ) -> None:
        """Work on a pool; ``rule_version`` is stored with each validation.

        A bulletin's batch judges at most ``judged_at_once`` of the drafts that wait for a rate; the rest follows in batches
        of its own.
        """
        self._pool = pool
        self._rule_version = rule_version
        self._judged_at_once = judged_at_once

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[PostgresUnit]:
        """Open a transaction; see :meth:`workflow.ports.Store.begin`."""
        try:
            with lifted("the engine works for all sellers; whose a message is was asked at its door"):
                async with self._pool.acquire() as connection, connection.transaction():
                    yield PostgresUnit(connection, self._rule_version, self._judged_at_once)
        except _CONFLICT as error:
            message = (
                f"Another transaction, or a migration, was in the way ({type(error).__name__}). "
                "Nothing of this batch was applied; it is tried again."
            )
            raise BatchConflictError(message) from error
        except LOST as error:
            message = (
                f"PostgreSQL does not answer or closed the connection ({type(error).__name__}). Nothing of this batch was "
                "applied; the messages stay on the broker. Check that PostgreSQL runs and is reachable."
            )
            raise StoreUnavailableError(message) from error

    async def keep_unreadable(self, found: Sequence[Unreadable], now: datetime) -> None:
        """Keep what could not be read, in a transaction of its own.

        Raises:
            StoreUnavailableError: nothing was kept; do not acknowledge.
        """
        async with self.begin() as unit:
            await unit.keep_unreadable(found, now)
