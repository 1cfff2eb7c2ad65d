"""The messages of the contract, version 1: one pydantic model a payload, in modules by who sends them.

Models are strict on form (types, lengths, digits, time with offset) and lenient on content: what a person has to mend is a
finding, not a schema error. Fields that are not known here are ignored.
"""
