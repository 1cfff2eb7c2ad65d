"""What persons do in the demo's past: settle what needs them, import lists, cancel what nobody mends, subscribe programs."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

import asyncpg
import httpx

from adapters.couriers.sandbox import SOURCE as COURIER
from adapters.couriers.sandbox import Script
from adapters.couriers.sandbox.script import Fault
from adapters.database import showing
from adapters.entrypoints.demo_month.doors import Doors, posted
from adapters.entrypoints.demo_month.receivers import Receivers
from adapters.entrypoints.demo_month.world import CODE
from events import topology
from events.intake import Intake
from events.outgoing import envelope
from events.translate import Arrival
from workflow.ports import Clock
from workflow.values import istanbul_day

_OF_STRANGERS: Final = (("picked_up", "shipment picked up"), ("in_transit", "departed facility"))
_SURE: Final = 2
"""So many lines of the courier's list have their order number; of the others it is damaged."""


@dataclass(slots=True)
class Staff:
    """The people, and what they work with."""

    pool: "asyncpg.Pool[asyncpg.Record]"
    intake: Intake
    clock: Clock
    doors: Doors
    script: Script
    seller: str

    async def settle(self) -> None:
        """Operations settle some items, and close a message that nobody will send again."""
        ayse = self.doors.people["ayse"]
        for reason, why in (
            ("closing_overdue", "Kuryeyle konuşuldu; intaç yarın bildirilecek."),
            ("message_unreadable", "Kurye hatayı giderdi, tarama yeniden geldi."),
        ):
            if ids := await self._ids(showing.OPEN, reason, 1):
                await ayse.submits("/attention/resolve", id=ids, reason=why, back="/attention")
        if ids := await self._ids(showing.REFUSED, 1):
            await ayse.submits("/messages/ignore", id=ids, reason="Kurye aynı kaydı doğru numarayla yeniden gönderdi.")

    async def cancel_held(self) -> None:
        """Operations cancel drafts that nobody mended, many at once."""
        ids = await self._ids(showing.HELD, self.seller, self.clock() - timedelta(days=10), 8)
        if ids:
            ayse = self.doors.people["ayse"]
            chosen = await ayse.submits("/shipments/bulk", trigger="cancel", scope="chosen", filter="stage=draft", id=ids)
            await ayse.submits(f"{chosen.headers['location']}/start", reason="Satıcı bu siparişleri geri çekti.")

    async def import_etgbs(self) -> None:
        """The shop imports the courier's list of what was never told; of lines with damaged numbers a person has to decide."""
        rows = await self.pool.fetch(showing.UNLISTED, self.seller)
        lost = [row for row in rows if Fault.NO_ETGB_NUMBER in self.script.faults(row["reference"])]
        day = istanbul_day(self.clock()) - timedelta(days=2)
        lines = ["ETGB No;Tescil Tarihi;Sipariş No;Fatura No;Tutar;Döviz"]
        for place, row in enumerate(lost, start=1):
            sure = place <= _SURE
            lines.append(_line(place, row, day, row["reference"] if sure else _damaged(row["reference"])))
        if lost:
            lines.append(f"{day:%y}000000X9;{day:%d.%m.%Y};{lost[0]['reference']};;1,00;GBP")
            await self._uploads(self.doors.shop, "etgb", f"etgb-{day.isoformat()}.csv", lines, seller=self.seller, courier=CODE)

    async def import_vedop(self) -> None:
        """The bookkeeper imports what somebody saw in VEDOP."""
        day = istanbul_day(self.clock())
        rows = await self.pool.fetch(showing.WAITING_FOR_VEDOP, day - timedelta(days=3), 3)
        lines = ["ETGB No;Görüldüğü Gün", *(f"{row['number']};{day:%d.%m.%Y}" for row in rows)]
        if rows:
            await self._uploads(self.doors.books, "vedop", f"vedop-{day.isoformat()}.csv", lines)

    async def tell_of_strangers(self) -> None:
        """The courier tells of parcels that nobody here knows: what it says waits."""
        arrivals = []
        for serial, (status, words) in enumerate(_OF_STRANGERS, start=1):
            at = self.clock()
            data = {
                "courier": CODE,
                "tracking_number": f"SBX{990000 + at.day:012d}",
                "status": status,
                "description": f"SANDBOX {words}",
                "occurred_at": (at - timedelta(hours=3 - serial)).isoformat(),
            }
            message_id = f"stranger:{at:%Y%m%d}:{serial}"
            body = envelope(source=COURIER, id=message_id, type="courier.checkpoint.v1", time=at, data=data)
            arrivals.append(Arrival(topology.subject_of(COURIER), body, message_id))
        await self.intake.take(arrivals)

    async def subscribe(self, receivers: Receivers) -> None:
        """The bookkeeper's program has two programs told from now on; one of them is out of order."""
        moves = {"types": ["shipment.transitioned.v1"], "stages": ["handed_to_courier", "returned"]}
        for name, url, hears in (
            ("Depo programı", receivers.warehouse, moves),
            ("Muhasebe programı", receivers.accounting, {"types": ["claim.progressed.v1", "attention.raised.v1"]}),
        ):
            await posted(self.doors.books, "/api/subscriptions", json={"name": name, "url": url, "hears": hears})

    async def _ids(self, statement: str, *values: object) -> list[str]:
        return [str(row["id"]) for row in await self.pool.fetch(statement, *values)]

    async def _uploads(self, by: httpx.AsyncClient, kind: str, name: str, lines: list[str], **form: str) -> None:
        content = "\ufeff" + "\n".join(lines) + "\n"
        await posted(by, f"/api/imports/{kind}", files={"file": (name, content.encode())}, data=form)


def _line(place: int, row: Any, day: date, reference: str) -> str:  # noqa: ANN401 - a row
    amount = f"{row['total']:.2f}".replace(".", ",")
    return f"{day:%y}000000EX{900000 + place:06d};{day:%d.%m.%Y};{reference};;{amount};{row['currency']}"


def _damaged(reference: str) -> str:
    """A number with one digit mistyped: it may be another order's, so nothing is sure."""
    return f"{reference[:-1]}{(int(reference[-1]) + 5) % 10}" if reference[-1].isdigit() else f"{reference[:-1]}7"
