"""Couriers, one folder each. Only the sandbox is here yet; it lives apart from what will be real."""
