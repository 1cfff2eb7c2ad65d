"""Dossiers of claims."""
