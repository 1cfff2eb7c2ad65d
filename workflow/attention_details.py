"""What exactly an attention item is about, in Turkish and English: the days, numbers and amounts that its detail names.

As with refusals, a detail is kept once, as an English sentence that programs read; here stands how each is built, and how
people read it. What else the item names (a claim, a message's id) is not said again.
"""

from typing import Final

from workflow import refusal_details, sentences
from workflow.errors import Pair
from workflow.sentences import Built

_WAITING = "{count} waiting since {day}, first {type} {message} ({source})"
_BEKLIYOR = "{count} mesaj {day} gününden beri bekliyor."
_THEY_WAIT = "{count} messages wait since {day}."

DETAILS: Final[tuple[Built, ...]] = (
    (
        "{wait}: since {since}, until {day}",
        "Beklenen: {wait}. {since} gününden beri bekleniyor; süresi {day} günü doldu.",
        "Awaited: {wait}, since {since}; it was due by {day}.",
    ),
    (
        "refund: seller {seller}, period {period}, claim {claim}",
        "{seller} satıcısının {period} dönemi.",
        "Seller {seller}, period {period}.",
    ),
    (
        "ETGB {number} of {registered} ({courier}): until {day}",
        "{registered} tescilli {number} numaralı ETGB ({courier}); süresi {day} günü doldu.",
        "ETGB {number}, registered on {registered} ({courier}); it was due by {day}.",
    ),
    (
        "ETGB {number}: {first} first, then {day} ({source})",
        "{number} numaralı ETGB: önce {first}, sonra {day} ({source}).",
        "ETGB {number}: first {first}, then {day} ({source}).",
    ),
    (
        "ETGB {number}: {first} first, then {day}",
        "{number} numaralı ETGB: önce {first}, sonra {day}.",
        "ETGB {number}: first {first}, then {day}.",
    ),
    (
        "ETGB {number} of {registered}: closed on {day}",
        "{registered} tescilli {number} numaralı ETGB; bildirilen intaç tarihi {day}.",
        "ETGB {number}, registered on {registered}; closed on {day}, it is said.",
    ),
    (
        "ETGB {number} was cancelled ({why}); the shipment is in {stage}",
        "{number} numaralı ETGB iptal edildi ({why}); gönderinin aşaması: {stage}.",
        "ETGB {number} was cancelled ({why}); the shipment's stage: {stage}.",
    ),
    (
        "ETGB {number} of {registered}, invoice of {day}",
        "{registered} tescilli {number} numaralı ETGB; fatura tarihi {day}.",
        "ETGB {number}, registered on {registered}; invoice of {day}.",
    ),
    (
        "ETGB {number}: {sums}; invoice: {total}",
        "{number} numaralı ETGB: {sums}; fatura: {total}.",
        "ETGB {number}: {sums}; invoice: {total}.",
    ),
    (
        "seller {seller}, period {period}, until {day}: {note}",
        "{seller} satıcısının {period} dönemi; son gün {day}. Sorulan: {note}",
        "Seller {seller}, period {period}; last day {day}. Asked: {note}",
    ),
    (
        "{courier} reports {tracking_number} as returned",
        "{courier}, {tracking_number} kolisinin geri geldiğini bildirdi.",
        "{courier} says that parcel {tracking_number} came back.",
    ),
    (
        "invoice {number} of {day} was issued and waits",
        "{day} tarihli {number} numaralı fatura kesildi, bekliyor.",
        "Invoice {number} of {day} was issued and waits.",
    ),
    (
        "claim {claim} of {seller} for {period}: {count} shipments, until {day}",
        "{seller} satıcısının {period} dönemi: {count} gönderi; son gün {day}.",
        "Seller {seller}, period {period}: {count} shipments; last day {day}.",
    ),
    (
        "claim {claim} of {seller} for {period}: {paid} TRY paid, {approved} approved, {above} more",
        "{seller} satıcısının {period} dönemi: {paid} TL ödendi, {approved} TL onaylanmıştı; fazlası {above} TL.",
        "Seller {seller}, period {period}: {paid} TRY were paid and {approved} approved, so {above} too much.",
    ),
    (
        "claim {claim} of {seller} for {period}",
        "{seller} satıcısının {period} dönemi.",
        "Seller {seller}, period {period}.",
    ),
    (
        "tracking number {tracking_number} of {courier}: " + _WAITING,
        "{courier} kuryesinin {tracking_number} takip numarası hiçbir gönderide yok; " + _BEKLIYOR,
        "No shipment has tracking number {tracking_number} of {courier}. " + _THEY_WAIT,
    ),
    (
        "order {reference} of seller {seller}: " + _WAITING,
        "{seller} satıcısının {reference} siparişi gelmedi; " + _BEKLIYOR,
        "Order {reference} of seller {seller} has not come. " + _THEY_WAIT,
    ),
    (
        "order {reference}: " + _WAITING,
        "{reference} siparişi için " + _BEKLIYOR,
        "Order {reference}: " + _THEY_WAIT,
    ),
    (
        "invoice {invoice} of seller {seller}: " + _WAITING,
        "{seller} satıcısının {invoice} faturası hiçbir gönderide yok; " + _BEKLIYOR,
        "No shipment has invoice {invoice} of seller {seller}. " + _THEY_WAIT,
    ),
    ("ETGB {number}: " + _WAITING, "{number} numaralı ETGB gelmedi; " + _BEKLIYOR, "ETGB {number} has not come. " + _THEY_WAIT),
    (
        "purchase {purchase}: " + _WAITING,
        "{purchase} kimlikli alış faturası girilmedi; " + _BEKLIYOR,
        "Purchase invoice {purchase} is not booked. " + _THEY_WAIT,
    ),
    ("claim {claim}: " + _WAITING, "{claim} başvurusu bilinmiyor; " + _BEKLIYOR, "Claim {claim} is not known. " + _THEY_WAIT),
    ("{type} ({counterpart}), {code}: {why}", "{counterpart}: {why}", "{counterpart}: {why}"),
    (
        "claim {claim}: {value} of {total} on {number} came back ({lines}): {why}",
        "{number} faturasındaki {total} tutarın {value} kadarı geri geldi ({lines}): {why}",
        "{value} of {total} on invoice {number} came back ({lines}): {why}",
    ),
    ("{about}: the goods came back", "{about}: mal geri geldi.", "{about}: the goods came back."),
    (
        "{number}: {why}; no issuer of invoices is set that could be asked",
        "{number}: {why}; sorulacak bir fatura kesici ayarlanmamış.",
        "{number}: {why}; no issuer of invoices is set that could be asked.",
    ),
    ("ETGB {number}: {line}", "{number} numaralı ETGB; satırda yazan: {line}", "ETGB {number}; the line says: {line}"),
)
"""How the details of items are built; the first that fits counts."""

WAITING: Final[tuple[Built, ...]] = (
    ("its shipment is not known yet", "Gönderisi henüz bilinmiyor.", "Its shipment is not known yet."),
    ("ETGB {number} is not known yet", "{number} numaralı ETGB henüz bilinmiyor.", "ETGB {number} is not known yet."),
    ("claim {claim} is not known yet", "{claim} başvurusu henüz bilinmiyor.", "Claim {claim} is not known yet."),
    (
        "findings block the shipment; the invoice waits until none does",
        "Gönderiyi bulgular bekletiyor; fatura hiçbiri kalmayınca işlenir.",
        "Findings hold the shipment; the invoice waits until none does.",
    ),
)
"""Why messages wait."""

_ALL: Final = (*DETAILS, *WAITING, *refusal_details.BUILT)


def said(detail: str) -> Pair:
    """A detail in both languages; one that is built otherwise is shown as it is."""
    return sentences.said(detail, _ALL) or (detail, detail)
