"""Issuing invoices: the desk that takes Kervan's requests, and the issuers it hands documents to, one folder each.

An issuer is asked three raw things (:class:`adapters.invoicing.ports.Integrator`); what makes them safe to repeat stands
once, in :mod:`adapters.invoicing.careful`. May import ``adapters.sandbox`` (for the sandbox), settings, events, workflow.
"""
