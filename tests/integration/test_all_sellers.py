"""The refunds of all sellers at a glance: kept a row a seller, calculated like the seller's own year, by page, name and day."""

import csv
import io
import re
import time
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import orjson
import pytest

from adapters.database import seller_refunds
from adapters.entrypoints.embedded import Urls
from adapters.entrypoints.standing import LOOKS, OLD, Standings
from events.intake import Intake
from tests.integration.browser import browser
from tests.integration.http_app import Web, problem
from tests.integration.test_advice_commands import kervan
from tests.integration.test_claim_books import CLAIM, FRIDAY, books, gathered, told
from tests.integration.test_claims import bought
from tests.integration.test_console_refunds import plain
from tests.integration.timers import intake_at
from tests.law import BOOK
from tests.stories import SELLER, SELLERS, said, story

Pool = Any
NOW = datetime(2026, 12, 5, 9, tzinfo=UTC)
OTHER = SELLERS[1]


def standings(pool: Pool, now: datetime = NOW, at_once: int = 50) -> Standings:
    """Whoever calculates, at a moment."""
    return Standings(pool, books(pool), BOOK, lambda: now, at_once)


async def two_sellers(intake: Intake) -> None:
    """One whose claim of 10,000.00 TL is ready, and one whose claim lacks its purchases."""
    await intake.take([FRIDAY, *gathered(30), bought("A", vat="10000.00"), told(carried="50000.00")])
    await intake.take(list(story(47, OTHER, claim=False)))


async def row(pool: Pool, seller: str = SELLER) -> dict[str, Any]:
    """What is kept of a seller."""
    (found,) = await seller_refunds.listed(pool, "claimable", seller, 2)
    return found


async def test_a_seller_stands_as_its_own_year_says(web: Web) -> None:
    """What can be claimed is what the summary of the year calls refundable; what lacks something is held back."""
    await two_sellers(web.intake)
    assert await standings(web.pool).run() == 2
    async with web.as_("finance") as client:
        found = (await client.get("/api/finance/sellers")).json()
        year = (await client.get("/api/finance/summary", params={"seller": SELLER, "year": 2026})).json()
    first, second = found["items"]
    assert (first["seller"], first["claimable"], first["claimable_try"]) == (SELLER, 1, year["total"]["refundable_try"])
    assert (first["lapses_on"], first["unvalued"]) == ("2028-12-31", False)
    assert (second["seller"], second["claimable"], second["blocked"], second["blocked_try"]) == (OTHER, 0, 1, "0.00")
    assert second["lapses_on"] is None, "nothing of worth lapses"
    assert (found["total"]["sellers"], found["total"]["claimable_try"]) == (2, "10000.00")
    assert found["next"] is None


async def waiting_seller(intake: Intake) -> None:
    """A third seller whose two shipments are closed and not in VEDOP, so in no claim."""
    for number in (50, 51):
        await intake.take([one for one in story(number, SELLERS[2], claim=False) if b"vedop.transferred" not in one.body])


async def test_a_seller_of_whom_everything_waits_for_vedop_stands_there_too(web: Web) -> None:
    """As its own year says: two ETGBs, 2 x 2,310.23 x 20 % = 924.09 TL of refund at most, by the end of 2028; with its name."""
    await two_sellers(web.intake)
    await waiting_seller(web.intake)
    found = standings(web.pool)
    assert await found.run() == 2
    assert await found.run() == 1
    assert await found.run() == 0, "it is not calculated again and again"
    async with web.as_("finance") as client:
        sellers = (await client.get("/api/finance/sellers", params={"sort": "waiting"})).json()
        year = (await client.get("/api/finance/summary", params={"seller": SELLERS[2], "year": 2026})).json()
        table = (await client.get("/api/finance/sellers", params={"format": "csv", "sort": "waiting", "lang": "tr"})).text
    first = sellers["items"][0]
    waits = year["total"]["waiting"]
    assert (first["seller"], first["waiting"], first["waiting_shipments"]) == (SELLERS[2], 2, 2)
    assert first["waiting_try"] == waits["at_most_try"] == "924.09"
    assert (first["lapses_on"], first["claimable"], first["blocked"]) == ("2028-12-31", 0, 0)
    assert first["name"], "by what it calls itself on a shipment"
    assert (sellers["total"]["sellers"], sellers["total"]["waiting_try"]) == (3, "924.09")
    (row,) = [one for one in csv.DictReader(io.StringIO(table.removeprefix("\ufeff")), delimiter=";")
              if one["Satıcı VKN/TCKN"] == SELLERS[2]]  # fmt: skip
    assert (row["VEDOP bekleyen ETGB"], row["VEDOP bekleyenin azami iadesi (TL)"]) == ("2", "924,09")
    async with browser(web, "finance") as person:
        page = plain((await person.get("/refunds/sellers")).text)
        english = plain((await person.get("/refunds/sellers?lang=en&sort=waiting")).text)
    assert "VEDOP bekleyen, en çok 924,09 TL 2 ETGB" in page
    assert "Not in VEDOP, at most 924.09 TRY 2 ETGBs" in english


async def test_what_waits_counts_until_it_is_seen_in_vedop(intake: Intake, connections: Pool) -> None:
    """Then its shipments are in a claim, and the seller stands there by that."""
    await intake.take([FRIDAY])
    await waiting_seller(intake)
    found = standings(connections)
    await found.run()
    assert (await row(connections, SELLERS[2]))["waiting_shipments"] == 2
    for number in (50, 51):
        await intake.take([one for one in story(number, SELLERS[2], claim=False) if b"vedop.transferred" in one.body])
    await found.run()
    after = await row(connections, SELLERS[2])
    assert (after["waiting"], after["waiting_try"], after["blocked"]) == (0, Decimal("0.00"), 1)


async def test_sellers_that_only_wait_are_found_some_at_a_time_and_looked_for_now_and_then(
    intake: Intake, connections: Pool
) -> None:
    """One by one in the order of their numbers; once there are no more, the next look is minutes later."""
    now = NOW
    await intake.take([FRIDAY])
    for number, seller in ((50, SELLERS[2]), (51, SELLERS[1])):
        await intake.take([one for one in story(number, seller, claim=False) if b"vedop.transferred" not in one.body])
    found = Standings(connections, books(connections), BOOK, lambda: now, 1)
    assert [await found.run() for _ in range(3)] == [1, 1, 0]
    await intake.take([one for one in story(52, SELLERS[3], claim=False) if b"vedop.transferred" not in one.body])
    assert await found.run() == 0
    now += LOOKS
    assert await found.run() == 1
    assert await connections.fetchval("SELECT count(*) FROM seller_refund WHERE waiting = 1") == 3


async def test_what_is_filed_is_out_until_it_is_paid(intake: Intake, connections: Pool) -> None:
    """The whole is out since the day of filing, then what is not paid yet, and in the end nothing."""
    await two_sellers(intake)
    filed = {"claim": str(CLAIM), "petition_number": "P-1", "filed_on": "2026-12-01"}
    await intake_at(connections, NOW).take([said("tax_office/manual", "claim.filed.v1", "f", filed)])
    await standings(connections).run()
    found = await row(connections)
    assert (found["claimable"], found["outstanding"], found["outstanding_try"]) == (0, 1, Decimal("10000.00"))
    assert str(found["out_since"]) == "2026-12-01"
    for number, (amount, left) in enumerate((("4000.00", "6000.00"), ("6000.00", "0.00"))):
        paid = {"claim": str(CLAIM), "status": "paid", "on": "2026-12-04", "amount": amount}
        approved = {"claim": str(CLAIM), "status": "approved", "on": "2026-12-03", "amount": "10000.00"}
        news = [said("tax_office/manual", "claim.progressed.v1", f"p{number}", paid)]
        if not number:
            news.insert(0, said("tax_office/manual", "claim.progressed.v1", "a", approved))
        await intake.take(news)
        await standings(connections).run()
        assert (await row(connections))["outstanding_try"] == Decimal(left)


async def test_news_are_calculated_at_once_and_the_rest_within_the_hour(intake: Intake, connections: Pool) -> None:
    """A seller without news is left alone for an hour; a purchase, a VAT return or a claim is news."""
    await two_sellers(intake)
    await standings(connections).run()
    assert await standings(connections).run() == 0
    await intake.take([bought("B", vat="2500.00")])
    assert await standings(connections, NOW + timedelta(minutes=5)).run() == 1
    assert (await row(connections))["claimable_try"] == Decimal("12500.00")
    assert await standings(connections, NOW + OLD + timedelta(seconds=1)).run() == 1, "the other one's hour is over"


async def test_a_seller_that_cannot_be_calculated_holds_up_nobody(intake: Intake, connections: Pool) -> None:
    """A period of which the law's table of deadlines says nothing: that seller has no figures, the other has."""
    await two_sellers(intake)
    await connections.execute("UPDATE claim SET period = '2018-01' WHERE seller = $1", OTHER)
    law = replace(BOOK, claim_deadlines=tuple(replace(one, valid_from=date(2020, 1, 1)) for one in BOOK.claim_deadlines))
    await Standings(connections, books(connections), law, lambda: NOW).run()
    kept = await connections.fetch("SELECT seller FROM seller_refund")
    assert [one["seller"] for one in kept] == [SELLER]
    assert await standings(connections).run() == 0, "it is not tried again and again"


async def test_only_one_process_calculates(intake: Intake, connections: Pool) -> None:
    """Whoever comes second says so and does nothing."""
    await two_sellers(intake)
    async with connections.acquire() as other:
        await other.execute("SELECT pg_advisory_lock($1)", seller_refunds.TURN)
        assert await standings(connections).run() is None
        await other.execute("SELECT pg_advisory_unlock($1)", seller_refunds.TURN)


async def many(pool: Pool, count: int) -> None:
    """So many sellers with figures of their own; every tenth worth the same, so that pages end among equals."""
    await pool.execute(
        """INSERT INTO seller_refund (seller, name, name_folded, claimable, claimable_try, blocked, blocked_try, outstanding,
            outstanding_try, lapsing, lapsing_try, lapsed, lapsed_try, lapses_on, unvalued, figured_at)
        SELECT lpad(n::text, 10, '0'), 'IŞIK ' || n, 'işik ' || n, 1, n / 10, 0, 0, 1, 5000 - n, 0, 0, 0, 0,
            CASE WHEN n % 3 > 0 THEN DATE '2026-12-31' + n % 700 END, false, $2 FROM generate_series(1, $1) AS n""",
        count,
        NOW,
    )


@pytest.mark.parametrize("sort", list(seller_refunds.SORTS))
async def test_pages_show_each_seller_once_in_order(web: Web, sort: str) -> None:
    """Also where many are worth the same, or nothing of theirs lapses."""
    await many(web.pool, 95)
    seen: list[dict[str, Any]] = []
    async with web.as_("viewer") as client:
        cursor: str | None = ""
        while cursor is not None:
            page = (await client.get("/api/finance/sellers", params={"sort": sort, "limit": 20, "cursor": cursor})).json()
            seen += page["items"]
            cursor = page["next"]
    assert len({one["seller"] for one in seen}) == len(seen) == 95
    if sort == "days":
        assert seen == sorted(seen, key=lambda one: (one["lapses_on"] or "9999", one["seller"]))
    else:
        money = [Decimal(one[f"{sort}_try"]) for one in seen]
        assert money == sorted(money, reverse=True)


async def test_sellers_are_found_by_name_and_number(web: Web) -> None:
    """As Turkish is written: ``ışık`` finds IŞIK; a number by how it begins; signs of a search mean themselves."""
    await many(web.pool, 12)
    async with web.as_("finance") as client:

        async def found(q: str) -> int:
            answer = (await client.get("/api/finance/sellers", params={"q": q})).json()
            assert answer["total"]["sellers"] == len(answer["items"])
            return len(answer["items"])

        assert [await found(q) for q in ("ışık", "Işık 12", "000000001", "%", "_", "yok\x00")] == [12, 1, 3, 0, 0, 0]
        problem(await client.get("/api/finance/sellers", params={"cursor": "bm8gd2F5"}), 422, "wrong-cursor")
        problem(await client.get("/api/finance/sellers", params={"sort": "name"}), 422, "wrong-data")


async def test_a_file_has_all_of_them(web: Web) -> None:
    """Numbers as the language writes them, days as days; also from the console, where it stands in the audit log."""
    await two_sellers(web.intake)
    await standings(web.pool).run()
    async with web.as_("finance") as client:
        answer = await client.get("/api/finance/sellers", params={"format": "csv", "lang": "tr"})
    rows = list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff")), delimiter=";"))
    assert rows[0][:4] == ["Satıcı VKN/TCKN", "Satıcı", "Verilebilir başvuru", "Verilebilir (TL)"]
    assert [row[3] for row in rows[1:]] == ["10000,00", "0,00"]
    async with browser(web, "finance") as person:
        same = await person.get("/refunds/sellers.csv")
        sheet = await person.get("/refunds/sellers.xlsx")
    assert same.text == answer.text
    assert sheet.content[:2] == b"PK"
    noted = await web.pool.fetch("SELECT thing FROM audit WHERE action = 'claim.export' ORDER BY id")
    assert [one["thing"] for one in noted] == ["sellers.csv", "sellers.xlsx"]


async def test_the_shell_lists_them(web: Web, urls: Urls, database_url: str, tmp_path: Path) -> None:
    """For people in their language, as CSV for a spreadsheet and as JSON for programs, in any order; an unknown one is said."""
    await two_sellers(web.intake)
    await standings(web.pool).run()
    where = {"database_url": database_url, "broker_url": urls.broker_url, "data_dir": str(tmp_path)}
    code, printed = await kervan("claim", "sellers", **where, locale="tr")
    assert (code, "verilebilir 10.000,00 TL" in printed) == (0, True)
    assert "VEDOP bekleyen en çok 0,00 TL" in printed
    code, printed = await kervan("claim", "sellers", "--q", SELLER, "--json", **where)
    assert [one["seller"] for one in orjson.loads(printed)["items"]] == [SELLER]
    code, printed = await kervan("claim", "sellers", "--csv", **where, locale="tr")
    async with web.as_("finance") as client:
        answer = await client.get("/api/finance/sellers", params={"format": "csv", "lang": "tr"})
    assert printed.replace("\r", "") == answer.text.replace("\r", "")
    code, printed = await kervan("claim", "sellers", "--sort", "size", **where, locale="en")
    assert (code, "There is no order" in printed) == (1, True)


async def test_the_console_shows_them_in_both_languages(web: Web) -> None:
    """Sums above, a seller a row that leads to its year, and other orders by the headings; operations do not see it."""
    await two_sellers(web.intake)
    await standings(web.pool).run()
    async with browser(web, "finance") as person:
        page = (await person.get("/refunds/sellers")).text
        english = (await person.get("/refunds/sellers?sort=days&lang=en")).text
        year = (await person.get(f"/refunds?seller={OTHER}")).text
    assert f'href="/refunds?seller={SELLER}"' in page
    assert "10.000,00" in page
    assert re.search(r'aria-sort="ascending"><a href="/refunds/sellers\?sort=days">Next deadline', english)
    assert "All sellers" in english
    assert 'href="/refunds/sellers"' in year
    async with browser(web, "operations") as person:
        assert (await person.get("/refunds/sellers")).status_code == 403
        assert 'href="/refunds/sellers"' not in (await person.get("/refunds")).text


async def test_a_page_of_five_thousand_sellers_is_quick(web: Web) -> None:
    """Each order, its sums and a search, with room for a slow machine: tens of milliseconds on a quiet one."""
    await many(web.pool, 5000)
    async with web.as_("finance") as client:
        for params in (*({"sort": sort} for sort in seller_refunds.SORTS), {"q": "ışık 49"}):
            begun = time.perf_counter()
            assert (await client.get("/api/finance/sellers", params=params)).status_code == 200
            assert time.perf_counter() - begun < 1
