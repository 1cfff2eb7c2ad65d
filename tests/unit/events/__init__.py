"""How messages are read, named and carried, without a broker."""
