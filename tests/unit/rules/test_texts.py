"""What people read of findings: in both languages, complete, and saying what to do."""

import string

import pytest

from tests.unit.rules.cases import BOOK, draft
from workflow.draft import SetAside, SetAsideReason
from workflow.rules.findings import Finding, Severity, render
from workflow.rules.judge import blocking, judge
from workflow.rules.law import Rates
from workflow.rules.texts import TEXTS, Text, TextTwiceError, merged

CONTRACT = frozenset(
    "LIM001 LIM002 LIM003 SCP001 SCP002 SCP003 LINE001 LINE002 LINE003 LINE004 LINE005 LINE006 PTY001 PTY002 DOC001 "
    "INV001 INV002 INV003 INV004 INV005 INV006 INV007 FX001".split()
)


def names(text: str) -> set[str]:
    """The parameters that a text is filled with."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize(("code", "variant"), sorted(TEXTS))
def test_each_text_is_there_in_both_languages(code: str, variant: str) -> None:
    """Whole sentences, with the same facts in both but for what is said in one language only, and a source."""
    text = TEXTS[code, variant]
    assert text.tr.endswith(".")
    assert text.en.endswith(".")
    assert text.tr != text.en
    assert text.source.strip()
    in_turkish = {name.removesuffix("_tr") for name in names(text.tr)}
    assert in_turkish == {name.removesuffix("_en") for name in names(text.en)}


def test_every_finding_of_the_contract_has_its_text() -> None:
    """And the rules of our own besides."""
    assert {code for code, _ in TEXTS} >= CONTRACT


def test_what_is_filled_in_stands_in_both_texts() -> None:
    """By name; a rule that was withdrawn shows its code."""
    assert render("LINE003", "", {"origin": "XX"}, "tr").startswith("Menşe ülkesi verilmemiş ya da geçersiz (“XX”).")
    assert render("LINE003", "", {"origin": "XX"}, "en").startswith("The country of origin is missing or not valid (“XX”).")
    assert render("OLD001", "", {}, "tr") == render("OLD001", "", {}, "en") == "OLD001"


def test_a_finding_says_its_variants_text_in_the_language_asked_for() -> None:
    """Filled with what was found."""
    one = Finding("SCP001", Severity.BLOCK, "sale_type", "consignment", {"sale_type": "consignment", "day": "2025-11-05"})
    assert one.text("tr").startswith("Konsinye ihracat ETGB ile 06.11.2025'ten beri yapılabilir; gönderi 2025-11-05 için")
    assert one.text("en").startswith("Consignment by ETGB is possible since 2025-11-06; the shipment is planned for 2025-11-05")


def test_a_text_cannot_hide_another() -> None:
    """Two subjects with the same code and variant are a fault of the program, told at the start."""
    one = {("X001", ""): Text("a.", "b.", "c")}
    assert merged((one, {("X001", "other"): Text("d.", "e.", "f")})).keys() == {("X001", ""), ("X001", "other")}
    assert merged((one,)) == one
    with pytest.raises(TextTwiceError, match="X001 '' has two texts"):
        merged((one, one))


def test_nothing_is_found_on_a_draft_that_is_right_but_that_an_order_had_more() -> None:
    """A warning does not hold a shipment, a block does."""
    assert judge(draft(), BOOK, Rates()) == ()
    aside = judge(draft(set_aside=(SetAside(SetAsideReason.MANUAL),)), BOOK, Rates())
    assert [(one.code, one.severity) for one in aside] == [("ORD001", Severity.WARN)]
    assert not blocking(aside)
    assert not blocking((Finding("X", Severity.INFO, ""),))
    assert blocking((*aside, Finding("X", Severity.BLOCK, "")))


def test_a_finding_without_a_row_of_the_law_has_its_texts_source_and_no_days() -> None:
    """One that stands on a row has the row's."""
    plain = Finding("LINE003", Severity.BLOCK, "lines[0].origin", "", {"origin": "XX"})
    assert (plain.source, plain.valid_from, plain.valid_to) == (TEXTS["LINE003", ""].source, None, None)
    limit = BOOK.limits[1]
    based = Finding("LIM001", Severity.BLOCK, "gross_weight_kg", "", {}, limit)
    assert (based.source, based.valid_from, based.valid_to) == (limit.source, limit.valid_from, limit.valid_to)
    assert Finding("LIM001", Severity.BLOCK, "", basis=BOOK.limits[0]).valid_from is None
    assert Finding("LIM001", Severity.BLOCK, "", basis=BOOK.limits[-1]).valid_to is None
