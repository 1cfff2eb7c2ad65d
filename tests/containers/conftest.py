"""These tests need an engine and images: ``python -m tests.containers`` sees to both."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.containers import installation
from tests.containers.installation import Installation

MADE = "KERVAN_TEST_CONTAINERS"
"""Set by ``python -m tests.containers`` once engine and images are there."""


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """The installation, up; ended with all that it kept."""
    if MADE not in os.environ:
        pytest.skip("needs an engine and images: make containers")
    folder = tmp_path_factory.mktemp("installation")
    found = Installation(folder, _written(folder / "without_deadlines.json", installation.without_deadlines()))
    try:
        print(f"\nup and ready after {found.up():.0f} s")
        yield found
    finally:
        found.down()


def _written(path: Path, parts: object) -> Path:
    path.write_text(json.dumps(parts))
    return path
