"""The rule set as people read it on a terminal, in Turkish or English."""

from itertools import groupby
from operator import itemgetter
from typing import Any

import typer

_WORDS: dict[str, tuple[str, str]] = {
    "head": ("Kural kümesi {version}; {on} günü yürürlükte olanlar", "Rule set {version}; in force on {on}"),
    "findings": ("Bulgular", "Findings"),
    "none": ("(kayıt yok)", "(no rows)"),
    "ever": ("başından beri", "always"),
    "open": ("süresiz", "open"),
    "limits": ("Ağırlık ve değer sınırları", "Limits of weight and value"),
    "courier_limits": ("Kuryelerin kendi sınırları", "Couriers' own limits"),
    "operators": ("Yetkili operatörler", "Authorised operators"),
    "aggregators": ("Operatör üzerinden çalışanlar", "Who works through an operator"),
    "controlled_goods": ("Denetime tabi mallar", "Goods under control"),
    "incoterms": ("Navlun ya da sigortayı satıcının ödediği teslimler", "Terms by which the seller pays freight or insurance"),
    "scopes": ("Kapsamdaki satış türleri", "Sale types in scope"),
    "charges": ("Faturada yer alamayan masraflar", "Charges that may not be invoiced"),
    "income_tax_tiers": ("Gelir vergisi indiriminin dilimleri", "Tiers of the income tax deduction"),
    "income_tax_shares": ("İndirilebilecek pay", "Share that may be deducted"),
    "vat_rates": ("KDV genel oranı", "General VAT rate"),
    "claim_minimums": ("En az KDV iade tutarı", "Smallest VAT refund"),
    "claim_inspection_limits": (
        "İncelemesiz, teminatsız KDV iadesi sınırı",
        "VAT refund without inspection or guarantee up to",
    ),
    "claim_deadlines": ("KDV iadesi talep süresi (yıl)", "Years in which to claim a VAT refund"),
    "verified": ("doğrulanmış", "verified"),
    "likely": ("olası", "likely"),
    "unverified": ("doğrulanmamış", "unverified"),
    "block": ("engeller", "blocks"),
    "warn": ("uyarır", "warns"),
}
"""Tables by the names of their files, certainties and severities, and the words around them."""
_EVERY = ("valid_from", "valid_to", "certainty", "source")


def show(found: dict[str, Any], locale: str) -> None:
    """Print what :func:`workflow.rules.listing.document` tells; what neighbouring rows share stands once, below them."""
    language = int(locale != "tr")

    def word(key: str) -> str:
        return _WORDS[key][language]

    typer.echo(word("head").format(**found))
    for name, rows in found["tables"].items():
        typer.echo(f"\n{word(name)} ({name}.toml)")
        if not rows:
            typer.echo(f"  {word('none')}")
        for (valid_from, valid_to, certainty, source), alike in groupby(rows, key=itemgetter(*_EVERY)):
            for row in alike:
                own = (f"{key} {value}" for key, value in row.items() if key not in _EVERY and value is not None)
                typer.echo(f"  {'  '.join(own)}")
            days = f"{valid_from or word('ever')} – {valid_to or word('open')}"
            typer.echo(f"      {days}; {word(certainty)}; {source}")
    typer.echo(f"\n{word('findings')}")
    for one in found["findings"]:
        code = " ".join(part for part in (one["code"], one["variant"]) if part)
        typer.echo(f"  {code} ({word(one['severity'])}): {one['message'][locale]}")
