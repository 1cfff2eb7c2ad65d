"""What a claim's dossier is made of: its shipments as invoices, their ETGBs, and the documents kept of them.

A fixed number of statements however many shipments a claim has, all of one moment; what a cell of a list cannot hold is cut
off in the database already.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated, TypeAlias
from uuid import UUID

import asyncpg
from pydantic import Field

from adapters.database import rows
from adapters.database.claim_queries import ON_ETGB
from workflow import facts
from workflow.documents import DocumentKind
from workflow.refund import Purchase

Pool: TypeAlias = "asyncpg.Pool[asyncpg.Record]"

_MINE = "WITH mine AS (SELECT shipment FROM shipment_key WHERE key = $1)"

_SELLER = f"""{_MINE}
SELECT c.terms -> 'seller' AS seller FROM mine JOIN shipment s ON s.id = mine.shipment
JOIN shipment_content c ON c.shipment = s.id ORDER BY s.created_at DESC, s.id LIMIT 1
"""  # noqa: S608 - a constant

_INVOICES = f"""{_MINE},
goods AS (
    SELECT l.shipment, l.gtip, l.unit, l.quantity, coalesce(nullif(l.description_tr, ''), l.description) AS name, l.line_no
    FROM shipment_line l JOIN mine USING (shipment) WHERE l.kind = 'goods'),
named AS (
    SELECT shipment, left(string_agg(CASE gtip WHEN '' THEN name ELSE name || ' (' || gtip || ')' END, ', ' ORDER BY first), $2)
        AS goods
    FROM (SELECT shipment, name, gtip, min(line_no) AS first FROM goods GROUP BY shipment, name, gtip) d GROUP BY shipment),
measured AS (
    SELECT shipment, array_agg(unit ORDER BY unit) AS units, array_agg(trim_scale(quantity) ORDER BY unit) AS quantities
    FROM (SELECT shipment, unit, sum(quantity) AS quantity FROM goods GROUP BY shipment, unit) d GROUP BY shipment),
told AS ({ON_ETGB})
SELECT s.id, s.reference, s.country, s.courier, s.currency, s.invoice_number, s.invoice_issued_on, s.invoice_total,
    s.etgb_number, c.consignee_name, coalesce(c.terms #>> '{{consignee,tax_number}}', '') AS buyer_tax_number,
    coalesce(n.goods, '') AS goods, coalesce(m.units, '{{}}') AS units, coalesce(m.quantities, '{{}}') AS quantities,
    x.amount, coalesce(x.currency, '') AS on_etgb
FROM mine JOIN shipment s ON s.id = mine.shipment JOIN shipment_content c ON c.shipment = s.id
LEFT JOIN named n ON n.shipment = s.id LEFT JOIN measured m ON m.shipment = s.id
LEFT JOIN told x ON x.etgb = s.etgb_number AND x.shipment = s.id
ORDER BY s.invoice_issued_on, s.invoice_number, s.id
"""  # noqa: S608 - a constant

_ETGBS = f"""{_MINE}
SELECT e.number, e.registered_on, e.closed_on, e.courier, e.vedop_seen_on, e.evidence_kind, e.evidence_reference FROM etgb e
WHERE e.number IN (SELECT s.etgb_number FROM mine JOIN shipment s ON s.id = mine.shipment) ORDER BY e.closed_on, e.number
"""  # noqa: S608 - a constant

_DOCUMENTS = f"""{_MINE}
SELECT * FROM (
    SELECT d.shipment, '' AS etgb, d.kind, d.name, d.sha256, d.created_at, d.id FROM document d JOIN mine USING (shipment)
    WHERE d.kind = ANY($2::text[])
    UNION ALL
    SELECT NULL, d.etgb, d.kind, d.name, d.sha256, d.created_at, d.id FROM document d
    WHERE d.kind = ANY($2::text[]) AND d.etgb <> ''
        AND d.etgb IN (SELECT s.etgb_number FROM mine JOIN shipment s ON s.id = mine.shipment)) AS d
ORDER BY d.shipment, d.etgb, d.created_at DESC, d.id
"""  # noqa: S608 - a constant

_DEDUCTED = """
SELECT p.* FROM claim c JOIN purchase p ON (p.seller, p.period) = (c.seller, c.period) WHERE c.id = $1
ORDER BY p.issued_on, p.supplier_tax_number, p.invoice_number
"""

_UNPRINTED = f"""{_MINE}
SELECT s.id FROM mine JOIN shipment s ON s.id = mine.shipment
WHERE EXISTS (SELECT FROM invoice_number n WHERE n.shipment = s.id AND n.number = s.invoice_number AND n.state = 'issued')
    AND NOT EXISTS (SELECT FROM document d WHERE d.shipment = s.id AND d.kind = 'invoice_pdf'
                        AND strpos(d.name, s.invoice_number) > 0)
ORDER BY s.invoice_number
"""  # noqa: S608 - a constant

_KINDS = [kind.value for kind in DocumentKind if kind is not DocumentKind.PROFORMA_PDF]
_NAMED = 200
"""Characters of the goods of one invoice that are read: more than any list has room for."""


@dataclass(frozen=True, slots=True)
class Seller:
    """The seller as the latest of the claim's shipments declares it."""

    name: str
    tax_office: str
    address: tuple[str, ...]
    """Street, district, city, postcode: those that are given."""


@dataclass(frozen=True, slots=True)
class InvoiceOf:
    """A shipment's invoice, with the sum of what its ETGB's lines say of it; ``quantities`` of the goods by unit."""

    shipment: UUID
    reference: str
    country: str
    courier: str
    currency: str
    number: str
    issued_on: date | None
    total: Decimal
    etgb: str
    buyer: str
    buyer_tax_number: str
    goods: str
    quantities: tuple[tuple[str, Decimal], ...]
    etgb_amount: Decimal | None
    etgb_currency: str


@dataclass(frozen=True, slots=True)
class EtgbOf:
    """An ETGB on which shipments of the claim stand, and how it is known to be in VEDOP."""

    number: str
    registered_on: date
    closed_on: date | None
    courier: str
    vedop_seen_on: date | None
    evidence_kind: str
    evidence_reference: str


@dataclass(frozen=True, slots=True)
class DocumentOf:
    """A kept document of a shipment, or of an ETGB and so of all that stand on it: ``owner`` is its id or its number."""

    owner: Annotated[UUID | str, Field(union_mode="left_to_right")]  # where it is read from a document, first as an id
    kind: DocumentKind
    name: str
    sha256: str


@dataclass(frozen=True, slots=True)
class ClaimPapers:
    """All of it; invoices and purchases by day, ETGBs by closing day, documents newest first within an owner."""

    seller: Seller
    invoices: Sequence[InvoiceOf]
    etgbs: Sequence[EtgbOf]
    documents: Sequence[DocumentOf]
    deducted: Sequence[Purchase] = ()
    """All purchases whose VAT the period deducted, whatever of it the claim bears."""


async def of_claim(
    connection: "asyncpg.Connection[asyncpg.Record] | asyncpg.pool.PoolConnectionProxy[asyncpg.Record]", claim: UUID
) -> ClaimPapers:
    """The papers of a claim, over a connection in a transaction of the caller's, so that they are of one moment."""
    key = facts.by_claim(claim)
    seller = await connection.fetchval(_SELLER, key)
    invoices = [_invoice(row) for row in await connection.fetch(_INVOICES, key, _NAMED)]
    etgbs = [EtgbOf(*row) for row in await connection.fetch(_ETGBS, key)]
    documents = [
        DocumentOf(row["etgb"] or row["shipment"], DocumentKind(row["kind"]), row["name"], row["sha256"])
        for row in await connection.fetch(_DOCUMENTS, key, _KINDS)
    ]
    deducted = [rows.purchase(row).purchase for row in await connection.fetch(_DEDUCTED, claim)]
    return ClaimPapers(_seller(rows.json_object(seller)), invoices, etgbs, documents, deducted)


async def unprinted(pool: Pool, claim: UUID) -> list[UUID]:
    """The claim's shipments whose invoice Kervan issued and never printed."""
    return [UUID(int=row["id"].int) for row in await pool.fetch(_UNPRINTED, facts.by_claim(claim))]


def _seller(found: dict[str, object]) -> Seller:
    address = found.get("address")
    given = address if isinstance(address, dict) else {}
    parts = tuple(str(given[name]) for name in ("line", "district", "city", "postcode") if given.get(name))
    return Seller(str(found.get("name") or ""), str(found.get("tax_office") or ""), parts)


def _invoice(row: asyncpg.Record) -> InvoiceOf:
    return InvoiceOf(
        shipment=row["id"],
        reference=row["reference"],
        country=row["country"],
        courier=row["courier"],
        currency=row["currency"],
        number=row["invoice_number"],
        issued_on=row["invoice_issued_on"],
        total=row["invoice_total"] if row["invoice_total"] is not None else Decimal(0),
        etgb=row["etgb_number"],
        buyer=row["consignee_name"],
        buyer_tax_number=row["buyer_tax_number"],
        goods=row["goods"],
        quantities=tuple(zip(row["units"], row["quantities"], strict=True)),
        etgb_amount=row["amount"],
        etgb_currency=row["on_etgb"],
    )
