"""What the README says to type can be typed."""

import re
import shlex
from pathlib import Path

import pytest

from tests.unit.test_command_line import ALL

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = [block.replace("\\\n", " ") for block in re.findall(r"^```\n(.*?)^```$", TEXT, re.DOTALL | re.MULTILINE)]
TYPED = [line for block in BLOCKS for line in block.splitlines() if line.startswith("kervan ")]
MADE = {"ayrilan.csv", "sheets"}
"""What the commands make themselves."""


def test_there_is_something_to_type() -> None:
    """The blocks are found at all, and how `kervan` comes into reach stands before the first of them."""
    assert len(TYPED) > 10
    assert TEXT.index(". .venv/bin/activate") < TEXT.index(TYPED[0])


@pytest.mark.parametrize("line", TYPED)
def test_every_command_is_there_with_its_options_and_its_files(line: str) -> None:
    """Word for word: the command, each option, and each file that it names."""
    words = shlex.split(line, comments=True)
    name = max((name for name in ALL if " ".join(words).startswith(f"{name} ") or " ".join(words) == name), key=len)
    known = {option for parameter in ALL[name].params for option in (*parameter.opts, *parameter.secondary_opts)}
    rest = words[len(name.split()) :]
    assert [word for word in rest if word.startswith("--") and word not in known] == []
    files = [word for word in rest if "/" in word or re.search(r"\.(csv|toml|xml|xlsx)$", word)]
    assert [word for word in files if word not in MADE and not (ROOT / word).exists()] == []
