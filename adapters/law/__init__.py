"""The law's tables: TOML files in ``data/``, what an installation has put in their place, and the book made of both.

``forms`` says which tables there are and what a row of each must say, ``reader`` reads one file, ``book`` puts the files
together, ``errors`` has one class for each way in which a table can be wrong. Imports ``workflow``; reads files, and nothing
else of the outside.
"""

from adapters.law.book import PACKAGED_VERSION, load
from adapters.law.errors import LawError

__all__ = ["PACKAGED_VERSION", "LawError", "load"]
