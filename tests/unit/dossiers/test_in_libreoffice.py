"""What a spreadsheet program makes of the workbooks: LibreOffice, without a screen, finds texts, numbers and days.

``KERVAN_TEST_SOFFICE`` says what happens where there is no LibreOffice: by default these tests are skipped and say so;
``required`` makes them fail (as in the continuous integration where it could be installed); ``never`` leaves them out.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from adapters.dossiers import report
from adapters.dossiers.columns import Form
from adapters.dossiers.workbook import listed
from tests.unit.dossiers.made import made
from tests.unit.dossiers.test_lists import LISTS

ASKED = os.environ.get("KERVAN_TEST_SOFFICE", "")
PROGRAM = shutil.which("soffice") or shutil.which("libreoffice")
MISSING = (
    "LibreOffice is not installed, so nobody opened the lists with a spreadsheet program. "
    "`apt-get install --no-install-recommends libreoffice-calc` brings it; KERVAN_TEST_SOFFICE=required makes this a failure."
)
CSV = "csv:Text - txt - csv (StarCalc):59,34,76,1,,1033,true,true"
"""Semicolons, UTF-8, every text in quotation marks and nothing else, cells as they are shown."""
SHOWN: dict[Form, str] = {
    Form.TEXT: r'"(?:[^"]|"")*"|',
    Form.LONG: r'"(?:[^"]|"")*"|',
    Form.COUNT: r"\d+",
    Form.AMOUNT: r"-?\d{1,3}(?:,\d{3})*\.\d\d|",
    Form.DAY: r"\d\d\.\d\d\.\d{4}|",
}
"""How a cell of each kind comes out: a text in quotation marks, a number and a day without."""

pytestmark = pytest.mark.skipif(ASKED == "never", reason="KERVAN_TEST_SOFFICE=never: LibreOffice was not asked")


@pytest.fixture
def converted(tmp_path: Path) -> Callable[[bytes], list[str]]:
    """Gives the lines of a workbook's first sheet as LibreOffice writes them."""
    if PROGRAM is None:
        if ASKED == "required":
            pytest.fail(MISSING)
        pytest.skip(MISSING)

    def convert(workbook: bytes) -> list[str]:
        (tmp_path / "list.xlsx").write_bytes(workbook)
        profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
        command = [PROGRAM, profile, "--headless", "--norestore", "--convert-to", CSV, "list.xlsx"]
        subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, timeout=120)
        return (tmp_path / "list.csv").read_text(encoding="utf-8").splitlines()

    return convert


@pytest.mark.parametrize("name", LISTS)
def test_a_list_opens_with_texts_numbers_and_days(name: str, converted: Callable[[bytes], list[str]]) -> None:
    """Headings in row 4, data from B5, each cell of its column's kind."""
    form, rows = LISTS[name]
    lines = converted(listed(form, rows))
    heads = ['"Sıra No"', *(f'"{column.heading}"' for column in form.columns)]
    assert lines[3] == ";" + ";".join(heads)
    line = re.compile(";".join([r"", r"\d+", *(f"(?:{SHOWN[column.form]})" for column in form.columns)]))
    assert len(lines) == 4 + len(rows)
    assert [line.fullmatch(one) is not None for one in lines[4:]] == [True] * len(rows), lines[4]


def test_the_report_opens(converted: Callable[[bytes], list[str]]) -> None:
    """Its first sheet, with the sums as numbers."""
    lines = converted(report.report(made(), []))
    assert ';"İhracat bedeli (TL) / Exported (TRY)";206,658.36' in lines
