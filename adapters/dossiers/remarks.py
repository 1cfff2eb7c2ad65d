"""What a dossier may lack, in words: each code with its text in Turkish and English, and what to do."""

from adapters.dossiers.rows import Remark
from adapters.press.language import Text

TEXTS: dict[str, Text] = {
    "document_unreadable": (
        "Saklanan belge, saklandığı gibi geri okunamadı; dosyada yok. Belge klasörünü yedekten geri yükleyip yeniden alın.",
        "The kept document cannot be read back as it was kept and is left out. Restore the documents and export again.",
    ),
    "invoice_xml_missing": (
        "Faturanın XML'i saklanmamış; dosyada yok. Faturayı düzenleyen yazılımdan alıp gönderiye belge olarak ekleyin.",
        "The invoice's XML is not kept and not in here. Get it from the software that issued it and add it to the shipment.",
    ),
    "invoice_pdf_missing": (
        "Faturanın PDF'i saklanmamış; aslı XML'idir. İstenirse gönderinin faturasını bir kez yazdırıp dosyayı yeniden alın.",
        "The invoice's PDF is not kept; the XML is the original. If it is wanted, print the invoice once and export again.",
    ),
    "etgb_document_missing": (
        "ETGB belgesi (PDF) saklanmamış; listede bilgileri var. Operatörden alıp içe aktarın.",
        "The ETGB's document (PDF) is not kept; its data stand in the list. Get it from the operator and import it.",
    ),
    "vedop_evidence_missing": (
        "ETGB'nin VEDOP'ta görüldüğüne dair belge yok; yalnız kaydı var. Ekran çıktısını gönderiye ekleyin.",
        "There is no document that shows the ETGB in VEDOP, only the note of it. Add the print of the screen to the shipment.",
    ),
    "etgb_not_closed": (
        "ETGB'nin intaç (kapanma) tarihi bilinmiyor. Tarih gelmeden bu satırla başvurmayın.",
        "The ETGB's closing day is not known. Do not file with this row before it is.",
    ),
    "no_purchases": (
        "Yüklenilen KDV için hiç alış belgesi girilmemiş; liste boş. Alış faturalarını içe aktarın.",
        "No purchase documents were entered for incurred VAT, so the list is empty. Import the purchase invoices.",
    ),
    "rate_missing": (
        "TL karşılığı için kur yok; tutar 0 yazıldı. Günün TCMB bültenini içe aktarıp dosyayı yeniden alın.",
        "There is no rate for the value in lira, so the amount is 0. Import that day's bulletin and export again.",
    ),
    "sandbox": (
        "SANDBOX: bu belge gerçek bir karşı taraftan gelmemiştir; başvuruda kullanılamaz.",
        "SANDBOX: this did not come from a real counterpart and cannot be used for filing.",
    ),
}
"""By code: Turkish, English."""


def remark(code: str, subject: str) -> Remark:
    """A remark of a code, about something."""
    return Remark(code, subject, TEXTS[code])
