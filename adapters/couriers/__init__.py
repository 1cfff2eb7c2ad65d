"""Couriers, one folder each, and what they share: how a webhook is authenticated, and how its body becomes messages.

A folder has ``mapping`` (pure tables: the carrier's own words beside the contract's), ``scheme`` (how its webhook is
authenticated, in constant time), ``reader`` (a raw body becomes checkpoints, each with its own identity) and, where it has an
API to ask, ``client``. ``registry`` has one line each. May import ``events``, ``workflow`` and the settings; no other adapter.

Couriers that send nothing are asked (``following``: when, how long, and what comes of it): ``navlungo`` by its own interface,
others over Karrio's SDK (``karrio``, an extra). The SDK (2026.1.32) cuts the offset off the times of scans and calls what is
left UTC, and here a scan's time decides: ``karrio`` says how far it is made good, and what remains inferred.
"""
