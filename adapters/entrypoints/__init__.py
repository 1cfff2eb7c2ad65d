"""The ways to start Kervan: the command line, the worker, the web, and the embedded servers. May import everything."""
