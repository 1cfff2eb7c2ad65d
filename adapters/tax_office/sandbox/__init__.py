"""SANDBOX tax office: shows ETGBs in a VEDOP that is none, and takes claims whose money nobody gets.

May import :mod:`adapters.sandbox` and what it may.
"""

from adapters.tax_office.ports import FAMILY
from adapters.tax_office.sandbox.office import CODE, SOURCE, Conduct, SandboxTaxOffice, claim_taken, seen_in_vedop

__all__ = ["CODE", "FAMILY", "SOURCE", "Conduct", "SandboxTaxOffice", "claim_taken", "seen_in_vedop"]
