"""One suite for every issuer of invoices."""
