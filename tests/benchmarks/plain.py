"""What a user would write instead: FastStream, a handler a message, one SQLModel session each, the same tables' work."""

import asyncio
import sys
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from faststream import AckPolicy
from faststream.nats import JStream, NatsBroker, PullSub
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from sqlmodel import select

from adapters.database.pool import alchemy_url
from adapters.database.tables.etgbs import EtgbRow
from adapters.database.tables.messages import InboxBody, InboxRow, OutboxRow
from adapters.database.tables.shipments import FindingRow, ShipmentContent, ShipmentLine, ShipmentRow, TransitionRow
from adapters.settings import Settings
from events import topology
from events.outgoing import envelope
from events.translate import Arrival, read
from tests.law import BOOK
from workflow import facts, lifecycle
from workflow.message import Message
from workflow.rules.judge import judge
from workflow.rules.law import Rates
from workflow.shipment import Shipment, shipment_id
from workflow.stages import Stage, Trigger

AT_ONCE = 16
LAW, RATES = BOOK, Rates()


async def main() -> None:
    """Consume until stopped; the outbox is published by a loop beside it, as a user would do."""
    settings = Settings()
    engine = create_async_engine(alchemy_url(settings.database_url), pool_size=AT_ONCE, max_overflow=4)
    broker = NatsBroker(settings.broker_url, apply_types=False, logger=None)

    @broker.subscriber(
        topology.SUBJECT_IN,
        stream=JStream(topology.STREAM_IN, declare=False),
        durable=topology.ENGINE,
        config=topology.engine_consumer(),
        pull_sub=PullSub(batch_size=AT_ONCE, timeout=1),
        max_workers=AT_ONCE,
        ack_policy=AckPolicy.NACK_ON_ERROR,
        decoder=_raw,
    )
    async def handle(raw: Any) -> None:
        message = read(Arrival(raw.subject, raw.data, ""), datetime.now(UTC))
        assert isinstance(message, Message)
        async with AsyncSession(engine, expire_on_commit=False) as session, session.begin():
            await work(session, message)

    await broker.start()
    sys.stderr.write("ready\n")
    sys.stderr.flush()
    await publish(engine, broker)


async def _raw(message: Any) -> Any:
    return message.raw_message


async def publish(engine: Any, broker: NatsBroker) -> None:
    """The outbox's way out: rows in id order, one awaited publish each, then deleted."""
    while True:
        async with AsyncSession(engine) as session, session.begin():
            rows = (await session.execute(select(OutboxRow).order_by(OutboxRow.id).limit(200))).scalars().all()  # type: ignore[arg-type]
            await asyncio.gather(
                *(
                    broker.publish(
                        row.payload, row.subject, stream=topology.STREAM_OUT, headers={"Nats-Msg-Id": row.message_id}
                    )
                    for row in rows
                )
            )
            for row in rows:
                await session.delete(row)
        if not rows:
            await asyncio.sleep(0.02)


async def work(session: AsyncSession, message: Message) -> None:
    """Inbox, shipment, log, outbox: an ORM object each."""
    if await session.get(InboxRow, message.identity) is not None:
        return
    admitted = InboxRow(
        source=message.source,
        id=message.id,
        type=message.type,
        subject=message.subject,
        event_at=message.at,
        received_at=message.received_at,
        state="applied",
    )
    session.add(admitted)
    await session.flush()
    session.add(InboxBody(received_at=message.received_at, no=admitted.no or 0, body=message.body))
    fact = message.fact
    if isinstance(fact, facts.Drafted):
        await draft(session, message, fact)
    elif isinstance(fact, facts.InvoiceIssued):
        row = await locked(session, UUID(fact.key[3:]))
        row.invoice_number, row.invoice_issued_on, row.invoice_total = fact.number, fact.issued_on, fact.total
        move(session, row, Trigger.INVOICE, message)
    elif isinstance(fact, facts.Booked):
        row = await locked(session, UUID(fact.key[3:]))
        row.courier, row.tracking_number = fact.courier, fact.tracking_number
    elif isinstance(fact, facts.Checkpoint):
        # the load's tracking numbers name their order, which spares this side an index
        n = int(fact.tracking_number[3:])
        from tests.benchmarks.workload import owner

        row = await locked(session, shipment_id(owner(n), f"order-{n}"))
        row.delivery_status, row.delivery_at = fact.status, fact.occurred_at
        move(session, row, Trigger.HAND_OVER, message)
    elif isinstance(fact, facts.EtgbIssued):
        session.add(
            EtgbRow(
                number=fact.number,
                registered_on=fact.registered_on,
                courier=fact.courier,
                document_url="",
                evidence_kind="",
                evidence_reference="",
                cancelled_reason="",
                replaced_by="",
                overdue="",
            )
        )
        row = await locked(session, UUID(fact.lines[0].key[3:]))
        row.etgb_number = fact.number
        move(session, row, Trigger.ISSUE_ETGB, message)
    elif isinstance(fact, facts.EtgbClosed):
        etgb = await session.get(EtgbRow, fact.number)
        assert etgb is not None
        etgb.closed_on = fact.closed_on
    elif isinstance(fact, facts.VedopTransferred):
        n = int(fact.number[-6:])
        from tests.benchmarks.workload import owner

        row = await locked(session, shipment_id(owner(n), f"order-{n}"))
        row.vedop_seen_on = fact.seen_on
        move(session, row, Trigger.TRANSFER_TO_VEDOP, message)


async def locked(session: AsyncSession, key: UUID) -> ShipmentRow:
    """The shipment's row, locked; missing (too early) lets the message come again."""
    wanted = select(ShipmentRow).where(ShipmentRow.id == key).with_for_update()
    row = (await session.execute(wanted)).scalar_one_or_none()
    if row is None:
        raise LookupError(key)
    return row


async def draft(session: AsyncSession, message: Message, fact: facts.Drafted) -> None:
    """Insert and judge."""
    one = Shipment.from_draft(fact.draft, message.at)
    row = ShipmentRow(
        id=one.id,
        seller=one.seller,
        reference=one.reference,
        stage=one.stage,
        stage_since=one.stage_since,
        sequence=0,
        version=1,
        currency=one.currency,
        total=one.total,
        gross_weight_kg=one.gross_weight_kg,
        country=one.country,
        planned_on=one.planned_on,
        courier="",
        tracking_number="",
        invoice_number="",
        invoice_ettn="",
        etgb_number="",
        created_at=message.received_at,
    )
    session.add(row)
    session.add(
        ShipmentContent(shipment=one.id, seller_name="", consignee_name="", terms={}, rule_version="", seller=one.seller)
    )
    for n, x in enumerate(fact.draft.lines):
        session.add(
            ShipmentLine(
                shipment=one.id,
                line_no=n,
                kind=x.kind,
                sku=x.sku,
                description=x.description,
                description_tr=x.description_tr,
                gtip=x.gtip,
                origin=x.origin,
                quantity=x.quantity,
                unit=x.unit,
                unit_price=x.unit_price,
                discount=x.discount,
                seller=one.seller,
            )
        )
    for n, f in enumerate(judge(fact.draft, LAW, RATES)):
        session.add(
            FindingRow(
                shipment=one.id,
                finding_no=n,
                code=f.code,
                variant=f.variant,
                severity=f.severity,
                path=f.path,
                params=f.params,
                source=f.source,
                valid_from=f.valid_from,
                valid_to=f.valid_to,
                seller=one.seller,
            )
        )
    move(session, row, Trigger.VALIDATE, message)


def move(session: AsyncSession, row: ShipmentRow, trigger: Trigger, message: Message) -> None:
    """One step of the same machine, its log entry and its message."""
    origin = row.stage
    holder = _Holder(Stage(row.stage))
    lifecycle.FIRST.fire(holder, trigger)
    row.stage = holder.stage
    row.sequence += 1
    row.version += 1
    row.stage_since = message.at
    session.add(
        TransitionRow(
            shipment=row.id,
            sequence=row.sequence,
            origin=origin,
            target=row.stage,
            trigger=trigger,
            occurred_at=message.at,
            recorded_at=message.received_at,
            source=message.source,
            message_id=message.id,
            begun_at=row.created_at,
            seller=row.seller,
        )
    )
    message_id = f"{row.id}:{row.sequence}"
    payload = envelope(
        source="kervan",
        id=message_id,
        type="shipment.transitioned.v1",
        time=message.at,
        data={"shipment_id": str(row.id), "from": origin, "to": row.stage, "trigger": trigger, "sequence": row.sequence},
    )
    session.add(
        OutboxRow(
            message_id=message_id, subject=topology.out_shipment(row.stage), payload=payload, created_at=message.received_at
        )
    )


class _Holder:
    def __init__(self, stage: Stage) -> None:
        self.stage = stage


if __name__ == "__main__":
    import uvloop

    uvloop.run(main())
