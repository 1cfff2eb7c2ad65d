"""``GET /api/rules``: the law that shipments are judged by."""

from tests.integration.http_app import Web
from tests.law import BOOK


async def test_the_law_of_a_day_is_told_to_any_reader(web: Web) -> None:
    """With its version; without a day it is today's, and what is no day is refused."""
    async with web.as_("viewer") as client:
        old = (await client.get("/api/rules", params={"on": "2026-01-02"})).json()
        assert (old["version"], old["on"]) == (BOOK.version, "2026-01-02")
        assert [row["max_eur"] for row in old["tables"]["limits"]] == ["15000"]
        assert {"LIM001", "SCP003", "INV009"} <= {one["code"] for one in old["findings"]}
        for asked in ({}, {"on": ""}):
            today = (await client.get("/api/rules", params=asked)).json()
            assert [row["max_eur"] for row in today["tables"]["limits"]] == ["30000"]
        assert (await client.get("/api/rules", params={"on": "yesterday"})).status_code == 422
