"""Which roles may do what to shipments, whichever door they come through and however long what they began goes on."""

from collections.abc import Mapping
from typing import Final

from workflow.stages import Trigger

OPERATE: Final = frozenset({"operations", "admin"})
FINANCE: Final = frozenset({"finance", "admin"})
ACT: Final = OPERATE | FINANCE

FIRE: Final[Mapping[Trigger, frozenset[str]]] = {
    trigger: ACT if trigger in {Trigger.TRANSFER_TO_VEDOP, Trigger.FILE_REFUND} else OPERATE for trigger in Trigger
}
"""Who may fire which trigger, by a route of its own, as a message, or to many at once."""
