"""What is told, as its counterpart writes it."""

import base64
import csv
import hmac
import io
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

import orjson

from adapters.couriers.fedex.scheme import signature
from events import topology
from events.outgoing import envelope
from events.translate import Arrival
from tests.e2e.month.script import PERIOD, Declaration, Fact, Parcel, Told
from tests.unit.lists import papers
from tests.unit.scans.workbooks import workbook
from workflow.refund import claim_id

SECRET = "whsec_" + base64.b64encode(b"the secret of a simulated month.").decode()
CREDENTIAL = "agreed with the subscription"
TOKEN = "a token for FedEx of some length"

STATUS = {Fact.SCAN: "picked_up", Fact.DELIVERY: "delivered"}
_UPS = {
    Fact.LABEL: ("M", "MP", "Shipment Ready for UPS"),
    Fact.SCAN: ("I", "OR", "On the Way"),
    Fact.DELIVERY: ("D", "FS", "Delivered"),
}
_FEDEX = {
    Fact.LABEL: ("OC", "Shipment information sent to FedEx"),
    Fact.SCAN: ("PU", "Picked up"),
    Fact.DELIVERY: ("DL", "Delivered"),
}
_NEEDED = {
    "shipment.drafted.v1": "reference",
    "shipment.cancelled.v1": "reason",
    "invoice.issued.v1": "number",
    "courier.booked.v1": "tracking_number",
    "courier.checkpoint.v1": "status",
    "etgb.issued.v1": "registered_on",
    "etgb.closed.v1": "closed_on",
    "claim.filed.v1": "petition_number",
}
"""A field of each message that it is not one without."""


def named(parcel: Parcel) -> dict[str, str]:
    """A parcel as its seller calls it."""
    return {"seller": parcel.seller, "reference": parcel.reference}


def draft(parcel: Parcel) -> dict[str, Any]:
    """The order under its new reference, to a customer of its own; every fifth leaves it to the booking who carries it."""
    data = parcel.order.data
    buyer = data["consignee"] | {"name": f"{data['consignee']['name']} ({parcel.place})"}
    who = data["seller"] | {"tax_number": parcel.seller}
    carrier = {"courier": parcel.courier} if parcel.place % 5 else {}
    return data | {"seller": who, "reference": parcel.reference, "consignee": buyer} | carrier


def _said(told: Told) -> tuple[str, str, dict[str, Any]]:
    """Source, type and data of what is told on the broker."""
    match told.fact, told.about:
        case Fact.DRAFT, Parcel() as one:
            return "orders/shop", "shipment.drafted.v1", draft(one)
        case Fact.WITHDRAWAL, Parcel() as one:
            return "orders/shop", "shipment.cancelled.v1", {"shipment": named(one), "reason": "the buyer withdrew"}
        case Fact.BOOKING, Parcel() as one:
            data = {"shipment": named(one), "courier": one.courier, "tracking_number": one.tracking}
            return f"courier/{one.courier}", "courier.booked.v1", data
        case ((Fact.SCAN | Fact.DELIVERY), Parcel() as one):
            data = {"courier": one.courier, "tracking_number": one.tracking, "status": STATUS[told.fact]}
            return f"courier/{one.courier}", "courier.checkpoint.v1", data | {"occurred_at": told.happened.isoformat()}
        case Fact.LINE, Declaration() as one:
            return f"courier/{one.courier}", "etgb.issued.v1", issued(one, told.lines)
        case Fact.DOCUMENT, Declaration() as one:
            there = {"document_url": f"https://etgb.example/{one.number}.pdf"}
            return "customs/feed", "etgb.issued.v1", issued(one, told.lines[:1]) | there
        case Fact.CLOSING, Declaration() as one:
            return "customs/feed", "etgb.closed.v1", {"number": one.number, "closed_on": one.closed_on.isoformat()}
        case Fact.FILING, str() as seller:
            data = {"claim": str(claim_id(seller, PERIOD, 0)), "petition_number": f"P-{seller}"}
            return "tax_office/vedop", "claim.filed.v1", data | {"filed_on": told.at.date().isoformat()}
    raise AssertionError(told)


def issued(one: Declaration, lines: Sequence[Parcel]) -> dict[str, Any]:
    """An ETGB with some of its lines."""
    return {
        "number": one.number,
        "registered_on": one.registered.date().isoformat(),
        "courier": one.courier,
        "lines": [{"shipment": named(line), "amount": str(line.order.total), "currency": "GBP"} for line in lines],
    }


def event(told: Told) -> tuple[str, dict[str, Any]]:
    """The source, and the CloudEvent."""
    source, kind, data = _said(told)
    body = envelope(source=source, id=told.name, type=kind, time=told.happened, data=data)
    found: dict[str, Any] = orjson.loads(body)
    return source, found


def message(told: Told) -> Arrival:
    """A message on the broker."""
    source, kind, data = _said(told)
    body = envelope(source=source, id=told.name, type=kind, time=told.happened, data=data)
    return Arrival(topology.subject_of(source), body, told.name)


def spoilt(good: Arrival) -> tuple[Arrival, str]:
    """A message that nobody can read, or of an ETGB one that is read and refused, and the code by which it is to be listed."""
    said = orjson.loads(good.body)
    variant = sha256(good.body).digest()[0] % (4 if "etgb" in said["type"] else 3)
    if variant == 0:
        return Arrival(good.subject, good.body[:-2], good.token), "not_json"
    if variant == 1:
        del said["data"][_NEEDED[said["type"]]]
        return Arrival(good.subject, orjson.dumps(said), good.token), "wrong_data"
    if variant == 2:
        return Arrival(good.subject, orjson.dumps(said | {"type": "etgb.guessed.v9"}), good.token), "unknown_type"
    said["data"]["number"] = said["data"]["number"][:-1]
    return Arrival(good.subject, orjson.dumps(said | {"id": said["id"] + "-spoilt"}), good.token), "etgb_number_malformed"


Webhook = tuple[str, bytes, dict[str, str]]
"""Courier, body, headers."""


def standard(told: Sequence[Told], at: datetime) -> Webhook:
    """A list of events of ``pts``, by Standard Webhooks."""
    body = orjson.dumps([event(one)[1] for one in told])
    return "pts", body, signed(body, f"{told[0].name}-{at:%d%H}-{told[0].again:d}", at)


def signed(body: bytes, message_id: str, at: datetime) -> dict[str, str]:
    """The headers of a Standard Webhook."""
    stamp = str(int(at.timestamp()))
    key = base64.b64decode(SECRET.removeprefix("whsec_"))
    proof = base64.b64encode(hmac.new(key, f"{message_id}.{stamp}.".encode() + body, sha256).digest()).decode()
    return {"webhook-id": message_id, "webhook-timestamp": stamp, "webhook-signature": f"v1,{proof}"}


def ups(told: Told) -> Webhook:
    """A Track Alert."""
    assert isinstance(told.about, Parcel)
    kind, code, words = _UPS[told.fact]
    at = told.happened
    delivered = f"{at:%Y%m%d}" if told.fact is Fact.DELIVERY else ""
    said = {
        "trackingNumber": told.about.tracking,
        "localActivityDate": f"{at:%Y%m%d}",
        "localActivityTime": f"{at:%H%M%S}",
        "activityLocation": {"city": "Istanbul", "stateProvince": "", "postalCode": "", "country": "TR"},
        "activityStatus": {"type": kind, "code": code, "description": words, "descriptionCode": ""},
        "scheduledDeliveryDate": "",
        "actualDeliveryDate": delivered,
        "actualDeliveryTime": "",
        "gmtActivityDate": f"{at:%Y%m%d}",
        "gmtActivityTime": f"{at:%H%M%S}",
    }
    return "ups", orjson.dumps(said), {"credential": CREDENTIAL}


def fedex(told: Sequence[Told], spoil: str = "") -> Webhook:
    """A payload of Advanced Integrated Visibility with some parcels; ``spoil`` takes the offset of the times away."""
    results = []
    for one in told:
        assert isinstance(one.about, Parcel)
        kind, words = _FEDEX[one.fact]
        at = one.happened.isoformat()
        scan = {
            "date": at.replace("+00:00", "") if spoil else at,
            "eventType": kind,
            "eventDescription": words,
            "exceptionCode": "",
            "exceptionDescription": "",
            "scanLocation": {"city": "ISTANBUL", "countryCode": "TR", "residential": False},
        }
        track = {"trackingNumberInfo": {"trackingNumber": one.about.tracking, "carrierCode": "FDXE"}, "scanEvents": [scan]}
        results.append({"trackingNumber": one.about.tracking, "trackResults": [track]})
    body = orjson.dumps({"transactionId": spoil or told[0].name, "output": {"completeTrackResults": results}})
    return "fedex", body, {"fdx-signature": signature(TOKEN, body)}


LIST = ("ETGB NO", "ETGB TARİHİ", "SİPARİŞ NO", "TUTAR (GBP)", "VKN")
VEDOP = ("ETGB NO", "VEDOP TARİHİ", "İNTAÇ TARİHİ")


def rows(told: Sequence[Told]) -> list[list[str]]:
    """The rows of a courier's list of ETGBs; a spoilt one has a number that was cut."""
    found = []
    for one in told:
        assert isinstance(one.about, Declaration)
        number, day = one.about.number, f"{one.about.registered:%d.%m.%Y}"
        for line in one.lines[:1] if one.spoilt else one.lines:
            amount = str(line.order.total).replace(".", ",")
            found.append([number[:-1] if one.spoilt else number, day, line.reference, amount, line.seller])
    return found


def seen(told: Sequence[Told]) -> list[list[str]]:
    """The rows of a list of what stands in VEDOP."""
    found = []
    for one in told:
        assert isinstance(one.about, Declaration)
        number, closed = one.about.number, f"{one.about.closed_on:%d.%m.%Y}"
        found.append(
            [
                number[:-1] if one.spoilt else number,
                f"{one.happened:%d.%m.%Y}",
                "Kapanmamış" if one.about.misses(Fact.CLOSING) else closed,
            ]
        )
    return found


def written(form: str, headings: Sequence[str], body: list[list[str]]) -> tuple[str, bytes]:
    """A list as a file: its name and its bytes."""
    if form == "xlsx":
        return "liste.xlsx", workbook([[*headings], *body])
    if form == "pdf":
        return "liste.pdf", papers.pdf(papers.table(headings, body))
    text = io.StringIO()
    csv.writer(text, delimiter=";").writerows([headings, *body])
    return "liste.csv", ("\ufeff" + text.getvalue()).encode()
