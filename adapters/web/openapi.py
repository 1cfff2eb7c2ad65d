"""The OpenAPI document: FastAPI's, with the contract's models and the problem that every error is."""

from typing import Any

from fastapi import FastAPI
from pydantic.json_schema import models_json_schema

from adapters.web import problems, told_webhooks
from events.contracts.base import Envelope
from events.contracts.orders import ShipmentDrafted
from events.contracts.tax_office import ClaimFiled, ClaimProgressed

_AT = "#/components/schemas/"

PROBLEM: dict[str, Any] = {
    "type": "object",
    "title": "Problem",
    "description": "RFC 9457",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "examples": ["urn:kervan:problem:not-now"]},
        "title": {"type": "string", "description": "Turkish or English, by `lang` in the address or Accept-Language"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "what happened and what to do, in the title's language"},
        "message": {
            "type": "object",
            "description": "the detail in both languages",
            "properties": {"tr": {"type": "string"}, "en": {"type": "string"}},
        },
        "instance": {"type": "string"},
        "why": {"type": "string", "description": "409: why the business refuses"},
        "errors": {
            "type": "array",
            "description": "422: the fields that are wrong",
            "items": {
                "type": "object",
                "properties": {"field": {"type": "string"}, "message": {"type": "string"}},
            },
        },
    },
}


def body(*models: str) -> dict[str, Any]:
    """A route's request body, for ``openapi_extra``, by the names of schemas below, any of which fits; none: any object."""
    named = [{"$ref": _AT + model} for model in models if model]
    schema = (named[0] if len(named) == 1 else {"anyOf": named}) if named else {"type": "object"}
    return {"requestBody": {"required": bool(named), "content": {"application/json": {"schema": schema}}}}


RESPONSES: dict[int | str, dict[str, Any]] = {
    code: {
        "description": problems.TITLES[code][1],
        "content": {problems.MEDIA_TYPE: {"schema": {"$ref": _AT + "Problem"}}},
    }
    for code in (400, 401, 403, 404, 408, 409, 413, 415, 422, 429, 500, 503)
}
"""What any route may answer besides."""


def _null_is_not_given(model: dict[str, Any]) -> None:
    """Say of a model of the contract what :mod:`events.translate` does: a field that is null is one that is not there."""
    for name, schema in model.get("properties", {}).items():
        if name not in model.get("required", ()) and {"type": "null"} not in schema.get("anyOf", ()):
            model["properties"][name] = {"anyOf": [schema, {"type": "null"}]}


def complete(app: FastAPI) -> None:
    """Add the schemas to an app's document, which is made when it is asked for first."""
    plain = app.openapi

    def openapi() -> dict[str, Any]:
        document = plain()
        schemas = document.setdefault("components", {}).setdefault("schemas", {})
        if "Problem" not in schemas:
            contract = (ShipmentDrafted, Envelope, ClaimFiled, ClaimProgressed)
            _, models = models_json_schema([(model, "validation") for model in contract], ref_template=_AT + "{model}")
            event = models["$defs"].pop("Envelope")
            event["properties"]["data"] = {"type": "object", "description": "see /asyncapi for each type's fields"}
            for of_claim in ("ClaimFiled", "ClaimProgressed"):  # the path says which claim, and the day may be left out
                told = models["$defs"][of_claim]
                told["required"] = [name for name in told["required"] if name not in {"claim", "filed_on", "on"}]
                told["properties"].pop("claim")
            for told in models["$defs"].values():
                _null_is_not_given(told)
            schemas.update(models["$defs"] | {"CloudEvent": event, "Problem": PROBLEM})
            document["webhooks"] = told_webhooks.document(_AT)
        return document

    app.openapi = openapi  # type: ignore[method-assign]  # FastAPI's own way of extending the document
