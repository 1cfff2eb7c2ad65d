"""How Kervan calls any counterpart over HTTP: one mechanism, whatever the counterpart.

``counterpart`` is what is known of one (its operations, their limits with who says so), as data; ``caller`` makes the calls:
a time-out for each attempt as a whole, a limit of size, a pace per operation, a breaker per counterpart, passing failures
tried again with growing and jittered pauses, ``Retry-After`` honoured; ``errors`` says what may come of a call, one class a
cause, each with when to ask again; ``fare`` keeps how the counterpart fares. What an answer means is the counterpart's own
folder to say. Where a URL comes from somebody else (a subscriber, a document's address), ``addresses`` says what may be called,
and ``guarded`` is the transport that calls nothing else.

**Pace and breaker hold for one process.** Where several processes call the same counterpart, each gets its share of a limit
(:meth:`~adapters.calls.counterpart.Limit.shared`, by ``KERVAN_WORKERS``), and each finds out by itself that a counterpart is
down. Processes that the setting does not count, such as workers started by hand, can go above a limit together; the
counterpart's own 429 is honoured then.

May import ``events`` and ``workflow``; the counterparts' folders import it.
"""
