"""Texts of INV001 to INV009, and what an invoice adds to DOC001, LINE004 and PTY001."""

from workflow.rules.texts.text import Table, Text

_UBL = "GİB, UBL-TR 1.2 and its code lists; e-Arşiv guide"
_VUK = "VUK 230"
_VAT = "KDVK 11/1-a; exemption 301 of GİB's code list"
_ETGB = "Operators' rule: an ETGB goes with an e-Arşiv or a paper invoice only"
_AGREES = "Operators' rule: what is declared is what is invoiced"
_RATE = "VUK 215; GİB rule CurrencyCodeCheck-6"

TEXTS: Table = {
    ("INV001", ""): Text(
        "Fatura numarası “{number}” üç harf ya da rakam, yıl ve dokuz haneden oluşmuyor. Örnek: ABC2026000000001. "
        "Numarayı faturadaki gibi, eksiksiz girin.",
        "Invoice number “{number}” is not three characters, the year and nine digits, as ABC2026000000001. Enter it whole, as "
        "it stands on the invoice.",
        _UBL,
    ),
    ("INV001", "missing"): Text("Fatura numarası yok. Numarayı girin.", "The invoice number is missing. Enter it.", _VUK),
    ("INV001", "year"): Text(
        "Fatura numarasındaki yıl ({number}) düzenleme yılıyla ({year}) aynı değil. Seriyi denetleyin.",
        "The year in the invoice number ({number}) is not the year of issue ({year}). Check the series.",
        _UBL,
    ),
    ("INV002", "profile"): Text(
        "Faturanın senaryosu {profile}; ETGB yalnız e-Arşiv (EARSIVFATURA) ya da kâğıt fatura ile düzenlenir, e-Fatura ile "
        "olmaz. Faturayı iptal edip e-Arşiv olarak yeniden düzenleyin.",
        "The invoice's profile is {profile}; an ETGB goes with an e-Arşiv (EARSIVFATURA) or a paper invoice only, never with "
        "an e-Fatura. Cancel the invoice and issue it again as e-Arşiv.",
        _ETGB,
    ),
    ("INV002", "type"): Text(
        "Fatura tipi {type}; mal ihracatında ISTISNA olmalı. Faturayı iptal edip ISTISNA tipiyle yeniden düzenleyin.",
        "The invoice's type is {type}; an export of goods is ISTISNA. Cancel the invoice and issue it again with that type.",
        _VAT,
    ),
    ("INV003", ""): Text(
        "İstisna kodu {code}; mal ihracatının kodu 301'dir (302 hizmet ihracatıdır). Faturayı 301 koduyla yeniden düzenleyin.",
        "The exemption code is {code}; exports of goods carry 301 (302 is for services). Issue the invoice again with 301.",
        _VAT,
    ),
    ("INV003", "missing"): Text(
        "İstisna kodu yok. Faturayı 301 (11/1-a Mal ihracatı) koduyla yeniden düzenleyin.",
        "There is no exemption code. Issue the invoice again with 301 (11/1-a Mal ihracatı).",
        _VAT,
    ),
    ("INV003", "reason"): Text(
        "İstisna sebebi yazılmamış. “11/1-a Mal ihracatı” metnini ekleyin.",
        "The reason for the exemption is not written. Add the text “11/1-a Mal ihracatı”.",
        _VAT,
    ),
    ("INV004", ""): Text(
        "Faturada KDV var (oran % {percent}, tutar {amount}); ihracat faturasına KDV eklenmez. Faturayı KDV'siz yeniden "
        "düzenleyin.",
        "The invoice has VAT (rate {percent} %, amount {amount}); an export invoice has none. Issue it again without VAT.",
        _VAT,
    ),
    ("INV005", "missing"): Text(
        "Ödenecek tutar yok ya da sıfır ({total}). Toplamı girin.",
        "The payable amount is missing or zero ({total}). Enter the total.",
        _VUK,
    ),
    ("INV005", "sum"): Text(
        "Ödenecek tutar {total}, satırların toplamı {sum}. Faturayı düzenleyen programda toplamı düzeltin.",
        "The payable amount is {total}, the sum of the lines {sum}. Correct the total in the software that issues.",
        _VUK,
    ),
    ("INV005", "parts"): Text(
        "Vergili ya da vergisiz toplam {amount}, ödenecek tutar {total}; KDV sıfır olduğundan aynı olmalıdırlar.",
        "The total with or without VAT is {amount}, the payable amount {total}; as VAT is 0 they must be the same.",
        _VUK,
    ),
    ("INV005", "line"): Text(
        "{line}. satırın tutarı {amount}; miktar × birim fiyat − iskonto {sum} ediyor. Satırı düzeltin.",
        "The amount of line {line} is {amount}; quantity times unit price less discount is {sum}. Correct the line.",
        _VUK,
    ),
    ("INV005", "incomplete"): Text(
        "{line}. satırda miktar, birim fiyat ya da tutar eksik. Satırı tamamlayın.",
        "Line {line} lacks its quantity, unit price or amount. Complete it.",
        _VUK,
    ),
    ("INV005", "shipment"): Text(
        "Faturanın toplamı {total}, gönderininki {owed} {currency}. Hangisi yanlışsa onu düzeltin.",
        "The invoice's total is {total}, the shipment's {owed} {currency}. Correct the one that is wrong.",
        _AGREES,
    ),
    ("INV006", "missing"): Text("Faturada para birimi yok.", "The invoice names no currency.", _UBL),
    ("INV006", "no_rate"): Text(
        "Fatura {currency} cinsinden ama kur yazılmamış. Düzenleme günü için geçerli TCMB kurunu ekleyin.",
        "The invoice is in {currency} but shows no exchange rate. Add the central bank's rate that holds on the day of issue.",
        _RATE,
    ),
    ("INV006", "rate"): Text(
        "Faturadaki kur {rate}; sıfırdan büyük olmalı.",
        "The exchange rate on the invoice is {rate}; it must be above zero.",
        _RATE,
    ),
    ("INV006", "pair"): Text(
        "Faturadaki kur {source}/{target} için; {currency} faturasında {currency}/TRY kuru bulunmalı.",
        "The exchange rate on the invoice is {source} to {target}; an invoice in {currency} shows {currency} to TRY.",
        _RATE,
    ),
    ("INV006", "apart"): Text(
        "Faturadaki kur {rate}, TCMB'nin {bulletin} tarihli bülteninde {owed}: fark % 1'den çok (ölçü Kervan'ındır, mevzuatın "
        "değil). Doğru günün kuru olduğunu denetleyin.",
        "The exchange rate on the invoice is {rate}, in the central bank's bulletin of {bulletin} it is {owed}: more than 1 % "
        "apart (Kervan's own measure, no law's). Check that it is the right day's.",
        _RATE,
    ),
    ("INV006", "off"): Text(
        "Faturadaki kur {rate}, TCMB'nin {bulletin} tarihli bülteninde {owed}: fark % 5'ten çok (ölçü Kervan'ındır, mevzuatın "
        "değil). Faturayı doğru kurla yeniden düzenleyin.",
        "The exchange rate on the invoice is {rate}, in the central bank's bulletin of {bulletin} it is {owed}: more than 5 % "
        "apart (Kervan's own measure, no law's). Issue the invoice again with the right rate.",
        _RATE,
    ),
    ("INV006", "shipment"): Text(
        "Fatura {currency}, gönderi {owed} cinsinden. Hangisi yanlışsa onu düzeltin.",
        "The invoice is in {currency}, the shipment in {owed}. Correct the one that is wrong.",
        _AGREES,
    ),
    ("INV007", ""): Text(
        "Fatura tarihi {day}, bugünden ({today}) sonra. Tarihi düzeltin.",
        "The invoice is dated {day}, after today ({today}). Correct the date.",
        "VUK 231; GİB rule TimeCheck-1",
    ),
    ("INV007", "missing"): Text("Fatura tarihi yok. Tarihi girin.", "The invoice has no date. Enter it.", _VUK),
    ("INV008", "seller"): Text(
        "Faturayı düzenleyenin vergi numarası {number}, gönderinin satıcısınınki {owed}. Doğru firmanın faturasını yükleyin.",
        "The invoice was issued by tax number {number}, the shipment's seller is {owed}. Give the right company's invoice.",
        _AGREES,
    ),
    ("INV008", "country"): Text(
        "Faturada alıcının ülkesi {country}, gönderide {owed}. Hangisi yanlışsa onu düzeltin.",
        "The buyer's country is {country} on the invoice and {owed} on the shipment. Correct the one that is wrong.",
        _AGREES,
    ),
    ("INV008", "name"): Text(
        "Faturadaki alıcı adı gönderideki alıcıdan farklı yazılmış. Aynı kişi olduğunu denetleyin.",
        "The buyer's name on the invoice is written otherwise than the consignee's. Check that both are the same.",
        _AGREES,
    ),
    ("INV008", "other_name"): Text(
        "Faturadaki alıcının adı gönderideki alıcınınki değil. Hangisi yanlışsa onu düzeltin.",
        "The buyer's name on the invoice is another than the consignee's. Correct the one that is wrong.",
        _AGREES,
    ),
    ("INV008", "city"): Text(
        "Alıcının şehri faturada {told}, gönderide {owed}. Aynı yer olduğunu denetleyin.",
        "The buyer's city is {told} on the invoice and {owed} on the shipment. Check that both are the same place.",
        _AGREES,
    ),
    ("INV009", "missing"): Text(
        "Gönderinin {line}. satırı ({name}) faturada yok. Faturaya ekleyin ya da gönderiyi düzeltin.",
        "Line {line} of the shipment ({name}) is not on the invoice. Add it there, or amend the shipment.",
        _AGREES,
    ),
    ("INV009", "extra"): Text(
        "Faturanın {line}. satırı ({name}) gönderide yok. Faturadan çıkarın ya da gönderiyi düzeltin.",
        "Line {line} of the invoice ({name}) is not in the shipment. Take it off the invoice, or amend the shipment.",
        _AGREES,
    ),
    ("INV009", "gtip"): Text(
        "{line}. satırın GTİP'i faturada {told}, gönderide {owed}.",
        "The GTİP of line {line} is {told} on the invoice and {owed} in the shipment.",
        _AGREES,
    ),
    ("INV009", "origin"): Text(
        "{line}. satırın menşei faturada {told}, gönderide {owed}.",
        "The origin of line {line} is {told} on the invoice and {owed} in the shipment.",
        _AGREES,
    ),
    ("INV009", "quantity"): Text(
        "{line}. satırın miktarı faturada {told}, gönderide {owed}.",
        "The quantity of line {line} is {told} on the invoice and {owed} in the shipment.",
        _AGREES,
    ),
    ("INV009", "amount"): Text(
        "{line}. satırın tutarı faturada {told}, gönderide {owed}.",
        "The amount of line {line} is {told} on the invoice and {owed} in the shipment.",
        _AGREES,
    ),
    ("INV009", "unit"): Text(
        "{line}. satırın birimi faturada {told}, gönderide {owed}. Aynı miktar olduğunu denetleyin.",
        "The unit of line {line} is {told} on the invoice and {owed} in the shipment. Check that both mean the same.",
        _AGREES,
    ),
    ("INV009", "unit_other"): Text(
        "{line}. satırın birimi faturada {told}, gönderide {owed}, sayısı aynı: miktarlar bir değil. Hangisi yanlışsa "
        "onu düzeltin.",
        "The unit of line {line} is {told} on the invoice and {owed} in the shipment, with the same number: these are two "
        "quantities. Correct the one that is wrong.",
        _AGREES,
    ),
    ("INV009", "price"): Text(
        "{line}. satırın birim fiyatı faturada {told}, gönderide {owed}. İskontodan mı geldiğini denetleyin.",
        "The unit price of line {line} is {told} on the invoice and {owed} in the shipment. Check whether a discount "
        "explains it.",
        _AGREES,
    ),
    ("INV009", "name"): Text(
        "{line}. satırda faturada “{told}”, gönderide “{owed}” yazıyor. Aynı mal olduğunu denetleyin.",
        "Line {line} says “{told}” on the invoice and “{owed}” in the shipment. Check that both are the same goods.",
        _AGREES,
    ),
    ("INV009", "goods"): Text(
        "{line}. satırda faturada “{told}”, gönderide “{owed}” var: başka mal. Hangisi yanlışsa onu düzeltin.",
        "Line {line} is “{told}” on the invoice and “{owed}” in the shipment: other goods. Correct the one that is wrong.",
        _AGREES,
    ),
    ("INV009", "incoterm"): Text(
        "Teslim şekli faturada {told}, gönderide {owed}. Hangisi yanlışsa onu düzeltin.",
        "The delivery term is {told} on the invoice and {owed} in the shipment. Correct the one that is wrong.",
        _AGREES,
    ),
    ("INV009", "weight"): Text(
        "Brüt ağırlık faturada {told} kg, gönderide {owed} kg. Hangisi yanlışsa onu düzeltin.",
        "The gross weight is {told} kg on the invoice and {owed} kg in the shipment. Correct the one that is wrong.",
        _AGREES,
    ),
    ("INV009", "weight_near"): Text(
        "Brüt ağırlık faturada {told} kg, gönderide {owed} kg. Tartıyı denetleyin.",
        "The gross weight is {told} kg on the invoice and {owed} kg in the shipment. Check the scales.",
        _AGREES,
    ),
    ("DOC001", "invoice_currency"): Text(
        "Proforma {number} {proforma}, fatura {invoice} cinsinden. İkisini aynı para birimine getirin.",
        "Proforma {number} is in {proforma}, the invoice in {invoice}. Bring both to the same currency.",
        "Operators' rule: proforma and invoice agree in value, currency and content",
    ),
    ("DOC001", "invoice_total"): Text(
        "Proforma {number} toplamı {proforma}, faturanınki {invoice} {currency}. Hangisi yanlışsa onu düzeltin.",
        "Proforma {number} totals {proforma}, the invoice {invoice} {currency}. Correct the one that is wrong.",
        "Operators' rule: proforma and invoice agree in value, currency and content",
    ),
    ("LINE004", "foreign"): Text(
        "{line}. satırda yalnız yabancı dilde tanım var. Faturaya Türkçe tanımı da yazın: “{owed}”.",
        "Line {line} has a foreign description only. Write the Turkish one on the invoice too: “{owed}”.",
        "Operators' invoice rules for micro-export; VUK 215",
    ),
    ("PTY001", "buyer"): Text(
        "Alıcının vergi numarası “{number}” geçerli bir VKN/TCKN değil. Yabancı alıcı için 2222222222 ya da 11111111111 yazın.",
        "The buyer's tax number “{number}” is no valid VKN/TCKN. For foreign buyers write 2222222222 or 11111111111.",
        "VUK; check digits of VKN and TCKN",
    ),
}
