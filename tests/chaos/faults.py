"""What is done to the installation: each fault is a block that breaks something and mends what an operator would mend."""

import asyncio
import errno
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random

import orjson

from tests.chaos.processes import Process
from tests.chaos.rig import Rig, stream_leader

NOTICED_S = 20.0
"""When kernels notice that a machine is gone, as :mod:`adapters.database.hosts` sets them."""

Strike = Callable[[Rig, Random], AbstractAsyncContextManager[None]]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of fault; where Kervan ``goes_on`` it must recover while the fault lasts, else after its end."""

    name: str
    strike: Strike
    goes_on: bool = False
    disks: bool = False
    """Whether it needs servers' folders on disks of their own."""


def _hold(chance: Random) -> float:
    return chance.uniform(1, 5)


def _killed(*choose: str) -> Strike:
    """Kill processes of Kervan's: what the block is given by names, ``a worker``, ``the leader`` or ``all``."""

    @asynccontextmanager
    async def strike(rig: Rig, chance: Random) -> AsyncIterator[None]:
        for one in await _chosen(rig, chance, choose[0]):
            one.send_signal(signal.SIGKILL)
        yield  # the supervisor starts it again

    return strike


def _frozen(who: str) -> Strike:
    @asynccontextmanager
    async def strike(rig: Rig, chance: Random) -> AsyncIterator[None]:
        found = await _chosen(rig, chance, who)
        for one in found:
            one.send_signal(signal.SIGSTOP)
        try:
            await asyncio.sleep(_hold(chance) * 2)
        finally:
            for one in found:
                one.send_signal(signal.SIGCONT)
        yield

    return strike


async def _chosen(rig: Rig, chance: Random, who: str) -> list[Process]:
    if who == "a worker":
        return [chance.choice(rig.workers)]
    if who == "the relay":
        return [await rig.leader()]
    return [rig.web] if who == "the web" else list(rig.workers)


@asynccontextmanager
async def _nats_lost(rig: Rig, chance: Random) -> AsyncIterator[None]:
    server = chance.choice(rig.cluster.servers)
    await asyncio.to_thread(server.end)
    yield
    server.start()


@asynccontextmanager
async def _nats_leader_lost(rig: Rig, _: Random) -> AsyncIterator[None]:
    server = rig.cluster.servers[await stream_leader(rig) - 1]
    await asyncio.to_thread(server.end)
    yield
    server.start()


@asynccontextmanager
async def _nats_all_killed(rig: Rig, chance: Random) -> AsyncIterator[None]:
    for server in rig.cluster.servers:
        await asyncio.to_thread(server.end)
    await asyncio.sleep(_hold(chance))
    for server in rig.cluster.servers:
        server.start()
    yield


@asynccontextmanager
async def _nats_rolling(rig: Rig, chance: Random) -> AsyncIterator[None]:
    for server in rig.cluster.servers:
        await asyncio.to_thread(server.end, signal.SIGTERM)
        server.start()
        await asyncio.sleep(chance.uniform(2, 4))
    yield


@asynccontextmanager
async def _nats_isolated(rig: Rig, _: Random) -> AsyncIterator[None]:
    server = rig.cluster.servers[await stream_leader(rig) - 1]
    rig.cluster.isolate(server)
    try:
        yield
    finally:
        rig.cluster.join(server)


@asynccontextmanager
async def _nats_frozen(rig: Rig, chance: Random) -> AsyncIterator[None]:
    server = chance.choice(rig.cluster.servers)
    server.send_signal(signal.SIGSTOP)
    try:
        yield
    finally:
        server.send_signal(signal.SIGCONT)


def _postgres_restarted(how: str) -> Strike:
    @asynccontextmanager
    async def strike(rig: Rig, _: Random) -> AsyncIterator[None]:
        primary = rig.pair.primary
        await asyncio.to_thread(primary.kill if how == "kill" else lambda: primary.stop(how))
        await asyncio.to_thread(primary.start)
        yield

    return strike


@asynccontextmanager
async def _postgres_frozen(rig: Rig, chance: Random) -> AsyncIterator[None]:
    node = rig.pair.primary
    node.send_signal(signal.SIGSTOP)
    try:
        await asyncio.sleep(_hold(chance))
    finally:
        node.send_signal(signal.SIGCONT)
    yield


def _fail_over(*, silent: bool) -> Strike:
    """The server that is written to dies; ``silent``: with its machine, so that nobody is told that connections are gone."""

    @asynccontextmanager
    async def strike(rig: Rig, _: Random) -> AsyncIterator[None]:
        way = rig.way
        if silent:
            way.silence()
        await asyncio.to_thread(rig.pair.primary.kill)
        await asyncio.to_thread(rig.pair.fail_over)
        # the kernel's question whether the other side is there is answered by the proxy's: so the answer is given here
        noticed = asyncio.get_running_loop().call_later(NOTICED_S, way.reset)
        try:
            yield
        finally:
            noticed.cancel()
            way.speak()
            await asyncio.to_thread(rig.pair.replicate)

    return strike


@asynccontextmanager
async def _replica_lost(rig: Rig, chance: Random) -> AsyncIterator[None]:
    await asyncio.to_thread(rig.pair.replica.kill)
    await asyncio.sleep(_hold(chance))
    await asyncio.to_thread(rig.pair.replica.start)
    yield


@asynccontextmanager
async def _cut_from_postgres(rig: Rig, chance: Random) -> AsyncIterator[None]:
    way = rig.way
    way.silence()
    await asyncio.sleep(_hold(chance) * 2)
    way.speak()
    yield


@asynccontextmanager
async def _cut_from_nats(rig: Rig, chance: Random) -> AsyncIterator[None]:
    ways = [server.before for server in rig.cluster.servers]
    for way in ways:
        way.silence()
    await asyncio.sleep(_hold(chance) * 2)
    for way in ways:
        way.speak()
    yield


@asynccontextmanager
async def _slow_ways(rig: Rig, chance: Random) -> AsyncIterator[None]:
    ways = [rig.way, *(server.before for server in rig.cluster.servers)]
    for way in ways:
        way.delay_s = chance.uniform(0.02, 0.1)
    try:
        yield
    finally:
        for way in ways:
            way.delay_s = 0


@asynccontextmanager
async def _postgres_reset(rig: Rig, _: Random) -> AsyncIterator[None]:
    rig.way.reset()
    yield


@asynccontextmanager
async def _nats_reset(rig: Rig, _: Random) -> AsyncIterator[None]:
    for server in rig.cluster.servers:
        server.before.reset()
    yield


def _fill(folder: Path) -> Path:
    """Write until the disk is full."""
    ballast = folder / "ballast"
    with ballast.open("wb", buffering=0) as file:
        piece = bytes(1 << 20)
        while piece:
            try:
                file.write(piece)
            except OSError as error:
                if error.errno != errno.ENOSPC:
                    raise
                piece = piece[: len(piece) // 2]
    return ballast


@asynccontextmanager
async def _postgres_disk_full(rig: Rig, chance: Random) -> AsyncIterator[None]:
    ballast = await asyncio.to_thread(_fill, rig.pair.primary.folder)
    try:
        await asyncio.sleep(_hold(chance) * 2)
    finally:
        ballast.unlink()
    await asyncio.to_thread(rig.pair.revive)
    yield


@asynccontextmanager
async def _nats_disk_full(rig: Rig, chance: Random) -> AsyncIterator[None]:
    server = rig.cluster.servers[await stream_leader(rig) - 1]
    ballast = await asyncio.to_thread(_fill, server.folder)
    await asyncio.sleep(_hold(chance))
    try:
        yield
    finally:
        ballast.unlink()
    await asyncio.to_thread(server.end)  # it takes nothing any more until it is started anew
    server.start()


def _clock(*, ahead: bool) -> Strike:
    @asynccontextmanager
    async def strike(rig: Rig, chance: Random) -> AsyncIterator[None]:
        rig.clock.write_text(str((1 if ahead else -1) * chance.randint(600, 6 * 3600)))
        try:
            yield
        finally:
            rig.clock.write_text("0")

    return strike


@asynccontextmanager
async def _slow_consumer(rig: Rig, chance: Random) -> AsyncIterator[None]:
    """Somebody asks for all that was ever published, and reads none of it: the server has to let go of him."""
    server = chance.choice(rig.cluster.servers)
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    await reader.readline()
    inbox = b"_INBOX.slow"
    config = {"deliver_subject": inbox.decode(), "ack_policy": "none", "deliver_policy": "all", "flow_control": False}
    request = orjson.dumps({"stream_name": "KERVAN_OUT", "config": config, "action": ""})
    writer.write(b'CONNECT {"verbose":false}\r\nSUB ' + inbox + b" 1\r\nSUB kervan.> 2\r\n")
    writer.write(b"PUB $JS.API.CONSUMER.CREATE.KERVAN_OUT _INBOX.none %d\r\n%b\r\n" % (len(request), request))
    await writer.drain()
    try:
        yield
    finally:
        writer.transport.abort()


class _Floods:
    """Numbers the floods, so that each message of each is another one."""

    count = 0


_POISON: tuple[tuple[str, bytes], ...] = (
    ("kervan.in.courier.pts", b"not JSON at all: %s"),
    ("kervan.in.orders.shop", b'{"specversion": "1.0", "id": "%s"}'),
    ("kervan.in.orders.shop", b'{"specversion": "1.0", "id": "%s", "source": "courier/pts", "type": "courier.booked.v1"}'),
    ("kervan.in.nobody.knows", b"\xff\xfe\x00%s"),
    ("kervan.in.customs.feed", b'{"%s": ' + b"[" * 2000),
    ("kervan.in.tax_office.vedop", b"%s" + b"x" * (300 * 1024)),
)


@asynccontextmanager
async def _poison(rig: Rig, _: Random) -> AsyncIterator[None]:
    _Floods.count += 1
    marks = [f"poison-{_Floods.count}-{n}" for n in range(150)]
    said = [_POISON[n % len(_POISON)] for n in range(len(marks))]
    flood = [(subject, body.replace(b"%s", mark.encode() + b".")) for mark, (subject, body) in zip(marks, said, strict=True)]
    await rig.teller.flood(marks, flood)
    yield


KINDS: tuple[Kind, ...] = (
    Kind("worker killed", _killed("a worker")),
    Kind("relay killed", _killed("the relay")),
    Kind("all workers killed, with relay and timer", _killed("all workers")),
    Kind("web killed", _killed("the web")),
    Kind("worker frozen", _frozen("a worker")),
    Kind("relay frozen", _frozen("the relay")),
    Kind("web frozen", _frozen("the web")),
    Kind("NATS server lost", _nats_lost, goes_on=True),
    Kind("NATS server that leads lost", _nats_leader_lost, goes_on=True),
    Kind("all NATS servers killed", _nats_all_killed),
    Kind("NATS restarted one by one", _nats_rolling),
    Kind("NATS server cut off", _nats_isolated, goes_on=True),
    Kind("NATS server frozen", _nats_frozen, goes_on=True),
    Kind("PostgreSQL restarted, fast", _postgres_restarted("fast")),
    Kind("PostgreSQL restarted, immediate", _postgres_restarted("immediate")),
    Kind("PostgreSQL killed", _postgres_restarted("kill")),
    Kind("PostgreSQL frozen", _postgres_frozen),
    Kind("fail-over to the replica", _fail_over(silent=False), goes_on=True),
    Kind("fail-over, the machine is gone", _fail_over(silent=True), goes_on=True),
    Kind("replica lost", _replica_lost),
    Kind("cut off from PostgreSQL", _cut_from_postgres),
    Kind("cut off from NATS", _cut_from_nats),
    Kind("slow network", _slow_ways, goes_on=True),
    Kind("PostgreSQL connections reset", _postgres_reset),
    Kind("NATS connections reset", _nats_reset),
    Kind("PostgreSQL disk full", _postgres_disk_full, disks=True),
    Kind("NATS disk full", _nats_disk_full, goes_on=True, disks=True),
    Kind("clock jumps ahead", _clock(ahead=True), goes_on=True),
    Kind("clock jumps back", _clock(ahead=False), goes_on=True),
    Kind("slow consumer", _slow_consumer, goes_on=True),
    Kind("poison flood", _poison),
)
"""Every kind of fault."""


def schedule(count: int, seed: int, kinds: tuple[Kind, ...] = KINDS) -> list[Kind]:
    """Which faults come, the same for the same seed; every kind comes before any comes again."""
    chance = Random(f"schedule {seed}")
    found: list[Kind] = []
    while len(found) < count:
        found += chance.sample(kinds, len(kinds))
    return found[:count]
