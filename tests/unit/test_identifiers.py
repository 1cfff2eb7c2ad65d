"""Tax numbers, GTİP and the other numbers of the trade, against published samples and an independent implementation."""

import dataclasses
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.tr import tckimlik, vkn

from workflow import values
from workflow.draft import Address, Draft, Line, LineKind, Party
from workflow.rules.findings import Severity
from workflow.rules.parties import tax_numbers
from workflow.values import PLACEHOLDERS

VALID_TCKN = ("17291716060", "10000000146")
INVALID_TCKN = ("17291716050", "07291716092", "1729171606", "1729171606X", "11111111111")
VALID_VKN = ("4540536920", "1460415308", "3900383669", "3900892152", "9240481875", "1234567890", "0010000017")
INVALID_VKN = ("4540536921", "1288331521", "1234567891", "454053692", "2222222222", "1111111111")


@pytest.mark.parametrize("number", VALID_TCKN + VALID_VKN)
def test_published_tax_numbers_pass(number: str) -> None:
    """Each as its own kind and as a tax number."""
    assert values.is_valid_tax_number(number)
    assert values.is_valid_tckn(number) == (number in VALID_TCKN)
    assert values.is_valid_vkn(number) == (number in VALID_VKN)


@pytest.mark.parametrize("number", [*INVALID_TCKN, *INVALID_VKN, "", "١٢٣٤٥٦٧٨٩٠", "1234567890 ", "+234567890"])
def test_wrong_ones_do_not(number: str) -> None:
    """A digit changed, a leading zero, a digit too few, a letter, the placeholders, digits of another script."""
    assert not values.is_valid_tax_number(number)


@given(st.from_regex(r"[0-9]{10}", fullmatch=True))
def test_a_vkn_passes_where_an_independent_implementation_says_so(number: str) -> None:
    """The check digit by python-stdnum; of ten last digits exactly one passes."""
    assert values.is_valid_vkn(number) == vkn.is_valid(number)
    assert sum(values.is_valid_vkn(number[:9] + str(last)) for last in range(10)) == 1


@given(st.from_regex(r"[0-9]{11}", fullmatch=True))
def test_a_tckn_passes_where_an_independent_implementation_says_so(number: str) -> None:
    """Both check digits by python-stdnum."""
    assert values.is_valid_tckn(number) == tckimlik.is_valid(number)


@given(st.from_regex(r"[1-9][0-9]{8}", fullmatch=True))
def test_every_beginning_of_a_tckn_has_one_end_that_passes(beginning: str) -> None:
    """So valid numbers are compared too, not only the many that fail."""
    digits = tckimlik.calc_check_digits(beginning)
    assert values.is_valid_tckn(beginning + digits)
    assert sum(values.is_valid_tckn(f"{beginning}{end:02d}") for end in range(100)) == 1


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("6109.10.00.00.12", "610910000012"),
        ("6109 10 00 00 12", "610910000012"),
        ("\u00a06109.10.00.00.12\t", "610910000012"),
        ("610910000012", "610910000012"),
    ],
)
def test_a_gtip_is_taken_with_points_and_spaces(written: str, normal: str) -> None:
    """As people, spreadsheets and the tariff site write it."""
    assert values.normalise_gtip(written) == normal
    assert values.is_gtip(values.normalise_gtip(written))


@pytest.mark.parametrize("text", ["61091000001", "6109.10.00.12", "6109100000123", "61091000001X", "٦١٠٩١٠٠٠٠٠١٢"])
def test_what_has_not_twelve_digits_is_no_gtip(text: str) -> None:
    """Eleven, ten, thirteen, a letter, digits of another script."""
    assert not values.is_gtip(values.normalise_gtip(text))


@pytest.mark.parametrize("text", ["FRY2024567890123", "1RY2024567890123", "ABC2026000000001"])
def test_invoice_numbers(text: str) -> None:
    """Three characters, the year, nine digits."""
    assert values.is_invoice_number(text)


@pytest.mark.parametrize("text", ["FRY12345", "ABC202600000001", "abc2026000000001", "ABC1999000000001", "AB-2026000000001"])
def test_what_is_no_invoice_number(text: str) -> None:
    """Too short, small letters, a year before 2000, a hyphen."""
    assert not values.is_invoice_number(text)


@pytest.mark.parametrize("text", ["25341453EX025864", "25341453EX029348", "25343200EX013299", "26341453EX017052"])
def test_etgb_numbers(text: str) -> None:
    """Year, customs office, EX, serial."""
    assert values.is_etgb_number(text)


@pytest.mark.parametrize("text", ["243414X001232", "25341453IM025864", "26341200EX00137190"])
def test_what_is_no_etgb_number(text: str) -> None:
    """A malformed one from a marketplace, an import, a detailed declaration."""
    assert not values.is_etgb_number(text)


TURKEY, GERMANY = Address("", "", "İstanbul", "", "TR"), Address("", "", "Berlin", "", "DE")
LINE = Line(LineKind.GOODS, "T-SHIRT", Decimal(1), Decimal(1))
DRAFT = Draft(
    seller=Party("Örnek Ltd.", TURKEY, "1234567890"),
    reference="1",
    consignee=Party("Erika Mustermann", GERMANY),
    currency="EUR",
    lines=(LINE,),
    gross_weight_kg=Decimal(1),
    planned_on=date(2026, 11, 20),
)


def with_numbers(seller: str, buyer: str) -> Draft:
    return dataclasses.replace(
        DRAFT,
        seller=dataclasses.replace(DRAFT.seller, tax_number=seller),
        consignee=dataclasses.replace(DRAFT.consignee, tax_number=buyer),
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("GÜMRÜKLEME  Hizmet-Bedeli!", "gumrukleme hizmet bedeli"),
        ("Iğdır IĞDIR ığdır", "igdir igdir igdir"),
        ("İİ\u0307 ıI", "ii ii"),
        ("Straße", "strasse"),
        ("Güm\u00adrük\u200bleme", "gumrukleme"),
        ("ｆｅｅ\u00a0№ ５", "fee no 5"),
        ("a_b", "a b"),
        ("ガ", "ガ"),
        ("Йод", "иод"),
        ("–", ""),
        ("", ""),
    ],
)
def test_words_compare_however_they_are_spelled(text: str, words: str) -> None:
    """Case, accents of Latin and Cyrillic, signs, spacing and unseen characters do not count; other scripts keep theirs."""
    assert values.plain(text) == words


@given(st.text())
def test_plain_words_stay_what_they_are(text: str) -> None:
    """So both sides of a comparison may be made plain, once or twice."""
    assert values.plain(values.plain(text)) == values.plain(text)


@pytest.mark.parametrize("placeholder", sorted(PLACEHOLDERS))
def test_a_placeholder_stands_for_a_foreign_buyer_never_for_the_seller(placeholder: str) -> None:
    """PTY001 lets it pass as the consignee's number, and blocks it as the seller's."""
    assert list(tax_numbers(with_numbers("1234567890", placeholder))) == []
    (finding,) = tax_numbers(with_numbers(placeholder, placeholder))
    assert (finding.code, finding.severity, finding.path) == ("PTY001", Severity.BLOCK, "seller.tax_number")


@pytest.mark.parametrize("number", [*VALID_TCKN, *VALID_VKN])
def test_a_seller_is_a_company_or_a_person(number: str) -> None:
    """VKN and TCKN alike."""
    assert list(tax_numbers(with_numbers(number, ""))) == []


@pytest.mark.parametrize("number", [*INVALID_TCKN, *INVALID_VKN, ""])
def test_a_seller_whose_number_fails_its_check_digits_is_blocked(number: str) -> None:
    """Missing, mistyped or a placeholder."""
    assert [finding.severity for finding in tax_numbers(with_numbers(number, ""))] == [Severity.BLOCK]


@pytest.mark.parametrize(
    ("number", "warned"), [("DE811128135", 0), ("12345", 0), ("", 0), ("4540536920", 1), ("17291716060", 1)]
)
def test_a_foreign_buyer_may_have_any_number_of_his_own(number: str, warned: int) -> None:
    """Only one of Türkiye's is worth a question: the buyer may be domestic."""
    assert [finding.severity for finding in tax_numbers(with_numbers("1234567890", number))] == [Severity.WARN] * warned
