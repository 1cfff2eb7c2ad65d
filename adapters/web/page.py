"""The plain page at ``/``: the stages, the picture of the state machine, and where the documentation is."""

from html import escape

from workflow import diagram
from workflow.lifecycle import STEPS
from workflow.stages import JOURNEY, STAGE_LABELS, Stage

_TEXTS = {
    "tr": {
        "title": "Kervan",
        "lead": "Mikro ihracat gönderilerini siparişten KDV iadesine taşır.",
        "stages": "Bir gönderinin aşamaları",
        "exits": "Yan çıkışlar",
        "docs": "Belgeler",
        "api": "HTTP arayüzü",
        "events": "Mesajlar (AsyncAPI)",
        "health": "Hazır mı?",
        "other": "English",
        "sandbox": "DENEME ORTAMI: karşı taraflar gerçek değildir, hiçbir belge geçerli değildir.",
    },
    "en": {
        "title": "Kervan",
        "lead": "Carries micro-exports from order to VAT refund.",
        "stages": "The stages of a shipment",
        "exits": "Side exits",
        "docs": "Documentation",
        "api": "HTTP interface",
        "events": "Messages (AsyncAPI)",
        "health": "Ready?",
        "other": "Türkçe",
        "sandbox": "SANDBOX: the counterparts are not real and no document is valid.",
    },
}

_STYLE = (
    ":root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}"
    "h1{margin-bottom:0}ol{columns:2;max-width:34rem}code{opacity:.7;font-size:.85em}svg{max-width:100%;height:auto}"
    "nav a{margin-right:1.2rem}.sandbox{border:4px dashed #c9720b;padding:.6rem 1rem;font-weight:600}"
)


def home(language: str, *, sandbox: bool) -> str:
    """The page in ``tr`` or ``en``."""
    text = _TEXTS[language]
    column = 0 if language == "tr" else 1
    other = "en" if language == "tr" else "tr"

    def item(stage: Stage) -> str:
        return f"<li>{escape(STAGE_LABELS[stage][column])} <code>{stage}</code></li>"

    banner = f'<p class="sandbox">{escape(text["sandbox"])}</p>' if sandbox else ""
    journey = "".join(item(stage) for stage in JOURNEY)
    exits = "".join(item(stage) for stage in Stage if stage not in JOURNEY)
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>{text["title"]}</title>'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><style>{_STYLE}</style></head><body>'
        f"{banner}<h1>{text['title']}</h1><p>{escape(text['lead'])}</p>"
        f'<nav><a href="/docs">{text["api"]}</a><a href="/asyncapi">{text["events"]}</a>'
        f'<a href="/openapi.json">OpenAPI</a>'
        f'<a href="/readyz">{text["health"]}</a><a href="/?lang={other}" hreflang="{other}">{text["other"]}</a></nav>'
        f"<h2>{escape(text['stages'])}</h2><ol>{journey}</ol><h3>{escape(text['exits'])}</h3><ul>{exits}</ul>"
        f"{diagram.svg(STEPS)}</body></html>"
    )
