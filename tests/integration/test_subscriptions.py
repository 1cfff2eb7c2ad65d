"""Those who subscribe are told by signed webhooks: once each, again when it fails, from the past, never inside our network."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import orjson
import pytest
from nats.aio.client import Client
from nats.js.errors import NotFoundError

from adapters.calls.addresses import Outside
from adapters.database import items, queries
from adapters.database import subscriptions as table
from adapters.subscriptions import schedule
from adapters.subscriptions.keyring import Keyring
from adapters.subscriptions.listener import Listening
from adapters.subscriptions.sender import Sender, Sent
from events import topology
from events.intake import Intake
from events.subscriptions import RAISED, RESOLVED, TRANSITIONED, TYPES, Hears
from tests.integration.receiver import BROKEN, GONE, OK, Desk, Receiver, published
from tests.loopback import LOOPBACK
from tests.stories import SELLER, known_id, story

Pool = Any


@pytest.fixture
async def desk(
    connections: "asyncpg.Pool[asyncpg.Record]", database_url: str, broker: Client, intake: Intake, tmp_path: Path
) -> AsyncIterator[Desk]:
    """All that tells subscribers."""
    found = Desk(connections, database_url, broker, intake, tmp_path)
    yield found
    await found.close()


def moves(n: int, upto: int) -> list[str]:
    """The ids of a shipment's first transitions."""
    return [f"{known_id(n)}:{sequence}" for sequence in range(1, upto + 1)]


async def test_a_subscriber_is_told_what_went_out_signed_and_to_the_byte(
    desk: Desk, receiver: Receiver, broker: Client
) -> None:
    """From the moment on in which it subscribed; id and body are those of the stream, and its receiver can prove where from."""
    await desk.intake.take(list(story(1))[:2])
    await desk.publish()
    desk.clock.at = datetime.now(UTC) + timedelta(seconds=5)  # the broker's clock is given so much
    _, secret = await desk.subscribe(receiver.url)
    before = [message_id for message_id, _ in await published(broker)]
    await desk.tell(*list(story(2))[:2])
    await desk.deliverer().run()
    out = await published(broker)
    assert [(one.headers["webhook-id"], one.body) for one in receiver.came] == out[len(before) :]
    assert [one.signed_by(secret, desk.clock()) for one in receiver.came] == [
        message_id for message_id, _ in out[len(before) :]
    ]
    assert receiver.came[0].headers["content-type"].startswith("application/cloudevents+json")


async def test_two_workers_at_once_tell_each_message_once(desk: Desk, receiver: Receiver, broker: Client) -> None:
    """Two listeners on the shared consumer, two deliverers over one table, forty shipments: each message once, none lost."""
    made, _ = await desk.subscribe(receiver.url)
    await desk.intake.take([one for n in range(40) for one in list(story(n))[:2]])
    await desk.publish()
    await desk.note(*(Listening(broker, desk.deliveries, desk.clock) for _ in range(2)))
    deliverers = [desk.deliverer() for _ in range(2)]
    while sum(await asyncio.gather(*(one.run() for one in deliverers))):
        continue
    assert sorted(receiver.ids) == sorted(message_id for message_id, _ in await published(broker))
    assert len(receiver.ids) == len(set(receiver.ids)) == 80
    shown = await table.one(desk.pool, made)
    assert shown is not None
    assert (shown["waiting"], shown["given_up"], shown["failing_since"]) == (0, 0, None)


async def test_what_was_taken_by_a_worker_that_died_is_sent_by_another(desk: Desk, receiver: Receiver) -> None:
    """Not before its lease is over."""
    await desk.subscribe(receiver.url)
    await desk.tell(*list(story(1))[:1])
    await desk.deliveries.take(desk.clock(), desk.clock() + timedelta(seconds=120), 64)
    assert await desk.deliverer().run() == 0
    desk.clock.on(seconds=121)
    assert await desk.deliverer().run() == 1
    assert receiver.ids == moves(1, 1)


async def test_a_delivery_that_fails_comes_again_eight_times_over_a_day(desk: Desk, receiver: Receiver) -> None:
    """At the pauses of the table, each attempt kept with status, duration and what was answered; then it is given up."""
    receiver.answer = lambda _: BROKEN
    receiver.body = "ölçüsüz \x00 hata".encode() * 200
    made, _ = await desk.subscribe(receiver.url)
    await desk.tell(*list(story(1))[:1])
    deliverer, began, due = desk.deliverer(), desk.clock(), []
    for _ in range(60):
        if (row := await desk.pool.fetchrow("SELECT state, due_at FROM delivery")) and row["state"] != "waiting":
            break
        desk.clock.at = max(desk.clock(), row["due_at"])
        rests = await desk.pool.fetchval("SELECT rest_until FROM subscription")
        desk.clock.at = max(desk.clock(), rests) if rests else desk.clock()
        await deliverer.run()
        due.append(desk.clock() - began)
    tried = await desk.attempts(made)
    assert len(tried) == len(receiver.came) == 8
    assert set(receiver.ids) == set(moves(1, 1))
    assert {(one["outcome"], one["status"]) for one in tried} == {("failed", 500)}
    assert all(
        one["answer"].startswith("ölçüsüz \N{REPLACEMENT CHARACTER} hata") and len(one["answer"]) <= 500 for one in tried
    )
    assert timedelta(hours=18) < due[-1] < timedelta(hours=30)
    shown = await table.one(desk.pool, made)
    assert shown is not None
    assert (shown["waiting"], shown["given_up"], shown["state"]) == (0, 1, "active")
    assert shown["failing_since"] == began


class Faulty(Sender):
    """Cannot work on what it is to send."""

    async def send(self, *_: Any, **__: Any) -> Sent:
        """Fail, as no receiver can."""
        raise KeyError("ours")


async def test_a_fault_of_ours_comes_again_as_seldom_as_a_receivers(desk: Desk, receiver: Receiver) -> None:
    """It uses up a try and waits longer each time; the receiver is not held to be failing, and what it was is seen."""
    made, _ = await desk.subscribe(receiver.url)
    await desk.tell(*list(story(1))[:2])
    faulty = Faulty(LOOPBACK, desk.keyring, desk.clock, time_out_s=1)
    assert await desk.deliverer(faulty).run() > 0
    assert await desk.deliverer(faulty).run() == 0, "nothing is due at once"
    desk.clock.on(seconds=10)
    await desk.deliverer(faulty).run()
    (row, *_) = await desk.pool.fetch("SELECT tries, due_at FROM delivery ORDER BY tries DESC")
    assert (row["tries"], row["due_at"] > desk.clock() + timedelta(seconds=40)) == (2, True)
    assert {(one["outcome"], one["answer"]) for one in await desk.attempts(made)} == {("fault", "KeyError")}
    shown = await table.one(desk.pool, made)
    assert shown is not None
    assert (shown["failing_since"], shown["failed_at"]) == (None, None)
    desk.clock.on(minutes=5)
    await desk.deliverer().run()
    assert receiver.ids == moves(1, 2)


async def test_a_subscription_and_its_item_end_together_or_not_at_all(
    desk: Desk, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever cannot say that the item is over has not resumed, nor removed, either."""
    receiver.answer = lambda _: GONE
    made, _ = await desk.subscribe(receiver.url)
    await desk.tell(*list(story(1))[:1])
    await desk.deliverer().run()

    async def cut_off(*_: object) -> None:
        raise ConnectionError

    monkeypatch.setattr(items, "_tell", cut_off)
    for end in (table.resume, table.remove):
        with pytest.raises(ConnectionError):
            await end(desk.pool, made, "ayse", desk.clock())
        assert await desk.pool.fetchval("SELECT state FROM subscription") == "disabled"
        assert await desk.pool.fetchval("SELECT count(*) FROM attention WHERE resolved_at IS NULL") == 1


async def test_it_is_done_when_it_succeeds_at_last(desk: Desk, receiver: Receiver) -> None:
    """Under the same id; then the subscription fails no more."""
    receiver.answer = lambda _: OK if len(receiver.came) == 3 else BROKEN
    made, secret = await desk.subscribe(receiver.url)
    await desk.tell(*list(story(1))[:1])
    for minutes in (0, 1, 10):
        desk.clock.on(minutes=minutes)
        await desk.deliverer().run()
    assert receiver.ids == moves(1, 1) * 3
    assert receiver.came[-1].signed_by(secret, desk.clock()) == moves(1, 1)[0], "each attempt is signed at its own time"
    shown = await table.one(desk.pool, made)
    assert shown is not None
    assert (shown["failing_since"], shown["waiting"]) == (None, 0)


async def test_what_follows_one_that_failed_waits_with_it(desk: Desk, receiver: Receiver) -> None:
    """A shipment's messages keep their order as far as it can be kept; another shipment's go on meanwhile."""
    first = moves(1, 1)[0]
    receiver.answer = lambda one: BROKEN if one.headers["webhook-id"] == first and len(receiver.came) < 4 else OK
    await desk.subscribe(receiver.url)
    await desk.tell(*list(story(1))[:2], *list(story(2))[:2])
    await desk.deliverer().run()
    assert sorted(receiver.ids) == sorted([first, *moves(2, 2)])
    desk.clock.on(minutes=1)
    await desk.deliverer().run()
    assert receiver.ids[3:] == moves(1, 2)


async def test_a_receiver_that_does_not_answer_holds_up_nobody_else(desk: Desk, receiver: Receiver) -> None:
    """It is waited for only so long, and another subscription is told meanwhile."""
    receiver.answer = lambda one: None if one.path == "/slow" else OK
    slow, _ = await desk.subscribe(receiver.url.replace("/hooks", "/slow"), "slow")
    await desk.subscribe(receiver.url, "quick")
    await desk.tell(*list(story(1))[:1])
    await desk.deliverer(desk.sender(time_out_s=0.2)).run()
    (tried,) = await desk.attempts(slow)
    assert (tried["outcome"], tried["status"]) == ("unreachable", None)
    assert sorted(one.path for one in receiver.came) == ["/hooks", "/slow"]


async def test_a_receiver_that_is_gone_is_served_no_more_and_a_person_is_told(desk: Desk, receiver: Receiver) -> None:
    """410 at once: one item; what it missed is sent when it is resumed, which ends the item."""
    receiver.answer = lambda _: GONE
    made, _ = await desk.subscribe(receiver.url, hears=Hears(types=frozenset({TRANSITIONED})))
    await desk.tell(*list(story(1))[:1])
    await desk.deliverer().run()
    (item,) = await queries.attention(desk.pool, resolved=False, limit=10, after=None)
    assert (item["id"], item["reason"]) == (str(table.item_of(made)), "subscription_disabled")
    assert item["detail"] == "erp: it answered 410 Gone"
    shown = await table.one(desk.pool, made)
    assert shown is not None
    assert (shown["state"], shown["why"]) == ("disabled", "gone")
    receiver.answer = lambda _: OK
    await desk.intake.take(list(story(1))[1:4])
    await desk.publish()
    desk.clock.on(days=1)
    assert await desk.deliverer().run() == 0
    assert await table.resume(desk.pool, made, "ayse", desk.clock())
    while await desk.deliverer().run():
        continue
    assert receiver.ids == [*moves(1, 1), *moves(1, 3)]
    assert await queries.attention(desk.pool, resolved=False, limit=10, after=None) == []
    (closed,) = await queries.attention(desk.pool, resolved=True, limit=10, after=None)
    assert closed["resolved_by"] == "ayse"


async def test_a_subscription_that_fails_for_long_is_stopped(desk: Desk, receiver: Receiver) -> None:
    """After three days without a success, not before; what is told meanwhile is tried like anything else."""
    receiver.answer = lambda _: BROKEN
    made, _ = await desk.subscribe(receiver.url)
    began = desk.clock()
    deliverer = desk.deliverer()
    for n in range(1, 100):
        await desk.tell(*list(story(n))[:1])
        await deliverer.run()
        shown = await table.one(desk.pool, made)
        assert shown is not None
        if shown["state"] == "disabled":
            break
        desk.clock.on(hours=12)
    assert schedule.DISABLED_AFTER <= desk.clock() - began <= schedule.DISABLED_AFTER + timedelta(hours=12)
    (item,) = await queries.attention(desk.pool, resolved=False, limit=10, after=None)
    assert item["reason"] == "subscription_disabled"


async def test_a_receiver_that_asks_for_time_gets_it(desk: Desk, receiver: Receiver) -> None:
    """429 with Retry-After uses up no try; nothing is sent to it until then, and then the same message."""
    receiver.answer = lambda _: "429 Too Many Requests\r\nRetry-After: 600" if len(receiver.came) == 1 else OK
    made, _ = await desk.subscribe(receiver.url)
    await desk.tell(*list(story(1))[:1])
    deliverer = desk.deliverer()
    await deliverer.run()
    await desk.tell(*list(story(2))[:1])
    desk.clock.on(seconds=590)
    assert await deliverer.run() == 0
    desk.clock.on(seconds=20)
    await deliverer.run()
    assert sorted(receiver.ids) == sorted([*moves(1, 1) * 2, *moves(2, 1)])
    tried = await desk.attempts(made)
    assert tried[0]["outcome"] == "too_many"
    assert await desk.pool.fetchval("SELECT max(tries) FROM delivery") == 1


@pytest.mark.parametrize("status", ["301 Moved Permanently\r\nLocation: /elsewhere", "404 Not Found", "400 Bad Request"])
async def test_redirections_and_refusals_are_failures(desk: Desk, receiver: Receiver, status: str) -> None:
    """Nothing is followed: what was checked is the address that was given."""
    receiver.answer = lambda _: status
    made, _ = await desk.subscribe(receiver.url)
    await desk.tell(*list(story(1))[:1])
    await desk.deliverer().run()
    assert [one.path for one in receiver.came] == ["/hooks"]
    (tried,) = await desk.attempts(made)
    assert (tried["outcome"], tried["status"]) == ("refused", int(status[:3]))
    assert tried["next_try_at"] is not None


async def test_nothing_is_sent_inside_our_network(desk: Desk, receiver: Receiver) -> None:
    """Where no setting opens it: no connection is made, and the attempt says why."""
    made, _ = await desk.subscribe(receiver.url)
    await desk.tell(*list(story(1))[:1])
    await desk.deliverer(desk.sender(Outside(http=True))).run()
    assert receiver.came == []
    (tried,) = await desk.attempts(made)
    assert (tried["outcome"], tried["status"]) == ("forbidden", None)


async def test_a_secret_is_replaced_without_a_gap(desk: Desk, receiver: Receiver) -> None:
    """Both sign while the overlap lasts, then the new one alone."""
    made, old = await desk.subscribe(receiver.url)
    secret = desk.keyring.new()
    await table.rotate(desk.pool, made, secret, desk.clock(), timedelta(hours=24))
    new = desk.keyring.shown(secret)
    await desk.tell(*list(story(1))[:1])
    await desk.deliverer().run()
    assert [receiver.came[0].signed_by(one, desk.clock()) for one in (old, new)] == moves(1, 1) * 2
    await desk.tell(*list(story(2))[:1])
    desk.clock.on(hours=25)
    await desk.deliverer().run()
    assert len(receiver.came[1].headers["webhook-signature"].split(" ")) == 1
    assert receiver.came[1].signed_by(new, desk.clock()) == moves(2, 1)[0]


async def test_without_its_key_nothing_is_sent_and_nothing_is_lost(desk: Desk, receiver: Receiver, tmp_path: Path) -> None:
    """A worker that lacks the key uses up no try; one that has it delivers."""
    await desk.subscribe(receiver.url)
    await desk.tell(*list(story(1))[:1])
    with_key, desk.keyring = desk.keyring, Keyring("", tmp_path / "elsewhere", shared=False)
    await desk.deliverer().run()
    assert receiver.came == []
    desk.keyring = with_key
    desk.clock.on(minutes=2)
    await desk.deliverer().run()
    assert receiver.ids == moves(1, 1)


async def test_a_pause_keeps_what_is_told_meanwhile(desk: Desk, receiver: Receiver) -> None:
    """It is sent, in its order, when the subscription is resumed."""
    made, _ = await desk.subscribe(receiver.url)
    assert await table.pause(desk.pool, made, desk.clock())
    await desk.tell(*list(story(1))[:4])
    assert await desk.deliverer().run() == 0
    assert await table.resume(desk.pool, made, "ayse", desk.clock())
    await desk.deliverer().run()
    assert receiver.ids == moves(1, 3)


async def test_the_past_is_told_again_from_the_log(desk: Desk, receiver: Receiver, broker: Client) -> None:
    """To the byte as it went out, in each shipment's order, claims and attention items too, although the stream is lost."""
    early = list(story(3))
    await desk.intake.take([*list(story(1))[:4], *list(story(2))[:2], early[0], early[1]])
    refused = early[1].__class__(early[1].subject, early[1].body[:-5], "broken")
    await desk.intake.take([refused, *story(4)])
    (item,) = await queries.attention(desk.pool, resolved=False, limit=10, after=None)
    await items.resolve(desk.pool, UUID(item["id"]), "ayse", "seen", desk.clock())
    await desk.publish()
    out = dict(await published(broker))
    kinds = {orjson.loads(body)["type"] for body in out.values()}
    assert kinds == set(TYPES), "each type that there is went out"
    await broker.jetstream().delete_stream(topology.STREAM_OUT)
    await topology.declare(broker.jetstream())
    desk.clock.on(minutes=1)
    made, _ = await desk.subscribe(receiver.url)
    assert await table.replay(desk.pool, made, desk.clock() - timedelta(days=40), desk.clock(), again=False)
    while await desk.deliverer().run():
        continue
    assert {one.headers["webhook-id"]: one.body for one in receiver.came} == out
    for n, upto in ((1, 3), (2, 2), (3, 2), (4, 6)):
        assert [i for i in receiver.ids if i.startswith(known_id_text(n))] == moves(n, upto)
    assert (await shown(desk, made))["replay"] is None


async def test_a_replay_goes_in_small_steps_and_loses_nothing_between_them(desk: Desk, receiver: Receiver) -> None:
    """However small the page, each message once; what was delivered is sent again only where that was asked."""
    made, _ = await desk.subscribe(receiver.url)
    await desk.tell(*[one for n in range(5) for one in list(story(n))[:2]])
    await desk.deliverer().run()
    assert len(receiver.came) == 10
    for again, more in ((False, 0), (True, 10)):
        receiver.came.clear()
        desk.clock.on(minutes=1)
        await table.replay(desk.pool, made, desk.clock() - timedelta(days=1), desk.clock(), again=again)
        steps = 0
        while await desk.deliveries.replay_some(desk.clock(), 3):
            steps += 1
        assert steps >= 4
        await desk.deliverer().run()
        assert len(set(receiver.ids)) == len(receiver.ids) == more


async def test_whoever_hears_one_seller_hears_of_its_items_too_and_of_no_others(desk: Desk, receiver: Receiver) -> None:
    """The news of an item name no seller; it is looked up, when it is raised and when it is resolved."""
    other = "17291716060"
    hears = Hears(types=frozenset({RAISED, RESOLVED}), sellers=frozenset({SELLER}))
    await desk.subscribe(receiver.url, hears=hears)
    for n, seller in ((1, SELLER), (2, other)):
        found = list(story(n, seller))
        await desk.intake.take(found[:4])
        await desk.intake.take([found[4]])
        await desk.pool.execute(
            "INSERT INTO attention (id, reason, shipment, raised_at) SELECT gen_random_uuid(), 'goods_coming_back', id, now() "
            "FROM shipment WHERE seller = $1",
            seller,
        )
    for row in await desk.pool.fetch("SELECT id FROM attention WHERE resolved_at IS NULL AND shipment IS NOT NULL"):
        await items.resolve(desk.pool, row["id"], "ayse", "looked at", desk.clock())
    await desk.publish()
    await desk.note()
    await desk.deliverer().run()
    told = [one.event for one in receiver.came]
    mine = await desk.pool.fetch(
        "SELECT a.id::text FROM attention a JOIN shipment s ON s.id = a.shipment WHERE s.seller = $1", SELLER
    )
    assert told
    assert {one["data"]["item_id"] for one in told} <= {row["id"] for row in mine}
    assert RESOLVED in {one["type"] for one in told}


async def test_nobody_listens_where_nobody_subscribes(desk: Desk, receiver: Receiver, broker: Client) -> None:
    """There is no consumer before the first subscription, and none after the last."""
    listening, js = Listening(broker, desk.deliveries, desk.clock), broker.jetstream()
    await desk.intake.take(list(story(1))[:1])
    await desk.publish()
    assert not await listening.run()
    with pytest.raises(NotFoundError):
        await js.consumer_info(topology.STREAM_OUT, topology.SUBSCRIPTIONS)
    made, _ = await desk.subscribe(receiver.url)
    assert await listening.run()
    assert (await js.consumer_info(topology.STREAM_OUT, topology.SUBSCRIPTIONS)).name == topology.SUBSCRIPTIONS
    assert await table.remove(desk.pool, made, "ayse", desk.clock())
    assert not await listening.run()
    with pytest.raises(NotFoundError):
        await js.consumer_info(topology.STREAM_OUT, topology.SUBSCRIPTIONS)


async def test_what_is_settled_for_long_is_deleted_and_what_waits_is_not(desk: Desk, receiver: Receiver) -> None:
    """Deliveries and attempts after thirty days."""
    receiver.answer = lambda one: OK if one.headers["webhook-id"] in moves(1, 1) else BROKEN
    made, _ = await desk.subscribe(receiver.url)
    await desk.tell(*list(story(1))[:1])
    await desk.deliverer().run()
    await table.pause(desk.pool, made, desk.clock())
    await desk.tell(*list(story(2))[:1])
    desk.clock.on(days=31)
    await desk.deliverer().run()
    assert await desk.attempts(made) == []
    assert await desk.pool.fetch("SELECT message_id FROM delivery") == [(moves(2, 1)[0],)]


def known_id_text(n: int) -> str:
    """A shipment's id as text."""
    return str(known_id(n))


async def shown(desk: Desk, subscription: Any) -> dict[str, Any]:
    """A subscription as it is shown."""
    found = await table.one(desk.pool, subscription)
    assert found is not None
    return found
