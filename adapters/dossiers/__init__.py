"""The dossier of a VAT refund claim: lists in the tax office's Excel manner, petition, reconciliation, enclosures, manifest.

:mod:`rows` says what a dossier is made of, as plain rows in one language-free form; :mod:`columns` which of it stands in which
column; :mod:`dossier` puts the files into one archive. The same rows give the same bytes, whatever the clock, the time zone and
the locale of the machine. Knows no database and no other adapter; may import :mod:`adapters.press` and ``workflow``.
"""
