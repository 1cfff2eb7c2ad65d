"""From an order's rows to a draft: what is not known is not made up."""

from decimal import Decimal
from typing import Any

import orjson
import pytest

from adapters.imports import orders
from adapters.imports.order_rows import Row
from events.translate import draft_of, read, terms
from tests.stories import START, draft, said
from tests.unit.orders.sheets import row
from workflow.facts import Drafted
from workflow.message import Message
from workflow.rules import parties

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
    fact = read(said("orders/csv", "shipment.drafted.v1", "1", data), START)
    assert isinstance(fact, Message)
    assert isinstance(fact.fact, Drafted)
    assert draft_of(orjson.loads(orjson.dumps(terms(fact.fact.draft))), fact.fact.draft.lines) == fact.fact.draft
    (found,) = parties.consignee(fact.fact.draft)
    assert [found.text(language).count("“Channel Islands”") for language in ("tr", "en")] == [1, 1]
