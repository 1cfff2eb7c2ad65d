"""Reading order files: whatever stands in them, each row is read or set aside, and memory stays bounded."""

import tracemalloc
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.imports import order_rows
from adapters.imports.order_rows import Group, Row, Unread, WrongColumnsError, grouped, read, read_row
from tests.unit.orders.sheets import HEADING, days, line, outcomes, row, sheet


def test_a_row_is_read_in_its_types() -> None:
    """Quantity and price are decimals, the time is Istanbul's, the customer loses the .0 of a spreadsheet."""
    found = row()
    assert (found.quantity, found.price, found.customer) == (Decimal(6), Decimal("2.55"), "17850")
    assert found.at.astimezone(UTC) == datetime(2010, 12, 1, 6, 26, tzinfo=UTC)


def test_a_time_with_an_offset_keeps_it() -> None:
    """Only times without an offset are read as Istanbul's."""
    assert row(at="2010-12-01T08:26:00+00:00").at == datetime(2010, 12, 1, 8, 26, tzinfo=UTC)


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"quantity": "six"}, "not_a_number Quantity"),
        ({"quantity": ""}, "not_a_number Quantity"),
        ({"quantity": "NaN"}, "not_a_number Quantity"),
        ({"quantity": "1e5"}, "not_a_number Quantity"),
        ({"quantity": "1_000"}, "not_a_number Quantity"),
        ({"quantity": "٣"}, "not_a_number Quantity"),
        ({"quantity": "1234567890"}, "not_a_number Quantity"),
        ({"price": "2;55"}, "not_a_number UnitPrice"),
        ({"price": "Infinity"}, "not_a_number UnitPrice"),
        ({"price": "0.1234567"}, "not_a_number UnitPrice"),
        ({"at": "01/12/2010"}, "not_a_time InvoiceDate"),
        ({"at": ""}, "not_a_time InvoiceDate"),
        ({"at": "2010-02-30 08:00:00"}, "not_a_time InvoiceDate"),
        ({"description": "x" * 1001}, "too_long Description"),
    ],
)
def test_a_cell_of_another_form_spoils_its_row(changes: dict[str, str], named: str) -> None:
    """The row is set aside, and the detail names what is wrong and the column."""
    found = read_row(1, line(**changes).split(","))
    assert isinstance(found, Unread)
    assert found.detail == named


@pytest.mark.parametrize("text", ["536365", line() + ",more", "", ",,,,,,,"])
def test_a_row_of_another_shape_is_set_aside(text: str) -> None:
    """Too few columns, too many, or none filled."""
    assert isinstance(read_row(1, text.split(",")), Unread)


@pytest.mark.parametrize("before", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_files_of_windows_and_of_others(tmp_path: Path, before: bytes, end: bytes) -> None:
    """With or without byte order mark, with either line end, the last one missing; empty lines are no rows."""
    path = tmp_path / "orders.csv"
    path.write_bytes(before + end.join([HEADING.encode(), line("1").encode(), b"", b"  ", line("2").encode()]))
    assert outcomes(path) == ["1", "2"]


@pytest.mark.parametrize("content", [b"", b"a,b\n1,2\n", b"\xff\xfeI\x00n\x00", HEADING.replace(",", ";").encode(), b"\0" * 9])
def test_a_file_of_another_form_is_refused_at_once(tmp_path: Path, content: bytes) -> None:
    """The error shows the columns that an order file has."""
    path = tmp_path / "orders.csv"
    path.write_bytes(content)
    with pytest.raises(WrongColumnsError, match="InvoiceNo, StockCode"):
        order_rows.check_heading(path)
    with pytest.raises(WrongColumnsError):
        next(read(path))


def test_quoted_texts_may_hold_commas_marks_and_line_ends(tmp_path: Path) -> None:
    """A description over three lines is one row; rows are numbered as rows, not as lines."""
    path = sheet(
        tmp_path, [line("1", description='"SET OF 3, ""BIG"""'), line("2", description='"ONE\nTWO\nTHREE"'), line("3")]
    )
    found = list(read(path))
    assert [one.description for one in found if isinstance(one, Row)] == [
        'SET OF 3, "BIG"',
        "ONE\nTWO\nTHREE",
        row().description,
    ]
    assert [one.number for one in found] == [1, 2, 3]


def test_an_open_quotation_mark_spoils_its_own_line_only(tmp_path: Path) -> None:
    """What follows is read as if nothing had been; a bare inch sign within a text is no quotation mark."""
    lines = [
        line("1"),
        line("2", description='"OPEN'),
        *(line(str(n)) for n in range(3, 40)),
        line("40", description='6" RULER'),
    ]
    assert outcomes(sheet(tmp_path, lines)) == ["1", "open_quotation", *map(str, range(3, 41))]


def test_open_marks_one_after_another(tmp_path: Path) -> None:
    """Two open marks do not make a pair that swallows the rows between them."""
    lines = [line("1", description='"OPEN'), line("2"), line("3", description='"OPEN'), line("4")]
    told = outcomes(sheet(tmp_path, lines))
    assert [told[1], told[3]] == ["2", "4"]
    assert len(told) == 4


@pytest.mark.parametrize("spoiled", [b"5363\xff65,x", b"536365\x00,x", b"x" * 200_000, b'"a"b,c'])
def test_bytes_that_are_no_text_spoil_their_own_line_only(tmp_path: Path, spoiled: bytes) -> None:
    """Neither Latin-1, NUL characters, lines without end nor text after a closed quotation mark stop the file."""
    path = sheet(tmp_path, [line("1"), spoiled, line("2")])
    found = list(read(path))
    assert [isinstance(one, Unread) for one in found] == [False, True, False]
    assert all("\0" not in one.raw and len(one.raw) <= order_rows.MAX_RAW for one in found)


def test_a_row_is_kept_as_it_stood(tmp_path: Path) -> None:
    """What is set aside can be looked up in the shop's file."""
    wrong = line("1", quantity="six", description='"A, B"')
    assert [one.raw for one in read(sheet(tmp_path, [wrong]))] == [wrong]


@given(st.lists(st.one_of(st.binary(max_size=60), st.just(line().encode()), st.text('",\r a', max_size=30).map(str.encode))))
def test_no_file_can_stop_the_reader(tmp_path_factory: pytest.TempPathFactory, lines: list[bytes]) -> None:
    """Whatever the bytes, reading ends, rows are numbered without a gap, and good rows among them are found."""
    path = sheet(tmp_path_factory.mktemp("any"), lines)
    found = list(read(path))
    assert [one.number for one in found] == list(range(1, len(found) + 1))
    good = sum(1 for one in lines if one == line().encode())
    assert sum(1 for one in found if isinstance(one, Row)) >= (good if not any(b'"' in one for one in lines) else 0)


def test_rows_of_one_order_are_one_group() -> None:
    """Rows that stand together make a group; unread rows pass by and part nothing."""
    rows: list[Row | Unread] = [row("1"), Unread(2, "", "x"), row("1"), row("2"), row("1")]
    groups = [one for one in grouped(rows) if isinstance(one, Group)]
    assert [(one.invoice, len(one.rows), one.cut) for one in groups] == [("1", 2, False), ("2", 1, False), ("1", 1, False)]


def test_rows_that_cannot_be_read_are_counted_with_their_order() -> None:
    """Before, among and after the rows of their order; what names no order, or one that is not there, is counted nowhere."""
    wrong = [read_row(1, line(number, quantity="six").split(",")) for number in ("1", "2", "9")]
    rows = [wrong[0], row("1"), wrong[0], row("1"), wrong[1], Unread(1, "", "x"), row("2"), wrong[1], wrong[2], row("3")]
    groups = [one for one in grouped(rows) if isinstance(one, Group)]
    assert [(one.invoice, len(one.rows), one.unread) for one in groups] == [("1", 2, 2), ("2", 1, 1), ("3", 1, 0)]


def test_an_endless_order_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    """An order of more rows than memory should hold comes in pieces, each marked."""
    monkeypatch.setattr(order_rows, "MAX_GROUP", 3)
    groups = [one for one in grouped([*[row("1")] * 7, row("2")]) if isinstance(one, Group)]
    assert [(one.invoice, len(one.rows), one.cut) for one in groups] == [
        ("1", 3, True),
        ("1", 3, True),
        ("1", 1, True),
        ("2", 1, False),
    ]


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    """Reading ten times as many rows takes no more memory, good rows and garbage alike."""

    def peak(times: int) -> int:
        lines = [line(str(n), description='"OPEN' if n % 3 else "GOOD") for n in range(500)]
        path = sheet(tmp_path, lines * times)
        tracemalloc.start()
        count = sum(1 for _ in grouped(read(path)))
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert count == 500 * times
        return found

    assert peak(10) < peak(1) + 100_000


@pytest.mark.parametrize("path", days(), ids=lambda path: path.stem)
def test_real_days_are_read_whole(path: Path) -> None:
    """Every line of the shop's own files is read, and the rows of an order stand together."""
    found = list(grouped(read(path)))
    assert not [one for one in found if isinstance(one, Unread)]
    groups = [one for one in found if isinstance(one, Group)]
    assert sum(len(one.rows) for one in groups) == path.read_bytes().count(b"\n") - 1
    assert len({one.invoice for one in groups}) == len(groups)
