"""PDFs as operators might send them, set with typst: no operator's real one was had."""

from collections.abc import Sequence

import typst

Rows = Sequence[Sequence[str]]


def pdf(source: str) -> bytes:
    """A PDF of a typst source, in the font that comes with typst."""
    page = '#set page(paper: "a4", margin: 1.5cm)\n#set text(size: 8pt)\n'
    made = typst.compile((page + source).encode(), format="pdf")
    assert isinstance(made, bytes)
    return made


def said(text: str) -> str:
    """A text as typst takes it literally."""
    return '#"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def table(headings: Sequence[str], rows: Rows, options: str = "", columns: str = "") -> str:
    """A table of typst."""
    cells = ", ".join(f"[{said(cell)}]" for row in (headings, *rows) for cell in row)
    return f"#table(columns: {columns or len(headings)}, {options} {cells})\n"


def labels(number: str, day: str, *, form: str = "colon") -> str:
    """What stands over a table: number and day."""
    forms = {
        "colon": f"{said('ETGB NO: ' + number)} \\\n{said('ETGB TARİH: ' + day)}\n\n",
        "one line": f"{said('ETGB NO : ' + number)} #h(2cm) {said('ETGB TARİHİ : ' + day)}\n\n",
        "cells": f"#table(columns: 4, stroke: none, [ETGB NO], [{said(': ' + number)}], [ETGB TARİH], [{said(': ' + day)}])\n",
        "bare": f"{said('ETGB NUMBER ' + number)} \\\n{said('ETGB DATE ' + day)}\n\n",
        "over": table(("ETGB NO", "ETGB TARİHİ"), [(number, day)]),
    }
    return forms[form]
