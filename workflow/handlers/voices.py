"""Whose word counts: what a courier may say of an ETGB or a parcel that may be another courier's."""

from workflow import facts
from workflow.batch import Batch, Refused
from workflow.etgb import Etgb
from workflow.message import Part
from workflow.shipment import Shipment


def speaks_for_another(part: Part, etgb: Etgb) -> Refused | None:
    """Refuse a courier that says anything of the ETGB of another courier: closes or cancels it, adds lines or a document."""
    code = _courier_of(part)
    if not code or etgb.courier in {"", code}:
        return None
    return Refused("other_couriers_etgb", f"ETGB {etgb.number} was made by {etgb.courier}; {code} cannot speak for it")


def _courier_of(part: Part) -> str:
    """The courier that says a part; empty where no courier does."""
    family, _, code = part.message.source.partition("/")
    return code if family == "courier" else ""


def declares_anothers(part: Part, shipment: Shipment | None) -> Refused | None:
    """Refuse a courier that declares a parcel which another courier carries; until it is booked, nobody carries it."""
    code = _courier_of(part)
    if not code or shipment is None or not shipment.tracking_number or shipment.courier == code:
        return None
    why = f"the parcel is {shipment.courier}/{shipment.tracking_number}; {code} cannot declare it to customs"
    return Refused("other_couriers_shipment", why)


def may_not_tell(batch: Batch, part: Part, fact: facts.EtgbIssued, etgb: Etgb | None) -> Refused | None:
    """Refuse a courier that adds to another's ETGB, or makes one of nothing but parcels that others carry."""
    if etgb is not None:
        return speaks_for_another(part, etgb)
    refused = [declares_anothers(part, batch.world.named.get(line.key)) for line in fact.lines]
    return None if None in refused else next(iter(refused), None)
