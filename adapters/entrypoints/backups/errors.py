"""What can go wrong with backups."""

from pathlib import Path

from adapters.database.seller_lock import ROLE
from workflow.errors import KervanError


class PlaceNotEmptyError(KervanError):
    """Something stands where a backup or a restored installation is to be."""

    def __init__(self, place: str, holds: str) -> None:
        """Name the place and what is there."""
        super().__init__(
            f"{place} holds {holds} already, and nothing is written over it; nothing was changed. Choose another place, or "
            "move away what is there."
        )


class BackupDamagedError(KervanError):
    """A backup is not what was written."""

    def __init__(self, backup: Path, why: str) -> None:
        """Name the backup and the first thing that is wrong with it."""
        super().__init__(f"The backup {backup} is damaged or not whole ({why}). Nothing was restored. Take an older one.")


class BackupNewerError(KervanError):
    """A backup that a newer release wrote."""

    def __init__(self, backup: Path, what: str) -> None:
        """Say what this release does not know."""
        super().__init__(
            f"The backup {backup} was written by a newer release of Kervan ({what} is not known to this one). Nothing was "
            "restored. Restore it with that release or a later one."
        )


class RoleMissingError(KervanError):
    """The cluster does not have the role that the dump gives rights to, and the login may not make it."""

    def __init__(self) -> None:
        """Say who makes it."""
        super().__init__(
            f"The backup gives rights to the role {ROLE}, which this PostgreSQL does not have and this login may not make. "
            f"Nothing was restored. Somebody who may runs CREATE ROLE {ROLE} NOLOGIN; and GRANTs it to the login; then restore."
        )


class ProgramFailedError(KervanError):
    """A program of PostgreSQL's did not do its work."""

    def __init__(self, program: str, said: str) -> None:
        """Name the program and repeat what it said, without rows of tables."""
        super().__init__(f"{program} did not do its work: {said or 'it said nothing'}. What it had begun was undone.")
