"""Lists of purchase invoices: whatever an accounting program heads its columns, the same purchases come of it."""
