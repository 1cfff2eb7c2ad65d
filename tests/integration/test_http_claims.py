"""Claims over HTTP: how finance sees, files and follows them, and what it cannot do without a reason."""

import csv
import io
import re
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from adapters.database import audit
from events.translate import Arrival
from tests.integration.http_app import Web, problem
from tests.integration.test_claim_books import CLAIM, FRIDAY, gathered, told
from tests.integration.test_claims import bought
from tests.stories import SELLER, SELLERS, known_id, said, story
from workflow.refund import ClaimStatus, PurchaseKind, RatePolicy, claim_id, filing
from workflow.refund.readiness import Check

Pool = Any
FILE = {"petition_number": "2026-112233", "filed_on": "2026-12-01"}


async def ready(web: Web, vat: str = "10000.00", shipments: int = 30) -> None:
    """A claim of 30 shipments (69,306.90 TL exported) with purchases and VAT carried forward; its period is over."""
    web.stand_on(date(2026, 12, 2))
    await web.intake.take([FRIDAY, *gathered(shipments), bought("A", vat=vat), told(carried="50000.00")])


async def action(web: Web, name: str, body: dict[str, Any], **headers: str) -> Any:
    """What finance's request is answered."""
    async with web.as_("finance") as client:
        return await client.post(f"/api/claims/{CLAIM}/actions/{name}", json=body, headers=headers)


async def test_a_claim_has_the_fields_of_the_contract(web: Web) -> None:
    """In the list and by itself; money as strings, the checklist in words."""
    await ready(web)
    async with web.as_("viewer") as client:
        listed = (await client.get("/api/claims", params={"seller": SELLER})).json()
        one = (await client.get(f"/api/claims/{CLAIM}")).json()
    assert listed["next"] is None
    (found,) = listed["items"]
    assert {name: one[name] for name in found} == found
    told_of = ("id", "seller", "period", "status", "shipments", "exported_try", "refundable_try", "approved_try", "paid_try")
    assert [found[name] for name in told_of] == [
        str(CLAIM), SELLER, "2026-11", "open", 30, "69306.90", "10000.00", None, None]  # fmt: skip
    assert found["deadline"] == "2028-12-31"
    assert found["ready"]
    assert {item["code"] for item in found["checklist"] if not item["met"]} == {"invoice_xml"}
    assert all(set(item["message"]) == {"tr", "en"} for item in found["checklist"])
    assert [step["code"] for step in one["steps"]][-1] == "refundable"
    assert one["bound"] == "incurred"
    assert one["history"][0]["actor"] == "tax_office/vedop"


async def test_build_shows_the_claim_of_a_period(web: Web) -> None:
    """Shipments gather by themselves; of a period without any there is nothing to show."""
    await ready(web, shipments=1)
    async with web.as_("finance") as client:
        found = await client.post("/api/claims", json={"seller": SELLER, "period": "2026-11"})
        none = await client.post("/api/claims", json={"seller": SELLER, "period": "2026-10"})
        wrong = await client.post("/api/claims", json={"seller": SELLER, "period": "2026-13"})
    assert found.json()["id"] == str(CLAIM)
    problem(none, 409, "nothing-to-claim")
    problem(wrong, 422, "wrong-data")


async def test_filing_moves_all_shipments_and_keeps_the_figures(web: Web) -> None:
    """With the petition's number; the figures and the policy are those of the moment, and the actor is the key."""
    await ready(web)
    answer = await action(web, "file", FILE)
    found = answer.json()
    assert answer.status_code == 200
    assert (found["status"], found["petition_number"], found["filed_on"]) == ("filed", "2026-112233", "2026-12-01")
    assert found["checklist"] == []
    assert await web.pool.fetchval("SELECT count(*) FROM shipment WHERE stage = 'refund_filed'") == 30
    row = await web.pool.fetchrow("SELECT * FROM claim")
    assert row is not None
    assert (row["exported_try"], row["refundable_try"]) == (Decimal("69306.90"), Decimal("10000.00"))
    assert row["rate_policy"] == "intac_prev_bulletin"
    assert found["history"][-1]["actor"] == "tax_office/finance"


async def test_a_blocked_claim_is_filed_with_a_reason_only(web: Web) -> None:
    """9,999.99 TL is below the minimum: 409 with the items that block; with a reason it is filed, and the reason is kept."""
    await ready(web, vat="9999.99")
    refused = problem(await action(web, "file", FILE), 409, "claim-not-ready")
    assert [item["code"] for item in refused["checklist"]] == ["minimum"]
    assert "9999.99" in refused["why"]
    problem(await action(web, "file", FILE | {"override": " "}), 409, "claim-not-ready")
    answer = await action(web, "file", FILE | {"override": "set off within the group"})
    assert answer.json()["override"] == "set off within the group"
    assert answer.json()["history"][-1]["note"] == "set off within the group"
    (act,) = [one for one in await audit.listed(web.pool, 10) if one["outcome"] == "done"]
    assert (act["action"], act["thing"], act["reason"]) == ("claim.file", f"claim/{CLAIM}", "set off within the group")


async def test_a_claim_that_changes_while_it_is_filed_is_looked_at_again(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between its figures and its filing a shipment joins: 409, and nothing is filed by figures that are not its own."""
    await ready(web)
    real = filing.figures

    def slowly(sheet: Any) -> dict[str, Any]:
        return real(sheet) | {"shipments": sheet.shipments - 1}

    monkeypatch.setattr(filing, "figures", slowly)
    problem(await action(web, "file", FILE), 409, "claim-changed")
    assert await web.pool.fetchval("SELECT status FROM claim") == "open"


async def test_nobody_is_asked_to_file_what_is_blocked(web: Web) -> None:
    """And where nobody files claims here, that is said."""
    await ready(web, vat="9999.99")
    problem(await action(web, "request_filing", {"override": "x"}), 409, "claim-not-ready")
    await web.intake.take([bought("B", vat="1.00")])
    problem(await action(web, "request_filing", {}), 409, "nobody-files")


async def test_the_same_request_again_files_once(web: Web) -> None:
    """With an Idempotency-Key the first answer comes again; without one a second petition is refused."""
    await ready(web)
    first = await action(web, "file", FILE, **{"Idempotency-Key": "k1"})
    again = await action(web, "file", FILE, **{"Idempotency-Key": "k1"})
    assert first.content == again.content
    problem(await action(web, "file", FILE | {"petition_number": "P-2"}), 409, "claim-not-open")


async def test_what_the_tax_office_does_is_followed(web: Web) -> None:
    """A question with its day, the answer, the approval of a part, the payment; what is out and since when."""
    await ready(web)
    await action(web, "file", FILE)
    asked = (await action(web, "progress", {"status": "under_review", "note": "which rate?", "due_on": "2026-12-20"})).json()
    assert asked["question"] == {"text": "which rate?", "due_on": "2026-12-20", "answered_on": None}
    async with web.as_("finance") as client:
        assert [one["reason"] for one in (await client.get("/api/attention")).json()["items"]] == ["claim_question"]
        await action(web, "progress", {"status": "under_review", "answered": True})
        assert (await client.get("/api/attention")).json()["items"] == []
    await action(web, "progress", {"status": "approved", "amount": "8000.00"})
    paid = (await action(web, "progress", {"status": "paid", "amount": "3000.00", "on": "2026-12-30"})).json()
    assert [paid[name] for name in ("status", "approved_try", "paid_try", "paid_on", "outstanding_try")] == [
        "paid", "8000.00", "3000.00", "2026-12-30", "5000.00"]  # fmt: skip
    problem(await action(web, "progress", {"status": "approved", "amount": "9000.00"}), 409, "claim-amount-above")


async def test_a_rejection_says_why_and_the_claim_is_filed_again(web: Web) -> None:
    """Without its reason it is not taken; filed again it has a new petition."""
    await ready(web)
    await action(web, "file", FILE)
    problem(await action(web, "progress", {"status": "rejected"}), 422, "wrong-data")
    rejected = (await action(web, "progress", {"status": "rejected", "note": "no VEDOP record"})).json()
    assert (rejected["status"], rejected["reason"], rejected["ready"]) == ("rejected", "no VEDOP record", True)
    again = (await action(web, "file", FILE | {"petition_number": "P-2"})).json()
    assert (again["status"], again["petition_number"]) == ("filed", "P-2")


async def test_returned_goods_ask_for_a_reversal_with_its_amount(web: Web) -> None:
    """One of two shipments of the same value comes back after the filing: half of the 400.00 is to be given back."""
    await ready(web, vat="400.00", shipments=2)
    await action(web, "file", FILE | {"override": "a test"})
    await web.intake.take([said("ops/ayse", "shipment.return_goods.v1", "r", {
        "shipment": {"id": known_id(1)}, "reason": "refused by the buyer"})])  # fmt: skip
    async with web.as_("viewer") as client:
        found = (await client.get(f"/api/claims/{CLAIM}")).json()
    (one,) = found["to_reverse"]
    assert (one["shipment"], one["reference"], one["vat_try"]) == (known_id(1), "order-1", "200.00")
    assert one["proposal"]["whole"]
    part = (await action(web, "progress", {"status": "reversed", "amount": "200.00", "note": "order-1"})).json()
    assert (part["status"], part["reversed_try"], part["outstanding_try"]) == ("reversed", "200.00", "200.00")
    assert (part["partly_reversed"], part["rest_status"]) == (True, "filed")
    async with web.as_("viewer") as client:
        of_shipment = (await client.get(f"/api/shipments/{known_id(0)}")).json()["claim"]
    assert of_shipment == {"id": str(CLAIM), "status": "reversed", "partly_reversed": True}
    whole = (await action(web, "progress", {"status": "reversed", "note": "the rest"})).json()
    assert (whole["status"], whole["partly_reversed"], whole["rest_status"]) == ("reversed", False, None)


async def test_money_beyond_the_approval_is_taken_and_asked_about(web: Web) -> None:
    """8,000.00 approved, 8,500.00 paid: the item names claim and surplus, and ends when the rest is approved."""
    await ready(web)
    await action(web, "file", FILE)
    await action(web, "progress", {"status": "approved", "amount": "8000.00"})
    paid = (await action(web, "progress", {"status": "paid", "amount": "8500.00", "on": "2026-12-30"})).json()
    (item,) = paid["attention"]
    assert (paid["paid_try"], item["reason"], item["claim"], item["who"]) == (
        "8500.00", "claim_paid_above", str(CLAIM), "finance")  # fmt: skip
    assert item["detail"].endswith("8500.00 TRY paid, 8000.00 approved, 500.00 more")
    refused = problem(await action(web, "progress", {"status": "paid", "amount": "2000.00"}), 409, "claim-amount-above")
    assert refused["why"].endswith("besides 8500.00 told before; the claim was for 10000.00: 500.00 too much")
    assert (await action(web, "progress", {"status": "approved", "amount": "500.00"})).json()["attention"] == []


async def test_a_part_that_comes_back_after_payment_has_its_reversal_proposed(web: Web) -> None:
    """Paid 400.00 for two shipments of 42.00 EUR, 200.00 each. Of the second one piece of 10.50, a quarter, comes back: 50.00.

    It is confirmed by telling no amount. Another piece follows, and more than its 50.00 are told: that wants a reason. When the
    rest comes back too, what is left of the 200.00 is proposed.
    """
    await ready(web, vat="400.00", shipments=2)
    await action(web, "file", FILE | {"override": "a test"})
    await action(web, "progress", {"status": "paid", "amount": "400.00"})

    async def back(name: str, **more: Any) -> Any:
        data = {"shipment": {"id": known_id(1)}, "reason": "broken"} | more
        (outcome,) = await web.intake.take([said("ops/ayse", "shipment.return_goods.v1", name, data)])
        assert outcome.state == "applied", outcome
        async with web.as_("viewer") as client:
            (found,) = (await client.get(f"/api/claims/{CLAIM}")).json()["to_reverse"]
        return found

    piece = [{"line": 1, "quantity": "1"}]
    first = await back("one", lines=piece)
    assert (first["vat_try"], first["reference"]) == ("50.00", "order-1")
    assert first["proposal"] == {
        "asked_try": "200.00",
        "value": "10.50",
        "total": "42.00",
        "currency": "EUR",
        "before_try": "0.00",
        "whole": False,
        "lines": [{"line": 1, "quantity": "1", "amount": "10.50", "given_back": False}],
    }
    named = {"status": "reversed", "shipment": {"id": known_id(1)}}
    part = (await action(web, "progress", named)).json()
    assert (part["reversed_try"], part["to_reverse"]) == ("50.00", [])
    problem(await action(web, "progress", named), 409, "reversal-unmeasured")  # a second time there is nothing to give back
    second = await back("two", lines=piece)
    assert (second["vat_try"], second["proposal"]["before_try"]) == ("50.00", "50.00")
    shouted = {"shipment": {"id": known_id(1).upper()}, "amount": "60.00"}
    problem(await action(web, "progress", named | shouted), 422, "reason-needed")
    problem(await action(web, "progress", named | {"amount": "60.00"}), 422, "reason-needed")
    more = (await action(web, "progress", named | {"amount": "60.00", "note": "default interest of the decision"})).json()
    assert more["reversed_try"] == "110.00"
    rest = await back("rest")
    assert (rest["vat_try"], rest["proposal"]["whole"]) == ("100.00", True)


async def test_what_is_below_the_minimum_rolls_into_the_next_period(web: Web) -> None:
    """November's 300.00 is seen at December's claim, and in the summary of the year."""
    december = [one for one in story(7, claim=False) if b"etgb.closed.v1" not in one.body]
    closed = {"number": "26341453EX000007", "closed_on": "2026-12-02"}
    await ready(web, vat="300.00", shipments=1)
    await web.intake.take([*december, said("customs/feed", "etgb.closed.v1", "c", closed)])
    async with web.as_("finance") as client:
        found = (await client.post("/api/claims", json={"seller": SELLER, "period": "2026-12"})).json()
        summary = (await client.get("/api/finance/summary", params={"seller": SELLER, "year": 2026})).json()
    assert [(one["period"], one["refundable_try"]) for one in found["rolled_in"]] == [("2026-11", "300.00")]
    assert [(row["period"], row["rolled_in_try"]) for row in summary["periods"]] == [("2026-11", "0.00"), ("2026-12", "300.00")]


async def test_what_is_below_the_minimum_rolls_over_the_turn_of_the_year(web: Web) -> None:
    """November's 300.00 are in January's view though December has nothing: in its claim, in the summary, and so later."""
    found = [("2026-12", 7, "2026-12-02"), ("2027-01", 8, "2027-01-05"), ("2027-02", 9, "2027-02-03")]
    await ready(web, vat="300.00", shipments=1)
    for period, number, day in found:
        journey = [one for one in story(number, claim=False) if b"etgb.closed.v1" not in one.body]
        closed = {"number": f"26341453EX{number:06d}", "closed_on": day}
        await web.intake.take([*journey, said("customs/feed", "etgb.closed.v1", f"c{period}", closed)])
    async with web.as_("finance") as client:
        january = (await client.post("/api/claims", json={"seller": SELLER, "period": "2027-01"})).json()
        summary = (await client.get("/api/finance/summary", params={"seller": SELLER, "year": 2027})).json()
    assert sum(Decimal(one["refundable_try"]) for one in january["rolled_in"]) == Decimal("300.00")
    rolled = [(row["period"], row["rolled_in_try"]) for row in summary["periods"]]
    assert rolled == [("2027-01", "300.00"), ("2027-02", "300.00")]


async def test_lines_of_shipments_and_purchases_page(web: Web) -> None:
    """Each shipment with its rate and its part; the pages together are the claim."""
    await ready(web, shipments=3)
    async with web.as_("finance") as client:
        first = (await client.get(f"/api/claims/{CLAIM}/shipments", params={"limit": 2})).json()
        rest = (await client.get(f"/api/claims/{CLAIM}/shipments", params={"limit": 2, "cursor": first["next"]})).json()
        bought_for = (await client.get(f"/api/claims/{CLAIM}/purchases")).json()
    lines = [*first["items"], *rest["items"]]
    assert [one["value_try"] for one in lines] == ["2310.23"] * 3
    assert {(one["rate"], one["rate_of"], one["rate_source"]) for one in lines} == {("55.005500", "2026-11-20", "2026/200")}
    claimed = sum(Decimal(one["claimed_try"]) for one in bought_for["items"])
    assert sum(Decimal(one["refundable_try"]) for one in lines) == claimed == Decimal("1386.14")  # 6,930.69 x 20 %


async def test_the_summary_of_a_year(web: Web) -> None:
    """Exported in its currency and in TRY, refundable, filed, paid; and what lapses within 90 days."""
    await ready(web)
    await action(web, "file", FILE)
    await action(web, "progress", {"status": "paid", "amount": "4000.00"})
    async with web.as_("viewer") as client:
        found = (await client.get("/api/finance/summary", params={"seller": SELLER, "year": 2026})).json()
        problem(await client.get("/api/finance/summary", params={"seller": "x", "year": 2026}), 422, "wrong-data")
    (period,) = found["periods"]
    assert period["exported"] == [{"currency": "EUR", "amount": "1260.00", "value_try": "69306.90"}]
    assert [period[name] for name in ("refundable_try", "filed_try", "paid_try", "outstanding_try", "lapsing_try")] == [
        "10000.00", "10000.00", "4000.00", "6000.00", "0.00"]  # fmt: skip
    assert sum(Decimal(row["outstanding_try"]) for row in found["ageing"]) == Decimal("6000.00")


def outside(number: int) -> list[Arrival]:
    """A shipment of 42.00 EUR that was exported, its ETGB closed on 22 November, and that nobody saw in VEDOP."""
    return [one for one in story(number, claim=False) if b"vedop.transferred" not in one.body]


async def test_what_is_closed_and_not_in_vedop_stands_beside_the_claims(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two of 42.00 EUR: 84.00 x 55.0055 = 4,620.462, so 4,620.46 TL; at most 20 % of it, 924.09 TL, and that lapses too."""
    await ready(web, shipments=1)
    await web.intake.take([one for number in (7, 8) for one in outside(number)])
    services = web.app.state.services
    answers = {}
    for day in (date(2026, 12, 5), date(2028, 10, 2), date(2029, 1, 1)):
        moment = services.clock().replace(year=day.year, month=day.month, day=day.day)
        monkeypatch.setattr(services, "clock", lambda moment=moment: moment)
        async with web.as_("viewer") as client:
            found = (await client.get("/api/finance/summary", params={"seller": SELLER, "year": 2026})).json()
        answers[day] = found
    first = answers[date(2026, 12, 5)]
    (period,) = first["periods"]
    assert (period["claims"], period["shipments"]) == (1, 1)
    assert (
        period["waiting"]
        == first["total"]["waiting"]
        == {
            "etgbs": 2,
            "shipments": 2,
            "exported": [{"currency": "EUR", "amount": "84.00", "value_try": "4620.46"}],
            "exported_try": "4620.46",
            "at_most_try": "924.09",
            "lapsing_try": "0.00",
            "lapsed_try": "0.00",
            "unvalued": [],
        }
    )
    why = [(one["code"], one["severity"], one["shipments"]) for one in period["lacking"]]
    assert why == [("not_in_vedop", "block", 2), ("invoice_xml", "advise", 1)]
    assert all(set(one["message"]) == {"tr", "en"} for one in period["lacking"])
    lapsing = [(one["total"]["waiting"]["lapsing_try"], one["total"]["waiting"]["lapsed_try"]) for one in answers.values()]
    assert lapsing == [("0.00", "0.00"), ("924.09", "0.00"), ("0.00", "924.09")]


async def test_a_period_without_a_claim_is_in_the_summary_where_something_waits(web: Web) -> None:
    """Nothing of it was seen in VEDOP: no claim, and all of it waits; without a rate it has no value yet, which is said."""
    await web.intake.take(outside(0))
    async with web.as_("viewer") as client:
        found = (await client.get("/api/finance/summary", params={"seller": SELLER, "year": 2026})).json()
    (period,) = found["periods"]
    assert (period["period"], period["claims"], period["waiting"]["shipments"]) == ("2026-11", 0, 1)
    assert (period["waiting"]["exported_try"], period["waiting"]["unvalued"]) == ("0.00", ["EUR"])


async def test_what_lapses_within_ninety_days_is_told(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    """On 2 October 2028 there are 90 days left for November 2026; on the day after New Year it has lapsed."""
    await ready(web)
    services = web.app.state.services
    answers = {}
    for day in (date(2028, 10, 1), date(2028, 10, 2), date(2029, 1, 1)):
        moment = services.clock().replace(year=day.year, month=day.month, day=day.day)
        monkeypatch.setattr(services, "clock", lambda moment=moment: moment)
        async with web.as_("viewer") as client:
            total = (await client.get("/api/finance/summary", params={"seller": SELLER, "year": 2026})).json()["total"]
        answers[day] = (total["lapsing_try"], total["lapsed_try"])
    assert list(answers.values()) == [("0.00", "0.00"), ("10000.00", "0.00"), ("0.00", "10000.00")]
    assert date(2028, 10, 2) + timedelta(days=90) == date(2028, 12, 31)


async def test_figures_of_vat_returns_are_told_over_http(web: Web) -> None:
    """What is carried forward bounds the claim from then on, and who told it is kept."""
    await ready(web)
    async with web.as_("finance") as client:
        path = "/api/finance/vat-returns"
        answer = await client.post(path, json={"seller": SELLER, "period": "2026-11", "carried": "9000.00"})
        problem(await client.post(path, json={"seller": SELLER, "period": "2026-11"}), 422, "wrong-data")
        problem(await client.post(path, json={"seller": SELLER, "period": "2026-11", "carried": "x"}), 422, "wrong-data")
        found = (await client.get(f"/api/claims/{CLAIM}")).json()
    assert answer.json()["state"] == "applied"
    assert (found["refundable_try"], found["bound"]) == ("9000.00", "carried")
    assert await web.pool.fetchval("SELECT source FROM vat_return") == "accounting/finance"


@pytest.mark.parametrize(
    "path",
    [
        "/api/claims",
        f"/api/claims/{CLAIM}/shipments",
        f"/api/claims/{CLAIM}/purchases",
        "/api/finance/purchases",
        "/api/finance/summary",
    ],
)
async def test_everything_is_there_for_spreadsheets(web: Web, path: str) -> None:
    """CSV as Turkish Excel reads it, and XLSX whose amounts are numbers and days are days; in words, not in codes."""
    await ready(web, shipments=2)
    params = {"seller": SELLER, "year": "2026"}
    async with web.as_("finance") as client:
        turkish = await client.get(path, params=params | {"format": "csv"})
        english = await client.get(path, params=params | {"format": "csv", "lang": "en"})
        workbook = await client.get(path, params=params | {"format": "xlsx"})
    text = turkish.content.decode()
    assert text.startswith("\ufeff")
    assert ";" in text.splitlines()[0]
    assert english.content.decode("utf-8-sig").splitlines()[0].count(",") > 5
    cells = {cell for row in csv.reader(io.StringIO(text.lstrip("\ufeff")), delimiter=";") for cell in row}
    assert not cells & {*ClaimStatus, *RatePolicy, *PurchaseKind, *Check}
    assert not [cell for cell in cells if re.search(r"\b[a-z]+_[a-z]+", cell)]
    assert "attachment" in workbook.headers["content-disposition"]
    rows = CalamineWorkbook.from_filelike(io.BytesIO(workbook.content)).get_sheet_by_index(0).to_python()
    assert len(rows) >= 2
    assert any(isinstance(cell, float) and cell > 100 for cell in rows[1])


async def test_of_a_claim_filed_without_an_amount_it_is_said_that_nobody_knows_it(web: Web) -> None:
    """No purchases, and a petition elsewhere: what is approved is to come, and paid as told; with an amount it is known."""
    web.stand_on(date(2026, 12, 2))
    await web.intake.take([FRIDAY, *gathered(2)])
    async with web.as_("finance") as client:
        item = next(one for one in (await client.get(f"/api/claims/{CLAIM}")).json()["checklist"] if one["code"] == "purchases")
        assert "tell what the petition asks for" in item["message"]["en"]
        filed = (await action(web, "file", FILE)).json()
        assert (filed["status"], filed["refundable_try"], filed["asked_known"]) == ("filed", "0.00", False)
        assert (filed["exported_try"], filed["since_filed"]["differs"]) == ("4620.46", [])
        granted = (await action(web, "progress", {"status": "approved", "on": "2026-12-02", "amount": "12000.00"})).json()
        assert (granted["approved_try"], granted["outstanding_try"]) == ("12000.00", "12000.00")
        listed = (await client.get("/api/claims", params={"seller": SELLER, "format": "csv"})).content.decode("utf-8-sig")
        assert next(csv.DictReader(io.StringIO(listed), delimiter=";"))["İade tutarı (TL)"] == ""
        paid = (await action(web, "progress", {"status": "paid", "on": "2026-12-02", "amount": "12000.00"})).json()
        assert (paid["status"], paid["outstanding_try"], paid["attention"]) == ("paid", "0.00", [])
        total = (await client.get("/api/finance/summary", params={"seller": SELLER, "year": 2026})).json()["total"]
        assert (total["filed_try"], total["approved_try"], total["paid_try"]) == ("0.00", "12000.00", "12000.00")
    await web.intake.take(list(story(7, SELLERS[1], claim=False)))
    async with web.as_("finance") as client:
        path = f"/api/claims/{claim_id(SELLERS[1], '2026-11', 0)}/actions"
        known = (await client.post(f"{path}/file", json=FILE | {"petition_number": "9", "refundable": "12000.00"})).json()
        assert (known["refundable_try"], known["asked_known"]) == ("12000.00", True)
        above = await client.post(f"{path}/progress", json={"status": "approved", "on": "2026-12-02", "amount": "12000.01"})
        problem(above, 409, "claim-amount-above")


async def test_rates_are_numbers_with_all_their_places(web: Web) -> None:
    """With a decimal comma in Turkish CSV, and six places in XLSX."""
    await ready(web, shipments=1)
    async with web.as_("finance") as client:
        path = f"/api/claims/{CLAIM}/shipments"
        text = (await client.get(path, params={"format": "csv"})).content.decode("utf-8-sig")
        workbook = (await client.get(path, params={"format": "xlsx"})).content
    heads, row = (line.split(";") for line in text.splitlines())
    assert dict(zip(heads, row, strict=True))["Kur"] == "55,005500"
    cells = CalamineWorkbook.from_filelike(io.BytesIO(workbook)).get_sheet_by_index(0).to_python()
    assert dict(zip(cells[0], cells[1], strict=True))["Kur"] == 55.0055


async def test_purchases_are_seen_whether_claimed_or_not(web: Web) -> None:
    """By period, a page at a time, with the claim that was filed with them."""
    await ready(web)
    await action(web, "file", FILE)
    await web.intake.take([bought("B", period="2026-12"), bought("C", period="2027-01")])
    async with web.as_("finance") as client:
        params: dict[str, Any] = {"seller": SELLER, "limit": 2}
        first = (await client.get("/api/finance/purchases", params=params)).json()
        rest = (await client.get("/api/finance/purchases", params=params | {"cursor": first["next"]})).json()
        one = (await client.get("/api/finance/purchases", params=params | {"period": "2026-12"})).json()
        text = (await client.get("/api/finance/purchases", params=params | {"format": "csv"})).content.decode()
        returns = (await client.get("/api/finance/vat-returns", params=params)).json()["items"]
    items = [*first["items"], *rest["items"]]
    assert [(item["invoice_number"], item["claim"]) for item in items] == [("A", str(CLAIM)), ("B", None), ("C", None)]
    assert [item["invoice_number"] for item in one["items"]] == ["B"]
    assert text.count("\n") == 4
    assert [(row["period"], row["carried_try"], row["actor"]) for row in returns] == [
        ("2026-11", "50000.00", "accounting/ayse")
    ]


async def test_no_cell_of_a_supplier_becomes_a_formula(web: Web) -> None:
    """A supplier's name that begins like one is text in CSV and in XLSX."""
    supplier = {"tax_number": "4540536920", "name": '=HYPERLINK("http://x","y")'}
    await web.intake.take([FRIDAY, *gathered(1), bought("A", supplier=supplier)])
    async with web.as_("finance") as client:
        text = (await client.get(f"/api/claims/{CLAIM}/purchases", params={"format": "csv"})).content.decode()
        workbook = (await client.get(f"/api/claims/{CLAIM}/purchases", params={"format": "xlsx"})).content
    assert "'=HYPERLINK" in text
    rows = CalamineWorkbook.from_filelike(io.BytesIO(workbook)).get_sheet_by_index(0).to_python()
    assert rows[1][2] == supplier["name"]


async def test_whoever_approves_what_was_not_filed_is_told_so_in_their_language(web: Web) -> None:
    """A claim is no shipment: what has to come first is said, in Turkish to whoever reads it."""
    await ready(web)
    body = {"status": "approved", "amount": "1.00"}
    english = problem(await action(web, "progress", body), 409, "not-now")
    turkish = problem(await action(web, "progress", body, **{"Accept-Language": "tr"}), 409, "not-now")
    assert english["detail"] == (
        "This cannot be done now. the claim is not filed yet; tell of its petition first, then that it is approved"
    )
    assert turkish["detail"] == (
        "Bu şu anda yapılamaz. Başvuru henüz verilmemiş: önce dilekçe numarasıyla verildiği kaydedilir, sonra ne olduğu "
        "(onaylandı)."
    )
    assert turkish["why"] == turkish["detail"].partition(". ")[2]


async def test_unknown_claims_are_404(web: Web) -> None:
    """By every route."""
    async with web.as_("finance") as client:
        for path in ("", "/shipments", "/purchases"):
            problem(await client.get(f"/api/claims/{CLAIM}{path}"), 404, "claim-unknown")
        problem(await client.post(f"/api/claims/{CLAIM}/actions/file", json=FILE), 404, "claim-unknown")
        problem(await client.get("/api/claims", params={"cursor": "x"}), 422, "wrong-cursor")


async def test_what_was_filed_stands_beside_today(web: Web) -> None:
    """Less is carried forward than was told: the filing stays, and the claim says what differs and why."""
    await ready(web)
    await action(web, "file", FILE)
    await web.intake.take([told(carried="9000.00")])
    async with web.as_("viewer") as client:
        one = (await client.get(f"/api/claims/{CLAIM}")).json()
        listed = (await client.get(f"/api/claims/{CLAIM}/filings")).json()
        whole = (await client.get(f"/api/claims/{CLAIM}/filings/1")).json()
        problem(await client.get(f"/api/claims/{CLAIM}/filings/2"), 404, "filing-unknown")
    assert listed == {"items": one["filings"], "next": None}
    (filed,) = one["filings"]
    figures = ("version", "petition_number", "filed_on", "shipments", "refundable_try", "carried_try", "rate_policy", "actor")
    assert [filed[name] for name in figures] == [
        1, "2026-112233", "2026-12-01", 30, "10000.00", "50000.00", "intac_prev_bulletin", "tax_office/finance"]  # fmt: skip
    assert filed["calculation_sha256"] == await web.pool.fetchval("SELECT sha256 FROM claim_filing")
    assert {name: whole[name] for name in filed} == filed
    assert (whole["steps"], whole["rates"]) == (one["steps"], one["rates"])
    differs = {row["figure"]: row for row in one["since_filed"]["differs"]}
    assert set(differs) == {"carried_try", "refundable_try"}
    assert [(differs[name]["filed"], differs[name]["today"]) for name in ("carried_try", "refundable_try")] == [
        ("50000.00", "9000.00"), ("10000.00", "9000.00")]  # fmt: skip
    (cause,) = differs["refundable_try"]["causes"]
    assert (cause["code"], set(cause["message"])) == ("carried", {"tr", "en"})
    assert one["refundable_try"] == "10000.00"


async def test_the_dossier_of_an_earlier_filing_stays_at_hand(web: Web) -> None:
    """Rejected and filed anew: each version's dossier has its own petition; the first is what it was, byte for byte."""
    await ready(web, shipments=2, vat="400.00")
    override = {"override": "a test"}
    await action(web, "file", FILE | override)
    async with web.as_("finance") as client:
        before = (await client.get(f"/api/claims/{CLAIM}/dossier.zip")).content
        await action(web, "progress", {"status": "rejected", "note": "x", "on": "2026-12-02"})
        again = await action(web, "file", {"petition_number": "2026-445566", "filed_on": "2026-12-02"} | override)
        first = await client.get(f"/api/claims/{CLAIM}/filings/1/dossier.zip")
        second = await client.get(f"/api/claims/{CLAIM}/filings/2/dossier.zip")
        problem(await client.get(f"/api/claims/{CLAIM}/filings/3/dossier.zip"), 404, "filing-unknown")
    assert [row["version"] for row in again.json()["filings"]] == [1, 2]
    assert first.content == before
    assert second.content != before


async def test_a_question_and_its_answer_are_told_as_such(web: Web) -> None:
    """Asked with a day, answered by finance with what was sent: both in words, with their days and who told of them."""
    await ready(web)
    await action(web, "file", FILE)
    asked = {"status": "under_review", "on": "2026-12-02", "note": "which invoices?", "due_on": "2026-12-20"}
    await action(web, "progress", asked)
    answered = {"status": "under_review", "on": "2026-12-02", "note": "sent them", "answered": True}
    found = (await action(web, "progress", answered)).json()
    (question,) = found["questions"]
    assert (question["text"], question["on"], question["due_on"]) == ("which invoices?", "2026-12-02", "2026-12-20")
    answer = question["answer"]
    assert (answer["text"], answer["on"], answer["actor"]) == ("sent them", "2026-12-02", "tax_office/finance")
    assert [move["answers"] for move in found["history"]][-2:] == [False, True]
