"""English sentences that are kept once, found again in a table of how they are built, and told in two languages."""

import re
from functools import cache
from typing import Final, TypeAlias

from workflow.errors import Pair, filled
from workflow.refund.claim import ClaimStatus
from workflow.stages import STAGE_LABELS
from workflow.waits import Wait

STATUSES: Final[dict[str, Pair]] = {
    ClaimStatus.OPEN: ("hazırlanıyor", "open"),
    ClaimStatus.FILED: ("verildi", "filed"),
    ClaimStatus.UNDER_REVIEW: ("incelemede", "under review"),
    ClaimStatus.APPROVED: ("onaylandı", "approved"),
    ClaimStatus.PAID: ("ödendi", "paid"),
    ClaimStatus.REJECTED: ("reddedildi", "rejected"),
    ClaimStatus.REVERSED: ("geri alındı", "reversed"),
}
"""What a claim's status is called within a sentence."""
PARTLY_REVERSED: Final[Pair] = ("kısmen geri alındı", "reversed in part")
"""What it is called where a part of it was reversed, and the rest goes its way."""

WAITS: Final[dict[str, Pair]] = {
    Wait.FINDINGS: ("bulguların giderilmesi", "the findings to be mended"),
    Wait.INVOICE: ("fatura", "the invoice"),
    Wait.FIRST_SCAN: ("ilk kurye hareketi", "the first scan"),
    Wait.EVIDENCE: ("teslim kanıtı", "evidence of the hand-over"),
    Wait.ETGB: ("ETGB numarası", "the ETGB's number"),
    Wait.ETGB_DOCUMENT: ("ETGB belgesi", "the ETGB's document"),
    Wait.CLOSING: ("intaç", "the closing"),
    Wait.VEDOP: ("VEDOP aktarımı", "the transfer to VEDOP"),
    Wait.VEDOP_LAPSE: ("VEDOP aktarımı", "the transfer to VEDOP"),
    Wait.REFUND: ("iade başvurusu", "the refund claim"),
    Wait.LAPSE: ("iade başvurusu", "the refund claim"),
    Wait.PARKED: ("önceki mesaj", "the message before"),
}
"""What is awaited, as it is called within a sentence."""


Built: TypeAlias = tuple[str, str, str]
"""How a sentence is built, with places in braces, and how people read it in Turkish and English; each may leave places out."""


def said(detail: str, table: tuple[Built, ...]) -> Pair | None:
    """A sentence in both languages, by the first of a table that it fits; ``None`` where it fits none."""
    for pattern, texts in _patterns(table):
        found = pattern.fullmatch(detail)
        if found is not None:
            named = {name: _word(name, value) for name, value in found.groupdict().items()}
            return filled(texts, **named)
    return None


@cache
def _patterns(table: tuple[Built, ...]) -> tuple[tuple[re.Pattern[str], Pair], ...]:
    return tuple((re.compile(_pattern(built), re.DOTALL), (tr, en)) for built, tr, en in table)


def _pattern(text: str) -> str:
    """The sentence as a regular expression: each place holds as little as it can."""
    parts = re.split(r"{(\w+)}", text)
    return "".join(
        f"(?P<{part}>{_FORMS.get(part, '.+?')})" if place % 2 else re.escape(part) for place, part in enumerate(parts)
    )


def _word(name: str, value: str) -> str | Pair:
    """What a place holds, in the words of each language where it is one of ours."""
    if name in {"stage", "stages"}:
        labels = [STAGE_LABELS[stage] for word in value.split(" or ") if (stage := _STAGES.get(word)) is not None]
        return (" ya da ".join(tr for tr, _ in labels), " or ".join(en for _, en in labels)) if labels else value
    if name in {"status", "next"}:
        return STATUSES.get(value, value)
    if name == "line":
        return _said_of_a_line(value, 0), _said_of_a_line(value, 1)
    return WAITS.get(value, value) if name == "wait" else value


def _said_of_a_line(value: str, column: int) -> str:
    """``reference=536370 amount=12.50`` as people read it."""
    return _FIELD.sub(lambda found: f"{_FIELDS[found[1]][column]} ".lstrip(), value)


_FIELDS: Final[dict[str, Pair]] = {
    "reference": ("sipariş", "order"),
    "invoice_number": ("fatura", "invoice"),
    "tracking_number": ("takip no", "tracking number"),
    "amount": ("tutar", "amount"),
    "currency": ("", ""),
    "country": ("ülke", "country"),
}
_FIELD = re.compile(rf"\b({'|'.join(_FIELDS)})=")


_FORMS: Final = {
    "type": r"[a-z_]+(?:\.[a-z_]+)*\.v[0-9]+",
    "wait": "|".join(wait.value for wait in Wait),
    "day": r"[0-9]{4}-[0-9]{2}-[0-9]{2}",
    "number": r"\S+",
}
"""What a place can hold, where a sentence has little else by which it is known."""
_STAGES = {stage.value: stage for stage in STAGE_LABELS}
