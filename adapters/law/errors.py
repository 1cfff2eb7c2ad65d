"""What can be wrong with a table of the law; nothing is judged by half a table."""

from dataclasses import dataclass
from pathlib import Path

from workflow.errors import KervanError


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands: a file, and a row of it counted from 1 (0: the file as a whole)."""

    file: Path
    row: int = 0

    def __str__(self) -> str:
        """``limits.toml, row 2``, with the folder."""
        return f"{self.file}, row {self.row}" if self.row else str(self.file)


class LawError(KervanError):
    """A table of the law cannot be used, so nothing is judged; ``place`` says where to look."""

    def __init__(self, place: Place, what: str) -> None:
        """Say what is wrong at a place, and what to do."""
        super().__init__(f"The law's tables cannot be used. {place}: {what}")
        self.place = place


class NoLawFolderError(LawError):
    """The folder that the settings name is not there."""

    def __init__(self, folder: Path) -> None:
        """Name the folder."""
        super().__init__(Place(folder), "there is no such folder. Make it, or correct or remove KERVAN_LAW_DIR.")


class UnknownTableError(LawError):
    """A file's name is that of no table, so that it would have no effect."""

    def __init__(self, file: Path, known: list[str]) -> None:
        """Name the tables there are."""
        super().__init__(Place(file), f"there is no table of that name. Rename or remove it; tables are: {', '.join(known)}.")


class UnreadableTableError(LawError):
    """A file is no TOML, no UTF-8, or cannot be opened."""

    def __init__(self, file: Path, why: str) -> None:
        """Say what the reader said."""
        super().__init__(Place(file), f"it cannot be read ({why}). Correct it; it must be TOML in UTF-8.")


class UnknownEffectError(LawError):
    """An installation's file does not say whether it replaces the table or adds to it."""

    def __init__(self, file: Path, found: object) -> None:
        """Name what was found."""
        said = "says nothing" if found is None else f"says {found!r}"
        super().__init__(
            Place(file),
            f'of what becomes of the packaged table it {said}. Write table = "replace" or table = "add" at its top.',
        )


class WrongFormError(LawError):
    """A file has something besides rows, and what all rows share."""

    def __init__(self, file: Path, key: str) -> None:
        """Name the key."""
        super().__init__(
            Place(file),
            f"“{key}” has no meaning here. A table has rows under [[row]], and what they share under [common].",
        )


class UnknownColumnError(LawError):
    """A row says something that the table has no column for."""

    def __init__(self, place: Place, column: str, known: list[str]) -> None:
        """Name the column and those there are."""
        super().__init__(place, f"there is no column “{column}”. Columns are: {', '.join(known)}.")


class MissingColumnError(LawError):
    """A row leaves out what each row must say."""

    def __init__(self, place: Place, column: str) -> None:
        """Name the column."""
        super().__init__(place, f"“{column}” is missing. Add it to the row, or to [common] for all rows.")


class WrongValueError(LawError):
    """A column has a value that cannot be what it means."""

    def __init__(self, place: Place, column: str, value: object, wanted: str) -> None:
        """Say what was found and what is wanted."""
        super().__init__(place, f"“{column}” is {value!r}; it must be {wanted}.")


class NothingSaidError(LawError):
    """A row has none of the columns of which it needs one."""

    def __init__(self, place: Place, columns: list[str]) -> None:
        """Name the columns."""
        super().__init__(place, f"it sets nothing. Give it at least one of: {', '.join(columns)}.")


class BackwardDaysError(LawError):
    """A row ends before it begins."""

    def __init__(self, place: Place) -> None:
        """Name the row."""
        super().__init__(place, "valid_to lies before valid_from. Exchange or correct them.")


class OverlapError(LawError):
    """Two rows speak of the same matter on the same day."""

    def __init__(self, place: Place, other: Place, matter: str) -> None:
        """Name both rows and the matter."""
        about = f" about “{matter}”" if matter else ""
        super().__init__(
            place,
            f"it holds on days on which {other} holds{about} too. Let one end the day before the other begins, or remove one.",
        )


class GapError(LawError):
    """There are days without a limit."""

    def __init__(self, place: Place, days: str) -> None:
        """Name the days."""
        super().__init__(place, f"no limit holds {days}. Each day needs one; extend a row or add one.")


class UnknownCourierError(LawError):
    """A limit is of a courier that no table has, so that it would have no effect."""

    def __init__(self, place: Place, courier: str, known: list[str]) -> None:
        """Name the courier and those there are."""
        super().__init__(
            place,
            f"no operator and no aggregator is called “{courier}”. Correct it, or add the courier to operators.toml or "
            f"aggregators.toml; there are: {', '.join(known)}.",
        )


class UnknownOperatorError(LawError):
    """An aggregator has its shipments declared by what is no operator."""

    def __init__(self, place: Place, through: str, known: list[str]) -> None:
        """Name it and the operators there are."""
        super().__init__(
            place,
            f'“through” is “{through}”, which no operator is called. Correct it, write "any", or add the operator to '
            f"operators.toml; there are: {', '.join(known)}.",
        )
