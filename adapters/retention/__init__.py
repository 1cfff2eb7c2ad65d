"""How long what is kept of people is kept: a dated table, ``policy.toml``, read strictly."""

import tomllib
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path

from workflow.errors import KervanError

_FILE = Path(__file__).with_name("policy.toml")
_WANTED = {"matter": str, "days": int, "valid_from": date, "source": str}


class Matter(StrEnum):
    """What a row of the policy is about."""

    SESSIONS = "sessions"
    ANSWERS = "answers"
    WEBHOOKS = "webhooks"
    IMPORTED_ROWS = "imported_rows"
    REFUSED_MESSAGES = "refused_messages"
    CONSIGNEES = "consignees"
    DOCUMENTS = "documents"


@dataclass(frozen=True, slots=True)
class Row:
    """``matter`` is kept ``days`` (counted from what its comment in the file says), in force since ``valid_from``."""

    matter: Matter
    days: int
    valid_from: date
    source: str


class RetentionPolicyError(KervanError):
    """A policy that cannot be used."""

    def __init__(self, file: Path, why: str) -> None:
        """Name the file and what is wrong."""
        super().__init__(
            f"The retention policy {file} cannot be used ({why}), so nothing is removed by it. Correct the file, or unset "
            "KERVAN_RETENTION_POLICY."
        )


def load(file: Path | None = None) -> tuple[Row, ...]:
    """The policy: the packaged one, or an installation's own instead.

    Raises:
        RetentionPolicyError: it is no TOML, or a row says too little, too much, or something else.
    """
    path = file or _FILE
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise RetentionPolicyError(path, str(error)) from None
    if set(found) != {"row"} or not isinstance(found["row"], list):
        raise RetentionPolicyError(path, "it must have [[row]] and nothing else")
    return tuple(_row(path, number, row) for number, row in enumerate(found["row"], start=1))


def _row(path: Path, number: int, row: object) -> Row:
    if not isinstance(row, dict) or set(row) != set(_WANTED):
        raise RetentionPolicyError(path, f"row {number} must say {', '.join(_WANTED)}")
    for name, kind in _WANTED.items():
        if type(row[name]) is not kind:
            raise RetentionPolicyError(path, f"row {number}: {name} must be a {kind.__name__}")
    if row["matter"] not in set(Matter) or row["days"] < 0:
        raise RetentionPolicyError(path, f"row {number}: matter must be one of {', '.join(Matter)}, days 0 or more")
    return Row(Matter(row["matter"]), row["days"], row["valid_from"], row["source"])


def in_force(policy: tuple[Row, ...], day: date) -> dict[Matter, Row]:
    """For each matter the row that began last; one without a row is kept."""
    return {row.matter: row for row in sorted(policy, key=lambda one: one.valid_from) if row.valid_from <= day}
