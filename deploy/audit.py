"""Whether anything that the locks name is known to be vulnerable, by `pip-audit` and the index that packages come from.

    python deploy/audit.py [requirements/runtime.txt]

Ends with 0 where every package was looked up and none has a known vulnerability, with 1 where one has, and with 2 where some
could not be looked up: `pip-audit` itself calls that clean, even if it could ask nobody at all.
"""

import json
import subprocess
import sys
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
WITHIN_S = 120


class Verdict(IntEnum):
    """How an audit ended; the number is the process's."""

    CLEAN = 0
    VULNERABLE = 1
    NOT_AUDITED = 2


@dataclass(frozen=True, slots=True)
class Audit:
    """What was found: packages that were looked up, those that could not be, and what is wrong with which."""

    clean: tuple[str, ...]
    not_audited: tuple[str, ...]
    vulnerable: tuple[str, ...]

    @property
    def verdict(self) -> Verdict:
        """What is wrong counts before what is not known, and an audit of nothing is none."""
        if self.vulnerable:
            return Verdict.VULNERABLE
        return Verdict.NOT_AUDITED if self.not_audited or not self.clean else Verdict.CLEAN

    def told(self) -> str:
        """In words, a line for each package that is vulnerable."""
        lines = [f"VULNERABLE: {one}" for one in self.vulnerable]
        if self.not_audited:
            lines.append(f"NOT AUDITED, since nobody who knows could be asked: {len(self.not_audited)} packages")
        return "\n".join([*lines, f"no known vulnerability: {len(self.clean)} packages"])


def read(report: dict[str, Any]) -> Audit:
    """What `pip-audit --format json` says."""
    clean, not_audited, vulnerable = [], [], []
    for one in report["dependencies"]:
        if "skip_reason" in one:
            not_audited.append(one["name"])
        elif one["vulns"]:
            known = ", ".join(f"{f['id']} (mended in {', '.join(f['fix_versions']) or 'nothing yet'})" for f in one["vulns"])
            vulnerable.append(f"{one['name']} {one['version']}: {known}")
        else:
            clean.append(one["name"])
    return Audit(tuple(clean), tuple(not_audited), tuple(vulnerable))


def audit(lock: Path) -> Audit:
    """Ask about all packages of a lock; nothing is installed for it.

    Raises:
        json.JSONDecodeError: `pip-audit` could not even begin; what it said went to stderr.
        subprocess.TimeoutExpired: nobody answered in time.
    """
    options = ("--disable-pip", "--require-hashes", "--progress-spinner", "off", "--format", "json", "--timeout", "10")
    command = [sys.executable, "-m", "pip_audit", *options, "--requirement", str(lock)]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=False, timeout=WITHIN_S)  # noqa: S603 - ours
    return read(json.loads(done.stdout))


if __name__ == "__main__":
    found = audit(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "requirements" / "runtime.txt")
    sys.stdout.write(found.told() + "\n")
    sys.exit(found.verdict)
