"""A claim's life after it was filed, and finance's own figures."""
