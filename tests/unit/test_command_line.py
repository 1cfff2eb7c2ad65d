"""Every command explains itself."""

from collections.abc import Iterator
from importlib.metadata import version
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from adapters.entrypoints.cli import app


def commands(command: Any, name: str = "kervan") -> Iterator[tuple[str, Any]]:
    """A command and all below it, by what one types."""
    yield name, command
    for word, one in getattr(command, "commands", {}).items():
        yield from commands(one, f"{name} {word}")


ALL = dict(commands(typer.main.get_command(app)))


@pytest.mark.parametrize("name", ALL)
def test_help_has_an_example_that_is_a_command(name: str) -> None:
    """`--help` of each command and each group shows a call that can be typed as it stands."""
    text = ALL[name].help or ""
    _, found, example = text.partition("Example: ")
    assert found, f"{name} has no example"
    assert example.split("\n")[0].split("kervan ")[-1].split()[0] in " ".join(ALL)
    assert f"{name} " in f"{example} ", f"the example of {name} is of another command"


def test_the_release_is_told_without_a_command() -> None:
    """`kervan --version` says what support asks first."""
    found = CliRunner().invoke(app, ["--version"])
    assert (found.exit_code, found.output) == (0, f"kervan {version('kervan')}\n")
