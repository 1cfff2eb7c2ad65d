"""The working surface of one batch: handlers move shipments through it, and it records every change."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from workflow import asking, attention, facts, lapsing, refund
from workflow.deadlines import refund_due
from workflow.draft import Draft
from workflow.endings import ENDED_BY
from workflow.errors import WiderWorldNeededError
from workflow.etgb import Cause, Etgb, cause_of
from workflow.message import Message, Part
from workflow.refund import Claim, ClaimStatus
from workflow.rules import judge
from workflow.shipment import Shipment
from workflow.stages import Trigger
from workflow.values import vat_period
from workflow.waits import Wait
from workflow.world import Changes, Policy, RateDay, Task, World


@dataclass(frozen=True, slots=True)
class Parked:
    """Verdict: too early; the part waits on ``key``."""

    key: str
    why: str


@dataclass(frozen=True, slots=True)
class Refused:
    """Verdict: can never apply."""

    code: str
    detail: str


@dataclass(frozen=True, slots=True)
class Repeated:
    """Verdict: what it says is known already; nothing changes."""

    detail: str = ""


Verdict = Parked | Refused | Repeated | None
"""What a handler says of a part; ``None`` means applied."""


class Batch:
    """The state of one decision: the world, what changed so far, and which keys were woken."""

    def __init__(self, world: World, policy: Policy) -> None:
        """Start with a loaded world and nothing changed."""
        self.world = world
        self.policy = policy
        self.changes = Changes()
        self.woken: list[str] = []
        self.told_of = {key for key, parts in world.waiting.items() if any(part.told for part in parts)} | world.unparked
        """Keys whose item is open, as far as nobody resolved it: it ends when nothing waits for them any more."""
        self.told_elsewhere: set[str] = set()
        """Keys for which parts go on waiting, and whose item ends, since another one tells of the same cause from now on."""
        self.rates_cause: Message | None = None
        """What has the drafts judged that wait for a rate: the batch's last bulletin, or what goes on for an earlier one."""
        self.missing: set[str] = set()
        """Keys that were needed and not locked: with any, nothing of this decision counts."""
        self.rates_asked: set[date] = set()
        self.stopped = False
        """Whether nothing more can be decided before this is saved: what a claim was filed with is only known then."""

    def touch(self, shipment: Shipment) -> None:
        """Record that a shipment must be saved."""
        if shipment.id not in self.changes.created:
            self.changes.changed[shipment.id] = shipment

    def name(self, shipment: Shipment, key: str) -> None:
        """Let messages find a shipment under one more key, and wake what waits for it.

        Raises:
            WiderWorldNeededError: the key was not locked.
        """
        self.world.need(key)
        self.world.named[key] = shipment
        entry = (key, shipment.id)
        if self.changes.keys_dropped.pop(entry, entry) is entry:
            self.changes.keys_added[entry] = shipment.seller
        self.woken.append(key)

    def unname(self, shipment: Shipment, key: str) -> None:
        """Take a key from a shipment."""
        self.world.named.pop(key, None)
        members = self.world.members.get(key)
        if members is not None:
            members.pop(shipment.id, None)
        entry = (key, shipment.id)
        if self.changes.keys_added.pop(entry, entry) is entry:
            self.changes.keys_dropped[entry] = None

    def enrol(self, shipment: Shipment, key: str) -> None:
        """Put a shipment on an ETGB or into a claim."""
        self.world.members[key][shipment.id] = shipment
        entry = (key, shipment.id)
        if self.changes.keys_dropped.pop(entry, entry) is entry:
            self.changes.keys_added[entry] = shipment.seller

    def move(self, shipment: Shipment, trigger: Trigger, message: Message, cause: Cause | None = None) -> None:
        """Fire a trigger, log it, end what it ends, and ask the next counterpart; ``cause`` defaults to the message."""
        if shipment.overdue:
            self.on_time(shipment)
        if shipment.held and shipment.may(Trigger.INVOICE):
            self.resolve(attention.Reason.VALIDATED_NOW_BLOCKED, str(shipment.id))
        if trigger in ENDED_BY:
            self.settle(shipment, ENDED_BY[trigger])
        self.changes.transitions.append(shipment.move(trigger, cause or cause_of(message)))
        self.begin_to_wait(shipment)
        self.touch(shipment)
        self.woken.append(facts.by_id(shipment.id))
        wanted = asking.after(shipment.lifecycle, shipment.stage)
        if wanted is not None:
            self.ask(wanted, shipment, message)

    def ask(self, wanted: tuple[str, str], shipment: Shipment, message: Message) -> bool:
        """Ask a counterpart for something about a shipment; whether policy names one that can be asked."""
        family, kind = wanted
        code = self.policy.tasks.get(family)
        if code is None:
            return False
        task_id = asking.task_id(kind, shipment.id, shipment.sequence)
        self.changes.tasks.append(Task(task_id, family, code, kind, shipment, message))
        return True

    def came(self, shipment: Shipment, asked: tuple[str, str]) -> None:
        """What was asked about a shipment has come, whoever brought it: if the task for it failed, nobody need look any more.

        Each of its moves may have asked; only where a counterpart is asked at all can anything have failed.
        """
        family, kind = asked
        if family in self.policy.tasks:
            for sequence in range(1, shipment.sequence + 1):
                self.resolve(attention.Reason.TASK_FAILED, asking.task_id(kind, shipment.id, sequence))

    def begin_to_wait(self, shipment: Shipment) -> None:
        """Say when what a shipment waits for in its stage falls due; for the refund, its claim says that."""
        wait = shipment.wait
        if wait is not None and wait is not Wait.REFUND:
            shipment.due_at = self.policy.allowances.after(wait, shipment.stage_since, *shipment.whose)

    def on_time(self, shipment: Shipment) -> None:
        """A shipment does not wait too long any more; its claim's item, which stands for others too, stays."""
        shipment.overdue = False
        wait = shipment.wait
        if wait is not None and wait is not Wait.REFUND:
            self.settle(shipment, (attention.OVERDUE[wait],))

    def later(self, shipment: Shipment, trigger: Trigger, code: str) -> Verdict:
        """The verdict where the stage does not allow ``trigger`` now: parked if it still can come, refused if not."""
        why = shipment.why_not(trigger)
        if shipment.may_later(trigger):
            return Parked(facts.by_id(shipment.id), why)
        return Refused(code, why)

    def draft(self, shipment: Shipment) -> Draft:
        """What a shipment's seller declares.

        Raises:
            WiderWorldNeededError: it was not loaded.
        """
        if shipment.draft is None:
            raise WiderWorldNeededError(facts.draft_of(shipment.id))
        return shipment.draft

    def etgb(self, number: str) -> Etgb:
        """An ETGB that a shipment stands on.

        Raises:
            WiderWorldNeededError: it was not loaded.
        """
        if number not in self.world.etgbs:
            raise WiderWorldNeededError(facts.by_etgb(number))
        return self.world.etgbs[number]

    def judge(self, shipment: Shipment, message: Message) -> bool:
        """Judge a shipment's draft by the rules of its planned day; moves it to ``validated`` where policy lets it.

        Returns whether no finding blocks. What waited for a validated one that is held no more is tried again.

        Raises:
            WiderWorldNeededError: the draft was not loaded.
        """
        draft = shipment.carried(self.draft(shipment))
        others = self.world.fellows.besides(shipment.id, shipment.together)
        findings = judge.judge(draft, self.policy.law, self.world.rates, others)
        self.changes.judged[shipment.id] = findings
        self.world.fellows.count(shipment.id, None if judge.above_a_limit(findings) else shipment.member)
        if any(finding.code == "FX001" for finding in findings):
            self.ask_for_rates(draft.planned_on, message)
        clear = not judge.blocking(findings)
        if clear and shipment.held and shipment.may(Trigger.INVOICE):
            self.resolve(attention.Reason.VALIDATED_NOW_BLOCKED, str(shipment.id))
            self.woken.append(facts.by_id(shipment.id))
        shipment.held = not clear
        if clear and self.policy.auto_validate and shipment.may(Trigger.VALIDATE):
            self.move(shipment, Trigger.VALIDATE, message)
        return clear

    def ask_for_rates(self, day: date, message: Message) -> None:
        """Ask the central bank that policy names for a day's rates, once a batch."""
        family, kind = asking.RATES
        code = self.policy.tasks.get(family)
        if code is None or day in self.rates_asked:
            return
        self.rates_asked.add(day)
        self.changes.tasks.append(Task(asking.rates_task(code, day), family, code, kind, RateDay(day), message))

    def raise_item(
        self,
        reason: attention.Reason,
        cause: str,
        detail: str,
        *,
        shipment: UUID | None = None,
        message: Message | None = None,
        etgb: str = "",
        claim: UUID | None = None,
    ) -> None:
        """Raise an attention item, once per cause."""
        found = attention.item(reason, cause, detail, shipment=shipment, message=message, etgb=etgb, claim=claim)
        self.changes.resolved.pop(found.id, None)
        self.changes.raised[found.id] = found

    def resolve(self, reason: attention.Reason, cause: str) -> None:
        """Resolve the item of one cause, which is gone."""
        item = attention.item(reason, cause, "").id
        self.changes.raised.pop(item, None)
        self.changes.resolved[item] = None

    def settle(self, shipment: Shipment, reasons: Collection[attention.Reason]) -> None:
        """Resolve a shipment's items of some reasons, whatever each was about."""
        self.changes.settled.setdefault(shipment.id, set()).update(reasons)
        for item in [i for i in self.changes.raised.values() if i.shipment == shipment.id and i.reason in reasons]:
            del self.changes.raised[item.id]

    def gather(self, shipment: Shipment, etgb: Etgb, message: Message) -> None:
        """Put a shipment that is in VEDOP into its period's open claim, once the ETGB's closing day is known.

        Raises:
            WiderWorldNeededError: the claims of the period were not loaded.
        """
        if etgb.closed_on is None or shipment.claim is not None:
            return
        period = vat_period(etgb.closed_on)
        self.world.need_period(shipment.seller, period)
        supplement = 0
        while True:
            claim_id = refund.claim_id(shipment.seller, period, supplement)
            claim = self.world.claims.get(claim_id)
            if claim is None:
                claim = Claim(claim_id, shipment.seller, period, supplement)
                claim.due_at = lapsing.look_at(claim, self.policy, self.world.now)
                self.world.claims[claim_id] = claim
                self.changes.claims[claim_id] = claim
                self.woken.append(facts.by_claim(claim_id))
                self.changes.claim_moves.append((claim, message, {"status": ClaimStatus.OPEN}))
                break
            if claim.status is ClaimStatus.OPEN:
                break
            supplement += 1
        shipment.claim = claim.id
        if shipment.may(Trigger.FILE_REFUND):  # else it was filed once, and rejected
            shipment.due_at = refund_due(period, shipment.seller, self.policy.allowances)
        self.touch(shipment)
        self.enrol(shipment, facts.by_claim(claim.id))

    def park(self, part: Part, verdict: Parked) -> None:
        """Keep a part until its key is woken."""
        message = part.message
        family, _, code = message.source.partition("/")
        courier = code if family == "courier" else ""
        part.waits_on, part.told = verdict.key, False
        part.due_at = self.policy.allowances.after(Wait.PARKED, self.world.now, courier=courier)
        self.world.waiting[verdict.key].append(part)
        self.changes.parked[message.source, message.id, part.number] = (part, verdict.why)
