"""What Kervan asks of a tax office's interface, and how it answers."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO, Protocol
from uuid import UUID

FAMILY = "tax_office"

FILING = "claim_filing.requested.v1"
"""The task: have a claim filed. ``data`` holds ``claim`` (its id), ``seller``, ``period``; ``petition_number`` where an earlier
petition was rejected."""
VEDOP_CHECK = "vedop_check.requested.v1"
"""The task: tell when an ETGB is seen in VEDOP. ``data`` holds ``etgb_number`` and more of the shipment."""


@dataclass(frozen=True, slots=True)
class Filing:
    """A claim that is to be filed; ``request`` is the id of the task, ``rejected`` the petition that was rejected before."""

    claim: UUID
    request: str
    rejected: str = ""


@dataclass(frozen=True, slots=True)
class News:
    """What an office has to tell: a message of the contract, with an id that follows from what it says."""

    id: str
    type: str
    data: dict[str, Any]


class TaxOffice(Protocol):
    """An interface to the tax office. Asked again with the same, it does nothing twice and answers the same."""

    @property
    def code(self) -> str:
        """Its name in settings and subjects."""
        ...

    async def file(self, filing: Filing) -> Sequence[News]:
        """Have a claim filed, and say what there is to say at once; that it *was* filed is told later, by whoever did.

        Raises:
            TaskRefusedError: it cannot be done, with the reason in words.
        """
        ...

    async def look_up(self, etgb_number: str) -> Sequence[News]:
        """What is known at once of an ETGB in VEDOP."""
        ...


Export = Callable[[UUID, BinaryIO], Awaitable[str]]
"""Writes a claim's dossier to a file, and gives the name that it should have. Raises :class:`workflow.errors.KervanError`."""
