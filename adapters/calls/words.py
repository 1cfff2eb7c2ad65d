"""What came of a call or of a trial, in words for a person, Turkish and English."""

from dataclasses import dataclass

KINDS: dict[str, tuple[str, str]] = {
    "ok": ("{name} yanıt verdi ({seconds} sn).", "{name} answered ({seconds} s)."),
    "unavailable": (
        "{name} yanıt vermiyor ya da şu an hizmet veremiyor ({detail}). Ağ yolunu (vekil sunucu, güvenlik duvarı) denetleyin.",
        "{name} does not answer, or cannot serve now ({detail}). Check the way there (proxy, firewall).",
    ),
    "not_authorised": (
        "{name} kimlik bilgilerimizi kabul etmiyor ({detail}). Ayarlardaki anahtarı düzeltip Kervan'ı yeniden başlatın.",
        "{name} does not accept our credentials ({detail}). Correct the key in the settings and restart Kervan.",
    ),
    "too_many": (
        "{name} için çağrı sınırı doldu ({detail}). Kendiliğinden sürer.",
        "The limit of calls to {name} is used up ({detail}). It goes on by itself.",
    ),
    "unusable": (
        "{name} yanıt verdi, ama yanıt kullanılamıyor ({detail}). Adresin ve arayüzün değişip değişmediğine bakın.",
        "{name} answered, but the answer cannot be used ({detail}). See whether its address or its interface has changed.",
    ),
    "not_set": ("{name} için ayar eksik: {detail}", "A setting for {name} is missing: {detail}"),
    "folder": (
        "{name} için klasör kullanılamıyor ({detail}). Haklarına ve diskine bakın.",
        "The folder of {name} cannot be used ({detail}). See to its rights and its disk.",
    ),
    "nothing_to_call": (
        "{name} çağrılan bir sistem değil; denenecek bir bağlantı yok.",
        "{name} is not a system that is called; there is no connection to try.",
    ),
}
"""For each kind the sentence; the kinds of failures are those of :mod:`adapters.calls.errors` that count against somebody."""


def said(kind: str, name: str, *, detail: str = "", seconds: float = 0.0) -> dict[str, str]:
    """The sentence in both languages."""
    turkish, english = KINDS[kind]
    return {
        "tr": turkish.format(name=name, detail=detail, seconds=f"{seconds:.1f}".replace(".", ",")),
        "en": english.format(name=name, detail=detail, seconds=f"{seconds:.1f}"),
    }


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of one harmless call; ``kind`` is one of :data:`KINDS`, ``detail`` has no personal data."""

    kind: str
    detail: str = ""
    seconds: float = 0.0

    @property
    def ok(self) -> bool:
        """Whether all is well."""
        return self.kind in {"ok", "nothing_to_call"}
