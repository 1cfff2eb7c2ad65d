"""What is said of a claim before the engine hears it, and why it is not said: one wording for API, console and shell."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from workflow import refusal_details, refusals
from workflow.errors import Pair, SaidError
from workflow.refund import listing
from workflow.refund.sheet import Outline


class ClaimUnknownError(SaidError):
    """There is no such claim."""

    TEXTS = (
        "{claim} diye bir iade başvurusu yok. Olanları *KDV iadeleri* ya da `kervan claim list` gösterir.",
        "There is no claim {claim}. *VAT refunds* or `kervan claim list` shows those there are.",
    )

    def __init__(self, claim: object) -> None:
        """Name it."""
        super().__init__(claim=claim)


class PurchaseUnknownError(SaidError):
    """There is no such purchase invoice."""

    TEXTS = (
        "{purchase} diye bir alış faturası yok. Olanları başvurunun alış faturaları ya da `kervan purchase list` gösterir.",
        "There is no purchase invoice {purchase}. The claim's purchases or `kervan purchase list` show those there are.",
    )

    def __init__(self, purchase: object) -> None:
        """Name it."""
        super().__init__(purchase=purchase)


class NothingToClaimError(SaidError):
    """Nothing of a seller is in a claim of a period."""

    TEXTS = (
        (
            "{seller} satıcısının {period} dönemi başvurusunda henüz bir şey yok: gönderi, ETGB'si o ayda kapanıp VEDOP'ta "
            "görülünce girer."
        ),
        (
            "Nothing of {seller} is in a claim of {period} yet: a shipment is once its ETGB is closed in that month and seen "
            "in VEDOP."
        ),
    )

    def __init__(self, seller: str, period: str) -> None:
        """Name both."""
        super().__init__(seller=seller, period=period)


class NotAsProposedError(SaidError):
    """Another amount than the proposed one is to be given back for a shipment, and nobody said why."""

    TEXTS = (
        "Bu gönderi için önerilen {proposed} TL, bildirilen {told} TL. Nedenini yazın (`note`).",
        "{proposed} TRY are proposed for this shipment, and {told} were told. Say why in `note`.",
    )

    def __init__(self, proposed: str, told: str) -> None:
        """Give both amounts."""
        super().__init__(proposed=proposed, told=told)


class RejectionUnexplainedError(SaidError):
    """A rejection was told without its reason."""

    TEXTS = (
        "Reddin gerekçesi gerekir (`note`); başvuru ona göre düzeltilip yeniden verilir.",
        "A rejection needs its reason in `note`: by it the claim is corrected and filed again.",
    )


class NothingToldError(SaidError):
    """Neither figure of a VAT return was told."""

    TEXTS = (
        "Devreden KDV (`carried`), teslimler (`turnover`) ya da ikisi bildirilmeli.",
        "Give `carried`, `turnover`, or both.",
    )


class SayingRefusedError(SaidError):
    """What was said of a claim was refused."""

    TEXTS = ("Kaydedilmedi: {why}", "Not recorded: {why}")

    def __init__(self, code: str, detail: str) -> None:
        """Give the reason: what the code means, and what exactly stood against it."""
        super().__init__(why=refused(code, detail))


def refused(code: str, detail: str) -> Pair:
    """A refusal in both languages: what its code means and what to do, then its detail."""
    tr, en = refusals.TEXTS.get(code, ("", ""))
    told_tr, told_en = refusal_details.said(detail)
    return f"{tr} {told_tr}".strip(), f"{en} {told_en}".strip()


def progressed(told: Mapping[str, Any]) -> dict[str, Any]:
    """What is said of the tax office's word.

    Raises:
        RejectionUnexplainedError: a rejection has no reason.
    """
    if told.get("status") == "rejected" and not str(told.get("note") or "").strip():
        raise RejectionUnexplainedError
    return dict(told)


def reversed_for(outline: Outline, told: Mapping[str, Any]) -> dict[str, Any]:
    """A reversal that names a shipment which came back: as proposed where no amount is told; another one wants a reason.

    One for which nothing is proposed, or no longer, is said as it was told: without an amount the engine refuses it.

    Raises:
        NotAsProposedError: another amount without a reason.
    """
    named = told.get("shipment")
    found = [one for one in listing.to_reverse(outline) if isinstance(named, Mapping) and _is(one, named)]
    if told.get("status") != "reversed" or not found:
        return dict(told)
    proposed = found[0]["vat_try"]
    amount = str(told.get("amount") or proposed)
    if _differs(amount, proposed) and not str(told.get("note") or "").strip():
        raise NotAsProposedError(proposed, amount)
    return {**told, "amount": amount}


def _is(one: Mapping[str, Any], named: Mapping[str, Any]) -> bool:
    return _same_id(named.get("id"), one["shipment"]) or named.get("reference") == one["reference"]


def _same_id(told: object, known: str) -> bool:
    """Whether an id is the same, however it is written."""
    try:
        return UUID(str(told)) == UUID(known)
    except ValueError:  # none at all: whoever reads the message says so
        return False


def _differs(amount: str, proposed: str) -> bool:
    try:
        return Decimal(amount) != Decimal(proposed)
    except InvalidOperation:  # no amount at all: whoever reads the message says so
        return False
