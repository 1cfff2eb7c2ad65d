"""Saying something in the name of whoever gives a command, as a message like any other."""

from typing import TYPE_CHECKING, Any

from adapters.settings import Settings
from workflow.world import Outcome

if TYPE_CHECKING:
    from adapters.entrypoints.bootstrap import Parts


async def told(parts: "Parts", family: str, kind: str, data: dict[str, Any]) -> Outcome:
    """Give a person's message (``kind``, such as ``claim.filed.v1``) to the engine; what became of it."""
    import getpass
    import re
    from uuid import uuid4

    from adapters.entrypoints import bootstrap
    from events import topology
    from events.outgoing import envelope
    from events.translate import Arrival

    by = re.sub(r"[^A-Za-z0-9_-]", "-", getpass.getuser())[:64] or "shell"  # as a source may name them
    source, message_id = f"{family}/{by}", str(uuid4())
    body = envelope(source=source, id=message_id, type=kind, time=bootstrap.now(), data=data)
    (outcome,) = await parts.intake.take([Arrival(topology.subject_of(source), body, f"cli:{message_id}", attended=True)])
    return outcome


async def say(settings: Settings, url: str, kind: str, data: dict[str, Any], *, thing: str, reason: str) -> Outcome:
    """The same of operations, wherever the database is; audited if it is not refused."""
    from adapters.entrypoints import bootstrap
    from adapters.entrypoints.cli import place

    now = bootstrap.now()
    async with bootstrap.parts(settings, url) as parts:
        outcome = await told(parts, "ops", kind, data)
        if outcome.state != "refused":
            await place.sign(parts.pool, now, kind.removesuffix(".v1"), thing, reason=reason)
    return outcome
