"""The form of a text."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Text:
    """What people read for one variant of a finding; ``{names}`` are filled from the finding's ``params``.

    ``source`` is the law or standard the rule comes from; where the finding stands on a dated row of the law, the row's
    own source is shown instead.
    """

    tr: str
    en: str
    source: str


Table = dict[tuple[str, str], Text]
"""Texts by code and variant."""
