"""What the demo shows: counts that move while it runs, and the account at the end."""

from collections import Counter
from dataclasses import asdict, dataclass, field
from types import TracebackType
from typing import Any, Self

import asyncpg
import orjson
from nats.aio.client import Client
from rich.console import Console
from rich.live import Live
from rich.table import Table

from adapters.entrypoints import report
from adapters.imports.account import Summary
from events import topology
from workflow.stages import JOURNEY, STAGE_LABELS, Stage

_WORDS: dict[str, tuple[str, str]] = {
    "sandbox": (
        "DENEME ORTAMI: karşı taraflar gerçek değildir, hiçbir belge geçerli değildir.",
        "SANDBOX: the counterparts are not real and no document is valid.",
    ),
    "repeats": ("Yinelenip etkisiz kalan mesaj", "Duplicates absorbed"),
    "parked_now": ("Bekleyen mesaj", "Messages parked now"),
    "released": ("Bekleyip sonra uygulanan mesaj", "Messages parked and released"),
    "refused": ("Reddedilen mesaj", "Messages refused"),
    "messages": ("Gelen mesaj", "Messages in"),
    "transitions": ("Aşama geçişi", "Transitions"),
    "published": ("Yayımlanan mesaj", "Messages published"),
    "elapsed": ("Süre (sn)", "Elapsed (s)"),
    "claims": ("KDV iade başvurusu", "VAT refund claims"),
    "settled": (
        "Her gönderi bir sona vardı ya da bulgusu onu bekletiyor.",
        "Every shipment ended, or its findings hold it.",
    ),
    "stuck": ("Sonuna varmayan gönderi var", "Some shipments did not end"),
    "staying": ("Açık kalıyor; durdurmak için Ctrl-C", "Staying up; Ctrl-C stops it"),
}


@dataclass(slots=True)
class Figures:
    """Counts at one moment."""

    stages: dict[str, int] = field(default_factory=dict)
    held: int = 0
    findings: dict[str, int] = field(default_factory=dict)
    messages: int = 0
    transitions: int = 0
    repeats: int = 0
    parked: int = 0
    released: int = 0
    refused: int = 0
    attention: int = 0
    outbox: int = 0
    published: int = 0
    claims: int = 0
    waiting: int = 0
    elapsed: float = 0.0

    @property
    def settled(self) -> bool:
        """Whether every shipment is at an end, or a draft that its findings hold."""
        ends = sum(self.stages.get(stage, 0) for stage in (Stage.REFUND_FILED, Stage.CANCELLED, Stage.RETURNED))
        total = sum(self.stages.values())
        return total > 0 and ends + self.held == total


async def figures(pool: "asyncpg.Pool[asyncpg.Record]", client: Client) -> Figures:
    """Count everything."""
    stages = await pool.fetch("SELECT stage, count(*) AS n FROM shipment GROUP BY stage")
    findings = await pool.fetch(
        "SELECT code, count(DISTINCT shipment) AS n FROM finding WHERE severity = 'block' GROUP BY code ORDER BY code"
    )
    row = await pool.fetchrow(
        """SELECT (SELECT count(*) FROM inbox) AS messages, (SELECT count(*) FROM transition) AS transitions,
                  (SELECT coalesce(sum(repeats), 0)::int FROM inbox) AS repeats, (SELECT count(*) FROM parked) AS parked,
                  (SELECT count(*) FROM refused WHERE state = 'refused') AS refused,
                  (SELECT count(*) FROM attention WHERE resolved_at IS NULL) AS attention,
                  (SELECT count(*) FROM outbox) AS outbox, (SELECT count(*) FROM claim) AS claims,
                  (SELECT count(*) FROM inbox WHERE parked_at IS NOT NULL AND state = 'applied') AS released,
                  (SELECT count(*) FROM shipment s WHERE s.stage = 'draft' AND EXISTS (
                      SELECT FROM finding f WHERE f.shipment = s.id AND f.severity = 'block')) AS held"""
    )
    js = client.jetstream()
    out = await js.stream_info(topology.STREAM_OUT)
    tasks = await js.stream_info(topology.STREAM_TASK)
    engine = await js.consumer_info(topology.STREAM_IN, topology.ENGINE)
    waiting = (engine.num_pending or 0) + (engine.num_ack_pending or 0) + tasks.state.messages
    return Figures(
        stages={row["stage"]: row["n"] for row in stages},
        findings={row["code"]: row["n"] for row in findings},
        published=out.state.messages,
        waiting=waiting,
        **(dict(row) if row is not None else {}),
    )


class View:
    """A table that is drawn again and again; on a pipe, nothing but the end."""

    def __init__(self, console: Console, locale: str, http_url: str) -> None:
        """Draw on a console."""
        self._console, self._column, self._url = console, 0 if locale == "tr" else 1, http_url
        self._live = Live(console=console, auto_refresh=False, transient=True)

    def __enter__(self) -> Self:
        """Begin."""
        self._console.print(f"[bold black on yellow] {_WORDS['sandbox'][self._column]} [/]")
        self._console.print(self._url)
        if self._console.is_terminal:
            self._live.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """End."""
        if self._console.is_terminal:
            self._live.stop()

    def show(self, found: Figures) -> None:
        """Draw the counts."""
        if not self._console.is_terminal:
            return
        most = max(1, *found.stages.values()) if found.stages else 1
        table = Table(box=None, show_header=False)
        for stage in JOURNEY:
            count = found.stages.get(stage, 0)
            bar = "█" * round(40 * count / most)
            table.add_row(STAGE_LABELS[stage][self._column], str(count), f"[green]{bar}[/]")
        table.add_row(_WORDS["messages"][self._column], str(found.messages), f"{found.transitions} →")
        self._live.update(table, refresh=True)

    def staying(self) -> None:
        """Say that it goes on."""
        self._console.print(f"{_WORDS['staying'][self._column]}  {self._url}")


def summary(account: Summary, found: Figures, locale: str, *, as_json: bool) -> None:
    """Print the account of orders and the counts of the journey."""
    if as_json:
        counted: dict[str, Any] = asdict(found) | {"settled": found.settled}
        counted["import"] = asdict(account) | {"import_ids": [str(i) for i in account.import_ids]}
        print(orjson.dumps(counted, option=orjson.OPT_INDENT_2).decode())
        return
    column = 0 if locale == "tr" else 1
    account.stages = Counter(found.stages)
    account.findings = Counter(found.findings)
    report.import_summary(account, locale, as_json=False)
    table = Table(show_header=False, box=None, pad_edge=False)
    table.add_column(justify="right")
    table.add_column()
    for name in ("messages", "transitions", "published", "repeats", "released", "refused", "claims"):
        table.add_row(str(getattr(found, name)), _WORDS[name][column])
    table.add_row(str(found.parked), _WORDS["parked_now"][column])
    table.add_row(f"{found.elapsed:.1f}", _WORDS["elapsed"][column])
    console = Console()
    console.print(table)
    console.print(_WORDS["settled" if found.settled else "stuck"][column])
