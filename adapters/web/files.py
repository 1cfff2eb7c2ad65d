"""Kept documents as answers: to be saved and never shown, whatever their name or content."""

from typing import Any
from urllib.parse import quote
from uuid import UUID

from fastapi import Response

from adapters.documents import DocumentDamagedError, DocumentFolder, DocumentMissingError
from adapters.web.problems import ProblemError
from adapters.web.services import Services
from workflow.errors import Pair

_PLAIN = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_. ")


async def sent(parts: Services, found: dict[str, Any] | None, whose: Pair, document: UUID) -> Response:
    """A document's content; ``whose`` it is as a sentence begins with it.

    Raises:
        ProblemError: 404, there is none; 500, its content is lost or damaged.
    """
    if found is None:
        said = (f"{whose[0]} {document} kimliğiyle bir belgesi yok.", f"{whose[1]} has no document {document}.")
        raise ProblemError(404, "document-unknown", said)
    try:
        content = await DocumentFolder(parts.settings.documents_dir).read(found["sha256"])
    except (DocumentMissingError, DocumentDamagedError) as error:
        raise ProblemError.of(500, "document-lost", error) from error
    headers = {"Content-Disposition": disposition(found["name"]), "ETag": f'"{found["sha256"]}"'}
    return Response(content, media_type=found["media_type"], headers=headers)


def disposition(name: str) -> str:
    """``Content-Disposition`` for a file name of any characters (RFC 6266): none of them can end the header or its quotes."""
    plain = "".join(c if c in _PLAIN else "_" for c in name).lstrip(".")[:150] or "document"
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name[:150], safe='')}"
