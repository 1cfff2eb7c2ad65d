"""An error that people meet in the console or at an import says what it has to say in Turkish and in English."""

import importlib
import pkgutil
import string
from collections.abc import Iterator

import pytest

import adapters
import events
import workflow
from adapters.imports import file_words
from adapters.law.errors import LawError
from adapters.web import absent, problems
from workflow.errors import KervanError, Pair, SaidError, filled, texts_of

FOR_OPERATORS = {
    "adapters.calls",  # who calls a counterpart: logs, and adapters.calls.words for people
    "adapters.couriers",
    "adapters.invoicing.ports",
    "adapters.rates",
    "adapters.tax_office",
    "adapters.database.filings",  # what only a damaged or newer database shows
    "adapters.database.migrate",
    "adapters.database.moments",  # backups: whoever runs the servers
    "adapters.database.privileges",
    "adapters.database.months",
    "adapters.database.log_months",
    "adapters.database.pool",
    "adapters.database.seller_lock",  # what only a database without its role shows
    "adapters.database.subscriptions",  # said by the console in words of its own
    "adapters.subscriptions",
    "adapters.entrypoints",  # starting, stopping, settings: whoever runs the servers
    "adapters.settings",
    "adapters.tracing",
    "adapters.press",
    "adapters.retention",  # a policy file of whoever runs the servers
    "adapters.invoicing.essence",  # the desk of invoices notes it beside a task
    "adapters.invoicing.gib",
    "adapters.invoicing.sheets.press",
    "adapters.invoicing.sheets.signature",
    "adapters.invoicing.ubl.writing",
    "events",  # refusals: workflow.refusals and workflow.refusal_details
    "workflow.errors",  # the engine's own, caught by it
    "workflow.bulletins",
    "workflow.numbering",
}
"""Rooms whose errors are read by whoever runs Kervan, in English alone, or are put into words elsewhere."""


def every(kind: type[KervanError]) -> Iterator[type[KervanError]]:
    """A class's subclasses, each once."""
    for one in kind.__subclasses__():
        yield one
        yield from every(one)


def all_errors() -> list[type[KervanError]]:
    """All classes of errors there are."""
    for package in (workflow, events, adapters):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if "__main__" not in module.name and "migrations" not in module.name:
                importlib.import_module(module.name)
    ours = ("workflow", "events", "adapters")
    return sorted({one for one in every(KervanError) if one.__module__.split(".")[0] in ours}, key=str)


ERRORS = all_errors()
TEXTS: dict[str, Pair] = {
    **{
        f"{one.__module__}.{one.__name__}": one.WHAT if issubclass(one, LawError) and one is not LawError else one.TEXTS
        for one in ERRORS
        if issubclass(one, SaidError) and hasattr(one, "TEXTS")
    },
    **{f"file {code}": pair for code, pair in file_words.WHYS.items()},
    **{f"wanted {code}": pair for code, pair in file_words.WANTED.items()},
    **{f"match {code}": pair for code, pair in file_words.MATCHES.items()},
    **{f"absent {code}": pair for code, pair in absent.TEXTS.items()},
    **{f"title {status}": pair for status, pair in problems.TITLES.items()},
}


def in_room(module: str) -> bool:
    """Whether a module lies in one of the rooms that speak to operators."""
    return any(module == room or module.startswith(f"{room}.") for room in FOR_OPERATORS)


def test_whoever_does_not_speak_to_operators_speaks_both_languages() -> None:
    """A new error needs its texts, or its room a reason why not; a room without such errors leaves the list."""
    alone = [one for one in ERRORS if not issubclass(one, SaidError)]
    assert [f"{one.__module__}.{one.__name__}" for one in alone if not in_room(one.__module__)] == []
    silent = {room for room in FOR_OPERATORS if not [one for one in alone if f"{one.__module__}.".startswith(f"{room}.")]}
    assert silent == set()


def places(text: str) -> set[str]:
    """The names of a text's places."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("what", sorted(TEXTS))
def test_both_languages_have_the_same_places(what: str) -> None:
    """Neither is empty nor a copy of the other."""
    tr, en = TEXTS[what]
    assert tr != en
    assert all(text and text == text.strip() for text in (tr, en))
    assert places(tr) == places(en)


def test_a_value_that_is_a_pair_is_taken_language_by_language() -> None:
    """So that a reason within a sentence speaks the sentence's language; a plain value stands in both."""
    assert filled(("{a} {b}", "{b} {a}"), a=("bir", "one"), b=2) == ("bir 2", "2 one")


def test_as_a_string_an_error_is_english() -> None:
    """Which logs go on reading."""

    class LostError(SaidError):
        TEXTS = ("{what} kayboldu.", "{what} is lost.")

    error = LostError(what="A")
    assert (str(error), texts_of(error)) == ("A is lost.", ("A kayboldu.", "A is lost."))
    assert texts_of(ValueError("x")) == ("x", "x")
