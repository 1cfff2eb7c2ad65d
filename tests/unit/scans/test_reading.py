"""How a row of a courier's list becomes a scan, and why it does not."""

from datetime import UTC, datetime
from itertools import combinations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from adapters.imports import checkpoints, list_files, reasons, status_words
from adapters.imports.headings import CHECKPOINTS, WrongMappingError, read_mapping
from tests.unit.scans.workbooks import DAY, MOMENT, workbook
from workflow.delivery import DELIVERY_LABELS, DeliveryStatus
from workflow.values import plain

AT = datetime(2026, 11, 20, 6, 10, tzinfo=UTC)
HEAD = "Takip No;Durum;Kod;Açıklama;Tarih-Saat;Yer;Sipariş No\n"
ROW = "PTS1;Teslim Alındı;TA;Şubemizde teslim alındı;20.11.2026 09:10;İstanbul;order-1\n"


def read(text: str, **beside: object) -> checkpoints.Reading:
    """A list of PTS's, of one seller."""
    return checkpoints.read(list_files.cells(text.encode()), "pts", seller="1234567890", **beside)  # type: ignore[arg-type]


def test_a_row_says_where_a_parcel_is() -> None:
    """Its words are the contract's status, its time is Istanbul's, and what the courier wrote is kept."""
    (scan,) = read(HEAD + ROW).scans
    assert scan.data == {
        "courier": "pts",
        "tracking_number": "PTS1",
        "status": "picked_up",
        "code": "TA",
        "description": "Şubemizde teslim alındı",
        "occurred_at": AT.isoformat(),
        "location": "İstanbul",
    }
    assert (scan.row, scan.at, scan.unknown) == (1, AT, "")


def test_an_order_number_books_its_parcel_once() -> None:
    """Two scans of one parcel are one booking, of the earlier's time; a row without an order books nothing."""
    later = ROW.replace("Teslim Alındı", "Yolda").replace("09:10", "12:00")
    found = read(HEAD + later + ROW + ROW.replace("PTS1", "PTS2").replace("order-1", ""))
    assert list(found.bookings) == ["PTS1"]
    booking = found.bookings["PTS1"]
    assert booking.at == AT
    shipment = {"seller": "1234567890", "reference": "order-1"}
    assert booking.data == {"shipment": shipment, "courier": "pts", "tracking_number": "PTS1"}
    assert len(found.scans) == 3


@pytest.mark.parametrize(
    "head",
    [
        "tracking number,status,occurred_at,location",
        "Kargo Takip No,Durumu,İşlem Tarihi,Şube",
        "TAKİP NUMARASI,DURUM,TARİH/SAAT,İŞLEM YERİ",
        "AWB,Event,Date Time,City",
    ],
)
def test_columns_are_known_in_both_languages(head: str) -> None:
    """Whatever the capitals."""
    (scan,) = read(f"{head}\nPTS1,in transit,2026-11-20 09:10,Ankara\n").scans
    assert (scan.data["tracking_number"], scan.data["status"], scan.data["location"]) == ("PTS1", "in_transit", "Ankara")


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        (("PTS1", ""), "no_tracking_number"),
        (("PTS1", "1,23457E+15"), "tracking_number_malformed"),
        (("PTS1", "9" * 201), "tracking_number_malformed"),
        (("20.11.2026 09:10", ""), "time_malformed"),
        (("20.11.2026 09:10", "20.11.2026"), "time_malformed"),
        (("20.11.2026 09:10", "31.02.2026 09:10"), "time_malformed"),
        (("20.11.2026 09:10", "20.11.1926 09:10"), "time_malformed"),
        (("Teslim Alındı;TA", ";"), "no_status"),
    ],
)
def test_a_bad_row_is_set_aside_and_holds_no_other(changes: tuple[str, str], reason: str) -> None:
    """It is kept as it stood, with a reason in both languages; the row after it is a scan."""
    found = read(HEAD + ROW.replace(*changes) + ROW.replace("PTS1", "PTS2"))
    ((number, given_reason, raw),) = found.aside
    assert (number, given_reason) == (1, reason)
    assert raw
    assert [scan.data["tracking_number"] for scan in found.scans] == ["PTS2"]
    said = reasons.said(reason, "")
    assert len({reason, said["tr"], said["en"]}) == 3


@pytest.mark.parametrize(
    ("text", "time_of_day"),
    [
        ("20.11.2026 09:10", ""),
        ("20.11.2026  09:10:00", ""),
        ("20/11/2026 09:10", ""),
        ("20-11-2026 09.10", ""),
        ("2026-11-20 09:10", ""),
        ("2026-11-20T09:10:00", ""),
        ("2026-11-20T06:10:00Z", ""),
        ("2026-11-20T08:10:00+02:00", ""),
        ("20.11.2026 08:10 +0200", ""),
        ("1795155000000", ""),
        ("20.11.2026", "09:10"),
        ("2026-11-20", "09:10:00"),
        ("2026-11-20 00:00:00", "09:10:00"),
    ],
)
def test_times_are_read_as_they_are_written(text: str, time_of_day: str) -> None:
    """In Turkish or by ISO 8601, in one column or two; without an offset they are Istanbul's."""
    assert checkpoints.a_moment(text, time_of_day) == AT


@given(st.text(), st.text())
@example("\r", "0")
def test_no_text_breaks_the_reading_of_times(text: str, time_of_day: str) -> None:
    """It is a time with an offset, or none."""
    found = checkpoints.a_moment(text, time_of_day)
    assert found is None or found.tzinfo is UTC


def test_words_that_nobody_knows_are_kept_as_unknown() -> None:
    """The word is told in the row's result and in the scan; said once what it means, it is that status."""
    (scan,) = read(HEAD + ROW.replace("Teslim Alındı;TA", "Şubede;")).scans
    assert (scan.data["status"], scan.data["code"], scan.unknown) == ("unknown", "Şubede", "Şubede")
    assert all("Şubede" in text for text in reasons.said("", "unknown_status Şubede").values())
    said = status_words.read(["ŞUBEDE=ready_for_pickup"])
    (known,) = read(HEAD + ROW.replace("Teslim Alındı;TA", "Şubede;"), said=said).scans
    assert (known.data["status"], known.unknown) == ("ready_for_pickup", "")
    assert known.message_id != scan.message_id, "else the scan would be taken for the one that is known already"


def test_an_operators_own_word_stands_above_the_common_one() -> None:
    """Also where it is a code."""
    said = status_words.read(["Teslim Alındı=ready_for_pickup", "K1=on_hold"])
    assert [scan.data["status"] for scan in read(HEAD + ROW, said=said).scans] == ["ready_for_pickup"]
    assert [scan.data["status"] for scan in read(HEAD + ROW.replace("Teslim Alındı;TA", ";K1"), said=said).scans] == ["on_hold"]


def test_the_same_row_is_the_same_message() -> None:
    """Whatever stands around it; another time, place or code is another scan."""
    (one,) = read(HEAD + ROW).scans
    again = read("x;" + HEAD + "1;" + ROW.replace("PTS1", "PTS9") + "2;" + ROW).scans[1]
    assert again.message_id == one.message_id
    changes = [("PTS1", "PTS2"), ("09:10", "09:11"), ("İstanbul", "Ankara"), (";TA;", ";TB;")]
    ids = {read(HEAD + ROW.replace(*change)).scans[0].message_id for change in changes}
    assert len(ids | {one.message_id}) == 5


def test_every_status_has_words_and_no_word_has_two() -> None:
    """Labels that people read in Kervan are understood too, where they mean one thing."""
    assert set(status_words.WORDS) == set(DeliveryStatus)
    folded = {status: {plain(word) for word in words} for status, words in status_words.WORDS.items()}
    assert all(not one & other for one, other in combinations(folded.values(), 2))
    for status, labels in DELIVERY_LABELS.items():
        assert {status_words.status([label], {}) for label in labels} <= {status, None}
        assert status_words.status([status.value], {}) is status


@pytest.mark.parametrize("pair", ["Şubede", "Şubede=kapıda", "=delivered", "***=delivered"])
def test_a_word_is_mapped_to_a_status_or_refused(pair: str) -> None:
    """The statuses are listed."""
    with pytest.raises(status_words.WrongStatusError, match="ready_for_pickup"):
        status_words.read([pair])


def test_headings_of_an_operators_own_are_mapped() -> None:
    """To the columns of scans, and to no other list's."""
    mapped = read_mapping(["Gönderi Kodu=tracking_number", "Olay=status", "Zaman=occurred_at"], CHECKPOINTS)
    (scan,) = read("Gönderi Kodu;Olay;Zaman\nPTS1;Yolda;20.11.2026 09:10\n", mapped=mapped).scans
    assert scan.data["status"] == "in_transit"
    with pytest.raises(WrongMappingError, match="tracking_number"):
        read_mapping(["Gönderi Kodu=registered_on"], CHECKPOINTS)


@pytest.mark.parametrize("head", ["Takip No;Durum", "Durum;Tarih", "Takip No;Tarih"])
def test_a_list_without_a_column_that_it_needs_is_refused(head: str) -> None:
    """Its headings are named, and how to say what they mean."""
    with pytest.raises(list_files.UnreadableFileError, match=r"--map"):
        read(f"{head}\na;b\n")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1254"])
@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_csv_is_taken_as_spreadsheets_write_it(encoding: str, separator: str) -> None:
    """With or without a mark at its beginning, in Windows-1254 too, with semicolons, commas or tabs."""
    content = (HEAD + ROW).replace(";", separator).encode(encoding)
    (scan,) = checkpoints.read(list_files.cells(content), "pts").scans
    assert (scan.data["status"], scan.data["location"]) == ("picked_up", "İstanbul")


@pytest.mark.parametrize("content", [(HEAD + ROW).encode("utf-16"), b"\x81\x8d;\n"], ids=["UTF-16", "neither"])
def test_what_is_no_text_is_refused(content: bytes) -> None:
    """And not read as what it is not."""
    with pytest.raises(list_files.UnreadableFileError, match="Windows-1254"):
        list_files.cells(content)


def test_a_workbooks_times_are_real_dates() -> None:
    """A cell that is a time, not a text; a day and a time in two cells; and a day alone, which is not enough."""
    moment, day, time = 46346.38194444445, 46346, 0.38194444445
    rows: list[list[str | tuple[float, int]]] = [
        ["Takip No", "Durum", "Tarih", "Saat"],
        ["PTS1", "Yolda", (moment, MOMENT), ""],
        ["PTS2", "Yolda", (day, DAY), (time, MOMENT)],
        ["PTS3", "Yolda", (day, DAY), ""],
        ["PTS4", "Yolda", "20.11.2026", "09:10"],
    ]
    found = checkpoints.read(list_files.cells(workbook(rows)), "pts")
    assert [scan.at for scan in found.scans] == [AT, AT, AT]
    assert [(number, reason) for number, reason, _ in found.aside] == [(3, "time_malformed")]


def test_a_number_that_a_spreadsheet_shortened_is_no_tracking_number() -> None:
    """A number cell keeps fifteen digits: shorter ones are whole, of longer ones the end is gone."""
    rows: list[list[str | tuple[float, int]]] = [
        ["Takip No", "Durum", "Tarih"],
        [(123456789012345.0, 0), "Yolda", "20.11.2026 09:10"],
        [(12345678901234567890.0, 0), "Yolda", "20.11.2026 09:10"],
    ]
    found = checkpoints.read(list_files.cells(workbook(rows)), "pts")
    assert [scan.data["tracking_number"] for scan in found.scans] == ["123456789012345"]
    assert [(number, reason) for number, reason, _ in found.aside] == [(2, "tracking_number_malformed")]
