"""What drafts are judged by has changed: a rate has come, or the law is another; they are judged again by themselves.

A bulletin judges the shipments that wait for a rate (drafts that are held, and validated ones whose consignee gets others in a
currency without one) in its own batch, as many as the store gives it at once. Where more wait, the batch leaves a message that
goes on after the last one, in id order, until none is left: so each batch is bounded, each has its turn, and the way ends since
it only goes up. Drafts that come meanwhile know the rate already.
"""

from datetime import date

from workflow import asking, attention, facts
from workflow.batch import Batch, Repeated, Verdict
from workflow.message import Message, Part
from workflow.shipment import Shipment
from workflow.stages import Trigger
from workflow.world import Continuation


def rates_published(batch: Batch, part: Part, fact: facts.RatesPublished) -> Verdict:
    """Keep the bulletin; the drafts that waited for a rate are judged again after the batch's last one."""
    batch.changes.rates.append(fact)
    batch.world.rates.add(fact.published_on, fact.rates)
    batch.changes.rate_days[_bank(part.message), fact.published_on] = True
    batch.rates_cause = part.message
    _came(batch, fact.published_on)
    return None


def rates_absent(batch: Batch, part: Part, fact: facts.RatesAbsent) -> Verdict:
    """Remember the days on which a bank published nothing, so that they are not asked for again."""
    for day in fact.days:
        batch.changes.rate_days.setdefault((_bank(part.message), day), False)
        _came(batch, day)
    return None


def _came(batch: Batch, day: date) -> None:
    """A day is known now, whoever told it: a task for it that failed needs nobody any more."""
    if (code := batch.policy.tasks.get(asking.RATES[0])) is not None:
        batch.resolve(attention.Reason.TASK_FAILED, asking.rates_task(code, day))


def _bank(message: Message) -> str:
    """The code of the bank that speaks: ``rates/tcmb`` is ``tcmb``."""
    return message.source.partition("/")[2]


def judging_continued(batch: Batch, part: Part, _: facts.JudgingContinued) -> Verdict:
    """Let the drafts that are left be judged at the end of the batch; several that go on at once become one."""
    batch.rates_cause = batch.rates_cause or part.message
    return None


def judge_waiting(batch: Batch, cause: Message) -> None:
    """Judge the shipments that waited for a rate (they are in the world by then), once all bulletins of the batch are known."""
    for shipment in sorted(batch.world.shipments.values(), key=lambda s: s.id):
        known = batch.changes.judged.get(shipment.id)
        settled = known is not None and all(finding.code != "FX001" for finding in known)
        if shipment.decided_by_findings and shipment.draft is not None and not settled:
            judge_again(batch, shipment, cause)
    if batch.world.waiting_after is not None:
        batch.changes.continuations.append(Continuation(batch.world.waiting_after, cause))


def judging_asked(batch: Batch, part: Part, fact: facts.JudgingAsked) -> Verdict:
    """Judge shipments again by the law in hand; one that has its invoice is passed over.

    There the invoice counts, which is judged when it comes.
    """
    found = (batch.world.named.get(key) for key in fact.keys)
    again = [shipment for shipment in found if shipment is not None and shipment.decided_by_findings]
    for shipment in again:
        judge_again(batch, shipment, part.message)
    return None if again else Repeated("none of these shipments is a draft, or waits for its invoice, any more")


def judge_again(batch: Batch, shipment: Shipment, cause: Message) -> None:
    """Judge a shipment again.

    A validated one stays what it is, since an invoice may be on its way already and only a person can say what becomes of goods
    that were fit to leave: where a finding blocks it now, it gets no invoice (:mod:`workflow.handlers.invoicing`), and an
    attention item says so.
    """
    validated = shipment.may(Trigger.INVOICE)
    clear = batch.judge(shipment, cause)
    batch.touch(shipment)
    if validated and not clear:
        codes = ", ".join(sorted({f.code for f in batch.changes.judged[shipment.id] if f.severity == "block"}))
        reason = attention.Reason.VALIDATED_NOW_BLOCKED
        batch.raise_item(reason, str(shipment.id), codes, shipment=shipment.id, message=cause)
