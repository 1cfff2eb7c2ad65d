"""Seals: what both logs said at a moment, each seal on the one before it, so that a chain made anew is found too.

Version 1 of a seal's digest is the SHA-256 of these bytes, numbers big-endian, one after the other without padding::

    16  ``kervan.seal.v1`` in ASCII, and two zero bytes
    32  the digest of the seal before it; of the first: zero bytes
     8  number, unsigned: 1, 2, … without a gap
     8  at, signed microseconds since 1970-01-01T00:00:00Z
     8  batches, signed: the transitions of batches up to this one are sealed
     8  acts, signed: the rows of the audit log up to this id are sealed
    16  walked: of shipments without a chain those up to this id are sealed; all bits set: all
     8  unhashed_until, as ``at``: until then an older release may have written rows without a hash; zero: never
     8  how many bytes of heads follow, and they: each 16 (shipment), 4 (sequence, unsigned), 32 (the link of that move)
     8  how many bytes of acts follow, and they: each 8 (id, signed), 32 (its digest)

A seal's ``mac``, where there is a key that the database does not know, is HMAC-SHA256 of the digest.

The digest of a row of the audit log is the SHA-256 of::

    16  ``kervan.audit.v1`` in ASCII, and a zero byte
     8  id, signed
     8  at, as above
     …  door, actor, role, action, thing, outcome, request, each as its length in bytes (4, unsigned) and its UTF-8
    32  the digest of the reason: SHA-256 of the row's salt (16; zero bytes where it has none) and the reason's UTF-8

The reason is the one free text of a row, so a person's data may stand in it. That it goes in as a salted digest is the door
for its erasure (KVKK art. 7): whoever erases it keeps ``reason_digest``, and clears the reason and the salt. The row still
proves what was done, when and by whom; what the digest was made of cannot be found again by trying, since the salt is gone.
"""

import hmac
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from struct import Struct
from typing import Protocol
from uuid import UUID

from workflow.chain import Fault, Kind, Log, microseconds, text

FIRST = bytes(32)
"""What stands before the first seal."""
ALL = UUID(int=2**128 - 1)
"""All shipments were walked."""

_SEAL = Struct(">16s32sQqqq16sq")
_SEAL_MARK = b"kervan.seal.v1\0\0"
_LENGTH = Struct(">Q")
_HEAD = Struct(">16sI32s")
_ACT = Struct(">q32s")
_AUDIT = Struct(">16sqq")
_AUDIT_MARK = b"kervan.audit.v1\0"
_KEY_NAME = 8
_PAIRS = 100
"""With how many changed rows of the audit log each is compared, to see whether they changed places."""


@dataclass(frozen=True, slots=True)
class Head:
    """The link of one move of one shipment; with those before it, all that its log said up to there."""

    shipment: UUID
    sequence: int
    hash: bytes


@dataclass(frozen=True, slots=True)
class SealedAct:
    """A row of the audit log as it was sealed."""

    id: int
    digest: bytes


class Noted(Protocol):
    """A row of the audit log."""

    @property
    def id(self) -> int:
        """In the order of the log."""
        ...

    @property
    def at(self) -> datetime:
        """When it was done."""
        ...

    @property
    def texts(self) -> Sequence[str]:
        """Door, actor, role, action, thing, outcome and request."""
        ...

    @property
    def reason(self) -> bytes:
        """The digest of the reason."""
        ...


@dataclass(frozen=True, slots=True)
class Seal:
    """One seal; see above."""

    number: int
    at: datetime
    previous: bytes
    batches: int
    acts: int
    walked: UUID = ALL
    unhashed_until: datetime | None = None
    heads: bytes = b""
    noted: bytes = b""

    def digest(self) -> bytes:
        """What stands for all of it."""
        head = _SEAL.pack(
            _SEAL_MARK,
            self.previous,
            self.number,
            microseconds(self.at),
            self.batches,
            self.acts,
            self.walked.bytes,
            0 if self.unhashed_until is None else microseconds(self.unhashed_until),
        )
        sized = (_LENGTH.pack(len(self.heads)), self.heads, _LENGTH.pack(len(self.noted)), self.noted)
        return sha256(b"".join((head, *sized))).digest()


@dataclass(frozen=True, slots=True)
class Key:
    """A secret that the database does not know; ``name`` tells keys apart and says nothing of them."""

    secret: bytes

    @property
    def name(self) -> str:
        """Eight characters of the digest of a digest."""
        return sha256(b"kervan.key.v1\0" + self.secret).hexdigest()[:_KEY_NAME]

    def mac(self, digest: bytes) -> bytes:
        """What only who has the key can make of a digest."""
        return hmac.digest(self.secret, digest, "sha256")


def packed_heads(heads: Iterable[Head]) -> bytes:
    """Heads as a seal holds them."""
    return b"".join(_HEAD.pack(one.shipment.bytes, one.sequence, one.hash) for one in heads)


def heads_of(packed: bytes) -> list[Head]:
    """The heads of a seal; bytes at the end that are no whole one are left out: the digest has told of them."""
    whole = len(packed) // _HEAD.size * _HEAD.size
    return [Head(UUID(bytes=shipment), sequence, link) for shipment, sequence, link in _HEAD.iter_unpack(packed[:whole])]


def packed_acts(acts: Iterable[SealedAct]) -> bytes:
    """Rows of the audit log as a seal holds them."""
    return b"".join(_ACT.pack(one.id, one.digest) for one in acts)


def acts_of(packed: bytes) -> list[SealedAct]:
    """The rows of the audit log of a seal."""
    whole = len(packed) // _ACT.size * _ACT.size
    return [SealedAct(number, digest) for number, digest in _ACT.iter_unpack(packed[:whole])]


def reason_digest(salt: bytes | None, reason: str) -> bytes:
    """The digest of a reason; see above."""
    return sha256((bytes(16) if salt is None else salt) + reason.encode()).digest()


def act_digest(act: Noted, number: int | None = None) -> bytes:
    """The digest of a row of the audit log, or the one it would have under another id."""
    head = _AUDIT.pack(_AUDIT_MARK, act.id if number is None else number, microseconds(act.at))
    return sha256(b"".join((head, *map(text, act.texts), act.reason))).digest()


def act_faults(sealed: Sequence[SealedAct], there: Sequence[Noted]) -> list[Fault]:
    """What is not as it was sealed among the rows of the audit log from one seal to the next."""
    rows = {one.id: one for one in there}
    was = {one.id: one.digest for one in sealed}
    changed = [number for number, digest in was.items() if number in rows and act_digest(rows[number]) != digest]
    moved = {
        number
        for number in changed
        if any(act_digest(rows[number], other) == was[other] for other in changed[:_PAIRS] if other != number)
    }
    found = [Fault(Log.AUDIT, Kind.REMOVED, number, "it was sealed") for number in was.keys() - rows.keys()]
    found += [
        Fault(Log.AUDIT, Kind.REORDERED, n, "it stands in another row's place")
        if n in moved
        else Fault(Log.AUDIT, Kind.CHANGED, n, "it does not say what was sealed")
        for n in changed
    ]
    found += [
        Fault(Log.AUDIT, Kind.INSERTED, n, "rows before and after it were sealed without it") for n in rows.keys() - was.keys()
    ]
    return sorted(found, key=lambda one: one.number)


@dataclass(frozen=True, slots=True)
class Kept:
    """A seal with what is kept beside it: the digest it had, whose key it bears, and the mac."""

    seal: Seal
    digest: bytes
    key: str = ""
    mac: bytes = b""


def seal_faults(one: Kept, before: Kept | None, keys: Sequence[Key], *, keyed: bool) -> list[Fault]:
    """What is not right with a seal itself, after the one ``before`` it; ``keyed`` tells whether an earlier one bears a mac."""
    found, number = [], one.seal.number
    expected = 1 if before is None else before.seal.number + 1
    found += [Fault(Log.SEAL, Kind.REMOVED, n, "seals are numbered without a gap") for n in range(expected, number)]
    if one.seal.digest() != one.digest:
        found.append(Fault(Log.SEAL, Kind.CHANGED, number, "its digest is not that of what it says"))
    elif expected == number and one.seal.previous != (FIRST if before is None else before.digest):
        found.append(Fault(Log.SEAL, Kind.CHANGED, number, "it does not follow on the seal before it"))
    known = {key.name: key for key in keys}
    if one.key in known and not hmac.compare_digest(known[one.key].mac(one.digest), one.mac):
        found.append(Fault(Log.SEAL, Kind.CHANGED, number, "its mac was not made with the key it names"))
    elif keys and keyed and not one.key:
        found.append(Fault(Log.SEAL, Kind.CHANGED, number, "it bears no mac, and seals before it do"))
    return found
