"""What is counted for operators, however much has come in."""

from typing import Any

from adapters.database import tallies
from events.intake import Intake
from tests.stories import draft, said

Pool = Any
_MANY = """
INSERT INTO inbox (source, id, type, subject, event_at, received_at)
SELECT 'courier/ups', 'm-' || n, 'courier.checkpoint.v1', 'kervan.in.courier.ups', now(), now()
FROM generate_series(1, 5000) AS n
"""


async def test_a_sandbox_is_known_by_one_message_of_it(connections: Pool, intake: Intake) -> None:
    """For ever, since the inbox keeps it."""
    await intake.take([said("orders/shop", "shipment.drafted.v1", "d", draft("a"))])
    assert not await tallies.holds_sandbox_data(connections)
    await intake.take([said("orders/sandbox", "shipment.drafted.v1", "d", draft("b"))])
    assert await tallies.holds_sandbox_data(connections)


async def test_whether_a_sandbox_was_heard_is_looked_up_in_the_inboxs_key(connections: Pool) -> None:
    """Each page asks it, so it must not read the messages of all others, of which there are millions."""
    await connections.execute(_MANY)
    await connections.execute("ANALYZE inbox")
    rows = await connections.fetch(f"EXPLAIN {tallies.HEARD_OF}", ["courier/sandbox", "integrator/sandbox"])
    plan = "\n".join(row[0] for row in rows)
    assert "inbox_pkey" in plan, plan
    assert "Seq Scan on inbox" not in plan, plan
