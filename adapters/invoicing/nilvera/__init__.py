"""``nilvera``: the integrator Nilvera, over PyPI's ``nilvera-client`` (extra ``nilvera``).

What ``nilvera-client`` 1.1.1 offers for e-Arşiv is the draft as a JSON model, its confirmation, and the list of series.
It has no call that takes a finished UBL document, none for the status or the XML of an e-Arşiv invoice, and none to cancel
one; its own calls also turn every error into text, so that a time-out cannot be told from a refusal. So only its session (key,
addresses of the two environments) is used; the calls are :mod:`adapters.calls`'s, at the addresses of Nilvera's documentation
(developer.nilvera.com, e-Arşiv API):

* ``POST /earchive/Send/Xml``, multipart field ``file``: 200 ``{"UUID", "InvoiceNumber"}``; 409 where it is known already; 400
  and 422 with ``Errors: [{Code, Description, Detail}]``; code 3009 says that the series is not registered there.
* ``GET /earchive/Invoices/{UUID}/Status``: ``StatusCode`` is ``unknown``, ``waiting``, ``succeed`` or ``error``; the e-invoice
  form, ``InvoiceStatus {Code, Description, DetailDescription}``, is read too, since no example of
  this answer is documented. ``IsCancel`` is read where it stands there, as in the list of invoices.
* ``GET /earchive/Invoices/{UUID}/xml``: the signed document, as XML or as a JSON string.
* ``GET /earchive/Series``: the list of series, as ``nilvera-client`` asks for it; for trying the connection.

Cancelling is not offered: no documentation of that call could be found, and an invented one might do harm. A person cancels in
Nilvera's portal. Nothing here was tried against Nilvera itself, for want of an account; the tests speak to a local server
that answers in the documented form.
"""

from adapters.invoicing.nilvera.integrator import CODE, NilveraIntegrator

__all__ = ["CODE", "NilveraIntegrator"]
