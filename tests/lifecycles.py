"""Versions of the table of stages, as a release after this one could bring them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from unittest import mock

from tests.stories import START, TRIGGERS
from workflow import lifecycle
from workflow.lifecycle import FIRST, Lifecycle, Lifecycles, Step
from workflow.stages import Stage, Trigger
from workflow.waits import Allowance, Wait

DAY = timedelta(days=1)


def _changed(**sources: tuple[Stage, ...]) -> tuple[Step, ...]:
    """The first table, with other sources for some triggers."""
    return tuple(replace(step, sources=sources.get(step.trigger, step.sources)) for step in FIRST.steps)


_OF_VEDOP = {Trigger.TRANSFER_TO_VEDOP, Trigger.CANCEL_ETGB}
_WITHOUT_VEDOP = {
    "file_refund": (Stage.ETGB_ISSUED,),
    "return_goods": (Stage.HANDED_TO_COURIER, Stage.ETGB_ISSUED, Stage.REFUND_FILED),
}
SHORT = Lifecycle(
    1,
    FIRST.begins,
    [step for step in _changed(**_WITHOUT_VEDOP) if step.trigger not in _OF_VEDOP],
    {**FIRST.waits, Stage.ETGB_ISSUED: Wait.REFUND, Stage.VEDOP_TRANSFERRED: None},
)
"""One without VEDOP: the refund is filed from the ETGB on; the table after it puts a stage in between."""
SHORT_TRIGGERS = tuple(trigger for trigger in TRIGGERS if trigger != Trigger.TRANSFER_TO_VEDOP)


def full(version: int, begins: datetime) -> Lifecycle:
    """The first table under another number."""
    return Lifecycle(version, begins, FIRST.steps, FIRST.waits)


def with_edge(version: int, begins: datetime) -> Lifecycle:
    """One in which goods that were handed over can be cancelled too, and the invoice is awaited for two days only."""
    added = (Stage.DRAFT, Stage.VALIDATED, Stage.INVOICED, Stage.HANDED_TO_COURIER)
    return Lifecycle(version, begins, _changed(cancel=added), FIRST.waits, {Wait.INVOICE: Allowance(2)})


def without_edge(version: int, begins: datetime) -> Lifecycle:
    """One in which nothing is amended once it is validated, and nothing cancelled once it has its invoice."""
    steps = _changed(amend=(Stage.DRAFT,), cancel=(Stage.DRAFT, Stage.VALIDATED))
    return Lifecycle(version, begins, steps, FIRST.waits)


def without_trigger(version: int, begins: datetime) -> Lifecycle:
    """One in which an invoice that was issued stands."""
    return Lifecycle(version, begins, [step for step in FIRST.steps if step.trigger is not Trigger.CANCEL_INVOICE], FIRST.waits)


SUCCESSION = Lifecycles(
    SHORT,
    full(2, START + DAY),
    with_edge(3, START + 2 * DAY),
    without_edge(5, START + 3 * DAY),
    without_trigger(6, START + 4 * DAY),
)
"""Five versions, a day after each other; the fourth never came out."""


def triggers_of(version: int) -> tuple[str, ...]:
    """The log of an undisturbed journey in a version of :data:`SUCCESSION`."""
    return SHORT_TRIGGERS if version == SHORT.version else TRIGGERS


@contextmanager
def known(*versions: Lifecycle) -> Iterator[None]:
    """A release that knows these versions."""
    with mock.patch.object(lifecycle, "KNOWN", Lifecycles(*versions)):
        yield
