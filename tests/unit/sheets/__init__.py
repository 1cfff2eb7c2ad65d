"""The sheets of invoice and proforma, as they come out of the press."""
