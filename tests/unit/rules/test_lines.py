"""LINE001 to LINE006: what must be said of each line."""

import dataclasses
import unicodedata
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.unit.rules.cases import BOOK, FREIGHT, SHIRTS, Found, book, draft, first, found, goods, row
from workflow.draft import Line, LineKind
from workflow.rules.judge import judge
from workflow.rules.law import Rates
from workflow.rules.tables import Charge, Incoterm

TODAY = date(2026, 11, 16)


def blocked(path: str, variant: str = "", line: int = 0) -> list[Found]:
    return [("block", f"lines[{line}].{path}", variant)]


KEYWORDS = sorted(charge.keyword for charge in BOOK.charges)


@pytest.mark.parametrize("keyword", KEYWORDS)
@pytest.mark.parametrize("day", [date(2010, 12, 1), TODAY])
def test_line001_each_forbidden_charge_is_found_in_any_case_in_either_description(keyword: str, day: date) -> None:
    """With an ending too; the finding stands on the description that has it and on its row, once where both have it."""
    turkish = keyword.replace("i", "İ").replace("ı", "I").upper()
    for said in (keyword, f"2026 {turkish}!", keyword.upper(), f"{keyword}ne"):
        cases: tuple[tuple[str, dict[str, Any]], ...] = (
            ("description", {"description": said}),
            ("description_tr", {"description": "x", "description_tr": said}),
            ("description", {"description": said, "description_tr": said}),
        )
        for field, texts in cases:
            given = draft(lines=(SHIRTS, dataclasses.replace(FREIGHT, **texts)), planned_on=day)
            assert found("LINE001", given) == blocked(field, line=1)
            assert first("LINE001", given).basis in BOOK.charges


SPELLED = (
    "GUMRUKLEME HIZMET BEDELI",
    unicodedata.normalize("NFD", "Gümrükleme hizmet bedeli"),
    "Gümrük  hizmet bedeli",
    "Gümrük\u00a0hizmet\tbedeli",
    "Gümrük-hizmet bedeli",
    "Güm\u00adrükleme",
    "Güm\u200brük masrafı",
    "ｇüｍｒüｋｌｅｍｅ",
    "gumruk musavirligi",
    "Gümrük masrafı",
    "Gümrük ücreti",
    "gümrük bedeli",
    "Customs fee",
    "Customs charges",
    "GUMRUKLEME VE NAKLIYE HIZMET BEDELI",
    "Gümrük masrafı ve kargo",
    "Amazon satış komisyonu",
)


@pytest.mark.parametrize("kind", list(LineKind))
@pytest.mark.parametrize("said", SPELLED)
def test_line001_a_charge_is_found_however_it_is_spelled_and_whatever_the_line_calls_itself(said: str, kind: LineKind) -> None:
    """Without Turkish letters, in two code points a letter, with spaces, hyphens and unseen characters."""
    line = dataclasses.replace(FREIGHT, kind=kind, description=said)
    assert found("LINE001", draft(lines=(SHIRTS, line))) == blocked("description", line=1)


ALLOWED = (
    "Navlun",
    "Sigorta bedeli",
    "Banka komisyonu",
    "Banka komisyon bedeli",
    "Paketleme",
    "Courier freight",
    "customs",
    "gümrük",
    "Gardiyen kapı tokmağı",
    "coordinograph",
    "",
)


@pytest.mark.parametrize("said", ALLOWED)
def test_line001_what_may_stand_on_the_invoice_passes(said: str) -> None:
    """Words that only come near a forbidden one."""
    assert found("LINE001", draft(lines=(SHIRTS, dataclasses.replace(FREIGHT, description=said)))) == []


@pytest.mark.parametrize(
    ("first_day", "last_day", "expected"),
    [
        (TODAY, TODAY, blocked("description", line=1)),
        (date(2026, 11, 17), date.max, []),
        (date.min, date(2026, 11, 15), []),
    ],
)
def test_line001_a_charge_is_forbidden_on_its_days_only(first_day: date, last_day: date, expected: list[Found]) -> None:
    """Both included."""
    law = book(charges=(row(Charge, keyword="FREIGHT", valid_from=first_day, valid_to=last_day),))
    assert found("LINE001", draft(planned_on=TODAY), law) == expected


def test_line001_a_shipment_has_goods() -> None:
    """Charges alone are none, and the keyword found is told as the table has it."""
    assert found("LINE001", draft(lines=(FREIGHT,))) == [("block", "lines", "no_goods")]
    assert found("LINE001", draft(lines=())) == [("block", "lines", "no_goods")]
    given = draft(lines=(SHIRTS, dataclasses.replace(FREIGHT, description="GÜMRÜKLEME")))
    assert first("LINE001", given).params == {"keyword": "gümrükleme"}


@pytest.mark.parametrize(
    ("gtip", "expected"),
    [
        ("610910000011", []),
        ("610910000000", []),
        ("", blocked("gtip", "missing")),
        ("61091000001", blocked("gtip")),
        ("6109100000111", blocked("gtip")),
        ("61091000001A", blocked("gtip")),
        ("6109.10.00.00.11", blocked("gtip")),
        ("610910", blocked("gtip")),
        ("610999000000", blocked("gtip", "unknown")),
        ("770000000000", blocked("gtip", "unknown")),
    ],
)
def test_line002_twelve_digits_of_which_the_nomenclature_knows_the_first_six(gtip: str, expected: list[Found]) -> None:
    """Neither eleven nor thirteen, and no heading that does not exist."""
    assert found("LINE002", goods(gtip=gtip)) == expected
    if gtip and expected:
        assert first("LINE002", goods(gtip=gtip)).params == {"gtip": gtip}


@pytest.mark.parametrize(
    ("origin", "expected"),
    [
        ("TR", []),
        ("DE", []),
        ("", blocked("origin")),
        ("XX", blocked("origin")),
        ("TUR", blocked("origin")),
        ("tr", blocked("origin")),
    ],
)
def test_line003_the_origin_is_a_country(origin: str, expected: list[Found]) -> None:
    """Two letters of ISO 3166-1."""
    assert found("LINE003", goods(origin=origin)) == expected
    if expected:
        assert first("LINE003", goods(origin=origin)).params == {"origin": origin}


@pytest.mark.parametrize(
    ("said", "expected"),
    [("tişört", []), ("x", []), ("", blocked("description_tr")), (" \t", blocked("description_tr"))],
)
def test_line004_goods_are_described_in_turkish(said: str, expected: list[Found]) -> None:
    """Blanks are no description."""
    assert found("LINE004", goods(description_tr=said)) == expected


@pytest.mark.parametrize(
    ("description", "turkish", "warns"),
    [
        ("Cotton T-shirt", "Cotton T-shirt", True),
        ("Cotton T-shirt", "COTTON  t-shirt", True),
        ("Schlüsselanhänger", "Schlüsselanhänger", True),
        ("Kupa", "Kupa", True),
        ("Gümüş küpe", "Gümüş küpe", False),
        ("Çanta", "çanta", False),
        ("Cotton T-shirt", "Tişört", False),
        ("Cotton T-shirt", "Cotton T-shirt, tişört", False),
    ],
)
def test_line004_the_other_description_again_warns_unless_it_looks_turkish(description: str, turkish: str, warns: bool) -> None:
    """A brand's name may be the same in both; charges are not asked."""
    expected = [("warn", "lines[0].description_tr", "same")] if warns else []
    assert found("LINE004", goods(description=description, description_tr=turkish)) == expected
    if warns:
        assert first("LINE004", goods(description=description, description_tr=turkish)).params == {"description": turkish}
    freight = dataclasses.replace(FREIGHT, description="Freight", description_tr="Freight")
    assert found("LINE004", draft(lines=(SHIRTS, freight))) == []


def test_goods_are_asked_what_charges_are_not() -> None:
    """Freight needs neither GTİP nor origin nor a Turkish description; each line of goods is asked by itself."""
    for code, field in (("LINE002", "gtip"), ("LINE003", "origin"), ("LINE004", "description_tr")):
        assert found(code, draft()) == []
        changes: dict[str, Any] = {field: ""}
        bad = dataclasses.replace(SHIRTS, **changes)
        told = found(code, draft(lines=(SHIRTS, FREIGHT, bad, bad)))
        assert [path for _, path, _ in told] == [f"lines[2].{field}", f"lines[3].{field}"]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"unit": "C62"}, []),
        ({"unit": "KGM"}, []),
        ({"unit": "ADET"}, blocked("unit", "unit")),
        ({"unit": ""}, blocked("unit", "unit")),
        ({"unit": "c62"}, blocked("unit", "unit")),
        ({"quantity": Decimal("0.001"), "discount": Decimal(0)}, []),
        ({"quantity": Decimal(0), "discount": Decimal(0)}, blocked("quantity", "quantity")),
        ({"quantity": Decimal(-1), "discount": Decimal(0)}, blocked("quantity", "quantity")),
        ({"unit_price": Decimal("0.0001"), "discount": Decimal(0)}, []),
        ({"unit_price": Decimal(0), "discount": Decimal(0)}, blocked("unit_price", "price")),
        ({"unit_price": Decimal(-1), "discount": Decimal(0)}, blocked("unit_price", "price")),
        ({"quantity": Decimal("0.5"), "discount": Decimal("0.01")}, []),
        ({"unit_price": Decimal("0.5"), "discount": Decimal("0.01")}, []),
        ({"discount": Decimal(0)}, []),
        ({"discount": Decimal(1050)}, []),
        ({"discount": Decimal("1050.01")}, blocked("discount", "discount")),
        ({"discount": Decimal("-0.01")}, blocked("discount", "discount")),
        ({"quantity": Decimal(-1), "discount": Decimal(1)}, blocked("quantity", "quantity") + blocked("discount", "discount")),
    ],
)
def test_line005_unit_quantity_price_and_discount(changes: dict[str, Any], expected: list[Found]) -> None:
    """A UN/ECE unit, above zero, and a discount from zero to the whole amount."""
    assert found("LINE005", goods(**changes)) == expected


def test_line005_is_asked_of_charges_too_and_says_what_it_found() -> None:
    """By the line's own path."""
    given = draft(lines=(SHIRTS, dataclasses.replace(FREIGHT, unit="ADET")))
    assert found("LINE005", given) == blocked("unit", "unit", line=1)
    assert first("LINE005", given).params == {"unit": "ADET"}
    assert first("LINE005", goods(quantity=Decimal(0), discount=Decimal(0))).params == {"quantity": "0"}
    assert first("LINE005", goods(unit_price=Decimal(0), discount=Decimal(0))).params == {"price": "0"}
    assert first("LINE005", goods(discount=Decimal(2000))).params == {"discount": "2000", "amount": "1050.00"}


def test_a_line_with_one_fault_is_told_of_that_fault_only() -> None:
    """What is right about it raises nothing."""
    faults: dict[str, dict[str, Any]] = {
        "LINE002": {"gtip": ""},
        "LINE003": {"origin": ""},
        "LINE004": {"description_tr": ""},
        "LINE005": {"unit": "ADET"},
    }
    for code, changes in faults.items():
        assert [one.code for one in judge(goods(**changes), BOOK, Rates())] == [code]


INSURANCE = Line(LineKind.INSURANCE, "Insurance", Decimal(1), Decimal(5))
BOTH, NO_FREIGHT, NO_INSURANCE = (SHIRTS, FREIGHT, INSURANCE), (SHIRTS, INSURANCE), (SHIRTS, FREIGHT)
ALONE = (SHIRTS,)
BANK = Line(LineKind.BANK_FEE, "Bank fee", Decimal(1), Decimal(5))


def warned(variant: str) -> list[Found]:
    return [("warn", "lines", variant)]


@pytest.mark.parametrize("incoterm", ["CPT", "CFR", "DAP", "DPU", "DDP", "DAT", "dap", " DAP "])
def test_line006_by_terms_with_freight_the_freight_stands_on_a_line_of_its_own(incoterm: str) -> None:
    """Insurance is not asked for by these."""
    for lines, expected in ((NO_INSURANCE, []), (BOTH, []), (NO_FREIGHT, warned("freight")), (ALONE, warned("freight"))):
        assert found("LINE006", draft(lines=lines, incoterm=incoterm)) == expected
    assert found("LINE006", draft(lines=(SHIRTS, BANK), incoterm=incoterm)) == warned("freight")


@pytest.mark.parametrize("incoterm", ["CIP", "CIF"])
def test_line006_by_terms_with_insurance_both_do(incoterm: str) -> None:
    """Which of them is missing is told."""
    wanted = {BOTH: [], NO_FREIGHT: warned("freight"), NO_INSURANCE: warned("insurance"), ALONE: warned("both")}
    assert {lines: found("LINE006", draft(lines=lines, incoterm=incoterm)) for lines in wanted} == wanted


@pytest.mark.parametrize("incoterm", ["EXW", "FCA", "FAS", "FOB", "", "XYZ"])
def test_line006_by_other_terms_the_buyer_pays(incoterm: str) -> None:
    """And nothing is asked for."""
    assert found("LINE006", draft(lines=ALONE, incoterm=incoterm)) == []


def test_line006_stands_on_the_terms_row_and_names_it() -> None:
    """As the table spells it; a row holds on its days only."""
    one = first("LINE006", draft(lines=ALONE, incoterm="cif"))
    assert (one.params, one.basis in BOOK.incoterms) == ({"incoterm": "CIF"}, True)
    for last, expected in ((TODAY, warned("freight")), (date(2026, 11, 15), [])):
        law = book(incoterms=(row(Incoterm, code="dap", freight=True, insurance=False, valid_to=last),))
        assert found("LINE006", draft(lines=ALONE, planned_on=TODAY), law) == expected
