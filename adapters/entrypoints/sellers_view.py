"""What ``kervan claim sellers`` lists and prints."""

from typing import Any

import asyncpg

from adapters.database import seller_refunds
from adapters.entrypoints import bootstrap, written
from adapters.web import all_sellers, claim_tables
from workflow.errors import SaidError
from workflow.values import istanbul_day


class UnknownOrderError(SaidError):
    """Sellers are to be sorted by something that there is not."""

    TEXTS = (
        "{sort!r} diye bir sıralama yok; şunlardan biri olmalı: {known}.",
        "There is no order {sort!r}; it is one of: {known}.",
    )

    def __init__(self, sort: str) -> None:
        """Name those there are."""
        super().__init__(sort=sort, known=", ".join(seller_refunds.SORTS))


async def listed(pool: "asyncpg.Pool[asyncpg.Record]", sort: str, q: str) -> list[dict[str, Any]]:
    """All sellers that match, in plain values.

    Raises:
        UnknownOrderError: there is no such order.
    """
    if sort not in seller_refunds.SORTS:
        raise UnknownOrderError(sort)
    today = istanbul_day(bootstrap.now())
    found = await seller_refunds.listed(pool, sort, all_sellers.words(q), all_sellers.MOST)
    return [all_sellers.told(row, today) for row in found]


_WORDS = {
    "tr": ("verilebilir", "eksiği olan", "beklenen", "90 günde düşecek", "VEDOP bekleyen en çok", "ilk son gün"),
    "en": (
        "claimable",
        "held back",
        "outstanding",
        "lapsing in 90 days",
        "not in VEDOP, at most",
        "next deadline",
    ),
}


def show(found: list[dict[str, Any]], *, as_csv: bool, as_json: bool) -> None:
    """Print sellers, in the language of the settings."""
    none = ("Satıcı yok.", "There are no sellers.")
    written.show_list(found, ("sellers", claim_tables.SELLERS), _line, none, as_csv=as_csv, as_json=as_json)


def _line(one: dict[str, Any], locale: str) -> str:
    words = _WORDS[locale]
    names = ("claimable", "blocked", "outstanding", "lapsing", "waiting")
    amounts = [written.figure(one[f"{name}_try"], locale) for name in names]
    told = "  ".join(f"{word} {amount} TL" for word, amount in zip(words, amounts, strict=False))
    until = f"  {words[5]} {written.day(one['lapses_on'], locale)} ({one['days_left']})" if one["lapses_on"] else ""
    return f"{one['seller']}  {one['name']}  {told}{until}"
