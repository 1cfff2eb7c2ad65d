"""Navlungo's words in the contract's; pure."""

import re
from datetime import UTC, datetime
from hashlib import sha256
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, StringConstraints

from adapters.couriers.navlungo import CODE, SOURCE
from adapters.couriers.reading import Form, UnclearError, Word, checkpoint
from events.outgoing import envelope
from workflow.delivery import DeliveryStatus as S
from workflow.values import istanbul_day

STATUSES: dict[str, S] = {
    "pending": S.ANNOUNCED,  # Pending: Taşıyıcıda henüz takip bilgisi yok
    "inforeceived": S.ANNOUNCED,  # Info Received: Gönderi bilgisi alındı, gönderi henüz teslim alınmadı
    "intransit": S.IN_TRANSIT,  # In Transit: Gönderi yolda (aktarma merkezi, gümrük işlemleri dahil)
    "outfordelivery": S.OUT_FOR_DELIVERY,  # Out For Delivery: Gönderi dağıtıma çıktı
    "attemptfail": S.ATTEMPT_FAILED,  # Attempt Fail: Teslimat denemesi başarısız oldu
    "availableforpickup": S.READY_FOR_PICKUP,  # Available For Pickup: Gönderi teslim noktasında
    "delivered": S.DELIVERED,  # Delivered: Gönderi teslim edildi
    "exception": S.ON_HOLD,  # Exception: Teslimatta sorun var (gümrük gecikmesi, hatalı adres, reddedilme, iade vb.)
    "expired": S.UNKNOWN,  # Expired: Uzun süredir takip bilgisi gelmiyor
}
"""``checkpoints[].status`` without its spaces, in lower case, as Navlungo asks for it to be compared."""

_NUMBER = re.compile(r"NVL([0-9]{12})", re.ASCII)
_TIME = "%d.%m.%Y %H:%M"


class Token(BaseModel):
    """``POST connect/token``; ``expires_in`` is in seconds."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    access_token: Annotated[str, StringConstraints(min_length=1)]
    expires_in: int


class Tracking(Form):
    """``GET …/tracking``; the checkpoints are read one by one, so that a bad one does not lose the others."""

    tracking_number: Word
    checkpoints: list[Any]


class EtgbDocument(Form):
    """``GET …/etgb/download-url``; without a PDF where Navlungo has the number from a list only."""

    etgb_number: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40)]
    file_name: Word | None = None
    download_url: Word | None = None


class _Checkpoint(Form):
    checkpoint_time: Word
    status: Word
    sub_status_message: Word | None = None
    sub_status_description: Word | None = None
    country: Word | None = None
    city: Word | None = None
    location: Word | None = None

    def at(self) -> datetime:
        try:
            return datetime.strptime(self.checkpoint_time, _TIME).replace(tzinfo=UTC)
        except ValueError:
            raise UnclearError("wrong_data", "checkpointTime: not a time as 23.09.2026 09:22.") from None


def reference(tracking_number: str) -> int | None:
    """The reference in a tracking number of Navlungo's; ``None`` where it is none."""
    found = _NUMBER.fullmatch(tracking_number.strip())
    return int(found[1]) if found else None


def status(word: str) -> S | None:
    """The contract's word; ``None`` where it is not in the table."""
    return STATUSES.get("".join(word.split()).lower())  # English words: no Turkish letter is among them


def scan(tracking_number: str, said: Any, **carried: str) -> tuple[str, bytes, S | None]:  # noqa: ANN401 - any JSON
    """A checkpoint as a message: its id, which follows from what it says, its bytes, and its status.

    Raises:
        UnclearError, ValidationError: it is not of its documented form.
    """
    one = _Checkpoint.model_validate(said)
    at = one.at()
    told = "\0".join([tracking_number, one.checkpoint_time, one.status, one.sub_status_message or "", one.location or ""])
    message_id = f"scan:{sha256(told.encode()).hexdigest()}"
    found = status(one.status)
    body = checkpoint(
        CODE,
        message_id,
        tracking_number=tracking_number,
        status=found,
        code=one.status,
        description=one.sub_status_description or one.sub_status_message or one.status,
        occurred_at=at,
        occurred_at_inferred=False,
        location=(one.location or one.city, one.country),
        reason=(one.sub_status_message or "") if found is S.ON_HOLD else "",
        **carried,
    )
    return message_id, body, found


def etgb(number: str, shipment: str, told_at: datetime, document_url: str, **carried: str) -> tuple[str, bytes]:
    """The ETGB of one shipment as a message, and its id: with its document it is another message than without."""
    message_id = f"etgb:{number}:{shipment}" + (":document" if document_url else "")
    data = {
        "number": number,
        "registered_on": istanbul_day(told_at).isoformat(),
        "registered_on_inferred": True,
        "courier": CODE,
        "lines": [{"shipment": {"id": shipment}}],
    }
    if document_url:
        data["document_url"] = document_url
    return message_id, envelope(source=SOURCE, id=message_id, type="etgb.issued.v1", time=told_at, data=data, **carried)
