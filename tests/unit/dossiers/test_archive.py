"""The archive: the same dossier the same bytes, each file with its sum, and what is missing said in words."""

import hashlib
import json
import subprocess
import sys
from pathlib import Path

import pytest

from adapters.dossiers import dossier, petition, report
from adapters.dossiers.archive import MANIFEST, SUMS
from adapters.dossiers.remarks import TEXTS, remark
from adapters.dossiers.rows import Enclosure
from tests.unit.dossiers.made import DOCUMENTS, XML, cells, made, opened, written

ROOT = Path(__file__).parents[3]


def test_the_same_dossier_gives_the_same_bytes_in_any_process() -> None:
    """Neither clock, time zone, locale nor umask of the machine come in."""
    code = (
        "import hashlib, os; os.umask(int(os.environ['MASK'], 8)); from tests.unit.dossiers.made import made, written; "
        "print(hashlib.sha256(written(made())).hexdigest())"
    )
    places = (
        {"TZ": "Asia/Tokyo", "LC_ALL": "C", "MASK": "077"},
        {"TZ": "America/New_York", "LC_ALL": "C.UTF-8", "MASK": "000", "PYTHONHASHSEED": "7"},
    )
    sums = {
        subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=env, capture_output=True, text=True, check=True).stdout
        for env in places
    }
    assert sums == {hashlib.sha256(written(made())).hexdigest() + "\n"}
    assert written(made(4)) != written(made())


def test_every_file_stands_in_the_manifest_with_its_sum() -> None:
    """Size and SHA-256 of each, and nothing in the archive that the manifest does not name."""
    archive = opened(written(made()))
    manifest = json.loads(archive.read(MANIFEST))
    assert {one["path"] for one in manifest["files"]} == set(archive.namelist()) - {MANIFEST, SUMS}
    for one in manifest["files"]:
        content = archive.read(one["path"])
        assert (one["bytes"], one["sha256"]) == (len(content), hashlib.sha256(content).hexdigest())
        assert one["what"]["tr"] != one["what"]["en"]


def test_the_sums_can_be_checked_with_the_tool_that_everybody_has(tmp_path: Path) -> None:
    """``sha256sum -c`` agrees, the manifest included; and notices a changed file."""
    opened(written(made())).extractall(tmp_path)
    check = ["sha256sum", "--check", "--strict", "--quiet", SUMS]
    assert subprocess.run(check, cwd=tmp_path, check=False).returncode == 0
    (tmp_path / MANIFEST).write_text("{}")
    assert subprocess.run(check, cwd=tmp_path, check=False, capture_output=True).returncode != 0


def test_all_that_a_claim_needs_is_in() -> None:
    """Petition, six lists, report, enclosures, manifest."""
    names = opened(written(made())).namelist()
    assert names[0] == petition.FILE
    assert [one for one in names if one.startswith("listeler/")] == [
        "listeler/gcb-etgb-listesi.xlsx",
        "listeler/satis-faturalari-301.xlsx",
        "listeler/yuklenilen-kdv.xlsx",
        "listeler/indirilecek-kdv.xlsx",
        "listeler/vedop-kanitlari.xlsx",
        "listeler/iadesi-talep-edilen-kdv-hesaplama-tablosu.xlsx",
    ]
    assert {report.FILE, "faturalar/0.xml", "faturalar/1.pdf"} <= set(names)


def test_an_enclosure_is_byte_for_byte_what_was_kept() -> None:
    """Kervan changes no document."""
    archive = opened(written(made()))
    assert [archive.read(path) for path in ("faturalar/0.xml", "faturalar/1.pdf")] == list(DOCUMENTS.values())


def test_a_document_that_cannot_be_read_back_is_said_to_be_missing() -> None:
    """In the manifest and in the report, in both languages; the dossier is made all the same."""
    archive = opened(written(made(enclosures=[Enclosure("faturalar/9.xml", XML, "0" * 64)])))
    assert "faturalar/9.xml" not in archive.namelist()
    (missing,) = json.loads(archive.read(MANIFEST))["missing"]
    assert (missing["code"], missing["subjects"]) == ("document_unreadable", ["faturalar/9.xml"])
    (row,) = cells(archive.read(report.FILE), 3)[4:]
    assert row[2:] == ["faturalar/9.xml", missing["tr"], missing["en"]]


def test_progress_is_told_for_each_enclosure() -> None:
    """So that a long export shows how far it is."""
    import io

    told: list[tuple[int, int]] = []
    dossier.write(made(), DOCUMENTS.get, io.BytesIO(), lambda done, of: told.append((done, of)))
    assert told == [(1, 2), (2, 2)]


def test_a_supplement_has_a_name_of_its_own() -> None:
    """So that both can lie in one folder."""
    of = made()
    assert dossier.name(of) == "kdv-iade-1234567890-2026-11.zip"
    import dataclasses

    later = dataclasses.replace(of, claim=dataclasses.replace(of.claim, supplement=2))
    assert dossier.name(later) == "kdv-iade-1234567890-2026-11-ek2.zip"


@pytest.mark.parametrize("code", sorted(TEXTS))
def test_every_remark_says_in_two_languages_what_to_do(code: str) -> None:
    """Whole sentences, and no copy of each other."""
    turkish, english = remark(code, "x").text
    assert turkish != english
    assert all(text.endswith(".") and text == text.strip() for text in (turkish, english))
