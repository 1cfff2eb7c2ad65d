"""What exactly stood against a message, or why it waits, in Turkish and English: the shipment, number or field that is named.

A refusal keeps its detail once, as an English sentence, which logs, messages on the wire and programs read. Here stands how
each such sentence is built, so that people read it in their own language, also of messages that were refused long
ago. What pydantic says of a field stays as it is: it is for whoever mends the sender.
"""

from typing import Final

from workflow import sentences, waiting_details
from workflow.errors import Pair

_TOO_LATE = (
    "Bunun için gönderinin aşaması şu olmalıydı: {stages}. Şimdiki aşaması: {stage}; oraya artık gelemez.",
    "{trigger} needs stage {stages}; the shipment is in {stage} and cannot come there any more.",
)
_TOO_EARLY = (
    "Bunun için gönderinin aşaması şu olmalı: {stages}. Şimdiki aşaması: {stage}; oraya gelebilir.",
    "{trigger} needs stage {stages}; the shipment is in {stage} and can still come there.",
)

DETAILS: Final[tuple[Pair, ...]] = (
    _TOO_LATE,
    _TOO_EARLY,
    (
        "Bu gönderi aşamalar tablosunun {version}. sürümüyle başladı; o sürümde bu adım yok.",
        "{trigger} is no step of shipments that began under table {version} of the stages, as this one did.",
    ),
    (
        "{courier}/{tracking_number} takip numarası {shipment} gönderisinde.",
        "{courier}/{tracking_number} stands on shipment {shipment} already",
    ),
    (
        "Gönderinin aşaması: {stage}; kuryesi artık değişemez.",
        "the shipment is in {stage}; its courier cannot change any more",
    ),
    (
        "Hareketin zamanı {scanned}, alındığı an {received}; işlenseydi sonraki hareketler teslimat durumunu değiştiremezdi.",
        "scanned at {scanned}, received at {received}; no later scan could change the delivery status",
    ),
    (
        "Gönderi iptal edilmiş, ama kuryesi koliyi taşıyor.",
        "the shipment is cancelled, but its courier carries the parcel",
    ),
    ("{etgb} numaralı ETGB iptal edilmiş; VEDOP'ta olamaz.", "ETGB {etgb} was cancelled; it cannot be in VEDOP"),
    (
        "{etgb} numaralı ETGB iptal edilmiş; intaç tarihi bir şeyi belirlemez.",
        "ETGB {etgb} was cancelled; its closing day decides nothing",
    ),
    (
        "{etgb} numaralı ETGB iptal edilmiş; yerine geçeni girin.",
        "ETGB {etgb} was cancelled; enter the one that replaced it",
    ),
    (
        "{kind} türündeki kanıtın dayanağı yok; not için metni, dosya için SHA-256 özeti gerekir.",
        "evidence {kind} has no reference; a note needs its text, a file its SHA-256",
    ),
    (
        "{etgb} numaralı ETGB için kanıt olarak saklanan {file} diye bir dosya yok.",
        "no file {file} is kept as evidence of ETGB {etgb}",
    ),
    (
        "{number} numaralı alış faturası artık görüldüğü gibi değil.",
        "purchase {number} is otherwise by now than it was seen",
    ),
    ("{number} numaralı alış faturası {claim} başvurusunda.", "purchase {number} is in claim {claim}"),
    ("{number} numaralı alış faturası girilmemiş.", "purchase {number} is not booked yet"),
    (
        "{number} numarası girilmiş: satıcısı {supplier}, günü {day}, gümrük beyannamesi {declaration}.",
        "purchase {number} is booked of {supplier} of {day}, customs declaration {declaration}",
    ),
    (
        "{number} numaralı alış faturası {day} günü {other} kimlikli faturaya düzeltildi; şimdi o düzeltilir. Nedeni: {why}",
        "purchase {number} was corrected to invoice {other} on {day}: {why}",
    ),
    (
        "{number} numaralı alış faturası {day} günü başka bir faturaya düzeltildi: {why}",
        "purchase {number} was corrected to another invoice on {day}: {why}",
    ),
    (
        "{number} numaralı alış faturası {day} günü geri çekildi: {why}",
        "purchase {number} was withdrawn on {day}: {why}",
    ),
    (
        "{number} numaralı alış faturası: {supplier} ne VKN ne TCKN.",
        "purchase {number}: {supplier} is neither a VKN nor a TCKN",
    ),
    (
        "{etgb} numaralı ETGB kapanmış ya da VEDOP'ta görülmüş: satırları duruyor.",
        "ETGB {etgb} was closed or seen in VEDOP: its lines stand",
    ),
    (
        "Başvurunun durumu: {status}; dilekçe numarası: {number}.",
        "the claim is {status} with petition {number}",
    ),
    (
        "Vergi dairesi için bir karşı taraf ayarlanmamış (KERVAN_TASKS__TAX_OFFICE).",
        "no counterpart is set for the tax office (KERVAN_TASKS__TAX_OFFICE)",
    ),
    (
        "Başvuruda artık {count} gönderi var; bildirilen tutarlar {seen} gönderinin.",
        "the claim has {count} shipments by now, its figures are of {seen}",
    ),
    (
        "{seller} satıcısının {number} numaralı dilekçesi {claim} başvurusunun.",
        "petition {number} of {seller} is that of claim {claim}",
    ),
    (
        "Başvuru tarihi {filed_on}, bildirildiği günden ({told_on}) sonra.",
        "filed on {filed_on}, which is after {told_on}, the day on which that was told",
    ),
    ("{shipment} gönderisi {claim} başvurusunda değil.", "shipment {shipment} is not in claim {claim}"),
    (
        "{status}: {amount} TL, önce bildirilen {before} TL; başvuruda istenen {refundable} TL, {above} TL fazla.",
        "{status} {amount} TRY besides {before} told before; the claim was for {refundable}: {above} too much",
    ),
    (
        "{status}: {amount} TL; başvuruda istenen {refundable} TL.",
        "{status} {amount} TRY; the claim was for {refundable}",
    ),
    ("Başvurunun durumu: {status}; {next} olamaz.", "the claim is {status}; it cannot become {next}"),
    (
        "{number} ayrıntılı beyannamenin (GÇB, 18 karakter) numarası; ETGB değil.",
        "{number} is the number of a detailed declaration (GÇB, 18 characters), not an ETGB",
    ),
    (
        "{number} ETGB numarası değil: iki hane yıl, altı hane gümrük idaresi, EX, altı hane sıra numarası.",
        "{number} is not an ETGB number: yy, customs office (6), EX, 6 digits",
    ),
    ("Gönderisi bilinmiyor.", "its shipment is not known"),
    (
        (
            "{period} dönemi için {claim} başvurusu bu intaç tarihiyle ({closed_on}), {number} numaralı dilekçeyle verilmiş; "
            "başvuruyu vergi dairesinde düzelttirin."
        ),
        "claim {claim} for {period} was filed with petition {number} by {closed_on}; correct the claim with the tax office",
    ),
    (
        "{etgb} numaralı ETGB'yi {courier} düzenlemiş; {code} onun adına bildiremez.",
        "ETGB {etgb} was made by {courier}; {code} cannot speak for it",
    ),
    (
        "Koli {courier}/{tracking_number}; {code} onu gümrüğe beyan edemez.",
        "the parcel is {courier}/{tracking_number}; {code} cannot declare it to customs",
    ),
    (
        "Satıcı ve sipariş numarası gönderinin kimliğidir; gönderiyi iptal edip yenisini girin.",
        "seller and reference identify the shipment; cancel it and draft a new one",
    ),
    ("Gönderiyi bekleten bulgular: {codes}.", "findings block the shipment: {codes}"),
    (
        "Gönderiyi bulgular bekletiyor; hiçbiri kalmayınca fatura girilebilir.",
        "findings block the shipment; an invoice can be entered once none does",
    ),
    ("{number} numaralı fatura {shipment} gönderisinde.", "invoice {number} stands on shipment {shipment} already"),
    (
        "Gönderinin faturası {own}; {number} değil.",
        "the shipment's invoice is {own}, not {number}",
    ),
    (
        "Zamanı geldiğinde Kervan bu mesajı işleyemedi. Nedeni giderilince yeniden işletin.",
        "Kervan could not work on this message when its time came. Replay it once the cause is mended.",
    ),
    ("{field} bir UUID değil; Kervan'ın verdiği kimliği gönderin.", "{field} is not a UUID; send the id that Kervan gave."),
    (
        "shipment şunlardan tam biri olmalı: id; seller ve reference; courier ve tracking_number; seller ve invoice_number.",
        "shipment must be exactly one of: id; seller and reference; courier and tracking_number; seller and invoice_number.",
    ),
    (
        "Düzeltme hiçbir alanı değiştirmiyor; taslağın değişecek alanlarını gönderin.",
        "the amendment changes no field; send the fields of the draft that are to change.",
    ),
    ("shipments ya da without_rate_after verin; ikisi birden olmaz.", "give either shipments, or without_rate_after."),
    (
        "task, istenen CloudEvent'in kendisi olmalı; id ve type alanlarıyla.",
        "task must be the CloudEvent that was asked, with its id and type.",
    ),
    (
        "rates: sıfırdan büyük olmayan bir kur var; kuru olmayan para birimlerini çıkarın.",
        "rates: a rate is not above zero; leave out currencies without one.",
    ),
    (
        "Burada gönderi kimliğiyle, ya da satıcısı ve sipariş numarasıyla anılmalı.",
        "here a shipment must be named by id, or by seller and reference.",
    ),
    (
        "invoice_number boş; alış faturasının numarasını gönderin.",
        "invoice_number is empty; send the number of the purchase invoice.",
    ),
    (
        "share sıfırdan büyük olmalı; payı olmayan bir alışı göndermek gerekmez.",
        "share must be above 0; a purchase of which nothing counts need not be sent.",
    ),
    (
        "incurred vat'tan büyük; bir faturanın KDV'sinden çoğu yüklenilemez.",
        "incurred is above vat; of an invoice no more VAT can be borne than it has.",
    ),
    (
        "Mesaj {size} bayt; en çok {limit} bayt olabilir. Parçalara bölün.",
        "the message has {size} bytes; {limit} are allowed. Send it in parts.",
    ),
    (
        "Mesajın bir metninde NUL karakteri var; çıkarıp gönderin.",
        "the message has a NUL character in a text; send it without.",
    ),
    ("{type} mesajında: {fields}", "{type}: {fields}"),
    ("CloudEvents 1.0 değil: {fields}", "not a CloudEvent 1.0: {fields}"),
    (
        "data.courier {code} değil, oysa bu konu onun; her kurye yalnız kendi adına bildirir.",
        "data.courier is not {code}, whose subject this is; a courier speaks for itself.",
    ),
    (
        "Bir zaman takvimin dışında; olayın gerçek zamanını gönderin.",
        "a time lies outside the calendar; send the real time of the event.",
    ),
    ("Bu mesaj türü bilinmiyor; sözleşmeye bakın.", "this message type is not known; see the contract."),
    (
        "Bu mesaj türü bilinmiyor; türler ve sürümleri sözleşmede.",
        "this message type is not known; see the contract for the types and their versions.",
    ),
    (
        "{type} mesajı {source} kaynağından gelemez; kimin ne gönderdiği sözleşmede.",
        "{type} may not come from {source}; see the contract for who sends it.",
    ),
    (
        "UTF-8 ile yazılmış JSON değil ({error}, {line}. satır); yapılandırılmış JSON gönderin.",
        "not JSON in UTF-8 ({error}, line {line}); send structured JSON.",
    ),
    (
        "Mesaj bir JSON nesnesi değil; yapılandırılmış biçimde bir CloudEvent gönderin.",
        "the message is not a JSON object; send a CloudEvent in structured form.",
    ),
    (
        "Bir sayının, her sistemin okuyabileceğinden çok basamağı var.",
        "a number has more digits than any system can be relied on to read.",
    ),
    (
        "Mesajın iç içe düzeyleri {limit} düzeyi aşıyor; sözleşmeye beş yeter.",
        "the message is nested deeper than {limit} levels; the contract needs five.",
    ),
    (
        "Konu kervan.in.<aile>.<kod> biçiminde değil; sözleşmeye bakın.",
        "the subject is not kervan.in.<family>.<code>; see the contract.",
    ),
    (
        "Bu konuda source {source} olmalı: her karşı taraf yalnız kendi adına bildirir.",
        "source must be {source} on this subject: each counterpart speaks for itself only.",
    ),
    (
        "Gönderinin henüz takip numarası yok; courier ve tracking_number verin, ya da kuryenin vermesini bekleyin.",
        "the shipment has no tracking number yet; give courier and tracking_number, or wait for its booking",
    ),
    (
        "Gönderinin başvurusu verilmemiş; gönderiyi değil başvuruyu verin.",
        "the shipment's claim has not been filed; file the claim, not the shipment",
    ),
    (
        "Gönderi geri geldi, {etgb} numaralı ETGB'de duruyor; bu ETGB iptal edilmeli.",
        "the shipment came back, and stands on ETGB {etgb}; this one has to be cancelled",
    ),
    ("Siparişin {line}. satırı yok.", "the order has no line {line}"),
    (
        "{line}. satırdan {quantity} geri geldi deniyor; alıcıda kalan: {left}.",
        "{quantity} of line {line} came back; {left} of it are with the buyer",
    ),
    ("Gönderi {etgb} numaralı ETGB'ye girmemiş.", "the shipment has not come onto ETGB {etgb}"),
    (
        "Ret tarihi {on}; {number} numaralı dilekçe ise {filed_on} tarihinde verilmiş.",
        "rejected on {on}, before petition {number} was filed on {filed_on}",
    ),
    (
        "{shipment} gönderisi, başvurudaki {count} gönderiden biri.",
        "shipment {shipment} is one of {count} of the claim",
    ),
    *waiting_details.WAITS,
    *waiting_details.REPEATED,
)
"""How details are built. The English is word for word what the engine and the wire say; the first that fits counts."""


def _people(text: str) -> str:
    """The English sentence as people read it: a trigger's name is a program's word."""
    return text.replace("{trigger} needs stage", "This needs stage").replace("{trigger} is no step", "This is no step")


BUILT: Final[tuple[sentences.Built, ...]] = tuple((en, tr, _people(en)) for tr, en in DETAILS)


def said(detail: str) -> Pair:
    """A detail in both languages; one that is built otherwise (or holds both already) is shown as it is."""
    return sentences.said(detail, BUILT) or (detail, detail)
