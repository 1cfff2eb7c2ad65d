"""Which faults `make chaos` injects is told by its seed."""

from collections import Counter

from tests.chaos.faults import KINDS, schedule


def test_the_same_seed_gives_the_same_faults() -> None:
    """So a run that went wrong can be had again."""
    assert schedule(100, 7) == schedule(100, 7)
    assert schedule(100, 7) != schedule(100, 8)


def test_every_kind_comes_before_any_comes_again() -> None:
    """A hundred faults have each kind three times at least."""
    assert set(schedule(len(KINDS), 7)) == set(KINDS)
    assert min(Counter(kind.name for kind in schedule(100, 7)).values()) == 100 // len(KINDS)


def test_a_longer_run_begins_like_a_shorter_one() -> None:
    """What the continuous integration saw is the beginning of the long run."""
    assert schedule(100, 7)[:16] == schedule(16, 7)
