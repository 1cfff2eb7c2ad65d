"""FedEx Advanced Integrated Visibility."""

from datetime import UTC, datetime

from adapters.couriers import fedex
from adapters.couriers.fedex.scheme import signature
from adapters.couriers.ports import Unclear
from tests.contract.couriers.suite import SeveralSuite, recorded
from workflow.delivery import DeliveryStatus


class TestFedex(SeveralSuite):
    """The contract, over payloads in FedEx's form."""

    adapter = fedex.ADAPTER
    courier = "fedex"
    secret = "a security token of forty characters...."
    label = "fedex/1_label.json"
    first_scan = "fedex/2_picked_up.json"
    journey = ("fedex/1_label.json", "fedex/2_picked_up.json", "fedex/3_delivered.json")
    unknown = "fedex/unknown_event.json"
    one_bad = "fedex/one_bad_scan.json"

    def headers(self, body: bytes) -> dict[str, str]:
        """The signature of the raw body."""
        return {"fdx-signature": signature(self.secret, body)}

    def spoilt(self, headers: dict[str, str]) -> dict[str, str]:
        """Another body's signature."""
        return {"fdx-signature": signature(self.secret, b"{}")}

    def without_proof(self, headers: dict[str, str]) -> dict[str, str]:
        """Nothing."""
        return {}

    def test_a_scan_that_is_told_again_is_the_same_message(self) -> None:
        """Each payload tells the history once more: three payloads with nine scans are six messages."""
        told = [message.id for name in self.journey for message in self.messages(recorded(name))]
        assert (len(told), len(set(told))) == (9, 6)

    def test_a_time_without_an_offset_is_not_guessed_at(self) -> None:
        """It names the place in the body and what is missing."""
        (bad,) = [p for p in self.adapter.read(self.webhook(recorded(self.one_bad))) if isinstance(p, Unclear)]
        assert bad.place == "completeTrackResults[0].trackResults[0].scanEvents[1]"
        assert "offset" in bad.detail

    def test_scans_have_their_own_times(self) -> None:
        """With the offset of where they were made."""
        scans = self.scans(recorded("fedex/3_delivered.json"))
        assert scans[0].status is DeliveryStatus.DELIVERED
        assert scans[0].occurred_at == datetime(2026, 11, 23, 10, 55, tzinfo=UTC)

    def test_news_other_than_scans_is_nothing_to_tell(self) -> None:
        """A payload may carry a new delivery window alone."""
        body = b'{"output": {"completeTrackResults": [{"trackingNumber": "1", "trackResults": [{"x": 1}]}]}}'
        assert list(self.adapter.read(self.webhook(body))) == []


def test_the_signature_is_the_published_one() -> None:
    """Base64 of HMAC-SHA256 over the raw body."""
    assert signature("test-security-token", b'{"a":1}') == "dHxwuGiklFtI6luD8tL9wfwVWOJqNzmu4qSlPs1tl7Q="
