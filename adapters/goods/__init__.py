"""Goods: the Harmonized System's texts, and search in them by words or by the beginning of a code.

``hs2022.csv.gz`` holds chapters, headings and subheadings of the Harmonized System 2022 (UN Comtrade through
datasets/harmonized-system, public domain, PDDL), made by ``deploy/data/make_hs_texts.py``. ``meanings.csv`` is our own: what
words of everyday, Turkish or English, are called there. May import ``workflow``.
"""
