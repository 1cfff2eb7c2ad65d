"""What logs say, and what they never say."""

import io
import logging
from collections.abc import Callable, Iterator
from typing import Any

import orjson
import pytest
import structlog

from adapters import observability

Logged = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def logged(monkeypatch: pytest.MonkeyPatch) -> Iterator[Logged]:
    """The lines that were logged as JSON; a line that is not JSON is an error."""
    stream = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True)
    monkeypatch.setattr("sys.stderr", stream)
    observability.configure("json", "info")

    def lines() -> list[dict[str, Any]]:
        buffer: Any = stream.buffer
        return [orjson.loads(line) for line in buffer.getvalue().splitlines()]

    yield lines
    monkeypatch.undo()
    structlog.contextvars.clear_contextvars()
    observability.configure("console", "error")


def test_the_standard_librarys_logs_take_the_same_form(logged: Logged) -> None:
    """Uvicorn, asyncpg and others come out as JSON too, with their logger's name and the ids that are bound."""
    with structlog.contextvars.bound_contextvars(request="r-1"):
        logging.getLogger("uvicorn.error").warning("listens on %d", 8080)
    (line,) = logged()
    assert (line["event"], line["logger"], line["level"]) == ("listens on 8080", "uvicorn.error", "warning")
    assert line["request"] == "r-1"
    assert line["timestamp"]


def insert() -> None:
    """Fail as a database fails."""
    raise ValueError("Key (name)=(Ayşe Yılmaz) exists") from KeyError("Ayşe Yılmaz")


@pytest.mark.parametrize("library", [True, False])
def test_an_error_is_told_by_its_kind_and_places_and_not_by_its_text(logged: Logged, library: bool) -> None:
    """A database's error quotes the row, and the row is a person."""
    try:
        insert()
    except ValueError as error:
        if library:
            logging.getLogger("asyncpg").exception("statement failed: %s", error)  # noqa: TRY401 - as libraries do
        else:
            structlog.get_logger().error("failed", exc_info=True)
    (line,) = logged()
    assert line["error"] == "ValueError < KeyError"
    assert line["places"][-1].startswith("tests/unit/test_observability.py:")
    assert "Ayşe" not in orjson.dumps(line).decode()


def test_what_asyncio_adds_below_its_first_line_is_left_out(logged: Logged) -> None:
    """There it quotes the task with its error."""
    logging.getLogger("asyncio").error("Task exception was never retrieved\nfuture: <Task exception=ValueError('Ayşe')>")
    logging.getLogger("library").error(ValueError("Ayşe"))
    first, second = logged()
    assert (first["event"], second["event"]) == ("Task exception was never retrieved", "ValueError")


def test_personal_keys_are_redacted_and_a_connections_name_is_not(logged: Logged) -> None:
    """`name` may be a person's; a connection has a key of its own."""
    structlog.get_logger().warning("broker connection", name="Ayşe", connection="kervan relay")
    (line,) = logged()
    assert (line["name"], line["connection"]) == ("[redacted]", "kervan relay")


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("connecting to tls://kervan:geheim@nats-1:4222,tls://kervan:geheim@nats-2:4222", "tls://***@nats-1:4222"),
        ("postgresql://kervan:geheim@db/kervan refused", "postgresql://***@db/kervan refused"),
        ("the key kv_geheim-0123456789_abc was revoked", "the key kv_*** was revoked"),
        ("signed with whsec_geheim0123456789+/=", "signed with whsec_***"),
        ("Authorization: Bearer geheim.0123456789", "Authorization: Bearer ***"),
        ("https://example.com/a@b:c went well", "https://example.com/a@b:c went well"),
    ],
)
def test_what_has_the_form_of_a_secret_is_struck_out(logged: Logged, said: str, left: str) -> None:
    """Wherever it stands, in a line of ours or of a library's."""
    structlog.get_logger().warning("told", what=said)
    logging.getLogger("nats").warning(said)
    for line in logged():
        text = f"{line['event']} {line.get('what')}"
        assert "geheim" not in text
        assert left in text


def test_libraries_do_not_speak_below_warning(logged: Logged) -> None:
    """Their remarks are theirs."""
    logging.getLogger("asyncpg").info("connected")
    assert logged() == []
