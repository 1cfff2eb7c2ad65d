"""Whatever people are told has its words in Turkish and in English."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.imports import reasons
from workflow import refusals
from workflow.attention import Reason
from workflow.attention_texts import TEXTS as ATTENTION
from workflow.refund.readiness_texts import TEXTS as CHECKLIST
from workflow.rules.texts import TEXTS as FINDINGS

ROOT = Path(__file__).parents[2]
PAIRS: dict[str, tuple[str, str]] = {
    **{f"order {code}": pair for code, pair in reasons.ORDERS.items()},
    **{f"list {code}": pair for code, pair in reasons.LISTS.items()},
    **{f"fault {code}": pair for code, pair in reasons.FAULTS.items()},
    **{f"taken {code}": pair for code, pair in reasons.TAKEN.items()},
    **{f"refusal {code}": pair for code, pair in refusals.TEXTS.items()},
    **{f"attention {code}": (text.tr, text.en) for code, text in ATTENTION.items()},
    **{f"checklist {check} met": text.met for check, text in CHECKLIST.items()},
    **{f"checklist {check} unmet": text.unmet for check, text in CHECKLIST.items()},
    **{f"finding {code} {variant}": (text.tr, text.en) for (code, variant), text in FINDINGS.items()},
}


def called_with(folder: str, functions: set[str], place: int) -> Iterator[str]:
    """The constant texts with which some functions are called in a folder, at a place of their arguments."""
    for path in sorted((ROOT / folder).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and len(node.args) > place:
                name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                said = node.args[place]
                if name in functions and isinstance(said, ast.Constant) and isinstance(said.value, str):
                    yield said.value


@pytest.mark.parametrize("what", sorted(PAIRS))
def test_both_languages_say_something_of_their_own(what: str) -> None:
    """Neither is empty nor a copy of the other, each is a sentence, and both have the same places to fill."""
    tr, en = PAIRS[what]
    assert tr != en
    assert set(re.findall(r"{\w*}", tr.replace("_tr}", "}"))) == set(re.findall(r"{\w*}", en.replace("_en}", "}")))
    assert all(text == text.strip() and text[-1] in ".}?" for text in (tr, en)), (tr, en)


def test_every_code_of_a_refusal_has_its_texts() -> None:
    """Each code that the engine or the wire gives is found in the sources, and none is kept that nobody gives."""
    given = {
        *called_with("workflow", {"Refused"}, 0),
        *called_with("workflow", {"later"}, 2),
        *called_with("events", {"FormError"}, 0),
        "cannot_be_processed",
    }
    assert given == set(refusals.TEXTS)


def test_the_runbook_says_of_every_refusal_what_it_means_and_what_to_do() -> None:
    """A row of its table for each code, and none for a code that nobody gives."""
    section = (ROOT / "deploy" / "runbook.md").read_text(encoding="utf-8").partition("\n## Refusals\n")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| `(\w+)` \| (.+?) \| (.+?) \|$", section, re.MULTILINE)
    assert {code for code, _, _ in rows} == set(refusals.TEXTS)
    assert len(rows) == len(refusals.TEXTS)


def test_every_reason_that_an_import_gives_has_its_texts() -> None:
    """Reasons of rows and faults of cells, as the readers name them."""
    given = {*called_with("adapters/imports", {"fault"}, 0)}
    assert given == set(reasons.FAULTS)
    assert set(ATTENTION) == set(Reason)


def test_a_row_is_explained_in_both_languages_whatever_became_of_it() -> None:
    """The detail of a spoiled cell and of a refusal is put into the reader's words, not into the program's."""
    assert reasons.said("malformed", reasons.fault("not_a_number", "Quantity")) == {
        "tr": "Satır okunamadı: Quantity 12 ya da 3.75 gibi bir sayı değil.",
        "en": "The row cannot be read: Quantity is not a number like 12 or 3.75.",
    }
    assert reasons.said("refused", "etgb_cancelled ETGB 26000000EX000001 was cancelled")["tr"].endswith("yerine geçeni girin.")
    assert reasons.said("", "parked")["en"] != reasons.said("", "applied")["en"]
    assert reasons.said("", "") == reasons.said("", "applied")


def test_what_an_earlier_release_noted_can_still_be_read() -> None:
    """A detail or reason that is not known any more is shown as it is."""
    assert reasons.said("malformed", "8 columns")["tr"] == "Satır okunamadı: 8 columns"
    assert reasons.said("gone", "x") == {"tr": "gone", "en": "gone"}


@pytest.mark.parametrize("reason", sorted(reasons.ORDERS | reasons.LISTS))
def test_a_title_is_one_sentence_without_a_place_to_fill(reason: str) -> None:
    """What stands in a summary beside a count."""
    titles = [reasons.title(reason, language) for language in ("tr", "en")]
    assert len(set(titles)) == 2
    assert not [title for title in titles if "{" in title or ". " in title or title != title.strip()]
