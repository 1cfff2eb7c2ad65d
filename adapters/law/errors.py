"""What can be wrong with a table of the law; nothing is judged by half a table."""

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from workflow.errors import Pair, SaidError, filled


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands: a file, and a row of it counted from 1 (0: the file as a whole)."""

    file: Path
    row: int = 0

    def __str__(self) -> str:
        """``limits.toml, row 2``, with the folder."""
        return self.said(1)

    def said(self, language: int) -> str:
        """The same in Turkish (0) or English (1)."""
        return f"{self.file}, {('satır', 'row')[language]} {self.row}" if self.row else str(self.file)


class LawError(SaidError):
    """A table of the law cannot be used, so nothing is judged; ``place`` says where to look."""

    TEXTS = (
        "Mevzuat tabloları kullanılamıyor. {place}: {what}",
        "The law's tables cannot be used. {place}: {what}",
    )
    WHAT: ClassVar[Pair]
    """What is wrong there, and what to do."""

    def __init__(self, place: Place, **values: object) -> None:
        """Say what is wrong at a place."""
        super().__init__(place=(place.said(0), place.said(1)), what=filled(self.WHAT, **values))
        self.place = place


class NoLawFolderError(LawError):
    """The folder that the settings name is not there."""

    WHAT = (
        "böyle bir klasör yok. Klasörü oluşturun, ya da KERVAN_LAW_DIR ayarını düzeltin veya kaldırın.",
        "there is no such folder. Make it, or correct or remove KERVAN_LAW_DIR.",
    )

    def __init__(self, folder: Path) -> None:
        """Name the folder."""
        super().__init__(Place(folder))


class UnknownTableError(LawError):
    """A file's name is that of no table, so that it would have no effect."""

    WHAT = (
        "bu adda bir tablo yok. Dosyanın adını değiştirin ya da dosyayı kaldırın; tablolar: {known}.",
        "there is no table of that name. Rename or remove it; tables are: {known}.",
    )

    def __init__(self, file: Path, known: list[str]) -> None:
        """Name the tables there are."""
        super().__init__(Place(file), known=", ".join(known))


class UnreadableTableError(LawError):
    """A file is no TOML, no UTF-8, or cannot be opened."""

    WHAT = (
        "okunamıyor ({why}). Düzeltin; UTF-8 ile yazılmış TOML olmalı.",
        "it cannot be read ({why}). Correct it; it must be TOML in UTF-8.",
    )

    def __init__(self, file: Path, why: str) -> None:
        """Say what the reader said."""
        super().__init__(Place(file), why=why)


class UnknownEffectError(LawError):
    """An installation's file does not say whether it replaces the table or adds to it."""

    WHAT = (
        ('paketteki tablonun ne olacağı için {told}. Dosyanın başına table = "replace" ya da table = "add" yazın.'),
        ('of what becomes of the packaged table it {told}. Write table = "replace" or table = "add" at its top.'),
    )

    def __init__(self, file: Path, found: object) -> None:
        """Name what was found."""
        told = ("bir şey demiyor", "says nothing") if found is None else (f"{found!r} diyor", f"says {found!r}")
        super().__init__(Place(file), told=told)


class WrongFormError(LawError):
    """A file has something besides rows, and what all rows share."""

    WHAT = (
        ("“{key}” burada bir anlam taşımıyor. Tablonun satırları [[row]] altında, ortak olanlar [common] altında durur."),
        "“{key}” has no meaning here. A table has rows under [[row]], and what they share under [common].",
    )

    def __init__(self, file: Path, key: str) -> None:
        """Name the key."""
        super().__init__(Place(file), key=key)


class UnknownColumnError(LawError):
    """A row says something that the table has no column for."""

    WHAT = (
        "“{column}” diye bir sütun yok. Sütunlar: {known}.",
        "there is no column “{column}”. Columns are: {known}.",
    )

    def __init__(self, place: Place, column: str, known: list[str]) -> None:
        """Name the column and those there are."""
        super().__init__(place, column=column, known=", ".join(known))


class MissingColumnError(LawError):
    """A row leaves out what each row must say."""

    WHAT = (
        "“{column}” eksik. Satıra, ya da bütün satırlar için [common] altına ekleyin.",
        "“{column}” is missing. Add it to the row, or to [common] for all rows.",
    )

    def __init__(self, place: Place, column: str) -> None:
        """Name the column."""
        super().__init__(place, column=column)


class WrongValueError(LawError):
    """A column has a value that cannot be what it means."""

    WHAT = (
        "“{column}” {value} olamaz; şu olmalı: {wanted}.",
        "“{column}” is {value}; it must be {wanted}.",
    )

    def __init__(self, place: Place, column: str, value: object, wanted: Pair) -> None:
        """Say what was found and what is wanted."""
        super().__init__(place, column=column, value=repr(value), wanted=wanted)


class NothingSaidError(LawError):
    """A row has none of the columns of which it needs one."""

    WHAT = (
        "hiçbir şey belirlemiyor. Şunlardan en az birini verin: {columns}.",
        "it sets nothing. Give it at least one of: {columns}.",
    )

    def __init__(self, place: Place, columns: list[str]) -> None:
        """Name the columns."""
        super().__init__(place, columns=", ".join(columns))


class BackwardDaysError(LawError):
    """A row ends before it begins."""

    WHAT = (
        "valid_to, valid_from'dan önce. Yerlerini değiştirin ya da düzeltin.",
        "valid_to lies before valid_from. Exchange or correct them.",
    )

    def __init__(self, place: Place) -> None:
        """Name the row."""
        super().__init__(place)


class OverlapError(LawError):
    """Two rows speak of the same matter on the same day."""

    WHAT = (
        (
            "geçerli olduğu günlerin bazılarında {other} da geçerli{about}. Biri öbürünün başladığı günden "
            "önceki gün bitsin, ya da birini kaldırın."
        ),
        ("it holds on days on which {other} holds{about} too. Let one end the day before the other begins, or remove one."),
    )

    def __init__(self, place: Place, other: Place, matter: str) -> None:
        """Name both rows and the matter."""
        about = (f" (“{matter}” için)", f" about “{matter}”") if matter else ""
        super().__init__(place, other=(other.said(0), other.said(1)), about=about)


class GapError(LawError):
    """There are days without a limit."""

    WHAT = (
        ("{days} geçerli bir sınır yok. Her gün için bir sınır gerekir; bir satırı uzatın ya da satır ekleyin."),
        "no limit holds {days}. Each day needs one; extend a row or add one.",
    )

    def __init__(self, place: Place, days: Pair) -> None:
        """Name the days."""
        super().__init__(place, days=days)


class UnknownCourierError(LawError):
    """A limit is of a courier that no table has, so that it would have no effect."""

    WHAT = (
        (
            "“{courier}” adında bir işletici ya da aracı yok. Düzeltin, ya da kuryeyi operators.toml veya "
            "aggregators.toml dosyasına ekleyin; olanlar: {known}."
        ),
        (
            "no operator and no aggregator is called “{courier}”. Correct it, or add the courier to "
            "operators.toml or aggregators.toml; there are: {known}."
        ),
    )

    def __init__(self, place: Place, courier: str, known: list[str]) -> None:
        """Name the courier and those there are."""
        super().__init__(place, courier=courier, known=", ".join(known))


class UnknownOperatorError(LawError):
    """An aggregator has its shipments declared by what is no operator."""

    WHAT = (
        (
            '“through” değeri “{through}”; bu adda bir işletici yok. Düzeltin, "any" yazın, ya da işleticiyi '
            "operators.toml dosyasına ekleyin; olanlar: {known}."
        ),
        (
            '“through” is “{through}”, which no operator is called. Correct it, write "any", or add the operator '
            "to operators.toml; there are: {known}."
        ),
    )

    def __init__(self, place: Place, through: str, known: list[str]) -> None:
        """Name it and the operators there are."""
        super().__init__(place, through=through, known=", ".join(known))
