"""The petition and the report say what the claim is, and what cannot be taken for granted."""

import dataclasses
import io
from datetime import date
from decimal import Decimal

import pypdf
import pytest

from adapters.dossiers import in_words, petition, report
from adapters.dossiers.rows import MatchEntry, RefundWay
from tests.unit.dossiers.made import CLAIMANT, cells, made, match
from tests.unit.sheets.paper import text


def said(**claim: object) -> str:
    """The petition's text."""
    of = made()
    changed = dataclasses.replace(of.claim, **claim)  # type: ignore[arg-type]
    return text(petition.petition(dataclasses.replace(of, claim=changed), [("ETGB listesi", "List of ETGBs")]))


def test_a_petition_names_who_asks_whom_for_what() -> None:
    """Office, seller, number, address, period, transaction, amount in figures and in words, the law."""
    printed = said()
    for words in (
        "Kadıköy Vergi Dairesi Müdürlüğüne",
        "Örnek Tekstil Ltd. Şti.",
        "1234567890",
        "Örnek Sokak No: 1, 34710 Kadıköy, İstanbul",
        "Kasım 2026 (2026/11)",
        "301 – mal ihracatı",
        "12.345,67 TL",
        "yalnız onikibinüçyüzkırkbeş Türk lirası altmışyedi kuruş",
        "206.658,36 TL",
        "3 adet ETGB/BGB",
        "11/1-a",
        "32 nci",
        "ETGB listesi",
    ):
        assert words in printed, words


def test_a_petition_says_that_it_is_not_the_official_form() -> None:
    """In both languages, on the page itself."""
    printed = said()
    assert "resmî form değildir" in printed
    assert "not the official form" in printed


@pytest.mark.parametrize(
    ("way", "words"),
    [
        (RefundWay.CASH, "nakden iadesini"),
        (RefundWay.OFFSET, "borçlarımıza mahsuben iadesini"),
        (RefundWay.UNDECIDED, "aşağıda işaretlenen yolla iadesini"),
    ],
)
def test_a_petition_asks_for_the_way_that_was_chosen(way: RefundWay, words: str) -> None:
    """Paid out, set off, or still to be ticked."""
    printed = said(way=way)
    assert words in printed
    assert (" X " in f" {printed} ") is (way is not RefundWay.UNDECIDED)


def test_an_office_that_is_not_known_is_left_to_be_filled_in() -> None:
    """And one that names itself so is not named twice."""
    assert "………… Vergi Dairesi Müdürlüğüne" in said(claimant=dataclasses.replace(CLAIMANT, tax_office=""))
    named = said(claimant=dataclasses.replace(CLAIMANT, tax_office="KADIKÖY VERGİ DAİRESİ"))
    assert "KADIKÖY VERGİ DAİRESİ Müdürlüğüne" in named


def test_a_supplement_says_which_it_is() -> None:
    """The tax office has the first one already."""
    assert "(bu dönem için 2. ek başvuru)" in said(supplement=2)


def test_a_petition_is_archivable() -> None:
    """PDF/A with a title and the language; no moment of its making but the fixed one."""
    reader = pypdf.PdfReader(io.BytesIO(petition.petition(made(), [])), strict=True)
    about = reader.metadata
    assert about is not None
    assert about.title == "KDV iadesi talebi (301 – mal ihracatı)"
    assert about.creation_date_raw is not None
    assert about.creation_date_raw.startswith("D:20000101000000")


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("0", "yalnız sıfır Türk lirası"),
        ("1.01", "yalnız bir Türk lirası bir kuruş"),
        ("1000", "yalnız bin Türk lirası"),
        ("2001", "yalnız ikibinbir Türk lirası"),
        ("100", "yalnız yüz Türk lirası"),
        ("1100000", "yalnız birmilyonyüzbin Türk lirası"),
        ("1001000.90", "yalnız birmilyonbin Türk lirası doksan kuruş"),
        (
            "999999999.99",
            "yalnız dokuzyüzdoksandokuzmilyondokuzyüzdoksandokuzbindokuzyüzdoksandokuz Türk lirası doksandokuz kuruş",
        ),
        ("0.995", "yalnız bir Türk lirası"),
    ],
)
def test_amounts_in_words(amount: str, words: str) -> None:
    """As Turkish writes them on papers: as one word, "bin" without a one, "yüz" too."""
    assert in_words.lira(Decimal(amount)) == words


@pytest.mark.parametrize(
    ("row", "outcome"),
    [
        (match(1), report.AGREES),
        (match(1, etgb_amount=Decimal("1296.28")), report.WITHIN),  # 61.72 more: 4.9994 %
        (match(1, etgb_amount=Decimal("1296.29")), report.BEYOND),  # 61.73 more: 5.0002 %
        (match(1, etgb_amount=Decimal("1172.84")), report.WITHIN),  # 61.72 less
        (match(1, etgb_amount=Decimal("1172.82")), report.BEYOND),
        (match(1, etgb_currency="USD"), report.OTHER_CURRENCY),
        (match(1, etgb_amount=None, etgb_currency=""), report.NOT_SAID),
        (match(1, etgb_amount=None, etgb_currency="EUR, USD"), report.OTHER_CURRENCY),
        (match(1, amount=Decimal(0)), report.BEYOND),
    ],
)
def test_an_invoice_is_held_against_its_etgb(row: MatchEntry, outcome: tuple[str, str]) -> None:
    """Five per cent of the invoice either way, and never another currency."""
    assert report.verdict(row, Decimal("0.05")) == outcome


def test_the_report_prints_policy_tolerance_and_each_rate() -> None:
    """Whoever checks it needs nothing else."""
    of = made()
    made_report = report.report(of, [])
    head = {row[1]: row[2] for row in cells(made_report) if row[1]}
    assert str(head["Kur politikası / Rate policy"]).startswith("intac_prev_bulletin: intaç gününden önceki son bülten")
    assert head["Tolerans (%) / Tolerance (%)"] == 5
    assert head["Satırların toplamı (TL) / Sum of the rows (TRY)"] == 206658.36
    assert head["uyuşuyor / agrees"] == 3
    assert cells(made_report, 2)[4][2:] == ["EUR", date(2026, 11, 2), 1, 55.7981, 55.7981, "TCMB"]


def test_a_row_of_the_report_shows_both_amounts_and_their_difference() -> None:
    """With the rate of its day, what it comes to in lira, and what of it nobody told."""
    of = made(1, matches=[match(1, etgb_amount=Decimal("1300.00"), inferred=[("tescil tarihi", "day of registration")])])
    (row,) = cells(report.report(of, []), 1)[4:]
    assert row[2:] == [
        "WEB-1", "ABC2026000000001", date(2026, 10, 30), "EUR", 1234.56, "26341453EX000001", date(2026, 11, 3), "EUR", 1300,
        65.44, 5.3, "TOLERANS DIŞI / BEYOND TOLERANCE", 55.7981, date(2026, 11, 2), 68886.12,
        "tescil tarihi / day of registration",
    ]  # fmt: skip


def test_a_rate_for_a_hundred_shows_both_readings() -> None:
    """JPY is quoted for 100: the bulletin's figure, and what one yen is."""
    from adapters.dossiers import rows

    of = made(1, rates=[rows.RateEntry("JPY", date(2026, 9, 18), Decimal("0.307666"), unit=100)])
    assert cells(report.report(of, []), 2)[4][2:] == ["JPY", date(2026, 9, 18), 100, 30.7666, 0.307666, "TCMB"]
