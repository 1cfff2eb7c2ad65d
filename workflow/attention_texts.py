"""What people read about each reason of an attention item: who has to act, and what to do."""

from dataclasses import dataclass

from workflow.attention import Reason


@dataclass(frozen=True, slots=True)
class ReasonText:
    """What people read about a reason: who acts, and what to do in Turkish and English."""

    who: str
    tr: str
    en: str


TEXTS: dict[Reason, ReasonText] = {
    Reason.MESSAGE_REFUSED: ReasonText(
        "us",
        "Bir mesaj uygulanamadı. Nedenini okuyun; veriyi düzeltip mesajı yeniden işletin ya da yok sayın.",
        "A message could not be applied. Read the reason; correct the data and replay the message, or ignore it.",
    ),
    Reason.MESSAGE_UNREADABLE: ReasonText(
        "us",
        "Okunamayan mesajlar geliyor. Gönderenin biçimini düzeltmesini isteyin, sonra mesajları yeniden işletin.",
        "Messages arrive that cannot be read. Ask the sender to correct the format, then replay them.",
    ),
    Reason.ETGB_BEFORE_INVOICE: ReasonText(
        "courier",
        "ETGB tescil tarihi faturadan önce. Kuryeye ETGB'yi düzelttirin; KDV iadesinde sorulur.",
        "The ETGB was registered before the invoice date. Have the courier correct it; the tax office will ask.",
    ),
    Reason.ETGB_AMOUNT_OFF: ReasonText(
        "courier",
        "ETGB tutarı faturadan farklı. Navlun ve kur farkını denetleyin, gerekirse ETGB'yi düzelttirin.",
        "The ETGB's amount differs from the invoice. Check freight and currency; have the ETGB corrected if needed.",
    ),
    Reason.ETGB_CANCELLED_LATE: ReasonText(
        "finance",
        "VEDOP'a aktarılmış bir ETGB iptal edildi. Gönderinin iadesini ve başvurusunu gözden geçirin.",
        "An ETGB was cancelled after its transfer to VEDOP. Review the shipment and its refund claim.",
    ),
    Reason.ETGB_LINE_UNMATCHED: ReasonText(
        "us",
        "Bir ETGB listesinin satırı hangi gönderinin, kesin değil. Adaylara bakın; doğrusunu onaylayın ya da satırı reddedin "
        "(`kervan import matches`).",
        "It is not certain which shipment a line of an ETGB list means. Look at the candidates; confirm the right one, or "
        "reject the line (`kervan import matches`).",
    ),
    Reason.ETGB_REGISTRATION_DIFFERS: ReasonText(
        "courier",
        "Aynı ETGB için iki ayrı tescil tarihi bildirildi. İlki geçerli sayıldı; belgesine bakın ya da kuryeye sorun.",
        "Two different registration days were reported for one ETGB. The first one stands; look at its document, or ask the "
        "courier.",
    ),
    Reason.ETGB_CLOSING_DIFFERS: ReasonText(
        "customs",
        "Aynı ETGB için iki ayrı intaç tarihi bildirildi. İlki geçerli sayıldı; doğrusunu gümrükten sorun, gerekirse düzeltin.",
        "Two different closing days were reported for one ETGB. The first one stands; ask customs, and correct it if need be.",
    ),
    Reason.ETGB_CLOSING_UNLIKELY: ReasonText(
        "customs",
        "İntaç tarihi ETGB'nin tescilinden önce ya da çok ileride. KDV dönemi ona göre belirlenir; doğrusunu gümrükten sorun.",
        "The closing day is before the ETGB's registration or far ahead. It decides the VAT period; ask customs what is right.",
    ),
    Reason.GOODS_COMING_BACK: ReasonText(
        "us",
        "Kurye malın geri geldiğini bildirdi. Gönderiyi iade olarak işaretleyin ya da yeniden yola çıkarın.",
        "The courier reports that the goods come back. Mark the shipment as returned or send it again.",
    ),
    Reason.ETGB_NOT_CANCELLED: ReasonText(
        "courier",
        "Mal yurt dışına çıkmadan geri geldi, ama ETGB'si duruyor. Kuryeye ETGB'yi iptal ettirin; iptal bildirilince fatura "
        "kendiliğinden iptale gönderilir. ETGB bu arada kapanırsa mal çıkmış sayılır ve bu kayıt kapanır.",
        "The goods came back before they left the country, and their ETGB stands. Have the courier cancel it; once that is "
        "told, the invoice is asked for by itself. If the ETGB is closed meanwhile, the goods count as having left and this "
        "item ends.",
    ),
    Reason.ETGB_NOT_CORRECTED: ReasonText(
        "courier",
        "Mal yurt dışına çıkmadan geri geldi; ETGB'sinde başka gönderiler de var. ETGB'nin tamamını iptal ettirmeyin: kuryeye "
        "yalnız bu gönderinin satırını düzelttirin. Kurye bildirince (etgb.cancelled, gönderisiyle) kayıt kapanır ve fatura "
        "iptale gönderilir.",
        "The goods came back before they left the country, and their ETGB carries other shipments too. Do not have all of it "
        "cancelled: have the courier take off this shipment's line. Once that is told (etgb.cancelled with the shipment), this "
        "item ends and the invoice is asked for.",
    ),
    Reason.GOODS_NOT_BROUGHT_IN: ReasonText(
        "customs",
        "Yurt dışına çıkmış mal geri geliyor; ihracat geri alınmaz. Ayrıntıdaki güne kadar geri gelen eşya olarak vergisiz "
        "sokulabilir; belgeler ihracattakilerle uymalıdır. Kuryeyle görüşün; mal girince ya da dışarıda kalacaksa kaydı "
        "kapatın.",
        "Goods that had left the country come back; the export is not undone. Until the day in the detail they can come in "
        "free of duty as returned goods (geri gelen eşya), with documents that match the export's. Arrange it with the "
        "courier; resolve this item when they are in, or stay abroad.",
    ),
    Reason.CLAIM_REVERSAL_NEEDED: ReasonText(
        "finance",
        "İadesi istenmiş bir mal geri geldi. KDV iade başvurusunu düzeltin.",
        "Goods whose VAT refund was claimed came back. Correct the refund claim.",
    ),
    Reason.CLAIM_TO_FILE: ReasonText(
        "finance",
        "İade başvurusu verilmeyi bekliyor. Dosyasını alın, İnternet Vergi Dairesinden başvurun ve dilekçe numarasını işleyin.",
        "The refund claim waits to be filed. Export its dossier, file it on the Internet tax office, and enter the petition "
        "number.",
    ),
    Reason.CLAIM_QUESTION: ReasonText(
        "finance",
        "Vergi dairesi bir iade başvurusu hakkında soru sordu. Gününe kadar yanıtlayın ve yanıtladığınızı bildirin "
        "(`kervan claim progress … --answered`).",
        "The tax office asked something about a refund claim. Answer by the day named, and say that you did "
        "(`kervan claim progress … --answered`).",
    ),
    Reason.CLAIM_PAID_ABOVE: ReasonText(
        "finance",
        "Bankaya, onaylanandan çok iade girdi. Ödemeyi onay yazısıyla karşılaştırın: kalan onay bildirilmediyse bildirin, "
        "kayıt kendiliğinden kapanır. Fazlası gecikme faizi (VUK 112/5) ya da başka bir başvurunun parasıysa, ya da yanlış "
        "ödendiyse ne olduğunu yazıp kaydı kapatın.",
        "More refund came into the bank than was approved. Compare the payment with the approval: if the rest of it was not "
        "told yet, tell it, and this item ends by itself. If the surplus is the tax office's interest (VUK 112/5), another "
        "claim's money or a mistaken payment, resolve this item and write which it is.",
    ),
    Reason.ORDER_CREDITED: ReasonText(
        "us",
        "Bir iptal/iade belgesi bu siparişin mallarını sayıyor. Mal yola çıkmadıysa gönderiyi iptal edin ya da düzeltin; "
        "çıktıysa döndüğünde iade olarak işaretleyin. Belge başka bir siparişinse kaydı kapatın.",
        "A credit note names goods of this order. If they have not left, cancel or amend the shipment; if they have, mark it "
        "as returned when they are back. If the note is about another order, resolve this item.",
    ),
    Reason.ORDER_ROWS_APART: ReasonText(
        "us",
        "Dosyada bu siparişin ayrı yerde duran başka satırları da var; gönderi eksik olabilir. Satırlara bakıp gönderiyi "
        "düzeltin.",
        "The file has more rows of this order in another place, so the shipment may be incomplete. Look at the rows and amend "
        "the shipment.",
    ),
    Reason.INVOICE_REJECTED: ReasonText(
        "us",
        "Entegratör faturayı kabul etmedi. Nedenini okuyun, gönderiyi düzeltin (amend); fatura yeniden gönderilir.",
        "The integrator did not accept the invoice. Read the reason and amend the shipment; the invoice is then sent again.",
    ),
    Reason.INVOICE_WITHHELD: ReasonText(
        "us",
        "Fatura kendi denetimimizden geçmedi ve gönderilmedi; numara harcanmadı. Gönderiyi düzeltin (amend).",
        "The invoice failed our own check and was not sent; no number was spent. Amend the shipment.",
    ),
    Reason.INVOICE_UNANSWERED: ReasonText(
        "us",
        "Entegratör faturanın durumunu hâlâ bildirmedi. Sorulmaya devam ediliyor; gecikme sürerse entegratörü arayın. "
        "Faturayı başka yerde yeniden kesmeyin.",
        "The integrator still does not say what became of the invoice. We go on asking; if it lasts, call the integrator. "
        "Do not issue the invoice again elsewhere.",
    ),
    Reason.INVOICE_NOT_CANCELLED: ReasonText(
        "us",
        "Kesilmiş bir fatura iptal edilmeliydi ama edilemedi. Entegratörün portalından iptal edin.",
        "An invoice that was issued had to be cancelled and was not. Cancel it in the integrator's portal.",
    ),
    Reason.TASK_FAILED: ReasonText(
        "us",
        "Bir karşı taraftan istenen iş yapılamadı ve artık denenmiyor. Nedenini okuyup giderin, sonra işi yeniden isteyin "
        "(kervan task retry).",
        "What was asked of a counterpart could not be done and is not tried any more. Read and mend the cause, then have it "
        "tried again (kervan task retry).",
    ),
    Reason.SUBSCRIPTION_DISABLED: ReasonText(
        "us",
        "Bir abonelik uzun süre teslim alamadığı ya da alıcısı kapandığı için durduruldu. Alıcının sahibiyle görüşün, sonra "
        "aboneliği sürdürün (kervan subscription resume) ya da kaldırın.",
        "A subscription was stopped, since it took nothing for long or its receiver is gone. Speak with the receiver's owner, "
        "then resume the subscription (kervan subscription resume) or remove it.",
    ),
    Reason.LOG_BROKEN: ReasonText(
        "us",
        "Hareket ya da denetim kaydının bir satırı yazıldığı gibi değil: değiştirilmiş, silinmiş, eklenmiş ya da yeri "
        "değiştirilmiş. Veritabanına kimlerin erişebildiğini inceleyin, kervan audit verify ile bütün kaydı denetleyin, doğru "
        "satırları yedekle karşılaştırın. Veritabanındaki kanıtları silmeyin.",
        "A row of the transition log or the audit log is not as it was written: changed, removed, inserted, or put in "
        "another's place. Look into who can reach the database, check all of both logs with kervan audit verify, and compare "
        "with a backup. Do not remove the evidence from the database.",
    ),
    Reason.INVOICE_WARNED: ReasonText(
        "us",
        "Fatura uyarılarla kabul edildi; bulgu kodları ayrıntıdadır. Faturayı gönderiyle karşılaştırın: yanlışsa iptal edip "
        "yeniden düzenleyin, doğruysa kaydı kapatın.",
        "The invoice was taken with warnings; the findings' codes are in the detail. Compare it with the shipment: cancel it "
        "and issue it again if it is wrong, resolve this item if it is right.",
    ),
    Reason.COURIER_CANNOT_CARRY: ReasonText(
        "us",
        "Faturalanmış bu gönderiyi alan kurye, planlanan günde ETGB düzenleyemez ya da gönderi kuryenin kendi sınırını aşıyor. "
        "Ayrıntıyı okuyun; mal yola çıkmadan başka bir kuryeyle anlaşın ya da gönderiyi iptal edin.",
        "The courier that has this invoiced shipment cannot declare it on the planned day, or the shipment is above the "
        "courier's own limit. Read the detail; book another courier before the goods leave, or cancel the shipment.",
    ),
    Reason.VALIDATED_NOW_BLOCKED: ReasonText(
        "us",
        "Denetime esas olan bir şey (kurallar, kur ya da kurye) değişti: doğrulanmış, henüz faturalanmamış bu gönderiyi artık "
        "bulguları durduruyor; faturası kesilmez. Bulguları okuyun; gönderiyi düzeltin (amend) ya da iptal edin. Bulgular "
        "kalkınca kayıt kendiliğinden kapanır.",
        "What this shipment is judged by (the rules, a rate or its courier) has changed: validated and not yet invoiced, it is "
        "held by its findings now and gets no invoice. Read them; amend the shipment or cancel it. The item closes by itself "
        "once nothing holds it.",
    ),
    Reason.FINDINGS_OVERDUE: ReasonText(
        "seller",
        "Taslak, bulguları giderilmeden bekliyor. Satıcıdan eksiği tamamlamasını isteyin; gönderiyi düzeltin (amend) ya da "
        "iptal edin.",
        "The draft waits with findings that nobody mends. Have the seller supply what is missing; amend the shipment or cancel "
        "it.",
    ),
    Reason.INVOICE_OVERDUE: ReasonText(
        "us",
        "Doğrulanmış gönderinin faturası süresinde kesilmedi (VUK 231/5: yedi gün). Faturayı kesin ya da entegratöre sorun; "
        "gönderilmeyecekse iptal edin.",
        "The invoice of this validated shipment was not issued in time (VUK 231/5: seven days). Issue it or ask the "
        "integrator; cancel the shipment if it will not go.",
    ),
    Reason.FIRST_SCAN_OVERDUE: ReasonText(
        "courier",
        "Faturası kesilmiş gönderi için kuryeden hareket gelmedi. Kolinin verilip verilmediğini ve takip numarasını "
        "denetleyin; verildiyse teslimi elle bildirin (hand_over).",
        "The courier shows no scan of this invoiced shipment. Check whether the parcel was given and its tracking number; if "
        "it was, confirm the hand-over (hand_over).",
    ),
    Reason.ETGB_OVERDUE: ReasonText(
        "courier",
        "Kuryedeki gönderinin ETGB numarası gelmedi. Numarayı kuryeden isteyin ve listesini içe aktarın ya da elle girin.",
        "No ETGB number came for a shipment that the courier has. Ask the courier for it, then import its list or enter it.",
    ),
    Reason.ETGB_DOCUMENT_OVERDUE: ReasonText(
        "courier",
        "ETGB numarası var, belgesi yok. Belgeyi kuryeden isteyin; KDV iadesinde gerekir.",
        "The ETGB's number is known and its document is not there. Ask the courier for it; the refund claim needs it.",
    ),
    Reason.CLOSING_OVERDUE: ReasonText(
        "customs",
        "ETGB hâlâ kapanmadı (intaç tarihi yok). Beyanname sorgulamada bakın; kapanmışsa tarihini girin, kapanmamışsa kuryeye "
        "gümrükte izletin.",
        "The ETGB is still not closed (no intaç date). Look it up in the declaration query; if it is closed enter the day, if "
        "not have the courier pursue it with customs.",
    ),
    Reason.VEDOP_OVERDUE: ReasonText(
        "finance",
        "Kapanan ETGB VEDOP'ta görülmedi. KDVİRA kontrol raporuna bakın ya da vergi dairesine sorun; görülüyorsa "
        "kanıtıyla girin.",
        "The closed ETGB was not seen in VEDOP. Look at the KDVİRA report or ask the tax office; if it is there enter it with "
        "its evidence.",
    ),
    Reason.REFUND_OVERDUE: ReasonText(
        "finance",
        "Dönemin KDV iadesi istenmedi. Dilekçeyi ve listeleri verip başvuruyu işleyin; hak, izleyen ikinci takvim yılının "
        "sonunda düşer.",
        "The refund of this VAT period has not been claimed. File petition and lists and enter the filing; the right ends "
        "with the second calendar year after.",
    ),
    Reason.VEDOP_LAPSING: ReasonText(
        "finance",
        "Kapanmış bir ETGB VEDOP'ta görülmedi; gönderileri bu yüzden hiçbir iade başvurusunda değil ve iade hakkı ayrıntıdaki "
        "günün sonunda düşüyor. KDVİRA raporuna ya da vergi dairesine bakıp kanıtıyla girin, sonra başvuruyu verin.",
        "A closed ETGB was not seen in VEDOP, so its shipments are in no refund claim, and the right to the refund lapses at "
        "the end of the day in the detail. Look at the KDVİRA report or ask the tax office, enter the evidence, then file the "
        "claim.",
    ),
    Reason.CLAIM_LAPSING: ReasonText(
        "finance",
        "Bu iade başvurusu henüz verilmedi ve hakkı ayrıntıdaki günün sonunda düşüyor. Kontrol listesindeki eksikleri "
        "giderin, dosyayı alıp başvurun ve dilekçe numarasını işleyin; süre geçtikten sonra KDV iadesi istenemez.",
        "This refund claim has not been filed, and the right to it lapses at the end of the day in the detail. Settle what its "
        "checklist lacks, export the dossier, file it and enter the petition number; after that day the refund is lost.",
    ),
    Reason.CLAIM_LAPSED: ReasonText(
        "finance",
        "Bu iade başvurusunun süresi, başvuru verilmeden geçti; KDV iadesi artık istenemez. Süresinde verildiyse "
        "dilekçe numarasını ve gününü işleyin; verilmediyse bu KDV'nin ne olacağını mali müşavirinizle kararlaştırıp kaydı "
        "kapatın.",
        "The time for this refund claim passed without its being filed; the refund cannot be claimed any more. If it was filed "
        "in time, enter petition number and day; if not, settle with your accountant what becomes of the VAT, and resolve this "
        "item.",
    ),
    Reason.PARKED_OVERDUE: ReasonText(
        "us",
        "Erken gelen mesajların beklediği şey gelmedi. Ne olduğu ayrıntıda yazar: Kervan'da bulunmayan bir sipariş, takip "
        "numarası, fatura, ETGB ya da başvuru; ya da yoldaki malın iptal edilen faturası. Eksiği kaynağından isteyin (siparişi "
        "satıcıdan, takip numarası ile ETGB'yi kuryeden) ve girin: mesajlar kendiliğinden uygulanır. Hiç gelmeyecekse kaydı "
        "kapatın.",
        "What messages that came early wait for has not come. The detail says what it is: an order, tracking number, invoice, "
        "ETGB or claim that Kervan does not know, or the return of goods whose invoice was cancelled under way. Ask its source "
        "for it (the seller for the order, the courier for tracking number or ETGB) and enter it: the messages then apply by "
        "themselves. If it will never come, resolve this item.",
    ),
}
