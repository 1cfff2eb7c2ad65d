"""Forms that only our own pages can send.

Each form carries a token that follows from the browser's cookie, which no other site can read; and where the browser says
which site a request comes from, it has to be ours. The token is masked anew for each page, so that nobody can work it out from
the lengths of packed answers (BREACH).
"""

import hmac
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from hashlib import sha256
from urllib.parse import urlsplit

from fastapi import Request

from adapters.web.problems import ProblemError

FIELD = "csrf"


def token(secret: str) -> str:
    """The token of a browser's secret, masked."""
    mask = secrets.token_bytes(32)
    return urlsafe_b64encode(mask + _mixed(mask, _plain(secret))).decode()


def fits(secret: str, given: str) -> bool:
    """Whether a token is the secret's own."""
    try:
        raw = urlsafe_b64decode(given.encode())
    except (NotBase64, ValueError):
        return False
    return bool(secret) and len(raw) == 64 and hmac.compare_digest(_mixed(raw[:32], raw[32:]), _plain(secret))


async def check(request: Request, secret: str) -> None:
    """Let a form through that comes from our own page.

    Raises:
        ProblemError: 403, it may come from elsewhere, or its page was left open for too long.
    """
    form = await request.form()
    given = form.get(FIELD)
    if not (_same_site(request) and isinstance(given, str) and fits(secret, given)):
        said = (
            "Bu form oturumunuza ait değil. Sayfayı yeniden yükleyip tekrarlayın.",
            "This form does not belong to your session; load the page again and repeat.",
        )
        raise ProblemError(403, "form-expired", said)


def _same_site(request: Request) -> bool:
    if request.headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
        return False
    origin = request.headers.get("origin")
    return origin is None or urlsplit(origin).netloc == request.headers.get("host")


def _plain(secret: str) -> bytes:
    return sha256(b"form " + secret.encode()).digest()


def _mixed(mask: bytes, content: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(mask, content, strict=True))
