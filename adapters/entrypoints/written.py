"""How commands write amounts, days, words and lists for people, in the language of the settings; ``--json`` has them plain."""

import re
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from typing import Final

import orjson
import typer

from adapters.press import wording
from adapters.press.language import Language
from adapters.settings import Settings
from adapters.spreadsheets import Column
from adapters.web import claim_tables
from adapters.web.claim_tables import Row
from workflow.errors import Pair

_AMOUNT: Final = re.compile(r"-?[0-9]+\.[0-9]{2}")


def show_list(
    found: Sequence[Row],
    file: tuple[str, Sequence[Column[Row]]],
    line: Callable[[Row, str], str],
    none: Pair,
    *,
    as_csv: bool,
    as_json: bool,
) -> None:
    """Print what was found, a ``line`` each, or as the CSV of a ``file`` (its name and columns), or as JSON."""
    locale = Settings().locale
    if as_json:
        typer.echo(orjson.dumps({"items": found}).decode())
    elif as_csv:
        typer.echo(claim_tables.written("csv", *file, found, locale).decode(), nl=False)
    else:
        typer.echo("\n".join(line(one, locale) for one in found) or word(none, locale))


def figure(value: str | None, locale: str) -> str:
    """An amount as the language writes it, a question mark where it is not known; what is no amount as it is."""
    if value is None:
        return "?"
    return wording.amount(Decimal(value), Language(locale)) if _AMOUNT.fullmatch(value) else value


def share(value: str, locale: str) -> str:
    """A share of one (``0.20``) in percent."""
    return wording.percent(Decimal(value) * 100, Language(locale))


def day(value: str, locale: str) -> str:
    """A day (``2026-11-24``): as Turkish people write it, or in English by ISO 8601."""
    return f"{date.fromisoformat(value):%d.%m.%Y}" if locale == "tr" else value


def word(texts: Pair, locale: str) -> str:
    """A text in the language."""
    return texts[0 if locale == "tr" else 1]
