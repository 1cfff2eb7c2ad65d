"""What everything printed shares: typst with the package's fonts (Inter, OFL 1.1), and how a language writes figures and days.

Knows no counterpart: what stands on a page is said by who prints it (:mod:`adapters.invoicing.sheets`,
:mod:`adapters.dossiers`). May import ``workflow``.
"""
