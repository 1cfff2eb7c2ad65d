"""Consolidated ETGB lists of a real shop's month, damaged as lists are, beside the truth."""

import lzma
import random
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

from adapters.entrypoints.rehearsal import Rehearsal, Report, read_rates
from adapters.imports import companions
from adapters.imports.importer import Options
from tests.law import BOOK
from workflow import numbering
from workflow.draft import Draft, LineKind
from workflow.likeness import Candidate, ListLine
from workflow.rules.judge import blocking, judge
from workflow.rules.law import Rates
from workflow.shipment import shipment_id

ROOT = Path(__file__).parents[1]
DEMO = ROOT / "deploy" / "demo"
_CHARGED_APART = frozenset({LineKind.FREIGHT, LineKind.INSURANCE})
_KEYS = "0123456789"


@dataclass(frozen=True, slots=True)
class Order:
    """An order of the shop as Kervan holds it; ``known`` where it passes the rules and so has an invoice."""

    candidate: Candidate
    known: bool


def orders(folder: Path) -> list[Order]:
    """All orders of a month with goods to ship."""
    path = folder / "orders.csv"
    path.write_bytes(lzma.decompress((ROOT / "tests" / "data" / "orders-2010-12.csv.xz").read_bytes()))
    catalogue = companions.read_catalogue(DEMO / "catalogue.csv")
    seller = companions.read_seller(DEMO / "seller.toml")
    rates = read_rates(DEMO / "rates.csv")
    one = Rehearsal(BOOK, catalogue, seller, Options(packaging="0.05"), rates)
    bulletins = Rates()
    for bulletin in rates:
        if "rates" in bulletin:
            day = bulletin["published_on"]
            bulletins.add(
                date.fromisoformat(day), {r["currency"]: Decimal(r["forex_buying"]) / int(r["unit"]) for r in bulletin["rates"]}
            )
    drafts = list(one._drafts([path], Report()))
    return [Order(_candidate(n, d), not blocking(judge(d, BOOK, bulletins))) for n, d in enumerate(drafts, start=1)]


def _candidate(place: int, draft: Draft) -> Candidate:
    apart = sum((line.amount for line in draft.lines if line.kind in _CHARGED_APART), Decimal(0))
    return Candidate(
        shipment=shipment_id(draft.seller.tax_number, draft.reference),
        seller=draft.seller.tax_number,
        reference=draft.reference,
        currency=draft.currency,
        total=draft.total,
        goods=draft.total - apart,
        country=draft.consignee.address.country,
        day=draft.planned_on,
        invoice_number=numbering.number("KRV", draft.planned_on.year, place),
    )


@dataclass(frozen=True, slots=True)
class Style:
    """How an operator writes its lists."""

    names: tuple[str, ...] = ("reference",)
    """Which of a shipment's names stand in it."""
    rounded: str = "0.01"
    """To what amounts are rounded: cents, tenths, whole units."""
    freight: bool = True
    """Whether amounts have freight in them."""
    countries: bool = True


def consolidated(found: list[Order], style: Style, seed: int, damaged: float = 0.1) -> list[tuple[ListLine, Order]]:
    """One list of all orders in a random order, each line with the order that it was made of; ``damaged`` is a share."""
    dice = random.Random(seed)
    lines: list[tuple[ListLine, Order]] = []
    for order in dice.sample(found, len(found)):
        of = order.candidate
        amount = (of.total if style.freight else of.goods).quantize(Decimal(style.rounded), ROUND_HALF_UP)
        names = {name: getattr(of, name) for name in style.names}
        if dice.random() < damaged:
            name = dice.choice(style.names)
            names[name] = _damaged(names[name], dice)
        line = ListLine(
            etgb=f"10341453EX{of.day.day:06d}",
            seller=of.seller,
            registered_on=of.day + timedelta(days=dice.randint(0, 5)),
            amount=amount,
            currency=of.currency,
            country=of.country if style.countries else "",
        )
        lines.append((replace(line, **names), order))
    return lines


def _damaged(name: str, dice: random.Random) -> str:
    """A name with a character or two mistyped, swapped, dropped, doubled, misread; cut short; or gone."""
    kind = dice.choice(["mistyped", "mistyped twice", "swapped", "dropped", "doubled", "misread", "cut", "gone"])
    place = dice.randrange(len(name) - 1)
    if kind == "mistyped twice":
        name = _mistyped(name, dice.randrange(len(name)), dice)
    if kind.startswith("mistyped"):
        return _mistyped(name, place, dice)
    return {
        "swapped": name[:place] + name[place + 1] + name[place] + name[place + 2 :],
        "dropped": name[:place] + name[place + 1 :],
        "doubled": name[:place] + name[place] + name[place:],
        "misread": name.replace("0", "O").replace("5", "S").replace("1", "l"),
        "cut": name[: len(name) // 2],
        "gone": "",
    }[kind]


def _mistyped(name: str, place: int, dice: random.Random) -> str:
    return name[:place] + dice.choice([key for key in _KEYS if key != name[place]]) + name[place + 1 :]
