"""Which days are holidays, as data for the business; may import ``workflow`` and the package ``holidays``."""
