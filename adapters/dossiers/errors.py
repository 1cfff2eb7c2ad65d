"""What can keep a dossier from being made."""

from uuid import UUID

from workflow.errors import SaidError


class NoClaimError(SaidError):
    """There is no such claim."""

    TEXTS = (
        "{claim} numaralı bir başvuru yok, dosyası hazırlanmadı. Başvuruları `kervan claim list` gösterir.",
        "There is no claim {claim}, so no dossier was made. `kervan claim list` shows those there are.",
    )

    def __init__(self, claim: UUID) -> None:
        """Name it."""
        super().__init__(claim=claim)
