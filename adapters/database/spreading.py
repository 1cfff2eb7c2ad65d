"""How the tables could be spread over several servers by the seller (Citus), and which of them are no one seller's.

A distributed PostgreSQL asks that every unique key of a table carries the column by which it is spread. What is one seller's
carries it: shipments, claims, purchases, and all that hangs on them. What is here does not, each for its reason. Citus itself
was never run with these tables: that the keys allow it is all that is held, and the runbook says what else it would ask for.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Place(StrEnum):
    """Where a table that is no one seller's would lie."""

    OWN_KEY = "own key"
    """Spread by a key of its own: it is large, and belongs to several sellers or to none that is known."""
    REFERENCE = "reference"
    """A copy on every server: it is small, seldom written, and read beside what is any seller's."""
    ONE_SERVER = "one server"
    """Whole on the first server: its rows have one order for all, or are looked through as a whole."""


@dataclass(frozen=True, slots=True)
class Apart:
    """Where a table would lie, and why it cannot go by the seller."""

    place: Place
    why: str


APART: Final[dict[str, Apart]] = {
    "inbox": Apart(Place.OWN_KEY, "by source: a message is admitted once, whoever it is about; one may be about many sellers"),
    "inbox_body": Apart(Place.OWN_KEY, "by its number: what a message said goes with its row of the inbox"),
    "parked": Apart(Place.OWN_KEY, "by source: it waits because it is not known yet whose it is"),
    "refused": Apart(Place.OWN_KEY, "by arrival: much of it could not even be read"),
    "webhook": Apart(Place.OWN_KEY, "by digest: what a courier sent, before it is read"),
    "etgb": Apart(Place.OWN_KEY, "by number: one ETGB covers shipments of several sellers"),
    "etgb_line": Apart(Place.OWN_KEY, "by ETGB: it may name a shipment that is not known yet"),
    "etgb_match": Apart(Place.OWN_KEY, "by its id: a line in doubt may mean shipments of several sellers"),
    "attention": Apart(Place.OWN_KEY, "by its id: an item is one per cause, and that may be an ETGB, a message or the log"),
    "failed_task": Apart(Place.OWN_KEY, "by its id, which is that of its attention item"),
    "import": Apart(Place.OWN_KEY, "by its id: a courier's file has lines of many sellers"),
    "import_line": Apart(Place.OWN_KEY, "by its import"),
    "upload": Apart(Place.OWN_KEY, "by its id: a file before it is read"),
    "bulk_job": Apart(Place.OWN_KEY, "by its id: a person's job on shipments of any sellers"),
    "bulk_line": Apart(Place.OWN_KEY, "by its job"),
    "delivery": Apart(Place.OWN_KEY, "by its subscription, which may hear of any seller"),
    "delivery_attempt": Apart(Place.OWN_KEY, "by its id"),
    "outbox": Apart(Place.ONE_SERVER, "one relay publishes in one order"),
    "audit": Apart(Place.ONE_SERVER, "one log, in one order, of what was done to anything; sealed as a whole"),
    "seal": Apart(Place.ONE_SERVER, "each stands on the one before it"),
    "log_proof": Apart(Place.ONE_SERVER, "one row: how far seals were looked through"),
    "detached_month": Apart(Place.ONE_SERVER, "a month of all sellers goes at once"),
    "flow_batch": Apart(Place.ONE_SERVER, "how much each batch admitted, of all sellers"),
    "flow": Apart(Place.ONE_SERVER, "how much came in, of all sellers"),
    "migration_run": Apart(Place.ONE_SERVER, "which migrations ran"),
    "stage_count": Apart(Place.ONE_SERVER, "counts over all sellers"),
    "rate": Apart(Place.REFERENCE, "the central bank's rates are everybody's"),
    "rate_day": Apart(Place.REFERENCE, "days of rates"),
    "law_in_force": Apart(Place.REFERENCE, "one row: the law that all are judged by"),
    "column_mapping": Apart(Place.REFERENCE, "how couriers' files are read"),
    "counterpart": Apart(Place.REFERENCE, "couriers, issuers and offices serve all sellers"),
    "counterpart_action": Apart(Place.REFERENCE, "what people did to counterparts"),
    "counterpart_calls": Apart(Place.REFERENCE, "how counterparts fare, by minute"),
    "api_key": Apart(Place.REFERENCE, "asked at every request, before it is known whose data it is about"),
    "console_user": Apart(Place.REFERENCE, "people of the operator, who see all sellers or some"),
    "console_session": Apart(Place.REFERENCE, "asked at every request"),
    "idempotency": Apart(Place.REFERENCE, "asked by key, before a request is read"),
    "subscription": Apart(Place.REFERENCE, "it may hear of any seller"),
}
"""The tables of which some unique key carries no seller."""
