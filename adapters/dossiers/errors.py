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


class NoFilingError(SaidError):
    """A claim has no such filing, or a release that kept none recorded it."""

    TEXTS = (
        "{claim} numaralı başvurunun {version}. verilişi saklı değil. Verilişleri `kervan claim show` gösterir.",
        "No filing {version} of claim {claim} is kept. `kervan claim show` lists its filings.",
    )

    def __init__(self, claim: UUID, version: int) -> None:
        """Name it."""
        super().__init__(claim=claim, version=version)
