"""What the console serves from others: pinned, known by hash, licensed, and whole."""

import json
import re
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from adapters.web.console import assets

ROOT = Path(__file__).parents[3]
PINNED = json.loads((ROOT / "deploy" / "assets" / "package.json").read_text(encoding="utf-8"))
FOLDERS = {
    assets.STATIC / "vendor": PINNED["dependencies"],
    ROOT / "tests" / "console" / "assets": PINNED["devDependencies"],
}
LICENCES = {"BSD-0-Clause", "MIT", "OFL-1.1", "MPL-2.0"}


def manifest(folder: Path) -> list[dict[str, Any]]:
    """What was written down of a folder's files."""
    found: list[dict[str, Any]] = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    return found


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_the_manifest_is_true(folder: Path) -> None:
    """Each file is the one that was written down, none is without a line, and the versions are those that are pinned."""
    lines = manifest(folder)
    assert {line["file"] for line in lines} | {"manifest.json"} == {path.name for path in folder.iterdir()}
    assert [line["file"] for line in lines if sha256((folder / line["file"]).read_bytes()).hexdigest() != line["sha256"]] == []
    assert {line["package"]: line["version"] for line in lines} == FOLDERS[folder]


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_each_package_comes_with_its_licence(folder: Path) -> None:
    """The licence is a known one, and its text lies beside the files."""
    lines = manifest(folder)
    assert {line["licence"] for line in lines} <= LICENCES
    assert {line["package"] for line in lines if "LICENSE" in line["file"]} == set(FOLDERS[folder])


def test_versions_are_pinned_exactly() -> None:
    """A range would let another file in at the next copying."""
    for versions in FOLDERS.values():
        assert [version for version in versions.values() if not re.fullmatch(r"\d+\.\d+\.\d+", version)] == []


def test_the_style_leads_to_files_that_are_there_by_their_marks() -> None:
    """Each address in the style is one of ours, with the mark of the file's content, so that it may be kept for ever."""
    links = re.findall(r'url\("([^"]+)"\)', assets._all()["console.css"].content.decode())
    assert len(links) == 2
    assert [link for link in links if f"{assets.AT}/{link}" != assets.address(link.partition("?")[0])] == []


def test_nothing_in_the_style_or_script_is_fetched_from_elsewhere() -> None:
    """No file names another host where it would be loaded from."""
    for name, asset in assets._all().items():
        if name.endswith((".css", ".js")):
            text = asset.content.decode()
            assert re.findall(r"(?:url\(|@import|import\(|fetch\(|src=)\s*[\"']?https?:", text) == [], name
