"""What the demo shows: counts that move while it runs, and the account at the end."""

import time
from collections import Counter, deque
from dataclasses import asdict, dataclass, field
from datetime import datetime
from types import TracebackType
from typing import Self

import asyncpg
import orjson
from nats.aio.client import Client
from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table

from adapters.database import showing
from adapters.entrypoints import report
from adapters.entrypoints.demo_opening import Opened
from adapters.imports.account import Summary
from events import topology
from workflow.stages import JOURNEY, STAGE_LABELS, Stage

_WORDS: dict[str, tuple[str, str]] = {
    "held": ("Bulgusu bekleten taslak", "Drafts held by findings"),
    "repeats": ("Yinelenip etkisiz kalan mesaj", "Duplicates absorbed"),
    "parked": ("Bekleyen mesaj", "Messages parked now"),
    "released": ("Bekleyip sonra uygulanan mesaj", "Messages parked and released"),
    "refused": ("Reddedilen mesaj", "Messages refused"),
    "attention": ("Açık dikkat kaydı", "Attention items open"),
    "messages": ("Gelen mesaj", "Messages in"),
    "transitions": ("Aşama geçişi", "Transitions"),
    "published": ("Yayımlanan mesaj", "Messages published"),
    "claims": ("KDV iade başvurusu", "VAT refund claims"),
    "elapsed": ("Süre (sn)", "Elapsed (s)"),
    "per_second": ("mesaj/sn", "messages/s"),
    "settled": (
        "Her gönderi bir sona vardı ya da bulgusu onu bekletiyor.",
        "Every shipment ended, or its findings hold it.",
    ),
    "nothing": ("Gönderilecek bir şey yok.", "There is nothing to ship."),
    "past": (
        "Satıcıların geçmiş ayı anlatılıyor; yarım dakika kadar sürer.",
        "The sellers' month before is being told; it takes half a minute or so.",
    ),
    "before": ("Geçmiş aydan gönderi", "Shipments of the month before"),
    "importing": ("Siparişler alınıyor.", "The orders are coming in."),
    "interrupted": (
        "Bitmeden durduruldu; buraya kadar olan özetlenmedi.",
        "Stopped before its end; what happened so far is not summed up.",
    ),
    "stuck": ("Sonuna varmayan gönderiler (ilk 20)", "Shipments that did not end (the first 20)"),
    "user": ("Kullanıcı", "User"),
    "password": ("Parola", "Password"),
    "staying": ("Açık kalıyor; durdurmak için Ctrl-C", "Staying up; Ctrl-C stops it"),
}

_COUNTS = (
    "before",
    "messages",
    "transitions",
    "published",
    "repeats",
    "released",
    "parked",
    "refused",
    "attention",
    "claims",
    "elapsed",
)
"""What the summary counts, in this order."""

_MOVING = ("held", "transitions", "repeats", "released", "parked", "refused")
"""What the moving picture shows under the stages."""


@dataclass(slots=True)
class Figures:
    """Counts at one moment: of what came since the demo opened, but for ``before``, the shipments of its past."""

    before: int = 0
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
    nothing: bool = False
    """Whether the orders have come in and none of them has anything to ship."""
    stuck: list[dict[str, str]] = field(default_factory=list)

    @property
    def settled(self) -> bool:
        """Whether every shipment is at an end, or a draft that its findings hold."""
        ends = sum(self.stages.get(stage, 0) for stage in (Stage.REFUND_FILED, Stage.CANCELLED, Stage.RETURNED))
        total = sum(self.stages.values())
        return (total > 0 or self.nothing) and ends + self.held == total


async def figures(pool: "asyncpg.Pool[asyncpg.Record]", client: Client, opened: Opened) -> Figures:
    """Count everything since the demo opened."""
    stages = await pool.fetch(showing.STAGES, opened.at)
    findings = await pool.fetch(showing.FINDINGS, opened.at)
    row = await pool.fetchrow(showing.FIGURES, opened.at)
    js = client.jetstream()
    out = await js.stream_info(topology.STREAM_OUT)
    tasks = await js.stream_info(topology.STREAM_TASK)
    engine = await js.consumer_info(topology.STREAM_IN, topology.ENGINE)
    waiting = (engine.num_pending or 0) + (engine.num_ack_pending or 0) + tasks.state.messages
    return Figures(
        stages={row["stage"]: row["n"] for row in stages},
        findings={row["code"]: row["n"] for row in findings},
        published=out.state.messages - opened.published,
        waiting=waiting,
        **(dict(row) if row is not None else {}),
    )


async def stuck(pool: "asyncpg.Pool[asyncpg.Record]", since: datetime, limit: int = 20) -> list[dict[str, str]]:
    """Shipments of the day that stand neither at an end nor under a finding, with what is known of why."""
    return [dict(row) for row in await pool.fetch(showing.STUCK, limit, since)]


class View:
    """The stages and their counts, drawn again and again; on a pipe, nothing but where it is."""

    def __init__(self, console: Console, locale: str) -> None:
        """Draw on a console; what this is is said at once."""
        self._console, self._column = console, 0 if locale == "tr" else 1
        self._url = self._door = ""
        self._live = Live(console=console, auto_refresh=False, transient=True)
        self._seen: deque[tuple[float, int]] = deque(maxlen=8)
        self._console.print(f"[bold black on yellow] {report.word('sandbox', locale)} [/]")

    def past(self) -> None:
        """Say that the past is told now."""
        self._console.print(self._word("past"))

    def opens(self, http_url: str, user: str, password: str) -> None:
        """Say where it is, and how one signs in."""
        self._url, self._door = http_url, f"{self._word('user')}: {user}  {self._word('password')}: {password}"
        self._console.print(f"{self._url}  {self._door}", highlight=False, soft_wrap=True)

    def __enter__(self) -> Self:
        """Begin."""
        self._console.print(self._word("importing"))
        if self._console.is_terminal:
            self._live.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """End."""
        if self._console.is_terminal:
            self._live.stop()

    def show(self, found: Figures) -> None:
        """Draw the counts."""
        if self._console.is_terminal:
            self._live.update(self._picture(found), refresh=True)

    def staying(self) -> None:
        """Say that it goes on."""
        self._console.print(f"{self._word('staying')}  {self._door}  {self._url}", highlight=False, soft_wrap=True)

    def interrupted(self) -> None:
        """Say that somebody stopped it."""
        self._console.print(self._word("interrupted"))

    def _word(self, name: str) -> str:
        return _WORDS[name][self._column]

    def _picture(self, found: Figures) -> RenderableType:
        total = max(1, sum(found.stages.values()))
        rail = Table(box=None, show_header=False, padding=(0, 1))
        rail.add_column(no_wrap=True)
        rail.add_column(justify="right", min_width=6)
        for stage in JOURNEY:
            count = found.stages.get(stage, 0)
            bar = ProgressBar(total=total, completed=count, width=40, complete_style="green", finished_style="green")
            rail.add_row(STAGE_LABELS[stage][self._column], str(count), bar)
        counts = " · ".join(f"{getattr(found, name)} {self._word(name).lower()}" for name in _MOVING)
        speed = (
            f"{self._rate(found.messages):.0f} {self._word('per_second')} · {found.messages} {self._word('messages').lower()}"
        )
        return Group(rail, f"[bold]{speed}[/]", f"[dim]{counts}[/]")

    def _rate(self, messages: int) -> float:
        """Messages a second over the last few pictures."""
        now = time.monotonic()
        self._seen.append((now, messages))
        then, before = self._seen[0]
        return (messages - before) / (now - then) if now > then else 0.0


def summary(account: Summary, found: Figures, locale: str, *, as_json: bool) -> None:
    """Print the account of orders and the counts of the journey."""
    account.stages, account.findings = Counter(found.stages), Counter(found.findings)
    if as_json:
        counted = asdict(found) | {"settled": found.settled, "import": report.plain(account)}
        print(orjson.dumps(counted, option=orjson.OPT_INDENT_2).decode())
        return
    column = 0 if locale == "tr" else 1
    console = Console()
    console.print(f"[bold black on yellow] {report.word('sandbox', locale)} [/]")
    report.import_summary(account, locale, as_json=False)
    table = Table(show_header=False, box=None, pad_edge=False)
    table.add_column(justify="right")
    table.add_column()
    for name in _COUNTS:
        table.add_row(str(getattr(found, name)), _WORDS[name][column])
    console.print(table)
    ended = "nothing" if found.nothing and found.settled else "settled" if found.settled else "stuck"
    console.print(_WORDS[ended][column])
    for one in found.stuck:
        console.print(f"  {one['reference']}  {STAGE_LABELS[Stage(one['stage'])][column]}  {one['why']}", markup=False)
