"""How attention items end: what Kervan resolves by itself when the cause goes, and what only a person can tell."""

from dataclasses import dataclass

from workflow.attention import OVERDUE, Reason
from workflow.stages import Trigger


@dataclass(frozen=True, slots=True)
class Ending:
    """How the items of a reason are resolved by Kervan itself, when the cause goes.

    ``triggers`` are the moves of the item's shipment that end it; ``news`` names in words whatever else does. ``person`` says
    what only a person can tell.
    """

    triggers: frozenset[Trigger] = frozenset()
    news: str = ""
    person: str = ""


_GIVEN_UP = frozenset({Trigger.CANCEL, Trigger.AMEND})
_WAITED_FOR = "what is awaited comes, or is not awaited any more"

ENDS: dict[Reason, Ending] = {
    Reason.MESSAGE_REFUSED: Ending(news="the message is replayed and not refused", person="that it can be ignored"),
    Reason.MESSAGE_UNREADABLE: Ending(
        news="the last of the messages that the item counts is replayed and read, whatever it says",
        person="that they can be ignored",
    ),
    Reason.ETGB_BEFORE_INVOICE: Ending(
        frozenset({Trigger.CANCEL_ETGB, Trigger.RETURN_GOODS}), person="that the dates are right all the same"
    ),
    Reason.ETGB_AMOUNT_OFF: Ending(
        frozenset({Trigger.CANCEL_ETGB, Trigger.RETURN_GOODS}),
        news="the ETGB is told again with an amount that fits",
        person="that the difference is right (freight, exchange)",
    ),
    Reason.ETGB_CANCELLED_LATE: Ending(
        frozenset({Trigger.RETURN_GOODS}), news="the claim is reversed", person="that the shipment's export stands all the same"
    ),
    Reason.ETGB_LINE_UNMATCHED: Ending(news="the line is confirmed or rejected on a person's word"),
    Reason.ETGB_REGISTRATION_DIFFERS: Ending(news="the ETGB is cancelled", person="which of the days customs hold to be right"),
    Reason.ETGB_CLOSING_DIFFERS: Ending(
        news="the ETGB is cancelled, or a person corrects the day", person="which of the days customs hold to be right"
    ),
    Reason.ETGB_CLOSING_UNLIKELY: Ending(
        news="the ETGB is cancelled, or a person corrects the day",
        person="that customs hold this day to be right",
    ),
    Reason.GOODS_COMING_BACK: Ending(frozenset({Trigger.RETURN_GOODS}), news="the parcel is delivered after all"),
    Reason.ETGB_NOT_CANCELLED: Ending(
        news="the ETGB is cancelled, closed or seen in VEDOP after all, or gets lines of other shipments",
        person="that customs do not cancel it, and who was told",
    ),
    Reason.ETGB_NOT_CORRECTED: Ending(
        news="the ETGB is cancelled, for all or for this shipment, closed, or seen in VEDOP after all",
        person="that the line was taken off, where no message can say so",
    ),
    Reason.GOODS_NOT_BROUGHT_IN: Ending(
        news="the ETGB is cancelled after all", person="that the goods were brought in, or stay abroad"
    ),
    Reason.CLAIM_REVERSAL_NEEDED: Ending(
        news="the claim is reversed or rejected", person="that the claim was corrected in another way"
    ),
    Reason.CLAIM_TO_FILE: Ending(
        news="the claim is filed, or its last shipment leaves it", person="that it is not to be filed"
    ),
    Reason.CLAIM_QUESTION: Ending(
        news="the answer is told, or the tax office decides on the claim", person="that the question needs no answer any more"
    ),
    Reason.CLAIM_PAID_ABOVE: Ending(
        news="what was paid is approved", person="what the money is: interest, another claim's, or a slip that was settled"
    ),
    Reason.ORDER_CREDITED: Ending(
        frozenset({Trigger.CANCEL, Trigger.RETURN_GOODS}),
        news="the order's lines are amended",
        person="that the credit note is about another order",
    ),
    Reason.ORDER_ROWS_APART: Ending(
        frozenset({Trigger.CANCEL, Trigger.RETURN_GOODS}),
        news="the order's lines are amended",
        person="that the rows are none of this order's",
    ),
    Reason.INVOICE_REJECTED: Ending(_GIVEN_UP | {Trigger.INVOICE}),
    Reason.INVOICE_WITHHELD: Ending(_GIVEN_UP | {Trigger.INVOICE}),
    Reason.INVOICE_UNANSWERED: Ending(_GIVEN_UP | {Trigger.INVOICE}),
    Reason.INVOICE_NOT_CANCELLED: Ending(
        news="the issuer tells that the invoice is cancelled, or issues another one for the shipment, which it does only once "
        "none is left; or an ETGB of returned goods is told of, which has to be cancelled first",
        person="that it was cancelled in the portal",
    ),
    Reason.INVOICE_WARNED: Ending(
        frozenset({Trigger.CANCEL_INVOICE, Trigger.CANCEL, Trigger.RETURN_GOODS}),
        person="that the invoice is right all the same",
    ),
    Reason.TASK_FAILED: Ending(
        _GIVEN_UP | {Trigger.INVOICE, Trigger.CANCEL_INVOICE, Trigger.RETURN_GOODS},
        news="it is asked again on a person's word, or what was asked for comes in another way: the ETGB with its document, "
        "the sight in VEDOP, the issuer's word that the invoice is cancelled, the bulletin of the day",
        person="that the task is needed no more",
    ),
    Reason.SUBSCRIPTION_DISABLED: Ending(
        news="the subscription is resumed or removed on a person's word", person="that the receiver is not needed any more"
    ),
    Reason.LOG_BROKEN: Ending(person="what happened to the row; the same row is not told of again"),
    Reason.COURIER_CANNOT_CARRY: Ending(
        _GIVEN_UP | {Trigger.RETURN_GOODS}, news="a courier is booked that can", person="that the courier can, all the same"
    ),
    Reason.VALIDATED_NOW_BLOCKED: Ending(news="it is judged again and nothing blocks, or it is not validated any more"),
    **{reason: Ending(news=_WAITED_FOR) for reason in OVERDUE.values()},
    Reason.CLAIM_LAPSING: Ending(
        news="the claim is filed, its goods have all come back, or its right has lapsed", person="that it is not to be filed"
    ),
    Reason.CLAIM_LAPSED: Ending(
        news="the claim is filed all the same, or its goods have all come back", person="that the loss was taken note of"
    ),
    Reason.PARKED_OVERDUE: Ending(
        news="the last message that waits for it is applied or refused, or waits for something else",
        person="that what they wait for never comes; they go on waiting, and nobody is told of it again",
    ),
}
"""How each reason's items end; where a person is named too, it is because some of the causes leave no trace in any message."""

ENDED_BY: dict[Trigger, frozenset[Reason]] = {
    trigger: frozenset(reason for reason, ending in ENDS.items() if trigger in ending.triggers)
    for trigger in Trigger
    if any(trigger in ending.triggers for ending in ENDS.values())
}
"""What each move of a shipment ends."""
