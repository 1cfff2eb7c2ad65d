"""The embedded PostgreSQL takes its share of the memory that there is, and no more than that."""

import os
from pathlib import Path

import pytest

from adapters.entrypoints.embedded import memory


@pytest.mark.parametrize(
    ("gigabytes", "limit", "expected"),
    [
        (2, "", "256MB"),
        (1, "", "128MB"),
        (0.5, "", "128MB"),
        (64, "", "1024MB"),
        (64, "max\n", "1024MB"),
        (64, f"{4 * 1024**3}\n", "512MB"),
        (2, f"{64 * 1024**3}\n", "256MB"),
    ],
)
def test_it_is_an_eighth_of_the_machine_or_of_the_container_within_bounds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, gigabytes: float, limit: str, expected: str
) -> None:
    """Whichever is less; a container without a limit has the machine's."""
    pages = {"SC_PAGE_SIZE": 4096, "SC_PHYS_PAGES": int(gigabytes * 1024**3 / 4096)}
    monkeypatch.setattr(os, "sysconf", pages.__getitem__)
    said = tmp_path / "memory.max"
    if limit:
        said.write_text(limit, "ascii")
    assert memory.shared_buffers(said) == expected
