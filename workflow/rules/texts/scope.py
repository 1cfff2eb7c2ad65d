"""Texts of SCP001 to SCP003."""

from workflow.rules.texts.text import Table, Text

_SCOPE = "Posta ve Hızlı Kargo Tebliği (Seri No: 1), RG 06.11.2025/33069 (Seri No: 4)"
_OPERATORS = "2009/15481 sayılı Karar m. 126; Posta ve Hızlı Kargo Tebliği (Seri No: 1)"

TEXTS: Table = {
    ("SCP001", ""): Text(
        "Satış türü “{sale_type}” mikro ihracata girmez. Bedelsiz, tamir, sergi ve iade gönderileri için kuryenize danışın.",
        "Sale type “{sale_type}” is out of scope of micro-export. Ask your courier how free, repair, exhibition and return "
        "goods are sent.",
        _SCOPE,
    ),
    ("SCP001", "consignment"): Text(
        "Konsinye ihracat ETGB ile 06.11.2025'ten beri yapılabilir; gönderi {day} için planlanmış.",
        "Consignment by ETGB is possible since 2025-11-06; the shipment is planned for {day}.",
        _SCOPE,
    ),
    ("SCP002", ""): Text(
        "GTİP “{gtip}” denetime tabi bir gruba girer ({prefix}: {goods_tr}); ETGB ile gönderilemez. Malı gönderiden çıkarın "
        "ya da izinleriyle detaylı beyanname için bir gümrük müşavirine danışın.",
        "GTİP “{gtip}” falls into a controlled group ({prefix}: {goods_en}); it may not go by ETGB. Take the goods out, or "
        "ask a customs broker about a detailed declaration with the permits it needs.",
        _SCOPE,
    ),
    ("SCP002", "permit"): Text(
        "GTİP “{gtip}” izin ya da belge isteyebilen bir gruba girer ({prefix}: {goods_tr}). Göndermeden önce kuryenize ETGB "
        "ile kabul edip etmediğini ve hangi belgeleri istediğini sorun.",
        "GTİP “{gtip}” falls into a group that may need a permit or papers ({prefix}: {goods_en}). Before sending, ask your "
        "courier whether it takes the goods by ETGB, and with which papers.",
        _SCOPE,
    ),
    ("SCP003", ""): Text(
        "“{courier}” yetkili operatörler listesinde yok; ETGB'yi yalnız yetkili operatör düzenler. Başka kurye seçin; kurye "
        "yetkili bir operatör üzerinden çalışıyorsa yöneticiniz onu operatörler tablosuna eklesin.",
        "“{courier}” is not in the list of authorised operators, and only those issue an ETGB. Choose another courier; if "
        "this one works through an authorised operator, have your administrator add it to the table of operators.",
        _OPERATORS,
    ),
    ("SCP003", "not_then"): Text(
        "“{courier}” {day} günü yetkili operatör değil. Başka kurye ya da başka bir gün seçin.",
        "“{courier}” is no authorised operator on {day}. Choose another courier or another day.",
        _OPERATORS,
    ),
    ("SCP003", "through"): Text(
        "“{courier}” beyanı “{operator}” üzerinden verir; o da {day} günü yetkili operatör değil. Başka kurye seçin ya da "
        "yöneticiniz operatörler tablosunu düzeltsin.",
        "“{courier}” declares through “{operator}”, which is no authorised operator on {day}. Choose another courier, or "
        "have your administrator correct the table of operators.",
        _OPERATORS,
    ),
}
