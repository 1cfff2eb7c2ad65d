"""A search over both: what this installation has used, and the nomenclature."""

from typing import Any

from adapters.goods.nomenclature import Nomenclature, Step
from adapters.goods.used import Used

TARIFF_URL = "https://uygulama.gtb.gov.tr/Tara"
"""The Ministry of Trade's tariff search: all twelve digits, in Turkish."""

NEXT_STEP: dict[str, dict[str, str]] = {
    "hs": {
        "tr": "Bunlar uluslararası ilk altı hanedir. On iki haneli GTİP için bu kodu tarife arama sayfasında açın: {url}",
        "en": "These are the six international digits. For the twelve of the GTİP open this code in the tariff search: {url}",
    },
    "used": {
        "tr": "Bu GTİP kendi gönderilerinizde kullanıldı. Bugünkü tarifede geçerli olup olmadığına bakın: {url}",
        "en": "Your own shipments have used this GTİP. See whether it still stands in today's tariff: {url}",
    },
}
"""What to do with a hit, by where it comes from."""

_LONGEST = 200


def hits(nomenclature: Nomenclature, query: str, used: list[Used], limit: int) -> list[dict[str, Any]]:
    """The best hits of both as they are shown: used ones first, half of the places at most where both have enough."""
    codes = nomenclature.search(query)[:limit]
    own = used[: max(limit // 2, limit - len(codes), 1)]
    found = [_hit("used", one.gtip, one.description, nomenclature.path(one.gtip), one.uses) for one in own]
    for code in codes[: limit - len(found)]:
        path = nomenclature.path(code)
        found.append(_hit("hs", code, path[-1].text, path, None))
    return found


def _hit(source: str, code: str, description: str, path: tuple[Step, ...], uses: int | None) -> dict[str, Any]:
    return {
        "source": source,
        "code": code,
        "hs6": code[:6],
        "description": description[:_LONGEST],
        "path": [{"code": step.code, "text": step.text} for step in path],
        "uses": uses,
        "next_step": {language: text.format(url=TARIFF_URL) for language, text in NEXT_STEP[source].items()},
        "tariff_url": TARIFF_URL,
    }
