"""The month that the demo's sellers have behind them when the demo opens, and the periods before it.

Nothing of it is written into tables. Orders come as files through the API, day by day; the sandbox counterparts of the demo
answer the engine's tasks, at the pace of real ones and with their faults; the timer looks each morning; people sign in to the
console and do their part. Only the clock is not the real one: it is set to each moment in turn (:mod:`.world`). What would be
told after the last moment is not told any more, so shipments stand everywhere on their way.

``calendar`` spreads the orders that come with Kervan over days, ``office`` has claims filed and decided, ``people`` has what
persons do through the ``doors``, ``receivers`` are those who are told by webhooks. :func:`tell` and :func:`listening` are all
that others call.
"""

from adapters.entrypoints.demo_month.receivers import listening
from adapters.entrypoints.demo_month.telling import tell

__all__ = ["listening", "tell"]
