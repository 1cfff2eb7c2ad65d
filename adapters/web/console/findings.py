"""Findings as people read them: what is said of many lines stands once, and each place is called as on the form."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from adapters.web.console.amending import LINE, TERMS
from adapters.web.console.language import Language, marked

PLACES: Final[dict[str, str]] = {field.name: field.label for field in TERMS} | {
    "consignee.tax_number": marked("Alıcının vergi no"),
    "buyer": marked("Alıcı"),
    "buyer.name": marked("Alıcının adı"),
    "buyer.city": marked("Şehir"),
    "buyer.country": marked("Ülke"),
    "buyer.tax_number": marked("Alıcının vergi no"),
    "seller.tax_number": marked("Satıcının VKN ya da TCKN'si"),
    "currency": marked("Para birimi"),
    "total": marked("Toplam"),
    "lines": marked("Sipariş satırları"),
    "set_aside": marked("Ayrılan satırlar"),
    "sale_type": marked("Satış türü"),
    "proforma.currency": marked("Proformanın para birimi"),
    "proforma.total": marked("Proformanın toplamı"),
    "number": marked("Fatura no"),
    "issued_on": marked("Fatura tarihi"),
    "profile": marked("Fatura senaryosu"),
    "type": marked("Fatura tipi"),
    "exemption_code": marked("İstisna kodu"),
    "exemption_reason": marked("İstisna nedeni"),
    "exchange_rate": marked("Döviz kuru"),
}
"""What a finding may speak of, by its path; a path that is not here is shown as it is."""
OF_A_LINE: Final[dict[str, str]] = {field.name: field.label for field in LINE} | {
    "name": marked("Tanım"),
    "amount": marked("Tutar"),
    "exemption_code": marked("İstisna kodu"),
}
_LINE: Final = re.compile(r"lines\[(\d+)\](?:\.(\w+))?", re.ASCII)


def gathered(language: Language, findings: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Findings in their order; those of one code that say the same stand together, with all places that they speak of."""
    found: dict[tuple[str, str, str], dict[str, Any]] = {}
    for finding in findings:
        key = finding["code"], finding["severity"], finding["message"][language.code]
        found.setdefault(key, {**finding, "paths": []})["paths"].append(finding["path"])
    return [one | {"place": places(language, one["paths"])} for one in found.values()]


def places(language: Language, paths: Sequence[str]) -> str:
    """Where paths lead: the lines by their numbers, counted from one as on the form, then what is meant of them."""
    fields: dict[str, list[str]] = {}
    for path in paths:
        line = _LINE.fullmatch(path)
        name = language.gettext(PLACES.get(path, path)) if line is None else _of_a_line(language, line[2])
        fields.setdefault(name, [])
        if line is not None:
            fields[name].append(language.number(int(line[1]) + 1))
    return "; ".join(_told(language, name, rows) for name, rows in fields.items() if name or rows)


def by_line(findings: Sequence[Mapping[str, Any]]) -> dict[tuple[int, str], Mapping[str, Any]]:
    """The findings of single fields of lines, by the line's place in the list and the field."""
    found: dict[tuple[int, str], Mapping[str, Any]] = {}
    for finding in findings:
        line = _LINE.fullmatch(finding["path"])
        if line is not None:
            found.setdefault((int(line[1]), line[2] or ""), finding)
    return found


def _of_a_line(language: Language, field: str | None) -> str:
    return language.gettext(OF_A_LINE.get(field, field)) if field else ""


def _told(language: Language, name: str, rows: Sequence[str]) -> str:
    if not rows:
        return name
    lines = language.gettext("Satır %(rows)s") % {"rows": ", ".join(rows)}
    return f"{lines}: {name}" if name else lines
