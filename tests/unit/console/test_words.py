"""Whatever the business has a word for, the console has one too."""

from datetime import date

from adapters.database import audit, keys
from adapters.web.console import acts, findings, forms, words
from adapters.web.console.language import LANGUAGES
from adapters.web.console.pages import rules
from adapters.web.console.rendering import environment
from adapters.web.console.screen import ROLE_NAMES
from tests.law import BOOK
from workflow.attention import Reason
from workflow.attention_texts import TEXTS
from workflow.rules.listing import document
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


def test_the_law_and_the_log_are_told_in_words() -> None:
    """Each table of the law, each of its columns and each subject of the log has a name."""
    tables = document(BOOK, date(2026, 11, 26))["tables"]
    assert set(tables) == set(rules.TABLES)
    assert {name for rows in tables.values() for row in rows for name in row} <= set(rules.COLUMNS)
    assert set(audit.SUBJECTS) == set(acts.SUBJECTS)
    turkish, english = LANGUAGES["tr"], LANGUAGES["en"]
    assert (acts.told(turkish, "shipment.cancel"), acts.told(english, "session.begin")) == (
        "Gönderiyi iptal et",
        "Session: began",
    )
    assert acts.told(english, "shipment.brand_new") == "Shipments: brand new"


def test_what_a_bulk_job_began_is_told_by_its_button() -> None:
    """What it does and to how many; a count, or what nobody has a word for, stands as it is."""
    turkish, english = LANGUAGES["tr"], LANGUAGES["en"]
    assert acts.outcome(turkish, "cancel 1200") == "Gönderiyi iptal et: 1.200"
    assert acts.outcome(english, "cancel 8") == "Cancel the shipment: 8"
    assert [acts.outcome(english, told) for told in ("8/8", "refused", "brand_new 3")] == ["8/8", "refused", "brand_new 3"]


def test_amounts_and_days_within_a_sentence_are_written_as_its_reader_does() -> None:
    """A number that is no amount with a currency is left alone."""
    said = "1373.49 GBP, 2026-11-20, 1.2 kg, 10.50"
    told = [environment(code).filters["in_words"](said) for code in ("tr", "en")]
    assert told == ["1.373,49 GBP, 20.11.2026, 1.2 kg, 10.50", "1,373.49 GBP, 20 Nov 2026, 1.2 kg, 10.50"]


def test_a_finding_is_placed_as_on_the_form() -> None:
    """Lines are counted from one and named by their field; a path that nobody has a word for is shown as it is."""
    paths = ["lines[0].gtip", "lines[9].gtip", "lines[2]", "consignee.address.city", "brand.new"]
    assert findings.places(LANGUAGES["tr"], paths) == "Satır 1, 10: GTİP; Satır 3; Şehir; brand.new"
