"""ETGB lists matched against many shipments of one seller: the question to the database, and the weighing."""

import random
import time
from datetime import timedelta
from decimal import Decimal
from typing import Any

from adapters.database import pool as database
from adapters.database.matches import EtgbMatches
from tests.benchmarks import rig
from tests.benchmarks.ours import engine_intake
from tests.lists_of_orders import Order, Style, consolidated
from tests.stories import SELLER, START, draft, invoice, said
from workflow.likeness import Candidate
from workflow.matching import match, to_be_weighed
from workflow.shipment import shipment_id

_COUNTRIES = ("DE", "FR", "NL", "US", "GB", "ES", "IT", "CH")
_FIRST = 536_365
_DAYS = 30
_BLOCK = 500


def price(dice: random.Random) -> Decimal:
    """An order's amount: many small ones, few large."""
    return Decimal(round(min(dice.lognormvariate(4, 0.9), 4000) * 100)) / 100 + Decimal("5.00")


def made(n: int, dice: random.Random) -> tuple[Candidate, dict[str, Any], dict[str, Any]]:
    """An order as a candidate, and the messages' data that bring it to the database."""
    reference, day = str(_FIRST + n), START.date() - timedelta(days=n % _DAYS)
    amount, country = price(dice), dice.choice(_COUNTRIES)
    line = draft(reference)["lines"][0] | {"quantity": "1", "unit_price": str(amount)}
    to = {"name": f"Erika Mustermann {n}", "address": {"city": "Berlin", "country": country}}
    drafted = draft(reference, lines=[line], consignee=to, planned_on=day.isoformat())
    invoiced = invoice(reference, n + 1, total=str(amount)) | {"issued_on": day.isoformat()}
    candidate = Candidate(
        shipment_id(SELLER, reference), SELLER, reference, "EUR", amount, amount, country, day, invoiced["number"]
    )
    return candidate, drafted, invoiced


async def filled(place: rig.Place, shipments: int) -> tuple[rig.Place, list[Order]]:
    """A fresh database with so many invoiced shipments of one seller in a month, and the same as orders."""
    here = await rig.fresh(place)
    dice = random.Random(20)
    orders = [made(n, dice) for n in range(shipments)]
    connected = await database.connect(here.database_url, size=4)
    intake = engine_intake(connected)
    for block in range(0, shipments, _BLOCK):
        part = orders[block : block + _BLOCK]
        await intake.take(
            [said("orders/shop", "shipment.drafted.v1", f"d{o[0].reference}", o[1]) for o in part]
            + [said("invoicing/file", "invoice.issued.v1", f"i{o[0].reference}", o[2]) for o in part]
        )
    await connected.execute("VACUUM ANALYZE")
    await connected.close()
    return here, [Order(candidate, known=True) for candidate, _, _ in orders]


async def lists(place: rig.Place, shipments: int) -> dict[str, Any]:
    """Lists of 200 and of 1,000 lines, a tenth of their names damaged: seconds, and the share left to a person."""
    here, orders = await filled(place, shipments)
    connected = await database.connect(here.database_url, size=2)
    found: dict[str, Any] = {"shipments": await connected.fetchval("SELECT count(*) FROM shipment WHERE stage = 'invoiced'")}
    for lines in (200, 1000):
        written = consolidated(orders, Style(), seed=lines)[:lines]
        listed = [line for line, _ in written]
        began = time.perf_counter()
        candidates = await EtgbMatches(connected).candidates(listed, {SELLER})
        asked = time.perf_counter()
        verdicts = match(listed, candidates)
        done = time.perf_counter()
        wrong = sum(
            v.sure is not None and v.sure.candidate.shipment != o.candidate.shipment
            for v, (_, o) in zip(verdicts, written, strict=True)
        )
        found |= {
            f"s for {lines} lines": done - began,
            f"of which s in the database ({lines})": asked - began,
            f"% left to a person ({lines})": 100 * sum(v.sure is None for v in verdicts) / lines,
            f"wrong ({lines})": wrong,
        }
    found |= await _exact(EtgbMatches(connected), orders, 1000)
    await connected.close()
    return found


async def _exact(matches: EtgbMatches, orders: list[Order], lines: int) -> dict[str, Any]:
    """A list whose lines all name their shipments: by all of the seller's shipments, and by those that it names."""
    listed = [line for line, _ in consolidated(orders, Style(), seed=lines, damaged=0)[:lines]]
    began = time.perf_counter()
    by_all = match(listed, await matches.candidates(listed, {SELLER}))
    between = time.perf_counter()
    named = await matches.candidates(listed, ())
    weighed = to_be_weighed(listed, named)
    by_named = match(listed, named)
    done = time.perf_counter()
    return {
        f"s for {lines} exact lines by all shipments": between - began,
        f"s for {lines} exact lines by those named": done - between,
        "exact lists with other verdicts": int(bool(weighed) or by_all != by_named),
    }
