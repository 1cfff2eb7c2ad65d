"""Write all that a batch changed, with a fixed number of statements."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import asyncpg

from adapters.database import chains, claim_statements, filing, rows, statements
from events.translate import Outgoing
from workflow import attention
from workflow.attention import AttentionItem, Reason
from workflow.draft import Draft
from workflow.message import Message
from workflow.shipment import Shipment
from workflow.values import istanbul_day
from workflow.world import Changes, RateDay

Records = Sequence[tuple[object, ...]]


def columns(records: Iterable[Sequence[object]], width: int) -> list[list[object]]:
    """Turn rows into the arrays that ``unnest`` takes."""
    turned = [list(column) for column in zip(*records, strict=True)]
    return turned or [[] for _ in range(width)]


@dataclass(slots=True)
class Saver:
    """Saves one batch on one connection, inside its transaction."""

    connection: "asyncpg.pool.PoolConnectionProxy[asyncpg.Record]"
    outgoing: Callable[[Changes, datetime], Sequence[Outgoing]]
    terms: Callable[[Draft], dict[str, object]]
    rule_version: str
    batch: int | None = None
    """The number of the batch, where it was asked for already."""

    async def save(
        self,
        messages: Sequence[Message],
        changes: Changes,
        now: datetime,
        *,
        also_written: Iterable[tuple[str, str]] = (),
    ) -> None:
        """Save; see :meth:`workflow.ports.Unit.save`. ``also_written`` names rows of the inbox to be written afterwards."""
        transitions = await self._chained(changes, now)
        await self._shipments(changes, now)
        await self._content(changes)
        await self._keys(changes)
        await self._etgbs(changes)
        await self._rates(changes, now)
        await self._claims(messages, changes, now)
        await self._copy("transition", chains.COLUMNS, transitions)
        await self._parked(changes, now)
        await self._refused(changes, now)
        await self._attention(changes, now)
        await self._failed_tasks(changes, now)
        await self._links(changes)
        await self.publish(self.outgoing(changes, now))
        await self._inbox(messages, changes, also_written)

    async def _failed_tasks(self, changes: Changes, now: datetime) -> None:
        found = [
            (
                attention.item(Reason.TASK_FAILED, task_id, "").id,
                task_id,
                t.kind,
                t.subject,
                UUID(t.key[3:]) if t.key else None,
                t.code,
                t.detail,
                t.tries,
                t.body,
            )
            for task_id, t in sorted(changes.failed_tasks.items())
        ]
        if found:
            await self.connection.execute(statements.FAIL_TASKS, *columns(found, 9), now)

    async def _unnest(self, statement: str, records: Iterable[Sequence[object]]) -> None:
        found = list(records)
        if found:
            await self.connection.execute(statement, *columns(found, 0))

    async def _copy(self, table: str, names: Sequence[str], records: Records) -> None:
        if records:
            await self.connection.copy_records_to_table(table, columns=list(names), records=records)

    async def _shipments(self, changes: Changes, now: datetime) -> None:
        for shipment in (*changes.created.values(), *changes.changed.values()):
            shipment.version += 1
        made = [
            (
                *(s.id, s.seller, s.reference, now, s.lifecycle.version),
                *statements.shipment_values(s),
                *statements.declared_values(s),
                _first_look(s),
            )
            for s in changes.created.values()
        ]
        names = (*statements.SHIPMENT_COLUMNS, *statements.DECLARED_COLUMNS, "look_at")
        await self._copy("shipment", ("id", "seller", "reference", "created_at", "lifecycle", *names), made)
        amended = [changes.changed[i] for i in changes.redrafted if i not in changes.created]
        await self._unnest(statements.UPDATE_DECLARED, [(s.id, *statements.declared_values(s)) for s in amended])
        await self._unnest(
            statements.UPDATE_SHIPMENTS, [(s.id, *statements.shipment_values(s)) for s in changes.changed.values()]
        )

    async def _content(self, changes: Changes) -> None:
        redrafted = [changes.created.get(i) or changes.changed[i] for i in changes.redrafted]
        drafted = [(shipment, shipment.draft) for shipment in redrafted if shipment.draft is not None]
        again = [s.id for s, _ in drafted if s.id not in changes.created]
        if again:
            await self.connection.execute(statements.CLEAR_CONTENT, again)
        content = [_content(s, d, self.terms(d), self.rule_version) for s, d in drafted]
        await self._copy("shipment_content", _CONTENT, content)
        lines = [row for s, d in drafted for row in _lines(s, d)]
        await self._copy("shipment_line", _LINE, lines)
        judged_before = [i for i in changes.judged if i not in changes.created]
        if judged_before:
            await self.connection.execute(statements.CLEAR_FINDINGS, judged_before)
        only_judged = [i for i in judged_before if i not in changes.redrafted]
        if only_judged:
            await self.connection.execute(statements.JUDGED_BY, only_judged, self.rule_version)
        found = [
            (i, n, f.code, f.variant, f.severity, f.path, rows.json_text(f.params), f.source, f.valid_from, f.valid_to, seller)
            for i, findings in changes.judged.items()
            for seller in ((changes.created.get(i) or changes.changed[i]).seller,)
            for n, f in enumerate(findings, start=1)
        ]
        await self._copy("finding", _FINDING, found)

    async def _keys(self, changes: Changes) -> None:
        await self._unnest(statements.DROP_KEYS, sorted(changes.keys_dropped))
        await self._unnest(statements.ADD_KEYS, [(*key, seller) for key, seller in sorted(changes.keys_added.items())])

    async def _etgbs(self, changes: Changes) -> None:
        found = [changes.etgbs[number] for number in sorted(changes.etgbs)]
        await self._unnest(
            statements.SAVE_ETGBS,
            [
                (
                    e.number,
                    e.registered_on,
                    e.courier,
                    e.document_url,
                    e.closed_on,
                    e.vedop_seen_on,
                    e.evidence_kind,
                    e.evidence_reference,
                    rows.cause_json(e.vedop_cause),
                    e.cancelled_reason,
                    e.replaced_by,
                    rows.cause_json(e.cancel_cause),
                    e.due_at,
                    " ".join(sorted(e.overdue)),
                    e.day_inferred,
                )
                for e in found
            ],
        )
        applied = dict(changes.etgb_lines)
        await self._copy(
            "etgb_line",
            ("etgb", "line_no", "key", "invoice_number", "amount", "currency", "shipment"),
            [
                (e.number, n, x.key, x.invoice_number, x.amount, x.currency, applied.pop((e.number, n), None))
                for e in found
                for n, x in e.new_lines
            ],
        )
        await self._unnest(statements.APPLY_ETGB_LINES, [(*key, i) for key, i in sorted(applied.items())])
        corrected = sorted(changes.lines_corrected.items(), key=lambda one: one[0])
        await self._unnest(statements.CORRECT_LINES, [(*key, x.amount, x.currency) for key, x in corrected])
        await self._unnest(statements.TAKE_OFF_LINES, [(*key, off) for key, off in sorted(changes.lines_off.items())])

    async def _claims(self, messages: Sequence[Message], changes: Changes, now: datetime) -> None:
        """Save finance's figures, what is filed by them, claims, and what was told of them."""
        gone = {purchase: one for purchase, one in sorted(changes.withdrawn.items()) if one is not None}
        await self._unnest(claim_statements.WITHDRAW_PURCHASES, map(claim_statements.withdrawn_values, gone.values()))
        if again := sorted(changes.withdrawn.keys() - gone.keys()):
            await self.connection.execute(claim_statements.COUNT_AGAIN, again)
        await self._unnest(
            claim_statements.SAVE_PURCHASES,
            [(*claim_statements.purchase_values(p), *m.identity) for _, (p, m) in sorted(changes.purchases.items())],
        )
        await self._unnest(
            claim_statements.SAVE_VAT_RETURNS,
            [claim_statements.vat_return_values(told) for _, told in sorted(changes.vat_returns.items())],
        )
        await filing.leave(self.connection, changes)
        back = [
            (one.shipment, p.line, p.quantity, p.amount, p.given_back, one.claim, *one.message.identity, one.seller)
            for one in changes.pieces_back
            for p in (one.piece,)
        ]
        await self._unnest(claim_statements.GIVEN_BACK, sorted(changes.given_back))
        if back:
            await self.connection.execute(claim_statements.PIECES_BACK, *columns(back, 9), now)
        await filing.keep(self.connection, changes, {message.identity for message in messages}, now)
        await self._unnest(
            claim_statements.SAVE_CLAIMS, [claim_statements.claim_values(c) for _, c in sorted(changes.claims.items())]
        )
        moves = [
            (
                claim.id,
                told["status"],
                told.get("on") or istanbul_day(message.at),
                told.get("amount"),
                told.get("note") or "",
                told.get("due_on"),
                told.get("answered", False),
                *message.identity,
                claim.seller,
            )
            for claim, message, told in changes.claim_moves
        ]
        if moves:
            await self.connection.execute(claim_statements.CLAIM_MOVED, *columns(moves, 10), now)

    async def _chained(self, changes: Changes, now: datetime) -> Records:
        """The rows of the log, each with its link; shipments keep the last of theirs."""
        if not changes.transitions:
            return []
        if self.batch is None:
            self.batch = await self.connection.fetchval(statements.BATCH)
        shipments = {**changes.changed, **changes.created}
        await chains.catch_up(self.connection, chains.behind(shipments, changes.transitions))
        return chains.linked(shipments, changes.transitions, now, self.batch)

    async def _parked(self, changes: Changes, now: datetime) -> None:
        await self._unnest(statements.RELEASE, sorted(changes.released))
        await self._unnest(
            statements.PARK,
            [
                (*key, part.waits_on, why, part.message.at, now, part.due_at, None if part.told else part.due_at)
                for key, (part, why) in sorted(changes.parked.items(), key=lambda item: item[0])
            ],
        )
        await self._unnest(statements.LOOK_AT_PARKED, sorted(changes.looks.items()))

    async def _inbox(self, messages: Sequence[Message], changes: Changes, also_written: Iterable[tuple[str, str]]) -> None:
        """Say in the inbox what became of messages; rows that others may write too are locked in order, and last of all."""
        released = sorted({(source, i) for source, i, _ in changes.released})
        if released:
            await self._unnest(statements.LOCK_INBOX, sorted({*released, *also_written}))
        await self._unnest(statements.INBOX_RELEASED, released)
        kept = ("parked", "refused", "repeated")
        states = {m.identity: o.state for m in messages if (o := changes.outcomes[m.identity]).state in kept}
        await self._unnest(statements.INBOX_STATES, [(*identity, state) for identity, state in sorted(states.items())])

    async def _refused(self, changes: Changes, now: datetime) -> None:
        await self.refuse(
            [
                (
                    f"{r.part.message.source} {r.part.message.id}",
                    r.part.number,
                    r.part.message.subject,
                    r.part.message.source,
                    r.part.message.id,
                    r.part.message.type,
                    r.code,
                    r.detail,
                    r.part.message.body,
                    len(r.part.message.body),
                    now,
                    "answered" if r.part.message.attended else "refused",
                )
                for r in changes.refused
            ]
        )

    async def refuse(self, refused: Records) -> None:
        """Keep what was refused, in the order of its keys."""
        unique = {(r[0], r[1]): r for r in refused}
        await self._unnest(statements.REFUSE, [r for _, r in sorted(unique.items(), key=lambda item: str(item[0]))])

    async def _attention(self, changes: Changes, now: datetime) -> None:
        await self._resolved(changes, now)
        if not changes.raised:
            return
        items = [changes.raised[i] for i in sorted(changes.raised)]
        nobody = ("", "")
        records = [(a.id, a.reason, a.detail, a.shipment, a.etgb, a.claim, *(a.message or nobody), a.times, now) for a in items]
        told = await self.connection.fetch(statements.RAISE, *columns(records, 10))
        fresh = {row["id"] for row in told if row["raised_at"] == now}
        changes.raised = {i: a for i, a in changes.raised.items() if i in fresh}

    async def _resolved(self, changes: Changes, now: datetime) -> None:
        """Resolve items of causes that have gone, and keep those that were open, to be told."""
        gone: dict[UUID, AttentionItem | None] = {}
        if changes.resolved:
            found = await self.connection.fetch(statements.RESOLVE_ITEMS, sorted(changes.resolved), now)
            gone |= {row["id"]: rows.item(row) for row in found}
        alike: dict[frozenset[Reason], list[UUID]] = {}
        for shipment, reasons in sorted(changes.settled.items()):
            alike.setdefault(frozenset(reasons), []).append(shipment)
        for ended, shipments in alike.items():
            found = await self.connection.fetch(statements.SETTLE_ITEMS, shipments, sorted(ended), now)
            gone |= {row["id"]: rows.item(row) for row in found}
        changes.resolved = gone

    async def _rates(self, changes: Changes, now: datetime) -> None:
        """Save bulletins and what is known of days, and keep of the tasks for rates those that nobody asked lately."""
        await self._unnest(
            statements.SAVE_RATES,
            [(c, r.published_on, rate, r.bulletin) for r in changes.rates for c, rate in sorted(r.rates.items())],
        )
        await self._unnest(
            statements.SAVE_RATE_DAYS, [(*key, published) for key, published in sorted(changes.rate_days.items())]
        )
        wanted = sorted((task.code, task.about.day) for task in changes.tasks if isinstance(task.about, RateDay))
        if wanted:
            won = {tuple(row) for row in await self.connection.fetch(statements.ASK_FOR_RATES, *columns(wanted, 2), now)}
            changes.tasks = [
                task for task in changes.tasks if not isinstance(task.about, RateDay) or (task.code, task.about.day) in won
            ]

    async def _links(self, changes: Changes) -> None:
        moved = {(t.actor, t.message_id, t.shipment) for t in changes.transitions}
        await self._unnest(
            statements.LINK,
            sorted((s, source, i, seller) for (source, i, s), seller in changes.links.items() if (source, i, s) not in moved),
        )

    async def publish(self, messages: Sequence[Outgoing]) -> None:
        """Put messages into the outbox and wake the relay when this transaction commits."""
        if not messages:
            return
        await self._copy(
            "outbox", ("message_id", "subject", "payload"), [(m.message_id, m.subject, m.payload) for m in messages]
        )
        await self.connection.execute(statements.WAKE_RELAY)


_FIRST_LOOK = timedelta(days=1)
"""When the timer looks at a new shipment at the latest: sooner than what it waits for later falls due, as a rule, so that
moving on in time need not write the index."""


def _first_look(shipment: Shipment) -> datetime | None:
    return None if shipment.due_at is None else min(shipment.due_at, shipment.stage_since + _FIRST_LOOK)


_FINDING = (
    "shipment",
    "finding_no",
    "code",
    "variant",
    "severity",
    "path",
    "params",
    "source",
    "valid_from",
    "valid_to",
    "seller",
)
_LINE = (
    "shipment",
    "line_no",
    "kind",
    "sku",
    "description",
    "description_tr",
    "gtip",
    "origin",
    "quantity",
    "unit",
    "unit_price",
    "discount",
    "net_weight_kg",
    "seller",
)
_CONTENT = ("shipment", "seller_name", "consignee_name", "terms", "rule_version", "seller")


def _lines(shipment: Shipment, draft: Draft) -> list[tuple[object, ...]]:
    return [
        (
            shipment.id,
            n,
            x.kind,
            x.sku,
            x.description,
            x.description_tr,
            x.gtip,
            x.origin,
            x.quantity,
            x.unit,
            x.unit_price,
            x.discount,
            x.net_weight_kg,
            shipment.seller,
        )
        for n, x in enumerate(draft.lines, start=1)
    ]


def _content(shipment: Shipment, draft: Draft, terms: dict[str, object], rule_version: str) -> tuple[object, ...]:
    return (shipment.id, draft.seller.name, draft.consignee.name, rows.json_text(terms), rule_version, shipment.seller)
