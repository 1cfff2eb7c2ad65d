"""What ``kervan purchase`` does and prints."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

import orjson
import typer

from adapters.database import purchases as kept
from adapters.dossiers.labels import BURDENS
from adapters.entrypoints import claims_view, written
from adapters.entrypoints.claims_view import NotReadableError
from adapters.entrypoints.cli.place import signed
from adapters.imports.declarations import a_day
from adapters.imports.purchases import a_period, a_share
from adapters.settings import Settings
from adapters.web import claim_tables, rebooking
from adapters.web.console.forms import amount
from events.facts_of import FormError
from workflow.errors import SaidError
from workflow.refund import Booked, PurchaseKind, Withdrawn, listing_lines, seen
from workflow.refund.saying import PurchaseUnknownError, SayingRefusedError

if TYPE_CHECKING:
    from adapters.entrypoints.bootstrap import Parts

_MOST: Final = 50_000
_MAY_BE_NONE: Final = frozenset({"incurred", "share", "shipment"})


def _amount(text: str) -> str:
    found = amount(text)
    return "" if found is None else str(found)


_READ: Final[Mapping[str, tuple[Callable[[str], str | None], str]]] = {
    "issued_on": (a_day, "2026-11-03"),
    "period": (a_period, "2026-11"),
    "kind": (lambda text: text if text in set(PurchaseKind) else "", "direct, general, depreciation"),
    "net": (_amount, "10000,00"),
    "vat": (_amount, "2000,00"),
    "incurred": (_amount, "2000,00"),
    "share": (a_share, "0,35"),
}
"""How what is given is read, as the console and lists read it (nothing, where it is none), and what it may look like."""


class ReasonNeededError(SaidError):
    """Nobody said why a purchase is withdrawn or corrected."""

    TEXTS = (
        "Nedenini yazın (--reason); kimin söylediğiyle birlikte saklanır.",
        "Say why (--reason); it is kept with who said it.",
    )


async def listed(parts: "Parts", seller: str, period: str, *, withdrawn: bool, unclaimed: bool) -> list[dict[str, Any]]:
    """A seller's purchases in plain values: those that are booked, were withdrawn, or count in no claim."""
    if withdrawn:
        return [listing_lines.gone(one) for one in await kept.withdrawn(parts.pool, seller, period, _MOST)]
    if unclaimed:
        return [listing_lines.in_no_claim(one) for one in await kept.unclaimed(parts.pool, seller, period, _MOST)]
    return [listing_lines.booked(one) for one in await kept.booked(parts.pool, seller, period, _MOST)]


async def withdraw(parts: "Parts", purchase: UUID, reason: str) -> dict[str, Any]:
    """Withdraw a purchase; it as it is kept then.

    Raises:
        PurchaseUnknownError: there is none.
        SayingRefusedError: a claim was filed with it, or somebody else changed it meanwhile.
    """
    stands = await _kept(parts, purchase)
    data = rebooking.withdrawal(stands.purchase, _said(reason), seen.of(stands))
    async with signed(parts.pool, "purchase.withdraw", f"purchase/{purchase}", reason=reason.strip()):
        await claims_view.say(parts, rebooking.FAMILY, rebooking.WITHDRAW, data)
    return listing_lines.kept(await _kept(parts, purchase))


async def correct(parts: "Parts", purchase: UUID, given: Mapping[str, str | None], reason: str) -> dict[str, Any]:
    """Correct a purchase by what was given (``-`` takes away); the right one as it is kept then.

    Raises:
        PurchaseUnknownError: there is none.
        NotReadableError: an amount, a day, a period, a kind or a share is none.
        SayingRefusedError: what is given is of no invoice, a claim was filed with it, it was corrected to another already, or
            somebody else changed it meanwhile.
    """
    stands = await _kept(parts, purchase)
    of = stands.purchase
    told: dict[str, Any] = {name: _read(name, value) for name, value in given.items() if value is not None}
    if "order" in told:
        told["shipment"] = "-" if told["order"] == "-" else {"seller": of.seller, "reference": told["order"]}
    changes = {name: None if value == "-" and name in _MAY_BE_NONE else value for name, value in told.items()}
    data = rebooking.correction(of, changes, _said(reason), seen.of(stands))
    try:
        right = rebooking.corrected(data)
    except FormError as error:
        raise SayingRefusedError(error.code, error.detail) from None
    async with signed(parts.pool, "purchase.correct", f"purchase/{purchase}", reason=reason.strip()):
        await claims_view.say(parts, rebooking.FAMILY, rebooking.CORRECT, data)
    return listing_lines.kept(await _kept(parts, right.id))


def _read(name: str, given: str) -> str:
    if name not in _READ or (given == "-" and name in _MAY_BE_NONE):
        return given
    read, wanted = _READ[name]
    found = read(given.strip())
    if not found:
        raise NotReadableError(name, given, wanted)
    return found


def _said(reason: str) -> str:
    if not reason.strip():
        raise ReasonNeededError
    return reason.strip()


async def _kept(parts: "Parts", purchase: UUID) -> Booked | Withdrawn:
    found = await kept.one(parts.pool, purchase)
    if found is None:
        raise PurchaseUnknownError(purchase)
    return found


def show_list(found: list[dict[str, Any]], *, unclaimed: bool, as_csv: bool, as_json: bool) -> None:
    """Print purchases; those that count in no claim with why they do not."""
    none = ("Alış faturası yok.", "There are no purchase invoices.")
    columns = claim_tables.UNCLAIMED if unclaimed else claim_tables.BOOKED
    written.show_list(found, ("purchases", columns), _line, none, as_csv=as_csv, as_json=as_json)


def show(one: dict[str, Any], *, as_json: bool) -> None:
    """Print a purchase."""
    typer.echo(orjson.dumps(one).decode() if as_json else _line(one, Settings().locale))


def _line(one: dict[str, Any], locale: str) -> str:
    words = {"tr": ("KDV", "başvuru", "geri çekildi"), "en": ("VAT", "claim", "withdrawn")}[locale]
    gone = one["withdrawn"]
    beside = f"{words[2]}: {gone['reason']} ({gone['actor']})" if gone else f"{words[1]} {one['claim']}" if one["claim"] else ""
    beside = one["unclaimed"]["message"][locale] if "unclaimed" in one else beside
    supplier = f"{one['supplier']['tax_number']} {one['supplier']['name']}".strip()
    return (
        f"{one['id']}  {one['period']}  {written.day(one['issued_on'], locale)}  {one['invoice_number']}  {supplier}  "
        f"{written.word(BURDENS[PurchaseKind(one['kind'])], locale)}  "
        f"{words[0]} {written.figure(one['vat_try'], locale)} TL  {beside}"
    ).rstrip()
