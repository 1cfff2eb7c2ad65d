"""The QR code (karekod) of an e-Arşiv invoice.

Fields and their order are those of GİB's own e-Arşiv style sheet (general.xslt), from which portals print: amounts as they
stand in the XML, the VAT fields named with their rate in brackets.
"""

import io
import json

import segno

from adapters.invoicing.ubl import parties
from workflow.invoice import Invoice


def text(invoice: Invoice) -> str:
    """What a reader of the code gets to see: JSON, all values as strings."""
    total = format(invoice.total, "f")
    fields = {
        "vkntckn": parties.identity(invoice.seller.tax_number)[1],
        "avkntckn": parties.identity(invoice.buyer.tax_number)[1],
        "senaryo": invoice.profile,
        "tip": invoice.type,
        "tarih": invoice.issued_on.isoformat(),
        "no": invoice.number,
        "ettn": str(invoice.ettn),
        "parabirimi": invoice.currency,
        "malhizmettoplam": format(invoice.gross_total, "f"),
        "kdvmatrah(0)": total,
        "hesaplanankdv(0)": "0.00",
        "vergidahil": total,
        "odenecek": total,
    }
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":"))


def svg(content: str) -> str:
    """The code as a picture that keeps its edges at any size; level M stands a fold or a stain."""
    out = io.BytesIO()
    code = segno.make_qr(content, error="m", boost_error=False)
    code.save(out, kind="svg", border=0, xmldecl=False, svgclass=None, lineclass=None, nl=False)
    return out.getvalue().decode("ascii")
