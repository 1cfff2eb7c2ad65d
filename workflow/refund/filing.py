"""Filing a claim by a person's hand: what is said of it, and what holds it."""

from typing import Any

from workflow.errors import SaidError
from workflow.refund.listing import item
from workflow.refund.readiness import Item
from workflow.refund.readiness_texts import said
from workflow.refund.sheet import Sheet


class ClaimNotReadyError(SaidError):
    """A claim's checklist blocks its filing, and nobody gave a reason to file it all the same."""

    TEXTS = (
        (
            "Denetim listesi engelliyor: {why} Başvuru verilmedi. Eksiği giderin, ya da yine de verilmesinin gerekçesini yazın "
            "(`override`); gerekçe saklanır."
        ),
        (
            "The checklist blocks: {why} Nothing was filed. Settle it, or give the reason to file it all the same "
            "(`override`), which is kept."
        ),
    )

    def __init__(self, blocking: list[Item]) -> None:
        """Keep the items that block."""
        tr, en = (" ".join(said(one)[language] for one in blocking) for language in ("tr", "en"))
        self.why = en
        self.items = [item(one) for one in blocking]
        super().__init__(why=(tr, en))


def hold_if_blocked(sheet: Sheet, override: str) -> None:
    """Let a claim pass that its checklist does not block, or that is to be filed for a reason.

    Raises:
        ClaimNotReadyError: it blocks, and there is no reason.
    """
    if sheet.blocked and not override.strip():
        raise ClaimNotReadyError([one for one in sheet.checklist if one.blocks])


def figures(sheet: Sheet) -> dict[str, Any]:
    """What ``claim.filed.v1`` says of what was seen: amounts are those of the calculation, unless who files tells others."""
    return {"shipments": sheet.shipments}
