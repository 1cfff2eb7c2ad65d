"""DOC001: the proforma that a draft carries."""

from tests.law import BOOK
from tests.unit.invoicing.drafts import draft, proforma
from workflow.draft import Draft
from workflow.rules.judge import judge
from workflow.rules.law import Rates


def found(one: Draft) -> list[tuple[str, str, str, str]]:
    """What is said of a draft's proforma."""
    said = judge(one, BOOK, Rates())
    return [(f.code, f.variant, f.severity, f.path) for f in said if f.code == "DOC001"]


def test_a_draft_needs_no_proforma() -> None:
    """It is optional; Kervan prints one from the draft."""
    assert found(draft()) == []


def test_its_total_agrees_to_the_cent() -> None:
    """1,050.00 EUR: a cent is a rounding, two are another value."""
    for total in ("1050.00", "1050.01", "1049.99"):
        assert found(draft(proforma=proforma(total))) == []
    for total in ("1050.02", "1049.98"):
        assert found(draft(proforma=proforma(total))) == [("DOC001", "total", "block", "proforma.total")]


def test_its_currency_is_the_draft_s() -> None:
    """Then the totals are not compared: they would say nothing."""
    assert found(draft(proforma=proforma("1050.00", "USD"))) == [("DOC001", "currency", "block", "proforma.currency")]


def test_the_message_says_which_values_differ_in_both_languages() -> None:
    """Number, both values and what to do."""
    (finding,) = [f for f in judge(draft(proforma=proforma("1000.00")), BOOK, Rates()) if f.code == "DOC001"]
    assert finding.text("en").startswith("Proforma PF-7 totals 1000.00, the order 1050.00 EUR.")
    assert finding.text("tr").startswith("Proforma PF-7 toplamı 1000.00, siparişin toplamı 1050.00 EUR.")
    (other,) = [f for f in judge(draft(proforma=proforma(currency="USD")), BOOK, Rates()) if f.code == "DOC001"]
    assert other.text("en").startswith("Proforma PF-7 is in USD, the order in EUR.")
    assert other.text("tr").startswith("Proforma PF-7 USD, sipariş EUR cinsinden.")
