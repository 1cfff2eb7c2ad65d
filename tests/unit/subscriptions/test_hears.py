"""What a subscription hears."""

import orjson
import pytest

from events.subscriptions import OUTCOME_TEXTS, PROGRESSED, RAISED, RESOLVED, TRANSITIONED, Hears, Outcome, Told, told

MOVED = Told("s:1", TRANSITIONED, "s", b"", seller="1234567890", stage="etgb_issued")
ATTENTION = Told("i:raised:1", RAISED, "s", b"", seller="1234567890", reason="etgb_overdue")
GENERAL = Told("j:raised:1", RAISED, "j", b"", reason="task_failed")
OVER = Told("i:resolved:2", RESOLVED, "i", b"", seller="1234567890", reason="etgb_overdue")
PAID = Told("c:paid", PROGRESSED, "c", b"", seller="17291716060")
ALL = (MOVED, ATTENTION, GENERAL, OVER, PAID)


def words(*found: str) -> frozenset[str]:
    return frozenset(found)


@pytest.mark.parametrize(
    ("hears", "heard"),
    [
        (Hears(), ALL),
        (Hears(types=words(TRANSITIONED)), (MOVED,)),
        (Hears(types=words(RAISED, RESOLVED)), (ATTENTION, GENERAL, OVER)),
        (Hears(stages=words("etgb_issued")), ALL),
        (Hears(stages=words("validated")), (ATTENTION, GENERAL, OVER, PAID)),
        (Hears(types=words(TRANSITIONED), stages=words("validated")), ()),
        (Hears(reasons=words("task_failed")), (MOVED, GENERAL, PAID)),
        (Hears(sellers=words("1234567890")), (MOVED, ATTENTION, OVER)),
        (Hears(sellers=words("1234567890"), types=words(PROGRESSED)), ()),
    ],
)
def test_who_hears_what(hears: Hears, heard: tuple[Told, ...]) -> None:
    """What is empty asks for nothing; whoever asks for a seller never hears what is not known to be theirs."""
    assert tuple(one for one in ALL if one in hears) == heard


def test_what_is_heard_can_be_kept() -> None:
    """Written and read again it is the same, and what asks for nothing takes no room."""
    hears = Hears(types=words(RAISED), sellers=words("1", "2"))
    assert Hears.read(orjson.loads(orjson.dumps(hears.written()))) == hears
    assert Hears().written() == {}


@pytest.mark.parametrize(
    "body", [b"{", b"[]", b"{}", b'{"id": 1, "type": "x", "data": {}}', b'{"id": "1", "type": "x", "data": []}']
)
def test_what_is_no_message_of_ours_is_none(body: bytes) -> None:
    """Anything else that stands on the stream is an error that says so, whatever its form."""
    with pytest.raises(ValueError):
        told(body)


def test_every_outcome_is_said_in_both_languages() -> None:
    """Two sentences each, not the same."""
    assert set(OUTCOME_TEXTS) == set(Outcome)
    assert all(tr != en and tr.endswith(".") and en.endswith(".") for tr, en in OUTCOME_TEXTS.values())
