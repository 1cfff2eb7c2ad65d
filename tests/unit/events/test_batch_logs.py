"""Every log line of a batch can be told from those of others."""

from dataclasses import replace
from typing import Any

import orjson
import pytest
import structlog

from events.intake import Intake, plain
from tests.stories import START, draft, said
from workflow.world import Outcome


class Applies:
    """An engine that applies everything, and logs a line of its own."""

    async def apply(self, messages: Any) -> list[Outcome]:
        """Apply all."""
        structlog.get_logger().info("deep inside")
        return [Outcome(one.source, one.id, "applied") for one in messages]


async def lines(*correlations: str, **bound: str) -> list[dict[str, Any]]:
    """What is logged while a batch of messages with these correlation ids is taken."""
    arrivals = []
    for n, correlation in enumerate(correlations):
        one = said("orders/shop", "shipment.drafted.v1", f"m-{n}", draft(f"o-{n}"))
        body = orjson.loads(one.body) | ({"correlationid": correlation} if correlation else {})
        arrivals.append(replace(one, body=orjson.dumps(body)))
    intake = Intake(Applies(), None, lambda: START)  # type: ignore[arg-type]
    before = structlog.get_config()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(0))
    try:
        with (
            structlog.contextvars.bound_contextvars(**bound),
            structlog.testing.capture_logs(processors=[structlog.contextvars.merge_contextvars]) as found,
        ):
            await intake.take(arrivals)
    finally:
        structlog.configure(**before)
    return [dict(line) for line in found]


async def test_all_lines_of_a_batch_carry_its_id_and_two_batches_have_two() -> None:
    """Also the lines of what works deep inside."""
    one, two = await lines("", ""), await lines("")
    assert {line["event"] for line in one} == {"message", "deep inside", "batch taken"}
    assert len({line["batch"] for line in one}) == len({line["batch"] for line in two}) == 1
    assert one[0]["batch"] != two[0]["batch"]


async def test_a_batch_that_has_an_id_keeps_it() -> None:
    """The subscriber that fetched it has logged with it already."""
    assert {line["batch"] for line in await lines("", batch="b-1")} == {"b-1"}


async def test_a_correlation_that_all_messages_share_stands_in_every_line() -> None:
    """With two it stands in the messages' own lines only."""
    assert {line["correlation"] for line in await lines("order-7", "order-7")} == {"order-7"}
    mixed = await lines("order-7", "order-8")
    assert [line.get("correlation") for line in mixed] == ["order-7", "order-8", None, None]


async def test_each_message_is_named_at_debug_without_its_payload() -> None:
    """Id, source, type and correlation are enough to find it."""
    found = next(line for line in await lines("order-7") if line["event"] == "message")
    assert {key: found[key] for key in ("id", "source", "type", "correlation", "log_level")} == {
        "id": "m-0",
        "source": "orders/shop",
        "type": "shipment.drafted.v1",
        "correlation": "order-7",
        "log_level": "debug",
    }
    assert set(found) == {"id", "source", "type", "correlation", "log_level", "event", "batch"}


@pytest.mark.parametrize("text", ["Ayşe Yılmaz", "a b", "a\nb", "a" * 129, "ayse@example.com"])
def test_an_id_that_may_be_a_persons_is_redacted(text: str) -> None:
    """Senders choose their ids freely."""
    assert plain(text) == "[redacted]"
    assert plain("chk-8841:2/x") == "chk-8841:2/x"
