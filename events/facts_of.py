"""From a payload of the contract to a fact of the business: one small function a message type."""

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import orjson

from events.contracts import accounting as a
from events.contracts import courier as c
from events.contracts import invoicing as i
from events.contracts import orders as o
from events.contracts import proof as p
from events.contracts import subscriptions as s
from events.contracts import tasks as w
from events.contracts import tax_office as t
from events.contracts.base import ShipmentRef
from workflow import facts
from workflow.delivery import DeliveryStatus
from workflow.draft import Address, Draft, Line, LineKind, Party, Proforma, SaleType, SetAside, SetAsideReason
from workflow.errors import KervanError
from workflow.refund import Purchase, PurchaseKind, purchase_id
from workflow.shipment import shipment_id
from workflow.values import istanbul_day, normalise_etgb_number, normalise_gtip, normalise_purchase_number, to_cents

_KINDS = {kind.value: kind for kind in LineKind}
_SALES = {sale.value: sale for sale in SaleType}
_STATUSES = {status.value: status for status in DeliveryStatus}
_ZERO = Decimal(0)


class FormError(KervanError):
    """A message does not have the contract's form: it is refused with ``code`` and ``detail``, and kept."""

    def __init__(self, code: str, detail: str) -> None:
        """Name the cause in one word and in a sentence."""
        super().__init__(detail)
        self.code = code
        self.detail = detail


def _uuid(text: str, field: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise FormError("wrong_data", f"{field} is not a UUID; send the id that Kervan gave.") from None


def ref_of(key: str) -> dict[str, str]:
    """The reference that a shipment's key stands for, as :func:`key_of` reads it."""
    kind, _, named = key.partition(":")
    whose, _, number = named.partition("/")
    if kind == "trk":
        return {"courier": whose, "tracking_number": number}
    return {"seller": whose, "invoice_number": number} if kind == "inv" else {"id": named}


def key_of(ref: ShipmentRef) -> str:
    """The key that a reference stands for."""
    given = (
        ref.id is not None,
        ref.seller is not None,
        ref.reference is not None,
        ref.courier is not None,
        ref.tracking_number is not None,
        ref.invoice_number is not None,
    )
    if given == (False, True, True, False, False, False):
        return facts.by_id(shipment_id((ref.seller or "").strip(), ref.reference or ""))
    if given == (False, False, False, True, True, False):
        return facts.by_tracking(ref.courier or "", (ref.tracking_number or "").strip())
    if given == (True, False, False, False, False, False):
        return facts.by_id(_uuid(ref.id or "", "shipment.id"))
    if given == (False, True, False, False, False, True):
        return facts.by_invoice((ref.seller or "").strip(), (ref.invoice_number or "").strip())
    raise FormError(
        "wrong_data",
        "shipment must be exactly one of: id; seller and reference; courier and tracking_number; seller and invoice_number.",
    )


def _address(a: o.Address) -> Address:
    return Address(a.country.strip().upper(), a.city, a.line, a.district, a.postcode, a.country_name)


def _seller(s: o.Seller) -> Party:
    return Party(s.name, _address(s.address), s.tax_number.strip(), s.tax_office)


def _consignee(s: o.Consignee) -> Party:
    return Party(s.name, _address(s.address), s.tax_number.strip())


def _line(x: o.Line) -> Line:
    return Line(
        _KINDS[x.kind],
        x.description,
        Decimal(x.quantity),
        Decimal(x.unit_price),
        x.sku,
        x.description_tr,
        normalise_gtip(x.gtip) if "." in x.gtip or " " in x.gtip else x.gtip,
        x.origin.strip().upper(),
        x.unit,
        Decimal(x.discount) if x.discount != "0" else _ZERO,
        None if x.net_weight_kg is None else Decimal(x.net_weight_kg),
    )


def _proforma(p: o.Proforma | None) -> Proforma | None:
    return None if p is None else Proforma(p.number, Decimal(p.total), p.currency)


def _set_aside(rows: tuple[o.SetAside, ...]) -> tuple[SetAside, ...]:
    return tuple(
        SetAside(
            SetAsideReason(x.reason),
            x.sku,
            x.description,
            None if x.quantity is None else Decimal(x.quantity),
            None if x.unit_price is None else Decimal(x.unit_price),
        )
        for x in rows
    )


def _drafted(d: o.ShipmentDrafted, received_at: datetime) -> facts.Drafted:
    return facts.Drafted(
        Draft(
            _seller(d.seller),
            d.reference,
            _consignee(d.consignee),
            d.currency,
            tuple(_line(x) for x in d.lines),
            Decimal(d.gross_weight_kg),
            d.planned_on or istanbul_day(received_at),
            d.packages,
            _SALES[d.sale_type],
            d.incoterm,
            d.courier,
            d.ecommerce,
            _proforma(d.proforma),
            _set_aside(d.set_aside),
        )
    )


_AMENDABLE: dict[str, Callable[[Any], object]] = {
    "seller": _seller,
    "reference": str,
    "consignee": _consignee,
    "currency": str,
    "lines": lambda lines: tuple(_line(x) for x in lines),
    "gross_weight_kg": Decimal,
    "packages": int,
    "sale_type": _SALES.__getitem__,
    "incoterm": str,
    "courier": str,
    "ecommerce": bool,
    "planned_on": lambda day: day,
    "proforma": _proforma,
    "set_aside": _set_aside,
}


def _amended(a: o.ShipmentAmend, _: datetime) -> facts.Amended:
    changes = {field: convert(getattr(a, field)) for field, convert in _AMENDABLE.items() if getattr(a, field) is not None}
    if not changes:
        raise FormError("wrong_data", "the amendment changes no field; send the fields of the draft that are to change.")
    return facts.Amended(key_of(a.shipment), changes)


def _judging(j: o.ShipmentJudge, _: datetime) -> facts.JudgingAsked | facts.JudgingContinued:
    if j.without_rate_after is None and j.shipments:
        return facts.JudgingAsked(tuple(dict.fromkeys(key_of(one) for one in j.shipments)))
    if j.without_rate_after is not None and not j.shipments:
        return facts.JudgingContinued(_uuid(j.without_rate_after, "without_rate_after"))
    raise FormError("wrong_data", "give either shipments, or without_rate_after.")


def _task_failed(t: w.TaskFailed, _: datetime) -> facts.TaskFailed:
    task_id, kind = t.task.get("id"), t.task.get("type")
    if not (isinstance(task_id, str) and isinstance(kind, str) and 0 < len(task_id) <= 200 and 0 < len(kind) <= 100):
        raise FormError("wrong_data", "task must be the CloudEvent that was asked, with its id and type.")
    data = t.task.get("data")
    about = data.get("shipment") if isinstance(data, dict) else None
    known = about.get("id") if isinstance(about, dict) else None
    key = facts.by_id(_uuid(known, "task.data.shipment.id")) if isinstance(known, str) else ""
    return facts.TaskFailed(task_id, kind, t.subject, orjson.dumps(t.task), t.code, t.detail, t.tries, key)


def _invoice(v: i.InvoiceIssued, _: datetime) -> facts.InvoiceIssued:
    return facts.InvoiceIssued(
        key_of(v.shipment),
        v.number.strip(),
        v.ettn,
        v.issued_on,
        v.profile,
        v.type,
        v.exemption_code,
        v.currency,
        Decimal(v.total),
        None if v.exchange_rate is None else Decimal(v.exchange_rate),
        v.shipment_sequence,
        tuple(v.warnings),
    )


def _checkpoint(s: c.CourierCheckpoint, _: datetime) -> facts.Checkpoint:
    number = s.tracking_number.strip()
    return facts.Checkpoint(
        facts.by_tracking(s.courier, number), s.courier, number, _STATUSES[s.status], s.occurred_at.astimezone(UTC)
    )


def _amount(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _etgb(e: c.EtgbIssued, _: datetime) -> facts.EtgbIssued:
    lines = tuple(facts.EtgbLine(key_of(x.shipment), x.invoice_number, _amount(x.amount), x.currency or "") for x in e.lines)
    return facts.EtgbIssued(
        normalise_etgb_number(e.number), e.registered_on, e.courier, lines, e.document_url, e.registered_on_inferred
    )


def _one_etgb(e: c.ShipmentIssueEtgb, _: datetime) -> facts.EtgbIssued:
    line = facts.EtgbLine(key_of(e.shipment), e.invoice_number, _amount(e.amount), e.currency or "")
    return facts.EtgbIssued(normalise_etgb_number(e.number), e.registered_on, e.courier, (line,), e.document_url)


def _etgb_cancelled(e: c.EtgbCancelled, _: datetime) -> facts.EtgbCancelled | facts.EtgbLineCancelled:
    number = normalise_etgb_number(e.number)
    if e.shipment is not None:
        return facts.EtgbLineCancelled(key_of(e.shipment), e.reason, number)
    return facts.EtgbCancelled(number, e.reason, normalise_etgb_number(e.replaced_by))


def _rates(r: t.RatesPublished, _: datetime) -> facts.RatesPublished:
    rates = {x.currency: Decimal(x.forex_buying) / x.unit for x in r.rates}
    if any(rate <= 0 for rate in rates.values()):
        raise FormError("wrong_data", "rates: a rate is not above zero; leave out currencies without one.")
    return facts.RatesPublished(r.published_on, r.bulletin, rates)


def _cancelled(x: o.ShipmentCancelled, _: datetime) -> facts.Cancelled:
    return facts.Cancelled(key_of(x.shipment), x.reason)


def _money(text: str | None) -> Decimal | None:
    return None if text is None else to_cents(Decimal(text))


def _id_of(ref: ShipmentRef | None) -> UUID | None:
    """The shipment that finance means: it must be named so that its id follows, known or not."""
    if ref is None:
        return None
    key = key_of(ref)
    if not key.startswith("id:"):
        raise FormError("wrong_data", "here a shipment must be named by id, or by seller and reference.")
    return UUID(key[3:])


def _purchase_number(text: str) -> str:
    number = normalise_purchase_number(text)
    if not number:
        raise FormError("wrong_data", "invoice_number is empty; send the number of the purchase invoice.")
    return number


def purchase_of(x: a.PurchaseBooked) -> Purchase:
    """The purchase invoice that a payload tells of.

    Raises:
        FormError: what it says cannot be of any invoice.
    """
    supplier, number = x.supplier.tax_number.strip(), _purchase_number(x.invoice_number)
    share = None if x.share is None else Decimal(x.share)
    if share == 0:
        raise FormError("wrong_data", "share must be above 0; a purchase of which nothing counts need not be sent.")
    vat, incurred = to_cents(Decimal(x.vat)), _money(x.incurred)
    if incurred is not None and incurred > vat:
        raise FormError("wrong_data", "incurred is above vat; of an invoice no more VAT can be borne than it has.")
    return Purchase(
        purchase_id(x.seller, supplier, number),
        x.seller,
        supplier,
        x.supplier.name.strip(),
        number,
        x.issued_on,
        x.period,
        PurchaseKind(x.kind),
        x.description.strip(),
        x.quantity.strip(),
        to_cents(Decimal(x.net)),
        vat,
        share,
        _id_of(x.shipment),
        x.customs_number.strip(),
        incurred,
    )


def _named(seller: str, x: a.PurchaseName) -> tuple[UUID, str]:
    """A purchase invoice that was booked: its id, and its number."""
    number = _purchase_number(x.invoice_number)
    return purchase_id(seller, x.supplier_tax_number.strip(), number), number


def _purchase_withdrawn(x: a.PurchaseWithdrawn, _: datetime) -> facts.PurchaseWithdrawn:
    purchase, number = _named(x.seller, x)
    return facts.PurchaseWithdrawn(purchase, x.seller, number, x.reason, x.seen)


def _purchase_corrected(x: a.PurchaseCorrected, _: datetime) -> facts.PurchaseCorrected:
    corrects, number = _named(x.seller, x.corrects)
    return facts.PurchaseCorrected(corrects, number, purchase_of(x), x.reason, x.seen)


PAYLOADS: dict[str, tuple[type, Callable[[Any, datetime], facts.Fact]]] = {
    "shipment.drafted.v1": (o.ShipmentDrafted, _drafted),
    "shipment.cancelled.v1": (o.ShipmentCancelled, _cancelled),
    "shipment.cancel.v1": (o.ShipmentCancelled, _cancelled),
    "order.remarked.v1": (
        o.OrderRemarked,
        lambda x, _: facts.OrderRemarked(key_of(x.shipment), facts.Remark(x.remark), x.about, x.detail),
    ),
    "shipment.amend.v1": (o.ShipmentAmend, _amended),
    "shipment.judge.v1": (o.ShipmentJudge, _judging),
    "task.failed.v1": (w.TaskFailed, _task_failed),
    "subscription.disabled.v1": (
        s.SubscriptionDisabled,
        lambda x, _: facts.SubscriptionDisabled(_uuid(x.subscription, "subscription"), x.name, x.detail),
    ),
    "log.broken.v1": (
        p.LogBroken,
        lambda x, _: facts.LogBroken(x.place, x.detail, None if x.shipment is None else _uuid(x.shipment, "shipment")),
    ),
    "shipment.overdue.v1": (
        o.ShipmentOverdue,
        lambda x, _: facts.ShipmentDue(key_of(x.shipment), x.due_at.astimezone(UTC)),
    ),
    "shipment.validate.v1": (o.ShipmentValidate, lambda x, _: facts.ValidationAsked(key_of(x.shipment))),
    "invoice.issued.v1": (i.InvoiceIssued, _invoice),
    "shipment.invoice.v1": (i.InvoiceIssued, _invoice),
    "invoice.rejected.v1": (
        i.InvoiceRejected,
        lambda x, _: facts.InvoiceRejected(key_of(x.shipment), x.about, x.reason, x.number.strip()),
    ),
    "invoice.cancelled.v1": (
        i.InvoiceCancelled,
        lambda x, _: facts.InvoiceCancelled(key_of(x.shipment), x.number.strip(), x.reason, x.shipment_sequence),
    ),
    "shipment.cancel_invoice.v1": (
        i.ShipmentCancelInvoice,
        lambda x, _: facts.InvoiceCancelled(key_of(x.shipment), x.number.strip(), x.reason),
    ),
    "courier.booked.v1": (
        c.CourierBooked,
        lambda x, _: facts.Booked(key_of(x.shipment), x.courier, x.tracking_number.strip()),
    ),
    "courier.checkpoint.v1": (c.CourierCheckpoint, _checkpoint),
    "shipment.hand_over.v1": (
        c.ShipmentHandOver,
        lambda x, _: facts.HandedOver(key_of(x.shipment), x.courier, x.tracking_number.strip()),
    ),
    "shipment.return_goods.v1": (
        c.ShipmentReturnGoods,
        lambda x, _: facts.GoodsReturned(
            key_of(x.shipment), x.reason, tuple((one.line, Decimal(one.quantity)) for one in x.lines)
        ),
    ),
    "etgb.issued.v1": (c.EtgbIssued, _etgb),
    "shipment.issue_etgb.v1": (c.ShipmentIssueEtgb, _one_etgb),
    "etgb.closed.v1": (c.EtgbClosed, lambda x, _: facts.EtgbClosed(normalise_etgb_number(x.number), x.closed_on)),
    "etgb.overdue.v1": (c.EtgbOverdue, lambda x, _: facts.EtgbDue(normalise_etgb_number(x.number))),
    "message.overdue.v1": (w.MessageOverdue, lambda x, _: facts.ParkedDue(x.waits_on, x.about)),
    "etgb.correct_closing.v1": (
        c.EtgbCorrectClosing,
        lambda x, _: facts.ClosingCorrected(normalise_etgb_number(x.number), x.closed_on, x.reason),
    ),
    "etgb.cancelled.v1": (c.EtgbCancelled, _etgb_cancelled),
    "shipment.cancel_etgb.v1": (
        c.ShipmentCancelEtgb,
        lambda x, _: facts.EtgbLineCancelled(key_of(x.shipment), x.reason),
    ),
    "vedop.transferred.v1": (
        t.VedopTransferred,
        lambda x, _: facts.VedopTransferred(
            normalise_etgb_number(x.etgb_number),
            x.seen_on,
            x.evidence.kind,
            x.evidence.reference,
            x.closed_on,
            x.among_others,
        ),
    ),
    "shipment.transfer_to_vedop.v1": (
        t.ShipmentTransferToVedop,
        lambda x, _: facts.VedopConfirmed(key_of(x.shipment), x.seen_on, x.evidence.kind, x.evidence.reference, x.closed_on),
    ),
    "claim.request_filing.v1": (t.ClaimRequestFiling, lambda x, _: facts.FilingAsked(_uuid(x.claim, "claim"))),
    "claim.filing_awaited.v1": (t.ClaimFilingAwaited, lambda x, _: facts.FilingAwaited(_uuid(x.claim, "claim"))),
    "claim.lapsing.v1": (t.ClaimLapsing, lambda x, _: facts.ClaimDue(_uuid(x.claim, "claim"))),
    "claim.filed.v1": (
        t.ClaimFiled,
        lambda x, _: facts.ClaimFiled(
            _uuid(x.claim, "claim"),
            x.petition_number,
            x.filed_on,
            _money(x.exported),
            _money(x.refundable),
            x.rate_policy,
            x.override,
            x.shipments,
            x.calculation,
        ),
    ),
    "claim.progressed.v1": (
        t.ClaimProgressed,
        lambda x, _: facts.ClaimProgressed(
            _uuid(x.claim, "claim"), x.status, x.on, _money(x.amount), x.note, x.due_on, x.answered, _id_of(x.shipment)
        ),
    ),
    "purchase.booked.v1": (a.PurchaseBooked, lambda x, _: facts.PurchaseBooked(purchase_of(x))),
    "purchase.withdrawn.v1": (a.PurchaseWithdrawn, _purchase_withdrawn),
    "purchase.corrected.v1": (a.PurchaseCorrected, _purchase_corrected),
    "vat_return.told.v1": (
        a.VatReturnTold,
        lambda x, _: facts.VatReturnTold(x.seller, x.period, _money(x.carried), _money(x.turnover)),
    ),
    "shipment.file_refund.v1": (t.ShipmentFileRefund, lambda x, _: facts.RefundFiled(key_of(x.shipment))),
    "rates.published.v1": (t.RatesPublished, _rates),
    "rates.absent.v1": (t.RatesAbsent, lambda x, _: facts.RatesAbsent(tuple(x.days))),
}
"""For each message type its payload's model, and what makes a fact of it."""
