"""What can go wrong with kept documents."""

from workflow.errors import SaidError


class DocumentTooLargeError(SaidError):
    """A document is larger than what is kept; nothing was written."""

    TEXTS = (
        "Belge {size} bayt; en çok {limit} bayt saklanır. Hiçbir şey yazılmadı. Küçültüp yeniden gönderin.",
        "The document has {size} bytes; at most {limit} are kept. Nothing was written. Make it smaller.",
    )

    def __init__(self, size: int, limit: int) -> None:
        """Say both sizes, in bytes."""
        super().__init__(size=size, limit=limit)


class DocumentMissingError(SaidError):
    """A document that was kept is not in the folder any more."""

    TEXTS = (
        "{sha256} belgesi belge klasöründe yok. Bir zamanlar saklanmıştı: klasörü yedekten geri yükleyin.",
        "Document {sha256} is not in the folder of documents. It was kept once: restore the folder from the backup.",
    )

    def __init__(self, sha256: str) -> None:
        """Name it."""
        super().__init__(sha256=sha256)


class DocumentDamagedError(SaidError):
    """A document's content is not what its name says."""

    TEXTS = (
        (
            "{sha256} belgesi diskte değişmiş: içeriğinin SHA-256 özeti başka. Bu yüzden verilmiyor. Yedekten geri yükleyin, "
            "belge klasörüne kimin yazdığına bakın."
        ),
        (
            "Document {sha256} was changed on disk: its content has another SHA-256. It is not handed out. Restore it from the "
            "backup, and look for who writes into the folder of documents."
        ),
    )

    def __init__(self, sha256: str) -> None:
        """Name it."""
        super().__init__(sha256=sha256)
