"""DBOS Transact: a workflow a shipment, which waits for each message with ``recv`` and records each step."""

import sys
import time
from typing import Any

from adapters.database.pool import plain_url

STEPS = ("invoice", "booked", "scan", "etgb", "closed", "vedop")


def run(database_url: str, shipments: int) -> dict[str, Any]:
    """Start the workflows, send every message, wait for all ends; in this process, with DBOS's own threads."""
    from dbos import DBOS, DBOSConfig

    url = plain_url(database_url)
    config: DBOSConfig = {"name": "kervan-bench", "system_database_url": url, "log_level": "ERROR"}
    DBOS(config=config)

    def noted(stage: str, message: str) -> str:
        return f"{stage}:{message}"

    apply = DBOS.step(name="apply")(noted)  # called, not written above, so that types hold without dbos too

    def travelled(reference: str) -> int:
        moved = 1
        apply("validate", reference)
        for step in STEPS:
            message = DBOS.recv(step, timeout_seconds=120)
            apply(step, str(message))
            moved += step not in {"booked", "closed"}
        return moved

    journey = DBOS.workflow(name="journey")(travelled)
    DBOS.launch()
    began = time.perf_counter()
    handles = [DBOS.start_workflow(journey, f"order-{n}") for n in range(shipments)]
    for step in STEPS:
        for handle in handles:
            DBOS.send(handle.workflow_id, "{}", step)
    moved = sum(handle.get_result() for handle in handles)
    seconds = time.perf_counter() - began
    DBOS.destroy()
    return {"transitions/s": moved / seconds, "messages/s": shipments * (len(STEPS) + 1) / seconds}


if __name__ == "__main__":
    import orjson

    sys.stdout.write(orjson.dumps(run(sys.argv[1], int(sys.argv[2]))).decode())
