"""What the API's callers did, as the audit log knows it: the same words as the console's for the same actions."""

import orjson
import structlog
from fastapi import Request

from adapters.database import audit
from adapters.database.audit import Act
from adapters.database.keys import Key
from adapters.web.importing import FAMILY
from adapters.web.services import Services

_WORDS: dict[str, tuple[str, str]] = {
    "/api/shipments": ("shipment.draft", ""),
    "/api/shipments/{id}/actions/{trigger}": ("shipment.{trigger}", "shipment/{id}"),
    "/api/shipments/{id}/documents": ("document.upload", "shipment/{id}"),
    "/shipments/{shipment_id}/documents": ("document.upload", "shipment/{shipment_id}"),
    "/api/etgbs/{number}/document": ("document.upload", "etgb/{number}"),
    "/etgbs/{number}/document": ("document.upload", "etgb/{number}"),
    "/api/etgbs/{number}/documents": ("document.upload", "etgb/{number}"),
    "/api/etgbs/{number}/actions/correct_closing": ("etgb.correct_closing", "etgb/{number}"),
    "/api/attention/{id}/resolve": ("attention.resolve", "attention/{id}"),
    "/api/messages": ("message.send", ""),
    "/api/messages/{id}/correct": ("message.correct", "message/{id}"),
    "/api/messages/{id}/replay": ("message.replay", "message/{id}"),
    "/api/consignees/erase": ("consignee.ask_erase", ""),
    "/api/tasks/{id}/retry": ("task.retry", "task/{id}"),
    "/api/matches/{id}/actions/{action}": ("match.{action}", "match/{id}"),
    "/api/claims/{id}/dossier.zip": ("claim.export", "claim/{id}"),
    "/api/claims/{id}/filings/{version}/dossier.zip": ("claim.export", "claim/{id}"),
    **{f"/api/imports/{kind}": (f"import.{kind}", "") for kind in FAMILY},
    "/api/subscriptions": ("subscription.add", ""),
    "/api/subscriptions/{id}": ("subscription.change", "subscription/{id}"),
    "/api/subscriptions/{id}/actions/{action}": ("subscription.{action}", "subscription/{id}"),
    "/api/subscriptions/{id}/test": ("subscription.test", "subscription/{id}"),
    "/api/subscriptions/{id}/attempts/{attempt}/resend": ("subscription.resend", "subscription/{id}"),
    "/api/claims/{id}/actions/{action}": ("claim.{action}", "claim/{id}"),
    "/api/finance/purchases/{id}/actions/withdraw": ("purchase.withdraw", "purchase/{id}"),
    "/api/finance/purchases/{id}/actions/correct": ("purchase.correct", "purchase/{id}"),
    "/api/finance/vat-returns": ("vat_return.tell", ""),
    "/api/counterparts/{family}/{code}/{action}": ("counterpart.{action}", "counterpart/{family}/{code}"),
}
"""For a route: the action and the thing; a route that is not here is noted by its method and path."""

_REASONS = ("reason", "override", "note")
"""The fields in which a request says why."""


async def note(parts: Services, request: Request, key: Key, status: int) -> None:
    """Write down that a request was done (2xx) or refused; couriers' own messages stand in the inbox alone."""
    if key.role == "courier":
        return
    path = request.scope["route"].path
    values = {name: str(value) for name, value in request.path_params.items()}
    action, thing = _WORDS.get(path, (f"{request.method} {path}", path.removeprefix("/api/")))
    if request.method == "DELETE":
        action = f"{action.partition('.')[0]}.remove"
    act = Act(
        "api" if request.url.path.startswith("/api/") else "console",
        f"ops/{key.name}",
        key.role,
        action.format(**values),
        thing.format(**values),
        await _reason(request),
        "done" if status < 400 else str(status),
        str(structlog.contextvars.get_contextvars().get("request", "")),
    )
    await audit.note(parts.pool, parts.clock(), act)


async def _reason(request: Request) -> str:
    """The reason that a request gave, if it is JSON and gave one."""
    if not request.headers.get("content-type", "").startswith("application/json"):
        return ""
    try:
        found = orjson.loads(await request.body())
    except orjson.JSONDecodeError:
        return ""
    reason = next((found[name] for name in _REASONS if found.get(name)), None) if isinstance(found, dict) else None
    return reason.replace("\x00", "") if isinstance(reason, str) else ""
