"""How the report on order files reads, in Turkish or English."""

import orjson
from rich.console import Console
from rich.table import Table

from adapters.entrypoints.rehearsal import Report

WORDS: dict[str, tuple[str, str]] = {
    "orders": ("Sipariş numarası", "Order numbers"),
    "nothing_to_ship": (
        "  gönderilecek mal yok (iptal, düzeltme, yalnız masraf)",
        "  nothing to ship (cancelled, corrected, charges only)",
    ),
    "unreadable": ("  alınmazdı (çok büyük ya da hatalı)", "  would be refused (too large, or wrong)"),
    "passing": ("  geçer", "  pass"),
    "held": ("  taslakta kalır; nedenleri (sipariş sayısı):", "  stay drafts; why (orders):"),
    "warned": ("  uyarı alır:", "  get a warning:"),
    "invoices": ("Geçenlerin faturası yapıldı", "Invoices made of those that pass"),
    "valid": ("  geçerli", "  valid"),
    "by_gib": ("  (Kervan'ın ve GİB'in kurallarıyla)", "  (by Kervan's rules and GİB's)"),
    "ours_only": (
        "  (yalnız Kervan'ın kurallarıyla; GİB'inkiler için kervan[gib])",
        "  (by Kervan's rules only; kervan[gib] has GİB's)",
    ),
}
"""What the report says, Turkish and English."""


def show(report: Report, locale: str, *, as_json: bool) -> None:
    """Print a report."""
    found = report.plain()
    if as_json:
        print(orjson.dumps(found, option=orjson.OPT_INDENT_2).decode())
        return
    column = 0 if locale == "tr" else 1
    table = Table(show_header=False, box=None, pad_edge=False)
    table.add_column(justify="right")
    table.add_column()

    def row(name: str) -> None:
        table.add_row(str(found[name]), WORDS[name][column])

    for name in ("orders", "nothing_to_ship", "unreadable", "passing", "held"):
        row(name)
    for code, count in found["held_by"].items():
        table.add_row(str(count), f"    {code}")
    if found["warned"]:
        table.add_row("", WORDS["warned"][column])
    for code, count in found["warned"].items():
        table.add_row(str(count), f"    {code}")
    for name in ("invoices", "valid"):
        row(name)
    table.add_row("", WORDS["by_gib" if report.checked_by_gib else "ours_only"][column])
    for fault in report.faults[:20]:
        table.add_row(fault["order"], str(fault["why"]))
    Console().print(table)
