"""One suite for every interface to the tax office."""
