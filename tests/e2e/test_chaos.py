"""Everything dies under load, hangs, is cut off or full: nothing is lost, nothing comes twice, no sequence has a gap."""

from tests.chaos.__main__ import chaos

FAULTS = 16
SEED = 1


async def test_whatever_breaks_the_books_are_those_of_the_pure_model() -> None:
    """Sixteen faults of a fixed schedule, each recovered from within a minute; then log, inbox and stream are compared.

    `make chaos` has the other kinds too, and as many as one likes.
    """
    result = await chaos(FAULTS, SEED)
    print(result.table())
    assert result.wrong == []
    assert sum(map(len, result.recoveries.values())) == FAULTS
    assert result.messages > 0
