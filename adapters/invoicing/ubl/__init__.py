"""UBL-TR 2.1 documents: ``writing`` makes the invoice of a micro-export, ``reading`` says what any invoice says of itself.

May import :mod:`workflow`, lxml and babel. Nothing here signs: the seal (mali mühür) is the integrator's.
"""
