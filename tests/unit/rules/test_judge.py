"""What is asked of a draft's findings as a whole."""

import dataclasses
from decimal import Decimal

import pytest

from tests.unit.rules.cases import BOOK, FREIGHT, book, draft, row, worth
from workflow.draft import Draft
from workflow.rules.judge import above_a_limit, judge
from workflow.rules.law import LawBook, Rates
from workflow.rules.tables import CourierLimit

OWN = book(courier_limits=(row(CourierLimit, courier="pts", max_gross_kg=Decimal(1), max_eur=Decimal(1)),))


@pytest.mark.parametrize(
    ("given", "law", "above"),
    [
        (draft(), BOOK, False),
        (draft(gross_weight_kg=Decimal(600)), BOOK, False),
        (draft(gross_weight_kg=Decimal("600.001")), BOOK, True),
        (worth("30000"), BOOK, False),
        (worth("30000.01"), BOOK, True),
        (draft(gross_weight_kg=Decimal(0)), BOOK, False),
        (draft(), OWN, False),
        (draft(courier="yurtici"), BOOK, False),
        (draft(lines=(dataclasses.replace(FREIGHT, description="ordino"),)), BOOK, False),
    ],
)
def test_above_a_limit_is_what_the_laws_own_limits_hold(given: Draft, law: LawBook, above: bool) -> None:
    """Neither a courier's own, nor a missing weight, nor any other finding without a variant."""
    assert above_a_limit(judge(given, law, Rates())) is above
