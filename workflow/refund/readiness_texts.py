"""What people read of each item of a claim's checklist, in Turkish and English: where it is met, and where it is not."""

from dataclasses import dataclass

from workflow.refund.readiness import Check, Item


@dataclass(frozen=True, slots=True)
class CheckText:
    """An item in words; ``{…}`` are the item's parameters. Turkish and English each."""

    met: tuple[str, str]
    unmet: tuple[str, str]


TEXTS: dict[Check, CheckText] = {
    Check.PERIOD: CheckText(
        ("Dönem {last} günü bitti.", "The period ended on {last}."),
        (
            "Dönem {last} günü bitiyor; iade, ancak dönemin KDV beyannamesiyle istenebilir. Dönem bitince verin.",
            "The period ends on {last}; its refund can be asked for only with the period's VAT return. File it after that day.",
        ),
    ),
    Check.SHIPMENTS: CheckText(
        ("Başvuruda {count} gönderi var.", "The claim has {count} shipments."),
        ("Başvuruda gönderi yok; istenecek bir şey yok.", "The claim has no shipments, so there is nothing to ask for."),
    ),
    Check.ETGB: CheckText(
        ("Her gönderinin geçerli bir ETGB'si var.", "Every shipment has a valid ETGB."),
        (
            "{count} gönderinin ETGB numarası yanlış ya da ETGB'si iptal edilmiş. Kuryeden doğrusunu isteyin.",
            "{count} shipments have a malformed or a cancelled ETGB. Ask the courier for the right one.",
        ),
    ),
    Check.CLOSING: CheckText(
        ("Her ETGB'nin intaç tarihi biliniyor.", "The closing day (intaç) of every ETGB is known."),
        (
            "{count} gönderinin ETGB'sinin intaç tarihi yok. Beyanname sorgusundan bakıp girin.",
            "{count} shipments have an ETGB without a closing day (intaç). Look it up in the customs query and enter it.",
        ),
    ),
    Check.VEDOP: CheckText(
        ("Her ETGB'nin VEDOP kanıtı var.", "There is VEDOP evidence for every ETGB."),
        (
            "{count} gönderinin VEDOP'ta görüldüğüne kanıt yok. KDVİRA raporuna ya da vergi dairesine bakıp kanıtı girin.",
            "{count} shipments have no evidence of being in VEDOP. Consult the KDVİRA report or the tax office; enter it.",
        ),
    ),
    Check.RETURNED: CheckText(
        ("Başvurudaki hiçbir mal geri gelmemiş.", "None of the claim's goods have come back."),
        (
            "{count} gönderinin malı geri geldi; bunlar için iade istenemez, verilmişse düzeltilir.",
            "The goods of {count} shipments came back: no refund can be asked for them; one that was filed is to be reversed.",
        ),
    ),
    Check.PART_BACK: CheckText(
        ("Başvurudaki hiçbir gönderiden parça geri gelmemiş.", "No part of the claim's shipments came back."),
        (
            "{count} gönderiden parça geri geldi; ihracattan ve iadeden düşüldü. Faturaları mali müşavirle gözden geçirin.",
            "Parts of {count} shipments came back and are off exports and refund. Review the invoices with your accountant.",
        ),
    ),
    Check.INVOICE_XML: CheckText(
        ("Her faturanın XML'i burada.", "The XML of every invoice is here."),
        (
            "{count} faturanın XML'i burada yok; e-Arşiv ise yükleyin, kâğıtsa aslını dosyaya koyun.",
            "The XML of {count} invoices is not here: upload it where it is e-Arşiv, enclose the original where it is paper.",
        ),
    ),
    Check.AMOUNTS: CheckText(
        ("Fatura ve ETGB tutarları uyuşuyor (en çok %{percent} fark).", "Invoices and ETGBs agree (within {percent} %)."),
        (
            "{count} gönderide ETGB ile fatura tutarı %{percent} sınırından çok ayrışıyor; açıklayın ya da düzelttirin.",
            "On {count} shipments the ETGB differs from the invoice by more than {percent} %; explain it or have it corrected.",
        ),
    ),
    Check.INFERRED: CheckText(
        ("Tescil tarihleri ve kuryeye teslimler bildirilmiş.", "Registration days and hand-overs were told, none is inferred."),
        (
            "{count} gönderide ETGB tescil tarihi ya da kuryeye teslim bildirilmemiş, çıkarsanmış; kurye listesine bakın.",
            "On {count} shipments the ETGB's day or the hand-over is inferred, not told. Check it with the courier's list.",
        ),
    ),
    Check.RATES: CheckText(
        ("Her tutarın Merkez Bankası kuru biliniyor.", "The central bank's rate for every amount is known."),
        (
            "{currencies} için {since} – {until} günlerinin kuru yok, bu tutarlar sayılmadı. `kervan rates fetch` ile alın.",
            "Rates of {currencies} are missing ({since} to {until}); those amounts are not counted. Run `kervan rates fetch`.",
        ),
    ),
    Check.PURCHASES: CheckText(
        ("{count} alış faturası sayıldı.", "{count} purchase invoices were counted."),
        (
            (
                "Alış faturası girilmemiş; yüklenilen KDV sıfır sayıldı. `kervan import purchases` ile yükleyin, ya da "
                "verirken dilekçede istenen tutarı bildirin; bildirilmezse ne istendiği burada bilinmez."
            ),
            (
                "No purchase invoices were entered; the incurred VAT counts as nought. Load them (`kervan import purchases`), "
                "or tell what the petition asks for when it is filed; else that is not known here."
            ),
        ),
    ),
    Check.LATE_PURCHASES: CheckText(
        (
            "Dönemin önceki başvurusundan sonra onun gönderileri için alış faturası girilmemiş.",
            "No purchase invoices for shipments of the period's earlier claim came after it was filed.",
        ),
        (
            "{count} alış faturası dönemin önceki başvurusundaki gönderiler için; KDV'si kaybolmasın diye bu ek başvuruda.",
            "{count} purchase invoices are for shipments of the period's earlier claim; they are here so that no VAT is lost.",
        ),
    ),
    Check.ORDERS: CheckText(
        (
            "Bir sipariş için girilen alışların siparişleri başvurularda.",
            "The orders that purchases were entered for are in claims.",
        ),
        (
            (
                "{count} alış faturasının (KDV {amount} TL) siparişi hiçbir başvuruda değil, sayılmıyor ({first}). Sipariş no "
                "yanlışsa ya da sipariş iptalse alış faturalarında düzeltin; yoksa sipariş bir başvuruya girince sayılır."
            ),
            (
                "{count} purchase invoices (VAT {amount} TRY) name orders that are in no claim; they do not count ({first}). "
                "Correct the order there if it is wrong or cancelled; else they count once it is in a claim."
            ),
        ),
    ),
    Check.SUPPLIERS: CheckText(
        ("Satıcıların adı ve vergi numarası tam.", "Names and tax numbers of the suppliers are complete."),
        (
            (
                "{count} alış faturasında satıcının adı ya da vergi numarası eksik veya yanlış ({first}). Orada düzeltin; "
                "ithalatta numara yerine gümrük beyannamesinin tescil no'su yeter."
            ),
            (
                "On {count} purchase invoices the supplier's name or tax number is missing or wrong ({first}). Correct it "
                "there; of an import the customs declaration's number stands for it."
            ),
        ),
    ),
    Check.SHARES: CheckText(
        ("Genel gider ve ATİK payları belli.", "Shares of general expenses and depreciation are settled."),
        (
            "{count} genel gider ya da ATİK faturasının payı belli değil, sıfır sayıldı: payı ya da ciroyu bildirin.",
            "{count} general or depreciation invoices have no share and count as nought: tell it, or the turnover.",
        ),
    ),
    Check.CARRIED: CheckText(
        ("Devreden KDV bildirilmiş; {amount} TL kullanılabilir.", "VAT carried forward was told; {amount} TRY can be used."),
        (
            "Devreden KDV bildirilmemiş; iade ondan fazla olamaz. Konsolda ya da `kervan claim carry` ile bildirin.",
            "The VAT carried forward was not told; no refund can exceed it. Tell it in the console or by `kervan claim carry`.",
        ),
    ),
    Check.MINIMUM: CheckText(
        ("{amount} TL, asgari iade tutarı olan {least} TL'ye ulaşıyor.", "{amount} TRY reach the least refund of {least} TRY."),
        (
            "{amount} TL, asgari iade tutarı olan {least} TL'nin altında; sonraki dönemde birlikte gösterilir.",
            "{amount} TRY are below the least refund of {least} TRY; they are carried into the next period's view.",
        ),
    ),
    Check.INSPECTION: CheckText(
        ("{most} TL'ye kadar inceleme, YMM raporu ve teminat aranmaz.", "Up to {most} TRY no inspection is asked for."),
        (
            "{amount} TL, {most} TL'yi aşıyor: inceleme, YMM raporu (6 ay içinde) ya da teminat gerekir.",
            "{amount} TRY exceed {most} TRY: inspection, a certified report (within 6 months) or a guarantee is needed.",
        ),
    ),
    Check.DEADLINE: CheckText(
        ("Son gün {last}; {days} gün var.", "The last day is {last}; {days} days are left."),
        (
            "Son gün {last}; kalan gün: {days} (eksi ise süre geçti).",
            "The last day is {last}; days left: {days} (below nought it has lapsed).",
        ),
    ),
}


def said(item: Item) -> dict[str, str]:
    """An item in words, by language."""
    pair = TEXTS[item.check].met if item.met else TEXTS[item.check].unmet
    return {language: text.format(**item.params) for language, text in zip(("tr", "en"), pair, strict=True)}
