"""What each kind of fact does to the shipments it concerns, one module per counterpart.

A handler looks at the world through :class:`workflow.batch.Batch`, moves shipments with it, and gives a verdict: ``None``
(applied), ``Parked``, ``Refused`` or ``Repeated``. Handlers import the standard library and ``workflow`` only.
"""
