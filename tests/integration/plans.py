"""The plans that PostgreSQL takes for a statement and for all that its triggers do."""

from typing import Any

import asyncpg

from adapters.database.pool import plain_url


async def plans_of(database_url: str, statement: str) -> list[str]:
    """Run a statement on a connection of its own and give every plan, nested ones too."""
    plans: list[str] = []

    def heard(_: object, message: Any) -> None:
        plans.append(message.message)

    connection = await asyncpg.connect(plain_url(database_url))
    connection.add_log_listener(heard)
    await connection.execute(
        """LOAD 'auto_explain'; SET auto_explain.log_min_duration = 0; SET auto_explain.log_level = 'notice';
           SET auto_explain.log_nested_statements = on; SET client_min_messages = 'notice'"""
    )
    await connection.execute(statement)
    connection.remove_log_listener(heard)
    await connection.close()
    return plans
