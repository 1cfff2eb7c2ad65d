"""SCP001, SCP002, SCP003: what may leave as micro-export, and with whom."""

import dataclasses
from datetime import date

import pytest

from tests.unit.rules.cases import BOOK, FREIGHT, Found, book, draft, first, found, goods, row
from workflow.draft import SaleType
from workflow.rules.tables import Aggregator, ControlledGoods, Effect, Operator

SINCE, BEFORE = date(2025, 11, 6), date(2025, 11, 5)
TODAY = date(2026, 11, 16)


@pytest.mark.parametrize(
    ("sale_type", "day", "expected"),
    [
        (SaleType.COMMERCIAL, date(2010, 12, 1), []),
        (SaleType.COMMERCIAL, TODAY, []),
        (SaleType.CONSIGNMENT, BEFORE, [("block", "sale_type", "consignment")]),
        (SaleType.CONSIGNMENT, SINCE, []),
        (SaleType.CONSIGNMENT, TODAY, []),
        *(
            (sale_type, day, [("block", "sale_type", "")])
            for sale_type in SaleType
            if sale_type not in {SaleType.COMMERCIAL, SaleType.CONSIGNMENT}
            for day in (BEFORE, SINCE)
        ),
    ],
)
def test_scp001_only_definitive_commercial_sales_and_later_consignment(
    sale_type: SaleType, day: date, expected: list[Found]
) -> None:
    """Consignment from 2025-11-06; samples, gifts, repair, exhibition, returns and inward processing on no day."""
    assert found("SCP001", draft(sale_type=sale_type, planned_on=day)) == expected


def test_scp001_names_the_sale_type_and_the_day() -> None:
    """So that a person sees what was judged."""
    assert first("SCP001", draft(sale_type=SaleType.GIFT)).params == {"sale_type": "gift", "day": "2026-11-16"}


BLOCKED, ASK = [("block", "lines[0].gtip", "")], [("warn", "lines[0].gtip", "permit")]


@pytest.mark.parametrize(
    ("gtip", "expected"),
    [
        ("300490000000", BLOCKED),
        ("300390000000", BLOCKED),
        ("300241000000", BLOCKED),
        ("300510000000", ASK),
        ("300670000000", ASK),
        ("290230000000", BLOCKED),
        ("290220000000", ASK),
        ("290511000000", ASK),
        ("291524000000", BLOCKED),
        ("293941000000", BLOCKED),
        ("280610000000", BLOCKED),
        ("280700000000", BLOCKED),
        ("284161000000", BLOCKED),
        ("284169000000", ASK),
        ("284440000000", BLOCKED),
        ("283630000000", ASK),
        ("360410000000", BLOCKED),
        ("350699000000", []),
        ("370110000000", []),
        ("380891000000", ASK),
        ("380700000000", []),
        ("930320000000", BLOCKED),
        ("930630000000", BLOCKED),
        ("930400000000", ASK),
        ("930510000000", ASK),
        ("930700000000", ASK),
        ("920999000000", []),
        ("970610000000", ASK),
        ("970121000000", []),
        ("180632000000", ASK),
        ("240220000000", ASK),
        ("250100000000", []),
        ("610910000011", []),
        ("330129000000", []),
        ("340111000000", []),
        ("711319000000", []),
        ("3004", BLOCKED),
        ("30", ASK),
        ("3", []),
        ("", []),
    ],
)
def test_scp002_what_is_under_control_blocks_and_what_may_be_is_asked_about(gtip: str, expected: list[Found]) -> None:
    """The longest prefix decides; what the sources do not name passes, beside each group too."""
    assert found("SCP002", goods(gtip=gtip)) == expected


def controlled(prefix: str, effect: Effect, **columns: object) -> ControlledGoods:
    made: ControlledGoods = row(
        ControlledGoods, **{"prefix": prefix, "goods_tr": "örnek mal", "goods_en": "sample goods", "effect": effect, **columns}
    )
    return made


@pytest.mark.parametrize(
    ("first_day", "last_day", "expected"),
    [
        (TODAY, TODAY, BLOCKED),
        (date(2026, 11, 17), date.max, []),
        (date.min, date(2026, 11, 15), []),
    ],
)
def test_scp002_a_row_holds_on_its_days_only(first_day: date, last_day: date, expected: list[Found]) -> None:
    """Both included."""
    law = book(controlled_goods=(controlled("61", Effect.BLOCK, valid_from=first_day, valid_to=last_day),))
    assert found("SCP002", draft(planned_on=TODAY), law) == expected


def test_scp002_a_longer_prefix_stands_above_a_shorter_one_whatever_it_says() -> None:
    """So a table can exempt part of a chapter, or block part of one that only warns."""
    rows = (
        controlled("61", Effect.BLOCK),
        controlled("6109", Effect.NONE),
        controlled("61091000", Effect.WARN),
        controlled("610910000012", Effect.BLOCK),
    )
    law = book(controlled_goods=rows)
    wanted = {"611000000000": BLOCKED, "610990000000": [], "610910000011": ASK, "610910000012": BLOCKED, "620000000000": []}
    assert {gtip: found("SCP002", goods(gtip=gtip), law) for gtip in wanted} == wanted


def test_scp002_a_chapter_without_a_row_of_its_own_is_looked_into() -> None:
    """Where only a part of it is under control."""
    law = book(controlled_goods=(controlled("6109", Effect.BLOCK),))
    assert (found("SCP002", draft(), law), found("SCP002", goods(gtip="611000000000"), law)) == (BLOCKED, [])


def test_scp002_asks_of_goods_only_and_says_which_group_it_is() -> None:
    """Each line by its own path; the finding stands on the row, with its source."""
    one = first("SCP002", goods(gtip="300490000000"))
    assert one.params == {"gtip": "300490000000", "prefix": "3004", "goods_tr": "ilaçlar", "goods_en": "medicaments"}
    assert one.basis in BOOK.controlled_goods
    both = draft(lines=(*goods(gtip="300490000000").lines, *goods(gtip="180632000000").lines))
    assert found("SCP002", both) == [("block", "lines[0].gtip", ""), ("warn", "lines[2].gtip", "permit")]
    freight = draft(lines=(*draft().lines, dataclasses.replace(FREIGHT, gtip="300490000000")))
    assert found("SCP002", freight) == []


@pytest.mark.parametrize(
    ("courier", "expected"),
    [
        ("pts", []),
        ("ptt", []),
        ("dhl", []),
        ("DHL", []),
        ("DHL Express", []),
        ("ups", []),
        ("fedex", []),
        ("FEDEX", []),
        ("FedEx Express", []),
        ("ptt ", []),
        ("dhl-express", []),
        ("tnt", []),
        ("navlungo", []),
        ("NAVLUNGO", []),
        ("trendyol", []),
        ("", []),
        ("  ", []),
        ("sandbox", [("block", "courier", "")]),
        ("yurtici", [("block", "courier", "")]),
        ("dh", [("block", "courier", "")]),
    ],
)
def test_scp003_an_operator_or_who_has_one_declare_and_nobody_else(courier: str, expected: list[Found]) -> None:
    """By code or name, in any case; a draft without a courier is not asked; the sandbox is none outside the demo."""
    assert found("SCP003", draft(courier=courier)) == expected


def operator(**columns: object) -> Operator:
    made: Operator = row(Operator, **{"code": "hızlı", "name": "Hızlı Kargo", **columns})
    return made


def aggregator(**columns: object) -> Aggregator:
    made: Aggregator = row(Aggregator, **{"code": "pazar", "name": "Pazar Yeri", "through": "any", **columns})
    return made


NOT_THEN, THROUGH = [("block", "courier", "not_then")], [("block", "courier", "through")]


@pytest.mark.parametrize(
    ("courier", "rows", "expected"),
    [
        ("hızlı", (operator(),), []),
        ("HIZLI", (operator(),), []),
        ("hızlı kargo", (operator(),), []),
        ("hızlı", (operator(valid_from=TODAY, valid_to=TODAY),), []),
        ("hızlı", (operator(valid_from=date(2026, 11, 17)),), NOT_THEN),
        ("hızlı", (operator(valid_to=date(2026, 11, 15)),), NOT_THEN),
        ("pazar", (aggregator(),), []),
        ("pazar", (aggregator(valid_to=date(2026, 11, 15)),), NOT_THEN),
        ("pazar", (aggregator(through="hızlı"),), THROUGH),
        ("pazar", (aggregator(through="hızlı"), operator()), []),
        ("pazar", (aggregator(through="hızlı"), operator(valid_to=date(2026, 11, 15))), THROUGH),
        ("pts", (operator(),), [("block", "courier", "")]),
    ],
)
def test_scp003_on_the_planned_day(courier: str, rows: tuple[Operator | Aggregator, ...], expected: list[Found]) -> None:
    """An operator in its days; an aggregator in its own and in those of the operator that declares for it."""
    law = book(
        operators=tuple(one for one in rows if isinstance(one, Operator)),
        aggregators=tuple(one for one in rows if isinstance(one, Aggregator)),
    )
    assert found("SCP003", draft(courier=courier, planned_on=TODAY), law) == expected


def test_scp003_names_the_courier_the_day_and_the_operator() -> None:
    """What people read says what to do."""
    law = book(aggregators=(aggregator(through="hızlı"),))
    assert first("SCP003", draft(courier="yurtici")).params == {"courier": "yurtici", "day": "2026-11-16"}
    one = first("SCP003", draft(courier="pazar"), law)
    assert one.params == {"courier": "pazar", "day": "2026-11-16", "operator": "hızlı"}
    assert one.basis in law.aggregators
