"""Who reads: everybody, or somebody who is bound to sellers, for whom the database itself shows their sellers' rows alone.

Two locks stand before the rows of a seller. The first is the application's: it asks for the rows of the sellers that whoever
asks is bound to (:func:`sellers`), and lets them reach nothing else. The second is PostgreSQL's: each transaction on their
behalf reads as :data:`ROLE`, which may read little, and of that only what the policies of :mod:`adapters.database.policies` let
through. A filter that was forgotten then shows nothing.

The second lock is set in one place, where a pool gives a connection (:func:`close`), by who was bound where they were
authenticated (:func:`bind`). Whoever is bound to nobody, and every process but the web, reads as the login itself, and pays
nothing. What has to go past the lock says so, and why (:func:`lifted`, :func:`unlocked`): writing, which is the engine's and
never a screen's, and the few questions whose tables know no seller, asked about a thing that was seen through the lock before.
"""

from collections.abc import Callable, Coroutine, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar, Token
from functools import wraps
from typing import Any, Final, ParamSpec, TypeAlias, TypeVar

import asyncpg

from workflow.errors import StoreUnavailableError

ROLE: Final = "kervan_seller"
"""A role of the whole cluster that nobody signs in as; :func:`adapters.database.policies.fasten` makes it."""
SETTING: Final = "kervan.sellers"
"""The transaction's sellers, with commas between; what the policies compare with."""

_Given = ParamSpec("_Given")
_Found = TypeVar("_Found")
_Asked: TypeAlias = Callable[_Given, Coroutine[Any, Any, _Found]]

_sellers: ContextVar[tuple[str, ...]] = ContextVar("sellers", default=())
_lifted: ContextVar[bool] = ContextVar("lifted", default=False)


class SellerLockError(StoreUnavailableError):
    """The second lock cannot be closed, so nothing is read for those who are bound to sellers."""

    def __init__(self, error: BaseException) -> None:
        """Name the kind of fault."""
        super().__init__(
            f"PostgreSQL does not let this login read as role {ROLE} ({type(error).__name__}), so nothing was read for "
            "somebody who is bound to sellers. Run `kervan migrate`; where the login may make no roles, see `kervan doctor`."
        )


def sellers() -> tuple[str, ...]:
    """The tax numbers that whoever asks is bound to; empty: to none, and all are seen."""
    return _sellers.get()


def bind(to: Sequence[str]) -> Token[tuple[str, ...]]:
    """Read for somebody who is bound to these sellers, or to none, from here on in this task; the token undoes it."""
    return _sellers.set(tuple(to))


def unbind(token: Token[tuple[str, ...]]) -> None:
    """Read for whom one read before :func:`bind`."""
    _sellers.reset(token)


@contextmanager
def lifted(why: str) -> Iterator[None]:
    """Go past the second lock, for a reason that stands in the code; the first one holds on."""
    assert why  # noqa: S101 - what goes past the lock says why
    token = _lifted.set(True)
    try:
        yield
    finally:
        _lifted.reset(token)


UNLOCKED: Final[dict[str, str]] = {}
"""What goes past the second lock as a whole, and why; a test holds the list against what it should be."""


def unlocked(why: str) -> Callable[[_Asked[_Given, _Found]], _Asked[_Given, _Found]]:
    """Let all that a coroutine function asks go past the second lock, for a reason."""

    def mark(function: _Asked[_Given, _Found]) -> _Asked[_Given, _Found]:
        UNLOCKED[f"{function.__module__.rpartition('.')[2]}.{function.__qualname__}"] = why

        @wraps(function)
        async def past(*given: _Given.args, **named: _Given.kwargs) -> _Found:
            with lifted(why):
                return await function(*given, **named)

        return past

    return mark


async def close(connection: "asyncpg.pool.PoolConnectionProxy[asyncpg.Record]") -> None:
    """Close the second lock on a connection that a pool gives, where it is for somebody who is bound to sellers.

    What follows until the connection goes back is one transaction of one moment that can only read, as :data:`ROLE`. The pool
    rolls back what is open when it takes a connection back, and with it goes all that was set; a connection of which it is not
    known is closed.

    Raises:
        SellerLockError: it cannot be closed; the connection is not given.
    """
    bound = sellers()
    if not bound or _lifted.get():
        return
    await connection.transaction(isolation="repeatable_read", readonly=True).__aenter__()
    try:
        await connection.execute(f"SET LOCAL ROLE {ROLE}; SET LOCAL {SETTING} = '{_literal(bound)}'")
    except asyncpg.PostgresError as error:
        raise SellerLockError(error) from error


def _literal(bound: Sequence[str]) -> str:
    """Tax numbers within quotes; they are digits where they are kept, and are looked at again before they stand in SQL."""
    for one in bound:
        if not (one.isascii() and one.isdigit()):
            raise ValueError(one)
    return ",".join(bound)
