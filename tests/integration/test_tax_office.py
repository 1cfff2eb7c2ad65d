"""The tax office's counterparts at work: a request becomes a person's item, an answer in the folder moves the claim."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
from nats.aio.client import Client

from adapters.entrypoints import answering, bootstrap
from adapters.entrypoints.embedded import Urls
from adapters.settings import Settings
from adapters.tax_office.file import AnswerFolder
from events.outgoing import envelope
from events.translate import Arrival
from tests.integration.test_claim_books import FRIDAY
from tests.integration.test_claims import bought
from tests.stories import SELLER, story
from workflow.refund import claim_id

Pool = Any
CLAIM = str(claim_id(SELLER, "2026-11", 0))
SOON_S = 20


def asked() -> Arrival:
    """A person wants the claim filed."""
    data = {"claim": CLAIM}
    body = envelope(source="ops/ayse", id="ask", type="claim.request_filing.v1", time=datetime.now(UTC), data=data)
    return Arrival("kervan.in.ops.ayse", body, "ask")


def settings_of(code: str, folder: Path) -> Settings:
    """An installation whose claims are filed by this counterpart."""
    return Settings(database_url="", broker_url="", data_dir=folder, tasks={"tax_office": code})


async def test_the_request_becomes_an_item_of_finance_and_ends_with_the_filing(
    urls: Urls, database_url: str, broker: Client, connections: Pool, tmp_path: Path
) -> None:
    """Through the stream of tasks and back by the engine's way in; a person's filing resolves it."""
    stop = asyncio.Event()
    settings = settings_of("manual", tmp_path)
    working = asyncio.create_task(bootstrap.work(settings, database_url, urls.broker_url, stop))
    try:
        async with bootstrap.parts(settings, database_url) as parts:
            await parts.intake.take(list(story(0))[:-1])
            await parts.intake.take([asked()])
            state = "SELECT detail, resolved_at FROM attention WHERE reason = 'claim_to_file'"
            async with asyncio.timeout(SOON_S):
                while (item := await connections.fetchrow(state)) is None:
                    await asyncio.sleep(0.1)
            assert item["detail"] == f"claim {CLAIM} of {SELLER} for 2026-11"
            assert item["resolved_at"] is None
            await parts.intake.take(list(story(0))[-1:])
            assert (await connections.fetchrow(state))["resolved_at"] is not None
    finally:
        stop.set()
        await working


async def test_answers_in_the_folder_move_the_claim(database_url: str, connections: Pool, tmp_path: Path) -> None:
    """Filed with all its shipments, then paid; what cannot be is refused, listed as such, and raised."""
    settings = settings_of("file", tmp_path)
    async with bootstrap.parts(settings, database_url) as parts:
        await parts.intake.take([FRIDAY, *list(story(0))[:-1], bought("A")])
        folder = AnswerFolder(tmp_path / "tax_office")
        taking = answering.Answering(folder, parts.intake, bootstrap.now)
        assert await taking.run() == 0
        for name, said in {
            "1": {"claim": CLAIM, "status": "filed", "petition_number": "2026/4711", "on": "2026-11-25"},
            "2": {"seller": SELLER, "period": "2026-11", "status": "paid", "on": "2026-12-20", "amount": "12.50"},
            "3": {"claim": CLAIM, "status": "gone", "on": "2026-12-21"},
        }.items():
            (tmp_path / "tax_office" / "in" / f"{name}.json").write_bytes(orjson.dumps(said))
        assert await taking.run() == 3
        assert await taking.run() == 0
    claim = await connections.fetchrow("SELECT status, petition_number FROM claim")
    assert (claim["status"], claim["petition_number"]) == ("paid", "2026/4711")
    assert await connections.fetchval("SELECT stage FROM shipment") == "refund_filed"
    listed = {one.name: one.state for one in folder.listed()}
    assert listed == {"1.json": "kept", "2.json": "kept", "3.json": "refused"}
    assert "status" in next(one.reason for one in folder.listed() if one.state == "refused")
    assert await connections.fetchval("SELECT count(*) FROM attention WHERE reason = 'message_unreadable'") == 1
