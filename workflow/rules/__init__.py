"""The law as dated tables, and one small pure function a finding.

``tables`` says what rows there are, ``law`` what holds on a day, ``findings`` what a rule found, ``texts`` what people read;
``judge`` asks every rule. A shipment is judged by the rules of the day it is planned for. Rules import the standard library
and ``workflow`` only; the rows come from outside (``adapters.law``).
"""
