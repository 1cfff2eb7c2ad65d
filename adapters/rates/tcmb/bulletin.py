"""A bulletin's XML as data, and data as the contract's message; pure.

The form: root ``Tarih_Date`` with ``Tarih`` (dd.mm.yyyy), ``Date`` (mm/dd/yyyy) and ``Bulten_No`` (year/number); one
``Currency`` each with ``Unit`` and ``ForexBuying`` (döviz alış) among others. Elements may be empty: such a currency has no
rate that day and is left out (domain section 6.2).
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal

from lxml import etree

from adapters.rates.tcmb import PUBLISHED_AT, SOURCE
from events.outgoing import envelope
from workflow.errors import KervanError
from workflow.values import ISTANBUL

MAX_BYTES = 1024 * 1024
"""A real bulletin has about 20 kB."""

_DAY = re.compile(r"([0-9]{2})\.([0-9]{2})\.([0-9]{4})", re.ASCII)
_AMERICAN = re.compile(r"([0-9]{2})/([0-9]{2})/([0-9]{4})", re.ASCII)
_NUMBER = re.compile(r"[0-9]{4}/[0-9]{1,4}", re.ASCII)
_CURRENCY = re.compile(r"[A-Z]{3}", re.ASCII)
_UNIT = re.compile(r"[1-9][0-9]{0,4}", re.ASCII)
_RATE = re.compile(r"[0-9]{1,9}(\.[0-9]{1,6})?", re.ASCII)


class WrongBulletinError(KervanError):
    """What came is not a bulletin that can be relied on; no rate was taken from it."""

    def __init__(self, what: str, why: str) -> None:
        """Name the bulletin and what is wrong with it."""
        super().__init__(
            f"{what}: {why}. No rate was taken from it. Compare it with the bank's own page; if the bank has changed its form, "
            "give the rates as CSV meanwhile (kervan import rates)."
        )


class WrongDayError(WrongBulletinError):
    """The bulletin is of another day than the one that was asked for."""

    def __init__(self, what: str, asked: date, found: date) -> None:
        """Name both days."""
        super().__init__(what, f"it was asked for as {asked}, but says that it is of {found}")


@dataclass(frozen=True, slots=True)
class Bulletin:
    """The rates of one day: for each currency the unit and the TRY paid for that many of it (forex buying)."""

    published_on: date
    number: str
    rates: dict[str, tuple[int, Decimal]]


def read(content: bytes, what: str, asked: date | None = None) -> Bulletin:
    """Read a bulletin; ``what`` names it in errors, ``asked`` is the day that it must be of.

    Raises:
        WrongBulletinError: it is too large, not XML, has a document type, or not the bank's form.
        WrongDayError: it is of another day.
    """
    if len(content) > MAX_BYTES:
        raise WrongBulletinError(what, f"it is larger than {MAX_BYTES} bytes")
    root = _root(content, what)
    day = _day(root, what)
    if asked is not None and day != asked:
        raise WrongDayError(what, asked, day)
    number = root.get("Bulten_No", "").strip()
    if not _NUMBER.fullmatch(number):
        raise WrongBulletinError(what, "it has no number like 2026/176 in Bulten_No")
    rates: dict[str, tuple[int, Decimal]] = {}
    for element in root.iterfind("Currency"):
        currency = (element.get("CurrencyCode") or element.get("Kod") or "").strip()
        buying = (element.findtext("ForexBuying") or "").strip()
        if not buying:
            continue
        unit = (element.findtext("Unit") or "").strip()
        if not _CURRENCY.fullmatch(currency) or currency in rates:
            raise WrongBulletinError(what, "a currency has no code of three letters, or stands there twice")
        if not _UNIT.fullmatch(unit) or not _RATE.fullmatch(buying) or not Decimal(buying):
            raise WrongBulletinError(what, f"{currency}: Unit or ForexBuying is not a number above zero")
        rates[currency] = (int(unit), Decimal(buying))
    if not rates:
        raise WrongBulletinError(what, "no currency in it has a ForexBuying rate")
    return Bulletin(day, number, rates)


def _root(content: bytes, what: str) -> etree._Element:
    """The root of an XML text, read without document type, entities or network."""
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise WrongBulletinError(what, f"it is not well-formed XML (line {error.lineno})") from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise WrongBulletinError(what, "it has a document type (DOCTYPE), which bulletins do not have")
    if root.tag != "Tarih_Date":
        raise WrongBulletinError(what, "its root is not Tarih_Date")
    return root


def _day(root: etree._Element, what: str) -> date:
    turkish, american = _DAY.fullmatch(root.get("Tarih", "")), _AMERICAN.fullmatch(root.get("Date", ""))
    if turkish is None:
        raise WrongBulletinError(what, "it has no day like 18.09.2026 in Tarih")
    day, month, year = (int(part) for part in turkish.groups())
    if american is not None and [int(part) for part in american.groups()] != [month, day, year]:
        raise WrongBulletinError(what, "its Tarih and Date are different days")
    try:
        return date(year, month, day)
    except ValueError:
        raise WrongBulletinError(what, "its Tarih is not a day of the calendar") from None


def published(bulletin: Bulletin, *, source: str = SOURCE, message_id: str = "") -> tuple[str, bytes]:
    """The message that tells a bulletin, and its id: the same bulletin, the same id and the same bytes."""
    day = bulletin.published_on
    data = {
        "published_on": day.isoformat(),
        "bulletin": bulletin.number,
        "rates": [
            {"currency": currency, "unit": unit, "forex_buying": format(buying, "f")}
            for currency, (unit, buying) in sorted(bulletin.rates.items())
        ],
    }
    found = message_id or f"bulletin:{day}"
    at = datetime.combine(day, PUBLISHED_AT, ISTANBUL).astimezone(UTC)
    return found, envelope(source=source, id=found, type="rates.published.v1", time=at, data=data)


def absent(day: date) -> tuple[str, bytes]:
    """The message that tells that a day had no bulletin, and its id."""
    found = f"no-bulletin:{day}"
    at = datetime.combine(day, PUBLISHED_AT, ISTANBUL).astimezone(UTC)
    return found, envelope(source=SOURCE, id=found, type="rates.absent.v1", time=at, data={"days": [day.isoformat()]})
