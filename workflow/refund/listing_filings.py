"""Filings of claims in plain values: what was filed, and what has come to differ since."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from workflow.refund import since
from workflow.refund.listing import exported, money, on, rates, step
from workflow.refund.sheet import Figures, Filing, Lines, Sheet


def filing(one: Filing) -> dict[str, Any]:
    """A filing with its figures; ``calculated`` are those that Kervan came to where others were told."""
    made = one.figures.calculation
    told = (one.exported_try, one.refundable_try) != (made.exported_try, made.refundable_try)
    calculated = {"exported_try": money(made.exported_try), "refundable_try": money(made.refundable_try)}
    return {
        "version": one.version,
        "petition_number": one.petition_number,
        "filed_on": on(one.filed_on),
        "shipments": one.figures.shipments,
        "exported": [exported(each) for each in one.figures.exported],
        "exported_try": money(one.exported_try),
        "refundable_try": money(one.refundable_try),
        "calculated": calculated if told else None,
        "incurred_try": money(made.incurred_try),
        "ceiling_try": money(made.ceiling_try),
        "carried_try": money(made.carried_try),
        "turnover_try": money(one.figures.turnover_try),
        "bound": made.bound.value,
        "rate_policy": one.figures.policy.value,
        "override": one.override or None,
        "actor": one.source,
        "message_id": one.message_id,
        "recorded_at": one.recorded_at.isoformat(),
        "calculation_sha256": one.sha256,
        "papers_sha256": one.papers_sha256,
    }


def as_filed(lines: Lines, one: Filing) -> dict[str, Any]:
    """One filing with every step of its calculation and each rate that it used."""
    steps = [step(each) for each in one.figures.calculation.steps]
    return {**filing(one), "steps": steps, "rates": rates(lines.outline().rates)}


def beside_today(filings: Sequence[Filing], sheet: Sheet) -> dict[str, Any]:
    """A claim's filings, the first one first, and what has come to differ since the last."""
    today = sheet.figures() if sheet.today is None else sheet.today
    return {"filings": [filing(one) for one in filings], "since_filed": _since(filings, today)}


def _since(filings: Sequence[Filing], today: Figures) -> dict[str, Any] | None:
    """What differs from the last filing if the claim were filed today, figure by figure; ``None`` where no filing was kept."""
    if not filings:
        return None
    last = filings[-1]
    return {"version": last.version, "differs": [_difference(one) for one in since.differences(last.figures, today)]}


def _difference(one: since.Difference) -> dict[str, Any]:
    return {
        "figure": one.figure.value,
        "message": _words(since.FIGURES[one.figure]),
        "filed": _shown(one.figure, one.filed),
        "today": _shown(one.figure, one.today),
        "causes": [{"code": cause.value, "message": _words(since.CAUSES[cause])} for cause in one.causes],
    }


def _shown(figure: since.Figure, value: Decimal | None) -> str | None:
    """Money as on the wire; a count without a fraction."""
    return money(value) if figure is not since.Figure.SHIPMENTS or value is None else str(int(value))


def _words(pair: tuple[str, str]) -> dict[str, str]:
    return {"tr": pair[0], "en": pair[1]}
