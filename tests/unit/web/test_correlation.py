"""Each request has an id that its log lines and its answer carry."""

from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
import structlog

from adapters.settings import Settings
from adapters.web.app import create
from adapters.web.correlation import Correlation
from adapters.web.services import Services
from tests.law import BOOK

TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


async def asked(**headers: str) -> tuple[dict[str, Any], str]:
    """What is bound while a request runs, and the id of its answer."""
    bound: dict[str, Any] = {}
    answered: list[Any] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        bound.update(structlog.contextvars.get_contextvars())
        await send({"type": "http.response.start", "status": 200, "headers": []})

    async def send(message: Any) -> None:
        answered.append(message)

    async def receive() -> Any:
        return {"type": "http.request"}

    given = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    await Correlation(app)({"type": "http", "headers": given}, receive, send)
    assert structlog.contextvars.get_contextvars() == {}
    return bound, dict(answered[0]["headers"])[b"x-request-id"].decode()


async def test_ids_of_the_caller_are_taken_over() -> None:
    """A caller who names the request finds it in our logs, and its trace too."""
    bound, answer = await asked(x_request_id="job-17.a", traceparent=TRACE)
    assert bound == {"request": "job-17.a", "traceparent": TRACE}
    assert answer == "job-17.a"


@pytest.mark.parametrize("given", ["", "a" * 65, "-x", 'x"} {"level": "error', "Ayşe", "a\nb"])
async def test_an_id_that_is_not_sane_is_replaced(given: str) -> None:
    """What is long, or could write log lines of its own, does not get in."""
    bound, answer = await asked(x_request_id=given)
    assert answer == bound["request"] != given
    assert len(answer) == 32


@pytest.mark.parametrize(
    "given", ["", TRACE.upper(), "01" + TRACE[2:], "00-" + "0" * 32 + TRACE[35:], TRACE[:36] + "0" * 16 + "-01", TRACE + "-x"]
)
async def test_a_trace_that_is_not_of_its_form_is_left_out(given: str) -> None:
    """W3C Trace Context: lower case, version 00, no zeros."""
    assert "traceparent" not in (await asked(traceparent=given))[0]


async def test_two_requests_have_two_ids() -> None:
    """Without one of the caller's, each gets its own."""
    assert (await asked())[1] != (await asked())[1]


@pytest.mark.parametrize(("path", "status"), [("/healthz", 200), ("/nowhere", 404), ("/metrics", 500)])
async def test_every_answer_names_its_request(path: str, status: int) -> None:
    """Also that to a fault: whoever reports it can say which line of the log it is."""
    services = Services(None, None, Settings(), lambda: datetime.now(UTC), BOOK, None, None)  # type: ignore[arg-type]
    transport = httpx.ASGITransport(create(services), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://kervan.test") as client:
        answer = await client.get(path, headers={"X-Request-ID": "job-17"})
    assert (answer.status_code, answer.headers["x-request-id"]) == (status, "job-17")
