"""The software bill of materials: CycloneDX 1.6 of all that a lock names, and of the files of others that Kervan carries.

    python deploy/sbom.py requirements/runtime.txt [--installed [--besides=NAME …]] > sbom.cdx.json

The standard library is enough, so that the image can make its own while it is built. The same lock gives the same bytes: no
time, no random serial number. Licences are those that the installed packages state; one that is not installed has none here.
"""

import json
import re
import sys
import tomllib
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

ROOT = Path(__file__).parents[1]
_VENDORED = Path("adapters/web/console/static/vendor/manifest.json")
_NAMESPACE = UUID("0b0f3a52-5f0e-5c5c-8a56-3f0f6a2d9c10")
_LOCKED = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)(?:\[[^\]]*\])?==(?P<version>[^\s;\\]+)\s*(?:;\s*(?P<marker>[^\\]+?))?\s*\\?$")
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


def locked(lock: str) -> list[dict[str, Any]]:
    """The packages of a lock (pip's own form, with hashes), each as a component.

    Raises:
        ValueError: a line is neither a package nor a hash, so something would be missing.
    """
    found: list[dict[str, Any]] = []
    for number, line in enumerate(lock.splitlines(), start=1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        if hashed := _HASH.search(line):
            found[-1]["hashes"].append({"alg": "SHA-256", "content": hashed[1]})
        elif package := _LOCKED.match(line.strip()):
            found.append(_component(package["name"], package["version"], package["marker"] or ""))
        else:
            message = f"line {number} of the lock is neither a package nor a hash: {line}"
            raise ValueError(message)
    return found


def _component(name: str, version: str, marker: str) -> dict[str, Any]:
    normal = re.sub(r"[-_.]+", "-", name).lower()
    purl = f"pkg:pypi/{normal}@{version}"
    component: dict[str, Any] = {
        "type": "library",
        "bom-ref": purl,
        "name": normal,
        "version": version,
        "purl": purl,
        "hashes": [],
    }
    if marker:
        component["properties"] = [{"name": "kervan:only-where", "value": marker.strip()}]
    if licence := _licence(name):
        component["licenses"] = [licence]
    return component


def _licence(name: str) -> dict[str, Any] | None:
    """What an installed package says of its licence."""
    try:
        told = metadata(name)
    except PackageNotFoundError:
        return None
    if expression := told.get("License-Expression"):
        return {"expression": expression}
    classified = [text.rpartition(" :: ")[2] for text in told.get_all("Classifier") or [] if text.startswith("License :: ")]
    words = classified[0] if classified else (told.get("License") or "").strip().partition("\n")[0]
    return {"license": {"name": words}} if words else None


def carried(manifest: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The files of others that lie in the repository, each as a component."""
    return [
        {
            "type": "file",
            "bom-ref": f"file:{one['file']}",
            "name": one["file"],
            "version": one["version"],
            "licenses": [{"license": {"name": one["licence"]}}],
            "hashes": [{"alg": "SHA-256", "content": one["sha256"]}],
        }
        for one in manifest
    ]


def bill(lock: str, manifest: list[dict[str, Any]], version: str) -> dict[str, Any]:
    """The bill of materials."""
    parts = [*locked(lock), *carried(manifest)]
    # an SPDX expression stands alone in its list, so each component has one licence entry at most
    serial = uuid5(_NAMESPACE, sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest())
    root = f"pkg:pypi/kervan@{version}"
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{serial}",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": root,
                "name": "kervan",
                "version": version,
                "purl": root,
                "licenses": [{"expression": "Apache-2.0"}],
            }
        },
        "components": parts,
        "dependencies": [{"ref": root, "dependsOn": [part["bom-ref"] for part in parts]}],
    }


def _installed(name: str) -> bool:
    try:
        metadata(name)
    except PackageNotFoundError:
        return False
    return True


def main(lock: Path, *, installed: bool, besides: frozenset[str] = frozenset()) -> None:
    """Print the bill of a lock, or with ``installed`` of what of it is here: an image leaves the embedded servers out.

    ``besides`` are packages of which a part is here that nothing else tells of.
    """
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    manifest = json.loads((ROOT / _VENDORED).read_text(encoding="utf-8"))
    found = bill(lock.read_text(encoding="utf-8"), manifest, version)
    if installed:
        found["components"] = [
            one for one in found["components"] if one["type"] == "file" or one["name"] in besides or _installed(one["name"])
        ]
        found["dependencies"][0]["dependsOn"] = [one["bom-ref"] for one in found["components"]]
    sys.stdout.write(json.dumps(found, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    partly = frozenset(one.removeprefix("--besides=") for one in sys.argv[2:] if one.startswith("--besides="))
    main(Path(sys.argv[1]), installed="--installed" in sys.argv[2:], besides=partly)
