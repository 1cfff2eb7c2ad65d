"""The client of the SANDBOX integrator."""

from http import HTTPStatus

import httpx

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

CODE = "sandbox"
SERIES = "SBX"
"""The letters of its invoices' numbers, which tell that they are none."""

_REFUSALS = frozenset({HTTPStatus.UNPROCESSABLE_ENTITY, HTTPStatus.CONFLICT})


class SandboxClient:
    """Speaks to the sandbox over HTTP."""

    code = CODE

    def __init__(self, http: httpx.AsyncClient) -> None:
        """Use a client whose base address is the sandbox's."""
        self._http = http

    async def deliver(self, document: Handover) -> Rejected | None:
        """Post the document."""
        headers = {"Idempotency-Key": document.key, "Content-Type": "application/xml"}
        return _refused(await self._ask("POST", "", content=document.xml, headers=headers))

    async def look_up(self, reference: Reference) -> Answer:
        """Ask for the state, and for the document once it is issued."""
        answer = await self._ask("GET", f"/{reference.ettn}")
        if answer.status_code == HTTPStatus.NOT_FOUND:
            return Absent()
        _expect_ok(answer)
        state = answer.json()["state"]
        if state == "cancelled":
            return Withdrawn()
        if state != "succeed":
            return Pending("SANDBOX: unknown until the evening report")
        found = await self._ask("GET", f"/{reference.ettn}/xml")
        _expect_ok(found)
        return Issued(found.content)

    async def withdraw(self, reference: Reference, reason: str) -> Rejected | None:
        """Ask to cancel."""
        return _refused(await self._ask("POST", f"/{reference.ettn}/cancel", json={"reason": reason}))

    async def _ask(self, method: str, path: str, **more: object) -> httpx.Response:
        try:
            return await self._http.request(method, f"/sandbox/invoices{path}", **more)  # type: ignore[arg-type]
        except httpx.HTTPError as error:
            message = f"The sandbox integrator did not answer ({type(error).__name__}); it is asked again."
            raise IssuerUnavailableError(message) from error


def _refused(answer: httpx.Response) -> Rejected | None:
    if answer.status_code in _REFUSALS:
        return Rejected(str(answer.json()["reason"]))
    _expect_ok(answer)
    return None


def _expect_ok(answer: httpx.Response) -> None:
    if answer.status_code != HTTPStatus.OK:
        message = f"The sandbox integrator answered {answer.status_code}; it is asked again."
        raise IssuerUnavailableError(message)
