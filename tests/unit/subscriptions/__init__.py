"""Subscriptions: signing, keys, what is heard, where calls may go, and when they are made again."""
