"""The engine's SQL for claims and what they are calculated from; set-based like :mod:`adapters.database.statements`.

None of it is part of a batch that has no such message.
"""

from workflow.refund import Booked, Claim, Purchase, VatReturn, Withdrawn, Word

_CLAIM: tuple[tuple[str, str], ...] = (
    ("status", "text"),
    ("petition_number", "text"),
    ("filed_on", "date"),
    ("exported_try", "numeric"),
    ("refundable_try", "numeric"),
    ("rate_policy", "text"),
    ("override", "text"),
    ("approved_try", "numeric"),
    ("paid_try", "numeric"),
    ("paid_on", "date"),
    ("reversed_try", "numeric"),
    ("reason", "text"),
    ("question", "text"),
    ("question_due", "date"),
    ("answered_on", "date"),
    ("due_at", "timestamptz"),
    ("awaited", "bool"),
    ("rest", "text"),
)
"""The columns of a claim that messages change, named as in the aggregate."""

CLAIM_COLUMNS: tuple[str, ...] = ("id", "seller", "period", "supplement", *(name for name, _ in _CLAIM))

SAVE_CLAIMS = (
    f"INSERT INTO claim ({', '.join(CLAIM_COLUMNS)}) "  # noqa: S608 - constants
    "SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::int[], "
    + ", ".join(f"${n}::{kind}[]" for n, (_, kind) in enumerate(_CLAIM, start=5))
    + ") ON CONFLICT (seller, period, supplement) DO UPDATE SET "
    + ", ".join(f"{name} = excluded.{name}" for name, _ in _CLAIM)
    + " WHERE excluded.status <> 'open' OR claim.status = 'open'"
)
"""Who opens a claim for shipments shares it with others who may have opened it just before; what was filed stays filed."""

CLAIM_MOVED = """
INSERT INTO claim_move (claim, status, "on", amount, note, due_on, answered, source, message_id, seller, recorded_at)
SELECT *, $11::timestamptz FROM unnest($1::uuid[], $2::text[], $3::date[], $4::numeric[], $5::text[], $6::date[], $7::bool[],
                                       $8::text[], $9::text[], $10::text[])
"""

PETITIONS = """
SELECT seller, petition_number, id AS claim FROM claim WHERE seller = ANY($1::text[]) AND petition_number <> ''
UNION SELECT c.seller, f.petition_number, c.id FROM claim c JOIN claim_filing f ON f.claim = c.id
WHERE c.seller = ANY($1::text[])
ORDER BY seller, petition_number, claim
"""
"""What sellers filed their claims with, before a rejection too."""

TAKE_PURCHASES = """
WITH taken AS (
    INSERT INTO claim_purchase (claim, seller, purchase, borne_try) SELECT $1, $4, * FROM unnest($2::uuid[], $3::numeric[]))
UPDATE purchase SET claim = $1 WHERE id = ANY($2::uuid[]) AND claim IS NULL
"""
"""What a claim that is filed bears of its purchases; the first of several is named with the purchase."""
LEAVE_PURCHASES = """
WITH away AS (DELETE FROM claim_purchase WHERE claim = ANY($1::uuid[]))
UPDATE purchase p SET claim = (SELECT l.claim FROM claim_purchase l WHERE l.purchase = p.id AND l.claim <> ALL($1::uuid[])
    ORDER BY l.claim LIMIT 1)
WHERE p.claim = ANY($1::uuid[])
"""
"""A rejected claim's purchases may be corrected, unless another claim was filed with a part of them."""

LOCK_PURCHASES = "SELECT * FROM purchase WHERE id = ANY($1::uuid[]) ORDER BY id FOR UPDATE"
PURCHASE_COLUMNS: tuple[str, ...] = (
    "id",
    "seller",
    "supplier_tax_number",
    "supplier_name",
    "invoice_number",
    "issued_on",
    "period",
    "kind",
    "description",
    "quantity",
    "net_try",
    "vat_try",
    "share",
    "shipment",
    "customs_number",
    "incurred_try",
)
SAVE_PURCHASES = (
    f"INSERT INTO purchase ({', '.join(PURCHASE_COLUMNS)}, told_at, source, message_id) "  # noqa: S608 - constants
    """SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::date[], $7::text[], $8::text[],
        $9::text[], $10::text[], $11::numeric[], $12::numeric[], $13::numeric[], $14::uuid[], $15::text[], $16::numeric[],
        $17::timestamptz[], $18::text[], $19::text[])
        ON CONFLICT (seller, supplier_tax_number, invoice_number) DO UPDATE SET """
    + ", ".join(f"{name} = excluded.{name}" for name in (*PURCHASE_COLUMNS[3:], "told_at", "source", "message_id"))
)

WITH_SUPPLIER = """
WITH told AS (SELECT * FROM unnest($1::text[], $2::text[]) AS t(seller, number))
SELECT p.id FROM told t JOIN purchase p ON (p.seller, p.invoice_number) = (t.seller, t.number) WHERE p.supplier_tax_number <> ''
UNION
SELECT g.id FROM told t JOIN purchase_withdrawn g ON (g.seller, g.invoice_number) = (t.seller, t.number)
WHERE g.supplier_tax_number <> ''
"""
"""What was told with its supplier's number of invoices that are told without."""

LOCK_WITHDRAWN = "SELECT * FROM purchase_withdrawn WHERE id = ANY($1::uuid[]) ORDER BY id FOR UPDATE"
_WITHDRAWN_COLUMNS: tuple[str, ...] = (*PURCHASE_COLUMNS, "reason", "replaced_by", "told_at", "source", "message_id")
WITHDRAW_PURCHASES = (
    "WITH gone AS (DELETE FROM purchase WHERE id = ANY($1::uuid[])) "  # noqa: S608 - constants
    f"INSERT INTO purchase_withdrawn ({', '.join(_WITHDRAWN_COLUMNS)}) "
    """SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::date[], $7::text[], $8::text[],
        $9::text[], $10::text[], $11::numeric[], $12::numeric[], $13::numeric[], $14::uuid[], $15::text[], $16::numeric[],
        $17::text[], $18::uuid[], $19::timestamptz[], $20::text[], $21::text[])
        ON CONFLICT (id, seller) DO UPDATE SET """ + ", ".join(f"{name} = excluded.{name}" for name in _WITHDRAWN_COLUMNS[2:])
)
"""What is withdrawn leaves the purchases that count, and is kept apart."""
COUNT_AGAIN = "DELETE FROM purchase_withdrawn WHERE id = ANY($1::uuid[])"
"""Of what is booked again; who had withdrawn it, and who had it count again, stands in the audit log and among the messages."""

PIECES_BACK = """
INSERT INTO piece_back (shipment, line_no, quantity, amount, given_back, claim, source, message_id, seller, recorded_at)
SELECT *, $10::timestamptz FROM unnest($1::uuid[], $2::int[], $3::numeric[], $4::numeric[], $5::bool[], $6::uuid[], $7::text[],
                                       $8::text[], $9::text[])
"""
GIVEN_BACK = """
UPDATE piece_back b SET given_back = true FROM unnest($1::uuid[], $2::uuid[]) AS g(claim, shipment)
WHERE (b.claim, b.shipment) = (g.claim, g.shipment) AND NOT b.given_back
"""
"""The part of the refund that these pieces had was given back: by a reversal, or in another way that a person tells."""
LEAVE_PIECES = "UPDATE piece_back SET claim = NULL WHERE claim = ANY($1::uuid[])"
"""What came back while a rejected claim stood: nothing of it was given back, and it is not counted when it is filed again."""

LOCK_VAT_RETURNS = """
SELECT v.* FROM vat_return v JOIN unnest($1::text[], $2::text[]) AS g(seller, period) ON (v.seller, v.period) =
    (g.seller, g.period) ORDER BY v.seller, v.period FOR UPDATE OF v
"""
_VAT_RETURN: tuple[tuple[str, str], ...] = (
    ("carried_try", "numeric"),
    ("carried_told_at", "timestamptz"),
    ("carried_source", "text"),
    ("carried_message_id", "text"),
    ("turnover_try", "numeric"),
    ("turnover_told_at", "timestamptz"),
    ("turnover_source", "text"),
    ("turnover_message_id", "text"),
    ("told_at", "timestamptz"),
    ("source", "text"),
    ("message_id", "text"),
)
SAVE_VAT_RETURNS = (
    f"INSERT INTO vat_return (seller, period, {', '.join(name for name, _ in _VAT_RETURN)}) "  # noqa: S608 - constants
    "SELECT * FROM unnest($1::text[], $2::text[], "
    + ", ".join(f"${n}::{kind}[]" for n, (_, kind) in enumerate(_VAT_RETURN, start=3))
    + ") ON CONFLICT (seller, period) DO UPDATE SET "
    + ", ".join(f"{name} = excluded.{name}" for name, _ in _VAT_RETURN)
)
"""Each figure with its last word; ``told_at``, ``source`` and ``message_id`` are the last word on any."""


def claim_values(claim: Claim) -> tuple[object, ...]:
    """A claim as :data:`SAVE_CLAIMS` takes it."""
    return tuple(getattr(claim, name) for name in CLAIM_COLUMNS)


def purchase_values(booked: Booked) -> tuple[object, ...]:
    """A purchase as :data:`SAVE_PURCHASES` takes it, without who told it."""
    return (*(getattr(booked.purchase, name) for name in PURCHASE_COLUMNS), booked.told_at)


def purchase_document(purchase: Purchase) -> dict[str, object]:
    """A purchase as a row of its table, in JSON."""
    found = {name: getattr(purchase, name) for name in PURCHASE_COLUMNS}
    return {name: value if value is None else str(value) for name, value in found.items()}


def withdrawn_values(gone: Withdrawn) -> tuple[object, ...]:
    """A purchase that counts no more as :data:`WITHDRAW_PURCHASES` takes it."""
    kept = (getattr(gone.purchase, name) for name in PURCHASE_COLUMNS)
    return (*kept, gone.reason, gone.replaced_by, *_word(gone.told))


def vat_return_values(told: VatReturn) -> tuple[object, ...]:
    """A VAT return as :data:`SAVE_VAT_RETURNS` takes it."""
    carried, turnover = _word(told.carried_told), _word(told.turnover_told)
    return (told.seller, told.period, told.carried_try, *carried, told.turnover_try, *turnover, *_word(told.last))


def _word(word: Word | None) -> tuple[object, ...]:
    return (None, None, None) if word is None else (word.at, word.source, word.message_id)
