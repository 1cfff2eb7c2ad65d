"""Why a message waits, and why it changes nothing, in Turkish and English, as :mod:`workflow.refusal_details` has them.

Whoever waits for an answer is told that it is refused instead: now is too early, or there is nothing left to do.
"""

from typing import Final

from workflow.errors import Pair

WAITS: Final[tuple[Pair, ...]] = (
    ("{claim} başvurusu henüz bilinmiyor.", "claim {claim} is not known yet"),
    ("{etgb} numaralı ETGB henüz bilinmiyor.", "ETGB {etgb} is not known yet"),
    ("Gönderisi henüz bilinmiyor.", "its shipment is not known yet"),
    (
        "Başvuru henüz verilmemiş: önce dilekçe numarasıyla verildiği kaydedilir, sonra ne olduğu ({status}).",
        "the claim is not filed yet; tell of its petition first, then that it is {status}",
    ),
    (
        "Başvuru {number} numaralı dilekçeyle verilmiş duruyor; yeniden, o reddedilince verilebilir.",
        "the claim stands as filed with petition {number}; it can be filed anew once that is rejected",
    ),
    (
        "Gönderiyi bulgular bekletiyor; fatura hiçbiri kalmayınca işlenir.",
        "findings block the shipment; the invoice waits until none does",
    ),
    (
        "{number} numaralı fatura iptal edilmiş, malın aşaması: {stage}; bunu yalnız geri gelmesi açıklar.",
        "invoice {number} is cancelled and its goods are {stage}: only their return explains it",
    ),
    (
        "Faturayı {etgb} numaralı ETGB beyan ediyor; önce o iptal edilmeli.",
        "ETGB {etgb} declares the invoice; it has to be cancelled first",
    ),
)
"""What has to happen before."""

REPEATED: Final[tuple[Pair, ...]] = (
    ("Gönderinin takip numarası zaten bu.", "the shipment has this tracking number already"),
    (
        "Gönderi sonradan yeniden kayda girmiş; geçerli olan: {courier}/{tracking_number}.",
        "the shipment was booked again later; {courier}/{tracking_number} stands",
    ),
    ("ETGB'nin VEDOP'ta görüldüğü zaten biliniyor.", "the ETGB was seen in VEDOP already"),
    ("Gönderinin iadesi için zaten başvurulmuş.", "the shipment's refund is filed already"),
    ("Bu alış faturası için sonradan söylenen geçerli.", "a later word on this purchase invoice stands"),
    ("Alış faturası zaten böyle kayıtlı.", "the purchase invoice is booked like this already"),
    (
        "Alış faturası, satıcının numarasıyla zaten kayıtlı.",
        "the purchase invoice is booked with its supplier's number already",
    ),
    ("Alış faturası zaten geri çekilmiş.", "the purchase invoice is withdrawn already"),
    ("Bu beyanname için sonradan söylenen geçerli.", "a later word on this VAT return stands"),
    ("Beyannameden bu zaten biliniyor.", "this is known of the VAT return already"),
    ("Gönderi zaten geri gelmiş.", "the shipment is returned already"),
    (
        "Gönderinin faturası başka, ya da daha önce alınmış.",
        "the shipment's invoice is another one, or was taken off before",
    ),
    ("Gönderi artık hiçbir ETGB'de değil.", "the shipment stands on no ETGB any more"),
    ("Başvuru zaten verilmiş.", "the claim is filed already"),
    ("Başvuru zaten bu dilekçeyle verilmiş.", "the claim was filed with this petition already"),
    ("Başvurunun daha sonra verildiği biliniyor.", "a later filing of this claim is known"),
    ("Başvurunun durumu zaten bu: {status}.", "the claim is {status} already"),
    ("Gönderi zaten bu ETGB'de.", "the shipment stands on this ETGB already"),
    ("ETGB iptal edilmiş; gönderileri yenisini bekliyor.", "the ETGB was cancelled; its shipments wait for a new one"),
    (
        "Gönderinin satırı bu ETGB'den çıkarılmış; yerine ancak bir kişi, ETGB'yi yeniden girerek koyar.",
        "the shipment's line was taken off this ETGB; only a person can put it back (issue_etgb)",
    ),
    ("ETGB zaten iptal edilmiş.", "the ETGB is cancelled already"),
    ("ETGB bütünüyle iptal edilmiş.", "the ETGB is cancelled altogether"),
    (
        "Gönderi bu arada başka bir ETGB'ye girmiş; söz konusu olan artık yok.",
        "the shipment has come onto another ETGB since; the one that was meant is gone",
    ),
    ("Gönderi {etgb} numaralı ETGB'de.", "the shipment stands on ETGB {etgb}"),
    ("Gönderinin satırı bu ETGB'den zaten çıkarılmış.", "the shipment's line was taken off this ETGB already"),
    ("İntaç tarihi zaten biliniyor.", "the closing day is known already"),
    ("Bu intaç tarihi zaten geçerli.", "this closing day stands already"),
    (
        "Satıcının bu sipariş numarası zaten biliniyor; değiştirmek için shipment.amend.v1 gönderin.",
        "this seller's reference is known already; to change it send shipment.amend.v1",
    ),
    ("Gönderi zaten doğrulanmış.", "the shipment is validated already"),
    ("Gönderi zaten iptal edilmiş.", "the shipment is cancelled already"),
    ("Gönderinin aşaması zaten bu: {stage}.", "the shipment is {stage} already"),
    ("Gönderinin faturası zaten bu.", "the shipment has this invoice already"),
    (
        "Bu fatura istendiğinden beri gönderi değişmiş; faturayı kesen geri çeker.",
        "the shipment has changed since this invoice was asked for; who issued it withdraws it",
    ),
    ("Gönderi artık fatura beklemiyor.", "the shipment does not wait for an invoice any more"),
    (
        "İstenen başka bir yoldan gelmiş, ya da artık gerekmiyor.",
        "what was asked for has come in another way, or is not needed any more",
    ),
    (
        "Bu gönderilerin hiçbiri artık taslak değil, faturasını da beklemiyor.",
        "none of these shipments is a draft, or waits for its invoice, any more",
    ),
)
"""What has happened already."""
