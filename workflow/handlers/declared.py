"""What an ETGB declares of a shipment, held against its invoice: what does not fit moves it too, and is raised for a person.

One rule for the engine's item, the claim's checklist and its dossier (:data:`adapters.database.claim_queries.ON_ETGB`): all
lines of an ETGB that moved a shipment are summed up in their currency, and the sum is held against the invoice. Lines of one
message are parts of one sum (an ETGB may declare an order by its goods); another message tells the same lines again. Where an
invoice is spread over several ETGBs it is held against the one that its shipment stands on: that is what VEDOP shows of it.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal

from workflow import attention, facts
from workflow.batch import Batch
from workflow.etgb import Etgb
from workflow.message import Part
from workflow.shipment import Shipment


def compare_day(batch: Batch, shipment: Shipment, number: str, day: date, part: Part) -> None:
    """Raise an ETGB that was registered before the invoice; its day is known, not inferred."""
    if shipment.invoice_issued_on is not None and day < shipment.invoice_issued_on:
        detail = f"ETGB {number} of {day}, invoice of {shipment.invoice_issued_on}"
        cause = f"{shipment.id} {number}"
        batch.raise_item(attention.Reason.ETGB_BEFORE_INVOICE, cause, detail, shipment=shipment.id, message=part.message)


def compare(batch: Batch, shipment: Shipment, fact: facts.EtgbLineIssued, etgb: Etgb, part: Part) -> None:
    """Raise what does not fit of a line that has moved its shipment: the day, unless it is inferred, and the amount."""
    if not etgb.day_inferred:
        day = etgb.registered_on if fact.day_inferred else fact.registered_on
        compare_day(batch, shipment, fact.number, day, part)
    _learn_amount(batch, shipment, etgb, part)
    _compare_amount(batch, shipment, etgb, part)


def told_again(batch: Batch, shipment: Shipment, etgb: Etgb, part: Part) -> None:
    """Take what an ETGB is told to declare of a shipment that stands on it; the first amount of all may not fit either."""
    untold = not _sums(shipment, _standing(etgb, shipment))
    _learn_amount(batch, shipment, etgb, part)
    if untold:
        _compare_amount(batch, shipment, etgb, part)


def _compare_amount(batch: Batch, shipment: Shipment, etgb: Etgb, part: Part) -> None:
    lines = _standing(etgb, shipment)
    if amount_off(batch, shipment, lines):
        sums = ", ".join(f"{amount} {currency}" for currency, amount in _sums(shipment, lines).items())
        detail = f"ETGB {etgb.number}: {sums}; invoice: {shipment.invoice_total} {shipment.currency}"
        cause = f"{shipment.id} {etgb.number}"
        batch.raise_item(attention.Reason.ETGB_AMOUNT_OFF, cause, detail, shipment=shipment.id, message=part.message)


def _standing(etgb: Etgb, shipment: Shipment) -> list[facts.EtgbLine]:
    """The lines of an ETGB that moved a shipment."""
    return [etgb.lines[number - 1] for number, moved in sorted(etgb.applied.items()) if moved == shipment.id]


def told(batch: Batch, shipment: Shipment, part: Part) -> list[facts.EtgbLine]:
    """The lines by which a part's message declares a shipment, by whichever of its names."""
    whole = part.message.fact
    lines = whole.lines if isinstance(whole, facts.EtgbIssued) else ()
    return [line for line in lines if batch.world.named.get(line.key) is shipment]


def keys(batch: Batch, shipment: Shipment, part: Part) -> frozenset[str]:
    """The names under which a part's message declares a shipment."""
    return frozenset(line.key for line in told(batch, shipment, part))


def amount_off(batch: Batch, shipment: Shipment, lines: Iterable[facts.EtgbLine]) -> bool:
    """Whether the sum that lines tell is not the invoice's within the tolerance, or in another currency; none is not off."""
    sums, total = _sums(shipment, lines), shipment.invoice_total
    if not sums or total is None:
        return False
    return sums.keys() != {shipment.currency} or abs(sums[shipment.currency] - total) > total * batch.policy.etgb_tolerance


def _sums(shipment: Shipment, lines: Iterable[facts.EtgbLine]) -> dict[str, Decimal]:
    """What lines tell by currency: the invoice's where none is told; lines without an amount tell nothing."""
    found: dict[str, Decimal] = {}
    for line in lines:
        if line.amount is not None:
            currency = line.currency or shipment.currency
            found[currency] = found.get(currency, Decimal(0)) + line.amount
    return found


def _learn_amount(batch: Batch, shipment: Shipment, etgb: Etgb, part: Part) -> None:
    """Let a sum that fits end the item and stand in place of a wrong one, and any in place of none: claims compare with it.

    Where it is told in as many lines as stand each takes its own place; else the first has all of it.
    """
    lines, standing = told(batch, shipment, part), _standing(etgb, shipment)
    sums, fits = _sums(shipment, lines), not amount_off(batch, shipment, lines)
    if not sums or not standing:
        return
    if fits:
        batch.settle(shipment, (attention.Reason.ETGB_AMOUNT_OFF,))
    if _sums(shipment, standing) and not (fits and amount_off(batch, shipment, standing)):
        return
    places = [number for number, moved in sorted(etgb.applied.items()) if moved == shipment.id]
    if len(lines) != len(places):
        if len(sums) > 1:
            return
        ((currency, amount),) = sums.items()
        first = replace(standing[0], amount=amount, currency=currency)
        lines = [first, *(replace(line, amount=None, currency="") for line in standing[1:])]
    for number, line in zip(places, lines, strict=True):
        etgb.lines[number - 1] = replace(etgb.lines[number - 1], amount=line.amount, currency=line.currency)
        batch.changes.lines_corrected[etgb.number, number] = etgb.lines[number - 1]
