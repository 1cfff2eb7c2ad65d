"""Ask every rule about a draft."""

from workflow.draft import Draft
from workflow.rules import limits, lines, order, parties, scope
from workflow.rules.findings import Finding, Severity
from workflow.rules.law import LawBook, Rates


def judge(draft: Draft, law: LawBook, rates: Rates) -> tuple[Finding, ...]:
    """All findings on a draft, by the law of the day it is planned for."""
    now = law.on(draft.planned_on)
    return (
        *limits.weight(draft, now),
        *limits.value(draft, now, rates),
        *scope.sale_type(draft, now),
        *scope.controlled_goods(draft, now),
        *scope.courier(draft, law, now),
        *lines.lines(draft, now),
        *lines.carriage(draft, now),
        *parties.tax_numbers(draft),
        *parties.consignee(draft),
        *order.set_aside(draft),
    )


def blocking(findings: tuple[Finding, ...]) -> bool:
    """Whether any finding holds the shipment."""
    return any(finding.severity is Severity.BLOCK for finding in findings)
