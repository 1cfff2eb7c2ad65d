"""What can keep a dossier from being made."""

from uuid import UUID

from workflow.errors import KervanError


class NoClaimError(KervanError):
    """There is no such claim."""

    def __init__(self, claim: UUID) -> None:
        """Name it."""
        super().__init__(f"There is no claim {claim}, so no dossier was made. `kervan claim list` shows those there are.")
