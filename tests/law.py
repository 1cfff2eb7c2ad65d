"""The law that tests judge by: the packaged tables."""

from adapters.law import load

BOOK = load()
