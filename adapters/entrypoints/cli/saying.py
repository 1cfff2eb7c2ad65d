"""Saying something in the name of whoever gives a command, as a message like any other."""

from typing import Any

from adapters.settings import Settings
from workflow.world import Outcome


async def say(settings: Settings, url: str, kind: str, data: dict[str, Any], *, thing: str, reason: str) -> Outcome:
    """Give a person's message (``kind``, such as ``etgb.correct_closing.v1``) to the engine; audited if it is not refused."""
    from uuid import uuid4

    from adapters.entrypoints import bootstrap, claims_view
    from adapters.entrypoints.cli import place
    from events import topology
    from events.outgoing import envelope
    from events.translate import Arrival

    source, message_id, now = f"ops/{claims_view.by()}", str(uuid4()), bootstrap.now()
    body = envelope(source=source, id=message_id, type=kind, time=now, data=data)
    arrival = Arrival(topology.subject_of(source), body, f"cli:{message_id}", attended=True)
    async with bootstrap.parts(settings, url) as parts:
        (outcome,) = await parts.intake.take([arrival])
        if outcome.state != "refused":
            await place.sign(parts.pool, now, kind.removesuffix(".v1"), thing, reason=reason)
    return outcome
