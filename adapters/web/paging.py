"""Pages by cursor: a page ends somewhere, and the next one begins right after."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
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
        raise ProblemError(422, "wrong-cursor", "The cursor is not one that this API gave; begin without one.") from None


def page(items: Sequence[dict[str, Any]], limit: int, moment: str, item: str = "id") -> dict[str, Any]:
    """An answer of at most ``limit`` items (one more was asked for, to see whether there is a next page)."""
    shown = list(items[:limit])
    following = None
    if len(items) > limit:
        last = shown[-1]
        following = urlsafe_b64encode(f"{last[moment].isoformat()} {last[item]}".encode()).decode()
    return {"items": shown, "next": following}
