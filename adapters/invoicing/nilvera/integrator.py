"""Nilvera's e-Arşiv interface: three calls of its documentation, over the session that ``nilvera-client`` makes."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any, Protocol

import orjson

from adapters.calls.caller import Answer as Said
from adapters.calls.caller import Caller
from adapters.calls.counterpart import Counterpart, Limit, Operation
from adapters.calls.errors import ShutError, TooManyCallsError, UnavailableError, UnusableAnswerError
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

COUNTERPART = Counterpart("invoicing", CODE, "Nilvera")
_POLITE = Limit(100, 10.0, "ours, out of politeness: no limit of the e-Arşiv interface could be found")
DELIVERY = Operation("delivery", _POLITE, most_bytes=essence.MAX_BYTES, attempts=1, waits_s=20.0)
LOOK_UP = Operation("look_up", _POLITE, most_bytes=essence.MAX_BYTES, attempts=1, waits_s=20.0)
SERIES = Operation("series", _POLITE, attempts=1)
"""Each is tried once: :mod:`adapters.invoicing.careful` looks what became of a call before it makes it again. No idempotency
key is documented; the ETTN in the document is one, and Nilvera answers 409 to one that it has."""

_REFUSALS = frozenset({HTTPStatus.BAD_REQUEST, HTTPStatus.UNPROCESSABLE_ENTITY})


class Client(Protocol):
    """What is used of ``nilvera_client.NilveraClient``."""

    session: Any
    base_url: str


class NilveraIntegrator:
    """Speaks to Nilvera; close it at the end."""

    code = CODE

    def __init__(self, make: Callable[[], Client], *, time_out_s: float = 20.0, callers: int = 1) -> None:
        """Take key and address from what ``make`` makes; each call ends after ``time_out_s``."""
        client = make()
        self._base = client.base_url
        headers = {"Authorization": str(client.session.headers["Authorization"]), "Accept": "application/json"}
        self.caller = Caller(COUNTERPART, time_out_s=time_out_s, callers=callers, headers=headers)

    async def series(self) -> None:
        """Ask for the list of series: it changes nothing, and shows whether the key is good for e-Arşiv.

        Raises:
            IssuerUnavailableError: it is not, or Nilvera is not there.
        """
        self._expect_ok(await self._ask(SERIES, "GET", "/earchive/Series"))

    async def close(self) -> None:
        """Close the connections."""
        await self.caller.close()

    async def deliver(self, document: Handover) -> Rejected | None:
        """Send the document as XML."""
        file = {"file": (f"{document.number}.xml", document.xml, "application/xml")}
        answer = await self._ask(DELIVERY, "POST", "/earchive/Send/Xml", key=document.key, files=file)
        if answer.status in _REFUSALS:
            return Rejected(_why(answer))
        if answer.status == HTTPStatus.CONFLICT:  # it is there already; the look-up says how it stands
            return None
        self._expect_ok(answer)
        return None

    async def look_up(self, reference: Reference) -> Answer:
        """Ask for the status and, where it succeeded, for the signed document."""
        answer = await self._ask(LOOK_UP, "GET", f"/earchive/Invoices/{reference.ettn}/Status")
        if answer.status == HTTPStatus.NOT_FOUND:
            return Absent()
        self._expect_ok(answer)
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
        answer = await self._ask(LOOK_UP, "GET", f"/earchive/Invoices/{reference.ettn}/xml")
        if answer.status == HTTPStatus.NOT_FOUND:
            return Pending("Nilvera does not give out the signed document yet")
        self._expect_ok(answer)
        content = answer.content
        if content[:1] == b'"':
            content = _json(answer, str).encode()
        return Issued(content)

    async def _ask(
        self,
        operation: Operation,
        method: str,
        path: str,
        **more: Any,  # noqa: ANN401 - as the caller takes them
    ) -> Said:
        """One call.

        Raises:
            IssuerUnavailableError: it came to nothing; with ``seconds``, where it is not worth another attempt before.
        """
        try:
            return await self.caller.ask(operation, method, self._base + path, **more)
        except UnavailableError as error:
            message = f"Nilvera did not answer ({error.why}); what became of the call is not known. It is asked again."
            raise IssuerUnavailableError(message, error.seconds or self.caller.breaker.wait_s) from error
        except (ShutError, TooManyCallsError) as error:
            raise IssuerUnavailableError(str(error), error.seconds) from error
        except UnusableAnswerError as error:
            message = f"Nilvera's answer cannot be used: {error.why}. Nothing was concluded from it. It is asked again."
            raise IssuerUnavailableError(message) from error

    def _expect_ok(self, answer: Said) -> None:
        if answer.status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
            self.caller.shut_out(f"HTTP {answer.status}")
            message = (
                f"Nilvera does not accept the API key ({answer.status}). Nothing is lost; set a valid one in "
                "KERVAN_INVOICING__NILVERA__API_KEY, with the rights for e-Arşiv, and restart the workers."
            )
            raise IssuerUnavailableError(message, self.caller.breaker.wait_s)
        if answer.status not in {HTTPStatus.OK, HTTPStatus.CREATED, HTTPStatus.ACCEPTED}:
            message = f"Nilvera answered {answer.status}; what became of the call is not known. It is asked again."
            raise IssuerUnavailableError(message)


def _json(answer: Said, kind: type) -> Any:  # noqa: ANN401 - any JSON
    try:
        found = orjson.loads(answer.content)
    except orjson.JSONDecodeError:
        found = None
    if not isinstance(found, kind):
        message = "Nilvera's answer is not what its documentation says; nothing was concluded from it. It is asked again."
        raise IssuerUnavailableError(message)
    return found


def _status(answer: Said) -> tuple[str, str, bool]:
    """Code, what is said of it, and whether the invoice is cancelled."""
    found: dict[str, Any] = _json(answer, dict)
    nested = found.get("InvoiceStatus")
    status: dict[str, Any] = nested if isinstance(nested, dict) else {}
    code = status.get("Code") or found.get("StatusCode") or ""
    said = [status.get("Description"), status.get("DetailDescription"), found.get("StatusDetail")]
    return str(code).lower(), " · ".join(str(one) for one in said if one)[:_SHOWN], found.get("IsCancel") is True


def _why(answer: Said) -> str:
    """Nilvera's reasons: codes with their descriptions; details may quote the document and are left out."""
    try:
        found = orjson.loads(answer.content)
        errors = found.get("Errors") or []
        said = "; ".join(f"{one.get('Code', '')} {one.get('Description', '')}".strip() for one in errors)
    except (orjson.JSONDecodeError, AttributeError):
        said = ""
    return (said or f"Nilvera answered {answer.status} without a reason")[:_SHOWN]
