"""Shipments over HTTP: drafted, listed, found, moved."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from adapters.database import keys
from tests.integration.http_app import Web, problem
from tests.integration.timers import timer
from tests.law import BOOK
from tests.stories import SELLER, SELLERS, START, TRIGGERS, draft, etgb_number, invoice, known_id, ref, said, story
from workflow.stages import Stage

FIELDS = {
    "id", "seller", "reference", "stage", "stage_since", "due_at", "version", "consignee", "currency", "total",
    "gross_weight_kg", "courier", "tracking_number", "delivery_status", "invoice", "etgb", "vedop_seen_on", "claim",
    "findings", "lines", "attention",
}  # fmt: skip
"""What the contract promises of a shipment."""


async def test_draft_becomes_a_validated_shipment(web: Web) -> None:
    """A draft that nothing blocks is answered with 201 and the validated shipment, money as strings."""
    async with web.as_("operations") as client:
        answer = await client.post("/api/shipments", json=draft("A-1"))
    assert answer.status_code == 201, answer.text
    shipment = answer.json()
    assert set(shipment) >= FIELDS
    assert (shipment["stage"], shipment["seller"], shipment["reference"]) == ("validated", SELLER, "A-1")
    assert (shipment["total"], shipment["gross_weight_kg"]) == ("42.00", "1.2")
    assert shipment["consignee"]["address"] == {"city": "Berlin", "country": "DE"}
    assert [shipment[name] for name in ("invoice", "etgb", "vedop_seen_on", "claim")] == [None] * 4
    assert len(shipment["lines"]) == 2
    assert shipment["lines"][0]["unit_price"] == "10.5"


async def test_blocked_draft_shows_its_findings(web: Web) -> None:
    """A blocking finding keeps the shipment a draft and is shown in Turkish and English with its source."""
    async with web.as_("operations") as client:
        shipment = (await client.post("/api/shipments", json=draft("A-1", gross_weight_kg="9999"))).json()
    assert shipment["stage"] == "draft"
    (finding,) = [f for f in shipment["findings"] if f["code"] == "LIM001"]
    assert set(finding) == {"code", "severity", "path", "message", "source", "valid_from", "valid_to", "rule_version"}
    assert (finding["severity"], finding["rule_version"]) == ("block", BOOK.version)
    assert finding["message"]["tr"]
    assert finding["message"]["en"]
    assert finding["message"]["tr"] != finding["message"]["en"]
    assert finding["source"].startswith("RG 03.01.2026")
    assert (finding["valid_from"], finding["valid_to"]) == ("2026-01-03", None)


async def test_the_timeline_of_a_held_draft_begins_with_its_order(web: Web) -> None:
    """What came and moved nothing, because findings hold it, is told all the same."""
    async with web.as_("operations") as client:
        shipment = (await client.post("/api/shipments", json=draft("A-1", gross_weight_kg="9999"))).json()
        timeline = (await client.get(f"/api/shipments/{shipment['id']}/timeline")).json()["items"]
        assert [(entry["kind"], entry["type"]) for entry in timeline] == [("message", "shipment.drafted.v1")]
        amended = await client.post(f"/api/shipments/{shipment['id']}/actions/amend", json={"gross_weight_kg": "9998"})
        assert amended.status_code == 200, amended.text
        timeline = (await client.get(f"/api/shipments/{shipment['id']}/timeline")).json()["items"]
    assert [entry["type"] for entry in timeline if entry["kind"] == "message"] == ["shipment.drafted.v1", "shipment.amend.v1"]


async def test_same_order_again_is_the_same_shipment(web: Web) -> None:
    """The same seller and reference again is 200 with the shipment that is there."""
    async with web.as_("operations") as client:
        first = await client.post("/api/shipments", json=draft("A-1"))
        second = await client.post("/api/shipments", json=draft("A-1", gross_weight_kg="2.0"))
        counts = (await client.get("/api/stages")).json()["items"]
    assert (first.status_code, second.status_code) == (201, 200)
    assert second.json() == first.json()
    assert sum(row["count"] for row in counts) == 1


async def test_malformed_draft_names_the_fields(web: Web) -> None:
    """A draft without a seller's number is 422, names the field, and leaves neither message nor attention item."""
    async with web.as_("operations") as client:
        wrong = draft("A-1")
        del wrong["seller"]["tax_number"]
        found = problem(await client.post("/api/shipments", json=wrong), 422, "wrong-data")
        refused = (await client.get("/api/messages", params={"state": "refused"})).json()["items"]
        items = (await client.get("/api/attention")).json()["items"]
    assert "seller.tax_number" in found["detail"]
    assert (refused, items) == ([], [])


@pytest.mark.parametrize(
    ("content", "media_type", "status", "code"),
    [
        (b"{", "application/json", 422, "not-json"),
        (b"[]", "application/json", 422, "wrong-data"),
        (b"", "application/json", 422, "wrong-data"),
        (b'{"reference": NaN}', "application/json", 422, "not-json"),
        (b'{"reference": "a\\u0000b"}', "application/json", 422, "nul-character"),
        (b"a=b", "application/x-www-form-urlencoded", 415, "unsupported-media-type"),
        (b" " * (256 * 1024 + 1), "application/json", 413, "too-large"),
    ],
)
async def test_garbage_is_a_problem(web: Web, content: bytes, media_type: str, status: int, code: str) -> None:
    """Whatever is sent instead of a draft is answered with a problem that says why."""
    async with web.as_("operations") as client:
        answer = await client.post("/api/shipments", content=content, headers={"content-type": media_type})
    problem(answer, status, code)


async def test_chunks_do_not_pass_the_size_limit(web: Web) -> None:
    """A body that does not declare its size is cut off where the limit is."""

    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(300):
            yield b" " * 1024

    async def form() -> AsyncIterator[bytes]:
        yield b'--b\r\nContent-Disposition: form-data; name="file"; filename="x.csv"\r\n\r\n'
        for _ in range(11 * 16):
            yield b" " * 64 * 1024

    item = f"/api/attention/{uuid4()}/resolve"
    multipart = {"content-type": "multipart/form-data; boundary=b"}
    async with web.as_("operations") as client:
        problem(await client.post("/api/shipments", content=chunks()), 413, "too-large")
        problem(await client.post(item, content=chunks(), headers={"content-type": "application/json"}), 413, "too-large")
        problem(await client.post("/api/imports/orders", content=form(), headers=multipart), 413, "too-large")


async def test_journey_is_shown(web: Web) -> None:
    """After its whole story a shipment has its papers, and its timeline every message and transition, oldest first."""
    await web.intake.take(list(story(1)))
    async with web.as_("viewer") as client:
        shipment = (await client.get(f"/api/shipments/{known_id(1)}")).json()
        timeline = (await client.get(f"/api/shipments/{known_id(1)}/timeline")).json()["items"]
        documents = (await client.get(f"/api/shipments/{known_id(1)}/documents")).json()
        etgb = (await client.get(f"/api/etgbs/{shipment['etgb']['number']}")).json()
    assert shipment["stage"] == "refund_filed"
    assert shipment["invoice"]["total"] == "42.00"
    assert shipment["etgb"] == {
        "number": etgb["number"],
        "registered_on": "2026-11-21",
        "registered_on_inferred": False,
        "closed_on": "2026-11-22",
    }
    assert (shipment["vedop_seen_on"], shipment["claim"]["status"]) == ("2026-11-23", "filed")
    moves = [entry for entry in timeline if entry["kind"] == "transition"]
    assert tuple(move["trigger"] for move in moves) == TRIGGERS
    assert [move["sequence"] for move in moves] == [1, 2, 3, 4, 5, 6]
    messages = [entry["type"] for entry in timeline if entry["kind"] == "message"]
    assert messages[0] == "shipment.drafted.v1"
    assert "courier.booked.v1" in messages
    assert (documents["items"], documents["next"]) == ([], None)
    assert [one["kind"] for one in documents["printable"]] == ["proforma_pdf"]
    assert etgb["state"] == "closed"
    assert etgb["lines"][0]["shipment"]["reference"] == "order-1"


async def test_viewers_do_not_see_who_receives(web: Web) -> None:
    """A viewer sees the consignee's city and country, but no name and no street."""
    await web.intake.take(list(story(1)))
    async with web.as_("viewer") as client:
        one = (await client.get(f"/api/shipments/{known_id(1)}")).json()
        (listed,) = (await client.get("/api/shipments")).json()["items"]
        by_name = (await client.get("/api/shipments?q=mustermann")).json()["items"]
        by_number = (await client.get("/api/shipments?q=order-1")).json()["items"]
    assert (by_name, len(by_number)) == ([], 1)
    for shipment in (one, listed):
        assert "Mustermann" not in str(shipment)
        assert shipment["consignee"]["address"] == {"city": "Berlin", "country": "DE"}


async def test_pages_show_each_shipment_once(web: Web) -> None:
    """Following `next` shows every shipment once and ends with null."""
    await web.intake.take([said("orders/shop", "shipment.drafted.v1", f"d{n}", draft(f"A-{n}")) for n in range(7)])
    seen: list[str] = []
    async with web.as_("viewer") as client:
        cursor = ""
        pages = 0
        while pages < 10:
            pages += 1
            page = (await client.get("/api/shipments", params={"limit": 3, "cursor": cursor})).json()
            seen += [item["reference"] for item in page["items"]]
            if page["next"] is None:
                break
            cursor = page["next"]
    assert pages == 3
    assert sorted(seen) == [f"A-{n}" for n in range(7)]


@pytest.mark.parametrize(
    "query", ["cursor=!", "cursor=abc", "limit=0", "limit=201", "stage=nowhere", "from=2026-02-30", "q=%00"]
)
async def test_wrong_queries_are_problems(web: Web, query: str) -> None:
    """A cursor that is not ours, a limit out of range, an unknown stage, no day: 422."""
    async with web.as_("viewer") as client:
        answer = await client.get(f"/api/shipments?{query}")
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"


async def test_filters_find_and_leave_out(web: Web) -> None:
    """Each filter of the list keeps the one shipment it speaks of and leaves the other out."""
    one = [*story(1)][:5]
    other = draft("other-2", SELLERS[1], gross_weight_kg="9999", consignee={
        "name": "IŞIL ÇİÇEK", "address": {"city": "Paris", "country": "FR"}})  # fmt: skip
    await web.intake.take([*one, said("orders/shop", "shipment.drafted.v1", "other", other)])
    found = {
        "stage=etgb_issued": {"order-1"},
        "stage=draft": {"other-2"},
        f"seller={SELLERS[1]}": {"other-2"},
        "courier=pts": {"order-1"},
        "country=fr": {"other-2"},
        "attention=false": {"order-1", "other-2"},
        "attention=true": set[str](),
        "q=order-1": {"order-1"},
        "q=TRK1": {"order-1"},
        "q=ABC2026000000001": {"order-1"},
        "q=0b0f3a52-5f0e-4c5c-8a56-3f0f6a2d9c10": {"order-1"},
        "q=0B0F3A52-5F0E-4C5C-8A56-3F0F6A2D9C10": {"order-1"},
        "q=26341453EX000001": {"order-1"},
        "q=26341453 ex 000001": {"order-1"},
        "q=ORDER-1": {"order-1"},
        "q=trk1": {"order-1"},
        "stage=&attention=&overdue=&from=&to=&q=": {"order-1", "other-2"},
        "q=mustermann": {"order-1"},
        "q=ışıl çiçek": {"other-2"},
        "q=isil": set[str](),
        "q=ÖRNEK": {"order-1", "other-2"},
        "q=%25": set[str](),
        "q=%27 OR 1%3D1 --": set[str](),
        "from=2026-01-01": {"order-1", "other-2"},
        "to=2026-01-01": set[str](),
        f"stage=draft&seller={SELLER}": set[str](),
    }
    async with web.as_("operations") as client:
        for query, expected in found.items():
            answer = await client.get(f"/api/shipments?{query}")
            assert {item["reference"] for item in answer.json()["items"]} == expected, query


async def test_overdue_follows_the_allowance(web: Web) -> None:
    """A shipment that stood too long is found by the filter and counted in its stage."""
    await web.intake.take([*story(1)][:2])
    assert await timer(web.pool, START + timedelta(days=30)).run() == 1
    async with web.as_("viewer") as client:
        late = (await client.get("/api/shipments?overdue=true")).json()["items"]
        well = (await client.get("/api/shipments?overdue=false")).json()["items"]
        counts = {row["stage"]: row for row in (await client.get("/api/stages")).json()["items"]}
    assert ([item["reference"] for item in late], well) == (["order-1"], [])
    assert counts["invoiced"] == {"stage": "invoiced", "count": 1, "overdue": 1}


async def test_all_stages_are_counted(web: Web) -> None:
    """The nine stages are there even where nothing stands in them."""
    async with web.as_("viewer") as client:
        items = (await client.get("/api/stages")).json()["items"]
    assert items == [{"stage": stage.value, "count": 0, "overdue": 0} for stage in Stage]


async def test_actions_move_a_shipment(web: Web) -> None:
    """Each trigger in turn answers with the shipment in its next stage."""
    steps = [
        ("invoice", {k: v for k, v in invoice("A-1", 1).items() if k != "shipment"}, "invoiced"),
        ("cancel_invoice", {"number": "ABC2026000000001", "reason": "wrong"}, "validated"),
        ("amend", {"gross_weight_kg": "1.5"}, "validated"),
        ("cancel", {"reason": "buyer withdrew"}, "cancelled"),
    ]
    async with web.as_("operations") as client:
        shipment = (await client.post("/api/shipments", json=draft("A-1"))).json()
        for trigger, data, stage in steps:
            answer = await client.post(f"/api/shipments/{shipment['id']}/actions/{trigger}", json=data)
            assert answer.status_code == 200, answer.text
            assert answer.json()["stage"] == stage
        messages = await web.pool.fetch("SELECT DISTINCT source FROM inbox ORDER BY source")
    assert [row["source"] for row in messages] == ["ops/operations", "orders/operations"]
    assert answer.json()["gross_weight_kg"] == "1.5"


async def test_action_not_allowed_says_why(web: Web) -> None:
    """A trigger that the stage does not allow is 409 with `why`, is not parked, and raises no attention item."""
    async with web.as_("operations") as client:
        shipment = (await client.post("/api/shipments", json=draft("A-1"))).json()
        data = {"reason": "never left"}
        answer = await client.post(f"/api/shipments/{shipment['id']}/actions/return_goods", json=data)
        parked = (await client.get("/api/messages?state=parked")).json()["items"]
        items = (await client.get("/api/attention")).json()["items"]
        refused = (await client.get("/api/messages?state=refused")).json()["items"]
        timeline = (await client.get(f"/api/shipments/{shipment['id']}/timeline")).json()["items"]
    assert refused == [], "who clicked was told; nobody else has to act"
    assert [(e["type"], e["state"]) for e in timeline if e["kind"] == "message"][-1] == (
        "shipment.return_goods.v1",
        "refused",
    )
    found = problem(answer, 409, "not-now")
    assert "validated" in found["why"]
    assert found["stage"] == "validated"
    assert (parked, items) == ([], [])


async def test_action_twice_is_refused_the_second_time(web: Web) -> None:
    """Cancelling what is cancelled is 409: the stage does not allow it."""
    async with web.as_("operations") as client:
        shipment = (await client.post("/api/shipments", json=draft("A-1"))).json()
        path = f"/api/shipments/{shipment['id']}/actions/cancel"
        assert (await client.post(path, json={"reason": "x"})).status_code == 200
        answer = await client.post(path, json={"reason": "x"})
    assert answer.status_code == 409
    assert answer.json()["why"]


async def test_unknown_things_are_404(web: Web) -> None:
    """Unknown shipments, triggers' shipments, ETGBs and paths are problems."""
    nobody = uuid4()
    async with web.as_("operations") as client:
        problem(await client.get(f"/api/shipments/{nobody}"), 404, "shipment-unknown")
        problem(await client.get(f"/api/shipments/{nobody}/timeline"), 404, "shipment-unknown")
        problem(await client.post(f"/api/shipments/{nobody}/actions/cancel", json={"reason": "x"}), 404, "shipment-unknown")
        problem(await client.get("/api/etgbs/26341453EX999999"), 404, "etgb-unknown")
        problem(await client.get("/api/nothing"), 404, "not-found")
        problem(await client.delete("/api/stages"), 405, "method-not-allowed")


async def test_idempotency_key_gives_the_first_answer_again(web: Web) -> None:
    """The same key and request get the stored answer, although the shipment has moved on since."""
    headers = {"Idempotency-Key": "k-1"}
    async with web.as_("operations") as client:
        first = await client.post("/api/shipments", json=draft("A-1"), headers=headers)
        await client.post(f"/api/shipments/{first.json()['id']}/actions/cancel", json={"reason": "x"})
        again = await client.post("/api/shipments", json=draft("A-1"), headers=headers)
        other = await client.post("/api/shipments", json=draft("A-2"), headers=headers)
    assert (again.status_code, again.content) == (201, first.content)
    assert again.headers["idempotency-replayed"] == "true"
    problem(other, 422, "idempotency-key-reused")


async def test_idempotent_twins_at_once_get_one_answer(web: Web) -> None:
    """Ten equal requests with one key at once do the work once and all get its answer."""
    async with web.as_("operations") as client:
        shipment = (await client.post("/api/shipments", json=draft("A-1"))).json()
        path = f"/api/shipments/{shipment['id']}/actions/cancel"
        headers = {"Idempotency-Key": "k-2"}
        answers = await asyncio.gather(*(client.post(path, json={"reason": "x"}, headers=headers) for _ in range(10)))
    assert {(answer.status_code, answer.content) for answer in answers} == {(200, answers[0].content)}
    assert await web.pool.fetchval("SELECT count(*) FROM transition WHERE trigger = 'cancel'") == 1


async def test_a_key_that_takes_over_a_name_does_not_take_over_its_requests(web: Web) -> None:
    """After a rotation the new API key has the old one's name; its Idempotency-Keys are its own."""
    headers = {"Idempotency-Key": "1"}
    async with web.as_("operations") as client:
        first, second = [(await client.post("/api/shipments", json=draft(r))).json()["id"] for r in ("A-1", "A-2")]
        await client.post(f"/api/shipments/{first}/actions/cancel", json={"reason": "x"}, headers=headers)
    await keys.revoke(web.pool, "operations")
    web.secrets.clear()
    async with web.as_("operations") as client:
        answer = await client.post(f"/api/shipments/{second}/actions/cancel", json={"reason": "x"}, headers=headers)
        drafted = await client.post("/api/shipments", json=draft("A-3"), headers={"Idempotency-Key": "2"})
    assert (answer.status_code, answer.json()["stage"]) == (200, "cancelled")
    assert drafted.status_code == 201


async def test_timeline_tells_who_settled_what(web: Web) -> None:
    """An attention item stands in its shipment's timeline, and so does its resolution; the timeline comes by pages."""
    await web.intake.take([*story(1)][:5])
    late = {"number": etgb_number(1), "reason": "wrong exporter"}
    await web.intake.take([*story(1)][5:7])
    await web.intake.take([said("customs/feed", "etgb.cancelled.v1", "c1", late)])
    async with web.as_("operations") as client:
        (item,) = (await client.get("/api/attention")).json()["items"]
        await client.post(f"/api/attention/{item['id']}/resolve", json={"reason": "claim corrected"})
        path = f"/api/shipments/{item['shipment_id']}/timeline"
        whole = (await client.get(path)).json()["items"]
        paged: list[dict[str, Any]] = []
        cursor: str | None = ""
        while cursor is not None:
            answer = (await client.get(f"{path}?limit=3&cursor={cursor}")).json()
            assert len(answer["items"]) <= 3
            paged += answer["items"]
            cursor = answer["next"]
    assert paged == whole
    told = [(e["kind"], e["actor"], e["detail"]) for e in whole if e["kind"] in {"attention", "resolution"}]
    assert [kind for kind, _, _ in told] == ["attention", "resolution"]
    assert told[1][1:] == ("operations", "claim corrected")


async def test_refusal_is_remembered_and_failure_is_not(web: Web) -> None:
    """A 409 is given again for the same key; a 404 and a 422 leave the key free for the right request."""
    headers = {"Idempotency-Key": "k-3"}
    async with web.as_("operations") as client:
        shipment = (await client.post("/api/shipments", json=draft("A-1"))).json()
        problem(await client.post("/api/shipments", json={}, headers=headers), 422, "wrong-data")
        path = f"/api/shipments/{shipment['id']}/actions/return_goods"
        first = await client.post(path, json={"reason": "x"}, headers=headers)
        again = await client.post(path, json={"reason": "x"}, headers=headers)
    problem(first, 409, "not-now")
    problem(again, 409, "not-now")
    assert again.content == first.content


async def test_answer_lost_with_the_process_is_made_again(web: Web) -> None:
    """Where the message was applied but its answer never kept, the same key gets the shipment, not a refusal."""
    headers = {"Idempotency-Key": "k-4"}
    async with web.as_("operations") as client:
        shipment = (await client.post("/api/shipments", json=draft("A-1"))).json()
        path = f"/api/shipments/{shipment['id']}/actions/cancel"
        await client.post(path, json={"reason": "x"}, headers=headers)
        await web.pool.execute("UPDATE idempotency SET status = 0, created_at = now() - interval '5 minutes'")
        again = await client.post(path, json={"reason": "x"}, headers=headers)
    assert again.status_code == 200
    assert again.json()["stage"] == "cancelled"


async def test_events_of_http_go_to_the_broker(web: Web) -> None:
    """What came in over HTTP is in the outbox like anything else, in order."""
    async with web.as_("operations") as client:
        shipment = (await client.post("/api/shipments", json=draft("A-1"))).json()
        await client.post(f"/api/shipments/{shipment['id']}/actions/cancel", json={"reason": "x"})
    rows = await web.pool.fetch("SELECT subject, message_id FROM outbox ORDER BY id")
    assert [(row["subject"], row["message_id"]) for row in rows] == [
        ("kervan.out.shipment.validated", f"{shipment['id']}:1"),
        ("kervan.out.shipment.cancelled", f"{shipment['id']}:2"),
    ]


async def test_reference_names_the_shipment_everywhere(web: Web) -> None:
    """The broker's message about an order drafted over HTTP finds it by seller and reference."""
    async with web.as_("operations") as client:
        shipment = (await client.post("/api/shipments", json=draft("A-1"))).json()
        booking = {"shipment": ref("A-1"), "courier": "pts", "tracking_number": "T1"}
        await web.intake.take([said("courier/pts", "courier.booked.v1", "b1", booking, at=START)])
        after = (await client.get(f"/api/shipments/{shipment['id']}")).json()
    assert (after["courier"], after["tracking_number"]) == ("pts", "T1")
