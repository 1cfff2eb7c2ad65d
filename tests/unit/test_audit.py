"""Packages with known vulnerabilities are found, and what nobody could be asked about is never called clean."""

import json
from pathlib import Path
from subprocess import TimeoutExpired

import pytest

from deploy.audit import Verdict, audit, read

LOCK = Path(__file__).parents[2] / "requirements" / "runtime.txt"
CLEAN = {"name": "lxml", "version": "6.0.0", "vulns": []}
SKIPPED = {"name": "jinja2", "skip_reason": "Dependency not found"}
VULNERABLE = {
    "name": "urllib3",
    "version": "1.0",
    "vulns": [{"id": "PYSEC-2026-1", "fix_versions": ["1.1"], "aliases": [], "description": "x"}],
}


@pytest.mark.parametrize(
    ("dependencies", "verdict"),
    [
        ([CLEAN], Verdict.CLEAN),
        ([CLEAN, SKIPPED], Verdict.NOT_AUDITED),
        ([CLEAN, SKIPPED, VULNERABLE], Verdict.VULNERABLE),
        ([], Verdict.NOT_AUDITED),
    ],
)
def test_only_what_was_looked_up_without_fault_is_clean(dependencies: list[dict[str, object]], verdict: Verdict) -> None:
    """pip-audit calls a package that it could not find one without vulnerabilities."""
    assert read({"dependencies": dependencies}).verdict is verdict


def test_a_vulnerable_package_is_named_with_what_mends_it() -> None:
    """With its version, the advisory's number and the version to take."""
    assert "VULNERABLE: urllib3 1.0: PYSEC-2026-1 (mended in 1.1)" in read({"dependencies": [VULNERABLE]}).told()


def test_nothing_that_kervan_needs_to_run_is_known_to_be_vulnerable() -> None:
    """All of the lock, where somebody who knows can be asked."""
    try:
        found = audit(LOCK)
    except (json.JSONDecodeError, TimeoutExpired) as error:
        pytest.skip(f"VULNERABILITIES WERE NOT LOOKED UP: pip-audit could not ask anybody ({type(error).__name__})")
    assert found.vulnerable == (), found.told()
    if found.not_audited:
        pytest.skip(f"VULNERABILITIES WERE NOT LOOKED UP: {found.told()}")
