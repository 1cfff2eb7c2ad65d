"""Style, fonts and scripts: all from this package, each under an address that changes with its content.

So browsers may keep them for ever, and no page ever stands with the style of another release.
"""

import gzip
import re
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path

from fastapi import APIRouter, Request, Response

from adapters.web.problems import ProblemError

STATIC = Path(__file__).parent / "static"
AT = "/assets"
FOR_EVER = "public, max-age=31536000, immutable"
_TYPES = {".woff2": "font/woff2", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}
_PACKED = {".js", ".css", ".svg"}
_LINK = re.compile(rb'url\("([^"]+)"\)')

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True)
class Asset:
    """A file of ``static/``: its content, the same packed where that helps, and what it is."""

    content: bytes
    packed: bytes | None
    media_type: str
    mark: str


@cache
def _all() -> dict[str, Asset]:
    """What is served; nothing else can be asked for, however its path is written."""
    paths = [path for path in STATIC.rglob("*") if path.suffix in _TYPES]
    found: dict[str, Asset] = {}

    def marked(link: re.Match[bytes]) -> bytes:
        name = link[1].decode()
        return f'url("{name}?v={found[name].mark}")'.encode()

    for path in sorted(paths, key=lambda path: (path.suffix == ".css", path)):  # style names fonts by their marks
        content = path.read_bytes()
        if path.suffix == ".css":
            content = _LINK.sub(marked, content)
        packed = gzip.compress(content, 9, mtime=0) if path.suffix in _PACKED else None
        name = path.relative_to(STATIC).as_posix()
        found[name] = Asset(content, packed, _TYPES[path.suffix], sha256(content).hexdigest()[:12])
    return found


def address(name: str) -> str:
    """The address of an asset, with the mark of its content."""
    return f"{AT}/{name}?v={_all()[name].mark}"


@router.api_route(AT + "/{name:path}", methods=["GET", "HEAD"])
async def served(request: Request, name: str, v: str = "") -> Response:
    """One asset; kept for ever where it is asked for with its mark."""
    asset = _all().get(name)
    if asset is None:
        raise ProblemError(404, "not-found", ("Burada böyle bir dosya yok.", "There is no such file here."))
    headers = {
        "Cache-Control": FOR_EVER if v == asset.mark else "no-cache",
        "ETag": f'"{asset.mark}"',
        "Vary": "Accept-Encoding",
    }
    if request.headers.get("if-none-match") == headers["ETag"]:
        return Response(status_code=304, headers=headers)
    if asset.packed is not None and "gzip" in request.headers.get("accept-encoding", ""):
        return Response(asset.packed, media_type=asset.media_type, headers=headers | {"Content-Encoding": "gzip"})
    return Response(asset.content, media_type=asset.media_type, headers=headers)
