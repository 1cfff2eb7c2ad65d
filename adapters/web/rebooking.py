"""How a purchase that was booked is withdrawn or corrected: the messages that say so, as API, console and shell send them."""

from collections.abc import Mapping
from typing import Any, Final

from pydantic import ValidationError

from events.contracts.accounting import PurchaseCorrected
from events.facts_of import FormError, purchase_of
from workflow.refund import Purchase

WITHDRAW: Final = "purchase.withdrawn.v1"
CORRECT: Final = "purchase.corrected.v1"
FAMILY: Final = "accounting"


def withdrawal(of: Purchase, reason: str, seen: str) -> dict[str, Any]:
    """The payload of ``purchase.withdrawn.v1``; ``seen`` is the sum of what was looked at (:mod:`workflow.refund.seen`)."""
    return {"seller": of.seller, **_named(of), "reason": reason, "seen": seen}


def correction(of: Purchase, changes: Mapping[str, Any], reason: str, seen: str) -> dict[str, Any]:
    """The payload of ``purchase.corrected.v1``: what is not among the changes stays, and what is ``None`` is taken away.

    Changes are fields of the payload, with ``supplier_tax_number`` and ``supplier_name`` for the supplier. What stays was read
    before, so ``seen`` goes with it, the sum of what was looked at: what somebody else corrects meanwhile is not undone.
    """
    supplier = {
        "tax_number": changes.get("supplier_tax_number", of.supplier_tax_number) or "",
        "name": changes.get("supplier_name", of.supplier_name) or "",
    }
    stays: dict[str, Any] = {
        "invoice_number": of.invoice_number,
        "issued_on": of.issued_on.isoformat(),
        "period": of.period,
        "kind": of.kind.value,
        "description": of.description,
        "quantity": of.quantity,
        "net": f"{of.net_try:.2f}",
        "vat": f"{of.vat_try:.2f}",
        "incurred": None if of.incurred_try is None else f"{of.incurred_try:.2f}",
        "share": None if of.share is None else format(of.share.normalize(), "f"),
        "shipment": None if of.shipment is None else {"id": str(of.shipment)},
        "customs_number": of.customs_number,
    }
    data = {
        name: value for name, value in (stays | {n: v for n, v in changes.items() if n in stays}).items() if value is not None
    }
    return {"seller": of.seller, "supplier": supplier, **data, "corrects": _named(of), "reason": reason, "seen": seen}


def _named(of: Purchase) -> dict[str, str]:
    return {"supplier_tax_number": of.supplier_tax_number, "invoice_number": of.invoice_number}


def corrected(data: Mapping[str, Any]) -> Purchase:
    """The purchase that a correction makes, before it is sent.

    Raises:
        FormError: the payload is not of the contract's form.
    """
    try:
        return purchase_of(PurchaseCorrected.model_validate(dict(data)))
    except ValidationError as error:
        fields = "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors())
        raise FormError("wrong_data", f"{CORRECT}: {fields}") from None
