"""Who said or did something, in people's words; the source's own name is what programs and the audit log keep."""

from typing import Final

from adapters.web.console.language import Language, marked

_SUBJECT: Final = "kervan.in."
"""What the name of a source begins with where it is known by the subject alone: of messages that could not be read."""
_OURS: Final = frozenset({"engine", "kervan"})
FAMILIES: Final[dict[str, str]] = {
    "orders": marked("sipariş kanalı"),
    "invoicing": marked("faturalama"),
    "courier": marked("kurye"),
    "customs": marked("gümrük"),
    "tax_office": marked("vergi dairesi"),
    "accounting": marked("muhasebe"),
    "rates": marked("kurlar"),
}
"""What a source is, by the first part of its name; a person (``ops/ayse``) is called by the name alone."""


def named(language: Language, actor: str) -> str:
    """A source as people call it: ``kurye · pts``, ``ayse``, ``Kervan``; one that nobody has a word for as it is."""
    family, _, name = actor.removeprefix(_SUBJECT).replace(".", "/", actor.startswith(_SUBJECT)).partition("/")
    if family in _OURS:
        return "Kervan"
    if family == "ops" and name:
        return name
    if family not in FAMILIES:
        return actor
    return f"{language.gettext(FAMILIES[family])} · {name}" if name else language.gettext(FAMILIES[family])
