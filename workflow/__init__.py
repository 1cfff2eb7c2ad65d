"""The business: what a micro-export shipment is, which stages it passes and what moves it.

This room may import the standard library and ``transitions`` only. It does no I/O, reads no clock, writes no log and
knows no framework: a person who knows customs but no Python library can read it from end to end.
"""
