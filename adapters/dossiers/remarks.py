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
        "Faturanın PDF'i saklanmamış; aslı XML'idir. İstenirse dosyayı --print ile alın ya da faturayı bir kez yazdırın.",
        "The invoice's PDF is not kept; the XML is the original. If it is wanted, export with --print, or print it once.",
    ),
    "etgb_document_missing": (
        "ETGB belgesi (PDF) saklanmamış; listede bilgileri var. Operatörden alıp içe aktarın.",
        "The ETGB's document (PDF) is not kept; its data stand in the list. Get it from the operator and import it.",
    ),
    "vedop_evidence_missing": (
        "ETGB'nin VEDOP'ta görüldüğüne dair belge yok; yalnız kaydı var. Ekran çıktısını `kervan import evidence` ile ekleyin.",
        "No document shows the ETGB in VEDOP; only the note is here. Add a print of the screen: `kervan import evidence`.",
    ),
    "etgb_not_closed": (
        "Faturanın ETGB'sinin intaç (kapanma) tarihi bilinmiyor; hiçbir listede yok. Tarihi girip dosyayı yeniden alın.",
        "The closing day of the invoice's ETGB is not known, so it stands in no list. Enter the day and export again.",
    ),
    "registration_inferred": (
        "ETGB'nin tescil tarihi bildirilmedi; listedeki gün, ETGB'nin ilk duyulduğu gündür. Doğrusunu operatörden alıp girin.",
        "Nobody told the ETGB's day of registration; the list has the day it was first told of. Get the true one and enter it.",
    ),
    "hand_over_inferred": (
        "Faturanın malının kuryeye teslimini gösteren hareket yok; teslim, ETGB'sinden çıkarıldı.",
        "No scan shows that the courier took the invoice's goods; that is inferred from the ETGB.",
    ),
    "returned": (
        "Faturanın malı geri geldi, ama başvurudaki yeri duruyor. Başvuruyu düzeltin.",
        "The invoice's goods came back, and it still stands in the claim. Correct the claim.",
    ),
    "part_back": (
        "Faturanın malının bir kısmı geri geldi: listelerde yalnız yurt dışında kalanın tutarı var, miktar faturanınkidir.",
        "A part of the invoice's goods came back: the lists have the value of what stays abroad, and the invoice's quantity.",
    ),
    "figures_changed": (
        "Başvuru verildikten sonra tutarları değişti: dilekçe verilen tutarları, listeler bugünküleri gösterir.",
        "The claim's figures changed after it was filed: the petition has those it was filed with, the lists those of today.",
    ),
    "figures_told": (
        "Kervan'ın hesabından başka tutarlarla verildi: dilekçe bildirilen tutarları, listeler hesabı gösterir.",
        "Filed with other amounts than Kervan calculated: the petition has those told, the lists the calculation.",
    ),
    "no_purchases": (
        "Yüklenilen KDV için hiç alış belgesi girilmemiş; liste boş. Alış faturalarını içe aktarın.",
        "No purchase documents were entered for incurred VAT, so the list is empty. Import the purchase invoices.",
    ),
    "carried_not_told": (
        "Devreden KDV girilmemiş; iade tutarı onunla sınırlanmadı. Dönemin KDV beyannamesinden girip dosyayı yeniden alın.",
        "The VAT carried forward is not entered, so it does not limit the refund. Enter it from the return and export again.",
    ),
    "rate_missing": (
        "Faturanın TL karşılığı için kur yok; hiçbir listede yok. Günün TCMB bültenini içe aktarıp dosyayı yeniden alın.",
        "There is no rate for the invoice's value in lira, so it stands in no list. Import the bulletin and export again.",
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
