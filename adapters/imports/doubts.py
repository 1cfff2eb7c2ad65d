"""Lines of an ETGB list that do not say for certain which shipment they mean: matched, or kept for a person."""

import asyncio
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID, uuid5

from adapters.imports import file_words
from adapters.imports.declarations import Entry, Reading
from events import topology
from events.intake import Intake
from events.translate import Arrival, envelope
from workflow.errors import KervanError, SaidError, filled
from workflow.likeness import Candidate, ListLine, Sign
from workflow.matching import Verdict, match, to_be_weighed
from workflow.ports import Clock
from workflow.world import Outcome

_NAMESPACE = UUID("8d0f6a0e-6a5c-5b2e-8d8e-2f1f7b1c4a55")


SOURCE = "customs/matches"
"""In whose name the engine hears what people say of lines; who said it stands with the line."""
_ATTEMPTS = 20


class NotOpenError(SaidError):
    """A doubtful line was settled before, or never was."""

    TEXTS = (
        "{line} numarasıyla bekleyen bir satır yok; daha önce sonuçlandırılmış. Hiçbir şey değişmedi.",
        "No line waits for a person under {line}; it was settled before. Nothing was changed.",
    )

    def __init__(self, match_id: UUID) -> None:
        """Name it."""
        super().__init__(line=match_id)


class BeingSettledError(SaidError):
    """Somebody else confirms a doubtful line at this very moment, or did."""

    TEXTS = (
        "{line} numaralı satırı şu anda başka biri eşleştiriyor. Hiçbir şey değişmedi; satıra yeniden bakın.",
        "Line {line} is being matched by somebody else. Nothing was changed; look at it again.",
    )

    def __init__(self, match_id: UUID) -> None:
        """Name it."""
        super().__init__(line=match_id)


class NotForThisLineError(SaidError):
    """A shipment cannot be what a line means."""

    TEXTS = (
        "Satır eşleştirilmedi, hâlâ bekliyor: {why}.",
        "The line was not matched and still waits: {why}.",
    )

    def __init__(self, code: str, **values: object) -> None:
        """Say why, by one of :data:`adapters.imports.file_words.MATCHES`."""
        super().__init__(why=filled(file_words.MATCHES[code], **values))


@dataclass(frozen=True, slots=True)
class Doubt:
    """A line that waits for a person, with what it may mean."""

    entry: Entry
    verdict: Verdict
    nth: int = 0
    """Of the list's lines that say the very same, which one it is."""

    @property
    def id(self) -> UUID:
        """The line's own, in whichever list it stands: couriers' lists overlap, and nobody is asked twice about one line."""
        return uuid5(_NAMESPACE, "\n".join((*_told(self.entry.line), str(self.nth))))


def _told(line: ListLine) -> tuple[str, ...]:
    """All that a line says but its day, which may be inferred: then it is that of the import."""
    names = (line.etgb, line.seller, line.reference, line.invoice_number, line.tracking_number)
    return (*names, str(line.amount), line.currency, line.country)


class Matches(Protocol):
    """What is known of shipments, and where doubtful lines are kept; :mod:`adapters.database.matches` does."""

    async def candidates(self, lines: Sequence[ListLine], whole: Collection[str]) -> list[Candidate]:
        """The shipments that lines may mean: those they name, and of the sellers in ``whole`` all of about that time."""
        ...

    async def keep(self, import_id: UUID, doubts: Sequence[Doubt], now: datetime) -> None:
        """Keep doubtful lines and raise an attention item for each; one that is kept already is left as it is."""
        ...

    async def waiting(self, match_id: UUID) -> dict[str, Any] | None:
        """A line that is still open: ``etgb``, ``registered_on`` (or an inferred day), ``courier``, ``seller``, ``line``."""
        ...

    async def stands_on(self, shipment: UUID) -> tuple[str, str] | None:
        """A shipment's seller and the ETGB it stands on, or empty; ``None`` where there is no such shipment."""
        ...

    async def said(self, source: str, message_id: str) -> tuple[str, str]:
        """What became of a message that said what a line means, and the id of the shipment that it named."""
        ...

    async def claim(self, match_id: UUID, shipment: UUID, by: str, now: datetime) -> bool:
        """Keep an open line for one confirmation, so that nobody settles it otherwise meanwhile; whether it was free."""
        ...

    async def release(self, match_id: UUID, shipment: UUID, by: str, claimed_at: datetime) -> None:
        """Free a line whose confirmation came to nothing."""
        ...

    async def confirm(self, match_id: UUID, by: str, now: datetime) -> bool:
        """Close a line that was claimed, and resolve its attention item; whether this call did."""
        ...

    async def reject(self, match_id: UUID, by: str, now: datetime, source: str, said: Sequence[str]) -> bool:
        """Close a line as nobody's, and resolve its attention item; whether this call did.

        ``source`` and ``said`` identify the messages with which it may have been confirmed.
        """
        ...


async def resolve(found: Reading, matches: Matches) -> list[Doubt]:
    """Give each line the shipment that it surely means, and take the doubtful ones out of the reading.

    A line that names its shipment keeps the name, and one that nothing is like stays as it was: it waits for its shipment, or
    is set aside.
    """
    if not found.entries:
        return []
    lines = [entry.line for entry in found.entries]
    candidates = await matches.candidates(lines, ())
    sellers = to_be_weighed(lines, candidates)
    if sellers:
        candidates = await matches.candidates(lines, sellers)
    verdicts = await asyncio.to_thread(match, lines, candidates)
    doubts: list[Doubt] = []
    same = Counter[tuple[str, ...]]()
    for entry, verdict in zip(found.entries, verdicts, strict=True):
        if verdict.sure is not None and Sign.NAME_SAME not in verdict.sure.signs:
            found.put(entry, {"id": str(verdict.sure.candidate.shipment)})
        elif verdict.doubtful:
            found.take(entry)
            doubts.append(Doubt(entry, verdict, same[_told(entry.line)]))
        same[_told(entry.line)] += 1
    return doubts


async def confirm(intake: Intake, matches: Matches, clock: Clock, match_id: UUID, shipment: UUID, *, owner: str) -> Outcome:
    """Say on ``owner``'s word which shipment a line means; what became of it is the engine's word.

    Raises:
        NotOpenError: the line was settled before.
        BeingSettledError: somebody else confirms it at this moment.
        NotForThisLineError: the shipment is another seller's, or has another ETGB, or the engine refuses it.
    """
    one = await matches.waiting(match_id)
    if one is None:
        raise NotOpenError(match_id)
    stands = await matches.stands_on(shipment)
    if stands is None or stands[0] != one["seller"]:
        raise NotForThisLineError("no_such_shipment")
    if stands[1] not in {"", one["etgb"]}:
        raise NotForThisLineError("on_another_etgb", etgb=stands[1])
    line = {name: value for name, value in one["line"].items() if name in {"invoice_number", "amount", "currency"}}
    data = {
        "number": one["etgb"],
        "registered_on": one["registered_on"],
        "courier": one["courier"],
        "lines": [{"shipment": {"id": str(shipment)}, **line}],
        "registered_on_inferred": one["registered_on_inferred"],
    }
    began = clock()
    if not await matches.claim(match_id, shipment, owner, began):
        raise await _lost(matches, match_id)
    try:
        outcome = await _say(intake, matches, clock, match_id, data)
        if outcome.state == "refused":
            raise NotForThisLineError("refused", detail=outcome.detail)
        if not await matches.confirm(match_id, owner, clock()):
            raise NotOpenError(match_id)
    finally:  # without effect where it is confirmed; what the engine has heard keeps it from being rejected
        await matches.release(match_id, shipment, owner, began)
    return outcome


async def _lost(matches: Matches, match_id: UUID) -> KervanError:
    """Why a line cannot be settled now."""
    return NotOpenError(match_id) if await matches.waiting(match_id) is None else BeingSettledError(match_id)


async def _say(intake: Intake, matches: Matches, clock: Clock, match_id: UUID, data: dict[str, Any]) -> Outcome:
    """Say what a line means, once for ever: of two people who say different things at once only the first is heard.

    The message's id is the line's, with the number of times that the engine refused what was said of it.
    """
    for message_id in _message_ids(match_id):
        body = envelope(source=SOURCE, id=message_id, type="etgb.issued.v1", time=clock(), data=data)
        (outcome,) = await intake.take([Arrival(topology.subject_of(SOURCE), body, f"match:{message_id}")])
        if outcome.code != "duplicate":
            return outcome
        state, shipment = await matches.said(SOURCE, message_id)
        if state != "refused":
            if shipment != data["lines"][0]["shipment"]["id"]:
                raise NotForThisLineError("matched_before", shipment=shipment)
            return Outcome(SOURCE, message_id, state, "", outcome.detail)
    raise NotForThisLineError("refused_too_often", times=_ATTEMPTS)


def _message_ids(match_id: UUID) -> list[str]:
    return [f"{match_id}:{attempt}" for attempt in range(_ATTEMPTS)]


async def reject(matches: Matches, clock: Clock, match_id: UUID, *, owner: str) -> None:
    """Say that a line means none of Kervan's shipments.

    Raises:
        NotOpenError: the line was settled before.
        BeingSettledError: somebody else confirms it at this moment, or did and was cut off before that was noted.
    """
    if not await matches.reject(match_id, owner, clock(), SOURCE, _message_ids(match_id)):
        raise await _lost(matches, match_id)
