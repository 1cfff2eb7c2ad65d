"""SANDBOX courier: books, scans and delivers parcels that do not exist, and declares them on consolidated ETGBs.

Its tracking numbers begin with ``SBX``; its ETGB numbers name a customs office that cannot be, as in ``26000000EX000001``, and
their PDFs a host that cannot be. What goes wrong at it is written in a :class:`~adapters.couriers.sandbox.script.Script`.
May import :mod:`adapters.sandbox` and what it may.
"""

from pathlib import Path

from adapters.couriers.sandbox.courier import (
    FAMILY,
    SOURCE,
    SandboxCourier,
    SandboxNotDeliveredError,
    SandboxUnavailableError,
)
from adapters.couriers.sandbox.life import CODE
from adapters.couriers.sandbox.script import Fault, Outage, Script, WrongScriptError, read_script

__all__ = [
    "CODE",
    "FAMILY",
    "LAW",
    "SOURCE",
    "Fault",
    "Outage",
    "SandboxCourier",
    "SandboxNotDeliveredError",
    "SandboxUnavailableError",
    "Script",
    "WrongScriptError",
    "read_script",
]

LAW = Path(__file__).parent / "law"
"""The table that makes this courier an operator where it does the couriers' tasks, and nowhere else."""
