"""The bill of materials names all that is locked, with its sums, and is the same each time."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

ROOT = Path(__file__).parents[2]
LOCK = ROOT / "requirements" / "runtime.txt"


def made(*more: str, lock: Path = LOCK) -> Any:
    """What the script prints."""
    command = [sys.executable, str(ROOT / "deploy" / "sbom.py"), str(lock), *more]
    return json.loads(subprocess.run(command, capture_output=True, check=True).stdout)


@pytest.fixture(scope="module")
def bill() -> Any:
    """The bill of the runtime's lock."""
    return made()


def test_every_locked_package_is_in_it_with_every_sum(bill: Any) -> None:
    """Counted in another way than the script reads: no package and no hash is left out."""
    text = LOCK.read_text(encoding="utf-8")
    packages = re.findall(r"^([\w.-]+)(?:\[.*?\])?==([^\s;\\]+)", text, re.MULTILINE)
    libraries = [one for one in bill["components"] if one["type"] == "library"]
    normal = [(re.sub(r"[-_.]+", "-", name).lower(), version) for name, version in packages]
    assert [(one["name"], one["version"]) for one in libraries] == normal
    assert sum(len(one["hashes"]) for one in libraries) == text.count("--hash=sha256:")
    assert all(one["hashes"] and one["purl"] == f"pkg:pypi/{one['name']}@{one['version']}" for one in libraries)


def test_the_image_names_what_it_has_a_part_of(tmp_path: Path) -> None:
    """Two programs of a package that is not installed there: it is named all the same, by the name that the lock has."""
    dockerfile = (ROOT / "deploy" / "Dockerfile").read_text(encoding="utf-8")
    (besides,) = re.findall(r"--besides=(\S+)", dockerfile)
    assert f"cp $packages/{besides.replace('-', '_')}/" in dockerfile
    assert re.search(rf"^{besides}==", LOCK.read_text(encoding="utf-8"), re.MULTILINE)
    lock = tmp_path / "lock.txt"
    lock.write_text(f"no-such-package==1.0 \\\n    --hash=sha256:{'0' * 64}\n")
    for more, named in ((), []), (("--besides=no-such-package",), ["no-such-package"]):
        libraries = [one["name"] for one in made("--installed", *more, lock=lock)["components"] if one["type"] == "library"]
        assert libraries == named


def test_files_of_others_that_kervan_carries_are_in_it(bill: Any) -> None:
    """With the sums that the assets' own manifest has."""
    manifest = json.loads((ROOT / "adapters/web/console/static/vendor/manifest.json").read_bytes())
    files = {one["name"]: one["hashes"][0]["content"] for one in bill["components"] if one["type"] == "file"}
    assert files == {one["file"]: one["sha256"] for one in manifest}


def test_it_is_of_the_form_that_readers_expect(bill: Any) -> None:
    """CycloneDX 1.6: references are unique, and all that the application depends on is a component."""
    assert (bill["bomFormat"], bill["specVersion"], bill["version"]) == ("CycloneDX", "1.6", 1)
    assert re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", bill["serialNumber"])
    references = [one["bom-ref"] for one in bill["components"]]
    assert len(set(references)) == len(references)
    assert bill["dependencies"][0]["dependsOn"] == references
    stated = [one for one in bill["components"] if "licenses" in one]
    assert len(stated) > len(references) * 0.9
    assert all(set(entry) <= {"license", "expression"} for one in stated for entry in one["licenses"])


def test_it_keeps_to_the_standards_own_schema(bill: Any) -> None:
    """CycloneDX 1.6, nothing unknown let through, licences' names by SPDX."""
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(json.dumps(bill)) is None


def test_the_same_lock_gives_the_same_bill(bill: Any) -> None:
    """So that two builds can be compared."""
    assert made() == bill


def test_a_line_that_is_not_understood_is_no_bill(tmp_path: Path) -> None:
    """Rather none than one with something left out."""
    lock = tmp_path / "lock.txt"
    lock.write_text("thing @ https://example.org/thing.whl\n")
    with pytest.raises(subprocess.CalledProcessError):
        made(lock=lock)
