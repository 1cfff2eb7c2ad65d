"""Streams, subjects and consumers of the broker: the only place where their names are spelled."""

from dataclasses import replace
from datetime import datetime

from nats.js import JetStreamContext
from nats.js.api import ConsumerConfig, DeliverPolicy, DiscardPolicy, RetentionPolicy, StorageType, StreamConfig
from nats.js.errors import NotFoundError

STREAM_IN = "KERVAN_IN"
STREAM_OUT = "KERVAN_OUT"
STREAM_TASK = "KERVAN_TASK"
STREAM_AUDIT = "KERVAN_AUDIT"

IN = "kervan.in"
OUT = "kervan.out"
TASK = "kervan.task"
AUDIT = "kervan.audit"

SUBJECT_IN = f"{IN}.>"
SUBJECT_OUT = f"{OUT}.>"
SUBJECT_TASK = f"{TASK}.>"
SUBJECT_AUDIT = f"{AUDIT}.>"

OUT_ATTENTION = f"{OUT}.attention"
OUT_CLAIM = f"{OUT}.claim"
SEALS = f"{AUDIT}.seal"
"""Where seals of the logs are published."""
RESTORED = f"{AUDIT}.restored"
"""Where it is published that the database was put back to an earlier moment, and which seals it has."""

ENGINE = "kervan-engine"
"""The durable consumer that all workers share."""

SUBSCRIPTIONS = "kervan-subscriptions"
"""The durable consumer of what goes out, which all workers share; it is there while there are subscriptions."""

ACK_WAIT_S = 15.0
"""How long a worker may hold a batch before the broker gives it to another: far above the longest batch (under a second),
and what a dead worker's messages wait at most. One that comes twice is known by the inbox."""

_DUPLICATE_WINDOW_S = 600.0
_HEARD_WINDOW_S = 0.1
"""The shortest that NATS takes. A stream knows ids, not who gave them: two couriers may have one id, and the second's message
would be acknowledged and not kept. What comes twice is the inbox's to know, by source and id."""
_OUT_AGE_S = 30 * 24 * 3600.0

FAMILIES: dict[str, frozenset[str]] = {
    "orders": frozenset({"shipment.drafted.v1", "shipment.cancelled.v1", "order.remarked.v1"}),
    "invoicing": frozenset({"invoice.issued.v1", "invoice.rejected.v1", "invoice.cancelled.v1"}),
    "courier": frozenset(
        {"courier.booked.v1", "courier.checkpoint.v1", "etgb.issued.v1", "etgb.cancelled.v1", "etgb.closed.v1"}
    ),
    "customs": frozenset({"etgb.issued.v1", "etgb.cancelled.v1", "etgb.closed.v1"}),
    "tax_office": frozenset({"vedop.transferred.v1", "claim.filing_awaited.v1", "claim.filed.v1", "claim.progressed.v1"}),
    "accounting": frozenset({"purchase.booked.v1", "purchase.withdrawn.v1", "purchase.corrected.v1", "vat_return.told.v1"}),
    "rates": frozenset({"rates.published.v1", "rates.absent.v1"}),
    "engine": frozenset(
        {
            "shipment.judge.v1",
            "task.failed.v1",
            "shipment.overdue.v1",
            "etgb.overdue.v1",
            "claim.lapsing.v1",
            "message.overdue.v1",
            "subscription.disabled.v1",
            "log.broken.v1",
        }
    ),
    "ops": frozenset(
        {
            "shipment.validate.v1",
            "shipment.amend.v1",
            "shipment.invoice.v1",
            "shipment.cancel_invoice.v1",
            "shipment.hand_over.v1",
            "shipment.issue_etgb.v1",
            "shipment.cancel_etgb.v1",
            "shipment.transfer_to_vedop.v1",
            "shipment.file_refund.v1",
            "shipment.cancel.v1",
            "shipment.return_goods.v1",
            "claim.request_filing.v1",
            "etgb.correct_closing.v1",
        }
    ),
}
"""Which message types each family of publishers may send; ``engine`` is Kervan itself, what it leaves to be done next."""

JUDGING = "engine/judge"
"""The source of the messages with which Kervan has shipments judged again."""
TASKS_DESK = "engine/tasks"
"""The source of the messages that tell of tasks nobody could do."""
SUBSCRIPTIONS_DESK = "engine/subscriptions"
"""The source of the messages that tell of subscriptions that are served no more."""
PROOF = "engine/proof"
"""The source of the messages that tell of rows of a log that are not as they were written."""
TIMER = "engine/timer"
"""The source of the messages with which Kervan notices that what it waits for has not come."""


def out_shipment(stage: str) -> str:
    """Where a transition into ``stage`` is published."""
    return f"{OUT}.shipment.{stage}"


def task(family: str, code: str) -> str:
    """Where a counterpart is asked for something."""
    return f"{TASK}.{family}.{code}"


def subject_of(source: str) -> str:
    """The subject on which a source publishes: ``courier/navlungo`` on ``kervan.in.courier.navlungo``."""
    return f"{IN}.{source.replace('/', '.', 1)}"


def streams(replicas: int = 1) -> tuple[StreamConfig, ...]:
    """The streams; all on disk, all accepting atomic batches; what goes out is known by its id for ten minutes.

    Seals of the logs stay for ever, and the stream lets nobody remove any of them.

    ``replicas`` is on how many of a cluster's servers each is kept: with 3 one may be lost, with 5 two.
    """
    return (
        StreamConfig(
            name=STREAM_IN,
            description="What the outside tells Kervan",
            subjects=[SUBJECT_IN],
            storage=StorageType.FILE,
            num_replicas=replicas,
            duplicate_window=_HEARD_WINDOW_S,
            max_age=_OUT_AGE_S,
            allow_atomic=True,
        ),
        StreamConfig(
            name=STREAM_OUT,
            description="What Kervan tells the outside",
            subjects=[SUBJECT_OUT],
            storage=StorageType.FILE,
            num_replicas=replicas,
            duplicate_window=_DUPLICATE_WINDOW_S,
            max_age=_OUT_AGE_S,
            allow_atomic=True,
        ),
        StreamConfig(
            name=STREAM_TASK,
            description="What Kervan asks of counterparts",
            subjects=[SUBJECT_TASK],
            storage=StorageType.FILE,
            num_replicas=replicas,
            retention=RetentionPolicy.WORK_QUEUE,
            discard=DiscardPolicy.OLD,
            duplicate_window=_DUPLICATE_WINDOW_S,
            allow_atomic=True,
        ),
        StreamConfig(
            name=STREAM_AUDIT,
            description="Seals of Kervan's logs",
            subjects=[SUBJECT_AUDIT],
            storage=StorageType.FILE,
            num_replicas=replicas,
            duplicate_window=_DUPLICATE_WINDOW_S,
            deny_delete=True,
            deny_purge=True,
            allow_atomic=True,
        ),
    )


def engine_consumer() -> ConsumerConfig:
    """The workers' consumer: acknowledged one by one, given again after ``ack_wait``, for ever."""
    return ConsumerConfig(
        durable_name=ENGINE, filter_subject=SUBJECT_IN, ack_wait=ACK_WAIT_S, max_ack_pending=20_000, max_deliver=-1
    )


def tasks_consumer(family: str, code: str) -> ConsumerConfig:
    """The consumer of one counterpart's tasks; how many may wait is not limited.

    A task that waits (for a scan, for days) counts as given out and not acknowledged: with a limit, so many that wait would
    keep all new ones from the counterpart. How many are worked on at once is the worker's own (:mod:`events.tasks`).
    """
    return ConsumerConfig(
        durable_name=f"{family}-{code}",
        filter_subject=task(family, code),
        ack_wait=ACK_WAIT_S,
        max_ack_pending=-1,
        max_deliver=-1,
    )


def subscriptions_consumer(since: datetime) -> ConsumerConfig:
    """The consumer of what subscriptions hear, from the moment on from which the first of them does."""
    return ConsumerConfig(
        durable_name=SUBSCRIPTIONS,
        filter_subject=SUBJECT_OUT,
        deliver_policy=DeliverPolicy.BY_START_TIME,
        opt_start_time=since,
        ack_wait=ACK_WAIT_S,
        max_ack_pending=20_000,
        max_deliver=-1,
    )


async def declare(js: JetStreamContext, replicas: int = 1) -> None:
    """Make the streams and the engine's consumer, or bring them to this shape."""
    for config in streams(replicas):
        try:
            await js.stream_info(config.name or "")
        except NotFoundError:
            await js.add_stream(config)
        else:
            await js.update_stream(config)
    await js.add_consumer(STREAM_IN, await _where_it_began(js, engine_consumer()))


async def _where_it_began(js: JetStreamContext, config: ConsumerConfig) -> ConsumerConfig:
    """A consumer's configuration with the beginning of the one that is there, which NATS lets nobody change.

    One that was put back after a restore (:mod:`events.positions`) began in the middle of the stream.
    """
    try:
        there = (await js.consumer_info(STREAM_IN, config.durable_name or "")).config
    except NotFoundError:
        return config
    return replace(
        config, deliver_policy=there.deliver_policy, opt_start_seq=there.opt_start_seq, opt_start_time=there.opt_start_time
    )
