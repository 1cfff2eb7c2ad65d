"""What a person saw of a purchase before they corrected or withdrew it, as a sum that can be told again.

Whoever corrects a purchase sends the whole of it, so that what somebody else corrected meanwhile would be undone without a
word. With the sum of what they looked at, that is refused instead.
"""

import hashlib
from dataclasses import fields
from decimal import Decimal

from workflow.refund.purchases import Booked, Withdrawn


def of(one: Booked | Withdrawn) -> str:
    """SHA-256 (hexadecimal) of what a purchase says, and of whether it counts; saying the same once more does not change it."""
    stands = "booked" if isinstance(one, Booked) else f"withdrawn\0{one.replaced_by or ''}"
    said = "\0".join((stands, *(_written(getattr(one.purchase, each.name)) for each in fields(one.purchase))))
    return hashlib.sha256(said.encode()).hexdigest()


def _written(value: object) -> str:
    """A field as it is whoever read it: an amount without the zeros that a database or a message puts behind it."""
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    return "" if value is None else str(value)
