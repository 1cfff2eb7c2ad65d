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
    """What may stand in a place: a message's type where one is named, or a day."""
    if re.fullmatch(r"(\w+\.)*(day|on)", ast.unparse(getattr(part, "value", part))):
        return "2026-11-24"
    return "claim.filed.v1" if re.search(r"\b(type|kind)\b", ast.unparse(part)) else "7"


WRITTEN = ast.Constant | ast.JoinedStr
SAYS = {"Refused": 1, "FormError": 1, "Parked": 1, "Repeated": 0}
"""What gives a detail, and at which place: refused, too early for whoever waits for the answer, or told before."""
TIMERS = {"timing.py", "lapsing.py", "parked.py", "decide.py"}
"""Nobody waits for what a timer is told."""


def written(text: ast.expr, named: dict[str, list[ast.expr]]) -> str:
    """A text with something like it in its places; what stands there by a name that is a text itself is that text."""
    if isinstance(text, ast.Constant):
        return str(text.value)
    if isinstance(text, ast.JoinedStr):
        return "".join(written(part, named) for part in text.values)
    by_name = named.get(text.value.id, []) if isinstance(text, ast.FormattedValue) and isinstance(text.value, ast.Name) else []
    return written(by_name[0], named) if by_name and isinstance(by_name[0], ast.JoinedStr) else like(text)


def calls(tree: ast.AST) -> Iterator[tuple[ast.Call, dict[str, list[ast.expr]]]]:
    """Each call that gives a detail, with what the names of its function stand for."""
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            named: dict[str, list[ast.expr]] = {}
            for node in ast.walk(function):
                if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                    named.setdefault(node.targets[0].id, []).append(node.value)
            for node in ast.walk(function):
                if isinstance(node, ast.Call) and len(node.args) > SAYS.get(getattr(node.func, "id", ""), 99):
                    yield node, named


def given_details() -> Iterator[tuple[str, str]]:
    """Each detail that stands in the sources, itself or by a name, with something like it in its places."""
    for folder in ("workflow", "events"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            for node, named in calls(ast.parse(path.read_text(encoding="utf-8"))):
                if path.name in TIMERS and getattr(node.func, "id", "") == "Repeated":
                    continue
                told = node.args[SAYS[getattr(node.func, "id", "")]]
                for detail in named.get(told.id, []) if isinstance(told, ast.Name) else [told]:
                    if isinstance(detail, WRITTEN) and (not isinstance(detail, ast.Constant) or detail.value):
                        yield f"{path.name}:{node.lineno}", written(detail, named)


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
