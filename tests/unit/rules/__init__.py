"""The law: its tables, and each rule on both sides of every boundary and day."""
