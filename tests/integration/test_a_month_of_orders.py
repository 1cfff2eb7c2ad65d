"""All of December 2010 of a real shop: every order judged, every invoice of those that pass checked with GİB's own rules."""

import lzma
from pathlib import Path
from typing import Any

import orjson
import pytest
from typer.testing import CliRunner

from adapters.entrypoints.cli import app as cli

ROOT = Path(__file__).parents[2]
DEMO = ROOT / "deploy" / "demo"
COMPANIONS = [f"--{name}={DEMO / file}" for name, file in
              (("catalogue", "catalogue.csv"), ("seller", "seller.toml"), ("rates", "rates.csv"))]  # fmt: skip


@pytest.fixture(scope="module")
def month(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The month's file."""
    path = tmp_path_factory.mktemp("orders") / "2010-12.csv"
    path.write_bytes(lzma.decompress((ROOT / "tests" / "data" / "orders-2010-12.csv.xz").read_bytes()))
    return path


def checked(month: Path, *more: str) -> tuple[int, dict[str, Any]]:
    """What the command finds, and how it ends."""
    done = CliRunner().invoke(cli, ["import", "check", str(month), *COMPANIONS, "--json", *more])
    return done.exit_code, orjson.loads(done.stdout)


def test_every_order_of_a_month_is_judged_and_every_invoice_of_those_that_pass_is_valid(
    month: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At least 500 invoices, each by Kervan's rules and GİB's; each order ends in exactly one count."""
    monkeypatch.setenv("KERVAN_GIB_CHECK", "required")
    code, found = checked(month, "--packaging", "0.05")
    assert (code, found["faults"], found["checked_by_gib"]) == (0, [], True)
    assert found["orders"] == 2025
    assert found["orders"] == found["nothing_to_ship"] + found["unreadable"] + found["passing"] + found["held"]
    assert found["unreadable"] == 0
    assert found["valid"] == found["invoices"] == found["passing"] >= 500
    assert {"LINE002", "LINE003", "LINE004"} <= set(found["held_by"])
    assert set(found["held_by_alone"]) <= set(found["held_by"])


def test_without_rates_nothing_passes_for_want_of_them(month: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """FX001 rather than a guess: each order that would pass otherwise is held by it."""
    monkeypatch.setenv("KERVAN_GIB_CHECK", "off")
    arguments = ["import", "check", str(month), *COMPANIONS[:2], "--json"]
    found = orjson.loads(CliRunner().invoke(cli, arguments).stdout)
    assert (found["passing"], found["held_by"]["FX001"]) == (0, found["held"])


@pytest.mark.parametrize(("locale", "words"), [("tr", "geçerli"), ("en", "valid")])
def test_the_report_reads_in_both_languages(
    month: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, locale: str, words: str
) -> None:
    """A table for people; of a few orders here."""
    monkeypatch.setenv("KERVAN_GIB_CHECK", "off")
    monkeypatch.setenv("KERVAN_LOCALE", locale)
    few = tmp_path / "few.csv"
    few.write_bytes(b"".join(month.read_bytes().splitlines(keepends=True)[:200]))
    done = CliRunner().invoke(cli, ["import", "check", str(few), *COMPANIONS])
    assert done.exit_code == 0
    assert words in done.stdout
