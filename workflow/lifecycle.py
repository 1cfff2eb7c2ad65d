"""The state machine: one table, and the one shared ``transitions`` machine made from it.

The table is the contract's section 1. Guards that need a message's content stand with the handlers in
:mod:`workflow.handlers`; what is here is which trigger leads from where to where, and what must be known for it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from transitions import Machine

from workflow import errors
from workflow.stages import Stage, Trigger


class HasStage(Protocol):
    """Anything that stands in a stage."""

    stage: Stage


@dataclass(frozen=True, slots=True)
class Step:
    """One row of the table: ``trigger`` leads from any of ``sources`` to ``target``; ``guard`` says when, in words."""

    trigger: Trigger
    sources: tuple[Stage, ...]
    target: Stage
    guard: str = ""


STEPS: tuple[Step, ...] = (
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
)

_BY_TRIGGER: dict[Trigger, Step] = {step.trigger: step for step in STEPS}

machine = Machine(
    model=None,
    states=Stage,
    initial=Stage.DRAFT,
    transitions=[{"trigger": step.trigger.value, "source": list(step.sources), "dest": step.target} for step in STEPS],
    model_attribute="stage",
    auto_transitions=False,
    queued=False,
    send_event=False,
)
"""The one machine of the process; it holds no shipment: each call of :func:`fire` hands it one."""

_EVENTS = {step.trigger: machine.events[step.trigger.value] for step in STEPS}


def fire(subject: HasStage, trigger: Trigger) -> None:
    """Move ``subject`` as ``trigger`` says.

    Raises:
        TransitionNotAllowedError: the table has no such step; callers ask :func:`allowed` first.
    """
    if not allowed(subject.stage, trigger):
        message = (
            f"Trigger {trigger} was fired in stage {subject.stage}, which does not allow it. "
            "The shipment did not move. This is a fault of the program: report it with the shipment's timeline."
        )
        raise errors.TransitionNotAllowedError(message)
    _EVENTS[trigger].trigger(subject)


def allowed(stage: Stage, trigger: Trigger) -> bool:
    """Whether the table has a step for ``trigger`` from ``stage``."""
    return stage in _BY_TRIGGER[trigger].sources


def triggers(stage: Stage) -> tuple[Trigger, ...]:
    """The triggers that the table allows in ``stage``."""
    return tuple(step.trigger for step in STEPS if stage in step.sources)


def _closure(steps: Iterable[Step]) -> dict[Stage, frozenset[Stage]]:
    reach: dict[Stage, set[Stage]] = {stage: {stage} for stage in Stage}
    edges = [(source, step.target) for step in steps for source in step.sources]
    for _ in Stage:
        for source, target in edges:
            for known in reach.values():
                if source in known:
                    known.add(target)
    return {stage: frozenset(known) for stage, known in reach.items()}


_REACHABLE = _closure(STEPS)
_LATER: dict[tuple[Stage, Trigger], bool] = {
    (stage, step.trigger): any(source in _REACHABLE[stage] for source in step.sources) for stage in Stage for step in STEPS
}


def possible_later(stage: Stage, trigger: Trigger) -> bool:
    """Whether a shipment in ``stage`` can still come to a stage that allows ``trigger``: then a message for it waits."""
    return _LATER[stage, trigger]


def why_not(stage: Stage, trigger: Trigger) -> str:
    """Say in words why ``trigger`` is not allowed in ``stage``."""
    step = _BY_TRIGGER[trigger]
    needed = " or ".join(step.sources)
    if possible_later(stage, trigger):
        return f"{trigger} needs stage {needed}; the shipment is in {stage} and can still come there."
    return f"{trigger} needs stage {needed}; the shipment is in {stage} and cannot come there any more."
