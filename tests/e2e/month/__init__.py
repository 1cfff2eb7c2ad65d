"""A simulated month: what it is made of, how it is disturbed, and how it must end.

``script`` is written before anything runs, and knows nothing of Kervan but its trade. It has

* **parcels**: real orders under new references, spread over six sellers and five couriers, each with its own days. Some orders
  are held by the rules; half of those the shop withdraws, the others nobody mends.
* **declarations** (ETGBs): up to twenty parcels of one seller, courier and day; Navlungo makes one a parcel.
* **claims**: one a seller, for July 2026.

What is told of them is a list of :class:`script.Told`: a fact, of whom, and when it *arrives*. From the seed and the name of
what is told follows, for each by itself, whether it is disturbed:

* *lost*: it does not come. Of half of those it comes after all, weeks later, when somebody has asked.
* *late*: others of the same parcel overtake it, but it comes before anybody has to ask.
* *again*: it comes twice, under the same id, or in two lists.
* *spoilt*: a copy that cannot be read comes before the good one.

One parcel, declaration or claim loses one fact at most, so that each loss is one cause. An order that is lost is never known,
nor is the number of a booking that is lost: what is told of it waits, and each thing waited for (order, number) is one item
however many wait. ``script`` also says what must be there in the end: of each parcel its stage, and of each fault its attention
item, open or resolved.

``forms`` writes what is told as its counterpart writes it: UPS's and FedEx's own JSON, Standard Webhooks, CloudEvents, rows of
CSV, XLSX and PDF. ``navlungo`` is a server that answers as documented. ``world`` has the doors (broker, webhooks, uploads, the
sandbox integrator's answers, Navlungo's), one clock that the script drives, and the outages.
"""
