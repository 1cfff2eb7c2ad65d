"""Files that people bring: a shop's orders, couriers' ETGB lists, VEDOP lists.

Each row ends in exactly one counted outcome. This room reads files and makes messages of the contract; the database keeps
the account through a port.
"""
