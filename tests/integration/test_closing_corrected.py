"""A person corrects a wrong closing day over HTTP, over a database: claims, timeline and attention follow."""

import re
from pathlib import Path
from typing import Any
from uuid import uuid4

from adapters.entrypoints.embedded import Urls
from events.intake import Intake
from tests.integration.browser import browser, token
from tests.integration.http_app import Web, problem
from tests.integration.test_advice_commands import kervan
from tests.stories import SELLER, etgb_number, said, story
from workflow.refund import claim_id

ACT = f"/api/etgbs/{etgb_number(0)}/actions/correct_closing"
RIGHT = {"closed_on": "2026-12-02", "reason": "gümrük doğruladı"}


async def test_the_shipment_changes_its_claim_and_the_timeline_says_why(web: Web) -> None:
    """Both claims, the item that is over, and who said it."""
    journey = tuple(story(0))
    other = said("customs/feed", "etgb.closed.v1", "other", {"number": etgb_number(0), "closed_on": "2026-12-02"})
    await web.intake.take([*journey[:7], other])
    async with web.as_("finance") as client:
        answer = await client.post(ACT, json=RIGHT)
        assert (answer.status_code, answer.json()["closed_on"]) == (200, "2026-12-02"), answer.text
        (shipment,) = (await client.get("/api/shipments")).json()["items"]
        assert shipment["claim"]["id"] == str(claim_id(SELLER, "2026-12", 0))
        timeline = (await client.get(f"/api/shipments/{shipment['id']}/timeline")).json()["items"]
        assert any("etgb.correct_closing.v1" in str(one) and "ops/finance" in str(one) for one in timeline), timeline
        assert (await client.get("/api/attention", params={"reason": "etgb_closing_differs"})).json()["items"] == []
        await web.intake.take(
            [
                said(
                    "tax_office/x",
                    "claim.filed.v1",
                    "f",
                    {"claim": shipment["claim"]["id"], "petition_number": "P-1", "filed_on": "2026-11-24"},
                )
            ]
        )
        late = problem(await client.post(ACT, json=RIGHT | {"closed_on": "2026-11-22"}), 409, "closing-day-filed")
        assert "P-1" in late["why"]
        turkish = {"Accept-Language": "tr"}
        again = await client.post(ACT, json=RIGHT | {"closed_on": "2026-11-22"}, headers=turkish)
        told = problem(again, 409, "closing-day-filed")
        assert told["detail"].startswith("Bu intaç tarihiyle iade başvurusu verilmiş")
        assert "dönemi için" in told["why"]
        for method, path, body in (("GET", ACT.partition("/actions")[0], None), ("POST", ACT, RIGHT)):
            unknown = await client.request(method, path.replace("EX0", "EX9"), json=body, headers=turkish)
            assert problem(unknown, 404, "etgb-unknown")["detail"] == "Burada bu numarayla bir ETGB yok."
        problem(await client.post(ACT, json={"closed_on": "2026-12-02"}), 422, "wrong-data")
        problem(await client.post(ACT.replace("EX0", "EX9"), json=RIGHT), 404, "etgb-unknown")


async def test_a_closing_day_is_corrected_from_the_shell(
    urls: Urls, database_url: str, intake: Intake, connections: Any, tmp_path: Path
) -> None:
    """With a reason, which stands in the audit log with who gave it; an ETGB that is not known is said, with code 1."""
    await intake.take(list(story(0))[:7])
    where = {"database_url": database_url, "broker_url": urls.broker_url, "data_dir": str(tmp_path)}
    command = ("etgb", "correct-closing")
    code, printed = await kervan(*command, etgb_number(0), "2026-12-02", "--reason", "gümrük doğruladı", **where)
    assert (code, printed.strip()) == (0, "applied")
    assert str(await connections.fetchval("SELECT closed_on FROM etgb")) == "2026-12-02"
    row = await connections.fetchrow("SELECT action, thing, reason FROM audit")
    assert tuple(row) == ("etgb.correct_closing", f"etgb/{etgb_number(0)}", "gümrük doğruladı")
    code, printed = await kervan(*command, etgb_number(9), "2026-12-02", "--reason", "x", **where)
    assert (code, "olduğu gibi kaldı" in printed) == (1, True)


async def test_the_console_shows_what_a_correction_moves_and_makes_it(web: Web) -> None:
    """From the ETGB's page: the day and how it is known, what will happen, then the correction; both claims follow."""
    await web.intake.take(list(story(0))[:7])
    at = f"/etgbs/{etgb_number(0)}"
    async with browser(web, "finance") as person:
        page = (await person.get(at)).text
        assert f'href="{at}/correct-closing"' in page
        assert "order-0" in page
        form = {"closed_on": "2026-12-02", "reason": "gümrük doğruladı"}
        shown = (await person.get(f"{at}/correct-closing", params=form)).text
        assert "KDV dönemi Kasım 2026 yerine Aralık 2026 olur." in shown
        assert "Kasım 2026 başvurusundan" in shown
        assert "Aralık 2026 için açılacak başvuruya" in shown
        same = (await person.get(f"{at}/correct-closing", params=form | {"closed_on": "2026-11-23"})).text
        assert "Dönem değişmez: Kasım 2026." in same
        missing = await person.get(f"{at}/correct-closing", params=form | {"reason": " "})
        assert (missing.status_code, "Günün nereden bilindiğini yazın." in missing.text) == (422, True)
        work = re.search(r'name="work" value="([^"]+)"', shown)
        assert work is not None
        sent = form | {"csrf": token(shown), "work": work[1]}
        for _ in range(2):  # sent twice, it is told once
            done = await person.client.post(f"{at}/correct-closing", data=sent)
            assert (done.status_code, done.headers["location"]) == (303, at)
        english = (await person.get(f"{at}/correct-closing", params={**form, "closed_on": "2026-11-22", "lang": "en"})).text
    row, *_ = await web.pool.fetch("SELECT action, thing, reason FROM audit WHERE action LIKE 'etgb.%' ORDER BY id")
    assert tuple(row) == ("etgb.correct_closing", f"etgb/{etgb_number(0)}", "gümrük doğruladı")
    assert await web.pool.fetchval("SELECT claim FROM shipment") == claim_id(SELLER, "2026-12", 0)
    assert "The VAT period becomes November 2026 instead of December 2026." in english


async def test_the_console_says_why_a_day_is_not_corrected(web: Web) -> None:
    """A claim was filed by it; a viewer sees the page and no form; an unknown ETGB is no page."""
    await web.intake.take(list(story(0)))
    at = f"/etgbs/{etgb_number(0)}"
    form = {"closed_on": "2026-12-02", "reason": "gümrük doğruladı"}
    async with browser(web, "operations") as person:
        shown = (await person.get(f"{at}/correct-closing", params=form)).text
        assert "Düzeltilemez: P-0 dilekçesiyle" in shown
        assert 'name="work"' not in shown
        page = (await person.get(f"{at}/correct-closing")).text
        sent = await person.client.post(f"{at}/correct-closing", data=form | {"csrf": token(page), "work": str(uuid4())})
        assert (sent.status_code, "iade başvurusu verilmiş" in sent.text) == (409, True)
        assert (await person.get("/etgbs/26341453EX999999")).status_code == 404
    async with browser(web, "viewer") as person:
        assert "Rolünüz buna izin vermiyor; bunu operasyon, finans ya da yönetici yapar." in (await person.get(at)).text
        page = (await person.get(f"{at}/correct-closing", params=form)).text
        assert 'name="closed_on"' not in page
        refused = await person.client.post(f"{at}/correct-closing", data=form | {"csrf": token(page), "work": str(uuid4())})
        assert refused.status_code == 403
