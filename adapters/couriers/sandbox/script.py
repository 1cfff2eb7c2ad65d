"""What goes wrong at the SANDBOX courier: a script that says which faults which parcels have, the same for the same seed.

A script is data, in TOML::

    seed = 7
    late_closing_steps = 60       # so many steps (of the manners' pace) an ETGB with late_closing is closed too late
    not_delivered_asks = 2        # so often the question for an ETGB is answered "400 not delivered"

    [shares]                      # of all parcels: each gets one of these faults, or none
    lost_scan = 0.01
    malformed_body = 0.01

    [parcels]                     # by the seller's own order number: these faults and no others, or none at all
    "536370" = ["late_closing", "duplicate"]
    "536371" = []

    [[outages]]                   # the courier answers 503, and what it would have said is said when it is back
    begin = 2026-11-20T09:00:00+03:00
    end = 2026-11-20T10:00:00+03:00

Shares of *messages* that come twice or late are the manners' (:class:`adapters.sandbox.Manners`), and come on top. Which faults
a parcel has follows from the seed and its order number alone, so a test can ask :meth:`Script.faults` and knows what to expect;
what each does, and what is to be seen of it in Kervan, stands at :class:`Fault`. A parcel with a fault of its declaration
(:data:`DECLARED_ALONE`) stands on an ETGB of its own, so that no other parcel is concerned.
"""

import tomllib
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from random import Random
from typing import Annotated, Self

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, ValidationError, model_validator

from workflow.errors import KervanError


class Fault(StrEnum):
    """What can go wrong with a parcel or its ETGB; beside each, what Kervan is to make of it."""

    LOST_SCAN = "lost_scan"
    """The pick-up scan is never told: the next physical scan is the hand-over; nothing for a person."""
    NO_SCAN = "no_scan"
    """No scan after the label is told: past its allowance ``first_scan_overdue``, until the ETGB is taken as the evidence."""
    DUPLICATE = "duplicate"
    """Everything of the parcel is told twice: repeats change nothing."""
    LATE = "late"
    """The pick-up scan comes after all others: it is kept and moves nothing."""
    MALFORMED_BODY = "malformed_body"
    """The pick-up scan breaks off in the middle: ``message_unreadable``; the next physical scan is the hand-over."""
    NO_ETGB_NUMBER = "no_etgb_number"
    """The parcel is delivered and stands on no ETGB: ``etgb_overdue``."""
    NO_DOCUMENT = "no_document"
    """The ETGB's number comes, its PDF does not: ``etgb_document_overdue``."""
    MALFORMED_ETGB_NUMBER = "malformed_etgb_number"
    """The ETGB's number is none: its message is refused (``message_refused``), and the shipment waits: ``etgb_overdue``."""
    ETGB_REISSUED = "etgb_reissued"
    """The ETGB is cancelled and another made in its place: the shipment ends on the second."""
    LATE_CLOSING = "late_closing"
    """The ETGB is closed (intaç) ``late_closing_steps`` too late: past the allowance ``closing_overdue``, until it comes."""
    NO_CLOSING = "no_closing"
    """The ETGB is never closed: ``closing_overdue``."""
    RETURN_TO_SENDER = "return_to_sender"
    """Abroad nobody takes the parcel and it comes back: ``goods_coming_back``."""
    OVER_LIMIT = "over_limit"
    """Customs weigh more than the limit: on hold, no further scan, no ETGB: ``etgb_overdue``."""
    NOT_DELIVERED = "not_delivered"
    """Asked for the ETGB the courier says "400 not delivered", and is asked again: the ETGB comes after delivery."""


DECLARED_ALONE = frozenset(
    {
        Fault.NO_DOCUMENT,
        Fault.MALFORMED_ETGB_NUMBER,
        Fault.ETGB_REISSUED,
        Fault.LATE_CLOSING,
        Fault.NO_CLOSING,
        Fault.NOT_DELIVERED,
    }
)
"""Faults of an ETGB."""
NOT_DECLARED = frozenset({Fault.NO_ETGB_NUMBER, Fault.OVER_LIMIT})
"""Faults with which a parcel stands on no ETGB."""


class WrongScriptError(KervanError):
    """A script cannot be read."""

    def __init__(self, name: str, why: str) -> None:
        """Say what is wrong with it."""
        super().__init__(
            f"{name} is no script of the sandbox courier: {why}. Nothing was started. See deploy/demo/faults.toml."
        )


def _shares(shares: Mapping[Fault, float]) -> Mapping[Fault, float]:
    if sum(shares.values()) > 1:
        raise ValueError("the shares add up to more than 1; each parcel has one fault or none")
    return shares


class _Said(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Outage(_Said):
    """When the courier does not answer, from ``begin`` until just before ``end``."""

    begin: AwareDatetime
    end: AwareDatetime

    @model_validator(mode="after")
    def _ends(self) -> Self:
        if self.end <= self.begin:
            raise ValueError("an outage ends after it begins")
        return self


class Script(_Said):
    """What goes wrong, and with which parcels; without anything said nothing does."""

    seed: int = 0
    late_closing_steps: Annotated[int, Field(ge=0)] = 60
    not_delivered_asks: Annotated[int, Field(ge=1)] = 2
    shares: Annotated[Mapping[Fault, Annotated[float, Field(ge=0, le=1)]], AfterValidator(_shares)] = Field(
        default_factory=dict
    )
    parcels: Mapping[str, frozenset[Fault]] = Field(default_factory=dict)
    outages: tuple[Outage, ...] = ()

    def faults(self, reference: str) -> frozenset[Fault]:
        """The faults of the parcel with this order number."""
        named = self.parcels.get(reference)
        if named is not None:
            return named
        drawn = Random(f"{self.seed} fault {reference}").random()  # noqa: S311 - repeatable on purpose
        for fault, share in self.shares.items():
            if drawn < share:
                return frozenset({fault})
            drawn -= share
        return frozenset()

    def back_at(self, moment: datetime) -> datetime | None:
        """When the courier answers again, if it does not at this moment."""
        end = None
        for outage in sorted(self.outages, key=lambda one: one.begin):
            if outage.begin <= (end or moment) < outage.end:
                end = outage.end
        return None if end is None else end.astimezone(UTC)

    def put_off(self, moment: datetime) -> timedelta:
        """How much later something is said that was to be said at this moment."""
        back = self.back_at(moment)
        return timedelta(0) if back is None else back - moment


def read_script(path: Path) -> Script:
    """The script of a TOML file.

    Raises:
        WrongScriptError: it is none.
    """
    try:
        return Script.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise WrongScriptError(path.name, f"it cannot be read as TOML in UTF-8 ({error})") from error
    except ValidationError as error:
        item = error.errors(include_url=False, include_context=False, include_input=False)[0]
        place = ".".join(str(part) for part in item["loc"])
        raise WrongScriptError(path.name, f"{place}: {item['msg'].removeprefix('Value error, ')}") from None
