"""Who said something, in people's words."""

import pytest

from adapters.web.console.actors import FAMILIES, named
from adapters.web.console.language import LANGUAGES
from adapters.web.services import SOURCES


@pytest.mark.parametrize(
    ("actor", "turkish", "english"),
    [
        ("courier/pts", "kurye · pts", "courier · pts"),
        ("tax_office/vedop", "vergi dairesi · vedop", "tax office · vedop"),
        ("kervan.in.courier.sandbox", "kurye · sandbox", "courier · sandbox"),
        ("ops/ayse", "ayse", "ayse"),
        ("engine/timer", "Kervan", "Kervan"),
        ("kervan", "Kervan", "Kervan"),
        ("somebody/else", "somebody/else", "somebody/else"),
        ("", "", ""),
    ],
)
def test_a_source_is_called_as_people_call_it(actor: str, turkish: str, english: str) -> None:
    """By what it is and its name; people by theirs; what nobody has a word for is shown as it is."""
    assert (named(LANGUAGES["tr"], actor), named(LANGUAGES["en"], actor)) == (turkish, english)


def test_each_family_that_may_speak_has_a_word() -> None:
    """Whoever may post messages is called by a word, but people, who have names."""
    assert set().union(*SOURCES.values()) - {"ops"} == set(FAMILIES)
