"""What every courier keeps to, whatever its form, and what its webhooks do; each courier's tests inherit this."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import orjson
import pytest

from adapters.couriers.ports import Adapter, NotAuthenticError, Unclear
from events import topology
from events.translate import Arrival, read
from events.webhooks import Webhook
from workflow import delivery
from workflow.delivery import DeliveryStatus
from workflow.facts import Checkpoint
from workflow.message import Message

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
RECORDINGS = Path(__file__).parents[1] / "recordings"


def recorded(name: str) -> bytes:
    """A recording, byte for byte."""
    return (RECORDINGS / name).read_bytes()


class Journey(ABC):
    """What every courier's scans keep to, however they come; a subclass says who it is and where its recordings are."""

    courier: str
    label: str
    """The recording of a label that was created."""
    first_scan: str
    """The recording whose latest scan is the first physical one."""
    journey: Sequence[str]
    """Recordings from label to delivery, in their order."""
    unknown: str
    """A recording with a status that no table knows."""
    first_status: DeliveryStatus = DeliveryStatus.PICKED_UP
    """What the first physical scan is, where the courier has no word for a pick-up."""

    @abstractmethod
    def messages(self, body: bytes) -> list[Message]:
        """What the engine is given of a body."""

    def scans(self, body: bytes) -> list[Checkpoint]:
        """The checkpoints in a body."""
        found = [message.fact for message in self.messages(body)]
        assert all(isinstance(fact, Checkpoint) for fact in found)
        return [fact for fact in found if isinstance(fact, Checkpoint)]

    def test_it_speaks_for_its_courier(self) -> None:
        """Source, subject and payload name the courier whose webhook it is."""
        for message in self.messages(recorded(self.first_scan)):
            assert message.source == f"courier/{self.courier}"
            assert isinstance(message.fact, Checkpoint)
            assert message.fact.courier == self.courier

    def test_tracking_numbers_are_clean(self) -> None:
        """No space before or after."""
        for name in self.journey:
            for scan in self.scans(recorded(name)):
                assert scan.tracking_number == scan.tracking_number.strip() != ""

    def test_a_label_is_no_hand_over(self) -> None:
        """That it was created says nothing of the parcel."""
        (scan,) = self.scans(recorded(self.label))
        assert scan.status is DeliveryStatus.ANNOUNCED
        assert scan.status not in delivery.PHYSICAL

    def test_the_first_physical_scan_is_one(self) -> None:
        """The parcel was picked up, at the scan's own time."""
        latest = max(self.scans(recorded(self.first_scan)), key=lambda scan: scan.occurred_at)
        assert latest.status is self.first_status
        assert latest.status in delivery.PHYSICAL
        assert latest.occurred_at < NOW

    @pytest.mark.parametrize("backwards", [False, True])
    def test_any_order_ends_alike(self, backwards: bool) -> None:
        """The scan's time decides, not when its webhook came."""
        scans = [scan for name in self.journey for scan in self.scans(recorded(name))]
        status: DeliveryStatus | None = None
        at: datetime | None = None
        for scan in reversed(scans) if backwards else scans:
            status, at = delivery.merge(status, at, scan.status, scan.occurred_at) or (status, at)
        assert status is DeliveryStatus.DELIVERED

    def test_an_unknown_status_is_kept_with_its_words(self) -> None:
        """As `unknown`, with the courier's code and description, and no hand-over."""
        (message,) = self.messages(recorded(self.unknown))
        assert isinstance(message.fact, Checkpoint)
        assert message.fact.status is DeliveryStatus.UNKNOWN
        data = orjson.loads(message.body)["data"]
        assert data["code"]
        assert data["description"]


class Suite(Journey):
    """The contract of webhooks."""

    adapter: Adapter
    secret: str

    @abstractmethod
    def headers(self, body: bytes) -> dict[str, str]:
        """What the courier puts beside a body, by lower-case name."""

    @abstractmethod
    def spoilt(self, headers: dict[str, str]) -> dict[str, str]:
        """The same with a wrong proof."""

    @abstractmethod
    def without_proof(self, headers: dict[str, str]) -> dict[str, str]:
        """The same without any."""

    def authenticate(self, body: bytes, headers: Mapping[str, str]) -> str:
        """The message's id."""
        return self.adapter.authenticate(self.secret, headers, body, NOW)

    def webhook(self, body: bytes) -> Webhook:
        """A body as it is stored."""
        return Webhook(self.courier, self.authenticate(body, self.headers(body)), body, NOW)

    def messages(self, body: bytes) -> list[Message]:
        """What the engine is given of a body."""
        webhook = self.webhook(body)
        found = []
        for piece in self.adapter.read(webhook):
            if isinstance(piece, Unclear):
                continue
            message = read(Arrival(topology.subject_of(webhook.source), piece, "t"), NOW)
            assert isinstance(message, Message), message
            found.append(message)
        return found

    def test_its_proof_is_accepted(self) -> None:
        """And gives the message an id."""
        body = recorded(self.first_scan)
        assert self.authenticate(body, self.headers(body))

    def test_a_wrong_proof_is_refused(self) -> None:
        """Changed, missing, empty, or not even ASCII."""
        body = recorded(self.first_scan)
        right = self.headers(body)
        wrong = self.spoilt(right)
        (proof,) = [name for name in wrong if wrong[name] != right[name]]
        for given in (wrong, self.without_proof(right), right | {proof: ""}, right | {proof: "ığü€"}):
            with pytest.raises(NotAuthenticError):
                self.authenticate(body, given)

    def test_another_secret_is_refused(self) -> None:
        """The proof is the courier's own."""
        body = recorded(self.first_scan)
        with pytest.raises(NotAuthenticError):
            self.adapter.authenticate("whsec_" + "A" * 44, self.headers(body), body, NOW)

    def test_the_same_body_is_the_same_messages(self) -> None:
        """Byte for byte, with the same ids, whenever it is read."""
        for name in self.journey:
            webhook = self.webhook(recorded(name))
            assert self.adapter.read(webhook) == self.adapter.read(webhook)
            ids = [message.id for message in self.messages(webhook.body)]
            assert len(ids) == len(set(ids)) > 0

    @pytest.mark.parametrize(
        "body", [b"", b"\xff", b"{", b"null", b"17", b'"x"', b"{}", b"[[]]", b'{"output": 3}', b"[" * 2000]
    )
    def test_what_cannot_be_read_is_said_not_raised(self, body: bytes) -> None:
        """Whatever stands there, it is a piece with a code and what to do."""
        found = self.adapter.read(self.webhook(body))
        unread = [piece for piece in found if not isinstance(piece, Unclear)]
        for piece in unread:  # the generic form leaves a bare object to the contract
            webhook = self.webhook(body)
            assert not isinstance(read(Arrival(topology.subject_of(webhook.source), piece, "t"), NOW), Message)
        assert found
        assert all(piece.code and piece.detail for piece in found if isinstance(piece, Unclear))


class SeveralSuite(Suite):
    """What couriers keep to that tell several scans at once."""

    one_bad: str
    """A recording of three scans of which the second is bad."""

    def test_one_bad_scan_does_not_lose_the_others(self) -> None:
        """Two messages, and one piece that is kept."""
        webhook = self.webhook(recorded(self.one_bad))
        subject = topology.subject_of(webhook.source)
        found = [
            piece if isinstance(piece, Unclear) else read(Arrival(subject, piece, "t"), NOW)
            for piece in self.adapter.read(webhook)
        ]
        assert [isinstance(one, Message) for one in found] == [True, False, True]
