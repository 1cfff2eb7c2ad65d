"""A claim of very many shipments: one that went its whole way, copied by the database, with documents in the folder."""

import asyncio
import subprocess
import sys
import time
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg

from events.intake import Intake
from tests.stories import SELLER, said, story
from workflow.refund import claim_id

PERIOD = "2026-11"
CLAIM = claim_id(SELLER, PERIOD, 0)
ROOT = Path(__file__).parents[1]
PDFS = 50
"""Different contents of PDFs: how many there are changes nothing for who reads them one after the other."""

_ID = "md5('many ' || n)::uuid"
_NUMBER = "'KRV2026' || lpad(n::text, 9, '0')"
_ETGB = "'26341453EX' || lpad((n / $2)::text, 6, '0')"

_COPIES: dict[str, tuple[str, dict[str, str]]] = {
    "shipment": (
        "WHERE x.id = $1",
        {"id": _ID, "reference": "'many-' || n", "invoice_number": _NUMBER, "etgb_number": _ETGB},
    ),
    "shipment_content": ("WHERE x.shipment = $1", {"shipment": _ID}),
    "shipment_line": ("WHERE x.shipment = $1", {"shipment": _ID}),
    "etgb_line": (
        "WHERE x.etgb = (SELECT etgb_number FROM shipment WHERE id = $1)",
        {"etgb": _ETGB, "line_no": "n + 1", "shipment": _ID, "key": "'id:' || md5('many ' || n)::uuid", "amount": "42.00"},
    ),
    "shipment_key": ("WHERE x.shipment = $1 AND x.key LIKE 'claim:%'", {"shipment": _ID}),
}
"""For each table, which rows of the one shipment are copied, and what differs in the copy."""

_ETGBS = """
INSERT INTO etgb SELECT (jsonb_populate_record(x, jsonb_build_object('number', '26341453EX' || lpad(n::text, 6, '0')))).*
FROM etgb x, generate_series(0, $2::int / $3::int) n WHERE x.number = (SELECT etgb_number FROM shipment WHERE id = $1)
ON CONFLICT DO NOTHING
"""
_DOCUMENTS = """
INSERT INTO document (shipment, kind, name, media_type, sha256, size, source, created_at, keep_until, seller)
SELECT u.*, v.*, s.seller FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::bigint[]) AS u(shipment)
CROSS JOIN (VALUES ('kervan', now(), date '2040-01-01')) v JOIN shipment s ON s.id = u.shipment
"""


def _copy(table: str) -> str:
    where, changes = _COPIES[table]
    differs = ", ".join(f"'{name}', {value}" for name, value in changes.items())
    return (
        f"INSERT INTO {table} SELECT (jsonb_populate_record(x, jsonb_build_object({differs}))).* "
        f"FROM {table} x, generate_series(1, $3::int) n {where} AND $2::int > 0"
    )


async def copied(pool: "asyncpg.Pool[asyncpg.Record]", count: int, on_one_etgb: int = 5) -> None:
    """Copy the one shipment so often; a few stand on one ETGB."""
    one: UUID = await pool.fetchval("SELECT id FROM shipment")
    for table in _COPIES:
        await pool.execute(_copy(table), one, on_one_etgb, count)
    await pool.execute(_ETGBS, one, count, on_one_etgb)
    await pool.execute("ANALYZE")


def _keep(folder: Path, content: bytes) -> str:
    digest = sha256(content).hexdigest()
    path = folder / digest[:2] / digest[2:4] / digest
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return digest


async def with_documents(pool: "asyncpg.Pool[asyncpg.Record]", folder: Path, *, xml: bytes, pdf_bytes: int = 0) -> None:
    """Give each shipment its invoice's XML, each different, and where asked a PDF of that size."""
    prints = [_keep(folder, f"%PDF-{n}".encode().ljust(pdf_bytes, b"x")) for n in range(PDFS if pdf_bytes else 0)]
    found: list[tuple[Any, ...]] = []
    for place, row in enumerate(await pool.fetch("SELECT id, invoice_number FROM shipment ORDER BY invoice_number")):
        number = row["invoice_number"]
        content = xml.replace(b"</Invoice>", f"<!-- {number} --></Invoice>".encode())
        digest = _keep(folder, content)
        found.append((row["id"], "invoice_signed_xml", f"{number}-signed.xml", "application/xml", digest, len(content)))
        if prints:
            found.append(
                (row["id"], "invoice_pdf", f"invoice-{number}-tr.pdf", "application/pdf", prints[place % PDFS], pdf_bytes)
            )
    await pool.execute(_DOCUMENTS, *map(list, zip(*found, strict=True)))


async def ready(intake: Intake, pool: "asyncpg.Pool[asyncpg.Record]", folder: Path, count: int, *, pdf_bytes: int = 0) -> None:
    """A claim of so many shipments, with the rate of its day and its invoices' documents under ``folder``."""
    rates = {"published_on": "2026-11-20", "rates": [{"currency": "EUR", "forex_buying": "55.7981"}]}
    await intake.take([said("rates/tcmb", "rates.published.v1", "20", rates)])
    await intake.take(list(story(0))[:-1])
    await copied(pool, count - 1)
    xml = await asyncio.to_thread((ROOT / "tests" / "data" / "earsiv_export_valid.xml").read_bytes)
    await with_documents(pool, folder / "documents", xml=xml, pdf_bytes=pdf_bytes)


@dataclass(frozen=True, slots=True)
class Measured:
    """What writing a dossier took: seconds by the clock and of the writing process' processor, and its memory at most."""

    path: Path
    seconds: float
    processor_s: float
    megabytes: float
    share: float
    """Of the time that it wanted a processor, how much it had one: 1 on a machine that nobody else uses."""

    @property
    def alone_s(self) -> float:
        """Seconds by the clock, less what others on the machine made it wait: those themselves where nobody did.

        PostgreSQL, which it asks, is taken to wait as it does.
        """
        return self.seconds * self.share

    def __str__(self) -> str:
        """All that was measured."""
        return (
            f"{self.seconds:.1f} s by the clock, {self.alone_s:.1f} s without waiting for others (it had a processor for "
            f"{self.share:.0%} of the time it wanted one), {self.processor_s:.1f} s of processor, {self.megabytes:.0f} MB"
        )


_MEASURED = """
import sys, time
from pathlib import Path
from adapters.entrypoints.cli import app
try:
    app(sys.argv[1:])
finally:
    # not ru_maxrss: it begins with what the process that started this one had
    lines = Path("/proc/self/status").read_text().splitlines()
    most = next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))
    ran, waited, _ = (int(one) for one in Path("/proc/self/schedstat").read_text().split())
    print("measured", time.process_time(), most / 1024, ran / (ran + waited), file=sys.stderr)
"""


async def exported(database_url: str, folder: Path) -> Measured:
    """Write the claim's dossier with the command, in a process of its own."""
    path = folder / "dossier.zip"
    env = {"KERVAN_DATABASE_URL": database_url, "KERVAN_DATA_DIR": str(folder), "PATH": "/usr/bin:/bin"}
    command = [sys.executable, "-c", _MEASURED, "claim", "export", str(CLAIM), "--out", str(path), "--json"]
    began = time.perf_counter()
    done = await asyncio.to_thread(subprocess.run, command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    took = time.perf_counter() - began
    assert done.returncode == 0, done.stderr
    processor_s, megabytes, share = (float(one) for one in done.stderr.split("measured")[-1].split())
    return Measured(path, took, processor_s, megabytes, share)
