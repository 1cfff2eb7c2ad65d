"""What the sandbox counterparties share: their manners. Nothing in a sandbox is real, and everything says so."""

from adapters.sandbox.manners import Manners, reply

__all__ = ["Manners", "reply"]
