"""The tax office and VEDOP, one folder each interface. Only the sandbox is here yet; it lives apart from what will be real."""
