"""A command of Kervan's whose clock is read off a file: ``python -m tests.chaos.skewed CLOCK worker``.

Only the composition root's clock, the port by which the business and the stores learn what time it is, is another one: by so
many seconds as stand in the file. Pauses and time-outs go by the monotonic clock, which no correction of a clock moves.
"""

import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from adapters.entrypoints import bootstrap
from adapters.entrypoints.cli import main


def skewed(file: Path) -> None:
    """Let the file say how wrong the clock is."""

    def now() -> datetime:
        return datetime.now(UTC) + timedelta(seconds=float(file.read_text() or 0))

    bootstrap.now = now


if __name__ == "__main__":
    clock, *sys.argv[1:] = sys.argv[1:]
    skewed(Path(clock))
    main()
