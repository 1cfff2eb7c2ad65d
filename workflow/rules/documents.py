"""DOC001: the proforma that a draft carries agrees with it.

A proforma states its number, total and currency in the contract's payload, and not its lines: so value and currency are
compared here. That the content agrees too is a matter of the invoice: proforma and invoice that Kervan prints come from this
one draft, and an invoice made elsewhere is compared with the draft line by line, and with the proforma, in
:mod:`workflow.rules.agreement`.
"""

from collections.abc import Iterator

from workflow.draft import Draft
from workflow.rules.findings import Finding, Severity
from workflow.rules.invoice import TOLERANCE


def proforma(draft: Draft) -> Iterator[Finding]:
    """DOC001: same currency, and the same total to the cent."""
    paper = draft.proforma
    if paper is None:
        return
    if paper.currency != draft.currency:
        params = {"number": paper.number, "proforma_currency": paper.currency, "currency": draft.currency}
        yield Finding("DOC001", Severity.BLOCK, "proforma.currency", "currency", params)
    elif abs(paper.total - draft.total) > TOLERANCE:
        totals = {"proforma_total": str(paper.total), "total": str(draft.total), "currency": draft.currency}
        yield Finding("DOC001", Severity.BLOCK, "proforma.total", "total", {"number": paper.number, **totals})
