"""What a person saw of a purchase before they corrected or withdrew it, as a sum that can be told again.

Whoever corrects a purchase sends the whole of it, so that what somebody else corrected meanwhile would be undone without a
word. With the sum of what they looked at, that is refused instead.
"""

import hashlib

from workflow.refund.purchases import Booked, Purchase, Withdrawn


def of(one: Booked | Withdrawn) -> str:
    """SHA-256 (hexadecimal) of what a purchase says, and of whether it counts; saying the same once more does not change it."""
    stands = "booked" if isinstance(one, Booked) else f"withdrawn\0{one.replaced_by or ''}"
    said = "\0".join((stands, *_fields(one.purchase)))
    return hashlib.sha256(said.encode()).hexdigest()


def _fields(of: Purchase) -> tuple[str, ...]:
    return (
        str(of.id),
        of.supplier_tax_number,
        of.supplier_name,
        of.invoice_number,
        of.issued_on.isoformat(),
        of.period,
        of.kind.value,
        of.description,
        of.quantity,
        f"{of.net_try:.2f}",
        f"{of.vat_try:.2f}",
        "" if of.incurred_try is None else f"{of.incurred_try:.2f}",
        "" if of.share is None else format(of.share.normalize(), "f"),
        str(of.shipment or ""),
        of.customs_number,
    )
