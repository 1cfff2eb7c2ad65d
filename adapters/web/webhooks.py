"""``POST /webhooks/<courier>``: authenticated, stored, answered; what it says is read afterwards."""

import orjson
from fastapi import APIRouter, Request, Response
from starlette.background import BackgroundTask

from adapters.couriers import registry
from adapters.couriers.inbound import drain_quietly
from adapters.couriers.ports import NotAuthenticError
from adapters.web import correlation
from adapters.web.absent import absent
from adapters.web.problems import ProblemError
from adapters.web.services import Parts
from events import tracing
from events.webhooks import Webhook

router = APIRouter(tags=["webhooks"])


@router.post("/webhooks/{courier}", status_code=202)
async def receive(parts: Parts, request: Request, courier: str) -> Response:
    """What a courier sends, in its own form: 202 once it is on disk, `stored` or, where it came before, `repeated`.

    Nothing else is decided here: a body that cannot be read is listed under `/api/messages?state=refused`.
    """
    settings = parts.settings.couriers.get(courier)
    if settings is None or settings.webhook_secret is None:
        raise absent("courier-unknown")
    body, now = await request.body(), parts.clock()
    authenticate = registry.WEBHOOKS[settings.scheme].authenticate
    try:
        message_id = authenticate(settings.webhook_secret.get_secret_value(), request.headers, body, now)
    except NotAuthenticError as error:
        raise ProblemError.of(401, "wrong-signature", error) from None
    trace = tracing.current() or correlation.traceparent(request)
    fresh = await parts.webhooks.keep(Webhook(courier, message_id, body, now, trace))
    answer = orjson.dumps({"state": "stored" if fresh else "repeated"})
    afterwards = BackgroundTask(drain_quietly, parts.inbound)
    return Response(answer, 202, media_type="application/json", background=afterwards)
