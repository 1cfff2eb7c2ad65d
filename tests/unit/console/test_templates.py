"""Templates: every text through gettext, nothing that the strict policy forbids."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from jinja2.lexer import TOKEN_BLOCK_BEGIN, TOKEN_BLOCK_END, TOKEN_DATA

from adapters.web.console import rendering

FILES = sorted(rendering.TEMPLATES.rglob("*.html"))
NAMES = {
    "DE",
    "LINE",
    "ops",
    "ayse",
    "Kervan",
    "OpenAPI",
    "CSV",
    "XLSX",
    "API",
    "ETGB",
    "VEDOP",
    "NATS",
    "PDF",
    "JSON",
    "SHA-256",
}
"""Words that are the same in every language, and examples of what one may type."""
READ = {"title", "alt", "placeholder", "aria-label", "aria-description", "label", "content", "value"}
"""Attributes that a person reads or hears."""


class Words(HTMLParser):
    """Collects what a person would read of a template, were its expressions empty."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.styled: list[str] = []
        self._silent = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element begins."""
        self._silent = tag if tag in {"script", "style", "kbd", "pre"} else ""
        if tag in {"style", "script"} and "src" not in dict(attrs):
            self.styled.append(tag)
        for name, value in attrs:
            if name == "style" or name.startswith("on"):
                self.styled.append(f"{tag} {name}")
            if name in READ and value and not (tag in {"meta", "input", "button", "option"} and name in {"content", "value"}):
                self.found.append(value)

    def handle_endtag(self, tag: str) -> None:
        """It ends."""
        self._silent = ""

    def handle_data(self, data: str) -> None:
        """A text."""
        if not self._silent:
            self.found.append(data)


def bare(path: Path) -> str:
    """A template's own text: without expressions, statements, comments and what stands in ``trans``."""
    kept, translated = "", 0
    statement: list[str] | None = None
    for _, token, value in rendering.environment("tr").lexer.tokeniter(path.read_text(encoding="utf-8"), path.name):
        if token == TOKEN_BLOCK_BEGIN:
            statement = []
        elif token == TOKEN_BLOCK_END and statement is not None:
            word = "".join(statement).split()[0] if "".join(statement).split() else ""
            translated += {"trans": 1, "endtrans": -1}.get(word, 0)
            statement = None
        elif statement is not None:
            statement.append(value)
        elif token == TOKEN_DATA and not translated:
            kept += value
    return kept


def looked_at(path: Path) -> Words:
    """A template as a person and a browser would see it."""
    words = Words()
    words.feed(bare(path))
    return words


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(rendering.TEMPLATES).as_posix())
def test_every_text_goes_through_gettext(path: Path) -> None:
    """No word stands in a template outside the catalogue, but names that are the same everywhere."""
    words = re.findall(r"[^\W\d_]{2,}(?:-\d+)?", " ".join(looked_at(path).found))
    assert [word for word in words if word not in NAMES and word not in {"Türkçe", "English"}] == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(rendering.TEMPLATES).as_posix())
def test_no_style_and_no_script_stands_in_a_page(path: Path) -> None:
    """The policy lets in neither, so neither is written."""
    assert looked_at(path).styled == []


def test_the_check_finds_what_it_looks_for(tmp_path: Path) -> None:
    """A bare word, a bare title and a style are seen; a translated word, an expression and a comment are not."""
    made = tmp_path / "page.html"
    made.write_text(
        '{# not this #}<p title="başlık" style="x">{{ _("bu değil") }} çıplak {% trans %}bu da{% endtrans %}'
        '{% if x == "no" %}<b>kelime</b>{% endif %}</p>',
        encoding="utf-8",
    )
    found = looked_at(made)
    assert set(re.findall(r"\w+", " ".join(found.found))) == {"başlık", "çıplak", "kelime"}
    assert found.styled == ["p style"]
