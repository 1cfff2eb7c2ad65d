"""What a person changes of a draft: the form's fields from what it declares, and the contract's data of what was changed."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from adapters.web.console.forms import number
from adapters.web.console.language import marked
from adapters.web.console.offers import Offers, meant
from workflow.draft import LineKind


@dataclass(frozen=True, slots=True)
class Asked:
    """A field of a draft: its place in the data, what stands beside it, how it is written and how long it may be."""

    name: str
    label: str
    kind: str = "text"
    longest: int = 200
    offers: str = ""
    """Which codes are offered for it (:func:`adapters.web.console.offers.lists`)."""


TERMS: Final = (
    Asked("consignee.name", marked("Alıcının adı")),
    Asked("consignee.address.line", marked("Adres")),
    Asked("consignee.address.district", marked("Semt")),
    Asked("consignee.address.postcode", marked("Posta kodu"), longest=20),
    Asked("consignee.address.city", marked("Şehir")),
    Asked("consignee.address.country", marked("Ülke"), longest=60, offers="countries"),
    Asked("gross_weight_kg", marked("Brüt ağırlık (kg)"), "number", 20),
    Asked("packages", marked("Koli sayısı"), "count", 5),
    Asked("incoterm", marked("Teslim şekli"), longest=60, offers="incoterms"),
    Asked("courier", marked("Kurye"), longest=64, offers="couriers"),
    Asked("planned_on", marked("Planlanan gün"), "day", 10),
)
LINE: Final = (
    Asked("kind", marked("Tür"), "choice"),
    Asked("description", marked("Tanım")),
    Asked("description_tr", marked("Türkçe tanım")),
    Asked("gtip", marked("GTİP"), longest=30),
    Asked("origin", marked("Menşe"), longest=60, offers="countries"),
    Asked("quantity", marked("Miktar"), "number", 20),
    Asked("unit", marked("Birim"), longest=60, offers="units"),
    Asked("unit_price", marked("Birim fiyat"), "number", 20),
    Asked("discount", marked("İndirim"), "number", 20),
    Asked("net_weight_kg", marked("Net kg"), "number", 20),
)
KINDS: Final = {
    LineKind.GOODS.value: marked("mal"),
    LineKind.FREIGHT.value: marked("navlun"),
    LineKind.INSURANCE.value: marked("sigorta"),
    LineKind.BANK_FEE.value: marked("banka masrafı"),
    LineKind.PACKAGING.value: marked("ambalaj"),
}
_MOST_LINES: Final = 500
_OF_A_LINE: Final = re.compile(r"lines\[(\d+)\]\.(\w+)", re.ASCII)


def values(terms: Mapping[str, Any]) -> dict[str, str]:
    """What stands in the form's fields of a draft."""
    return {field.name: str(_found(terms, field.name.split("."))) for field in TERMS}


def line_values(lines: Sequence[Mapping[str, Any]]) -> list[dict[str, str]]:
    """What stands in the form's fields of its lines; ``sku`` is kept and not asked for."""
    return [{name: str(line.get(name) or "") for name in ("sku", *(field.name for field in LINE))} for line in lines]


def wrong(paths: Sequence[str]) -> frozenset[str]:
    """The form's fields that findings speak of, by their paths (``lines[1].gtip``, ``consignee.address.country``)."""
    return frozenset(f"line-{found[1]}-{found[2]}" if (found := _OF_A_LINE.fullmatch(path)) else path for path in paths)


def typed(form: Mapping[str, str], offered: Mapping[str, Offers]) -> tuple[dict[str, str], list[dict[str, str]]]:
    """What somebody typed: the fields of the draft, and those of its lines that are not marked to go; as it is kept."""
    terms = {field.name: _typed(form, field.name, field, offered) for field in TERMS if field.name in form}
    lines = []
    for n in range(min(_MOST_LINES, _count(form))):
        if f"line-{n}-drop" in form:
            continue
        line = {field.name: _typed(form, f"line-{n}-{field.name}", field, offered) for field in LINE}
        lines.append({"sku": _text(form, f"line-{n}-sku", 200), **line})
    return terms, lines


def data(
    before: Mapping[str, Any],
    old: Sequence[Mapping[str, Any]],
    terms: Mapping[str, str],
    lines: Sequence[Mapping[str, str]],
    offered: Mapping[str, Offers],
) -> dict[str, Any]:
    """The contract's data of what was changed; a party is sent whole, and so are the lines, where any of theirs was.

    What stood there under a name (``adet``) and is left so is not changed, though a form gives it back as its code.
    """
    was = _coded(TERMS, values(before), offered)
    changed = [field for field in TERMS if field.name in terms and terms[field.name] != was[field.name]]
    found: dict[str, Any] = {field.name: _value(field, terms[field.name]) for field in changed if "." not in field.name}
    if any("." in field.name for field in changed):
        party = {**before["consignee"], "address": dict(before["consignee"]["address"])}
        for field in changed:
            *outer, last = field.name.split(".")
            if outer:
                inner = party["address"] if "address" in outer else party
                inner[last] = terms[field.name]
        found["consignee"] = party
    if list(lines) != [_coded(LINE, line, offered) for line in line_values(old)]:
        found["lines"] = [_line(line) for line in lines]
    return found


def _line(line: Mapping[str, str]) -> dict[str, Any]:
    """A line as the contract has it: what is empty is left to the contract's own default."""
    kinds = {field.name: field for field in LINE}
    return {name: _value(kinds[name], text) if name in kinds else text for name, text in line.items() if text}


def _value(field: Asked, text: str) -> object:
    if field.kind == "count":
        return int(text) if text.isascii() and text.isdigit() else text
    return number(text) if field.kind == "number" else text


def _found(values: Any, path: Sequence[str]) -> object:  # noqa: ANN401 - JSON
    for name in path:
        values = values.get(name, "") if isinstance(values, Mapping) else ""
    return values if values is not None else ""


def _typed(form: Mapping[str, str], name: str, field: Asked, offered: Mapping[str, Offers]) -> str:
    text = _text(form, name, field.longest)
    return number(text) if field.kind == "number" else _code(field, text, offered)


def _coded(fields: Sequence[Asked], given: Mapping[str, str], offered: Mapping[str, Offers]) -> dict[str, str]:
    """Values with codes in place of the names of codes."""
    return {**given, **{field.name: _code(field, given[field.name], offered) for field in fields if field.offers}}


def _code(field: Asked, text: str, offered: Mapping[str, Offers]) -> str:
    return meant(offered[field.offers], text) if field.offers else text


def _text(form: Mapping[str, str], name: str, longest: int) -> str:
    return form.get(name, "").replace("\x00", "").strip()[:longest]


def _count(form: Mapping[str, str]) -> int:
    text = form.get("lines", "0")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 4 else 0
