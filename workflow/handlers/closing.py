"""The closing day (intaç), which decides the VAT period: told, or corrected by a person."""

from workflow import facts, on_etgb
from workflow.attention import Reason
from workflow.batch import Batch, Refused, Repeated, Verdict
from workflow.etgb import Etgb
from workflow.handlers import leaving, voices
from workflow.handlers.customs import etgb_unknown, malformed
from workflow.message import Part
from workflow.refund import MAY_BE_FILED
from workflow.stages import Trigger
from workflow.values import vat_period

_OF_CLOSING = (Reason.ETGB_CLOSING_DIFFERS, Reason.ETGB_CLOSING_UNLIKELY)


def etgb_closed(batch: Batch, part: Part, fact: facts.EtgbClosed) -> Verdict:
    """Note the closing day; shipments that are in VEDOP already join the claim of its month."""
    etgb = batch.world.etgbs.get(fact.number)
    if etgb is None:
        return malformed(fact.number) or etgb_unknown(fact.number)
    refused = voices.speaks_for_another(part, etgb)
    if refused is not None:
        return refused
    if etgb.closed_on == fact.closed_on:
        return Repeated("the closing day is known already")
    on_etgb.close(batch, etgb, fact.closed_on, part.message)
    return None


def closing_corrected(batch: Batch, part: Part, fact: facts.ClosingCorrected) -> Verdict:
    """Let a person's day stand in place of a wrong one, as long as no claim was filed by it; what was raised of it ends.

    Its shipments leave the open claim of the wrong period for that of the right one.

    Raises:
        WiderWorldNeededError: a claim of either period, or all shipments of one that is left empty, were not loaded.
    """
    etgb = batch.world.etgbs.get(fact.number)
    if etgb is None:
        return malformed(fact.number) or etgb_unknown(fact.number)
    if etgb.cancel_cause is not None:
        return Refused("etgb_cancelled", f"ETGB {fact.number} was cancelled; its closing day decides nothing")
    if etgb.closed_on == fact.closed_on:
        _settled(batch, etgb)
        return Repeated("this closing day stands already")
    filed = _filed(batch, etgb)
    if filed is not None:
        return filed
    _settled(batch, etgb)
    if etgb.closed_on is None:
        on_etgb.close(batch, etgb, fact.closed_on, part.message)
        return None
    if vat_period(etgb.closed_on) != vat_period(fact.closed_on):
        for shipment in batch.world.of(facts.by_etgb(etgb.number)):
            leaving.leave_open_claim(batch, shipment)
            if shipment.claim is None and shipment.overdue and shipment.may(Trigger.FILE_REFUND):
                batch.on_time(shipment)  # of the wrong period's refund
            batch.touch(shipment)
    on_etgb.stands_closed(batch, etgb, fact.closed_on, part.message)
    return None


def _settled(batch: Batch, etgb: Etgb) -> None:
    for reason in _OF_CLOSING:
        batch.resolve(reason, etgb.number)


def _filed(batch: Batch, etgb: Etgb) -> Refused | None:
    """Refuse where a claim was filed by the day that stands: its figures are by the rates of that day, too."""
    for shipment in batch.world.of(facts.by_etgb(etgb.number)):
        claim = batch.world.claims.get(shipment.claim) if shipment.claim is not None else None
        if claim is not None and claim.status not in MAY_BE_FILED:
            return Refused(
                "closing_day_filed",
                f"claim {claim.id} for {claim.period} was filed with petition {claim.petition_number} by {etgb.closed_on}; "
                "correct the claim with the tax office",
            )
    return None
