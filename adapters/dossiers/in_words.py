"""Amounts in Turkish words, written as one so that nothing can be put between."""

from decimal import Decimal

from workflow.values import to_cents

_ONES = ("", "bir", "iki", "üç", "dört", "beş", "altı", "yedi", "sekiz", "dokuz")
_TENS = ("", "on", "yirmi", "otuz", "kırk", "elli", "altmış", "yetmiş", "seksen", "doksan")
_GROUPS = ("", "bin", "milyon", "milyar", "trilyon")


def _group(number: int) -> str:
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    hundred = ("" if hundreds == 1 else _ONES[hundreds]) + "yüz" if hundreds else ""
    return hundred + _TENS[tens] + _ONES[ones]


def number(value: int) -> str:
    """A whole number from 0 on in words: 1250 is ``binikiyüzelli``."""
    if value == 0:
        return "sıfır"
    words = ""
    for name in _GROUPS:
        value, group = divmod(value, 1000)
        if group:
            said = "" if name == "bin" and group == 1 else _group(group)
            words = said + name + words
    return words


def lira(amount: Decimal) -> str:
    """An amount in lira and kuruş: 1250.05 is ``yalnız binikiyüzelli Türk lirası beş kuruş``."""
    whole, cents = divmod(int(to_cents(amount) * 100), 100)
    kurus = f" {number(cents)} kuruş" if cents else ""
    return f"yalnız {number(whole)} Türk lirası{kurus}"
