"""Findings: what a rule found. What people read of it stands in :mod:`workflow.rules.texts`."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Protocol

from workflow.rules.texts import TEXTS


class Severity(StrEnum):
    """Whether a finding holds the shipment."""

    BLOCK = "block"
    WARN = "warn"
    INFO = "info"


class Basis(Protocol):
    """A dated row of the law that a finding stands on."""

    @property
    def valid_from(self) -> date:
        """The first day it holds for."""
        ...

    @property
    def valid_to(self) -> date:
        """The last day it holds for."""
        ...

    @property
    def source(self) -> str:
        """Where it is written."""
        ...


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding: ``path`` names the field as in the contract's payload (lines count from 0).

    ``basis`` is the dated row it stands on, with its source and its days; ``None`` where the rule has no dates.
    """

    code: str
    severity: Severity
    path: str
    variant: str = ""
    params: dict[str, str] = field(default_factory=dict)
    basis: Basis | None = None

    def text(self, language: str) -> str:
        """What people read, in ``tr`` or ``en``."""
        return render(self.code, self.variant, self.params, language)

    @property
    def source(self) -> str:
        """The law or standard it comes from."""
        return self.basis.source if self.basis is not None else TEXTS[self.code, self.variant].source

    @property
    def valid_from(self) -> date | None:
        """The first day the rule holds for; ``None`` where it has always held, or has no dates."""
        return None if self.basis is None or self.basis.valid_from == date.min else self.basis.valid_from

    @property
    def valid_to(self) -> date | None:
        """The last day the rule holds for; ``None`` where no end is known, or it has no dates."""
        return None if self.basis is None or self.basis.valid_to == date.max else self.basis.valid_to


def render(code: str, variant: str, params: dict[str, str], language: str) -> str:
    """Fill a finding's text; one that is not known any more (a rule was withdrawn) shows its code."""
    text = TEXTS.get((code, variant))
    if text is None:
        return code
    return (text.tr if language == "tr" else text.en).format_map(params)
