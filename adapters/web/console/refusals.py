"""Why something could not be done, in the reader's language."""

from adapters.web.console.language import Language
from workflow.refusals import TEXTS
from workflow.world import Outcome


def said(language: Language, outcome: Outcome) -> str:
    """A refusal's own pair of texts; the engine's sentence where it has none."""
    return language.pair(TEXTS[outcome.code]) if outcome.code in TEXTS else outcome.detail or outcome.code
