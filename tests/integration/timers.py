"""A timer, and the engine behind it, at any moment."""

from datetime import datetime
from typing import Any

from adapters.calendar import turkey
from adapters.database.store import PostgresStore
from adapters.entrypoints.timing import AT_ONCE, Timer
from events.intake import Intake
from tests.law import BOOK
from workflow.apply import Engine
from workflow.deadlines import Allowances
from workflow.world import Policy

HOLIDAYS = turkey.public_holidays()


def intake_at(pool: Any, now: datetime) -> Intake:
    """A way in whose clock stands still."""
    store = PostgresStore(pool, BOOK.version)
    policy = Policy(BOOK, allowances=Allowances(holidays=HOLIDAYS))
    return Intake(Engine(store, lambda: now, policy), store, lambda: now)


def timer(pool: Any, now: datetime, *, at_once: int = AT_ONCE) -> Timer:
    """A timer that takes it to be ``now``."""
    return Timer(intake_at(pool, now), pool, lambda: now, at_once)
