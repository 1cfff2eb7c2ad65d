"""A document's number as the lists want it: series and running number apart."""

import re

_ELECTRONIC = re.compile(r"([A-Z0-9]{3})(\d{13})", re.ASCII)
_PAPER = re.compile(r"(.*?)(\d+)", re.DOTALL)
_BETWEEN = " -/.\t"


def split(number: str) -> tuple[str, str]:
    """Series and running number: ``ABC2026000000042`` is ``ABC`` and ``2026000000042``, ``A-5 0012`` is ``A5`` and ``0012``.

    A series is written without what stands between letters and digits (docs.logo.com.tr, GİB's guide). A number without any
    digit at its end has no series. GİB's guide of 2016 has numbers of e-Fatura whole in the second column and the series empty;
    micro-exports are of e-Arşiv invoices, for which other sources have the two apart.
    """
    electronic = _ELECTRONIC.fullmatch(number.strip())
    if electronic is not None:
        return electronic[1], electronic[2]
    paper = _PAPER.fullmatch(number.strip())
    if paper is None:
        return "", number.strip()
    return paper[1].translate({ord(one): None for one in _BETWEEN}), paper[2]
