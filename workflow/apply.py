"""One batch through the ports: admit, load and lock, decide, save. Every door (broker, HTTP, CLI, timer) ends here."""

from collections.abc import AsyncIterator, Callable, Iterator, Sequence

from workflow.attention import Reason, item
from workflow.decide import decide
from workflow.errors import (
    BatchConflictError,
    BatchTooWideError,
    KervanError,
    NotAsSeenError,
    PartFailedError,
    StoreUnavailableError,
    WiderWorldNeededError,
)
from workflow.facts import ClaimFiled, ClaimProgressed
from workflow.message import Message, Part
from workflow.ports import Clock, Store, Unit
from workflow.refund import ClaimStatus
from workflow.world import Changes, Outcome, Policy, Refusal

_ROUNDS = 20
"""How often a batch may be begun again, with more keys or after a conflict, before it is given back to the caller."""


class Engine:
    """Applies messages; several may work on the same store at once, in one process or many."""

    def __init__(
        self, store: Store, clock: Clock, policy: Policy, *, committed: Callable[[Changes], None] | None = None
    ) -> None:
        """Work on ``store``; ``committed`` is called after each commit (it wakes the relay)."""
        self._store = store
        self._clock = clock
        self._policy = policy
        self._committed = committed

    async def apply(self, messages: Sequence[Message]) -> list[Outcome]:
        """Apply messages in one transaction and say what became of each, in their order.

        What comes after a filing, or a rejection, of a claim is decided on what that left in the books, as if it came alone: it
        goes in a transaction of its own. A batch that fails is split in half until the message that makes it fail stands alone;
        that one is refused and the others go through. So is a batch that wakes more, each time it is begun, than it knew of the
        time before.

        Raises:
            StoreUnavailableError: nothing of the failing part was applied; give the messages again later.
        """
        answers: list[Outcome] = []
        for together in _up_to_claims(messages):
            answers += await self._apply(together)
        return answers

    async def _apply(self, messages: Sequence[Message]) -> list[Outcome]:
        try:
            return await self._in_one(messages)
        except (StoreUnavailableError, BatchConflictError):
            raise
        except Exception as error:  # noqa: BLE001 - whatever one message can make fail must not stop the others
            if len(messages) == 1:
                return [await self._refuse(messages[0], error)]
        half = len(messages) // 2
        return [*await self._apply(messages[:half]), *await self._apply(messages[half:])]

    async def _in_one(self, messages: Sequence[Message]) -> list[Outcome]:
        more: frozenset[str] = frozenset()
        held_out: frozenset[tuple[str, str, int]] = frozenset()
        conflicts = 0
        for _ in range(_ROUNDS):
            try:
                return await self._attempt(messages, more, held_out)
            except WiderWorldNeededError as wider:
                more |= wider.keys
            except PartFailedError as failed:
                held_out |= {failed.part}
            except BatchConflictError:
                conflicts += 1
        if not conflicts and len(messages) > 1:
            raise BatchTooWideError
        message = (
            f"A batch of {len(messages)} messages met other workers' locks {_ROUNDS} times. Nothing of it was applied; "
            "it will come again. If this repeats, lower the number of workers or the batch size."
        )
        raise BatchConflictError(message)

    async def _attempt(
        self, messages: Sequence[Message], more: frozenset[str], held_out: frozenset[tuple[str, str, int]]
    ) -> list[Outcome]:
        async with self._store.begin() as unit:
            fresh = await unit.admit(messages)
            stretches = [one async for one in self._stretches(unit, fresh, more, held_out)] if fresh else []
        if self._committed is not None:
            for changes in stretches:
                self._committed(changes)
        return _outcomes(messages, stretches[-1] if stretches else Changes())

    async def _stretches(
        self, unit: Unit, fresh: Sequence[Message], more: frozenset[str], held_out: frozenset[tuple[str, str, int]]
    ) -> AsyncIterator[Changes]:
        """Decide and save: as a rule all at once; where it stops short, on and on until nothing is left.

        Each stretch has its own time, as a batch has: by that it is known which items it raised.
        """
        before: Changes | None = None
        while before is None or before.undecided or before.to_release:
            left, woken = (fresh, more) if before is None else (before.undecided, more | before.to_release)
            now = self._clock()
            changes = decide(await unit.load(left, woken, now), left, self._policy, held_out, before)
            await unit.save(left[: len(left) - len(changes.undecided)], changes, now)
            yield changes
            before = changes

    async def _refuse(self, message: Message, error: Exception) -> Outcome:
        """Keep a message that cannot be worked on at all, with the error's kind; it can be replayed after a fix."""
        what = str(error) if isinstance(error, KervanError) else type(error).__name__
        code, detail = (
            "cannot_be_processed",
            f"Kervan could not work on this message ({what}). It is kept; replay it once the cause is mended.",
        )
        if isinstance(error, NotAsSeenError):
            code, detail = error.code, str(error)
        outcome = Outcome(message.source, message.id, "refused", code, detail)
        changes = Changes(
            outcomes={message.identity: outcome},
            refused=[Refusal(Part(message, 0, message.fact), outcome.code, detail)],
        )
        if not message.attended:
            cause = f"{message.source} {message.id} 0"
            found = item(Reason.MESSAGE_REFUSED, cause, detail, message=message)
            changes.raised[found.id] = found
        async with self._store.begin() as unit:
            if await unit.admit([message]):
                await unit.save([message], changes, self._clock())
        return outcome


def _up_to_claims(messages: Sequence[Message]) -> Iterator[Sequence[Message]]:
    """Cut after each message that files or rejects a claim, so that what follows is loaded once, with what that left."""
    begun = 0
    for end, message in enumerate(messages, start=1):
        fact = message.fact
        if isinstance(fact, ClaimFiled) or (isinstance(fact, ClaimProgressed) and fact.status == ClaimStatus.REJECTED):
            yield messages[begun:end]
            begun = end
    if begun < len(messages):
        yield messages[begun:]


def _outcomes(messages: Sequence[Message], changes: Changes) -> list[Outcome]:
    """One outcome a message, in order; what the inbox knew already, or saw twice in this batch, is ``repeated``."""
    told: set[tuple[str, str]] = set()
    answers: list[Outcome] = []
    for message in messages:
        outcome = changes.outcomes.get(message.identity)
        if outcome is None or message.identity in told:
            outcome = Outcome(message.source, message.id, "repeated", "duplicate", "this message was received before")
        told.add(message.identity)
        answers.append(outcome)
    return answers
