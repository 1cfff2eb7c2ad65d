"""What is awaited, in one word each: of a shipment, of an ETGB, of a refund claim, by a message; and for how long."""

import re
from dataclasses import dataclass
from enum import StrEnum

_WRITTEN = re.compile(r"([0-9]{1,4})(d|wd)", re.ASCII)


class Wait(StrEnum):
    """What somebody waits for.

    The first five are a shipment's, the next four an ETGB's (one stands for many shipments), then two a claim's, and the
    last one that of a message which came too early.
    """

    FINDINGS = "findings"
    INVOICE = "invoice"
    FIRST_SCAN = "first_scan"
    EVIDENCE = "evidence"
    ETGB = "etgb"
    ETGB_DOCUMENT = "etgb_document"
    CLOSING = "closing"
    VEDOP = "vedop"
    VEDOP_LAPSE = "vedop_lapse"
    """The same, when the right to the refund is about to lapse: no claim has its shipments yet."""
    REFUND = "refund"
    LAPSE = "lapse"
    """The filing of a claim, before its right lapses."""
    PARKED = "parked"


@dataclass(frozen=True, slots=True)
class Allowance:
    """So many days, or working days."""

    days: int
    working: bool = False

    @classmethod
    def parse(cls, text: str) -> "Allowance | None":
        """Read ``7d`` (days), ``5wd`` (working days) or ``off`` (nobody is told, however long it lasts).

        Raises:
            ValueError: it is none of these.
        """
        if text == "off":
            return None
        found = _WRITTEN.fullmatch(text)
        if found is None:
            raise ValueError("must be like 7d (days), 5wd (working days), or off")
        return cls(int(found[1]), found[2] == "wd")
