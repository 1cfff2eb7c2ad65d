"""How figures, days and texts are written on paper."""
