"""How long the desk waits before it asks an issuer again, and when it calls a person."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Patience:
    """Pauses grow with the age of what is waited for.

    ``steps``: up to an age, the seconds until the next question. ``person_after``: then somebody is told; the asking goes
    on, at the last pace. ``lost_after``: a document that the issuer does not know after so long never arrived there.
    ``lease``: how long one attempt holds a number, above all its time-outs and retries.
    """

    steps: tuple[tuple[timedelta, float], ...] = (
        (timedelta(minutes=1), 5.0),
        (timedelta(minutes=15), 60.0),
        (timedelta(hours=2), 300.0),
    )
    last_s: float = 900.0
    person_after: timedelta = timedelta(hours=36)
    """The evening report of the next day (20:00, UTC+3) has passed by then."""
    lost_after: timedelta = timedelta(hours=1)
    lease: timedelta = timedelta(minutes=5)

    def pause(self, age: timedelta) -> float:
        """Seconds until the next question."""
        return next((seconds for upto, seconds in self.steps if age < upto), self.last_s)
