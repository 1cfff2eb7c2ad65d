"""Ask every rule about a draft."""

from workflow.draft import Draft
from workflow.rules import documents, limits, lines, order, parties, scope, together
from workflow.rules.findings import Finding, Severity
from workflow.rules.law import LawBook, Rates
from workflow.together import NOBODY, Others


def judge(draft: Draft, law: LawBook, rates: Rates, others: Others = NOBODY) -> tuple[Finding, ...]:
    """All findings on a draft, by the law of the day it is planned for; ``others`` go to its consignee on the same day."""
    now = law.on(draft.planned_on)
    return (
        *limits.weight(draft, now),
        *limits.value(draft, now, rates),
        *together.together(draft, now, rates, others),
        *scope.sale_type(draft, now),
        *scope.controlled_goods(draft, now),
        *scope.courier(draft, law, now),
        *lines.lines(draft, now),
        *lines.carriage(draft, now),
        *parties.tax_numbers(draft),
        *parties.consignee(draft),
        *documents.proforma(draft),
        *order.set_aside(draft),
    )


def blocking(findings: tuple[Finding, ...]) -> bool:
    """Whether any finding holds the shipment."""
    return any(finding.severity is Severity.BLOCK for finding in findings)


def above_a_limit(findings: tuple[Finding, ...]) -> bool:
    """Whether a draft is above the law's limits by itself (the courier's own are another matter)."""
    return any(finding.code in _LIMITS and not finding.variant for finding in findings)


_LIMITS = frozenset({"LIM001", "LIM002"})
