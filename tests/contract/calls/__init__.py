"""The mechanism with which every counterpart is called, against a server that misbehaves."""
