"""The income tax advice in words, Turkish and English."""

from decimal import Decimal

from workflow.advice import Advice, Caveat, Checked, Condition, Standing
from workflow.rules.income_tax import SOURCES

LANGUAGES = ("tr", "en")

Text = dict[str, str]

ADVISORY: Text = {
    "tr": "Bu bir ön bilgidir, vergi danışmanlığı değildir. Beyanname vermeden önce mali müşavirinize danışın.",
    "en": "This is preliminary information, not tax advice. Ask your accountant (mali müşavir) before you file.",
}

VERDICTS: dict[Standing, Text] = {
    Standing.MET: {
        "tr": "Söylenenlere göre şartlar sağlanıyor: {year} yılı mikro ihracat kazancının %{percent} kadarı yıllık beyannamede "
        "indirilebilir.",
        "en": "By what was said the conditions are met: {percent}% of the {year} micro-export earnings may be deducted on the "
        "yearly return.",
    },
    Standing.MISSING: {
        "tr": "Şartlar sağlanmıyor: {year} yılı için indirim yapılamaz. Eksikler aşağıdadır.",
        "en": "The conditions are not met: there is no deduction for {year}. See below what is missing.",
    },
    Standing.UNKNOWN: {
        "tr": "Karar vermek için bilgi eksik. Aşağıdakileri tamamlayın; hepsi sağlanırsa {year} yılı mikro ihracat kazancının "
        "%{percent} kadarı indirilebilir.",
        "en": "There is not enough information to tell. Complete what is below; if all is met, {percent}% of the {year} "
        "micro-export earnings may be deducted.",
    },
}

NOT_KNOWN: Text = {
    "tr": "{year} yılı için kural tablosunda bilgi yok; indirimin o yıl geçerli olup olmadığı söylenemez. Mali "
    "müşavirinize sorun.",
    "en": "The rule tables know nothing of {year}, so whether there was a deduction in that year cannot be told. Ask your "
    "accountant (mali müşavir).",
}

CONDITIONS: dict[tuple[Condition, Standing], Text] = {
    (Condition.NATURAL_PERSON, Standing.MET): {
        "tr": "Tam mükellef gerçek kişi.",
        "en": "A natural person with full tax liability.",
    },
    (Condition.NATURAL_PERSON, Standing.MISSING): {
        "tr": "İndirim yalnızca tam mükellef gerçek kişiler içindir; şirketler yararlanamaz.",
        "en": "The deduction is for natural persons with full tax liability only; companies cannot use it.",
    },
    (Condition.NATURAL_PERSON, Standing.UNKNOWN): {
        "tr": "VKN'den gerçek kişi mi şirket mi olduğu anlaşılmıyor; hangisi olduğunu belirtin.",
        "en": "A VKN does not tell a person from a company; say which it is.",
    },
    (Condition.REVENUE, Standing.MET): {
        "tr": "Yıllık hasılat {have}; en yüksek sınır {need}.",
        "en": "The year's revenue is {have}; the highest limit is {need}.",
    },
    (Condition.REVENUE, Standing.MISSING): {
        "tr": "Yıllık hasılat {have}, en yüksek sınır olan {need} üzerinde.",
        "en": "The year's revenue of {have} is above the highest limit of {need}.",
    },
    (Condition.REVENUE, Standing.UNKNOWN): {
        "tr": "Yıllık hasılat en az {have}; bir bölümü TL'ye çevrilemedi. En yüksek sınır {need}.",
        "en": "The year's revenue is at least {have}; part of it could not be converted to TRY. The highest limit is {need}.",
    },
    (Condition.OWN_INSURANCE, Standing.MET): {
        "tr": "Mükellefin kendi sigortası (5510 sayılı Kanun) var.",
        "en": "The owner has an insurance of their own (law 5510).",
    },
    (Condition.OWN_INSURANCE, Standing.MISSING): {
        "tr": "Mükellefin aynı yıl içinde kendi sigortası (5510 sayılı Kanun) olmalıdır.",
        "en": "The owner needs an insurance of their own (law 5510) in the same year.",
    },
    (Condition.OWN_INSURANCE, Standing.UNKNOWN): {
        "tr": "Mükellefin kendi sigortası (5510 sayılı Kanun) olup olmadığını belirtin.",
        "en": "Say whether the owner has an insurance of their own (law 5510).",
    },
    (Condition.EMPLOYEES, Standing.MET): {
        "tr": "Yıllık ortalama {have} tam zamanlı (ya da eşdeğer kısmi zamanlı) çalışan; bu hasılat için en az {need} gerekir.",
        "en": "{have} full-time employees (or part-time equivalents) on average; this revenue asks for at least {need}.",
    },
    (Condition.EMPLOYEES, Standing.MISSING): {
        "tr": "Bu hasılat için yıllık ortalama en az {need} tam zamanlı (ya da eşdeğer kısmi zamanlı) çalışan gerekir; "
        "{have} var.",
        "en": "This revenue asks for at least {need} full-time employees (or part-time equivalents) on average, not {have}.",
    },
    (Condition.EMPLOYEES, Standing.UNKNOWN): {
        "tr": "Bu hasılat için yıllık ortalama en az {need} tam zamanlı (ya da eşdeğer kısmi zamanlı) çalışan gerekir; "
        "ortalamayı belirtin.",
        "en": "This revenue asks for at least {need} full-time employees (or part-time equivalents) on average; say how many.",
    },
}

CAVEATS: dict[Caveat, Text] = {
    Caveat.NOT_CONVERTED: {
        "tr": "Kuru bilinmeyen faturalar hasılata katılmadı; bültenleri `kervan rates fetch` ile alıp yeniden sorun.",
        "en": "Invoices without a known rate are left out; get the bulletins with `kervan rates fetch` and ask again.",
    },
    Caveat.YEAR_NOT_OVER: {
        "tr": "Yıl bitmedi: hasılat bir üst dilime geçebilir, çalışan ortalaması değişebilir.",
        "en": "The year is not over: the revenue may reach a higher tier, and the average of employees may change.",
    },
    Caveat.NO_EARNINGS: {
        "tr": "İndirim hasılattan değil kazançtan hesaplanır; tutarı görmek için kazancı da verin.",
        "en": "The deduction is reckoned from the earnings, not the revenue; give them too to see the amount.",
    },
    Caveat.TIERS_UNVERIFIED: {
        "tr": "Dilim tutarlarının sonradan yeniden değerlenip değerlenmediği doğrulanamadı; güncel tutarları sorun.",
        "en": "Whether the tiers were indexed later could not be verified; ask for today's amounts.",
    },
}


def money(amount: Decimal, language: str) -> str:
    """TRY as it is written: ``1.600.000,00 TL``, ``TRY 1,600,000.00``."""
    english = f"{amount:,.2f}"
    if language == "en":
        return f"TRY {english}"
    return english.translate(str.maketrans(",.", ".,")) + " TL"


def number(count: Decimal, language: str) -> str:
    """A number of employees without needless zeros: ``1,5`` in Turkish, ``1.5`` in English."""
    text = format(count.normalize(), "f")
    return text.replace(".", ",") if language == "tr" else text


def condition(checked: Checked) -> Text:
    """A condition in both languages."""
    write = number if checked.condition is Condition.EMPLOYEES else money
    template = CONDITIONS[checked.condition, checked.standing]
    return {
        language: template[language].format(
            have="" if checked.have is None else write(checked.have, language),
            need="" if checked.need is None else write(checked.need, language),
        )
        for language in LANGUAGES
    }


def verdict(advice: Advice) -> Text:
    """The whole in one sentence, in both languages."""
    percent = format((advice.share * 100).normalize(), "f")
    words = VERDICTS[advice.standing] if advice.tiers else NOT_KNOWN
    return {language: words[language].format(year=advice.year, percent=percent) for language in LANGUAGES}


def document(advice: Advice) -> dict[str, object]:
    """The advice as it is answered: amounts as decimal strings, texts in both languages."""
    revenue, tier, seller = advice.revenue, advice.tier, advice.seller
    return {
        "seller": seller.tax_number,
        "year": advice.year,
        "standing": advice.standing.value,
        "verdict": verdict(advice),
        "revenue_try": str(revenue.total_try),
        "shipments": revenue.shipments,
        "unconverted": [
            {
                "currency": one.currency,
                "day": one.day.isoformat(),
                "shipments": one.shipments,
                "amount": str(one.amount),
                "why": one.why,
            }
            for one in revenue.unconverted
        ],
        "tier": None if tier is None else {"upto_try": str(tier.upto_try), "employees": str(tier.employees)},
        "conditions": [
            {"code": checked.condition.value, "standing": checked.standing.value, "message": condition(checked)}
            for checked in advice.conditions
        ],
        "share": str(advice.share),
        "earnings_try": None if seller.earnings_try is None else str(seller.earnings_try),
        "deduction_try": None if advice.deduction_try is None else str(advice.deduction_try),
        "caveats": [{"code": caveat.value, "message": CAVEATS[caveat]} for caveat in advice.caveats],
        "tiers": [
            {
                "upto_try": str(row.upto_try),
                "employees": str(row.employees),
                "own_insurance": True,
                "valid_from": row.valid_from.isoformat(),
                "valid_to": row.valid_to.isoformat(),
                "source": row.source,
                "source_checked_on": row.source_checked_on.isoformat(),
            }
            for row in advice.tiers
        ],
        "sources": list(SOURCES),
        "advisory": ADVISORY,
    }
