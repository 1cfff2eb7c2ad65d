"""Load and faults on an installation of real processes: ``make chaos``.

Three NATS servers in a cluster, PostgreSQL and a replica that it waits for, two workers and a web, with proxies of our own on
every way between them. Counterparts tell whole journeys at a steady rate meanwhile. After each fault everything told before it
must be kept and published within a bound; at the end the books must be those of the pure model.
"""
