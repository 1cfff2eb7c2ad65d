"""What the audit log says, in people's words; the log itself keeps its own, which programs read."""

import re
from typing import Final

from adapters.web.console import words
from adapters.web.console.language import Language, marked

SUBJECTS: Final[dict[str, str]] = {
    "shipment": marked("Gönderiler"),
    "consignee": marked("Alıcı bilgileri"),
    "attention": marked("Dikkat kaydı"),
    "message": marked("Mesaj"),
    "match": marked("Eşleştirme"),
    "task": marked("Görev"),
    "import": marked("İçe aktarma"),
    "document": marked("Belge"),
    "claim": marked("KDV iadesi"),
    "etgb": marked("ETGB"),
    "vat_return": marked("KDV beyannamesi"),
    "purchase": marked("Alış faturası"),
    "subscription": marked("Abonelik"),
    "counterpart": marked("Entegrasyon"),
    "user": marked("Kullanıcı"),
    "key": marked("Anahtar"),
    "session": marked("Oturum"),
    "partition": marked("Aylık bölüm"),
}
"""What actions are about."""
_DEEDS: Final[dict[str, str]] = {
    "add": marked("eklendi"),
    "ask_erase": marked("silinmesi istendi"),
    "attach": marked("geri bağlandı"),
    "begin": marked("açıldı"),
    "bulk_pause": marked("toplu işlem duraklatıldı"),
    "bulk_resume": marked("toplu işlem sürdürüldü"),
    "bulk_start": marked("toplu işlem başladı"),
    "bulk_stop": marked("toplu işlem durduruldu"),
    "change": marked("değiştirildi"),
    "confirm": marked("onaylandı"),
    "correct": marked("düzeltildi"),
    "correct_closing": marked("intaç tarihi düzeltildi"),
    "checkpoints": marked("kurye hareketleri"),
    "detach": marked("arşive ayrıldı"),
    "draft": marked("taslak girildi"),
    "end": marked("kapandı"),
    "end_others": marked("diğer oturumlar kapandı"),
    "erase": marked("silindi"),
    "etgb": marked("ETGB listesi"),
    "export": marked("dışa aktarıldı"),
    "file": marked("verildi"),
    "ignore": marked("yok sayıldı"),
    "orders": marked("siparişler"),
    "pause": marked("durduruldu"),
    "progress": marked("gelişme bildirildi"),
    "purchases": marked("alış faturaları"),
    "reject": marked("reddedildi"),
    "remove": marked("kaldırıldı"),
    "replay": marked("yeniden işletildi"),
    "resend": marked("yeniden gönderildi"),
    "reset": marked("yeni parola verildi"),
    "resolve": marked("kapatıldı"),
    "resume": marked("sürdürüldü"),
    "retry": marked("yeniden istendi"),
    "revoke": marked("kapatıldı"),
    "role": marked("rolü değişti"),
    "sellers": marked("satıcıları değişti"),
    "rotate": marked("sırrı yenilendi"),
    "send": marked("gönderildi"),
    "tell": marked("bildirildi"),
    "test": marked("denendi"),
    "upload": marked("yüklendi"),
    "vedop": marked("VEDOP listesi"),
    "withdraw": marked("geri çekildi"),
}
"""What was done, for all subjects; a deed that is not here is said as the log says it."""

OUTCOMES: Final[dict[str, str]] = {
    "locked": marked("ad kilitli"),
    "wrong_password": marked("yanlış parola"),
    "starter_revoked": marked("başlatanın hesabı kapalı"),
    "starter_role": marked("başlatanın rolü değişti"),
    "refused": marked("reddedildi"),
}
"""What became of it where it was not simply done; a count or a code that is not here is shown as it is."""

DOORS: Final[dict[str, str]] = {
    "console": marked("konsol"),
    "api": marked("API"),
    "cli": marked("komut satırı"),
    "broker": marked("mesaj kuyruğu"),
    "worker": marked("arka plan"),
}
"""By which door somebody came."""
PAGES: Final[dict[str, str]] = {
    "shipment": "/shipments/{}",
    "bulk": "/shipments/bulk/{}",
    "claim": "/refunds/{}",
    "etgb": "/etgbs/{}",
    "subscription": "/subscriptions/{}",
    "import": "/imports/{}",
    "message": "/messages/{}",
}
"""Where things can be looked at."""


def place(thing: str) -> tuple[str, str]:
    """What an action was done to, short enough for a line, and its page, where it has one."""
    kind, _, name = thing.partition("/")
    shown = f"{kind}/{name[:8]}…" if len(name) > _LONG else thing
    return shown, PAGES[kind].format(name) if kind in PAGES and name and "/" not in name else ""


_LONG: Final = 24
_BEGUN: Final = re.compile(r"([a-z_]+) (\d+)", re.ASCII)
"""What a bulk job does, and to how many."""


def outcome(language: Language, told: str) -> str:
    """What became of it, in a word; of a bulk job what it does to how many."""
    if told in OUTCOMES:
        return language.gettext(OUTCOMES[told])
    begun, buttons = _BEGUN.fullmatch(told), {trigger.value: text for trigger, text in words.TRIGGERS.items()}
    return f"{language.gettext(buttons[begun[1]])}: {language.number(begun[2])}" if begun and begun[1] in buttons else told


def told(language: Language, action: str) -> str:
    """What an action was, in a line: the button that moves a shipment, else its subject and what was done to it."""
    subject, _, deed = action.partition(".")
    buttons = {trigger.value: text for trigger, text in words.TRIGGERS.items()} if subject == "shipment" else {}
    if deed in buttons:
        return language.gettext(buttons[deed])
    named = language.gettext(SUBJECTS[subject]) if subject in SUBJECTS else subject
    return f"{named}: {language.gettext(_DEEDS[deed]) if deed in _DEEDS else deed.replace('_', ' ')}"
