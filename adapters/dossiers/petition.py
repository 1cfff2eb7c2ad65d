"""The petition's text as PDF: what a standard refund petition (standart iade talep dilekçesi) says, ready to be taken over.

It is not the official form, and says so. GİB has the petition filled in on the Internet tax office; this is what is typed
there, and what a paper petition says. Whether 1A or 1B is the box for setting off is not certain, so the way is named in words.
"""

import json
from functools import lru_cache
from importlib.resources import files
from typing import Any

from adapters.dossiers.in_words import lira
from adapters.dossiers.rows import Dossier, RefundWay
from adapters.dossiers.workbook import MADE_AT
from adapters.press import wording
from adapters.press.language import Language, Text
from adapters.press.setting import pages
from adapters.press.wording import breakable, plain
from workflow.values import fold

FILE = "dilekce.pdf"
WHAT: Text = ("Dilekçe metni (resmî form değildir)", "Petition text (not the official form)")

_NOT_THE_FORM: Text = (
    (
        "Bu metin, standart iade talep dilekçesinde yer alması gerekenleri içerir; resmî form değildir. Vergi dairesinin "
        "formuna ya da İnternet Vergi Dairesi ekranına aktarılarak kullanılır. İmzalanmadan önce mali müşavirinize "
        "denetletin."
    ),
    (
        "This text holds what a standard refund petition says; it is not the official form. Take it over into the tax office's "
        "form or screen, and have it checked by an accountant before it is signed."
    ),
)
_ASK: dict[RefundWay, str] = {
    RefundWay.CASH: "nakden iadesini",
    RefundWay.OFFSET: "vergi ve diğer borçlarımıza mahsuben iadesini",
    RefundWay.UNDECIDED: "aşağıda işaretlenen yolla iadesini",
}
_MONTHS = "Ocak Şubat Mart Nisan Mayıs Haziran Temmuz Ağustos Eylül Ekim Kasım Aralık".split()
_OPEN = "…………………………"
_OFFICE = fold("vergi dairesi")
_SUPPLEMENT = " (bu dönem için {number}. ek başvuru)"


def period_in_words(period: str) -> str:
    """A VAT period for people: ``2026-11`` is ``Kasım 2026 (2026/11)``."""
    year, month = period.split("-")
    return f"{_MONTHS[int(month) - 1]} {year} ({year}/{month})"


def _body(of: Dossier) -> list[str]:
    claim = of.claim
    amount = wording.amount(claim.refundable_try, Language.TR)
    exported = wording.amount(claim.exported_try, Language.TR)
    more = _SUPPLEMENT.format(number=claim.supplement) if claim.supplement else ""
    invoices, etgbs = len(of.sales), len({row.number for row in of.etgbs})
    asked = (
        f"{period_in_words(claim.period)} vergilendirme döneminde{more} Katma Değer Vergisi Kanununun 11/1-a maddesi "
        f"kapsamında (işlem türü 301 – mal ihracatı) {etgbs} adet ETGB/BGB ile intacı gerçekleşen, {invoices} adet satış "
        f"faturasına bağlı {exported} TL tutarındaki mal ihracatımız nedeniyle yüklendiğimiz ve indirim yoluyla "
        f"gideremediğimiz katma değer vergisinin {amount} TL ({lira(claim.refundable_try)}) tutarındaki kısmının, aynı Kanunun "
        f"32 nci maddesi uyarınca {_ASK[claim.way]} talep ederiz."
    )
    return [asked, "İadeye dayanak listeler ve belgeler ekte sunulmuştur. Gereğini arz ederiz."]


def content(of: Dossier, files_in: list[Text]) -> dict[str, Any]:
    """What stands in the petition, as data."""
    claimant = of.claim.claimant
    office = plain(claimant.tax_office)
    ways = ((RefundWay.CASH, "Nakden iade"), (RefundWay.OFFSET, "Mahsuben iade"))
    return {
        "office": f"{office or _OPEN}{'' if _OFFICE in fold(office) else ' Vergi Dairesi'} Müdürlüğüne",
        "title": "KDV iadesi talebi (301 – mal ihracatı)",
        "facts": [
            {"label": "Mükellefin adı soyadı / unvanı", "value": breakable(claimant.name)},
            {"label": "VKN / TCKN", "value": plain(claimant.tax_number)},
            {"label": "Adresi", "value": breakable(claimant.address)},
            {"label": "İade dönemi", "value": period_in_words(of.claim.period)},
            {"label": "İade hakkı doğuran işlem", "value": "301 – Mal ihracatı (KDVK 11/1-a)"},
            {"label": "İadesi talep edilen tutar", "value": f"{wording.amount(of.claim.refundable_try, Language.TR)} TL"},
        ],
        "body": _body(of),
        "ways": [{"label": label, "chosen": of.claim.way is way} for way, label in ways],
        "account": "Banka hesap no (IBAN): ……………………………………",
        "date": "Tarih: …… / …… / ……………",
        "sign": "Kaşe ve imza",
        "name": breakable(claimant.name),
        "enclosed_head": "Ekler",
        "enclosed": [text[0] for text in files_in],
        "note": list(_NOT_THE_FORM),
        "author": plain(claimant.name),
        "page": "Sayfa",
    }


def petition(of: Dossier, files_in: list[Text]) -> bytes:
    """The petition as PDF/A; ``files_in`` are the enclosures that it names.

    Raises:
        TemplateRefusedError: typst refuses it.
    """
    (made,) = pages(_template(), {"petition": json.dumps(content(of, files_in), ensure_ascii=False)}, MADE_AT)
    return made


@lru_cache(maxsize=1)
def _template() -> bytes:
    return files(__package__).joinpath("petition.typ").read_bytes()
