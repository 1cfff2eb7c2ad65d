"""The sheets of a shipment: invoice and proforma as PDF, both from the one model that the XML is written from.

:mod:`content` says what stands on a sheet, as data in one language; ``sheet.typ`` says where; :mod:`press` sets it by
:mod:`adapters.press`. Data reach the template as data only, so nothing in an order's text is ever a command.
"""
