"""SCP001: only definitive, commercial sales are micro-export."""

from collections.abc import Iterator

from workflow.draft import Draft, SaleType
from workflow.rules.findings import Finding, Severity
from workflow.rules.law import InForce


def sale_type(draft: Draft, law: InForce) -> Iterator[Finding]:
    """SCP001: the sale type may leave as micro-export on the planned day."""
    if draft.sale_type in law.scopes:
        return
    variant = "consignment" if draft.sale_type is SaleType.CONSIGNMENT else ""
    params = {"sale_type": draft.sale_type.value, "day": draft.planned_on.isoformat()}
    yield Finding("SCP001", Severity.BLOCK, "sale_type", variant, params)
