"""SCP001 to SCP003: what may leave as micro-export, and with whom."""

from collections.abc import Iterator
from datetime import date

from workflow.draft import Draft, LineKind, SaleType
from workflow.rules.findings import Finding, Severity
from workflow.rules.law import InForce, LawBook
from workflow.rules.tables import Effect

ANY_OPERATOR = "any"
"""Through whom an aggregator declares that chooses an operator for each shipment."""


def sale_type(draft: Draft, law: InForce) -> Iterator[Finding]:
    """SCP001: only definitive, commercial sales; the sale type may leave on the planned day."""
    if draft.sale_type in law.scopes:
        return
    variant = "consignment" if draft.sale_type is SaleType.CONSIGNMENT else ""
    params = {"sale_type": draft.sale_type.value, "day": draft.planned_on.isoformat()}
    yield Finding("SCP001", Severity.BLOCK, "sale_type", variant, params)


def controlled_goods(draft: Draft, law: InForce) -> Iterator[Finding]:
    """SCP002: goods under control; those that only may need a permit warn."""
    for number, line in enumerate(draft.lines):
        row = law.controlled(line.gtip) if line.kind is LineKind.GOODS else None
        if row is not None and row.effect is not Effect.NONE:
            params = {"gtip": line.gtip, "prefix": row.prefix, "goods_tr": row.goods_tr, "goods_en": row.goods_en}
            blocks = row.effect is Effect.BLOCK
            severity, variant = (Severity.BLOCK, "") if blocks else (Severity.WARN, "permit")
            yield Finding("SCP002", severity, f"lines[{number}].gtip", variant, params, row)


def courier(draft: Draft, book: LawBook, law: InForce) -> Iterator[Finding]:
    """SCP003: the courier is an authorised operator on the planned day, or has one declare for it.

    A draft that names no courier yet is not asked.
    """
    yield from carrier(draft.courier, draft.planned_on, book, law)


def carrier(name: str, day: date, book: LawBook, law: InForce) -> Iterator[Finding]:
    """SCP003 of a courier alone."""
    if not name.strip() or law.operator(name) is not None:
        return
    params = {"courier": name, "day": day.isoformat()}
    aggregator = law.aggregator(name)
    if aggregator is not None:
        if aggregator.through != ANY_OPERATOR and law.operator(aggregator.through) is None:
            operator = {"operator": aggregator.through}
            yield Finding("SCP003", Severity.BLOCK, "courier", "through", params | operator, aggregator)
    else:
        yield Finding("SCP003", Severity.BLOCK, "courier", "not_then" if book.knows_courier(name) else "", params)
