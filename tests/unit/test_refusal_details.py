"""What stood against a message is told in both languages, from the one English sentence that is kept."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow import lifecycle, sentences
from workflow.refund.claim import ClaimStatus
from workflow.refusal_details import DETAILS, said
from workflow.stages import Stage, Trigger

ROOT = Path(__file__).parents[2]
PLACES = re.compile(r"{\w+}")
WORDS = st.text(st.characters(categories=("Lu", "Ll", "Nd")), min_size=1, max_size=12)


def like(part: ast.expr) -> str:
    """What may stand in a place: a message's type where one is named."""
    return "claim.filed.v1" if re.search(r"\b(type|kind)\b", ast.unparse(part)) else "7"


def given_details() -> Iterator[tuple[str, str]]:
    """Each detail that stands in the sources beside its code, with something like it in its places."""
    for folder in ("workflow", "events"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and getattr(node.func, "id", "") in {"Refused", "FormError"}:
                    detail = node.args[1]
                    if isinstance(detail, ast.Constant | ast.JoinedStr):
                        parts = detail.values if isinstance(detail, ast.JoinedStr) else [detail]
                        text = "".join(str(part.value) if isinstance(part, ast.Constant) else like(part) for part in parts)
                        yield f"{path.name}:{node.lineno}", text


@pytest.mark.parametrize(("where", "detail"), list(given_details()))
def test_each_detail_that_is_given_is_told_in_turkish_too(where: str, detail: str) -> None:
    """A new refusal, or one that is worded anew, needs its sentence in the table."""
    tr, en = said(detail)
    assert tr != en, f"{where}: no sentence of DETAILS is {detail!r}"


@pytest.mark.parametrize("texts", DETAILS, ids=[en[:40] for _, en in DETAILS])
def test_both_languages_name_the_same(texts: tuple[str, str]) -> None:
    """But for the trigger, which is a program's word."""
    tr, en = (set(PLACES.findall(text)) for text in texts)
    assert tr == en - {"{trigger}"}
    assert texts[0][-1] in ".}", texts[0]


@given(st.sampled_from(DETAILS), st.data())
def test_what_was_filled_in_is_found_again(texts: tuple[str, str], data: st.DataObject) -> None:
    """Whatever a shipment, number or person is called, it stands in both sentences."""
    values = {name: "claim.filed.v1" if name == "type" else data.draw(WORDS) for name in re.findall(r"{(\w+)}", texts[1])}
    tr, en = said(texts[1].format_map(values))
    for name, value in values.items():
        assert name == "trigger" or (value in tr and value in en)


@pytest.mark.parametrize("trigger", list(Trigger))
@pytest.mark.parametrize("stage", list(Stage))
def test_stages_are_called_as_people_call_them(stage: Stage, trigger: Trigger) -> None:
    """No program's word of a stage or trigger is left, in either language."""
    if lifecycle.FIRST.allowed(stage, trigger):
        return
    for text in said(lifecycle.FIRST.why_not(stage, trigger)):
        assert not re.search(r"\b[a-z]+_[a-z]+\b", text), text


def test_each_status_of_a_claim_has_its_words() -> None:
    """Within a sentence, in both languages."""
    assert set(sentences.STATUSES) == set(ClaimStatus)


def test_what_is_built_otherwise_is_shown_as_it_is() -> None:
    """Nothing is lost."""
    assert said("a detail of an earlier release") == ("a detail of an earlier release",) * 2
