"""Which shipments some filters let through, newest first, in SQL that stays quick however many there are.

What can be true for several reasons (a number of any kind, or a name; late by itself, or by its ETGB) is not one condition with
``OR``, for which no index helps: each reason is a query of its own with the page's limit, and the page is the newest of all.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from itertools import product
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

from workflow.values import ISTANBUL, capitals, normalise_etgb_number

Cursor = tuple[datetime, UUID]
"""Where the page before ended: when its last shipment was made, and which it was."""

NEWEST: Final = "ORDER BY s.created_at DESC, s.id DESC"

LATE: Final = """(s.overdue OR (s.etgb_number <> '' AND s.stage IN ('etgb_issued', 'vedop_transferred') AND EXISTS (
    SELECT FROM etgb w WHERE w.number = s.etgb_number AND w.overdue <> '')))"""
"""Whether a shipment waits too long, or its ETGB does: as far as the timer has told."""
LATE_BY_ETGB: Final = """s.stage IN ('etgb_issued', 'vedop_transferred') AND s.id IN (
    SELECT k.shipment FROM etgb w JOIN shipment_key k ON k.key = 'etgb:' || w.number WHERE w.overdue <> '')
    AND EXISTS (SELECT FROM etgb w WHERE w.number = s.etgb_number AND w.overdue <> '')"""
"""The second of the two alone; the keys lead from the few late ETGBs to their shipments."""
_OPEN = "SELECT a.shipment FROM attention a WHERE a.resolved_at IS NULL"
_NEEDING = """(s.created_at, s.id) IN (
    SELECT DISTINCT a.shipment_at, a.shipment FROM attention a WHERE a.resolved_at IS NULL AND a.shipment_at IS NOT NULL{}
    ORDER BY a.shipment_at DESC, a.shipment DESC)"""
"""Open items in the list's order, by the moment at which their shipments were made."""
_LATE = "(s.created_at, s.id) IN (SELECT t.created_at, t.shipment FROM shipment_trait t WHERE t.trait = 'late')"

_FILTERS: Final[dict[str, str]] = {
    "seller": "s.seller = {}",
    "country": "s.country = {}",
    "finding": "s.id IN (SELECT f.shipment FROM finding f WHERE f.code = {})",
    "reason": _NEEDING.format(" AND a.reason = {}"),
    "ids": "s.id = ANY({}::uuid[])",
}
"""Filters that are one condition; ``{}`` becomes the parameter."""

_HAS: Final = """(SELECT true FROM shipment_trait t
    WHERE t.trait = {} AND t.created_at = s.created_at AND t.shipment = s.id LIMIT 1)"""
"""Whether a shipment is in a stage or with a courier, by one look at the table's own key."""

_REACHED: Final = """s.id IN (
    SELECT r.shipment FROM transition r WHERE r.target = {} AND r.recorded_at >= {} AND r.recorded_at < {})"""
"""Whoever came to a stage on a day, wherever it stands now; the log's index on the moments leads to the day."""

_BRANCHED: Final = 4
"""So many sellers are looked for each by itself, in the list's order along the index; more are looked for at once."""

_TABLES: Final = ("shipment_trait", "shipment")
_TRAITS: Final = frozenset({"stage", "courier", "delivery"})
"""What transitions change stands beside the shipment (``tables.shipments.ShipmentTrait``), in the list's order."""

_MARKS: Final[dict[tuple[str, bool], tuple[str, ...]]] = {
    ("attention", True): (_NEEDING.format(""),),
    ("attention", False): (f"NOT EXISTS ({_OPEN} AND a.shipment = s.id)",),
    ("overdue", True): (_LATE, LATE_BY_ETGB),
    ("overdue", False): (f"NOT {LATE}",),
}
"""Filters that are true or not, as the reasons for which they may be."""

FOLDED: Final = (
    "translate(lower(translate((consignee_name || ' '::text) || seller_name, 'İIı'::text, 'iii'::text)), "
    "'\u0307'::text, ''::text)"
)
"""Names as they are compared: Turkish i's are one letter (:func:`workflow.values.fold`); an index stands on it."""
NUMBERED: Final = "upper(substr(key, strpos(key, '/'::text) + 1) COLLATE \"C\")"
"""The number in a shipment's key, in ASCII capitals; an index stands on it."""

_BY_NUMBER: Final = (
    'upper(s.reference COLLATE "C") = {0}',
    f"s.id IN (SELECT shipment FROM shipment_key WHERE {NUMBERED} = {{0}})",
    "s.id IN (SELECT shipment FROM shipment_key WHERE key = 'etgb:' || {1})",
)
_BY_ETTN: Final = "s.id IN (SELECT t.shipment FROM shipment_trait t WHERE t.trait = 'ettn:' || {0})"
_BY_BEGINNING: Final = (
    f"(s.id, s.seller) IN (SELECT shipment, seller FROM shipment_content WHERE {FOLDED} LIKE {{0}} OR {FOLDED} LIKE {{1}})"
)
_SHORT: Final = 3
"""Below so many letters a name is found by how a word of it begins: an index of parts of words has none that short."""


class Way(StrEnum):
    """How the shipments of a name or a finding are found.

    Which way is short depends on how many have it; whoever asks chooses (:mod:`adapters.database.frequency`), and no statement
    leaves the planner another way.
    """

    COLLECTED = "collected"
    """All who have it first, by an index of their own: where few do."""
    WALKED = "walked"
    """Through what the other filters let in, in its order, looking at each: where many have it."""
    STREAMED = "streamed"
    """As an index of their own gives them, until there are enough: to count."""


class _Few(str):
    """A reason for which few shipments are let through: what else is asked is looked up for each of them, never joined.

    A prepared statement knows no more of a stage than that some shipments are in one, and went through all of it for a number.
    """

    __slots__ = ()


class _Begin(str):
    """A reason that is no condition but where to begin: a query of ``shipment``."""

    __slots__ = ()


_NAMED: Final[dict[Way | None, str]] = {
    None: f"(s.id, s.seller) IN (SELECT shipment, seller FROM shipment_content WHERE {FOLDED} LIKE {{0}})",
    Way.COLLECTED: f"s.id = ANY(ARRAY(SELECT shipment FROM shipment_content WHERE {FOLDED} LIKE {{0}}))",
    Way.WALKED: f"(SELECT true FROM shipment_content c WHERE c.shipment = s.id AND {FOLDED} LIKE {{0}} LIMIT 1)",
    Way.STREAMED: f"SELECT shipment FROM shipment_content WHERE {FOLDED} LIKE {{0}} OFFSET 0",
}
"""Who has a text in their name; by the whole key, so that the planner knows that a shipment has one row of names at most.

``LIMIT`` and ``OFFSET`` keep it from joining otherwise.
"""
_FOUND: Final[dict[Way | None, str]] = {
    None: _FILTERS["finding"],
    Way.COLLECTED: "s.id = ANY(ARRAY(SELECT f.shipment FROM finding f WHERE f.code = {}))",
    Way.WALKED: "(SELECT true FROM finding f WHERE f.shipment = s.id AND f.code = {} LIMIT 1)",
}
_AS: Final[Mapping[Way | None, type[str]]] = {Way.COLLECTED: _Few, Way.STREAMED: _Begin}
_STREAM: Final = "({}) AS n CROSS JOIN LATERAL (SELECT * FROM shipment o WHERE o.id = n.shipment OFFSET 0) AS s"
COUNTED: Final = "SELECT count(*) FROM (SELECT FROM finding WHERE code = $1 LIMIT $2) AS found"
"""How many shipments have a finding, counted no further than need be."""
ESTIMATED: Final = f"EXPLAIN (FORMAT JSON) SELECT FROM shipment_content WHERE {FOLDED} LIKE $1"
"""How many names have a text in them, by what PostgreSQL keeps of how names are spread; nothing is read."""
ALL: Final = "SELECT greatest(reltuples, 1) FROM pg_class WHERE oid = 'shipment'::regclass"
"""How many shipments there are, as of the last analysis."""
FREQUENT: Final = 3000
"""From so many on, the newest who have a finding are found by going through the newest."""

Parameter = Callable[[Any], str]
"""Makes a value a parameter of the query, and gives its place."""


def ids(
    filters: Mapping[str, Any],
    *,
    names: bool,
    limit: int,
    after: Cursor | None = None,
    newest: bool = True,
    ways: Mapping[str, Way] = MappingProxyType({}),
) -> tuple[str, list[Any]]:
    """A query of ``id`` and ``created_at`` of the newest shipments that filters let through, and its parameters.

    At most ``limit`` for each reason: whoever uses it orders and limits again. ``names`` tells whether ``q`` finds people;
    who only counts need not have the ``newest``; ``ways`` are those of a name and a finding
    (:func:`adapters.database.frequency.ways`), by default as the planner likes.
    """
    values: list[Any] = []

    def parameter(value: Any) -> str:  # noqa: ANN401 - any column's type
        values.append(value)
        return f"${len(values)}"

    given = {name: value for name, value in filters.items() if value is not None and value != ""}
    if not given.get("sellers"):  # bound to none: those of all
        given.pop("sellers", None)
    traits = {f"t{n}": f"{name}:{given[name]}" for n, name in enumerate(sorted(_TRAITS & given.keys()))}
    others = {name: value for name, value in given.items() if name not in {*_TRAITS, "from", "to"}}
    placed = {alias: parameter(trait) for alias, trait in traits.items()}
    looked_up = [_HAS.format(place) for place in placed.values()]
    tables = {"s": "id"} if others or not traits else {}
    tables |= dict.fromkeys(traits, "shipment")
    (first, key), *joining = tables.items()
    joined = " ".join(
        f"JOIN shipment_trait {t} ON ({t}.created_at, {t}.shipment) = ({first}.created_at, {first}.{key})" for t, _ in joining
    )
    # of each table by itself: the planner concludes from what is equal, not from what is before
    always = {alias: [f"{alias}.trait = {placed[alias]}"] if alias in placed else [] for alias in tables}
    for name, sign in (("from", ">="), ("to", "<")):
        if name in given:
            moment = parameter(_day(given[name], after=name == "to"))
            for alias, besides in always.items():
                besides.append(f"{alias}.created_at {sign} {moment}")
    if after is not None:
        at, last = parameter(after[0]), parameter(after[1])
        for alias, besides in always.items():
            besides.append(f"({alias}.created_at, {alias}.{tables[alias]}) < ({at}, {last})")
    wanted = [_reasons(name, value, parameter, ways, names=names) for name, value in others.items()]
    end = f"{f'ORDER BY {first}.created_at DESC, {first}.{key} DESC' if newest else ''} LIMIT {limit:d}"
    branches = []
    for reasons in product(*wanted):
        begin = next((_STREAM.format(one) for one in reasons if isinstance(one, _Begin)), f"{_TABLES[first == 's']} AS {first}")
        if any(isinstance(one, _Few) for one in reasons):
            more = [*always[first], *looked_up]
        else:
            begin, more = f"{begin} {joined}", [one for besides in always.values() for one in besides]
        conditions = " AND ".join([*(one for one in reasons if not isinstance(one, _Begin)), *more])
        where = f"WHERE {conditions}" if conditions else ""
        branches.append(f"(SELECT {first}.{key} AS id, {first}.created_at FROM {begin} {where} {end})")
    return " UNION ".join(branches), values


def walk(filters: Mapping[str, Any], *, limit: int, most: int, after: Cursor | None = None) -> tuple[str, list[Any]]:
    """The same of those with ``q`` in their names, by going through at ``most`` so many of what the other filters let in."""
    others = {name: value for name, value in filters.items() if name != "q"}
    query, values = ids(others, names=False, limit=most, after=after)
    looked = _NAMED[Way.WALKED].format(f"${len(values) + 1}")
    walked = f"SELECT w.id, w.created_at FROM ({query}) AS w ORDER BY w.created_at DESC, w.id DESC LIMIT {most:d}"
    found = f"SELECT s.id, s.created_at FROM ({walked}) AS s WHERE {looked} {NEWEST} LIMIT {limit:d}"
    return found, [*values, part_of_name(filters)]


def part_of_name(filters: Mapping[str, Any]) -> str | None:
    """The pattern that names are searched for, where they are; none where the text is too short to be any part of a word."""
    folded = _fold(str(filters.get("q") or "").strip())
    return f"%{folded}%" if len(folded) >= _SHORT else None


def _reasons(
    name: str,
    value: Any,  # noqa: ANN401 - any column's type
    parameter: Parameter,
    ways: Mapping[str, Way],
    *,
    names: bool,
) -> tuple[str, ...]:
    """The reasons for which a filter may let a shipment through, each a condition, or where to begin; by names if it may."""
    if name == "sellers":
        if len(value) > _BRANCHED:
            return (f"s.seller = ANY({parameter(list(value))}::text[])",)
        return tuple(f"s.seller = {parameter(one)}" for one in value)
    if name == "q":
        said = value.strip()
        found = by_number(parameter(capitals(said)), parameter(normalise_etgb_number(said)))
        return (*found, _named(_fold(said), parameter, ways.get("q"))) if names else found
    if name == "reached":
        stage, day = value
        return (_REACHED.format(parameter(stage), parameter(_day(day)), parameter(_day(day, after=True))),)
    if isinstance(value, bool):
        return _MARKS[name, value]
    if name == "finding":
        way = ways.get("finding")
        return (_AS.get(way, str)(_FOUND[way].format(parameter(value))),)
    return (_FILTERS[name].format(parameter(value)),)


def _named(folded: str, parameter: Parameter, way: Way | None) -> str:
    """The condition that a name has a text in it, or a word that begins with a short one."""
    if len(folded) < _SHORT:
        return _BY_BEGINNING.format(parameter(f"{folded}%"), parameter(f"% {folded}%"))
    written = _NAMED[way].format(parameter(f"%{folded}%"))
    return _AS.get(way, str)(written)


def by_number(number: str, etgb: str) -> tuple[str, ...]:
    """The reasons for which a shipment may have a number, or stand on an ETGB, each of which is a parameter's place."""
    return tuple(_Few(reason.format(number, etgb)) for reason in (*_BY_NUMBER, _BY_ETTN))


def _fold(text: str) -> str:
    """The search text as the names are folded in SQL: Turkish i's become one, wildcards lose their meaning."""
    folded = text.translate(str.maketrans("İIı", "iii")).lower().replace("\u0307", "")
    return folded.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _day(day: date, *, after: bool = False) -> datetime:
    """The moment at which a day begins in Istanbul, or ends."""
    return datetime.combine(day + timedelta(days=int(after)), time(), ISTANBUL).astimezone(UTC)
