"""*Kurallar*: the law that shipments are judged by, on any day."""

from datetime import date
from typing import Annotated, Final

from fastapi import APIRouter, Query, Response

from adapters.web.api.shipments import given
from adapters.web.console import rendering
from adapters.web.console.language import marked
from adapters.web.console.navigation import Group, Page
from adapters.web.console.screen import Inside
from workflow.rules.listing import document
from workflow.values import istanbul_day

router = APIRouter(include_in_schema=False)

PAGE = Page("rules", "/rules", marked("Kurallar"), "rules", Group.HOUSE, router)

TABLES: Final = {
    "limits": marked("Ağırlık ve değer sınırları"),
    "operators": marked("Yetkili hızlı kargo işleticileri"),
    "aggregators": marked("Aracılar ve işleticileri"),
    "courier_limits": marked("Kuryelerin kendi sınırları"),
    "scopes": marked("Kapsam"),
    "charges": marked("Faturaya yazılabilen bedeller"),
    "incoterms": marked("Teslim şekilleri"),
    "controlled_goods": marked("İzne ve denetime tabi eşya"),
    "income_tax_tiers": marked("Kazanç indirimi: eşikler"),
    "income_tax_shares": marked("Kazanç indirimi: oranlar"),
    "vat_rates": marked("KDV oranları"),
    "claim_minimums": marked("İade: en az tutar"),
    "claim_inspection_limits": marked("İade: incelemesiz sınır"),
    "claim_deadlines": marked("İade: başvuru süresi"),
}
"""What a table is called."""
DATES: Final = ("valid_from", "valid_to", "source", "certainty")
"""The columns that every table has, shown last."""
COLUMNS: Final = {
    "code": marked("Kod"),
    "name": marked("Ad"),
    "through": marked("İşletici"),
    "courier": marked("Kurye"),
    "max_gross_kg": marked("En çok brüt kg"),
    "max_eur": marked("En çok değer (EUR)"),
    "sale_type": marked("Satış türü"),
    "keyword": marked("Satırda geçen söz"),
    "freight": marked("Navlunu satıcı öder"),
    "insurance": marked("Sigortayı satıcı öder"),
    "prefix": marked("GTİP'in başı"),
    "goods_tr": marked("Eşya"),
    "goods_en": marked("İngilizcesi"),
    "effect": marked("Etkisi"),
    "upto_try": marked("Üst sınır (TL)"),
    "min_try": marked("En az (TL)"),
    "employees": marked("Çalışan"),
    "share": marked("Oran"),
    "rate": marked("Oran"),
    "years": marked("Yıl"),
    "source_checked_on": marked("Dayanağa bakılan gün"),
    "valid_from": marked("Başlangıç"),
    "valid_to": marked("Bitiş"),
    "source": marked("Dayanak"),
    "certainty": marked("Kesinlik"),
}
FIGURES: Final = frozenset({"max_gross_kg", "max_eur", "upto_try", "min_try"})
"""The columns that are numbers or money."""
EFFECTS: Final = {"block": marked("durdurur"), "warn": marked("uyarır")}
CERTAINTIES: Final = {"verified": marked("doğrulandı"), "likely": marked("olası"), "unverified": marked("doğrulanmadı")}


@router.api_route("/rules", methods=["GET", "HEAD"])
async def listed(
    screen: Inside, on: Annotated[date | None, given(date), Query()] = None, table: Annotated[str, Query(max_length=40)] = ""
) -> Response:
    """The tables in force on a day, one of them open, and the findings that judge by them."""
    today = istanbul_day(screen.now)
    found = document(screen.parts.law, on or today)
    shown = table if table in found["tables"] else next(iter(found["tables"]), "")
    return await rendering.page(
        screen,
        "pages/rules.html",
        here="rules",
        version=found["version"],
        on=on or today,
        today=today,
        tables={name: len(rows) for name, rows in found["tables"].items()},
        shown=shown,
        rows=found["tables"].get(shown, []),
        findings=found["findings"] if not table else [],
        table_words=TABLES,
        column_words=COLUMNS,
        certainty_words=CERTAINTIES,
        effect_words=EFFECTS,
        figures=FIGURES,
    )
