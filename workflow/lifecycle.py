"""The state machine: tables of steps by version, and the ``transitions`` machine made from each.

A version's table is the contract's section 1 as it was when its shipments began. Guards that need a message's content stand
with the handlers in :mod:`workflow.handlers`; what is here is which trigger leads from where to where, what must be known for
it, and what is awaited in each stage.

A shipment keeps the version that it began under to its end: a change of the table is a new version, and changes nothing for
shipments that are under way. A version is left out of :data:`KNOWN` once no shipment of its own is open any more. What a stage
means is one in all versions; where it would mean something else, it is another stage. Handlers ask what may happen to a
shipment (:meth:`workflow.shipment.Shipment.may`), not in which stage it is, wherever they move it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from typing import Protocol

from transitions import Machine

from workflow import errors
from workflow.stages import JOURNEY, Stage, Trigger
from workflow.waits import Allowance, Wait


class HasStage(Protocol):
    """Anything that stands in a stage."""

    stage: Stage


@dataclass(frozen=True, slots=True)
class Step:
    """One row of a table: ``trigger`` leads from any of ``sources`` to ``target``; ``guard`` says when, in words."""

    trigger: Trigger
    sources: tuple[Stage, ...]
    target: Stage
    guard: str = ""


class Lifecycle:
    """One version of the table, for shipments that begin from ``begins`` (UTC) on and before the next version does.

    ``waits`` says what is awaited of a shipment in each stage; ``allowances`` how long, where that differs from
    :data:`workflow.deadlines.TERMS`. It is never changed, and there is one of each version in a process.
    """

    def __init__(
        self,
        version: int,
        begins: datetime,
        steps: Iterable[Step],
        waits: Mapping[Stage, Wait | None],
        allowances: Mapping[Wait, Allowance] | None = None,
    ) -> None:
        """Make the machine of a table.

        Raises:
            ValueError: a trigger has two rows, or a stage does not say what is awaited in it.
        """
        self.version, self.begins, self.steps, self.waits = version, begins, tuple(steps), waits
        self.allowances: Mapping[Wait, Allowance] = allowances or {}
        self._by_trigger = {step.trigger: step for step in self.steps}
        if len(self._by_trigger) < len(self.steps) or set(waits) != set(Stage):
            message = f"table {version} of the stages must have one row for each trigger, and a wait for each stage"
            raise ValueError(message)
        self._allowed = frozenset((stage, step.trigger) for step in self.steps for stage in step.sources)
        self._triggers = {stage: tuple(step.trigger for step in self.steps if stage in step.sources) for stage in Stage}
        self.reach = _closure(self.steps)
        """The stages that a shipment can still come to from each, with itself."""
        self._later = frozenset(
            (stage, step.trigger) for stage in Stage for step in self.steps if self.reach[stage] & set(step.sources)
        )
        self.journey = tuple(stage for stage in JOURNEY if stage in self.reach[JOURNEY[0]])
        """The stages of this version in the order in which an undisturbed shipment passes them."""
        self.machine = _machine(self.steps)
        """The one machine of the version in the process; it holds no shipment: each call of :meth:`fire` hands it one."""
        self._events = {step.trigger: self.machine.events[step.trigger.value] for step in self.steps}

    def __deepcopy__(self, memo: dict[int, object]) -> "Lifecycle":
        """Itself: a copied shipment is of the same version."""
        return self

    def __repr__(self) -> str:
        """Its number."""
        return f"Lifecycle({self.version})"

    def fire(self, subject: HasStage, trigger: Trigger) -> None:
        """Move ``subject`` as ``trigger`` says.

        Raises:
            TransitionNotAllowedError: the table has no such step; callers ask :meth:`allowed` first.
        """
        if (subject.stage, trigger) not in self._allowed:
            message = (
                f"Trigger {trigger} was fired in stage {subject.stage}, which table {self.version} does not allow. "
                "The shipment did not move. This is a fault of the program: report it with the shipment's timeline."
            )
            raise errors.TransitionNotAllowedError(message)
        self._events[trigger].trigger(subject)

    def allowed(self, stage: Stage, trigger: Trigger) -> bool:
        """Whether the table has a step for ``trigger`` from ``stage``."""
        return (stage, trigger) in self._allowed

    def triggers(self, stage: Stage) -> tuple[Trigger, ...]:
        """The triggers that the table allows in ``stage``."""
        return self._triggers[stage]

    def sources(self, trigger: Trigger) -> tuple[Stage, ...]:
        """The stages that allow ``trigger``; none where the version does not have it."""
        step = self._by_trigger.get(trigger)
        return () if step is None else step.sources

    def possible_later(self, stage: Stage, trigger: Trigger) -> bool:
        """Whether a shipment in ``stage`` can still come to a stage that allows ``trigger``: then a message for it waits."""
        return (stage, trigger) in self._later

    def why_not(self, stage: Stage, trigger: Trigger) -> str:
        """Say in words why ``trigger`` is not allowed in ``stage``."""
        needed = " or ".join(self.sources(trigger))
        if not needed:
            return f"{trigger} is no step of shipments that began under table {self.version} of the stages, as this one did."
        if self.possible_later(stage, trigger):
            return f"{trigger} needs stage {needed}; the shipment is in {stage} and can still come there."
        return f"{trigger} needs stage {needed}; the shipment is in {stage} and cannot come there any more."


def _closure(steps: Iterable[Step]) -> dict[Stage, frozenset[Stage]]:
    reach: dict[Stage, set[Stage]] = {stage: {stage} for stage in Stage}
    edges = [(source, step.target) for step in steps for source in step.sources]
    for _ in Stage:
        for source, target in edges:
            for known in reach.values():
                if source in known:
                    known.add(target)
    return {stage: frozenset(known) for stage, known in reach.items()}


def _machine(steps: Iterable[Step]) -> Machine:
    return Machine(
        model=None,
        states=Stage,
        initial=Stage.DRAFT,
        transitions=[{"trigger": step.trigger.value, "source": list(step.sources), "dest": step.target} for step in steps],
        model_attribute="stage",
        auto_transitions=False,
        queued=False,
        send_event=False,
    )


class Lifecycles:
    """The versions that shipments of an installation may have begun under."""

    def __init__(self, *versions: Lifecycle) -> None:
        """Know some versions, the oldest first.

        Raises:
            ValueError: a later one has no higher number, or begins no later.
        """
        for one, other in pairwise(versions):
            if one.version >= other.version or one.begins >= other.begins:
                message = f"table {other.version} of the stages does not come after table {one.version}"
                raise ValueError(message)
        self.versions = versions
        self._of = {one.version: one for one in versions}

    def of(self, version: int) -> Lifecycle:
        """The table of a version.

        Raises:
            LifecycleUnknownError: this release does not know it.
        """
        try:
            return self._of[version]
        except KeyError:
            raise errors.LifecycleUnknownError(version) from None

    def at(self, moment: datetime) -> Lifecycle:
        """The table that a shipment begins under at a moment; before there was any, the first."""
        return max(
            (one for one in self.versions if one.begins <= moment), key=lambda one: one.version, default=self.versions[0]
        )


FIRST = Lifecycle(
    1,
    datetime.min.replace(tzinfo=UTC),
    (
        Step(Trigger.VALIDATE, (Stage.DRAFT,), Stage.VALIDATED, "no blocking finding"),
        Step(Trigger.AMEND, (Stage.DRAFT, Stage.VALIDATED), Stage.DRAFT),
        Step(Trigger.INVOICE, (Stage.VALIDATED,), Stage.INVOICED, "the invoice agrees with the shipment"),
        Step(Trigger.CANCEL_INVOICE, (Stage.INVOICED,), Stage.VALIDATED),
        Step(Trigger.HAND_OVER, (Stage.INVOICED,), Stage.HANDED_TO_COURIER, "tracking number known; first physical scan"),
        Step(Trigger.ISSUE_ETGB, (Stage.HANDED_TO_COURIER,), Stage.ETGB_ISSUED, "well-formed number"),
        Step(Trigger.CANCEL_ETGB, (Stage.ETGB_ISSUED,), Stage.HANDED_TO_COURIER),
        Step(Trigger.TRANSFER_TO_VEDOP, (Stage.ETGB_ISSUED,), Stage.VEDOP_TRANSFERRED, "seen in VEDOP, with evidence"),
        Step(Trigger.FILE_REFUND, (Stage.VEDOP_TRANSFERRED,), Stage.REFUND_FILED, "belongs to a claim that has been filed"),
        Step(Trigger.CANCEL, (Stage.DRAFT, Stage.VALIDATED, Stage.INVOICED), Stage.CANCELLED, "reason given"),
        Step(
            Trigger.RETURN_GOODS,
            (Stage.HANDED_TO_COURIER, Stage.ETGB_ISSUED, Stage.VEDOP_TRANSFERRED, Stage.REFUND_FILED),
            Stage.RETURNED,
            "reason given",
        ),
    ),
    waits={
        Stage.DRAFT: Wait.FINDINGS,
        Stage.VALIDATED: Wait.INVOICE,
        Stage.INVOICED: Wait.FIRST_SCAN,
        Stage.HANDED_TO_COURIER: Wait.ETGB,
        Stage.ETGB_ISSUED: None,
        Stage.VEDOP_TRANSFERRED: Wait.REFUND,
        Stage.REFUND_FILED: None,
        Stage.CANCELLED: None,
        Stage.RETURNED: None,
    },
)
"""The table that Kervan began with.

On an ETGB it is the ETGB that waits (:func:`workflow.deadlines.etgb_waits`), since one stands for many shipments; the refund is
awaited from the moment on in which the shipment belongs to a claim, and the claim's period decides when it falls due.
"""

KNOWN = Lifecycles(FIRST)
"""All versions. A new one begins (``begins``) on a day by which no process of a release that does not know it runs any more."""
