"""What VEDOP, the tax office and the central bank say."""

from typing import Annotated, Literal

from pydantic import Field

from events.contracts.base import Currency, Day, Money, Name, Price, ShipmentRef, Text, Wire

_Status = Literal["open", "filed", "under_review", "approved", "paid", "rejected", "reversed"]


class Evidence(Wire):
    """How it is known that an ETGB is in VEDOP."""

    kind: Name
    reference: Text = ""


class VedopTransferred(Wire):
    """``vedop.transferred.v1``."""

    etgb_number: Annotated[str, Field(min_length=1, max_length=40)]
    seen_on: Day
    closed_on: Day | None = None
    evidence: Evidence
    among_others: bool = False
    """It stood in a list of all that a company declared: an ETGB that is not known may be none of ours, so nobody is asked for
    it. It applies all the same should the ETGB become known."""


class ShipmentTransferToVedop(Wire):
    """``shipment.transfer_to_vedop.v1``: a person confirms it for one shipment."""

    shipment: ShipmentRef
    seen_on: Day
    closed_on: Day | None = None
    evidence: Evidence


class ClaimRequestFiling(Wire):
    """``claim.request_filing.v1``: a person wants a claim filed by the counterpart that the settings name."""

    claim: Annotated[str, Field(max_length=36)]


class ClaimFilingAwaited(Wire):
    """``claim.filing_awaited.v1``: a claim waits for a person to file it."""

    claim: Annotated[str, Field(max_length=36)]


class ClaimLapsing(Wire):
    """``claim.lapsing.v1``, from Kervan to itself: the right to a claim is about to lapse, or has lapsed."""

    claim: Annotated[str, Field(max_length=36)]


class ClaimFiled(Wire):
    """``claim.filed.v1``."""

    claim: Annotated[str, Field(max_length=36)]
    petition_number: Name
    filed_on: Day
    exported: Money | None = None
    refundable: Money | None = None
    shipments: Annotated[int, Field(ge=0)] | None = None
    rate_policy: Literal["", "intac_prev_bulletin", "intac_same_day", "invoice_date"] = ""
    override: Text = ""
    calculation: Annotated[str, Field(pattern=r"^([0-9a-f]{64})?$")] = ""


class ClaimProgressed(Wire):
    """``claim.progressed.v1``."""

    claim: Annotated[str, Field(max_length=36)]
    status: _Status
    on: Day
    amount: Money | None = None
    note: Text = ""
    due_on: Day | None = None
    answered: bool = False
    shipment: ShipmentRef | None = None


class ShipmentFileRefund(Wire):
    """``shipment.file_refund.v1``."""

    shipment: ShipmentRef


class Rate(Wire):
    """One currency of a bulletin: ``forex_buying`` TRY for ``unit`` of it."""

    currency: Currency
    unit: Annotated[int, Field(ge=1, le=100000)] = 1
    forex_buying: Price


class RatesPublished(Wire):
    """``rates.published.v1`` on ``kervan.in.rates.<code>``: a central bank bulletin."""

    published_on: Day
    bulletin: Text = ""
    rates: Annotated[list[Rate], Field(min_length=1, max_length=200)]


class RatesAbsent(Wire):
    """``rates.absent.v1`` on ``kervan.in.rates.<code>``: days on which the central bank published no bulletin."""

    days: Annotated[list[Day], Field(min_length=1, max_length=400)]
