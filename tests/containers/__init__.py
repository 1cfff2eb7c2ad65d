"""The installation of ``deploy/compose.yaml`` on a real engine, with images made of what is at hand: ``make containers``."""
