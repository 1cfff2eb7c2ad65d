"""Why something could not be done, in the reader's language."""

from adapters.web.console.language import Language
from workflow.refund import saying
from workflow.refusals import TEXTS
from workflow.world import Outcome

_BY_DETAIL = frozenset({"not_now"})
"""What means something else each time: a shipment, an ETGB or a claim that is unknown or not ready."""


def said(language: Language, outcome: Outcome) -> str:
    """A refusal's own pair of texts; what exactly stood against it where that says all, or where it has none."""
    if outcome.code in TEXTS and outcome.code not in _BY_DETAIL:
        return language.pair(TEXTS[outcome.code])
    return language.pair(saying.refused(outcome.code, outcome.detail)) or outcome.code
