"""Tests of the sandbox counterparties."""
