"""The transition log's hash chains, one a shipment: what is hashed, byte for byte, and what tampering leaves in a chain.

Version 1 of a link is the SHA-256 of these bytes, numbers big-endian, one after the other without padding::

    16  ``kervan.moved.v1`` in ASCII, and a zero byte
    32  the link before it; of a shipment's first move: zero bytes
    16  shipment, the UUID's bytes
     8  sequence, unsigned
     8  batch, signed; zero where the row has none (it was written before there were chains)
     8  occurred_at, signed microseconds since 1970-01-01T00:00:00Z
     8  recorded_at, the same
     …  origin, target, trigger, source, message_id, each as its length in bytes (4, unsigned) and its UTF-8

A row's ``hash`` is its link. Rows of before, which have none, count by the link that they would have. Which month and which
seller a row is kept under is not hashed: both are its shipment's own, and are compared with them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from hashlib import sha256
from itertools import combinations
from struct import Struct
from uuid import UUID

ORIGIN = bytes(32)
"""What stands before a shipment's first link."""

_MARK = b"kervan.moved.v1\0"
_HEAD = Struct(">16s32s16sQqqq")
_TEXT = Struct(">I")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_PAIRS = 12
"""How many broken rows of one shipment are tried in each other's place."""


class Kind(StrEnum):
    """What was done to a row."""

    CHANGED = "changed"
    REMOVED = "removed"
    INSERTED = "inserted"
    REORDERED = "reordered"


class Log(StrEnum):
    """Whose row it is."""

    TRANSITION = "transition"
    SHIPMENT = "shipment"
    MONTH = "month"
    AUDIT = "audit"
    SEAL = "seal"


@dataclass(frozen=True, slots=True)
class Fault:
    """One row that is not as it was written.

    ``number`` is its sequence within ``shipment``, its id, the seal's number, or a month like 202403.
    """

    log: Log
    kind: Kind
    number: int
    detail: str
    shipment: UUID | None = None

    def __str__(self) -> str:
        """Name the row."""
        of = f" of shipment {self.shipment}" if self.shipment is not None else ""
        return f"{self.log} {self.number}{of}: {self.kind} ({self.detail})"


@dataclass(frozen=True, slots=True)
class Step:
    """A row of the transition log as the chain has it; times are aware."""

    shipment: UUID
    sequence: int
    batch: int | None
    occurred_at: datetime
    recorded_at: datetime
    origin: str
    target: str
    trigger: str
    source: str
    message_id: str
    hash: bytes | None = None
    begun_at: datetime | None = None
    """When its shipment began, by whose month it is kept; none: an older release wrote it."""
    seller: str | None = None
    """Its shipment's seller."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What the shipment's own row says of its log: how many moves it made, the link of the move ``chained``, where it lies."""

    sequence: int
    chained: int = 0
    chain: bytes | None = None
    begun_at: datetime | None = None
    seller: str = ""


def microseconds(at: datetime) -> int:
    """Since 1970-01-01T00:00:00Z."""
    return (at - _EPOCH) // _MICROSECOND


def text(value: str) -> bytes:
    """A text with its length before it: no two lists of texts make the same bytes."""
    encoded = value.encode()
    return _TEXT.pack(len(encoded)) + encoded


@lru_cache(maxsize=4096)
def _word(value: str) -> bytes:
    """A text that comes again and again."""
    return text(value)


def link_of(
    previous: bytes,
    shipment: UUID,
    sequence: int,
    batch: int,
    times: tuple[int, int],
    texts: tuple[str, str, str, str, str],
) -> bytes:
    """The link of a row, version 1; see above. ``times`` are microseconds: occurred, recorded."""
    head = _HEAD.pack(_MARK, previous, shipment.bytes, sequence, batch, *times)
    origin, target, trigger, source, message_id = texts
    words = (_word(origin), _word(target), _word(trigger), _word(source))
    return sha256(b"".join((head, *words, text(message_id)))).digest()


def link(previous: bytes, step: Step) -> bytes:
    """The link that a row should have after the one before it."""
    return link_of(
        previous,
        step.shipment,
        step.sequence,
        step.batch or 0,
        (microseconds(step.occurred_at), microseconds(step.recorded_at)),
        (step.origin, step.target, step.trigger, step.source, step.message_id),
    )


def links(previous: bytes, steps: Sequence[Step]) -> Iterator[bytes]:
    """The links of rows that follow each other, whatever hashes they have."""
    for step in steps:
        previous = link(previous, step)
        yield previous


def faults(
    shipment: UUID,
    steps: Sequence[Step],
    standing: Standing | None,
    unhashed_until: datetime | None,
    *,
    detached: bool = False,
) -> list[Fault]:
    """What is not as it was written in one shipment's log.

    ``steps`` are all of its rows by sequence; ``standing`` is ``None`` where it has no row of its own. Rows without a hash are
    of before there were chains, or of an older release's worker while others ran this one already: none is recorded after
    ``unhashed_until``, and none is there at all where that is ``None``. ``detached``: its month is kept elsewhere, so only what
    was written since is looked at, and how much that should be is not known of one shipment.
    """
    broken = _broken(steps)
    swapped = _swapped(steps, broken) if len(broken) > 1 else None
    if swapped is not None:
        found = [_fault(steps[n], Kind.REORDERED, "it stands in another row's place") for n in swapped]
    else:
        found = [_fault(steps[n], Kind.CHANGED, "its hash is not that of what it says") for n in broken]
    found += [
        _fault(step, Kind.INSERTED, "it has no hash, and was not written before there were any")
        for step in steps
        if step.hash is None and (unhashed_until is None or step.recorded_at > unhashed_until)
    ]
    if steps:
        found += _gaps(steps, steps[0].sequence if detached else 1)
        found += _elsewhere(steps, standing, {one.number for one in found})
        found += _ends(steps, standing, {one.number for one in found})
    elif standing is not None and not detached:
        found += _lost(shipment, standing, 0)
    return sorted(found, key=lambda one: (one.number, one.kind))


def _fault(step: Step, kind: Kind, detail: str) -> Fault:
    return Fault(Log.TRANSITION, kind, step.sequence, detail, step.shipment)


def _broken(steps: Sequence[Step]) -> list[int]:
    """The places of rows whose hash is not their link.

    A row is judged by the hash that the row before it has, and, where that row was broken itself, by the link it should have:
    so a row after a changed hash is not taken for changed. After a gap nothing can be said of the next row but by its seal.
    """
    found = []
    known: tuple[bytes, ...] = (ORIGIN,)
    expected = 1
    for place, step in enumerate(steps):
        if step.sequence != expected:
            known = ()
        expected = step.sequence + 1
        could_be = [link(previous, step) for previous in known]
        if step.hash is None:
            known = tuple(could_be) or known
        elif not known or step.hash in could_be:
            known = (step.hash,)
        else:
            found.append(place)
            known = (step.hash, *could_be)
    return found


def _swapped(steps: Sequence[Step], broken: Sequence[int]) -> tuple[int, int] | None:
    """Two rows that stand in each other's place, if putting them back mends the chain."""
    for one, other in combinations(broken[:_PAIRS], 2):
        for hashes_too in (True, False):
            mended = list(steps)
            mended[one], mended[other] = _exchanged(steps[one], steps[other], hashes_too=hashes_too)
            if not _broken(mended):
                return one, other
    return None


def _exchanged(one: Step, other: Step, *, hashes_too: bool) -> tuple[Step, Step]:
    return (
        replace(other, sequence=one.sequence, hash=other.hash if hashes_too else one.hash),
        replace(one, sequence=other.sequence, hash=one.hash if hashes_too else other.hash),
    )


def _elsewhere(steps: Sequence[Step], standing: Standing | None, named: set[int]) -> Iterator[Fault]:
    """The rows that are kept under another month or seller than their shipment's."""
    for step in steps:
        if standing is None or step.begun_at is None or step.sequence in named:
            continue
        if (step.begun_at, step.seller) != (standing.begun_at, standing.seller):
            yield _fault(step, Kind.CHANGED, "it is kept under another month or seller than its shipment's")


def _gaps(steps: Sequence[Step], expected: int) -> Iterator[Fault]:
    for step in steps:
        for number in range(expected, step.sequence):
            yield Fault(Log.TRANSITION, Kind.REMOVED, number, "the log goes on after it", step.shipment)
        expected = step.sequence + 1


def _ends(steps: Sequence[Step], standing: Standing | None, named: set[int]) -> Iterator[Fault]:
    """Compare the log's end with what the shipment's row says."""
    shipment, last = steps[-1].shipment, steps[-1].sequence
    if standing is None:
        yield Fault(Log.SHIPMENT, Kind.REMOVED, 0, "its log is there, its row is not", shipment)
        return
    if last > standing.sequence:
        beyond = [step for step in steps if step.sequence > standing.sequence and step.sequence not in named]
        yield from (_fault(step, Kind.INSERTED, "the shipment did not make this move") for step in beyond)
        return
    yield from _lost(shipment, standing, last)
    if standing.chain is None:
        return
    after = [
        step for step in steps if step.sequence > standing.chained and step.hash is not None and step.sequence not in named
    ]
    yield from (_fault(step, Kind.INSERTED, "the shipment's chain ends before it") for step in after)
    at_end = next((step for step in steps if step.sequence == standing.chained), None)
    if at_end is not None and at_end.hash is not None and at_end.sequence not in named and at_end.hash != standing.chain:
        detail = "its chain does not end as its log does: the row was changed, or the log was made anew"
        yield Fault(Log.SHIPMENT, Kind.CHANGED, standing.chained, detail, shipment)


def _lost(shipment: UUID, standing: Standing, last: int) -> Iterator[Fault]:
    """The rows that should stand after the last."""
    for number in range(last + 1, standing.sequence + 1):
        yield Fault(Log.TRANSITION, Kind.REMOVED, number, "the shipment made this move", shipment)
