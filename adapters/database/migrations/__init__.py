"""Alembic's migrations, oldest first; ``adapters.database.migrate`` runs them."""
