"""Nilvera's e-Arşiv interface; synchronous underneath, so each call runs in a thread."""

import asyncio
import threading
from collections.abc import Callable
from http import HTTPStatus
from typing import Any, Protocol

import orjson
import requests

from adapters.invoicing import essence
from adapters.invoicing.ports import (
    Absent,
    Answer,
    Handover,
    Issued,
    IssuerUnavailableError,
    Pending,
    Reference,
    Rejected,
    Withdrawn,
)

CODE = "nilvera"
_SHOWN = 300

_REFUSALS = frozenset({HTTPStatus.BAD_REQUEST, HTTPStatus.UNPROCESSABLE_ENTITY})


class Client(Protocol):
    """What is used of ``nilvera_client.NilveraClient``."""

    session: requests.Session
    base_url: str


class NilveraIntegrator:
    """Speaks to Nilvera with one client a thread, since a ``requests`` session is not for several."""

    code = CODE

    def __init__(self, make: Callable[[], Client], *, time_out_s: float = 20.0) -> None:
        """Make clients with ``make``; each call ends after ``time_out_s``."""
        self._make, self._time_out_s = make, time_out_s
        self._local = threading.local()

    async def deliver(self, document: Handover) -> Rejected | None:
        """Send the document as XML."""
        file = {"file": (f"{document.number}.xml", document.xml, "application/xml")}
        answer = await self._ask("POST", "/earchive/Send/Xml", files=file, headers={"Content-Type": None})
        if answer.status_code in _REFUSALS:
            return Rejected(_why(answer))
        if answer.status_code == HTTPStatus.CONFLICT:  # it is there already; the look-up says how it stands
            return None
        _expect_ok(answer)
        return None

    async def look_up(self, reference: Reference) -> Answer:
        """Ask for the status and, where it succeeded, for the signed document."""
        answer = await self._ask("GET", f"/earchive/Invoices/{reference.ettn}/Status")
        if answer.status_code == HTTPStatus.NOT_FOUND:
            return Absent()
        _expect_ok(answer)
        code, detail, cancelled = _status(answer)
        if cancelled:
            return Withdrawn()
        if code == "error":
            return Rejected(detail or "Nilvera gives no reason")
        if code != "succeed":
            return Pending(f"Nilvera says {code or 'nothing'} ({detail})" if detail else f"Nilvera says {code or 'nothing'}")
        return await self._document(reference)

    async def withdraw(self, reference: Reference, reason: str) -> Rejected | None:  # noqa: ARG002 - the port's
        """Not offered; see the package's docstring."""
        return Rejected("Kervan cannot cancel at Nilvera; cancel the invoice in Nilvera's portal")

    async def _document(self, reference: Reference) -> Answer:
        answer = await self._ask("GET", f"/earchive/Invoices/{reference.ettn}/xml")
        if answer.status_code == HTTPStatus.NOT_FOUND:
            return Pending("Nilvera does not give out the signed document yet")
        _expect_ok(answer)
        content = answer.content
        if content[:1] == b'"':
            content = _json(answer, str).encode()
        return Issued(content)

    async def _ask(self, method: str, path: str, **more: Any) -> requests.Response:  # noqa: ANN401 - as requests takes them
        return await asyncio.to_thread(self._request, method, path, more)

    def _request(self, method: str, path: str, more: dict[str, Any]) -> requests.Response:
        client: Client | None = getattr(self._local, "client", None)
        if client is None:
            client = self._local.client = self._make()
        try:
            with client.session.request(
                method, client.base_url + path, timeout=self._time_out_s, allow_redirects=False, stream=True, **more
            ) as answer:
                answer._content = _limited(answer)  # noqa: SLF001 - requests has no other way to read up to a limit
                return answer
        except requests.RequestException as error:
            message = (
                f"Nilvera did not answer ({type(error).__name__}); what became of the call is not known. It is asked again."
            )
            raise IssuerUnavailableError(message) from error


def _limited(answer: requests.Response) -> bytes:
    found = b""
    for piece in answer.iter_content(65536):
        found += piece
        if len(found) > essence.MAX_BYTES:
            message = "Nilvera's answer is larger than any invoice; it was not read to its end."
            raise IssuerUnavailableError(message)
    return found


def _expect_ok(answer: requests.Response) -> None:
    if answer.status_code in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
        message = (
            f"Nilvera does not accept the API key ({answer.status_code}). Nothing is lost; set a valid one in "
            "KERVAN_INVOICING__NILVERA__API_KEY, with the rights for e-Arşiv."
        )
        raise IssuerUnavailableError(message)
    if answer.status_code not in {HTTPStatus.OK, HTTPStatus.CREATED, HTTPStatus.ACCEPTED}:
        message = f"Nilvera answered {answer.status_code}; what became of the call is not known. It is asked again."
        raise IssuerUnavailableError(message)


def _json(answer: requests.Response, kind: type) -> Any:  # noqa: ANN401 - any JSON
    try:
        found = orjson.loads(answer.content)
    except orjson.JSONDecodeError:
        found = None
    if not isinstance(found, kind):
        message = "Nilvera's answer is not what its documentation says; nothing was concluded from it. It is asked again."
        raise IssuerUnavailableError(message)
    return found


def _status(answer: requests.Response) -> tuple[str, str, bool]:
    """Code, what is said of it, and whether the invoice is cancelled."""
    found: dict[str, Any] = _json(answer, dict)
    nested = found.get("InvoiceStatus")
    status: dict[str, Any] = nested if isinstance(nested, dict) else {}
    code = status.get("Code") or found.get("StatusCode") or ""
    said = [status.get("Description"), status.get("DetailDescription"), found.get("StatusDetail")]
    return str(code).lower(), " · ".join(str(one) for one in said if one)[:_SHOWN], found.get("IsCancel") is True


def _why(answer: requests.Response) -> str:
    """Nilvera's reasons: codes with their descriptions; details may quote the document and are left out."""
    try:
        found = orjson.loads(answer.content)
        errors = found.get("Errors") or []
        said = "; ".join(f"{one.get('Code', '')} {one.get('Description', '')}".strip() for one in errors)
    except (orjson.JSONDecodeError, AttributeError):
        said = ""
    return (said or f"Nilvera answered {answer.status_code} without a reason")[:_SHOWN]
