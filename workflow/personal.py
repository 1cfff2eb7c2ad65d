"""Personal data of consignees: what may be erased when, and what the law makes keep (KVKK 6698; VUK 213).

Whose data a shipment holds is erased once nothing needs it any more: the shipment has ended, and with it its refund (KVKK 5/2-c
and ç: performing the contract, a legal obligation of the seller). Issued invoices and what a claim was filed with stay until
the tax laws let go of them (VUK 253, 227; TTK 82), and with them the buyer's name and address that they must show (VUK 230).
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from workflow.refund import ClaimStatus
from workflow.stages import ENDED, Stage

ERASED = "[erased]"
"""What stands in place of what was erased."""


class Kept(StrEnum):
    """Why something of a consignee is not erased now."""

    IN_FLIGHT = "in_flight"
    REFUND_OPEN = "refund_open"
    TAX_DOCUMENT = "tax_document"
    FILED = "filed"
    LOGGED = "logged"


KEPT: dict[Kept, tuple[str, str]] = {
    Kept.IN_FLIGHT: (
        "Gönderi sürüyor: sözleşmenin ifası için gerekli (KVKK 5/2-c). Bitince silinebilir.",
        "The shipment is under way: needed to perform the contract (KVKK 5/2-c). It can be erased once that has ended.",
    ),
    Kept.REFUND_OPEN: (
        "KDV iadesi sonuçlanmadı: satıcının hukuki yükümlülüğü ve hakkı için gerekli (KVKK 5/2-ç, e).",
        "The VAT refund is not settled: needed for the seller's legal obligation and claim (KVKK 5/2-ç, e).",
    ),
    Kept.TAX_DOCUMENT: (
        "Fatura ve belgeler yasal süresince saklanır (VUK 253, 227; TTK 82); alıcının adı ve adresi üzerindedir (VUK 230).",
        "Invoices and papers stay for their legal time (VUK 253, 227; TTK 82); they show the buyer's name and address.",
    ),
    Kept.FILED: (
        "İade başvurusunun dayandığı listeler değiştirilmeden saklanır (VUK 253; KDVK 32).",
        "The lists that a refund was filed with are kept unchanged (VUK 253; KDVK 32).",
    ),
    Kept.LOGGED: (
        "İşlem kayıtları değiştirilemez; kimin neyi neden yaptığını gösterir (KVKK 12).",
        "The log of actions cannot be changed; it shows who did what and why (KVKK 12).",
    ),
}
"""Why, as the person who asked is told: Turkish, English."""

_SETTLED = frozenset({ClaimStatus.PAID, ClaimStatus.REVERSED})


@dataclass(frozen=True, slots=True)
class Held:
    """What decides of one shipment: its stage, and how far its claim is, where it is in one."""

    stage: Stage
    claim: ClaimStatus | None = None


def why_kept(held: Held) -> Kept | None:
    """Why nothing of a shipment's consignee may be erased yet; ``None`` where it may."""
    if held.stage not in ENDED:
        return Kept.IN_FLIGHT
    if held.claim is not None and held.claim not in _SETTLED:
        return Kept.REFUND_OPEN
    return None


def may_go(keep_until: date, today: date) -> bool:
    """Whether a document's legal time is over; ``today`` is Istanbul's day."""
    return today > keep_until


def without_consignee(found: Any) -> Any:  # noqa: ANN401 - JSON of any shape
    """The same JSON with every consignee in it replaced, whose country stays: limits and statistics stand on it."""
    if isinstance(found, dict):
        return {name: _erased(value) if name == "consignee" else without_consignee(value) for name, value in found.items()}
    if isinstance(found, list):
        return [without_consignee(one) for one in found]
    return found


def _erased(consignee: object) -> dict[str, Any]:
    address = consignee.get("address") if isinstance(consignee, dict) else None
    country = address.get("country") if isinstance(address, dict) else None
    return {"name": ERASED, "address": {"country": country} if isinstance(country, str) else {}}
