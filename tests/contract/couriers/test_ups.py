"""UPS Track Alert."""

from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import orjson
import pytest

from adapters.couriers import ups
from adapters.couriers.ports import Unclear
from tests.contract.couriers.suite import Suite, recorded
from workflow.delivery import DeliveryStatus


def changed(name: str, status: dict[str, Any] | None = None, **fields: Any) -> bytes:
    """A recording with other words."""
    event = orjson.loads(recorded(f"ups/{name}.json"))
    event["activityStatus"] |= status or {}
    return orjson.dumps(event | fields)


class TestUps(Suite):
    """The contract, over UPS's own examples."""

    adapter = ups.ADAPTER
    courier = "ups"
    secret = "opaque string, agreed at the subscription"
    label = "ups/1_manifest.json"
    first_scan = "ups/2_origin_scan.json"
    journey = (
        "ups/1_manifest.json",
        "ups/2_origin_scan.json",
        "ups/3_departure.json",
        "ups/4_preparing.json",
        "ups/5_out_for_delivery.json",
        "ups/6_delivered.json",
    )
    unknown = "ups/unknown_status.json"

    def headers(self, body: bytes) -> dict[str, str]:
        """The credential, and who it says it is."""
        return {"credential": self.secret, "user-agent": "UPSPubSubTrackingService"}

    def spoilt(self, headers: dict[str, str]) -> dict[str, str]:
        """Another credential."""
        return headers | {"credential": self.secret[:-1]}

    def without_proof(self, headers: dict[str, str]) -> dict[str, str]:
        """Only who it says it is."""
        return {"user-agent": headers["user-agent"]}

    def test_identity_is_the_body(self) -> None:
        """UPS has no event id."""
        body = recorded("ups/3_departure.json")
        assert [message.id for message in self.messages(body)] == [sha256(body).hexdigest()]

    def test_greenwich_time_counts(self) -> None:
        """Their example's local time is the day before."""
        (scan,) = self.scans(recorded("ups/2_origin_scan.json"))
        assert scan.occurred_at == datetime(2024, 4, 23, 1, 29, 1, tzinfo=UTC)

    def test_local_time_counts_with_its_offset_only(self) -> None:
        """Enhanced subscriptions have ``gmtOffset``; without it no time is guessed."""
        bare: dict[str, Any] = {"gmtActivityDate": "", "gmtActivityTime": ""}
        (scan,) = self.scans(changed("2_origin_scan", **bare, gmtOffset="-04.00"))
        assert scan.occurred_at == datetime(2024, 4, 23, 1, 29, 1, tzinfo=UTC)
        for wrong in (bare, bare | {"gmtOffset": "x"}, {"gmtActivityDate": "20240231"}):
            (piece,) = self.adapter.read(self.webhook(changed("2_origin_scan", **wrong)))
            assert isinstance(piece, Unclear)
            assert "gmtActivityDate" in piece.detail

    @pytest.mark.parametrize(
        ("status", "found"),
        [
            ({"type": "MV", "code": "VD"}, DeliveryStatus.CANCELLED),
            ({"type": "X", "code": "48"}, DeliveryStatus.ON_HOLD),
            ({"type": "I", "code": "AR"}, DeliveryStatus.IN_TRANSIT),
            ({"type": "M", "code": ""}, DeliveryStatus.ANNOUNCED),
            ({"type": "D", "code": "OT"}, DeliveryStatus.OUT_FOR_DELIVERY),
            ({"type": "D", "code": "ZZ"}, DeliveryStatus.OUT_FOR_DELIVERY),
        ],
    )
    def test_a_type_says_the_least_it_may_mean(self, status: dict[str, str], found: DeliveryStatus) -> None:
        """Codes are many and the list is not public; types are six."""
        (scan,) = self.scans(changed("2_origin_scan", status))
        assert scan.status is found

    def test_a_delivery_day_makes_it_delivered(self) -> None:
        """It "is blank until the delivery event occurs"."""
        (scan,) = self.scans(changed("6_delivered", {"code": "ZZ"}))
        assert scan.status is DeliveryStatus.DELIVERED

    def test_a_new_date_is_no_scan(self) -> None:
        """An update of the scheduled delivery moves no parcel; it is kept as it came."""
        assert list(self.adapter.read(self.webhook(changed("2_origin_scan", {"type": "U", "code": "DL"})))) == []
