"""What the correction of a closing day would move: told before it is made, by the rules of :mod:`workflow.handlers.closing`."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from workflow.refund.claim import MAY_BE_FILED, ClaimStatus, claim_id
from workflow.values import vat_period


@dataclass(frozen=True, slots=True)
class OnEtgb:
    """A shipment on an ETGB, as far as its closing day decides over it; ``gathers``: it is, or would be, in a claim."""

    seller: str
    gathers: bool
    claim: UUID | None = None
    claim_period: str = ""
    claim_status: ClaimStatus | None = None
    petition_number: str = ""


@dataclass(frozen=True, slots=True)
class Move:
    """So many shipments of a seller leave a claim for another; without ``origin`` they were in none. ``opens``: it is new."""

    seller: str
    shipments: int
    origin: UUID | None
    origin_period: str
    target: UUID
    target_period: str
    opens: bool


@dataclass(frozen=True, slots=True)
class Preview:
    """What a day would change: the VAT period, or within it only the rate; ``filed`` names a petition that forbids it."""

    closed_on: date
    period_before: str
    period: str
    moves: tuple[Move, ...] = ()
    later: int = 0
    """Shipments that are in no claim yet, and join one of that period once they are in VEDOP."""
    filed: str = ""

    @property
    def changes_period(self) -> bool:
        """Whether the shipments change their claim."""
        return self.period != self.period_before


def preview(
    closed_on: date | None, wanted: date, members: Iterable[OnEtgb], claims: Mapping[tuple[str, int], ClaimStatus]
) -> Preview:
    """What a correction to the day ``wanted`` would do; ``claims`` are those of its period by seller and supplement."""
    found, period = list(members), vat_period(wanted)
    before = "" if closed_on is None else vat_period(closed_on)
    filed = next((one.petition_number for one in found if one.claim_status not in {None, *MAY_BE_FILED}), "")
    if filed or period == before:
        return Preview(wanted, before, period, filed=filed)
    counted: dict[tuple[str, UUID | None, str], int] = {}
    for one in found:
        if one.gathers:
            key = (one.seller, one.claim, one.claim_period)
            counted[key] = counted.get(key, 0) + 1
    moves = []
    for (seller, origin, origin_period), count in sorted(counted.items(), key=str):
        supplement = 0
        while claims.get((seller, supplement), ClaimStatus.OPEN) is not ClaimStatus.OPEN:
            supplement += 1
        opens = (seller, supplement) not in claims
        moves.append(Move(seller, count, origin, origin_period, claim_id(seller, period, supplement), period, opens))
    later = sum(not one.gathers for one in found)
    return Preview(wanted, before, period, tuple(moves), later)
