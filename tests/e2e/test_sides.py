"""What ``make bench`` measures does its whole work still, with few shipments: it is seldom run, and tables change."""

import asyncio
from pathlib import Path

import pytest

from adapters.entrypoints.embedded import EmbeddedServers
from adapters.entrypoints.embedded import processes as embedded
from tests.benchmarks import journey, rig


@pytest.mark.parametrize(
    ("program", "filing"), [(journey.KERVAN, True), (journey.PLAIN, False)], ids=["kervan", "a session a message"]
)
def test_a_side_carries_every_shipment_to_its_end(tmp_path: Path, program: tuple[str, ...], *, filing: bool) -> None:
    """The benchmark itself compares stages and log with what was sent, and says so if nothing moves any more."""
    with EmbeddedServers(tmp_path, broker_port=embedded.any_port()) as servers:
        place = rig.Place(tmp_path, servers.urls.database_url, servers.urls.broker_url)
        found = asyncio.run(journey.end_to_end(place, program, 1, 20, filing=filing))
    assert found["transitions/s"] > 0
