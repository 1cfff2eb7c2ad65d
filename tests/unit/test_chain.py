"""The transition log's chain: its bytes, and what tampering leaves in it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow.chain import ORIGIN, Fault, Kind, Log, Standing, Step, faults, link, links

SHIPMENT = UUID("5f0c9a52-5f0e-5c5c-8a56-3f0f6a2d9c10")
AT = datetime(2026, 11, 20, 6, 0, 0, 123456, tzinfo=UTC)
FIRST = Step(SHIPMENT, 1, 7, AT, AT + timedelta(seconds=2), "draft", "validated", "validate", "engine", "şipariş-1")
VECTORS = [
    (ORIGIN, FIRST, "1cef522d77ef8b3d6c5230b096cad8f065122db11f6ee1a79e08a385b80abb88"),
    (bytes([255] * 32), replace(FIRST, batch=None), "276d4c31270887d7473fd77c07c81bc1165b0675a1c9612cc5759d124a7c5c65"),
    (
        ORIGIN,
        replace(FIRST, sequence=2, origin="", occurred_at=datetime(1969, 12, 31, tzinfo=UTC)),
        "cf60521b6861b735bd4a48db707b7c901b47d43636bddc5f026bc9aaaa5dedd9",
    ),
]
OTHER: dict[str, Any] = {
    "shipment": UUID(int=1),
    "batch": 8,
    "occurred_at": AT + timedelta(microseconds=1),
    "recorded_at": AT,
    "origin": "validated",
    "target": "draft",
    "trigger": "amend",
    "source": "engin",
    "message_id": "e",
}
"""Another value for each column that is no key."""


def by_hand(previous: bytes, step: Step) -> str:
    """The link, put together from the words of the module's docstring."""
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    numbers = [
        (step.sequence, False),
        (step.batch or 0, True),
        (int((step.occurred_at - epoch) / timedelta(microseconds=1)), True),
        (int((step.recorded_at - epoch) / timedelta(microseconds=1)), True),
    ]
    found = b"kervan.moved.v1" + b"\0" + previous + step.shipment.bytes
    found += b"".join(number.to_bytes(8, "big", signed=signed) for number, signed in numbers)
    for one in (step.origin, step.target, step.trigger, step.source, step.message_id):
        found += len(one.encode()).to_bytes(4, "big") + one.encode()
    return sha256(found).hexdigest()


@pytest.mark.parametrize(("previous", "step", "expected"), VECTORS, ids=["first", "of before", "without words"])
def test_a_link_is_the_digest_of_these_bytes(previous: bytes, step: Step, expected: str) -> None:
    """What was chained once has to give the same link for ever: a change here is a new version."""
    assert link(previous, step).hex() == expected == by_hand(previous, step)


def chained(count: int) -> list[Step]:
    """A log of so many moves, each with its link."""
    bare = [
        replace(FIRST, sequence=n, batch=10 + n, message_id=f"m-{n}", occurred_at=AT + timedelta(hours=n))
        for n in range(1, count + 1)
    ]
    return [replace(step, hash=one) for step, one in zip(bare, links(ORIGIN, bare), strict=True)]


def standing(steps: list[Step]) -> Standing:
    """The shipment's row after these moves."""
    return Standing(len(steps), len(steps), steps[-1].hash)


def named(steps: list[Step], of: Standing | None, until: datetime | None = None) -> set[tuple[Log, Kind, int]]:
    """Which rows are named, and for what."""
    return {(one.log, one.kind, one.number) for one in faults(SHIPMENT, steps, of, until)}


SIZES = st.integers(1, 9)


@given(SIZES)
def test_a_log_that_nobody_touched_has_no_fault(count: int) -> None:
    """However many moves it has."""
    assert not named(chained(count), standing(chained(count)))


@given(SIZES, st.data())
def test_a_changed_column_names_its_row_alone(count: int, data: st.DataObject) -> None:
    """Whatever column, and the hash itself, in whatever row."""
    steps = chained(count)
    place, column = data.draw(st.integers(0, count - 1)), data.draw(st.sampled_from([*OTHER, "hash"]))
    changed = [*steps]
    value: Any = bytes(32) if column == "hash" else OTHER[column]
    changed[place] = replace(steps[place], **{column: value})
    assert named(changed, standing(steps)) == {(Log.TRANSITION, Kind.CHANGED, place + 1)}


@given(SIZES, st.data())
def test_removed_rows_are_named(count: int, data: st.DataObject) -> None:
    """From the beginning, the middle, the end, or all of them."""
    steps = chained(count)
    gone = data.draw(st.sets(st.integers(1, count), min_size=1))
    left = [step for step in steps if step.sequence not in gone]
    assert named(left, standing(steps)) == {(Log.TRANSITION, Kind.REMOVED, n) for n in gone}


@given(st.integers(2, 9), st.data(), st.booleans())
def test_rows_in_each_others_place_are_named(count: int, data: st.DataObject, hashes_too: bool) -> None:
    """Whether their hashes went along or not."""
    steps = chained(count)
    one = data.draw(st.integers(0, count - 2))
    other = data.draw(st.integers(one + 1, count - 1))
    moved = [*steps]
    moved[one] = replace(steps[other], sequence=one + 1, hash=steps[other if hashes_too else one].hash)
    moved[other] = replace(steps[one], sequence=other + 1, hash=steps[one if hashes_too else other].hash)
    assert named(moved, standing(steps)) == {(Log.TRANSITION, Kind.REORDERED, n + 1) for n in (one, other)}


@given(SIZES, st.sampled_from(["bare", "linked"]), st.booleans())
def test_an_inserted_row_is_named(count: int, how: str, told: bool) -> None:
    """At the end, with a right link or none, and whether or not the shipment's row counts it."""
    steps = chained(count)
    more = replace(FIRST, sequence=count + 1, batch=99)
    more = replace(more, hash=link(steps[-1].hash or b"", more) if how == "linked" else None)
    of = replace(standing(steps), sequence=count + told)
    assert named([*steps, more], of) == {(Log.TRANSITION, Kind.INSERTED, count + 1)}


def test_a_log_made_anew_does_not_end_as_the_shipment_says() -> None:
    """Every link is right, and not the one that the shipment keeps."""
    steps = chained(3)
    bare = [replace(step, source="somebody") for step in steps]
    anew = [replace(step, hash=one) for step, one in zip(bare, links(ORIGIN, bare), strict=True)]
    assert named(anew, standing(steps)) == {(Log.SHIPMENT, Kind.CHANGED, 3)}


def test_a_log_without_its_shipment_is_named() -> None:
    """The row of the shipment was removed."""
    assert named(chained(2), None) == {(Log.SHIPMENT, Kind.REMOVED, 0)}


def test_rows_of_before_there_were_chains_need_no_hash() -> None:
    """Up to a moment; the chain goes on over them, and one recorded later was inserted."""
    bare = [replace(step, batch=None, hash=None) for step in chained(3)]
    *_, last = links(ORIGIN, bare)
    after = replace(FIRST, sequence=4, batch=3)
    after = replace(after, hash=link(last, after))
    of = Standing(4, 4, after.hash)
    assert not named([*bare, after], of, FIRST.recorded_at)
    early = FIRST.recorded_at - timedelta(microseconds=1)
    assert named([*bare, after], of, early) == {(Log.TRANSITION, Kind.INSERTED, n) for n in (1, 2, 3)}
    assert named(bare, Standing(3), FIRST.recorded_at) == set()


def test_a_fault_says_which_row_it_is() -> None:
    """In one line, for the command line and the attention item."""
    fault = Fault(Log.TRANSITION, Kind.REMOVED, 3, "the log goes on after it", SHIPMENT)
    assert str(fault) == f"transition 3 of shipment {SHIPMENT}: removed (the log goes on after it)"
