"""An ETGB whose courier does not tell its day: said to be inferred wherever it is shown, until a list tells the true one."""

from typing import Any

from tests.integration.http_app import Web
from tests.stories import SELLER, etgb_number, ref, said, story

NUMBER = etgb_number(1)
INFERRED = {
    "number": NUMBER,
    "registered_on": "2026-11-27",
    "registered_on_inferred": True,
    "courier": "pts",
    "lines": [{"shipment": ref("order-1")}],
}


async def shown(web: Web) -> tuple[Any, ...]:
    """What the ETGB, its shipment, and the shipment's timeline say of the day."""
    async with web.as_("viewer") as client:
        etgb = (await client.get(f"/api/etgbs/{NUMBER}")).json()
        (shipment,) = (await client.get("/api/shipments", params={"q": "order-1"})).json()["items"]
        timeline = (await client.get(f"/api/shipments/{shipment['id']}/timeline")).json()["items"]
    told = [entry["etgb"] for entry in timeline if "etgb" in entry]
    days = [(one["registered_on"], one["registered_on_inferred"]) for one in (etgb, shipment["etgb"], *told)]
    return days, shipment["attention"]


async def test_an_inferred_day_is_shown_as_such_until_the_true_one_comes(web: Web) -> None:
    """In the ETGB query, at the shipment, and in its timeline, which keeps both; nothing is raised."""
    await web.intake.take([*[*story(1)][:4], said("courier/pts", "etgb.issued.v1", "e1", INFERRED)])
    assert await shown(web) == ([("2026-11-27", True)] * 3, [])
    content = f"ETGB NO;ETGB TARİH;SİPARİŞ NO\n{NUMBER};21.11.2026;order-1".encode()
    async with web.as_("operations") as client:
        form = {"courier": "pts", "seller": SELLER}
        answer = await client.post("/api/imports/etgb", files={"file": ("liste.csv", content)}, data=form)
    assert answer.json()["taken"] == 1, answer.text
    true = ("2026-11-21", False)
    assert await shown(web) == ([true, true, ("2026-11-27", True), true], [])
