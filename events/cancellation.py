"""A cancellation that a library swallowed, raised again."""

import asyncio


def leave_if_cancelled() -> None:
    """End the running task if somebody cancelled it and the cancellation was lost on the way.

    Until Python 3.12 ``asyncio.wait_for`` turns a cancellation that meets its time-out into ``TimeoutError``; nats-py waits
    with it in ``fetch``, ``publish`` and ``request``. A loop that takes ``TimeoutError`` for "nothing came" and goes on would
    then never end, and whoever cancelled it once would wait for ever. The task itself still knows: ``cancelling()`` counts.

    Raises:
        CancelledError: the task has been cancelled.
    """
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError
