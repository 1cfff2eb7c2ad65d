"""Imports of order files for tests: a file with every kind of row, what is compared afterwards, and ways to die."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

from adapters.database.accounts import ImportAccounts
from adapters.database.store import PostgresStore
from adapters.entrypoints import bootstrap
from adapters.imports import companions
from adapters.imports.account import RowResult, Summary
from adapters.imports.importer import Options, OrderImport
from adapters.settings import Settings
from events.intake import Intake
from events.translate import Arrival
from tests.law import BOOK
from tests.unit.orders.sheets import DEMO, line
from workflow.apply import Engine
from workflow.world import Outcome

Pool = Any
CATALOGUE_FILE, SELLER_FILE, RATES_FILE = DEMO / "catalogue.csv", DEMO / "seller.toml", DEMO / "rates.csv"
CATALOGUE, WHO = companions.read_catalogue(CATALOGUE_FILE), companions.read_seller(SELLER_FILE)

MIXED = [
    (line("600001"), "goods"),
    (line("600001", "22632", quantity="2", price="10"), "goods"),
    (line("600001", "POST", description="POSTAGE", quantity="1", price="18"), "freight"),
    (line("600001", "DOT", description="DOTCOM POSTAGE", quantity="1", price="4.95"), "freight"),
    (line("600001", "C2", description="", quantity="1", price="50"), "freight"),
    (line("600001", "BANK CHARGES", description="Bank Charges", quantity="1", price="15"), "bank_fee"),
    (line("600001", "D", description="Discount", quantity="-1", price="5"), "discount"),
    (line("600001", "AMAZONFEE", description="AMAZON FEE", quantity="1", price="9.5"), "charge_not_allowed"),
    (line("600001", "CRUK", description="CRUK Commission", quantity="-1", price="1.6"), "charge_not_allowed"),
    (line("600001", "S", description="SAMPLES", quantity="1", price="3"), "sample"),
    (line("600001", "M", description="Manual", quantity="1", price="7"), "manual"),
    (line("600001", "m", description="Manual", quantity="-1", price="7"), "manual"),
    (line("600001", "gift_0001_20", description="Dotcomgiftshop Gift Voucher", quantity="1", price="20"), "gift_voucher"),
    (line("600001", description="", price="0"), "no_description"),
    (line("600001", price="0"), "zero_price"),
    (line("600001", quantity="-6"), "negative_quantity"),
    (line("C600002", quantity="-6"), "credited_order"),
    (line("C600002", "D", description="Discount", quantity="-1"), "credited_order"),
    (line("C600002", "POST", description="POSTAGE", quantity="-1"), "credited_order"),
    (line("C600002", "AMAZONFEE", description="AMAZON FEE", quantity="-1"), "credited_order"),
    (line("C600003", "22632", quantity="-3", price="10"), "cancellation"),
    (line("A600003", "B", description="Adjust bad debt", quantity="1", price="11062.06"), "not_an_order"),
    (line("600004", "POST", description="POSTAGE", quantity="1", price="18"), "charges_only"),
    (line("600004", "D", description="Discount", quantity="-1", price="1"), "charges_only"),
    (line("600005", quantity="six"), "malformed"),
    (line("600005", "NOT IN THE CATALOGUE"), "goods"),
    (line("600006", country="Unspecified"), "goods"),
    (line("600007", country="European Community"), "goods"),
    (line("600008", country="EIRE"), "goods"),
    (line("600009", country="RSA"), "goods"),
    (line("600010", country="Channel Islands"), "goods"),
    (line("600011", country="Turkey"), "goods"),
    (line("600001"), "rows_apart"),
]
"""Each row, and its place in the shipment of its number, or the reason to set it aside."""
PLACES = {"goods", "freight", "bank_fee", "discount"}

_COMPARED = {
    "imports": "SELECT file_name, rows, taken, set_aside, finished_at IS NOT NULL FROM import ORDER BY 1",
    "rows": """SELECT i.file_name, l.row_no, l.outcome, l.reason, l.detail, l.shipment, l.raw
               FROM import_line l JOIN import i ON i.id = l.import_id ORDER BY 1, 2""",
    "shipments": "SELECT id, reference, stage, sequence, version, total, gross_weight_kg, country FROM shipment ORDER BY 1",
    "lines": "SELECT * FROM shipment_line ORDER BY shipment, line_no",
    "findings": "SELECT shipment, finding_no, code, variant, path FROM finding ORDER BY 1, 2",
    "log": 'SELECT shipment, sequence, target, "trigger", occurred_at, source, message_id FROM transition ORDER BY 1, 2',
    "inbox": "SELECT source, id, state FROM inbox ORDER BY 1, 2",
    "outbox": "SELECT regexp_replace(message_id, ':raised:.*', ''), subject FROM outbox ORDER BY 1, 2",
    "attention": "SELECT id, reason, shipment, occurrences FROM attention ORDER BY 1",
    "refused": "SELECT source, message_id, code FROM refused ORDER BY 1, 2",
}


def new_intake(pool: Pool) -> Intake:
    """The way in, as another process would have it."""
    store = PostgresStore(pool, BOOK.version)
    return Intake(Engine(store, bootstrap.now, bootstrap.policy(Settings())), store, bootstrap.now)


def new_import(pool: Pool, dying: "Dying | None" = None) -> OrderImport:
    """An import with the demo's catalogue and seller; one that dies on its way, where asked."""
    intake: Any = dying or new_intake(pool)
    account: Any = dying or ImportAccounts(pool)
    return OrderImport(intake, account, catalogue=CATALOGUE, seller=WHO, options=Options())


async def give_rates(pool: Pool) -> None:
    """Take the demo's rates, all bulletins in one batch."""
    await companions.publish_rates(new_intake(pool), RATES_FILE)


async def take_in(pool: Pool, *files: Path) -> Summary:
    """Take the rates and import files, undisturbed."""
    await give_rates(pool)
    return await new_import(pool).run(files)


async def rows_of(pool: Pool, sql: str, *values: Any) -> list[tuple[Any, ...]]:
    """A query's rows as tuples."""
    return [tuple(row) for row in await pool.fetch(sql, *values)]


async def everything(pool: Pool) -> dict[str, list[tuple[Any, ...]]]:
    """The account of all imports, and the shipments with all that belongs to them; nothing drawn by chance or clock."""
    return {name: await rows_of(pool, sql) for name, sql in _COMPARED.items()}


class KilledError(Exception):
    """Stands for the end of the process."""


class Dying:
    """An intake and an account in one, that end with the process at a chosen moment of the second batch."""

    def __init__(self, pool: Pool, moment: str) -> None:
        """Do the same as the real ones until then."""
        self._intake, self._account, self._moment = new_intake(pool), ImportAccounts(pool), moment
        self._passed = Counter[str]()
        self.begin = self._account.begin
        self.decided = self._account.decided
        self.sold = self._account.sold

    def _pass(self, moment: str) -> None:
        self._passed[moment] += 1
        if moment == self._moment and self._passed[moment] == 2:
            raise KilledError

    async def take(self, arrivals: Sequence[Arrival]) -> list[Outcome]:
        """End before or after a batch is decided."""
        self._pass("before the decision")
        outcomes = await self._intake.take(arrivals)
        self._pass("after the decision")
        return outcomes

    async def add(self, import_id: UUID, results: Sequence[RowResult]) -> None:
        """End after a batch's rows are noted."""
        await self._account.add(import_id, results)
        self._pass("after the note")
