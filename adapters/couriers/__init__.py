"""Couriers, one folder each, and what they share: how a webhook is authenticated, and how its body becomes messages.

A folder has ``mapping`` (pure tables: the carrier's own words beside the contract's), ``scheme`` (how its webhook is
authenticated, in constant time), ``reader`` (a raw body becomes checkpoints, each with its own identity) and, where it has an
API to ask, ``client``. ``registry`` has one line each. May import ``events``, ``workflow`` and the settings; no other adapter.
"""
