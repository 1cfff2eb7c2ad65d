"""A refused message, corrected by a person and sent again: a new message, which names the one that it corrects.

What came stays as it came. The corrected one speaks for the same source on the same subject, so only whoever may post messages
for that source corrects them; it has an id of its own, since ``(source, id)`` means one message for ever, and bears the
original's as ``causationid``. What becomes of it is what would have become of it had the counterpart sent it so. Webhooks in a
courier's own form are not corrected, since the courier signed them, nor what people or Kervan itself said.
"""

import asyncio
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID, uuid4

import orjson

from adapters.database import aside, desk, turns
from adapters.database.desk import Refused
from adapters.database.keys import Key
from adapters.web.absent import absent
from adapters.web.forbidden import forbidden
from adapters.web.problems import ProblemError
from adapters.web.services import SOURCES, Services
from events import topology
from events.translate import Arrival, Unreadable, read
from events.webhooks import KEPT_AS
from workflow.errors import Pair
from workflow.world import Outcome

_OFF: Final = (
    "Mesajları elle düzeltmek bu kurulumda kapalı; işletmeci KERVAN_CORRECT_MESSAGES ile açar.",
    "Correcting messages by hand is off in this installation; an operator turns it on by KERVAN_CORRECT_MESSAGES.",
)
_SIGNED: Final = (
    "Kuryenin kendi biçiminde imzaladığı bir mesaj düzeltilmez. Kuryeden doğrusunu isteyin.",
    "What a courier signed in a form of its own is not corrected. Ask the courier for the right one.",
)
_OURS: Final = (
    "Bir kullanıcının ya da Kervan'ın kendi mesajı düzeltilmez. İşlemi kendi sayfasından yeniden yapın.",
    "What a user or Kervan itself said is not corrected. Do it again where it was done.",
)
_NOT_WHOLE: Final = (
    "Mesajın yalnız başı saklandı; bütününü gönderenden isteyin.",
    "Only the beginning of the message was kept; ask the sender for all of it.",
)
_SETTLED: Final = (
    "Bu mesaj artık reddedilenler arasında değil: yeniden işletilmiş, yok sayılmış ya da düzeltilmiş.",
    "This message is no longer among the refused ones: it was replayed, ignored or corrected.",
)
_AT_WORK: Final = (
    "Bu mesajı şu anda başkası düzeltiyor. Biraz sonra yeniden bakın.",
    "Somebody else is correcting this message right now. Look at it again in a moment.",
)
_NOT_AN_OBJECT: Final = (
    "Mesaj bir JSON nesnesi olmalı: CloudEvents zarfı, içinde data.",
    "The message must be a JSON object: a CloudEvent with its data.",
)
_UNCHANGED: Final = (
    "Hiçbir şey değişmedi. Olduğu gibi bir daha denemek için yeniden işletin.",
    "Nothing was changed. Replay it to try it again as it is.",
)

_AT_ONCE = asyncio.Semaphore(2)
"""Each holds a connection while another one does the work."""
_OWN: Final = ("id", "causationid", "correlationid")
"""What a corrected message has of its own."""


@dataclass(frozen=True, slots=True)
class Corrected:
    """What became of a corrected message, and where it is kept aside if it was refused in its turn."""

    outcome: Outcome
    held: UUID | None


def family(held: Refused) -> str:
    """For which family of counterparts a message speaks, by the subject on which it came."""
    prefix, _, code = held.subject.removeprefix(f"{topology.IN}.").partition(".")
    return prefix if code and held.subject.startswith(f"{topology.IN}.") else ""


def source(held: Refused) -> str:
    """Who alone speaks on the subject on which a message came: ``courier/pts``."""
    return held.subject.removeprefix(f"{topology.IN}.").replace(".", "/", 1)


def roles(held: Refused) -> frozenset[str]:
    """Who may correct it: people who may post messages for its source."""
    return frozenset(role for role, families in SOURCES.items() if role != "courier" and family(held) in families)


def why_not(parts: Services, held: Refused) -> Pair | None:
    """Why nobody can correct a message; ``None`` where somebody can."""
    if not parts.settings.correct_messages:
        return _OFF
    if held.arrival.startswith(KEPT_AS):
        return _SIGNED
    if family(held) in {"", "ops", "engine"}:
        return _OURS
    if len(held.body) < held.size:
        return _NOT_WHOLE
    return None if held.state == "refused" else _SETTLED


async def found(parts: Services, held_id: UUID) -> Refused:
    """A message that was refused.

    Raises:
        ProblemError: 404, none is kept under this id.
    """
    held = await desk.refused(parts.pool, held_id)
    if held is None:
        raise absent("message-unknown", held_id)
    return held


async def correct(parts: Services, key: Key, held_id: UUID, message: object, new_id: str) -> Corrected:
    """Send what a person made of a refused message as the message ``new_id`` of its source, and close the original.

    The same id twice is one message. Where the process dies between the two, the original is listed still, and correcting it
    with the same id closes it.

    Raises:
        ProblemError: 403, the caller's role may not speak for its source; 404, no such message is kept; 409, it is not one
            that is corrected, or is settled; 422, what was made of it cannot be read, or is what it was: nothing was sent.
    """
    async with _AT_ONCE, turns.turn(parts.pool, held_id.int >> 65) as mine:
        if not mine:
            raise ProblemError(409, "being-corrected", _AT_WORK)
        held = await found(parts, held_id)
        why = why_not(parts, held)
        if why is not None and why is not _SETTLED:
            raise ProblemError(409, "not-correctable", why, why=why)
        if key.role not in roles(held):
            raise forbidden(key.role, roles(held))
        if held.corrected_as == new_id:  # sent before; what became of it then is the answer
            first = Outcome(source(held), new_id, "repeated", "duplicate")
            return await _told(parts, await aside.told_before(parts.pool, first))
        if why is not None:
            raise ProblemError(409, "not-correctable", why, why=why)
        arrival = _arrival(held, message, new_id)
        unread = read(arrival, parts.clock())
        if isinstance(unread, Unreadable):
            raise ProblemError.wrong(unread.code, unread.detail)
        (outcome,) = await parts.intake.take([arrival])
        if outcome.code == "duplicate":
            outcome = await aside.told_before(parts.pool, outcome)
        await desk.corrected(parts.pool, held, new_id, key.name, parts.clock())
        return await _told(parts, outcome)


async def _told(parts: Services, outcome: Outcome) -> Corrected:
    kept = outcome.state == "refused"
    return Corrected(outcome, await desk.refused_as(parts.pool, outcome.source, outcome.id) if kept else None)


def _arrival(held: Refused, message: object, new_id: str) -> Arrival:
    if not isinstance(message, dict):
        raise ProblemError(422, "wrong-envelope", _NOT_AN_OBJECT)
    before = _object(held.body)
    if _said(before) == _said(message):
        raise ProblemError(422, "not-changed", _UNCHANGED)
    first = held.message_id or str(held.id)
    own = {"id": new_id, "correlationid": str(before.get("correlationid") or first)[:200], "causationid": first[:200]}
    return Arrival(held.subject, orjson.dumps({**message, **own}), f"http:{uuid4()}")


def _said(message: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in message.items() if name not in _OWN}


def _object(body: bytes) -> dict[str, Any]:
    """A message's JSON object; an empty one where it is none."""
    try:
        read_ = orjson.loads(body)
    except orjson.JSONDecodeError:
        return {}
    return read_ if isinstance(read_, dict) else {}
