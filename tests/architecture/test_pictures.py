"""What is drawn from the code says what the code says."""

from pathlib import Path

from workflow import diagram
from workflow.lifecycle import FIRST, KNOWN
from workflow.stages import STAGE_LABELS, Stage

ROOT = Path(__file__).parents[2]


def test_the_picture_in_the_readme_is_the_one_the_code_draws() -> None:
    """A change of the table needs `kervan diagram --format svg > deploy/stages.svg`."""
    assert (ROOT / "deploy" / "stages.svg").read_text(encoding="utf-8") == diagram.svg(KNOWN.versions[-1].steps)


def test_every_stage_and_trigger_stands_in_both_pictures() -> None:
    """No stage and no arrow is forgotten."""
    svg, mermaid = diagram.svg(FIRST.steps), diagram.mermaid(FIRST.steps)
    for stage in Stage:
        assert STAGE_LABELS[stage][1] in svg
        assert stage in mermaid
    for step in FIRST.steps:
        assert step.trigger in svg
        assert all(f"{source} --> {step.target}" in mermaid for source in step.sources)
