"""In which of the two languages whoever asks reads: by the address, what the browser keeps, or what it would rather have."""

from typing import Final, Literal, TypeAlias, get_args

from fastapi import Request

Code: TypeAlias = Literal["tr", "en"]

CODES: Final[tuple[Code, ...]] = get_args(Code)
LANGUAGE_COOKIE: Final = "kervan_language"
"""Where a browser keeps what was chosen in the console."""


def language(request: Request) -> Code:
    """``lang`` in the address stands above what the browser keeps, that above ``Accept-Language``; English where none says."""
    said = (request.query_params.get("lang", ""), request.cookies.get(LANGUAGE_COOKIE, ""))
    named = next((code for one in said for code in CODES if code == one), None)
    return named or preferred(request.headers.get("accept-language", ""))


def preferred(header: str) -> Code:
    """The one of the two that ``Accept-Language`` (RFC 9110, 12.5.4) would rather have; English where it names neither."""
    found: Code = "en"
    most = 0.0
    for part in header.split(","):
        tag, _, weight = part.partition(";")
        primary = tag.strip().partition("-")[0].casefold()
        quality = _quality(weight)
        named = next((code for code in CODES if code == primary), None)
        if named is not None and quality > most:
            found, most = named, quality
    return found


def _quality(weight: str) -> float:
    """What ``q=0.8`` says; 1 where nothing is said, 0 (not wanted) where it is no number."""
    name, _, value = weight.partition("=")
    if not name.strip():
        return 1.0
    try:
        return float(value) if name.strip().casefold() == "q" else 1.0
    except ValueError:
        return 0.0
