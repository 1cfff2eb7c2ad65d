"""``/api``: one module a noun."""
