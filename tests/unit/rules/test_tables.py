"""The law's tables: what comes with Kervan, what an installation puts in its place, and what is refused."""

import hashlib
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from adapters import law
from adapters.entrypoints import bootstrap
from adapters.law import PACKAGED_VERSION, LawError, errors
from adapters.law.forms import FORMS
from adapters.settings import Settings
from tests.law import BOOK
from workflow.rules.law import LawBook
from workflow.rules.tables import Certainty, CourierLimit, Dated

ROW = """
[[row]]
valid_from = 2026-01-01
valid_to = "open"
source = "a test"
certainty = "likely"
"""

DATA = Path(law.__file__).parent / "data"

PACKAGED = {
    "2026-11-26.1": "93324d04c0f3cf94",
    "2026-11-26.2": "93324d04c0f3cf94",
    "2026-11-26.3": "e8d833ad69492748",
    "2026-11-26.4": "e8d833ad69492748",
    "2026-11-26.5": "94a47585967a62fe",
}
"""Each version of the rule set and the digest of the packaged tables it stands for; the newest last.

Rules may change without a table."""


def every_row(book: LawBook) -> list[Dated]:
    return [row for table in book.tables().values() for row in table]


def in_folder(folder: Path, **files: str) -> LawBook:
    """A book with these files, by table, in an installation's folder."""
    for name, text in files.items():
        (folder / f"{name}.toml").write_text(text, encoding="utf-8")
    return law.load([folder])


def test_every_packaged_row_says_where_it_is_written_and_how_sure_that_is() -> None:
    """No table is empty, none is missing, and no file is there that is no table."""
    assert {file.stem for file in DATA.iterdir()} == set(FORMS)
    assert len(every_row(BOOK)) > len(FORMS)
    for row in every_row(BOOK):
        assert row.source
        assert row.certainty in Certainty
        assert row.valid_from <= row.valid_to


def test_the_version_is_raised_whenever_a_packaged_table_changes() -> None:
    """A validation stores the version: two sets of tables may not share one. Add a version with its digest here."""
    digest = hashlib.sha256(b"".join(file.name.encode() + file.read_bytes() for file in sorted(DATA.iterdir()))).hexdigest()
    assert list(PACKAGED)[-1] == PACKAGED_VERSION == BOOK.version
    assert PACKAGED[PACKAGED_VERSION] == digest[:16]


@pytest.mark.parametrize(
    ("day", "kg", "eur"),
    [
        (date.min, 150, 7500),
        (date(2019, 7, 13), 150, 7500),
        (date(2019, 7, 14), 300, 15000),
        (date(2026, 1, 2), 300, 15000),
        (date(2026, 1, 3), 600, 30000),
        (date.max, 600, 30000),
    ],
)
def test_each_day_has_its_limit(day: date, kg: int, eur: int) -> None:
    """Also the first and the last day there are, and those on both sides of each change."""
    found = BOOK.limit(day)
    assert (int(found.max_gross_kg), int(found.max_eur)) == (kg, eur)
    assert found.valid_from <= day <= found.valid_to


def test_a_file_that_adds_leaves_the_packaged_rows(tmp_path: Path) -> None:
    """The version says that something departs from the package."""
    book = in_folder(tmp_path, charges='table = "add"' + ROW + 'keyword = "kira"')
    day = date(2026, 5, 1)
    assert book.on(day).charge_in("Depo KİRASI") is not None
    assert book.on(day).charge_in("ardiye") is not None
    assert book.on(date(2025, 12, 31)).charge_in("depo kirası") is None
    assert book.version.startswith(f"{PACKAGED_VERSION}+")
    assert len(book.version) == len(PACKAGED_VERSION) + 9


def test_a_file_that_replaces_is_the_whole_table(tmp_path: Path) -> None:
    """What was packaged is gone; other tables stay as they were."""
    book = in_folder(tmp_path, charges='table = "replace"' + ROW + 'keyword = "kira"')
    assert [row.keyword for row in book.charges] == ["kira"]
    assert book.limits == BOOK.limits
    limits = ROW.replace("2026-01-01", '"always"') + "max_gross_kg = 31.5\nmax_eur = 1000"
    one = in_folder(tmp_path, limits='table = "replace"' + limits)
    assert [(row.max_gross_kg, row.max_eur) for row in one.limits] == [(Decimal("31.5"), Decimal(1000))]


def test_a_table_may_be_emptied(tmp_path: Path) -> None:
    """Where an installation wants none of it; only limits must be there on each day."""
    assert in_folder(tmp_path, charges='table = "replace"').charges == ()


def test_the_same_files_have_the_same_version_and_others_another(tmp_path: Path) -> None:
    """So a stored version tells by which tables a shipment was judged."""
    first = in_folder(tmp_path, charges='table = "add"' + ROW + 'keyword = "kira"').version
    assert law.load([tmp_path]).version == first
    assert in_folder(tmp_path, charges='table = "add"' + ROW + 'keyword = "kiralar"').version != first


def test_a_later_folder_stands_above_an_earlier_one(tmp_path: Path) -> None:
    """Each folder works on what the one before left."""
    one, two = tmp_path / "1", tmp_path / "2"
    for folder, text in ((one, ROW + 'keyword = "kira"'), (two, ROW + 'keyword = "prim"')):
        folder.mkdir()
        (folder / "charges.toml").write_text('table = "add"' + text, encoding="utf-8")
    assert [row.keyword for row in law.load([one, two]).charges][-2:] == ["kira", "prim"]
    (two / "charges.toml").write_text('table = "replace"' + ROW + 'keyword = "prim"', encoding="utf-8")
    assert [row.keyword for row in law.load([one, two]).charges] == ["prim"]


def test_the_settings_name_the_folder_and_couriers_limits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A courier's limit that is set stands beside the table's, and each holds; the version tells of both."""
    monkeypatch.setenv("KERVAN_LAW_DIR", str(tmp_path))
    (tmp_path / "charges.toml").write_text('table = "replace"', encoding="utf-8")
    without = bootstrap.law_book(Settings())
    assert without.charges == ()
    monkeypatch.setenv("KERVAN_COURIERS__DHL__MAX_GROSS_KG", "70")
    book = bootstrap.law_book(Settings())
    assert [row.max_gross_kg for row in book.on(date(2026, 11, 20)).courier_limits("DHL")] == [300, 70]
    assert book.version not in {without.version, PACKAGED_VERSION}
    monkeypatch.setenv("KERVAN_LAW_DIR", "")
    assert Settings().law_dir is None


def test_days_are_open_only_where_that_is_said(tmp_path: Path) -> None:
    """``always`` and ``open`` stand for the first and the last day there are."""
    book = in_folder(tmp_path, charges='table = "replace"' + ROW.replace("2026-01-01", '"always"') + 'keyword = "kira"')
    assert (book.charges[0].valid_from, book.charges[0].valid_to) == (date.min, date.max)


GOOD = ROW + 'keyword = "kira"'
LIMIT = ROW + "max_gross_kg = 1\nmax_eur = 1\n"


@pytest.mark.parametrize(
    ("table", "text", "error", "says"),
    [
        ("charge", 'table = "add"' + GOOD, errors.UnknownTableError, "aggregators, charges"),
        ("charges", "table = ", errors.UnreadableTableError, "Invalid value"),
        ("charges", GOOD, errors.UnknownEffectError, "it says nothing"),
        ("charges", 'table = "merge"' + GOOD, errors.UnknownEffectError, "'merge'"),
        ("charges", "table = []", errors.UnknownEffectError, "replace"),
        ("charges", 'table = "add"\nlimits = 3' + GOOD, errors.WrongFormError, "limits"),
        ("charges", 'table = "add"\nrow = 3', errors.WrongFormError, "row"),
        ("charges", 'table = "add"\ncommon = 3', errors.WrongFormError, "common"),
        ("charges", 'table = "add"' + GOOD + ROW, errors.MissingColumnError, "row 2: “keyword”"),
        ("charges", 'table = "add"' + GOOD + "\nword = 1", errors.UnknownColumnError, "row 1: .*“word”.*keyword"),
        ("charges", 'table = "add"' + ROW + 'keyword = " "', errors.WrongValueError, "row 1: “keyword” is ' '"),
        ("charges", 'table = "add"' + ROW + 'keyword = "–"', errors.WrongValueError, "a word"),
        ("charges", 'table = "add"' + GOOD.replace("2026-01-01", '"2026-01-01"'), errors.WrongValueError, "2026-01-03"),
        ("charges", 'table = "add"' + GOOD.replace("2026-01-01", "2026-01-01T10:00:00"), errors.WrongValueError, "valid_from"),
        ("charges", 'table = "add"' + GOOD.replace('"open"', '"always"'), errors.WrongValueError, "valid_to"),
        ("charges", 'table = "add"' + GOOD.replace('"likely"', '"sure"'), errors.WrongValueError, "verified, likely"),
        ("charges", 'table = "add"' + GOOD.replace('source = "a test"\n', ""), errors.MissingColumnError, "source"),
        ("charges", 'table = "add"' + GOOD.replace('"open"', "2025-12-31"), errors.BackwardDaysError, "row 1"),
        ("charges", 'table = "add"' + GOOD + GOOD, errors.OverlapError, "row 2: .*row 1 holds about “kira”"),
        ("charges", 'table = "add"' + GOOD.replace("kira", "ARDİYE"), errors.OverlapError, "ARDİYE"),
        ("scopes", 'table = "add"' + ROW + 'sale_type = "sale"', errors.WrongValueError, "commercial, sample"),
        ("courier_limits", 'table = "add"' + ROW + 'courier = "pts"\nmax_eur = 0', errors.WrongValueError, "above zero"),
        ("courier_limits", 'table = "add"' + ROW + 'courier = "pts"\nmax_eur = true', errors.WrongValueError, "above zero"),
        ("courier_limits", 'table = "add"' + ROW + 'courier = "pts"\nmax_eur = "9"', errors.WrongValueError, "quotation marks"),
        ("courier_limits", 'table = "add"' + ROW + 'courier = "pts"\nmax_eur = inf', errors.WrongValueError, "max_eur"),
        ("courier_limits", 'table = "add"' + ROW + 'courier = "pts"', errors.NothingSaidError, "row 1"),
        ("income_tax_tiers", 'table = "add"' + ROW + "upto_try = 1\nemployees = -1", errors.WrongValueError, "zero or more"),
        ("income_tax_shares", 'table = "replace"' + ROW + "share = 1.01", errors.WrongValueError, "at most 1"),
        ("limits", 'table = "replace"', errors.GapError, "on any day"),
        ("limits", 'table = "replace"' + LIMIT, errors.GapError, "before 2026-01-01"),
        ("limits", 'table = "add"' + LIMIT, errors.OverlapError, "row 2"),
        (
            "limits",
            'table = "replace"' + LIMIT.replace("2026-01-01", '"always"').replace('"open"', "2025-12-30") + LIMIT,
            errors.GapError,
            "row 2: .*between 2025-12-30 and 2026-01-01",
        ),
        (
            "limits",
            'table = "replace"' + LIMIT.replace("2026-01-01", '"always"').replace('"open"', "2026-01-01") + LIMIT,
            errors.OverlapError,
            "row 2: .*row 1",
        ),
        (
            "limits",
            'table = "replace"' + LIMIT.replace("2026-01-01", '"always"').replace('"open"', "2026-12-31"),
            errors.GapError,
            "after 2026-12-31",
        ),
    ],
)
def test_a_table_that_is_wrong_is_refused_by_file_and_row(
    tmp_path: Path, table: str, text: str, error: type[LawError], says: str
) -> None:
    """One class a cause; the message says where, what is wrong, and what to write."""
    with pytest.raises(error, match=says) as found:
        in_folder(tmp_path, **{table: text})
    assert f"{table}.toml" in str(found.value)


def test_a_table_that_is_no_utf8_and_a_folder_that_is_not_there_are_refused(tmp_path: Path) -> None:
    """A mark of byte order at the beginning, as editors on Windows write it, does no harm."""
    (tmp_path / "charges.toml").write_bytes(('table = "add"' + GOOD).encode("utf-16"))
    with pytest.raises(errors.UnreadableTableError, match=r"charges\.toml"):
        law.load([tmp_path])
    (tmp_path / "charges.toml").write_bytes(('table = "add"' + GOOD).encode("utf-8-sig"))
    assert law.load([tmp_path]).charges[-1].keyword == "kira"
    with pytest.raises(errors.NoLawFolderError, match="KERVAN_LAW_DIR"):
        law.load([tmp_path / "nowhere"])


def test_what_no_table_is_in_a_folder_is_left_alone(tmp_path: Path) -> None:
    """A note beside the tables, for example."""
    (tmp_path / "README.md").write_text("why these rows", encoding="utf-8")
    assert law.load([tmp_path]).version == PACKAGED_VERSION


def test_the_law_between_two_changes_is_laid_out_once() -> None:
    """Days that share their law share the object, and the day of each change begins another."""
    change = date(2026, 1, 3)
    assert BOOK.on(change) is BOOK.on(change + timedelta(days=100))
    assert BOOK.on(change) is not BOOK.on(change - timedelta(days=1))


def test_a_table_of_ones_own_without_rows_is_named_and_not_the_packages(tmp_path: Path) -> None:
    """The mistake is where the file is that took the table's place."""
    with pytest.raises(errors.GapError) as found:
        in_folder(tmp_path, limits='table = "replace"')
    assert found.value.place.file == tmp_path / "limits.toml"


def test_the_ending_of_a_file_counts_in_any_case(tmp_path: Path) -> None:
    """It is not passed over in silence."""
    text = f'table = "add"\n{ROW}keyword = "depo kirası"\n'
    (tmp_path / "charges.TOML").write_text(text, encoding="utf-8")
    assert law.load([tmp_path]).charges[-1].keyword == "depo kirası"
    (tmp_path / "charge.Toml").write_text(text, encoding="utf-8")
    with pytest.raises(errors.UnknownTableError):
        law.load([tmp_path])


@pytest.mark.parametrize(("courier", "known"), [("ptss", False), ("PTS", True), ("dhl express", True), ("Navlungo", True)])
def test_a_limit_is_of_a_courier_that_some_table_has(tmp_path: Path, courier: str, known: bool) -> None:
    """By code or name, in a file or in the settings; else it would never hold anything."""
    row = CourierLimit(
        valid_from=date.min,
        valid_to=date.max,
        source="KERVAN_COURIERS__X",
        certainty=Certainty.VERIFIED,
        courier=courier,
        max_eur=Decimal(1),
    )
    text = f'table = "add"\n{ROW}courier = "{courier}"\nmax_eur = 1\n'
    if known:
        assert courier in {one.courier for one in in_folder(tmp_path, courier_limits=text).courier_limits}
        assert law.load([], [row]).courier_limits[-1] == row
        return
    with pytest.raises(errors.UnknownCourierError, match=r"courier_limits\.toml, row 1: .*“ptss”"):
        in_folder(tmp_path, courier_limits=text)
    with pytest.raises(errors.UnknownCourierError, match="KERVAN_COURIERS__X: "):
        law.load([], [row])


def test_an_aggregator_goes_through_an_operator_or_any(tmp_path: Path) -> None:
    """A slip of the pen would have each of its shipments held, with a reason that does not say why."""
    text = f'table = "add"\n{ROW}code = "acme"\nname = "Acme"\nthrough = '
    for through in ("dhl", "any"):
        assert in_folder(tmp_path, aggregators=f'{text}"{through}"').aggregators[-1].through == through
    with pytest.raises(errors.UnknownOperatorError, match=r"aggregators\.toml, row 1: .*“dlh”"):
        in_folder(tmp_path, aggregators=f'{text}"dlh"')


def test_operators_of_ones_own_leave_the_packaged_rows_on_others_alone(tmp_path: Path) -> None:
    """The package knows a limit of DHL; an installation need not know DHL."""
    text = f'table = "replace"\n{ROW}code = "ptt"\nname = "PTT"\n'
    assert [row.code for row in in_folder(tmp_path, operators=text).operators] == ["ptt"]
