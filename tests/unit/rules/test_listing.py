"""The rule book as people and programs read it: what is in force on a day, and every finding there can be."""

import ast
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import orjson
import pytest
from typer.testing import CliRunner

import workflow.rules
from adapters.entrypoints.cli import app
from adapters.law.forms import FORMS
from tests.law import BOOK
from workflow.rules.findings import Severity
from workflow.rules.listing import document
from workflow.rules.severity import SEVERITIES
from workflow.rules.texts import TEXTS

TODAY = date(2026, 11, 26)


@pytest.mark.parametrize(
    ("day", "kg", "scopes"),
    [
        (date(2019, 7, 13), "150", ["commercial"]),
        (date(2019, 7, 14), "300", ["commercial"]),
        (date(2025, 11, 5), "300", ["commercial"]),
        (date(2025, 11, 6), "300", ["commercial", "consignment"]),
        (date(2026, 1, 2), "300", ["commercial", "consignment"]),
        (date(2026, 1, 3), "600", ["commercial", "consignment"]),
    ],
)
def test_only_what_is_in_force_on_the_day_is_listed(day: date, kg: str, scopes: list[str]) -> None:
    """One limit, and the sale types of that day."""
    found = document(BOOK, day)
    assert (found["on"], found["version"]) == (day.isoformat(), BOOK.version)
    assert [row["max_gross_kg"] for row in found["tables"]["limits"]] == [kg]
    assert [row["sale_type"] for row in found["tables"]["scopes"]] == scopes


def test_each_row_says_its_days_source_and_certainty() -> None:
    """In plain values, its own columns first; an end that is not known is no date."""
    found = document(BOOK, date(2026, 1, 3))
    assert found["tables"].keys() == FORMS.keys()
    assert found["tables"]["limits"] == [
        {
            "max_gross_kg": "600",
            "max_eur": "30000",
            "valid_from": "2026-01-03",
            "valid_to": None,
            "source": BOOK.limits[-1].source,
            "certainty": "verified",
        }
    ]
    assert list(found["tables"]["limits"][0])[:2] == ["max_gross_kg", "max_eur"]
    (share,) = found["tables"]["income_tax_shares"]
    assert (share["share"], share["valid_from"], share["source_checked_on"]) == ("0.5", "2025-01-01", "2026-11-23")
    assert next(row for row in found["tables"]["incoterms"] if row["code"] == "CIF")["insurance"] is True
    assert orjson.loads(orjson.dumps(found)) == found


def test_every_finding_is_listed_with_severity_text_and_source() -> None:
    """Sorted by code."""
    found = document(BOOK, TODAY)["findings"]
    assert [(one["code"], one["variant"]) for one in found] == sorted(TEXTS)
    one = next(one for one in found if (one["code"], one["variant"]) == ("LINE003", ""))
    text = TEXTS["LINE003", ""]
    assert one["severity"] == "block"
    assert (one["message"], one["source"]) == ({"tr": text.tr, "en": text.en}, text.source)


SEVERITY_NAMES = {"_BLOCK": Severity.BLOCK, "Severity.BLOCK": Severity.BLOCK, "Severity.WARN": Severity.WARN}


def made() -> Iterator[tuple[str, Severity, str]]:
    """Code, severity and variant of each ``Finding(...)`` in the rules, as far as they stand there as constants."""
    for file in Path(workflow.rules.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "Finding" and len(node.args) > 1:
                code, severity = node.args[0], SEVERITY_NAMES.get(ast.unparse(node.args[1]))
                variant: Any = node.args[3] if len(node.args) > 3 else ast.Constant("")
                if isinstance(code, ast.Constant) and isinstance(variant, ast.Constant) and severity is not None:
                    yield str(code.value), severity, str(variant.value)


def test_what_is_listed_is_what_the_rules_do() -> None:
    """Each finding that the rules make has the severity listed, and a text."""
    every = list(made())
    assert len(every) > 40
    assert [one for one in every if SEVERITIES.get((one[0], one[2])) is not one[1]] == []


def test_the_command_needs_no_server(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """As JSON for programs: the same as the document."""
    monkeypatch.setenv("KERVAN_DATA_DIR", str(tmp_path))
    done = CliRunner().invoke(app, ["rules", "list", "--on", "2026-01-02", "--json"])
    assert done.exit_code == 0
    assert orjson.loads(done.stdout) == document(BOOK, date(2026, 1, 2))
    assert CliRunner().invoke(app, ["rules", "list", "--on", "yesterday"]).exit_code != 0


@pytest.mark.parametrize(
    ("locale", "words"),
    [
        (
            "tr",
            [
                "Kural kümesi",
                "doğrulanmamış",
                "başından beri – 2019-07-13",
                "LINE003 (engeller): Menşe",
                "LINE006 both (uyarır)",
            ],
        ),
        ("en", ["Rule set", "unverified", "always – 2019-07-13", "LINE003 (blocks): The country", "LINE006 both (warns)"]),
    ],
)
def test_people_read_it_in_their_language(monkeypatch: pytest.MonkeyPatch, locale: str, words: list[str]) -> None:
    """Every table by its name, every finding with its text; an empty table says so."""
    monkeypatch.setenv("KERVAN_LOCALE", locale)
    done = CliRunner().invoke(app, ["rules", "list", "--on", "2019-07-13"])
    assert done.exit_code == 0
    for word in (*words, *(f"({name}.toml)" for name in FORMS), "kayıt yok" if locale == "tr" else "no rows"):
        assert word in done.stdout
