"""Couriers, one folder each, and what they share: how a webhook is authenticated, and how its body becomes messages.

A folder has ``mapping`` (pure tables: the carrier's own words beside the contract's), ``scheme`` (how its webhook is
authenticated, in constant time), ``reader`` (a raw body becomes checkpoints, each with its own identity) and, where it has an
API to ask, ``client``. ``registry`` has one line each. May import ``events``, ``workflow`` and the settings; no other adapter.

Karrio's SDK (2026.1.32) is not used to ask other carriers: it cuts the offset off the times of scans and calls what is left UTC
(``fiso_timestamp``: 07:16+03:00 becomes 07:16Z; DHL's connectors do the same with local times), and here a scan's time decides.
"""
