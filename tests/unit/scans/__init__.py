"""Tests of couriers' lists of scans."""
