"""Figures for Prometheus: what the parts of a process count anyway, read at the moment when somebody asks.

Nothing is registered anywhere and nothing is measured in the engine's way; a figure that costs a question to the database is
asked for by whoever answers ``/metrics``. Names and units follow Prometheus: seconds, and ``_total`` for what only grows.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import asyncpg
from prometheus_client import CONTENT_TYPE_LATEST, Metric, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.process_collector import ProcessCollector
from prometheus_client.registry import CollectorRegistry

from adapters.calls.caller import Called
from events.intake import Intake
from events.relay import Relay

MEDIA_TYPE = CONTENT_TYPE_LATEST

Families = Iterable[Metric]

FIGURES: dict[str, tuple[str, str]] = {
    "parked": ("kervan_parked", "Messages that came too early and wait"),
    "refused": ("kervan_refused", "Messages that cannot apply and that nobody has looked after yet"),
    "webhooks": ("kervan_webhooks", "Webhooks that are stored and not read yet"),
    "outbox": ("kervan_outbox", "What was decided and is not on the broker yet"),
    "outbox_age_s": ("kervan_outbox_age_seconds", "Age of the oldest row of the outbox; 0 where it is empty"),
    "logs_checked_age_s": (
        "kervan_logs_checked_age_seconds",
        "How long ago a worker last sealed the logs and looked through seals",
    ),
    "deliveries": ("kervan_deliveries", "Messages that wait to be delivered to active subscriptions"),
    "subscriptions_failing": ("kervan_subscriptions_failing", "Active subscriptions to which nothing was delivered lately"),
    "repeats": ("kervan_repeats", "Messages that came again, since the beginning"),
}
"""For each figure of the database its name here, and what it means."""


class _Given:
    """What was found, as the library wants to collect it."""

    def __init__(self, families: Sequence[Metric]) -> None:
        """Hand these on."""
        self._families = families

    def collect(self) -> Families:
        """All of them."""
        return self._families


def exposition(*families: Families) -> bytes:
    """The text that Prometheus reads, with this process's memory and processor time."""
    own = ProcessCollector(registry=CollectorRegistry()).collect()
    return generate_latest(_Given([one for group in (*families, own) for one in group if one.samples]))


def _gauge(name: str, text: str, labels: Sequence[str], rows: Iterable[tuple[Sequence[str], float]]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, text, labels=labels)
    for values, value in rows:
        family.add_metric(values, value)
    return family


def _counter(name: str, text: str, labels: Sequence[str], rows: Iterable[tuple[Sequence[str], float]]) -> CounterMetricFamily:
    family = CounterMetricFamily(name, text, labels=labels)
    for values, value in rows:
        family.add_metric(values, value)
    return family


def of_intake(intake: Intake) -> Families:
    """What became of the messages that this process took, and how long its batches took."""
    yield _counter(
        "kervan_messages", "Messages by what became of them", ["state"], [([k], n) for k, n in sorted(intake.totals.items())]
    )
    yield _counter("kervan_batches", "Batches taken", [], [([], intake.batches)])
    yield _counter("kervan_batch_seconds", "Seconds that batches took, decision and transaction", [], [([], intake.seconds)])


def of_relay(relay: Relay) -> Families:
    """What this process's relay put on the broker."""
    yield _counter("kervan_published", "Messages that this relay put on the broker", [], [([], relay.published)])
    yield _gauge("kervan_relay_leads", "Whether this process's relay is the one that publishes", [], [([], relay.leading)])


def of_pool(pool: "asyncpg.Pool[asyncpg.Record]") -> Families:
    """How much of its connections to the database this process uses."""
    size, idle = pool.get_size(), pool.get_idle_size()
    rows = [(["idle"], idle), (["used"], size - idle)]
    yield _gauge("kervan_pool_connections", "Connections to the database", ["state"], rows)
    yield _gauge("kervan_pool_size_max", "How many connections this process may have", [], [([], pool.get_max_size())])


def of_callers(callers: Mapping[tuple[str, str], Called]) -> Families:
    """What calls to counterparts came to; one that is refused for our key is counted as answered too."""
    yield _counter(
        "kervan_counterpart_calls",
        "Attempts to call a counterpart, by what came of them",
        ["family", "code", "result"],
        [([*name, result], n) for name, caller in callers.items() for result, n in sorted(caller.fare.totals.items())],
    )
    yield _gauge(
        "kervan_breaker_open",
        "Whether this process leaves a counterpart alone for now",
        ["family", "code"],
        [(name, caller.breaker.left_s > 0) for name, caller in callers.items()],
    )


def of_stages(stages: Iterable[Mapping[str, Any]], now: datetime) -> Families:
    """Shipments by stage, how many of them wait too long, and how long the oldest has stood there."""
    rows = list(stages)
    yield _gauge("kervan_shipments", "Shipments by stage", ["stage"], [([row["stage"]], row["count"]) for row in rows])
    yield _gauge(
        "kervan_shipments_overdue",
        "Shipments that wait longer than is allowed, by stage",
        ["stage"],
        [([row["stage"]], row["overdue"]) for row in rows],
    )
    yield _gauge(
        "kervan_stage_oldest_seconds",
        "For how long the shipment that is longest in a stage has stood there",
        ["stage"],
        [([row["stage"]], (now - row["oldest"]).total_seconds() if row["oldest"] else 0) for row in rows],
    )


def of_figures(figures: Mapping[str, float], attention: Mapping[str, int]) -> Families:
    """What the database tells operators: what waits, what is refused, what needs a person and why."""
    for name, (family, text) in FIGURES.items():
        yield _gauge(family, text, [], [([], figures[name])])
    yield _gauge(
        "kervan_attention", "What needs a person, by reason", ["reason"], [([k], n) for k, n in sorted(attention.items())]
    )


def of_webhooks(totals: Mapping[str, int]) -> Families:
    """What couriers sent to this process."""
    yield _counter("kervan_webhooks_received", "Webhooks by state", ["state"], [([k], n) for k, n in sorted(totals.items())])


def of_broker(told: Mapping[str, Any]) -> Families:
    """What waits on the broker for the workers; NaN where it does not answer."""
    nan = float("nan")
    yield _gauge("kervan_lag", "Messages on the broker that no worker has taken yet", [], [([], told.get("pending", nan))])
    yield _gauge("kervan_unacknowledged", "Messages that workers hold", [], [([], told.get("unacknowledged", nan))])


def of_build(release: str) -> Families:
    """Which release runs."""
    yield _gauge("kervan_build_info", "The release, in its label", ["version"], [([release], 1)])
