"""Cursors."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.web import paging
from adapters.web.problems import ProblemError


@given(at=st.datetimes(timezones=st.just(UTC)), item=st.uuids())
def test_a_cursor_leads_back_to_where_it_was_made(at: datetime, item: UUID) -> None:
    """The next page begins at the very microsecond and id where the page before ended."""
    rows: list[dict[str, Any]] = [{"at": at, "id": str(item)}, {"at": at, "id": "more"}]
    assert paging.read(paging.page(rows, 1, "at")["next"]) == (at, item)


def test_the_last_page_has_no_next() -> None:
    """A page that is not full, or just full, is the last one."""
    rows: list[dict[str, Any]] = [{"at": datetime(2026, 1, 1, tzinfo=UTC), "id": "x", "row_no": 1}]
    assert paging.page(rows, 1, "at") == {"items": rows, "next": None}
    assert paging.page([], 1, "at") == {"items": [], "next": None}
    assert paging.page_of_rows(rows, 1, "row_no") == {"items": rows, "next": None}


@given(row=st.integers(min_value=0, max_value=2**31 - 1))
def test_a_rows_cursor_leads_back(row: int) -> None:
    """The next page of a file begins after the row where the page before ended."""
    assert paging.read_row(paging.page_of_rows([{"n": row}, {"n": row + 1}], 1, "n")["next"]) == row


@given(text=st.text(min_size=1, max_size=60))
def test_strange_cursors_are_problems(text: str) -> None:
    """Whatever is given instead of a cursor is answered, never an error of the program."""
    for read in (paging.read, paging.read_row):
        status = 422
        try:
            read(text)
        except ProblemError as error:
            status = error.status
        assert status == 422


def test_times_of_another_zone_are_the_same_moment() -> None:
    """A cursor's time is a moment, whatever zone wrote it."""
    there = datetime(2026, 1, 1, 3, tzinfo=timezone(timedelta(hours=3)))
    item = UUID(int=1)
    rows: list[dict[str, Any]] = [{"at": there, "id": str(item)}, {}]
    assert paging.read(paging.page(rows, 1, "at")["next"]) == (datetime(2026, 1, 1, tzinfo=UTC), item)


@pytest.mark.parametrize("cursor", ["LTE=", "OTk5OTk5OTk5OTk5OTk="])
def test_rows_beyond_a_file_are_problems(cursor: str) -> None:
    """A row below nought, or beyond what the database counts, is no row."""
    with pytest.raises(ProblemError):
        paging.read_row(cursor)
