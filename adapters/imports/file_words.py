"""Why a file cannot be imported, in Turkish and English; what stands in braces is the file's own.

Each is what follows a colon: without a capital at its beginning, and without a stop at its end.
"""

from typing import Final

from workflow.errors import Pair, filled

WHYS: Final[dict[str, Pair]] = {
    "empty": ("boş", "it is empty"),
    "too_large": (
        "{limit} bayttan büyük; parçalara bölüp gönderin",
        "it is larger than {limit} bytes; send it in parts",
    ),
    "too_many_rows": (
        "{limit} satırdan çok; parçalara bölüp gönderin",
        "it has more than {limit} rows; send it in parts",
    ),
    "not_csv": ("CSV kurallarına uymuyor ({error})", "it breaks the rules of CSV ({error})"),
    "not_text": ("ne UTF-8 ne Windows-1254 metni", "it is neither text in UTF-8 nor in Windows-1254"),
    "not_xlsx": ("XLSX değil, ya da bozuk", "it is no XLSX, or it is damaged"),
    "unpacks_too_large": ("açılınca 100 MB'ı aşıyor", "it unpacks to more than 100 MB"),
    "damaged": ("bir parçası bozuk", "a part of it is damaged"),
    "column_lacks": (
        (
            "başlığı {example} olan sütun yok; başlıkları: {headings}. Ne anlama geldiklerini söyleyin: içe aktarma "
            "sayfasında, ya da --map '{mapped}' ile (HTTP'de mapping alanı); bir kez söylenen unutulmaz"
        ),
        (
            "no column is headed {example}; its headings are {headings}. Say what they mean on the page of imports, or as in "
            "--map '{mapped}' (over HTTP the field mapping); it is remembered"
        ),
    ),
    "scans_not_from_pdf": (
        "kurye hareketleri PDF'den değil, CSV ya da XLSX'ten okunur",
        "scans are read from CSV or XLSX, not from a PDF",
    ),
    "purchases_not_from_pdf": (
        "alış faturaları PDF'den değil, CSV ya da XLSX'ten okunur",
        "purchases are read from CSV or XLSX, not from a PDF",
    ),
    "pdf_too_slow": ("{seconds} saniyede okunamadı", "it was not read within {seconds} s"),
    "pdf_broken": (
        "okuma {status} koduyla bitti; dosya bozuk, ya da çok zaman veya bellek istiyor",
        "the reading ended with {status}; the file is broken, or needs too much time or memory",
    ),
    "pdf_no_process": ("okuyacak süreç başlatılamadı ({error})", "no process could be started for it ({error})"),
    "pdf_locked": ("parolasız açılan bir PDF değil ({error})", "it is no PDF that opens without a password ({error})"),
    "pdf_too_many_pages": (
        "{pages} sayfası var, en çok {limit} olabilir; parçalara bölüp gönderin",
        "it has {pages} pages, more than {limit}; send it in parts",
    ),
    "pdf_too_much_text": (
        "{limit} karakterden çok; parçalara bölüp gönderin",
        "it has more than {limit} characters; send it in parts",
    ),
    "pdf_no_text": ("içinde metin yok; taranmış kâğıt ya da resim", "it has no text layer, so it is a scan or a picture"),
    "pdf_no_table": (
        "“SİPARİŞ NO” ve “TUTAR” gibi başlıkları olan, altında satırları bulunan bir tablo yok",
        "no table in it has headings such as 'SİPARİŞ NO' and 'TUTAR', with rows below them",
    ),
    "too_long": ("{line}. satırda {column} çok uzun", "line {line}: {column} is too long"),
    "not_grams": (
        "{line}. satırda unit_weight_g 120 ya da 12.5 gibi bir sayı değil",
        "line {line}: unit_weight_g is no number like 120 or 12.5",
    ),
    "neither_toml_nor_json": ("ne TOML ne JSON ({error})", "neither TOML nor JSON ({error})"),
    "field_wrong": ("{field} alanı hatalı ({error})", "{field}: {error}"),
    "rates_not_taken": ("Kervan kurları kabul etmedi ({error})", "the rates were not taken ({error})"),
    "not_utf8": ("UTF-8 metni değil", "not text in UTF-8"),
    "columns_lack": ("{columns} sütunu yok", "no column {columns}"),
    "not_json": ("JSON değil ({error})", "not JSON ({error})"),
    "not_a_list": ("nesnelerden oluşan bir JSON listesi değil", "not a JSON list of objects"),
}
"""By code."""

WANTED: Final[dict[str, Pair]] = {
    "code": ("en çok 64 harf, rakam, - ve _", "letters, digits, - and _, 64 at most"),
    "currency": ("GBP gibi üç büyük harf", "three capital letters, as GBP"),
    "share": (
        "malın ağırlığına göre 0 ile 1 arasında bir pay, 0.05 gibi",
        "a share of the goods' weight from 0 to 1, as 0.05",
    ),
    "planned_on": ("order-date, today, ya da 2026-11-20 gibi bir gün", "order-date, today, or a day as 2026-11-20"),
    "seller": ("bu alış faturalarının alıcısının VKN ya da TCKN'si", "the VKN or TCKN of whom these purchases are"),
    "kind": ("direct, general ya da depreciation", "one of direct, general, depreciation"),
    "period": ("2026-11 gibi bir KDV dönemi", "a VAT period like 2026-11"),
}
"""What something said beside a file must be."""

MATCHES: Final[dict[str, Pair]] = {
    "no_such_shipment": ("satıcının böyle bir gönderisi yok", "the seller has no such shipment"),
    "on_another_etgb": (
        "gönderi {etgb} numaralı ETGB'de; önce onu iptal ettirin, ya da başka bir gönderi seçin",
        "the shipment stands on ETGB {etgb}; have that one cancelled first, or choose another shipment",
    ),
    "refused": ("Kervan kabul etmedi ({detail})", "Kervan did not take it ({detail})"),
    "matched_before": (
        "daha önce {shipment} gönderisiyle eşleştirilmiş",
        "it was matched with shipment {shipment} already",
    ),
    "refused_too_often": (
        "Kervan onun için {times} gönderiyi kabul etmedi; satırı reddedin",
        "the engine refused {times} shipments for it; reject the line",
    ),
}
"""Why a doubtful line was not matched."""


def why(code: str, **values: object) -> Pair:
    """One of :data:`WHYS`, filled."""
    return filled(WHYS[code], **values)
