"""``Idempotency-Key`` on POST: the same key and request get the first answer again, whatever happened in between."""

from hashlib import sha256
from typing import Annotated

import orjson
from fastapi import Header, Request, Response

from adapters.database.keys import Key
from adapters.web.problems import ProblemError
from adapters.web.services import Services

IdempotencyKey = Annotated[str, Header(alias="Idempotency-Key", max_length=200, description="Makes a POST safe to repeat")]


async def earlier(parts: Services, request: Request, key: Key, idempotency_key: str) -> Response | None:
    """The answer given to this key before, or ``None``.

    Raises:
        ProblemError: 422, the key was used for another request.
    """
    if not idempotency_key:
        return None
    row = await parts.pool.fetchrow(
        "SELECT request_hash, status, body FROM idempotency WHERE (api_key, key) = ($1, $2)", key.id, idempotency_key
    )
    if row is None:
        return None
    if row["request_hash"] != await _hash(request):
        detail = "This Idempotency-Key was used for another request; use a new key for a new request."
        raise ProblemError(422, "idempotency-key-reused", detail)
    return Response(row["body"], row["status"], media_type="application/json", headers={"Idempotency-Replayed": "true"})


async def remember(parts: Services, request: Request, key: Key, idempotency_key: str, status: int, content: object) -> Response:
    """Make the answer, and keep it for the key; the first one kept stands."""
    body = orjson.dumps(content)
    if idempotency_key:
        await parts.pool.execute(
            """INSERT INTO idempotency (api_key, key, request_hash, status, body, created_at)
               VALUES ($1, $2, $3, $4, $5, now()) ON CONFLICT DO NOTHING""",
            key.id,
            idempotency_key,
            await _hash(request),
            status,
            body,
        )
    return Response(body, status, media_type="application/json")


async def _hash(request: Request) -> bytes:
    return sha256(f"{request.method} {request.url.path}\n".encode() + await request.body()).digest()
