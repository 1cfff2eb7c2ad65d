"""The life of a SANDBOX parcel and of a SANDBOX ETGB, with the faults that a script gives them. Pure."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime, timedelta
from typing import Any

from adapters.couriers.sandbox.script import Fault
from adapters.sandbox import Event
from workflow.delivery import PHYSICAL, DeliveryStatus
from workflow.values import istanbul_day

CODE = "sandbox"

SCANS: tuple[tuple[str, str, str], ...] = (
    ("announced", "LC", "SANDBOX label created"),
    ("picked_up", "PU", "SANDBOX shipment picked up"),
    ("in_transit", "DF", "SANDBOX departed facility"),
    ("out_for_delivery", "WC", "SANDBOX with delivery courier"),
    ("delivered", "OK", "SANDBOX delivered"),
)
"""A parcel's life, as this courier tells it: status, its own code, its own words."""
_BACK = (*SCANS[:3], ("returned", "RT", "SANDBOX returned to sender"))
_HELD = (*SCANS[:2], ("on_hold", "OH", "SANDBOX weighed above the limit at customs, held"))

PICK_UP = "PU"
"""The code of the scan with which the courier takes the parcel."""

_CUSTOMS_OFFICE = "000000"
"""No customs office has this code (they begin with the province, 01 to 81): nobody can take such an ETGB for a real one."""
_PAPERS = "https://sandbox.invalid/etgb"
"""Where the sandbox's PDFs would be: a host that cannot be (RFC 2606)."""
_REISSUE_STEPS = 4
"""So many steps after its registration an ETGB is cancelled that another replaces: it is known by then."""

NO_FAULT: frozenset[Fault] = frozenset()


def parcel(task: dict[str, Any], serial: int, faults: AbstractSet[Fault] = NO_FAULT) -> list[Event]:
    """A parcel's booking and scans."""
    tracking = f"SBX{serial:012d}"
    twice = Fault.DUPLICATE in faults
    booking = {"shipment": task["data"]["shipment"], "courier": CODE, "tracking_number": tracking}
    scans = [
        Event(
            f"{code}:{task['id']}",
            "courier.checkpoint.v1",
            {"courier": CODE, "tracking_number": tracking, "status": status, "code": code, "description": words},
            clocked=True,
            twice=twice,
            late=code == PICK_UP and Fault.LATE in faults,
            spoiled=code == PICK_UP and Fault.MALFORMED_BODY in faults,
        )
        for status, code, words in _scans(faults)
        if not _lost(status, code, faults)
    ]
    return [Event(f"booked:{task['id']}", "courier.booked.v1", booking, twice=twice), *scans]


def _scans(faults: AbstractSet[Fault]) -> Sequence[tuple[str, str, str]]:
    if Fault.OVER_LIMIT in faults:
        return _HELD
    return _BACK if Fault.RETURN_TO_SENDER in faults else SCANS


def _lost(status: str, code: str, faults: AbstractSet[Fault]) -> bool:
    """Whether a scan is never told."""
    if Fault.NO_SCAN in faults and DeliveryStatus(status) in PHYSICAL:
        return True
    return Fault.LOST_SCAN in faults and code == PICK_UP


def declaration_line(task: dict[str, Any]) -> dict[str, Any]:
    """A parcel's line on an ETGB: its invoice, as the shipment has it."""
    data = task["data"]
    return {
        "shipment": data["shipment"],
        "invoice_number": data["invoice_number"],
        "amount": data["invoice_total"],
        "currency": data["currency"],
    }


def declaration(
    serials: Sequence[int],
    lines: Sequence[dict[str, Any]],
    registered: datetime,
    faults: AbstractSet[Fault] = NO_FAULT,
    *,
    closed_late: timedelta = timedelta(0),
    late_steps: int = 0,
) -> list[Event]:
    """An ETGB over some parcels: registered, and closed on the same day unless a fault has it otherwise.

    ``serials`` are its serial and, with ``ETGB_REISSUED``, that of the ETGB that replaces it. ``closed_late`` is what
    ``late_steps`` come to: the day of a late closing.
    """
    day = istanbul_day(registered)
    numbers = [f"{day:%y}{_CUSTOMS_OFFICE}EX{serial:06d}" for serial in serials]
    twice = Fault.DUPLICATE in faults
    if Fault.MALFORMED_ETGB_NUMBER in faults:
        broken = numbers[0].replace("EX", "X")
        return [_issued(broken, lines, day.isoformat(), faults, twice=twice)]
    events = [_issued(numbers[0], lines, day.isoformat(), faults, twice=twice)]
    if Fault.ETGB_REISSUED in faults:
        gone = {"number": numbers[0], "reason": "SANDBOX made out anew", "replaced_by": numbers[1]}
        events += [
            Event(f"cancelled:{numbers[0]}", "etgb.cancelled.v1", gone, steps=_REISSUE_STEPS, twice=twice),
            _issued(numbers[1], lines, day.isoformat(), faults, twice=twice),
        ]
    if Fault.NO_CLOSING not in faults:
        late = Fault.LATE_CLOSING in faults
        closed_on = istanbul_day(registered + closed_late) if late else day
        closed = {"number": numbers[-1], "closed_on": closed_on.isoformat()}
        steps = 1 + late_steps if late else 1
        events.append(Event(f"closed:{numbers[-1]}", "etgb.closed.v1", closed, steps=steps, twice=twice))
    return events


def _issued(number: str, lines: Sequence[dict[str, Any]], day: str, faults: AbstractSet[Fault], *, twice: bool) -> Event:
    data = {"number": number, "registered_on": day, "courier": CODE, "lines": list(lines)}
    if Fault.NO_DOCUMENT not in faults:
        data["document_url"] = f"{_PAPERS}/{number}.pdf"
    return Event(f"etgb:{number}", "etgb.issued.v1", data, twice=twice)
