"""The outside: one room for each counterpart, the database, the web, and the ways to start Kervan.

Driven adapters (``couriers``, ``database``, ``invoicing``, ``orders``, ``rates``, ``tax_office``) do not import each other;
``web`` may import them, ``entrypoints`` may import everything.
"""
