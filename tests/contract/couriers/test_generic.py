"""Couriers that speak the contract's words over Standard Webhooks."""

import base64
import hmac
from hashlib import sha256

import pytest

from adapters.couriers import generic
from tests.contract.couriers.suite import NOW, SeveralSuite, recorded

KEY = bytes(range(32))


class TestGeneric(SeveralSuite):
    """The contract, over bare checkpoints, events and lists."""

    adapter = generic.ADAPTER
    courier = "pts"
    secret = "whsec_" + base64.b64encode(KEY).decode()
    label = "generic/label.json"
    first_scan = "generic/picked_up.json"
    journey = (
        "generic/label.json",
        "generic/picked_up.json",
        "generic/event.json",
        "generic/list.json",
        "generic/delivered.json",
    )
    unknown = "generic/unknown.json"
    one_bad = "generic/one_bad.json"

    def headers(self, body: bytes) -> dict[str, str]:
        """By the specification."""
        at = str(int(NOW.timestamp()))
        proof = base64.b64encode(hmac.new(KEY, f"m-1.{at}.".encode() + body, sha256).digest()).decode()
        return {"webhook-id": "m-1", "webhook-timestamp": at, "webhook-signature": f"v1,{proof}"}

    def spoilt(self, headers: dict[str, str]) -> dict[str, str]:
        """Another signature."""
        return headers | {"webhook-signature": "v1," + "A" * 43 + "="}

    def without_proof(self, headers: dict[str, str]) -> dict[str, str]:
        """No signature."""
        return {name: value for name, value in headers.items() if name != "webhook-signature"}

    @pytest.mark.parametrize(
        ("name", "ids"),
        [("picked_up", ["m-1"]), ("event", ["chk-8841"]), ("list", ["m-1:0", "m-1:1", "m-1:2"])],
    )
    def test_ids_are_the_senders(self, name: str, ids: list[str]) -> None:
        """An event's own, the webhook's, or the webhook's with the place in the list."""
        assert [message.id for message in self.messages(recorded(f"generic/{name}.json"))] == ids
