"""``Idempotency-Key`` on POST: the same key and request get the first answer again, whatever happened in between.

The key is taken before the work begins, so of two requests at once only one works; the other waits for its answer.
What did not happen (404, 422, 503, …) leaves the key free again; an answer that stands (done, or refused for good) is kept.
"""

import asyncio
from collections.abc import Awaitable, Callable
from hashlib import sha256
from typing import Annotated
from uuid import uuid5

import asyncpg
import orjson
from fastapi import Header, Request, Response

from adapters.database.keys import Key
from adapters.database.seller_lock import unlocked
from adapters.web import audited
from adapters.web.problems import MEDIA_TYPE, ProblemError, problem
from adapters.web.services import Services

IdempotencyKey = Annotated[str, Header(alias="Idempotency-Key", max_length=200, description="Makes a POST safe to repeat")]

Work = Callable[[], Awaitable[tuple[int, object]]]
"""What a request does; gives the status and the content of its answer."""

_TAKE = """
INSERT INTO idempotency AS i (api_key, key, request_hash, status, body, created_at) VALUES ($1, $2, $3, 0, '', now())
ON CONFLICT (api_key, key) DO UPDATE SET created_at = now()
WHERE i.status = 0 AND i.request_hash = excluded.request_hash AND i.created_at < now() - interval '60 s'
RETURNING 1
"""
"""Take a key; one whose request died with its process is taken over after a minute."""

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
        taken, row = await _take(parts, key, idempotency_key, fingerprint)
        if taken:
            return await _first(parts, request, key, idempotency_key, work)
        if row is None:  # it was given free between the two statements
            continue
        if row["request_hash"] != fingerprint:
            raise ProblemError(422, "idempotency-key-reused", _REUSED)
        if row["status"]:
            return _again(row)
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
            await _free(parts, key, idempotency_key)
            raise
        answer = problem(request, error)
    except Exception:
        await _free(parts, key, idempotency_key)
        raise
    await _keep(parts, key, idempotency_key, answer)
    await audited.note(parts, request, key, answer.status_code)
    return answer


@unlocked("keys and their answers are the caller's own")
async def _take(parts: Services, key: Key, idempotency_key: str, fingerprint: bytes) -> tuple[bool, asyncpg.Record | None]:
    """Take a key; whether it is ours now, and if not, what is known of it."""
    if await parts.pool.fetchval(_TAKE, key.id, idempotency_key, fingerprint):
        return True, None
    row = await parts.pool.fetchrow(
        "SELECT request_hash, status, body FROM idempotency WHERE (api_key, key) = ($1, $2)", key.id, idempotency_key
    )
    return False, row


@unlocked("keys and their answers are the caller's own")
async def _keep(parts: Services, key: Key, idempotency_key: str, answer: Response) -> None:
    await parts.pool.execute(
        "UPDATE idempotency SET status = $3, body = $4 WHERE (api_key, key) = ($1, $2)",
        key.id,
        idempotency_key,
        answer.status_code,
        bytes(answer.body),
    )


@unlocked("keys and their answers are the caller's own")
async def _free(parts: Services, key: Key, idempotency_key: str) -> None:
    await parts.pool.execute("DELETE FROM idempotency WHERE (api_key, key) = ($1, $2) AND status = 0", key.id, idempotency_key)


def _answer(status: int, content: object) -> Response:
    return Response(orjson.dumps(content), status, media_type="application/json")


def _again(row: asyncpg.Record) -> Response:
    media_type = "application/json" if row["status"] < 400 else MEDIA_TYPE
    return Response(row["body"], row["status"], media_type=media_type, headers={"Idempotency-Replayed": "true"})


async def _fingerprint(request: Request, content: bytes | None) -> bytes:
    body = await request.body() if content is None else content
    return sha256(f"{request.method} {request.url.path}\n".encode() + body).digest()
