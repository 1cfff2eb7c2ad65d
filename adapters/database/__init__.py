"""PostgreSQL: the tables, the store behind the engine's ports, the queries behind the screens, and the migrations.

The engine's hot path speaks to PostgreSQL through asyncpg with set-based statements; SQLModel defines the schema and
Alembic carries it forward. This room may import ``workflow`` and ``events``, and no other adapter.
"""
