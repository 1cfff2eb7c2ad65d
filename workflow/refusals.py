"""Why a message can never apply, or cannot be read: what people read of each code, in Turkish and English.

The detail that a refusal carries beside its code names the very shipment, number or field, in English, for whoever mends the
sender; these texts say what it means and what to do.
"""

TEXTS: dict[str, tuple[str, str]] = {
    "booked_too_late": (
        "Gönderi yola çıkmış; kuryesi artık değişemez.",
        "The goods have left; the courier cannot change any more.",
    ),
    "cancelled_but_moving": (
        "Gönderi iptal edilmiş, ama kurye koliyi taşıyor. Kuryeyi durdurun ya da siparişi yeniden girin.",
        "The shipment is cancelled, but its courier carries the parcel. Stop the courier, or enter the order again.",
    ),
    "cannot_be_processed": (
        "Kervan bu mesajı işleyemedi; mesaj saklandı. Nedeni giderilince yeniden işletin.",
        "Kervan could not work on this message; it is kept. Replay it once the cause is mended.",
    ),
    "cannot_cancel_etgb": (
        "Gönderi bu aşamadayken ETGB'si iptal edilemez.",
        "The shipment's ETGB cannot be cancelled in its stage.",
    ),
    "cannot_cancel_invoice": (
        "Gönderi bu aşamadayken faturası iptal edilemez.",
        "The shipment's invoice cannot be cancelled in its stage.",
    ),
    "claim_amount_above": (
        (
            "Bu tutarla başvuruda istenen aşılır. Tutarı denetleyin: aynı karar iki kez bildirilmiş olabilir; içinde faiz "
            "ya da başka bir başvurunun parası varsa yalnız bu başvurunun payını bildirin."
        ),
        (
            "With this amount the claim would exceed what it asked for. Check the amount: one decision may have been told "
            "twice; where interest or another claim's money is in it, tell this claim's part alone."
        ),
    ),
    "claim_cannot": (
        "İade başvurusu bulunduğu durumdan bu duruma geçemez.",
        "The refund claim cannot go from its status to this one.",
    ),
    "claim_changed": (
        "Başvurunun gönderileri ya da hesabı bu sırada değişti; görülen tutarlar artık onun değil. Yeniden bakıp verin.",
        "The claim's shipments or calculation changed meanwhile, so what was seen is not its own. Look again, then file it.",
    ),
    "claim_not_open": (
        "İade başvurusu daha önce verilmiş; ikinci kez verilemez.",
        "The refund claim was filed before; it cannot be filed again.",
    ),
    "not_in_claim": (
        "Bu gönderi o başvuruda değil; başvurunun gönderilerine bakın.",
        "This shipment is not in that claim; look at the claim's shipments.",
    ),
    "reversal_unmeasured": (
        (
            "Hangi tutarın geri verildiği söylenmemiş; bu gönderi için geri verilmesi beklenen bir tutar da yok ya da zaten "
            "verildi. Tutarı girin; bütün başvuru geri alınıyorsa gönderi adı vermeyin."
        ),
        (
            "It was not said what amount is given back, and for this shipment none is proposed, or it was given back already. "
            "Give the amount; if the whole claim is reversed, name no shipment."
        ),
    ),
    "nobody_files": (
        "Başvuruları kimin vereceği ayarlanmamış. KERVAN_TASKS__TAX_OFFICE ayarını yapın (örneğin manual).",
        "It is not set who files claims. Set KERVAN_TASKS__TAX_OFFICE (manual, for example).",
    ),
    "closing_day_filed": (
        "Bu intaç tarihiyle iade başvurusu verilmiş; tarih burada düzeltilemez. Başvuruyu vergi dairesinde düzelttirin.",
        "A refund claim was filed by this closing day, so it cannot be corrected here. Correct the claim with the tax office.",
    ),
    "etgb_cancelled": (
        "Bu ETGB iptal edilmiş; yerine geçeni girin.",
        "This ETGB was cancelled; enter the one that replaced it.",
    ),
    "etgb_number_malformed": (
        "ETGB numarası değil: iki hane yıl, altı hane gümrük idaresi, EX ve altı hane sıra numarası olmalı.",
        "Not an ETGB number: two digits of the year, six of the customs office, EX, and six of the serial.",
    ),
    "etgb_too_late": (
        "Gönderi bu aşamadayken ETGB alamaz.",
        "The shipment cannot come onto an ETGB in its stage.",
    ),
    "evidence_missing": (
        "VEDOP'ta görüldüğü kanıtsız işlenmez: gördüğünüzü not olarak yazın ya da ekran çıktısını yükleyip kanıt gösterin.",
        "That it was seen in VEDOP needs evidence: write what you saw as a note, or upload a print of the screen and name it.",
    ),
    "evidence_unknown": (
        "Kanıt olarak gösterilen dosya bu ETGB için saklanmamış. Önce dosyayı yükleyin, sonra SHA-256 özetini yazın.",
        "The file named as evidence is not kept for this ETGB. Upload it first, then name its SHA-256.",
    ),
    "findings_block": (
        "Gönderiyi bulguları bekletiyor; önce onları giderin.",
        "Findings hold the shipment; settle them first.",
    ),
    "goods_have_left": (
        "Mal yola çıkmış; gönderi artık iptal edilemez. Geri gelirse iade olarak işaretleyin.",
        "The goods have left, so the shipment cannot be cancelled. If they come back, mark it as returned.",
    ),
    "hand_over_too_late": (
        "Gönderi bu aşamadayken kuryeye verilemez.",
        "The shipment cannot be handed to a courier in its stage.",
    ),
    "identity_changed": (
        "Satıcı ve sipariş numarası gönderinin kimliğidir, değişemez. Gönderiyi iptal edip yenisini girin.",
        "Seller and reference identify the shipment; cancel it and draft a new one.",
    ),
    "invoice_disagrees": (
        "Fatura gönderiyle uyuşmuyor. Hangisi yanlışsa onu düzeltin.",
        "The invoice does not agree with the shipment. Correct the one that is wrong.",
    ),
    "filed_in_future": (
        "Başvurunun verildiği gün, bildirildiği günden sonra. Tarihi düzeltin ya da başvuru verilince bildirin.",
        "The claim's day of filing lies after the day on which it was told. Correct the day, or tell of it once it is filed.",
    ),
    "invoice_number_taken": (
        "Bu fatura numarası başka bir gönderide. Numarayı düzeltin.",
        "This invoice number stands on another shipment. Correct the number.",
    ),
    "invoice_too_late": (
        "Gönderi bu aşamadayken faturalanamaz.",
        "The shipment cannot be invoiced in its stage.",
    ),
    "not_in_order": (
        "Geri geldiği bildirilen satır ya da miktar siparişte yok; siparişin satırlarına bakın.",
        "The order has no such line, or less of it than is said to have come back; look at its lines.",
    ),
    "nothing_to_return": (
        "Mal yola çıkmamış; iade edilecek bir şey yok. Gönderiyi iptal edin.",
        "The goods have not left, so nothing can come back. Cancel the shipment.",
    ),
    "not_a_draft": (
        "Gönderi taslak değil; yeniden doğrulanamaz.",
        "The shipment is no draft; it cannot be validated again.",
    ),
    "not_an_etgb": (
        "Bu, ayrıntılı beyannamenin (GÇB, 18 karakter) numarası; ETGB numarası 16 karakterdir.",
        "This is the number of a detailed declaration (GÇB, 18 characters); an ETGB's has 16.",
    ),
    "not_json": (
        "Mesaj UTF-8 ile yazılmış JSON değil; gönderen düzeltmeli.",
        "The message is not JSON in UTF-8; its sender has to correct it.",
    ),
    "not_now": (
        "Bu şu anda yapılamaz.",
        "This cannot be done now.",
    ),
    "nul_character": (
        "Mesajın bir metninde NUL karakteri var; gönderen çıkarmalı.",
        "A text of the message has a NUL character; its sender has to take it out.",
    ),
    "other_couriers_etgb": (
        "Bu ETGB'yi başka bir kurye düzenlemiş; bu kurye onun adına bildiremez.",
        "This ETGB was made by another courier; this one cannot speak for it.",
    ),
    "other_couriers_shipment": (
        "Koliyi başka bir kurye taşıyor; bu kurye onun gümrük beyanını bildiremez.",
        "Another courier carries the parcel; this one cannot tell of its customs declaration.",
    ),
    "other_invoice": (
        "Gönderinin faturası başka bir numara taşıyor.",
        "The shipment's invoice has another number.",
    ),
    "petition_taken": (
        "Bu dilekçe numarasıyla satıcının başka bir başvurusu verilmiş. Numarayı düzeltin.",
        "Another claim of the seller was filed with this petition number. Correct the number.",
    ),
    "purchase_changed": (
        (
            "Bu alış faturasını siz bakarken bir başkası düzeltti ya da geri çekti; hiçbir şey kaydedilmedi. Şimdiki hâline "
            "bakıp gerekiyorsa yeniden düzeltin."
        ),
        (
            "Somebody corrected or withdrew this purchase invoice while you looked at it, so nothing was recorded. Look at it "
            "as it is now, and correct it again where that is still needed."
        ),
    ),
    "purchase_claimed": (
        (
            "Bu alış faturasıyla bir iade başvurusu verilmiş; verilen değişmez. Başvuru reddedilirse düzeltilebilir; duruyorsa "
            "düzeltmeyi vergi dairesiyle yapıp geri verilen KDV'yi başvuruda “Geri almayı kaydet” ile girin."
        ),
        (
            "A refund claim was filed with this purchase invoice, and what is filed stays. If the claim is rejected, correct "
            "it then; if it stands, settle it with the tax office, and record the VAT given back as a reversal of the claim."
        ),
    ),
    "purchase_number_shared": (
        (
            "Bu numarayla, satıcısının VKN'si olmadan başka bir alış faturası girilmiş. İki ayrı faturaysa satıcıların "
            "VKN'sini bildirin; ithalatta fatura no yerine beyannamenin tescil no'sunu yazın. Aynı faturaysa onu düzeltin."
        ),
        (
            "Another purchase invoice is booked under this number, without its supplier's VKN. If they are two, tell the "
            "suppliers' numbers; of imports, the declaration's number in place of the invoice's. If it is one, correct it."
        ),
    ),
    "purchase_withdrawn": (
        (
            "Bu alış faturası geri çekilmiş ya da başka bir faturaya düzeltilmiş; listeler onu yeniden saydırmaz. Sayılacaksa "
            "geri çekilenlerde “Yeniden say” ile ya da düzelterek girin."
        ),
        (
            "This purchase invoice was withdrawn, or corrected to another; no list makes it count again. If it should, find it "
            "among the withdrawn ones and count it again, or correct the one that replaced it."
        ),
    ),
    "refund_too_late": (
        "Gönderi bu aşamadayken iadesi istenemez.",
        "The refund of the shipment cannot be filed in its stage.",
    ),
    "rejected_before_filed": (
        "Ret, başvurunun verildiği günden önceye ait; önceki bir dilekçenin olmalı. Günü denetleyin.",
        "The rejection is of a day before the claim was filed, so it is of an earlier petition. Check the day.",
    ),
    "scan_in_future": (
        "Kurye hareketinin zamanı ileride; işlenseydi sonrakiler görünmezdi. Kuryenin saatini ya da saat dilimini düzelttirin.",
        "The scan's time lies ahead of us; taken, it would hide all later ones. Have the courier mend its clock or time zone.",
    ),
    "source_mismatch": (
        "Gönderen başkasının adına konuşuyor; her karşı taraf yalnız kendi adına bildirir.",
        "The sender speaks for somebody else; each counterpart speaks for itself only.",
    ),
    "supplier_number_wrong": (
        (
            "Satıcının vergi numarası VKN (10 hane) ya da TCKN (11 hane) değil: denetim haneleri tutmuyor. Bu numarayla KDV "
            "istenemez; fatura girilmedi. Numarayı faturadan düzeltip yeniden gönderin; yurt dışı satıcı için 1111111111 yazın."
        ),
        (
            "The supplier's number is neither a VKN (10 digits) nor a TCKN (11 digits) by its check digits. No VAT can be "
            "claimed by it, so the invoice was not booked. Correct the number by the invoice (1111111111 for a seller abroad), "
            "and send it again."
        ),
    ),
    "too_large": (
        "Mesaj 256 KiB'den büyük; parçalara bölün.",
        "The message is larger than 256 KiB; send it in parts.",
    ),
    "too_late_to_amend": (
        "Gönderi bu aşamadayken düzeltilemez; önce faturasını iptal edin.",
        "The shipment cannot be amended in its stage; cancel its invoice first.",
    ),
    "tracking_number_taken": (
        "Bu takip numarası başka bir gönderide. Numarayı düzeltin.",
        "This tracking number stands on another shipment. Correct the number.",
    ),
    "unknown_type": (
        "Bu mesaj türü bilinmiyor.",
        "This message type is not known.",
    ),
    "vedop_too_late": (
        "Gönderi bu aşamadayken VEDOP'a aktarılamaz.",
        "The shipment cannot be transferred to VEDOP in its stage.",
    ),
    "wrong_data": (
        "Bir alan sözleşmedeki biçimde değil; hangisi olduğu ayrıntıda yazıyor.",
        "A field is not of the contract's form; the detail names it.",
    ),
    "wrong_envelope": (
        "Mesaj CloudEvents 1.0 biçiminde değil; gönderen düzeltmeli.",
        "The message is not a CloudEvent 1.0; its sender has to correct it.",
    ),
    "wrong_subject": (
        "Mesaj, gönderilmemesi gereken bir konuya gönderilmiş.",
        "The message was sent to a subject where it may not come.",
    ),
}
"""By code."""
