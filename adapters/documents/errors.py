"""What can go wrong with kept documents."""

from workflow.errors import KervanError


class DocumentTooLargeError(KervanError):
    """A document is larger than what is kept; nothing was written."""

    def __init__(self, size: int, limit: int) -> None:
        """Say both sizes, in bytes."""
        super().__init__(f"The document has {size} bytes; at most {limit} are kept. Nothing was written. Make it smaller.")


class DocumentMissingError(KervanError):
    """A document that was kept is not in the folder any more."""

    def __init__(self, sha256: str) -> None:
        """Name it."""
        super().__init__(
            f"Document {sha256} is not in the folder of documents. It was kept once: restore the folder from the backup."
        )


class DocumentDamagedError(KervanError):
    """A document's content is not what its name says."""

    def __init__(self, sha256: str) -> None:
        """Name it."""
        super().__init__(
            f"Document {sha256} was changed on disk: its content has another SHA-256. It is not handed out. "
            "Restore it from the backup, and look for who writes into the folder of documents."
        )
