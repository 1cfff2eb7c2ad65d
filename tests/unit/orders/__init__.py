"""Tests of reading a shop's order files."""
