"""What Kervan tells itself of its tasks."""

from typing import Annotated, Any, Literal

from pydantic import Field

from events.contracts.base import Text, Wire


class TaskFailed(Wire):
    """``task.failed.v1``, from Kervan to itself: a task was tried for the last time and not done.

    ``task`` is its CloudEvent as it went out, ``subject`` where it went; ``code`` says what kind of failure it was.
    """

    subject: Annotated[str, Field(min_length=1, max_length=200, pattern=r"^kervan\.task\.")]
    task: dict[str, Any]
    code: Literal["rejected", "not_found", "changed_protocol", "failed"]
    detail: Text = ""
    tries: Annotated[int, Field(ge=1)]


class MessageOverdue(Wire):
    """``message.overdue.v1``, from Kervan to itself: messages have waited too long for what the key ``waits_on`` stands for.

    ``about`` is the order that the first of them names, where the key does not say it.
    """

    waits_on: Annotated[str, Field(min_length=1, max_length=500)]
    about: Annotated[str, Field(max_length=500)] = ""
