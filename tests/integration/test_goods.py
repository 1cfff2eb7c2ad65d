"""``GET /api/gtip`` over real shipments."""

from typing import Any

import pytest

from adapters.database import goods
from events.intake import Intake
from tests.integration.http_app import Web, problem
from tests.stories import draft, said

Pool = Any


def order(reference: str, description: str, gtip: str) -> Any:
    line = {**draft("x")["lines"][0], "description_tr": description, "gtip": gtip}
    freight = {"kind": "freight", "description": "Freight", "description_tr": "navlun", "quantity": "1", "unit_price": "5"}
    return said("orders/shop", "shipment.drafted.v1", reference, draft(reference, lines=[line, freight]))


async def test_a_turkish_word_finds_what_the_shipments_have_used(web: Web, intake: Intake, connections: Pool) -> None:
    """The most used first, labelled, with twelve digits; then the nomenclature; charges and short codes are no goods."""
    await intake.take([order(str(n), "nakışlı havlu", "6302.60.00.00.12") for n in range(3)])
    await intake.take([order("a", "havlu", "630260000000"), order("b", "havlu", "630260")])
    assert await goods.used(connections) == [("nakışlı havlu", "630260000012", 3), ("havlu", "630260000000", 1)]
    async with web.as_("viewer") as client:
        found = (await client.get("/api/gtip", params={"q": "HAVLULAR", "limit": 4})).json()
        navlun = (await client.get("/api/gtip", params={"q": "navlun"})).json()
    assert [(hit["source"], hit["code"], hit["uses"]) for hit in found["items"]][:2] == [
        ("used", "630260000012", 3),
        ("used", "630260000000", 1),
    ]
    assert [hit["source"] for hit in found["items"]] == ["used", "used", "hs", "hs"]
    assert found["next"] is None
    assert navlun["items"] == []


async def test_a_code_lists_what_is_under_it_for_every_reader(web: Web) -> None:
    """Viewer, operations, finance and admin; a courier may not, and nobody without a key."""
    for role in ("viewer", "operations", "finance", "admin"):
        async with web.as_(role) as client:
            found = (await client.get("/api/gtip", params={"q": "6109"})).json()
            assert [hit["hs6"] for hit in found["items"]] == ["610910", "610990"]
            assert found["items"][0]["path"][0] == {
                "code": "61",
                "text": "Apparel and clothing accessories; knitted or crocheted",
            }
    async with web.as_("courier") as client:
        problem(await client.get("/api/gtip", params={"q": "6109"}), 403, "not-allowed")
    async with web.as_() as client:
        problem(await client.get("/api/gtip", params={"q": "6109"}), 401, "not-authenticated")


@pytest.mark.parametrize("params", [{}, {"q": ""}, {"q": "  "}, {"q": "a\x00"}, {"q": "a" * 201}, {"q": "a", "limit": 101}])
async def test_a_query_without_sense_is_a_problem(web: Web, params: dict[str, Any]) -> None:
    """Empty, too long, or with a NUL character."""
    async with web.as_("viewer") as client:
        problem(await client.get("/api/gtip", params=params), 422, "wrong-data")
