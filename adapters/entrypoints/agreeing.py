"""A command that judges does so by the law that the workers have put in force, or not at all."""

from typing import TypeAlias

import asyncpg

from adapters.database import law
from adapters.settings import PREFIX
from workflow.errors import KervanError

Pool: TypeAlias = "asyncpg.Pool[asyncpg.Record]"


class OtherLawError(KervanError):
    """This shell's tables of the law, or its couriers' limits, are not those that the workers judge by."""

    def __init__(self, here: str, in_force: str) -> None:
        """Name both versions."""
        super().__init__(
            f"The rules in force are {in_force}, those of this shell are {here}: shipments would be judged by other tables "
            f"than the workers judge by. Nothing was done. Set {PREFIX}LAW_DIR, {PREFIX}COURIERS__… and {PREFIX}TASKS__… here "
            "as for the workers (`kervan doctor` shows both versions); or, if this shell's rules are right, restart the "
            "workers with them."
        )


async def agree(pool: Pool, here: str) -> None:
    """See that this process judges by the law in force; where no worker has ever been started there is none.

    Raises:
        OtherLawError: it would judge by another.
    """
    in_force = await law.in_force(pool)
    if in_force and in_force != here:
        raise OtherLawError(here, in_force)
