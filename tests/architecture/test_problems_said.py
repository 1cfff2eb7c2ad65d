"""Whatever a request is refused with is said in Turkish and in English, where it is refused."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.database.keys import ROLES
from adapters.web import forbidden
from adapters.web.importing import FAMILY

WEB = Path(__file__).parents[2] / "adapters" / "web"


def text(written: ast.expr) -> str | None:
    """What is written there, with its places as they are; ``None`` where it is no text but a name."""
    if isinstance(written, ast.Constant) and isinstance(written.value, str):
        return written.value
    return ast.unparse(written) if isinstance(written, ast.JoinedStr) else None


def pairs() -> Iterator[tuple[str, str, str]]:
    """Each pair of texts that stands in the sources of the web: where, and what it says in each language."""
    for path in sorted(WEB.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Tuple) and len(node.elts) == 2:
                tr, en = (text(one) for one in node.elts)
                if tr is not None and en is not None and " " in tr and " " in en:
                    yield f"{path.relative_to(WEB)}:{node.lineno}", tr, en


def plain() -> Iterator[str]:
    """Where a problem is made of a text in one language; types forbid it, and so does this."""
    for path in sorted(WEB.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "ProblemError" and text(node.args[2]) is not None:
                yield f"{path.relative_to(WEB)}:{node.lineno}"


def test_no_problem_is_said_in_one_language() -> None:
    """Each is made of a pair, of an error that has one, or of a refusal."""
    assert list(plain()) == []


@pytest.mark.parametrize(("where", "tr", "en"), list(pairs()))
def test_both_texts_of_a_pair_are_sentences_of_their_own(where: str, tr: str, en: str) -> None:
    """The Turkish is no copy of the English."""
    assert tr != en, where


def test_each_role_and_kind_of_file_is_called_something() -> None:
    """Within the sentence that says what a role may not do."""
    assert set(forbidden.ROLES) == set(ROLES)
    assert set(forbidden.FILES) == set(FAMILY)
