"""The law as dated tables, and one small pure function a finding.

``law`` holds the tables, ``findings`` what people read, ``judge`` asks every rule. A shipment is judged by the rules of the
day it is planned for. Rules import the standard library and ``workflow`` only.
"""
