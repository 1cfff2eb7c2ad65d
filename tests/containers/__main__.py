"""``make containers``: an engine, images, then the tests; skipped loudly where no engine can be had."""

import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tests.containers import images
from tests.containers.conftest import MADE
from tests.containers.engine import Engine, NoEngineError, engine

ROOT = Path(__file__).parents[2]
SLICE = ("tests/integration/test_engine.py", "tests/integration/test_broker.py")
"""The integration tests that also run on testcontainers."""
_BANNER = "*" * 100


def main() -> int:
    """The exit code: 0 where all is well, or where there is no engine; then in large letters."""
    folder = Path(tempfile.mkdtemp(prefix="kervan-containers-"))
    try:
        with engine(folder) as found:
            return _on(found, folder)
    except (NoEngineError, images.NotPreparedError) as error:
        print(f"{_BANNER}\nSKIPPED: THE INSTALLATION IN CONTAINERS WAS NOT TRIED.\n{error}.", flush=True)
        print("Nothing is known of deploy/Dockerfile and deploy/compose.yaml from this run. Run `make containers` as root on")
        print(f"Debian, or where a Docker engine answers.\n{_BANNER}", flush=True)
        return 0
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _on(found: Engine, folder: Path) -> int:
    environment = found.environment()

    def docker(*arguments: str) -> str:
        done = subprocess.run(["docker", *arguments], env=environment, capture_output=True, text=True, check=False)
        if done.returncode:
            message = f"docker {arguments[0]}: {done.stdout[-3000:]}\n{done.stderr[-3000:]}"
            raise images.DockerFailedError(message)
        return done.stdout

    _timed("base image", lambda: images.base(docker, folder))
    _timed("NATS's image", lambda: images.nats(docker, folder))
    _timed("PostgreSQL's image", lambda: images.postgres(docker, folder))
    _timed("wheels", images.wheelhouse)
    _timed("Kervan's image", lambda: images.kervan(docker))
    environment[MADE] = "1"
    code = _pytest(environment, "-s", "tests/containers")
    if code == 0 and found.ours:  # on somebody's own engine these names are theirs
        docker("tag", images.NATS, "nats:2.15")
        docker("tag", images.POSTGRES, "postgres:18")
        code = _pytest({**environment, "KERVAN_TEST_SERVERS": "containers"}, *SLICE)
    return code


def _timed(what: str, work: Callable[[], None]) -> None:
    began = time.monotonic()
    work()
    print(f"{what}: {time.monotonic() - began:.0f} s", flush=True)


def _pytest(environment: dict[str, str], *arguments: str) -> int:
    clean = {name: value for name, value in environment.items() if not name.startswith("KERVAN_") or "TEST" in name}
    return subprocess.run([sys.executable, "-m", "pytest", *arguments], cwd=ROOT, env=clean, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
