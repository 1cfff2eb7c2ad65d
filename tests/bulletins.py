"""Bulletins in the central bank's form, for tests: recorded ones, and ones made for any day."""

from datetime import date
from pathlib import Path

RECORDINGS = Path(__file__).parent / "contract" / "recordings" / "tcmb"


def recorded(name: str) -> bytes:
    """A bulletin as it was recorded."""
    return (RECORDINGS / name).read_bytes()


def bulletin(day: date, number: int = 100, **rates: str) -> bytes:
    """A bulletin of a day; USD and EUR unless told otherwise."""
    found = rates or {"USD": "48.0000", "EUR": "55.0000"}
    currencies = "".join(
        f'<Currency CurrencyCode="{code}"><Unit>1</Unit><ForexBuying>{rate}</ForexBuying></Currency>'
        for code, rate in found.items()
    )
    head = f'Tarih="{day:%d.%m.%Y}" Date="{day:%m/%d/%Y}" Bulten_No="{day.year}/{number}"'
    return f'<?xml version="1.0" encoding="UTF-8"?><Tarih_Date {head}>{currencies}</Tarih_Date>'.encode()
