"""What the sandbox counterparties share: manners and registers. Nothing in a sandbox is real, and everything says so.

The counterparties themselves live beside what will be real, in ``adapters/<family>/sandbox``. This room may import
``events`` and ``workflow``.
"""

from adapters.sandbox.manners import Event, Manners, asked_at
from adapters.sandbox.register import Register

__all__ = ["Event", "Manners", "Register", "asked_at"]
