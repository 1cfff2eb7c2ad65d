"""From an order's rows to a draft: what is not known is not made up."""

from decimal import Decimal
from typing import Any

import orjson
import pytest

from adapters.imports import orders
from adapters.imports.order_rows import Row
from events.translate import Arrival, draft_of, read, terms
from tests.stories import SELLER, START, draft, said
from tests.unit.orders.sheets import row
from workflow.draft import SetAsideReason
from workflow.facts import Drafted
from workflow.message import Message
from workflow.rules import order, parties
from workflow.rules.findings import Finding, Severity
from workflow.rules.texts import TEXTS

KNOWN = {"description_tr": "mumluk", "gtip": "940550000000", "origin": "TR", "unit_weight_g": "120"}
CATALOGUE = {"85123A": KNOWN, "22632": KNOWN | {"unit_weight_g": "12.5"}, "UNWEIGHED": KNOWN | {"unit_weight_g": ""}}


def made(*rows: Row, packaging: str = "0") -> dict[str, Any]:
    """The draft of one order."""
    found = orders.order("536365", rows, CATALOGUE, {}, "", Decimal(packaging)).data
    assert found is not None
    return found


def test_the_gross_weight_is_that_of_all_goods() -> None:
    """Six at 120 g and two at 12.5 g; freight weighs nothing."""
    found = made(row(), row(code="22632", quantity="2"), row(code="POST", quantity="1", price="18"))
    assert found["gross_weight_kg"] == "0.745"


@pytest.mark.parametrize("code", ["UNWEIGHED", "NOT IN THE CATALOGUE"])
def test_goods_without_a_weight_leave_the_gross_weight_open(code: str) -> None:
    """A partly known weight would be too low and pass LIM001; so none is given, and LIM001 asks a person for it."""
    found = made(row(), row(code=code))
    assert found["gross_weight_kg"] == "0"
    assert [line.get("net_weight_kg") for line in found["lines"]] == ["0.72", None]


def test_goods_that_weigh_nothing_have_no_weight() -> None:
    """Nothing that is shipped weighs 0 g: that is a weight nobody entered."""
    found = orders.order("1", [row()], {"85123A": KNOWN | {"unit_weight_g": "0"}}, {}, "").data
    assert found is not None
    assert (found["gross_weight_kg"], found["lines"][0].get("net_weight_kg")) == ("0", None)


@pytest.mark.parametrize(("share", "gross"), [("0", "0.72"), ("0.05", "0.756"), ("0.1", "0.792"), ("0.0001", "0.721")])
def test_packaging_weighs_the_share_that_the_seller_names(share: str, gross: str) -> None:
    """Added to the goods' weight and rounded up to the gram; by default nothing is added."""
    assert made(row(), packaging=share)["gross_weight_kg"] == gross
    assert made(row(), packaging=share)["lines"][0]["net_weight_kg"] == "0.72"


def told_by_shop(data: dict[str, Any]) -> Arrival:
    """A draft as the shop's channel sends it."""
    return said("orders/csv", "shipment.drafted.v1", "1", data)


@pytest.mark.parametrize(
    ("told", "address"),
    [
        ("EIRE", {"country": "IE", "country_name": "EIRE"}),
        ("RSA", {"country": "ZA", "country_name": "RSA"}),
        ("Channel Islands", {"country": "", "country_name": "Channel Islands"}),
        ("Atlantis", {"country": "", "country_name": "Atlantis"}),
        ("DE", {"country": "DE"}),
        ("", {"country": ""}),
    ],
)
def test_the_country_stands_in_the_draft_by_its_code_and_in_the_files_own_word(told: str, address: dict[str, str]) -> None:
    """What was read into a code can still be looked up; what is no one country can be read in the finding."""
    assert made(row(country=told))["consignee"]["address"] == {"city": orders.WITHHELD} | address


@pytest.mark.parametrize(
    "told", ["Türkiye", "TÜRKİYE", "türkiye", "Turkiye", "Turkey", "TURKEY", "Türkiye Cumhuriyeti", "TR", "TUR", "T.C."]
)
def test_turkiye_is_turkiye_in_every_spelling(told: str) -> None:
    """So that PTY002 can say that a sale at home is no export, and not that the country is unknown."""
    assert made(row(country=told))["consignee"]["address"]["country"] == "TR"


def test_a_finding_on_the_country_names_what_the_order_said() -> None:
    """An address without a code, whose country the shop called Channel Islands."""
    data = draft("r", consignee={"name": "X", "address": {"city": "St Helier", "country_name": "Channel Islands"}})
    fact = read(told_by_shop(data), START)
    assert isinstance(fact, Message)
    assert isinstance(fact.fact, Drafted)
    assert draft_of(orjson.loads(orjson.dumps(terms(fact.fact.draft))), fact.fact.draft.lines) == fact.fact.draft
    (found,) = parties.consignee(fact.fact.draft)
    assert [found.text(language).count("“Channel Islands”") for language in ("tr", "en")] == [1, 1]


def judged(*rows: Row, unread: int = 0) -> list[Finding]:
    """What ORD001 says of an order that came through the wire."""
    common = {"seller": {"tax_number": SELLER, "name": "Örnek"}, "currency": "GBP"}
    data = orders.order("536365", rows, CATALOGUE, common, "", unread=unread).data
    message = read(told_by_shop(data or {}), START)
    assert isinstance(message, Message), message
    assert isinstance(message.fact, Drafted)
    again = draft_of(orjson.loads(orjson.dumps(terms(message.fact.draft))), message.fact.draft.lines)
    assert again == message.fact.draft
    return list(order.set_aside(again))


@pytest.mark.parametrize(
    ("code", "changes", "reason"),
    [
        ("M", {"description": "Manual", "quantity": "1", "price": "7"}, "manual"),
        ("m", {"description": "Manual", "quantity": "-1", "price": "7"}, "manual"),
        ("gift_0001_20", {"description": "Voucher", "quantity": "1", "price": "20"}, "gift_voucher"),
        ("AMAZONFEE", {"quantity": "1", "price": "9.5"}, "charge_not_allowed"),
        ("S", {"quantity": "1", "price": "3"}, "sample"),
        ("B", {"quantity": "1", "price": "3"}, "other"),
        ("85123A", {"description": ""}, "no_description"),
        ("85123A", {"quantity": "-6"}, "negative_quantity"),
        ("85123A", {"price": "-1"}, "other"),
    ],
)
def test_a_priced_row_that_is_set_aside_leaves_a_trace_at_the_shipment(code: str, changes: dict[str, str], reason: str) -> None:
    """The shipment goes on with a warning that names the row, its amount and why: its value is not what was paid."""
    aside = row("536365", code, number=2, **changes)
    (found,) = judged(row(), aside)
    assert (found.code, found.variant, found.severity) == ("ORD001", reason, Severity.WARN)
    assert Decimal(found.params["amount"]) == aside.price * aside.quantity
    for language in ("tr", "en"):
        assert f"{code} " in found.text(language)


def test_rows_without_money_leave_no_trace() -> None:
    """What costs nothing changes no value: free goods, and nothing at all."""
    assert judged(row(), row(price="0"), row(description="", price="0"), row(quantity="0")) == []


def test_rows_set_aside_for_one_reason_are_one_finding() -> None:
    """Five corrections: counted and added up, the first three named."""
    (found,) = judged(row(), *(row(code="M", description=f"Manual {n}", quantity="1", price="7") for n in range(5)))
    assert (found.params["count"], found.params["amount"]) == ("5", "35.00")
    assert found.params["rows"] == "M Manual 0 1 × 7, M Manual 1 1 × 7, M Manual 2 1 × 7, …"


def test_rows_of_the_order_that_cannot_be_read_leave_a_trace() -> None:
    """Nobody knows what they cost, so the shipment may be incomplete."""
    (found,) = judged(row(), unread=2)
    assert (found.variant, found.params["count"]) == ("malformed", "2")


def test_every_reason_to_set_a_row_aside_can_be_read_in_both_languages() -> None:
    """Whatever a channel may say of a row has its text."""
    assert {variant for code, variant in TEXTS if code == "ORD001"} == {reason.value for reason in SetAsideReason}
