"""Records of the database as objects of the business."""

from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
import orjson

from adapters.database.claim_statements import CLAIM_COLUMNS, PURCHASE_COLUMNS
from workflow import lifecycle
from workflow.attention import AttentionItem, Reason
from workflow.delivery import DeliveryStatus
from workflow.draft import Line, LineKind
from workflow.etgb import Cause, Etgb
from workflow.facts import EtgbLine
from workflow.refund import Booked, Claim, ClaimStatus, Purchase, PurchaseKind, VatReturn, Withdrawn, Word
from workflow.shipment import Shipment
from workflow.stages import Stage
from workflow.waits import Wait

_STAGES: dict[str, Stage] = {stage.value: stage for stage in Stage}
_STATUSES: dict[str | None, DeliveryStatus | None] = {None: None, **{s.value: s for s in DeliveryStatus}}


def json_object(value: str | None) -> dict[str, Any]:
    """A jsonb column's object."""
    return dict(orjson.loads(value)) if value else {}


def json_list(value: str) -> list[dict[str, Any]]:
    """A jsonb column's list of objects."""
    return list(orjson.loads(value))


def json_text(value: object) -> str:
    """An object for a jsonb column."""
    return orjson.dumps(value).decode()


def shipment(record: asyncpg.Record) -> Shipment:
    """A row of ``shipment`` as :data:`adapters.database.statements.SHIPMENT_SELECT` gives it, by position for speed."""
    values = list(record)
    values[3] = _STAGES[values[3]]
    return Shipment(
        id=values[0],
        seller=values[1],
        reference=values[2],
        stage=values[3],
        stage_since=values[4],
        due_at=values[5],
        sequence=values[6],
        version=values[7],
        courier=values[8],
        tracking_number=values[9],
        booked_at=values[10],
        delivery_status=_STATUSES[values[11]],
        delivery_at=values[12],
        invoice_number=values[13],
        invoice_ettn=values[14],
        invoice_issued_on=values[15],
        invoice_total=values[16],
        etgb_number=values[17],
        vedop_seen_on=values[18],
        claim=values[19],
        held=values[20],
        overdue=values[21],
        chained=values[22],
        chain=values[23],
        currency=values[24],
        total=values[25],
        gross_weight_kg=values[26],
        country=values[27],
        planned_on=values[28],
        together=values[29],
        begun_at=values[30],
        lifecycle=lifecycle.KNOWN.of(values[31]),
    )


def line(record: asyncpg.Record) -> Line:
    """A row of ``shipment_line``."""
    return Line(
        kind=LineKind(record["kind"]),
        description=record["description"],
        quantity=record["quantity"],
        unit_price=record["unit_price"],
        sku=record["sku"],
        description_tr=record["description_tr"],
        gtip=record["gtip"],
        origin=record["origin"],
        unit=record["unit"],
        discount=record["discount"],
        net_weight_kg=record["net_weight_kg"],
    )


def cause_json(cause: Cause | None) -> str | None:
    """A cause for a jsonb column."""
    if cause is None:
        return None
    return json_text(
        {
            "source": cause.source,
            "id": cause.id,
            "at": cause.at.isoformat(),
            "correlation": cause.correlation,
            "traceparent": cause.traceparent,
        }
    )


def cause(value: str | None) -> Cause | None:
    """A cause from a jsonb column."""
    if value is None:
        return None
    found = json_object(value)
    return Cause(found["source"], found["id"], datetime.fromisoformat(found["at"]), found["correlation"], found["traceparent"])


def etgb(record: asyncpg.Record) -> Etgb:
    """A row of ``etgb``, without its lines."""
    return Etgb(
        number=record["number"],
        registered_on=record["registered_on"],
        courier=record["courier"],
        document_url=record["document_url"],
        day_inferred=record["day_inferred"],
        closed_on=record["closed_on"],
        vedop_seen_on=record["vedop_seen_on"],
        evidence_kind=record["evidence_kind"],
        evidence_reference=record["evidence_reference"],
        vedop_cause=cause(record["vedop_cause"]),
        cancelled_reason=record["cancelled_reason"],
        replaced_by=record["replaced_by"],
        cancel_cause=cause(record["cancel_cause"]),
        due_at=record["due_at"],
        overdue=frozenset(map(Wait, record["overdue"].split())),
    )


def etgb_line(record: asyncpg.Record) -> EtgbLine:
    """A row of ``etgb_line``."""
    return EtgbLine(record["key"], record["invoice_number"], record["amount"], record["currency"])


def claim(record: asyncpg.Record) -> Claim:
    """A row of ``claim``."""
    values = {name: record[name] for name in CLAIM_COLUMNS}
    rest = None if record["rest"] is None else ClaimStatus(record["rest"])
    return Claim(**values | {"id": UUID(int=record["id"].int), "status": ClaimStatus(record["status"]), "rest": rest})


def purchase(record: asyncpg.Record) -> Booked:
    """A row of ``purchase``."""
    values = {name: record[name] for name in PURCHASE_COLUMNS}
    ids = {name: None if record[name] is None else UUID(int=record[name].int) for name in ("id", "shipment", "claim")}
    claim_id = ids.pop("claim")
    return Booked(Purchase(**values | {"kind": PurchaseKind(record["kind"])} | ids), record["told_at"], claim_id)


def withdrawn(record: asyncpg.Record) -> Withdrawn:
    """A row of ``purchase_withdrawn``."""
    values = {name: record[name] for name in PURCHASE_COLUMNS}
    ids = {name: None if record[name] is None else UUID(int=record[name].int) for name in ("id", "shipment", "replaced_by")}
    replaced_by = ids.pop("replaced_by")
    told = Word(record["told_at"], record["source"], record["message_id"])
    gone = Purchase(**values | {"kind": PurchaseKind(record["kind"])} | ids)
    return Withdrawn(gone, told, record["reason"], replaced_by)


def vat_return(record: asyncpg.Record) -> VatReturn:
    """A row of ``vat_return``."""
    figures = (record["carried_try"], record["turnover_try"])
    return VatReturn(record["seller"], record["period"], *figures, _word(record, "carried"), _word(record, "turnover"))


def _word(record: asyncpg.Record, figure: str) -> Word | None:
    at = record[f"{figure}_told_at"]
    return None if at is None else Word(at, record[f"{figure}_source"], record[f"{figure}_message_id"])


def item(record: asyncpg.Record) -> AttentionItem:
    """An attention item, as far as news of its end tells of it."""
    return AttentionItem(record["id"], Reason(record["reason"]), record["detail"], record["shipment"])
