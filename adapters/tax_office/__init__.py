"""The tax office and VEDOP, one folder each interface: ``manual`` (a person), ``file`` (a drop folder), ``sandbox``.

GİB offers no interface by which a program could file a refund or ask what became of one (none was found), so nothing here
speaks to it: a person does, by the Internet tax office, with the dossier that Kervan makes. What differs is how Kervan hands
the work over and hears of it. :mod:`ports` says what an office is, :mod:`desk` makes one the handler of Kervan's tasks.

May import ``events`` and ``workflow``; the sandbox also :mod:`adapters.sandbox`.
"""
