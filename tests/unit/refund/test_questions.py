"""What the tax office asked and what was answered, as facts of their own."""

from datetime import UTC, date, datetime, timedelta
from itertools import permutations
from typing import Any

from workflow.refund.questions import questions

START = datetime(2026, 12, 1, 9, tzinfo=UTC)


def move(day: int, note: str, *, due: date | None = None, answered: bool = False, hours: int = 0) -> dict[str, Any]:
    """Something told of a claim under review."""
    return {
        "on": date(2026, 12, day),
        "note": note,
        "due_on": due,
        "answered": answered,
        "source": f"tax_office/{'ayse' if answered else 'file'}",
        "recorded_at": START + timedelta(hours=hours),
    }


def test_each_question_has_its_own_answer_in_whichever_order_they_were_told() -> None:
    """Asked on the 5th and the 12th, answered on the 8th; the second is open still."""
    told = [
        move(4, "review begins"),
        move(5, "which invoices?", due=date(2026, 12, 20)),
        move(8, "sent them", answered=True),
        move(12, "and the ledger?", due=date(2026, 12, 30)),
    ]
    for order in permutations(told):
        first, second = questions(order)
        assert (first.asked.text, first.due_on, first.asked.by) == ("which invoices?", date(2026, 12, 20), "tax_office/file")
        assert first.answer is not None
        assert (first.answer.on, first.answer.by, first.answer.text) == (date(2026, 12, 8), "tax_office/ayse", "sent them")
        assert (second.asked.text, second.answer) == ("and the ledger?", None)


def test_an_answer_may_be_of_the_day_of_its_question() -> None:
    """And it answers nothing that was asked after it."""
    (one,) = questions([move(5, "?", due=date(2026, 12, 20)), move(5, "!", answered=True, hours=1)])
    assert one.answer is not None
    (later,) = questions([move(6, "?", due=date(2026, 12, 20)), move(5, "!", answered=True, hours=1)])
    assert later.answer is None
