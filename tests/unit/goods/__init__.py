"""Goods and their codes."""
