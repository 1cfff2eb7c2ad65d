"""A draft without its lines as JSON, in the contract's form: how the database keeps it, and how screens show it."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from workflow.draft import Address, Draft, Line, Party, Proforma, SaleType, SetAside, SetAsideReason


def _address(a: Address) -> dict[str, str]:
    given = {"line": a.line, "district": a.district, "city": a.city, "postcode": a.postcode, "country_name": a.country_name}
    return {field: value for field, value in given.items() if value} | {"country": a.country}


def _party(p: Party) -> dict[str, Any]:
    found: dict[str, Any] = {"name": p.name, "address": _address(p.address)}
    if p.tax_number:
        found["tax_number"] = p.tax_number
    if p.tax_office:
        found["tax_office"] = p.tax_office
    return found


def terms(draft: Draft) -> dict[str, Any]:
    """Everything of a draft but its lines."""
    found: dict[str, Any] = {
        "seller": _party(draft.seller),
        "reference": draft.reference,
        "consignee": _party(draft.consignee),
        "currency": draft.currency,
        "gross_weight_kg": str(draft.gross_weight_kg),
        "planned_on": draft.planned_on.isoformat(),
        "packages": draft.packages,
        "sale_type": draft.sale_type.value,
        "incoterm": draft.incoterm,
        "courier": draft.courier,
        "ecommerce": draft.ecommerce,
    }
    if draft.proforma is not None:
        p = draft.proforma
        found["proforma"] = {"number": p.number, "total": str(p.total), "currency": p.currency}
    if draft.set_aside:
        found["set_aside"] = [_row(row) for row in draft.set_aside]
    return found


def _row(row: SetAside) -> dict[str, str]:
    found = {"reason": row.reason.value, "sku": row.sku, "description": row.description}
    priced = {"quantity": row.quantity, "unit_price": row.unit_price}
    return found | {field: str(value) for field, value in priced.items() if value is not None}


def _read_row(found: dict[str, str]) -> SetAside:
    priced = {field: Decimal(found[field]) for field in ("quantity", "unit_price") if field in found}
    return SetAside(SetAsideReason(found["reason"]), found["sku"], found["description"], **priced)


def _read_party(found: dict[str, Any]) -> Party:
    return Party(found["name"], Address(**found["address"]), found.get("tax_number", ""), found.get("tax_office", ""))


def draft_of(found: dict[str, Any], lines: Sequence[Line]) -> Draft:
    """The draft again, from what :func:`terms` made and its lines."""
    proforma = found.get("proforma")
    return Draft(
        seller=_read_party(found["seller"]),
        reference=found["reference"],
        consignee=_read_party(found["consignee"]),
        currency=found["currency"],
        lines=tuple(lines),
        gross_weight_kg=Decimal(found["gross_weight_kg"]),
        planned_on=date.fromisoformat(found["planned_on"]),
        packages=found["packages"],
        sale_type=SaleType(found["sale_type"]),
        incoterm=found["incoterm"],
        courier=found["courier"],
        ecommerce=found["ecommerce"],
        proforma=None if proforma is None else Proforma(proforma["number"], Decimal(proforma["total"]), proforma["currency"]),
        set_aside=tuple(_read_row(row) for row in found.get("set_aside", ())),
    )
