"""Rates of central banks."""
