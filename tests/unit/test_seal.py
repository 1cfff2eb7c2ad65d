"""Seals: their bytes, their chain, their macs, and the rows of the audit log in them."""

import hmac
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256
from uuid import UUID

import pytest

from workflow.chain import Fault, Kind, Log
from workflow.seal import (
    ALL,
    FIRST,
    Head,
    Kept,
    Key,
    Seal,
    SealedAct,
    act_digest,
    act_faults,
    acts_of,
    heads_of,
    packed_acts,
    packed_heads,
    reason_digest,
    seal_faults,
)

AT = datetime(2026, 11, 20, 6, 0, 0, 1, tzinfo=UTC)
HEADS = [Head(UUID(int=n), n, bytes([n] * 32)) for n in (1, 2)]
ACTS = [SealedAct(7, bytes([7] * 32))]
SEAL = Seal(1, AT, FIRST, 12, 7, ALL, None, packed_heads(HEADS), packed_acts(ACTS))
KEY, OLD = Key(b"k" * 32), Key(b"o" * 32)


@dataclass(frozen=True)
class Act:
    """A row of the audit log."""

    id: int
    at: datetime = AT
    texts: tuple[str, ...] = ("console", "ayse", "admin", "shipment.cancel", "shipment/1", "done", "r-1")
    reason: bytes = bytes(32)


def signed(bare: Seal, key: Key | None = None) -> Kept:
    """A seal as it is kept."""
    digest = bare.digest()
    return Kept(bare, digest, key.name if key else "", key.mac(digest) if key else b"")


def chain(count: int, key: Key | None = None) -> list[Kept]:
    """So many seals, each on the one before it."""
    found = [signed(SEAL, key)]
    while len(found) < count:
        found.append(signed(replace(SEAL, number=len(found) + 1, previous=found[-1].digest), key))
    return found


def named(found: list[Kept], keys: tuple[Key, ...] = ()) -> list[tuple[Kind, int]]:
    """Which seals are not right."""
    before, wrong, keyed = None, [], False
    for one in found:
        wrong += seal_faults(one, before, keys, keyed=keyed)
        before, keyed = one, keyed or bool(one.key)
    return [(one.kind, one.number) for one in wrong]


def test_a_seals_digest_is_that_of_these_bytes() -> None:
    """What was sealed once has to give the same digest for ever: a change here is a new version."""
    micro = 1_795_154_400_000_001
    found = b"kervan.seal.v1\0\0" + bytes(32) + (1).to_bytes(8, "big") + micro.to_bytes(8, "big")
    found += (12).to_bytes(8, "big") + (7).to_bytes(8, "big") + b"\xff" * 16 + bytes(8)
    found += (104).to_bytes(8, "big")
    found += b"".join(UUID(int=n).bytes + n.to_bytes(4, "big") + bytes([n] * 32) for n in (1, 2))
    found += (40).to_bytes(8, "big") + (7).to_bytes(8, "big") + bytes([7] * 32)
    assert SEAL.digest() == sha256(found).digest()
    assert SEAL.digest().hex() == "1c157f80944bef6f3885d16b3055f942fc5b986aceb2255c77849b0d6d0dbe0d"


def test_a_row_of_the_audit_log_has_the_digest_of_these_bytes() -> None:
    """The reason goes in as a digest of its own, with the row's salt."""
    act = Act(7, reason=reason_digest(bytes([1] * 16), "müşteri istedi"))
    found = b"kervan.audit.v1\0" + (7).to_bytes(8, "big") + (1_795_154_400_000_001).to_bytes(8, "big")
    found += b"".join(len(one.encode()).to_bytes(4, "big") + one.encode() for one in act.texts)
    found += sha256(bytes([1] * 16) + "müşteri istedi".encode()).digest()
    assert act_digest(act) == sha256(found).digest()
    assert act_digest(act).hex() == "8a934b7e94a9ce7629624477e09061dea22c113a5f990154980a058403834572"
    assert reason_digest(None, "") == sha256(bytes(16)).digest()


def test_what_a_seal_holds_can_be_read_again() -> None:
    """Also where somebody cut it in the middle of a row."""
    assert heads_of(SEAL.heads) == HEADS
    assert heads_of(SEAL.heads[:-1]) == HEADS[:1]
    assert acts_of(SEAL.noted) == ACTS


def test_seals_that_nobody_touched_are_right() -> None:
    """With a key and without one, also where the key came later or was changed."""
    assert not named(chain(3))
    assert not named(chain(3, KEY), (KEY, OLD))
    one, two, three = chain(3)
    assert not named([one, signed(two.seal, OLD), signed(three.seal, KEY)], (KEY, OLD))


@pytest.mark.parametrize(
    "change",
    [
        {"at": datetime(2026, 11, 21, tzinfo=UTC)},
        {"batches": 13},
        {"acts": 8},
        {"walked": UUID(int=0)},
        {"unhashed_until": AT},
        {"heads": b""},
        {"noted": b""},
        {"previous": bytes([1] * 32)},
    ],
)
def test_a_changed_seal_is_named(change: dict[str, object]) -> None:
    """Whatever it is that was changed; with a right digest, the seal after it does not follow on it."""
    one, two, three = chain(3)
    changed = replace(two.seal, **change)  # type: ignore[arg-type]
    assert named([one, replace(two, seal=changed), three]) == [(Kind.CHANGED, 2)]
    assert (Kind.CHANGED, 3) in named([one, signed(changed), three])


def test_a_removed_seal_is_named() -> None:
    """Numbers have no gap."""
    one, _, three = chain(3)
    assert named([one, three]) == [(Kind.REMOVED, 2)]


def test_seals_made_anew_without_the_key_are_named() -> None:
    """Digests are right; the mac is not, or is gone."""
    one, two, three = chain(3, KEY)
    forged = replace(two, mac=hmac.digest(b"x" * 32, two.digest, "sha256"))
    assert named([one, forged, three], (KEY,)) == [(Kind.CHANGED, 2)]
    assert named([one, replace(two, key="", mac=b""), three], (KEY,)) == [(Kind.CHANGED, 2)]


def test_rows_of_the_audit_log_are_named() -> None:
    """Changed, removed, inserted, in each other's place."""
    rows = [Act(n, texts=(*Act(n).texts[:-1], f"r-{n}")) for n in (3, 4, 6)]
    sealed = [SealedAct(one.id, act_digest(one)) for one in rows]

    def wrong(*there: Act) -> list[tuple[Kind, int]]:
        found: list[Fault] = act_faults(sealed, there)
        assert {one.log for one in found} <= {Log.AUDIT}
        return [(one.kind, one.number) for one in found]

    three, four, six = rows
    assert not wrong(*rows)
    assert wrong(three, six) == [(Kind.REMOVED, 4)]
    assert wrong(three, replace(four, reason=bytes([1] * 32)), six) == [(Kind.CHANGED, 4)]
    assert wrong(*rows, Act(5)) == [(Kind.INSERTED, 5)]
    assert wrong(replace(four, id=3), replace(three, id=4), six) == [(Kind.REORDERED, 3), (Kind.REORDERED, 4)]
