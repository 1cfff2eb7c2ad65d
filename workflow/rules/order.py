"""ORD001: the shipment is not the whole order."""

from collections.abc import Iterator, Sequence

from workflow.draft import Draft, SetAside, SetAsideReason
from workflow.rules.findings import Finding, Severity

_NAMED = 3
"""So many rows are named; the others are counted."""


def set_aside(draft: Draft) -> Iterator[Finding]:
    """ORD001: rows of the order were set aside, so that its value is not what the customer paid; one finding a reason."""
    for reason in SetAsideReason:
        rows = [row for row in draft.set_aside if row.reason is reason]
        if rows:
            amount = sum(row.amount for row in rows)
            params = {"count": str(len(rows)), "rows": _named(rows), "amount": f"{amount:.2f}", "currency": draft.currency}
            yield Finding("ORD001", Severity.WARN, "set_aside", reason.value, params)


def _named(rows: Sequence[SetAside]) -> str:
    """The first rows by code, words, quantity and price."""
    said = [" ".join(word for word in (row.sku, row.description, _priced(row)) if word) or "?" for row in rows[:_NAMED]]
    return ", ".join(said) + (", …" if len(rows) > _NAMED else "")


def _priced(row: SetAside) -> str:
    return "" if row.quantity is None or row.unit_price is None else f"{row.quantity:f} × {row.unit_price:f}"
