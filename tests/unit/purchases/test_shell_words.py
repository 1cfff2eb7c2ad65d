"""What ``kervan purchase correct`` reads: amounts, days and shares as the console and lists take them, else words."""

import pytest

from adapters.entrypoints import claims_view, purchases_view


@pytest.mark.parametrize(
    ("name", "given", "read"),
    [
        ("vat", "350,00", "350.00"),
        ("vat", "1.350,00", "1350.00"),
        ("net", "1350.00", "1350.00"),
        ("incurred", "-", "-"),
        ("share", "%35", "0.35"),
        ("share", "0,35", "0.35"),
        ("issued_on", "03.11.2026", "2026-11-03"),
        ("period", "2026-11", "2026-11"),
        ("kind", "general", "general"),
        ("order", "S-1", "S-1"),
    ],
)
def test_it_is_read_as_people_write_it(name: str, given: str, read: str) -> None:
    """Commas and dots; what only names something stays as it is."""
    assert purchases_view._read(name, given) == read


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("vat", "abc"),
        ("vat", "-1,00"),
        ("vat", "-"),
        ("period", "2026-13"),
        ("kind", "x"),
        ("share", "2"),
        ("issued_on", "dün"),
    ],
)
def test_what_cannot_be_read_is_said_in_words(name: str, given: str) -> None:
    """In both languages, with the option and how it is written; no pattern."""
    with pytest.raises(claims_view.NotReadableError) as told:
        purchases_view._read(name, given)
    option = "--" + name.replace("_", "-")
    assert all(option in text and given in text and "^" not in text for text in told.value.texts)
    assert told.value.texts[0].startswith("Kaydedilmedi: ")
