"""The embedded servers, without starting them."""
