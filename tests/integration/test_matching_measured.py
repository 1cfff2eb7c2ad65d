"""How well damaged ETGB lists are matched: a real shop's month, with everything in it that Kervan does not know."""

from collections import Counter

import pytest

from tests.lists_of_orders import Order, Style, consolidated, orders
from workflow.matching import match

BOTH = ("reference", "invoice_number")


@pytest.fixture(scope="module")
def month(tmp_path_factory: pytest.TempPathFactory) -> list[Order]:
    """The orders of a month; some two fifths pass the rules and are known with their invoice."""
    return orders(tmp_path_factory.mktemp("orders"))


@pytest.mark.parametrize(
    ("style", "left"),
    [
        (Style(("reference",), "1", freight=False), 0.09),
        (Style(("reference",), "0.01"), 0.09),
        (Style(("invoice_number",), "0.1"), 0.09),
        (Style(BOTH, "1", countries=False), 0.05),
        (Style(("reference",), "1", countries=False), 0.13),
        (Style(("invoice_number",), "1", freight=False, countries=False), 0.13),
    ],
    ids=[
        "order numbers, whole amounts without freight",
        "order numbers",
        "invoice numbers, tenths",
        "both, no countries",
        "order numbers, whole amounts, no countries",
        "invoice numbers, whole amounts without freight, no countries",
    ],
)
@pytest.mark.parametrize("seed", [1, 4, 5, 25])
def test_no_line_is_matched_wrongly_and_few_are_left_to_a_person(
    month: list[Order], style: Style, left: float, seed: int
) -> None:
    """A tenth of the names are damaged, and more than half of the lines are of orders that Kervan has never seen."""
    made = consolidated(month, style, seed=seed)
    verdicts = match([line for line, _ in made], [order.candidate for order in month if order.known])
    found = Counter[str]()
    for (line, order), verdict in zip(made, verdicts, strict=True):
        if verdict.sure is not None:
            assert verdict.sure.candidate == order.candidate, line
        if order.known:
            found["sure" if verdict.sure else "person" if verdict.doubtful else "lost"] += 1
    lines = sum(found.values())
    print(f"{lines} lines, {found['person'] / lines:.1%} left to a person")
    assert (lines, found["lost"]) == (695, 0)
    assert found["person"] <= left * lines
