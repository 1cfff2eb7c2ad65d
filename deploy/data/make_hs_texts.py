"""Make ``adapters/goods/hs2022.csv.gz`` from the nomenclature's CSV (columns section, hscode, description, parent, level).

Section, parent and level are left out: a code's beginning says them. Usage: ``python deploy/data/make_hs_texts.py
hs-nomenclature.csv adapters/goods/hs2022.csv.gz``; the same input gives the same bytes.
"""

import csv
import gzip
import io
import sys
from pathlib import Path


def texts(path: Path) -> str:
    """The codes of chapters, headings and subheadings with their texts, in order."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = sorted((row["hscode"], row["description"]) for row in csv.DictReader(file) if row["hscode"].isdigit())
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([("code", "description"), *rows])
    return out.getvalue()


if __name__ == "__main__":
    Path(sys.argv[2]).write_bytes(gzip.compress(texts(Path(sys.argv[1])).encode(), 9, mtime=0))
