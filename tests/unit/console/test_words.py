"""Whatever the business has a word for, the console has one too."""

from adapters.database import keys
from adapters.web.console import forms, words
from adapters.web.console.screen import ROLE_NAMES
from workflow.attention import Reason
from workflow.attention_texts import TEXTS
from workflow.stages import Stage, Trigger
from workflow.waits import Wait


def test_every_word_of_the_business_has_its_own() -> None:
    """Triggers, waits, stages, roles and whoever has to act are all in the tables that screens are written with."""
    assert set(words.TRIGGERS) == set(Trigger)
    assert set(forms.FIELDS) == set(Trigger) - {Trigger.AMEND}
    assert set(words.WAITS) == set(Wait)
    assert set(words.TONES) == set(Stage)
    assert {text.who for text in TEXTS.values()} <= set(words.WHO)
    assert set(ROLE_NAMES) == set(keys.ROLES)


def test_a_reasons_title_is_its_first_sentence() -> None:
    """Each is short enough for a line of a table, in both languages, and does not end in a full stop."""
    for reason in Reason:
        for title in words.title(reason):
            assert 10 < len(title) <= 200
            assert title[-1] not in ".;:"
