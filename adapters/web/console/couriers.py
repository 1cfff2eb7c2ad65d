"""Couriers by the names that the law's tables know them by; programs and messages keep their codes."""

from collections.abc import Callable
from datetime import date

from markupsafe import Markup

from adapters.web.console.language import order
from workflow.rules.law import LawBook
from workflow.rules.tables import in_force
from workflow.values import fold


def names(law: LawBook, day: date) -> dict[str, str]:
    """What the operators and aggregators of a day are called, by their codes."""
    operators = {one.code: one.name for one in in_force(law.operators, day)}
    return operators | {one.code: one.name for one in in_force(law.aggregators, day)}


def called(law: LawBook, day: date) -> Callable[..., Markup]:
    """A courier by its name, or its code where nobody knows one; ``coded`` has the code beside the name."""
    known = names(law, day)

    def name(code: str, *, coded: bool = False) -> Markup:
        called = known.get(code, code)
        said = Markup('<span title="{}">{}</span>').format(code, called)
        differs = fold(called) != fold(code)
        return said + Markup(' <span class="code muted">{}</span>').format(code) if coded and differs else said

    return name


def offered(law: LawBook, day: date) -> list[tuple[str, str]]:
    """Their codes with their names, by the alphabet."""
    return sorted(names(law, day).items(), key=lambda one: order(one[1]))
