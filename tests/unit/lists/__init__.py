"""Lists of ETGBs: reading, columns, matching."""
