"""Who subscribes is told by signed webhooks what goes out on ``kervan.out.>`` (Standard Webhooks).

``listener`` notes from the stream what is to be delivered to whom, a batch at a time, over a durable consumer that all
workers share; ``deliverer`` takes what is due and sends it (``sender``), settles it, tries again by ``schedule``, and stops
serving a subscription that fails for long. ``signing`` is the scheme, ``keyring`` the keys that secrets are made with. All of
it is behind the engine: what the engine does per batch is the same with and without subscriptions.

**What is promised.** Each message at least once to each subscription that hears it; its ``webhook-id`` is the CloudEvent's
id, by which a receiver tells a repeat. The order of one shipment's messages is kept as far as it can be: they are sent one
after the other, and what follows one that failed waits with it; a retry may still come after a later message. ``sequence``
in the data tells the true order.

**Secrets.** A subscription's secret is not kept: it is made from a salt (in the database) with a key that is not in the
database (``KERVAN_SIGNING_KEY``, or a file under the data folder that only its owner reads). Whoever has the database, or a
backup of it, can sign nothing.

May import ``adapters.calls``, ``events``, ``workflow``; what it needs of the database comes by the ports.
"""
