"""LIM003: what goes to one consignee on one day, together."""

import dataclasses
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.law import BOOK
from tests.unit.invoicing.drafts import BUYER, SELLER, SHIRTS, draft
from workflow.draft import Address, Draft
from workflow.errors import WiderWorldNeededError
from workflow.rules.judge import judge
from workflow.rules.law import Rates
from workflow.rules.texts import TEXTS
from workflow.together import NOBODY, Fellows, Member, Others, group_of

D = Decimal
DAYS = [date(2019, 7, 13), date(2019, 7, 14), date(2026, 1, 2), date(2026, 1, 3)]
LIMITS = [(D(150), D(7500)), (D(300), D(15000)), (D(300), D(15000)), (D(600), D(30000))]
"""The last day of one row of the law and the first of the next: what may be sent in one shipment, kg and euro."""


def found(one: Draft, others: Others, rates: Rates | None = None) -> list[tuple[str, str, str]]:
    """Codes, variants and severities of what is said of a draft's company."""
    said = judge(one, BOOK, rates or Rates(), others)
    return [(f.code, f.variant, f.severity) for f in said if f.code in {"LIM003", "FX001"}]


NOTHING = D(0)


def others(kg: Decimal = NOTHING, **totals: Decimal) -> Others:
    """One other shipment, or one a currency."""
    return Others(len(totals) or 1, kg, totals, ["B-7"])


WEIGHT, VALUE = ("LIM003", "weight", "warn"), ("LIM003", "value", "warn")


@pytest.mark.parametrize(("day", "limits"), list(zip(DAYS, LIMITS, strict=True)))
def test_together_they_may_weigh_and_be_worth_what_one_may(day: date, limits: tuple[Decimal, Decimal]) -> None:
    """At the limit nothing is said, above it a warning; by the row of the law that holds on the day."""
    kg, euro = limits
    one = draft(planned_on=day)
    assert found(one, others(kg - one.gross_weight_kg)) == []
    assert found(one, others(kg - one.gross_weight_kg + D("0.001"))) == [WEIGHT]
    assert found(one, others(EUR=euro - one.total)) == []
    assert found(one, others(EUR=euro - one.total + D("0.01"))) == [VALUE]
    assert found(one, others(kg, EUR=euro)) == [WEIGHT, VALUE]


def test_nobody_else_means_nothing_to_say() -> None:
    """However heavy it is."""
    assert found(draft(gross_weight_kg=D(600)), NOBODY) == []


def test_one_that_is_above_the_limit_by_itself_is_held_for_that_alone() -> None:
    """LIM001 or LIM002 says what to do; LIM003 would repeat it."""
    assert found(draft(gross_weight_kg=D("600.1")), others(D(1))) == []
    dear = dataclasses.replace(SHIRTS, unit_price=D(400), discount=D(0))
    assert found(draft(lines=(dear,)), others(EUR=D(1))) == []


def dollars(per_euro: str, day: date) -> Rates:
    """Rates of one bulletin."""
    rates = Rates()
    rates.add(day, {"EUR": D(50), "USD": D(50) / D(per_euro)})
    return rates


def test_other_currencies_are_converted_by_the_day_s_rate() -> None:
    """Two dollars a euro: 57,900 dollars and 1,050 euro are at the limit, a cent more is above."""
    rates, one = dollars("2", date(2026, 11, 16)), draft()
    assert found(one, others(USD=D(57900)), rates) == []
    assert found(one, others(USD=D("57900.02")), rates) == [VALUE]
    both = others(USD=D(28950), EUR=D("14475.01"))
    assert found(one, both, rates) == [VALUE]


def test_what_cannot_be_converted_is_said_where_it_may_matter() -> None:
    """FX001 warns; not where what is known is above already. A bulletin of another time tells nothing."""
    unknown, one = ("FX001", "together", "warn"), draft()
    assert found(one, others(USD=D(100))) == [unknown]
    assert found(one, others(USD=D(1), GBP=D(1))) == [unknown, unknown]
    assert found(one, others(USD=D(1), EUR=D(29000))) == [VALUE]
    old = dollars("2", date(2026, 1, 5))
    assert found(one, others(USD=D(1)), old) == [unknown]
    assert found(draft(currency="USD"), others(USD=D(1))) == [("FX001", "", "block")]


def test_a_finding_names_the_others() -> None:
    """Up to three by reference, in both languages; all are counted."""
    five = Others(5, D(600), {}, ["E", "A"], {UUID(int=1): "C", UUID(int=2): "own", UUID(int=3): "B"}, UUID(int=2))
    (finding,) = [f for f in judge(draft(), BOOK, Rates(), five) if f.code == "LIM003"]
    assert finding.params == {"count": "5", "others": "A, B, C, …", "day": "2026-11-16", "weight": "622.5", "limit": "600"}
    assert "To the same consignee on 2026-11-16 as well: 5 more (A, B, C, …)" in finding.text("en")
    assert "5 gönderi daha var (A, B, C, …)" in finding.text("tr")
    assert others().named() == "B-7"


def test_a_sum_is_told_without_needless_zeros() -> None:
    """As the store sums to six places."""
    one = Others(1, D("777.500000"), {}, ["A"])
    (finding,) = [f for f in judge(draft(), BOOK, Rates(), one) if f.code == "LIM003"]
    assert (finding.params["weight"], finding.params["limit"]) == ("800", "600")
    assert "as well: 1 more (A); together 800 kg" in finding.text("en")
    assert "1 gönderi daha var (A); birlikte 800 kg" in finding.text("tr")


@pytest.mark.parametrize("key", [key for key in TEXTS if key[0] == "LIM003"])
def test_the_texts_take_what_the_rule_gives(key: tuple[str, str]) -> None:
    """Each placeholder is filled."""
    params = dict.fromkeys(("count", "others", "day", "limit", key[1]), "x")
    assert "{" not in TEXTS[key].tr.format_map(params) + TEXTS[key].en.format_map(params)


def to(name: str, country: str = "DE", **changes: Any) -> int | None:
    """The group of a draft to somebody."""
    return group_of(draft(consignee=dataclasses.replace(BUYER, name=name, address=Address(country)), **changes))


def test_one_consignee_is_one_however_the_name_is_written() -> None:
    """Case (Turkish too), signs and spaces do not count, nor the address within the country."""
    assert to("Beispiel GmbH") == to("  BEISPIEL   gmbh. ") == group_of(draft())
    assert to("IŞIK İNCİ") == to("ışık inci")
    assert to("Şule Öz") == to("Sule Oz") == to("S\u0327ule O\u0308z")
    assert len({to("Beispiel GmbH"), to("Beispiel AG"), to("Beispiel GmbH", "AT"), to("Bei spiel GmbH")}) == 4
    assert to("Beispiel GmbH", planned_on=date(2026, 11, 17)) != to("Beispiel GmbH")
    assert to("Beispiel GmbH", seller=dataclasses.replace(SELLER, tax_number="1234567890")) != to("Beispiel GmbH")


@pytest.mark.parametrize("name", ["", "  ", "…", "-"])
def test_a_consignee_without_a_name_goes_with_nobody(name: str) -> None:
    """PTY002 asks for it."""
    assert to(name) is None


PLACES = (st.integers(1, 2), st.sampled_from("abc"), st.sampled_from(["EUR", "USD"]))
MEMBERS = st.builds(Member, *PLACES, st.just(D("1.5")), st.integers(1, 9).map(D))


@given(st.lists(st.tuples(st.integers(0, 4), st.none() | MEMBERS), max_size=20), st.lists(MEMBERS, max_size=4))
def test_sums_are_those_of_counting_one_by_one(steps: list[tuple[int, Member | None]], outside: list[Member]) -> None:
    """Whatever comes, changes and goes."""
    fellows, now = Fellows(), dict[int, Member]()
    for one in outside:
        fellows.outside(one.group, one.currency, 1, one.gross_kg, one.total, [one.reference])
    for number, member in steps:
        fellows.count(UUID(int=number), member)
        if member is None:
            now.pop(number, None)
        else:
            now[number] = member
    for number in range(6):
        for group in (1, 2):
            left = [*outside, *(member for key, member in now.items() if key != number)]
            left = [member for member in left if member.group == group]
            said = fellows.besides(UUID(int=number), group)
            totals: dict[str, Decimal] = {}
            for member in left:
                totals[member.currency] = totals.get(member.currency, D(0)) + member.total
            assert (said.count, said.gross_kg, dict(said.totals)) == (len(left), D("1.5") * len(left), totals)
            assert said.named().removesuffix(", …").split(", ") == sorted(m.reference for m in left)[:3] or not left


def test_what_was_not_loaded_or_locked_is_asked_for() -> None:
    """The batch begins again with it."""
    fellows = Fellows({1, 2}, {1})
    fellows.hold(1)
    fellows.hold(None)
    assert fellows.besides(UUID(int=1), 2) is NOBODY
    with pytest.raises(WiderWorldNeededError) as wider:
        fellows.hold(2)
    assert wider.value.keys == {"group:2"}
    with pytest.raises(WiderWorldNeededError):
        fellows.besides(UUID(int=1), 3)


def test_each_finding_stands_at_its_field_and_says_what_was_added_up() -> None:
    """How many more, which, what they are together, the limit and the day."""
    day = date(2026, 1, 2)
    one, more = draft(planned_on=day, gross_weight_kg=D(300)), others(D(1), EUR=D("13950.01"))
    told = {f.variant: f for f in judge(one, BOOK, Rates(), more) if f.code == "LIM003"}
    said = {"count": "1", "others": more.named(), "day": "2026-01-02"}
    assert told["weight"].path == "gross_weight_kg"
    assert told["weight"].params == said | {"weight": "301", "limit": "300"}
    assert told["value"].path == "lines"
    assert told["value"].params == said | {"value": "15000.01", "limit": "15000"}
    (unknown,) = [f for f in judge(one, BOOK, Rates(), others(USD=D(1))) if f.code == "FX001"]
    assert (unknown.path, unknown.params) == ("currency", {"currency": "USD", "day": "2026-01-02"})
