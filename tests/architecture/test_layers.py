"""The rooms and their doors."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("workflow", "events", "adapters")


def test_imports_point_inwards() -> None:
    """import-linter's contracts hold."""
    lint = Path(sys.executable).parent / "lint-imports"
    done = subprocess.run([lint, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("package", PACKAGES)
def test_every_room_says_what_lives_in_it(package: str) -> None:
    """Each package begins with a docstring."""
    for file in (ROOT / package).rglob("__init__.py"):
        assert file.read_text(encoding="utf-8").startswith('"""'), file


def test_the_business_modules_stay_small() -> None:
    """No module of the business has more than 300 lines (data tables aside)."""
    for file in (ROOT / "workflow").rglob("*.py"):
        lines = file.read_text(encoding="utf-8").count("\n")
        assert lines <= 300 or file.name == "hs2022.py", (file, lines)
