"""The AsyncAPI document of the broker: channels and messages, made from the contract's models."""

from typing import Any

from pydantic import BaseModel

from events import sealed, topology
from events.contracts.base import Envelope
from events.facts_of import PAYLOADS
from workflow import asking

_TASKS = tuple(
    kind for _, kind in (asking.INVOICE, asking.CANCELLATION, asking.PICKUP, asking.VEDOP_CHECK, asking.FILING, asking.RATES)
)
"""All that counterparts are asked."""


def _inline(model: type[BaseModel], name: str) -> dict[str, Any]:
    """A model's JSON schema with its definitions under one name of the document's components."""
    return model.model_json_schema(ref_template=f"#/components/schemas/{name}.{{model}}")


def document(server: str = "nats://127.0.0.1:4222") -> dict[str, Any]:
    """AsyncAPI 3.0."""
    schemas: dict[str, Any] = {}
    messages: dict[str, Any] = {}
    base = _inline(Envelope, "Envelope")
    base.pop("$defs", None)
    schemas["Envelope"] = base
    for kind, (model, _) in PAYLOADS.items():
        data = _inline(model, kind)
        for definition, schema in data.pop("$defs", {}).items():
            schemas[f"{kind}.{definition}"] = schema
        schemas[kind] = data
        messages[kind] = {
            "name": kind,
            "contentType": "application/cloudevents+json",
            "summary": (model.__doc__ or kind).split("\n", 1)[0],
            "payload": {
                "allOf": [
                    {"$ref": "#/components/schemas/Envelope"},
                    {"properties": {"type": {"const": kind}, "data": {"$ref": f"#/components/schemas/{kind}"}}},
                ]
            },
        }
    channels: dict[str, Any] = {}
    operations: dict[str, Any] = {}
    for family, kinds in topology.FAMILIES.items():
        channels[family] = {
            "address": f"{topology.IN}.{family}.{{code}}",
            "parameters": {"code": {"description": "the publisher; source is family/code"}},
            "messages": {kind: {"$ref": f"#/components/messages/{kind}"} for kind in sorted(kinds)},
        }
        operations[f"receive_{family}"] = {"action": "receive", "channel": {"$ref": f"#/channels/{family}"}}
    for name, address, kinds_out in (
        ("shipment", f"{topology.OUT}.shipment.{{stage}}", ("shipment.transitioned.v1",)),
        ("attention", topology.OUT_ATTENTION, ("attention.raised.v1", "attention.resolved.v1")),
        ("claim", topology.OUT_CLAIM, ("claim.progressed.v1 (out)",)),
        ("seal", topology.SEALS, (sealed.TYPE,)),
        ("restored", topology.RESTORED, (sealed.TYPE_RESTORED,)),
        (
            "task",
            f"{topology.TASK}.{{counterpart}}.{{code}}",
            _TASKS,
        ),
    ):
        channels[name] = {"address": address, "messages": {}}
        for kind in kinds_out:
            key = kind.replace(" (out)", ".out")
            messages[key] = {"name": kind.removesuffix(" (out)"), "contentType": "application/cloudevents+json"}
            channels[name]["messages"][key] = {"$ref": f"#/components/messages/{key}"}
        if "{" in address:
            words = [word.strip("{}") for word in address.split(".") if word.startswith("{")]
            channels[name]["parameters"] = {word: {"description": word} for word in words}
        operations[f"send_{name}"] = {"action": "send", "channel": {"$ref": f"#/channels/{name}"}}
    protocol, _, host = server.partition("://")
    return {
        "asyncapi": "3.0.0",
        "info": {"title": "Kervan", "version": "1", "description": "Micro-exports from order to VAT refund"},
        "servers": {"broker": {"host": host.rpartition("@")[2], "protocol": protocol or "nats"}},
        "channels": channels,
        "operations": operations,
        "components": {"messages": messages, "schemas": schemas},
    }
