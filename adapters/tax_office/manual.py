"""``manual``: a person files by the Internet tax office and records it; Kervan says that it is time to.

Nothing is sent anywhere. The request becomes an attention item of finance (``claim_to_file``), which ends when the filing is
recorded: ``kervan claim file``, or ``POST /api/claims/{id}/actions/file``. An ETGB in VEDOP is recorded likewise
(``kervan import vedop``, or the shipment's ``transfer_to_vedop``); where nobody does, ``vedop_overdue`` says so in time.
"""

from collections.abc import Sequence

from adapters.tax_office.ports import Filing, News

CODE = "manual"


class ManualTaxOffice:
    """Asks a person."""

    code = CODE

    async def file(self, filing: Filing) -> Sequence[News]:
        """Say that a claim waits for a person to file it."""
        return [News(f"awaits:{filing.request}", "claim.filing_awaited.v1", {"claim": str(filing.claim)})]

    async def look_up(self, etgb_number: str) -> Sequence[News]:
        """Nothing is known before a person records it."""
        del etgb_number
        return ()
