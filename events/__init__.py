"""The wire: the contract's messages, the broker's streams, and the way between them and the business.

This room knows pydantic, FastStream and NATS, and imports ``workflow``; it knows no adapter and no SQL.
"""
