"""The state machine."""

from itertools import pairwise

import pytest

from workflow import deadlines
from workflow.errors import TransitionNotAllowedError
from workflow.lifecycle import FIRST
from workflow.stages import JOURNEY, STAGE_LABELS, Stage, Trigger


class Standing:
    """Something that stands in a stage."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage


@pytest.mark.parametrize("stage", list(Stage))
@pytest.mark.parametrize("trigger", list(Trigger))
def test_the_machine_allows_exactly_what_the_table_says(stage: Stage, trigger: Trigger) -> None:
    """Table and machine agree for every stage and trigger, and a refused trigger moves nothing."""
    step = next(s for s in FIRST.steps if s.trigger is trigger)
    thing = Standing(stage)
    if stage in step.sources:
        FIRST.fire(thing, trigger)
        assert thing.stage is step.target
        assert FIRST.machine.events[trigger].transitions[stage.name][0].dest == step.target.name
    else:
        with pytest.raises(TransitionNotAllowedError, match="did not move"):
            FIRST.fire(thing, trigger)
        assert thing.stage is stage
        assert stage.name not in FIRST.machine.events[trigger].transitions


def test_every_trigger_stands_once_in_the_table() -> None:
    """No trigger is missing, none has two rows."""
    assert sorted(step.trigger for step in FIRST.steps) == sorted(Trigger)


def test_the_journey_leads_from_draft_to_refund_filed() -> None:
    """Each stage of the journey has a trigger to the next one."""
    for here, there in pairwise(JOURNEY):
        assert any(here in step.sources and step.target is there for step in FIRST.steps)


@pytest.mark.parametrize("stage", list(Stage))
def test_every_stage_has_labels_and_an_allowance(stage: Stage) -> None:
    """A new stage without its words in both languages or its allowance fails here."""
    assert all(STAGE_LABELS[stage])
    wait = FIRST.waits[stage]
    assert wait is None or deadlines.TERMS[wait].source


@pytest.mark.parametrize(
    ("stage", "trigger", "possible"),
    [
        (Stage.DRAFT, Trigger.INVOICE, True),
        (Stage.INVOICED, Trigger.INVOICE, True),  # after the first invoice is cancelled
        (Stage.HANDED_TO_COURIER, Trigger.INVOICE, False),
        (Stage.CANCELLED, Trigger.VALIDATE, False),
        (Stage.VALIDATED, Trigger.FILE_REFUND, True),
        (Stage.RETURNED, Trigger.FILE_REFUND, False),
    ],
)
def test_a_message_waits_only_where_its_stage_can_still_come(stage: Stage, trigger: Trigger, possible: bool) -> None:
    """Too early waits, too late does not; both are said in words."""
    assert FIRST.possible_later(stage, trigger) is possible
    assert ("can still come" in FIRST.why_not(stage, trigger)) is possible
