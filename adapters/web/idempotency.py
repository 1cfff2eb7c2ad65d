"""``Idempotency-Key`` on POST: the same key and request get the first answer again, whatever happened in between.

The key is taken before the work begins, so of two requests at once only one works; the other waits for its answer.
What did not happen (404, 422, 503, …) leaves the key free again; an answer that stands (done, or refused for good) is kept.
"""

import asyncio
from collections.abc import Awaitable, Callable
from hashlib import sha256
from typing import Annotated
from uuid import uuid5

import orjson
from fastapi import Header, Request, Response

from adapters.database import idempotency as table
from adapters.database.idempotency import Earlier
from adapters.database.keys import Key
from adapters.web import audited
from adapters.web.problems import MEDIA_TYPE, ProblemError, problem
from adapters.web.services import Services

IdempotencyKey = Annotated[str, Header(alias="Idempotency-Key", max_length=200, description="Makes a POST safe to repeat")]

Work = Callable[[], Awaitable[tuple[int, object]]]
"""What a request does; gives the status and the content of its answer."""

_REUSED = (
    "Bu Idempotency-Key başka bir istek için kullanıldı; yeni istek için yeni bir anahtar kullanın.",
    "This Idempotency-Key was used for another request; use a new key for a new request.",
)
_IN_USE = (
    "Bu Idempotency-Key ile gelen ilk istek hâlâ işleniyor; biraz sonra yeniden isteyin.",
    "The first request with this Idempotency-Key is still being worked on; ask again in a moment.",
)

_STEPS = 100
_STEP_S = 0.05
"""How often, and with which pauses, a request looks whether its twin has its answer: 5 s in all."""


async def once(
    parts: Services, request: Request, key: Key, idempotency_key: str, work: Work, *, content: bytes | None = None
) -> Response:
    """Do ``work`` once for this key, and answer; without a key, simply do it. What was done stands in the audit log.

    ``content`` is what makes two requests the same besides method and path; the body, where it is not given.

    Raises:
        ProblemError: what the work raises; 422 where the key was used for another request; 409 while the first one works.
    """
    if not idempotency_key:
        answer = _answer(*await work())
        await audited.note(parts, request, key, answer.status_code)
        return answer
    fingerprint = await _fingerprint(request, content)
    for step in range(_STEPS):
        taken, earlier = await table.take(parts.pool, key.id, idempotency_key, fingerprint)
        if taken:
            return await _first(parts, request, key, idempotency_key, work)
        if earlier is None:  # it was given free between the two statements
            continue
        if earlier.request_hash != fingerprint:
            raise ProblemError(422, "idempotency-key-reused", _REUSED)
        if earlier.status:
            return _again(earlier)
        if step < _STEPS - 1:
            await asyncio.sleep(_STEP_S)
    raise ProblemError(409, "idempotency-key-in-use", _IN_USE, {"Retry-After": "5"})


async def message_id(request: Request, key: Key, idempotency_key: str, *, content: bytes | None = None) -> str:
    """The id of the message that a request with this key sends: the same for the same request only; empty without a key.

    It follows from the API key too, whose name may pass to another one after a rotation, and from what is asked
    (``content`` as in :func:`once`).
    """
    if not idempotency_key:
        return ""
    return str(uuid5(key.id, f"{(await _fingerprint(request, content)).hex()} {idempotency_key}"))


async def _first(parts: Services, request: Request, key: Key, idempotency_key: str, work: Work) -> Response:
    try:
        answer = _answer(*await work())
    except ProblemError as error:
        if error.status != 409:
            await table.free(parts.pool, key.id, idempotency_key)
            raise
        answer = problem(request, error)
    except Exception:
        await table.free(parts.pool, key.id, idempotency_key)
        raise
    await table.keep(parts.pool, key.id, idempotency_key, answer.status_code, bytes(answer.body))
    await audited.note(parts, request, key, answer.status_code)
    return answer


def _answer(status: int, content: object) -> Response:
    return Response(orjson.dumps(content), status, media_type="application/json")


def _again(earlier: Earlier) -> Response:
    media_type = "application/json" if earlier.status < 400 else MEDIA_TYPE
    return Response(earlier.body, earlier.status, media_type=media_type, headers={"Idempotency-Replayed": "true"})


async def _fingerprint(request: Request, content: bytes | None) -> bytes:
    body = await request.body() if content is None else content
    return sha256(f"{request.method} {request.url.path}\n".encode() + body).digest()
