"""Copy the console's assets out of the packages that ``package.json`` pins, and write down what each of them is.

``make assets`` runs it. The manifest's SHA-256 stand for the lock of a package manager: a file that differs from the one
that was reviewed shows in the commit, and a test compares the files with the manifest wherever the tests run.
"""

import json
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
STATIC = ROOT / "adapters" / "web" / "console" / "static" / "vendor"
TESTS = ROOT / "tests" / "console" / "assets"


@dataclass(frozen=True, slots=True)
class Taken:
    """A file of a package, and under which name it is kept where."""

    package: str
    path: str
    folder: Path
    name: str


FILES = (
    Taken("htmx.org", "dist/htmx.min.js", STATIC, "htmx.min.js"),
    Taken("htmx.org", "LICENSE", STATIC, "htmx.LICENSE.txt"),
    Taken("uplot", "dist/uPlot.iife.min.js", STATIC, "uplot.min.js"),
    Taken("uplot", "dist/uPlot.min.css", STATIC, "uplot.min.css"),
    Taken("uplot", "LICENSE", STATIC, "uplot.LICENSE.txt"),
    Taken("@fontsource-variable/inter", "files/inter-latin-wght-normal.woff2", STATIC, "inter-latin.woff2"),
    Taken("@fontsource-variable/inter", "files/inter-latin-ext-wght-normal.woff2", STATIC, "inter-latin-ext.woff2"),
    Taken("@fontsource-variable/inter", "LICENSE", STATIC, "inter.LICENSE.txt"),
    Taken("axe-core", "axe.min.js", TESTS, "axe.min.js"),
    Taken("axe-core", "LICENSE", TESTS, "axe.LICENSE.txt"),
)
"""latin-ext is there for ğ, ş, ı and İ; axe-core looks for faults of accessibility in the tests and is in no wheel."""


def main() -> None:
    """Install the packages into a folder that goes, copy, and write the manifests."""
    npm = shutil.which("npm")
    if npm is None:
        raise SystemExit("Copying the console's assets again takes npm; using them does not.")
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(HERE / "package.json", folder)
        install = [npm, "install", "--no-package-lock", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"]
        subprocess.run(install, cwd=folder, check=True)  # noqa: S603 - our own words
        for target in (STATIC, TESTS):
            target.mkdir(parents=True, exist_ok=True)
            manifest = [_copy(taken, Path(folder) / "node_modules") for taken in FILES if taken.folder == target]
            text = json.dumps(manifest, indent=2, ensure_ascii=False) + "\n"
            (target / "manifest.json").write_text(text, encoding="utf-8")


def _copy(taken: Taken, packages: Path) -> dict[str, str]:
    package = packages / taken.package
    about = json.loads((package / "package.json").read_text(encoding="utf-8"))
    content = (package / taken.path).read_bytes()
    (taken.folder / taken.name).write_bytes(content)
    return {
        "file": taken.name,
        "package": taken.package,
        "version": about["version"],
        "licence": about["license"],
        "sha256": sha256(content).hexdigest(),
    }


if __name__ == "__main__":
    main()
