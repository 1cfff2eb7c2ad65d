"""Pages by cursor: a page ends somewhere, and the next one begins right after."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query

from adapters.web.problems import ProblemError

Limit = Annotated[int, Query(ge=1, le=200, description="Items a page")]
Cursor = Annotated[str, Query(max_length=200, description="`next` of the page before")]


def read(cursor: str) -> tuple[datetime, UUID] | None:
    """Where the page before ended.

    Raises:
        ProblemError: 422, the cursor is not one of ours.
    """
    if not cursor:
        return None
    try:
        at, _, item = urlsafe_b64decode(cursor.encode()).decode("ascii").partition(" ")
        return datetime.fromisoformat(at).astimezone(UTC), UUID(item)
    except (ValueError, OverflowError):
        raise not_ours() from None


def read_row(cursor: str) -> int:
    """The number of the row where the page before ended; 0 for the first page.

    Raises:
        ProblemError: 422, the cursor is not one of ours.
    """
    if not cursor:
        return 0
    try:
        row = int(urlsafe_b64decode(cursor.encode()).decode("ascii"))
    except ValueError:
        row = -1
    if not 0 <= row < 2**31:
        raise not_ours()
    return row


def read_period(cursor: str) -> tuple[str, UUID] | None:
    """The VAT period and the id where the page before ended.

    Raises:
        ProblemError: 422, the cursor is not one of ours.
    """
    if not cursor:
        return None
    try:
        period, _, item = urlsafe_b64decode(cursor.encode()).decode("ascii").partition(" ")
        return period, UUID(item)
    except ValueError:
        raise not_ours() from None


def page_of_periods(items: Sequence[dict[str, Any]], limit: int) -> dict[str, Any]:
    """An answer of items in the order of ``period`` and ``id``."""
    shown = list(items[:limit])
    following = None
    if len(items) > limit:
        following = urlsafe_b64encode(f"{shown[-1]['period']} {shown[-1]['id']}".encode()).decode()
    return {"items": shown, "next": following}


def read_place(cursor: str) -> tuple[str, str] | None:
    """What the last item of the page before is sorted by, and its name.

    Raises:
        ProblemError: 422, the cursor is not one of ours.
    """
    if not cursor:
        return None
    try:
        value, _, name = urlsafe_b64decode(cursor.encode()).decode("ascii").partition(" ")
    except ValueError:
        raise not_ours() from None
    return value, name


def page_of_places(
    items: Sequence[dict[str, Any]], limit: int, place: Callable[[dict[str, Any]], tuple[str, str]]
) -> dict[str, Any]:
    """The same for items each of which has a ``place``: a value that they are sorted by, and a name."""
    following = urlsafe_b64encode(" ".join(place(items[limit - 1])).encode()).decode() if len(items) > limit else None
    return {"items": list(items[:limit]), "next": following}


def page(items: Sequence[dict[str, Any]], limit: int, moment: str, item: str = "id") -> dict[str, Any]:
    """An answer of at most ``limit`` items (one more was asked for, to see whether there is a next page)."""
    shown = list(items[:limit])
    following = None
    if len(items) > limit:
        last = shown[-1]
        following = urlsafe_b64encode(f"{last[moment].isoformat()} {last[item]}".encode()).decode()
    return {"items": shown, "next": following}


def page_of_rows(items: Sequence[dict[str, Any]], limit: int, number: str) -> dict[str, Any]:
    """The same for items in the order of a number."""
    following = urlsafe_b64encode(str(items[limit - 1][number]).encode()).decode() if len(items) > limit else None
    return {"items": list(items[:limit]), "next": following}


def not_ours() -> ProblemError:
    """What is said of a cursor that this API did not give."""
    said = (
        "Bu imleci bu API vermedi; imleçsiz, baştan başlayın.",
        "The cursor is not one that this API gave; begin without one.",
    )
    return ProblemError(422, "wrong-cursor", said)
