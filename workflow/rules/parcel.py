"""INV009 on the parcel as a whole: its gross weight and its delivery term, where the invoice states them."""

from collections.abc import Iterator
from decimal import Decimal

from workflow.draft import Draft, LineKind
from workflow.rules.findings import Finding, Severity
from workflow.stated import StatedInvoice
from workflow.values import shown

_SLIGHT = (Decimal("0.1"), Decimal("0.01"))
_GREAT = (Decimal("0.5"), Decimal("0.1"))
"""By how much weights may differ before it is said, and before the invoice is refused: kilograms, or a share of the
shipment's weight, whichever is more. Our own measures: scales and packaging differ, a weight of another parcel more."""


def parcel(said: StatedInvoice, draft: Draft) -> Iterator[Finding]:
    """All findings on the parcel; a term the draft does not name is not asked for."""
    owed = draft.incoterm.strip().upper()
    stated = [
        ("incoterm", said.incoterm),
        *((f"lines[{n}].incoterm", line.incoterm) for n, line in enumerate(said.lines or ())),
    ]
    for path, term in stated:
        told = term.strip().upper()
        if owed and told and told != owed:
            yield Finding("INV009", Severity.BLOCK, path, "incoterm", {"told": told, "owed": owed})
            break
    for kg in _stated_weights(said, draft):
        apart = abs(kg - draft.gross_weight_kg)
        if apart > _room(_SLIGHT, draft):
            variant, severity = ("weight", Severity.BLOCK) if apart > _room(_GREAT, draft) else ("weight_near", Severity.WARN)
            params = {"told": shown(kg), "owed": shown(draft.gross_weight_kg)}
            yield Finding("INV009", severity, "gross_weight_kg", variant, params)
            break


def _room(allowed: tuple[Decimal, Decimal], draft: Draft) -> Decimal:
    return max(allowed[0], allowed[1] * draft.gross_weight_kg)


def _stated_weights(said: StatedInvoice, draft: Draft) -> Iterator[Decimal]:
    """What the invoice says the parcel weighs: as a whole, and as the sum of its lines.

    Where some goods have no weight the sum is part of the parcel, and says something only where it is more already. Some
    software writes the whole parcel's weight on each line: then that is what is said.
    """
    if said.gross_weight_kg is not None:
        yield said.gross_weight_kg
    kgs = [line.gross_weight_kg for line in said.lines or () if line.gross_weight_kg is not None]
    if not kgs:
        return
    whole = sum(kgs, Decimal(0))
    goods = sum(line.kind is LineKind.GOODS for line in draft.lines)
    if len(set(kgs)) == 1 and abs(kgs[0] - draft.gross_weight_kg) <= _room(_SLIGHT, draft):
        whole = kgs[0]
    if len(kgs) >= goods or whole > draft.gross_weight_kg:
        yield whole
