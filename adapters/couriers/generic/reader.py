"""CloudEvents and bare checkpoints, one or a list."""

from collections.abc import Sequence
from typing import Any

import orjson

from adapters.couriers.ports import Piece, Unclear
from adapters.couriers.reading import UnclearError, json_of, pieces
from events.outgoing import envelope
from events.webhooks import Webhook


def read(webhook: Webhook) -> Sequence[Piece]:
    """See :data:`adapters.couriers.ports.Reader`.

    A whole event keeps its own id; a bare checkpoint takes the webhook's, in a list with its place behind it.
    """
    try:
        found = json_of(webhook.body)
    except UnclearError as error:
        return [Unclear("body", error.code, error.detail)]

    def message(item: tuple[str, Any]) -> bytes:
        message_id, said = item
        if not isinstance(said, dict):
            detail = "not a JSON object; send a CloudEvent, the data of a checkpoint, or a list of them."
            raise UnclearError("wrong_data", detail)
        if "specversion" in said:
            return webhook.body if said is found else orjson.dumps(said)
        return envelope(source=webhook.source, id=message_id, type="courier.checkpoint.v1", time=webhook.received_at, data=said)

    if isinstance(found, list):
        return pieces(((str(n), (f"{webhook.message_id}:{n}", said)) for n, said in enumerate(found)), message)
    return pieces([("body", (webhook.message_id, found))], message)
