"""How much memory the embedded PostgreSQL holds its tables in: a share of what there is, since all else works beside it."""

import os
from contextlib import suppress
from pathlib import Path
from typing import Final

_MB: Final = 1024**2
_SHARE: Final = 8
"""PostgreSQL's manual says a quarter of a machine of its own; here workers, web and NATS stand beside it."""
_LEAST, _MOST = 128, 1024
"""In MB: what a laptop can spare, and what holds all that a million shipments' lists go through."""
_LIMIT: Final = Path("/sys/fs/cgroup/memory.max")
"""What a container may have; ``max`` where nobody said."""


def shared_buffers(limit: Path = _LIMIT) -> str:
    """PostgreSQL's setting of that name, for this machine or for the container it is in; only what is used is taken."""
    whole = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    with suppress(OSError, ValueError):  # no container, or one without a limit
        whole = min(whole, int(limit.read_text("ascii")))
    return f"{min(_MOST, max(_LEAST, whole // _SHARE // _MB))}MB"
