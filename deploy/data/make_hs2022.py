"""Make ``workflow/rules/hs2022.py`` from the nomenclature's CSV (columns section, hscode, description, parent, level).

Usage: ``python deploy/data/make_hs2022.py hs-nomenclature.csv > endings.txt`` and put the words into the module.
"""

import csv
import sys
import textwrap
from collections import defaultdict
from pathlib import Path


def words(path: Path) -> str:
    """One word a heading: its four digits, a colon, and the endings of its subheadings."""
    headings: defaultdict[str, list[str]] = defaultdict(list)
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            code = row["hscode"]
            if len(code) == 6 and code.isdigit():
                headings[code[:4]].append(code[4:])
    found = " ".join(f"{heading}:{''.join(sorted(set(ends)))}" for heading, ends in sorted(headings.items()))
    return "\n".join(textwrap.wrap(found, 116, break_long_words=False))


if __name__ == "__main__":
    sys.stdout.write(words(Path(sys.argv[1])) + "\n")
