"""Claims in plain values, as screens, commands and clients read them: money as decimal strings, days as ``YYYY-MM-DD``."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from workflow.refund import ageing, terms
from workflow.refund.calculation import Step
from workflow.refund.claim import MAY_BE_FILED, Claim
from workflow.refund.questions import Question, Said, questions
from workflow.refund.readiness import Item
from workflow.refund.readiness_texts import said
from workflow.refund.reversal import Proposal
from workflow.refund.sheet import InCurrency, LeftOver, Outline, Sheet, below_minimum
from workflow.refund.valuation import RateUsed
from workflow.rules.law import LawBook
from workflow.values import shown


def money(amount: Decimal | None) -> str | None:
    """An amount as it is written on the wire."""
    return None if amount is None else f"{amount:.2f}"


def on(day: date | None) -> str | None:
    """A day as it is written on the wire."""
    return None if day is None else day.isoformat()


def item(found: Item) -> dict[str, Any]:
    """An item of a checklist."""
    return {
        "code": found.check.value,
        "severity": found.severity.value,
        "met": found.met,
        "message": said(found),
        "params": dict(found.params),
        "count": found.count,
        "shipments": [str(one) for one in found.shipments],
    }


def exported(found: InCurrency) -> dict[str, Any]:
    """What is exported in a currency."""
    return {"currency": found.currency, "amount": money(found.amount), "value_try": money(found.value_try)}


def claim(sheet: Sheet, law: LawBook, today: date) -> dict[str, Any]:
    """A claim as the contract lists it, with more.

    ``reversed`` is the contract's word for a whole and for a part: with ``partly_reversed`` the rest stands, as ``rest_status``
    says. Without ``asked_known`` the ``refundable_try`` of nought is no amount that was asked for: nobody told that.
    """
    of = sheet.claim
    return {
        "id": str(of.id),
        "seller": of.seller,
        "period": of.period,
        "supplement": of.supplement,
        "status": of.status.value,
        "partly_reversed": of.partly_reversed,
        "rest_status": of.stands_as.value if of.partly_reversed else None,
        "petition_number": of.petition_number or None,
        "filed_on": on(of.filed_on),
        "shipments": sheet.shipments,
        "exported": [exported(one) for one in sheet.exported],
        "exported_try": money(sheet.exported_try),
        "back_try": money(sheet.calculation.back_try),
        "refundable_try": money(sheet.refundable_try),
        "asked_known": sheet.asked_known,
        "approved_try": money(of.approved_try),
        "paid_try": money(of.paid_try),
        "paid_on": on(of.paid_on),
        "reversed_try": money(of.reversed_try),
        "outstanding_try": money(ageing.outstanding(of, sheet.refundable_try)),
        "days_outstanding": ageing.days(of, sheet.refundable_try, today),
        "deadline": on(terms.deadline(law, of.period)),
        "days_left": terms.days_left(law, of.period, today),
        "rate_policy": sheet.policy.value,
        "ready": of.status in MAY_BE_FILED and not sheet.blocked,
        "checklist": [item(one) for one in sheet.checklist],
    }


def step(one: Step) -> dict[str, Any]:
    """A step of a calculation."""
    rate = None if one.rate is None else str(one.rate)
    return {"code": one.code.value, "amount_try": money(one.amount_try), "rate": rate}


def rates(used: Iterable[RateUsed]) -> list[dict[str, Any]]:
    """Rates that exports are valued by, each with its bulletin; a lira is a lira."""
    published = [one for one in used if one.published_on is not None]
    return [
        {"currency": one.currency, "rate": str(one.rate), "published_on": on(one.published_on), "source": one.source}
        for one in sorted(published, key=lambda one: (one.currency, str(one.published_on)))
    ]


def _move(row: Mapping[str, Any]) -> dict[str, Any]:
    """Something told of a claim, with who told it."""
    return {
        "status": row["status"],
        "on": on(row["on"]),
        "amount": money(row["amount"]),
        "note": row["note"] or None,
        "due_on": on(row["due_on"]),
        "answers": row["answered"],
        "actor": row["source"],
        "message_id": row["message_id"],
        "recorded_at": row["recorded_at"].isoformat(),
    }


def _question(of: Claim) -> dict[str, Any] | None:
    if of.question_due is None:
        return None
    return {"text": of.question, "due_on": on(of.question_due), "answered_on": on(of.answered_on)}


def _asked(one: Question) -> dict[str, Any]:
    """A question of the tax office with its answer: each with its day, who told of it, and in what words."""
    return {**_said(one.asked), "due_on": on(one.due_on), "answer": None if one.answer is None else _said(one.answer)}


def _said(one: Said) -> dict[str, Any]:
    return {"text": one.text or None, "on": on(one.on), "actor": one.by, "recorded_at": one.recorded_at.isoformat()}


def details(
    outline: Outline, moves: Iterable[Mapping[str, Any]], before: Sequence[Sheet], law: LawBook, today: date
) -> dict[str, Any]:
    """One claim with its calculation, the rates it used, who told what, what has to be reversed, and what rolls into it.

    ``before`` are the claims of earlier periods that may still be filed.
    """
    sheet, of, told = outline.sheet, outline.sheet.claim, list(moves)
    return {
        **claim(sheet, law, today),
        "reason": of.reason or None,
        "override": of.override or None,
        "question": _question(of),
        "questions": [_asked(one) for one in questions(told)],
        "steps": [step(one) for one in sheet.calculation.steps],
        "bound": sheet.calculation.bound.value,
        "turnover_try": money(sheet.turnover_try),
        "rates": rates(outline.rates),
        "purchases": {
            kind.value: {"count": sum(one.purchase.kind is kind for one in sheet.purchases), "claimed_try": money(claimed)}
            for kind, claimed in sheet.calculation.claimed.items()
        },
        "left_over": _left_over(outline.left_over),
        "to_reverse": to_reverse(outline),
        "rolled_in": [{"id": str(one.claim.id), "period": one.claim.period, "refundable_try": money(one.refundable_try)}
                      for one in below_minimum(before, law, today)],
        "history": [_move(row) for row in told],
    }  # fmt: skip


def _left_over(left: LeftOver | None) -> dict[str, Any] | None:
    """What was bought for a filed claim and told too late for it, while no claim of the period can take it."""
    if left is None:
        return None
    tr = (
        f"Başvuru verildikten sonra {left.count} alış faturası girildi (KDV {money(left.vat_try)} TL); hiçbir başvuruda "
        "değiller. Dönemin ek başvurusu açılırsa onda sayılırlar; açılmayacaksa düzeltmeyi mali müşavirinizle görüşün."
    )
    en = (
        f"{left.count} purchase invoices (VAT {money(left.vat_try)} TRY) were entered after the claim was filed, and are in "
        "none. A supplementary claim of the period takes them once there is one; else see your accountant about a correction."
    )
    return {"count": left.count, "vat_try": money(left.vat_try), "message": {"tr": tr, "en": en}}


def _proposed(found: Proposal) -> dict[str, Any]:
    """How a proposal comes about: ``asked_try`` x ``value`` / ``total``, less ``before_try``."""
    return {
        "asked_try": money(found.asked_try),
        "value": money(found.value),
        "total": money(found.total),
        "currency": found.currency,
        "before_try": money(found.before_try),
        "whole": found.whole,
        "lines": [
            {"line": one.line, "quantity": shown(one.quantity), "amount": money(one.amount), "given_back": one.given_back}
            for one in found.pieces
        ],
    }


def to_reverse(outline: Outline) -> list[dict[str, Any]]:
    """The shipments that came back after the claim was filed, as a whole or in part, and what is proposed to be given back."""
    return [
        {
            "shipment": str(one.shipment),
            "reference": one.reference,
            "vat_try": money(one.proposal.vat_try),
            "proposal": _proposed(one.proposal),
        }
        for one in outline.to_reverse
    ]
