"""Which shipment a line of an ETGB list means, where its names do not say so beyond doubt.

Lines and candidates in, one verdict a line out. A line is weighed against every shipment of its seller: what its names say
(order, invoice, tracking number, whole or damaged), and whether amount, currency, country and day fit. *Sure* is one
candidate that is clearly ahead and that nothing speaks against; two that could be meant, or a name that says otherwise than
the amount, are a person's to decide. No shipment is given to two lines.

Being wrong costs more than asking. So a damaged name makes sure of nothing while it still has the form of the seller's own
numbers: ``536371`` may be an order that is not known yet, next to ``536370``. ``53637`` cannot be.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from workflow.likeness import Candidate, ListLine, Sign, Weighed, amount_sign, form_of, may_be_mistyped, names_of, weigh
from workflow.shortlist import Shortlist

SURE = 50
LEAD = 15
"""How far ahead of the next one a sure candidate is."""
SHOWN = 5
"""So many candidates are put before a person,"""
WORTH_SHOWING = 30
"""each with so many points at least."""
_AMOUNT_FITS = frozenset({Sign.AMOUNT_SAME, Sign.AMOUNT_ROUNDED})


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a line means: a shipment for sure, some in doubt, or none (both empty)."""

    sure: Weighed | None = None
    doubtful: tuple[Weighed, ...] = ()


def match(lines: Sequence[ListLine], candidates: Iterable[Candidate]) -> list[Verdict]:
    """A verdict on each line, in their order; a shipment that is sure of one line is out of question for the others."""
    known = _by_seller(candidates)
    first = [_by_name(line, known[line.seller]) for line in lines]
    taken = _unmistaken(lines, first)
    return _once(
        lines, [verdict or _by_all(line, known[line.seller], taken) for line, verdict in zip(lines, first, strict=True)]
    )


def to_be_weighed(lines: Sequence[ListLine], named: Iterable[Candidate]) -> set[str]:
    """The sellers of lines that are not settled by what they name, ``named`` being all shipments that any line names.

    Of the others no further shipment can change a verdict: one has the name, and no amount speaks against it.
    """
    known = _by_seller(named)
    return {line.seller for line in lines if not _settled(line, known[line.seller].named(line))}


def _by_seller(candidates: Iterable[Candidate]) -> defaultdict[str, Shortlist]:
    known: defaultdict[str, Shortlist] = defaultdict(Shortlist)
    for candidate in candidates:
        known[candidate.seller].add(candidate)
    return known


def _settled(line: ListLine, named: Sequence[Candidate]) -> bool:
    if len(named) != 1:
        return False
    weighed = weigh(line, named[0])
    return not weighed.against and (line.amount is None or bool(_AMOUNT_FITS & set(weighed.signs)))


def _by_name(line: ListLine, known: Shortlist) -> Verdict | None:
    """The verdict where one shipment alone has a name of the line and nothing speaks against it."""
    named = known.named(line)
    if len(named) != 1:
        return None
    weighed = weigh(line, named[0])
    return None if weighed.against or _contested(line, weighed, known, {}) else Verdict(sure=weighed)


def _contested(line: ListLine, named: Weighed, known: Shortlist, taken: Mapping[UUID, ListLine]) -> bool:
    """Whether the amount is a little off, and fits another shipment with a name like the line's: a digit may be mistyped."""
    if line.amount is None or _AMOUNT_FITS & set(named.signs):
        return False
    return any(
        one != named.candidate
        and may_be_mistyped(line, one)
        and amount_sign(line, one) is not Sign.AMOUNT_DIFFERS
        and _free(one, line, taken)
        for one in known.amount_fits(line)
    )


def _unmistaken(lines: Sequence[ListLine], verdicts: Sequence[Verdict | None]) -> dict[UUID, ListLine]:
    """Shipments that exactly one line names unmistakably; a line that stands there twice is one line."""
    named: dict[UUID, set[ListLine]] = {}
    for line, verdict in zip(lines, verdicts, strict=True):
        if verdict is not None and verdict.sure is not None:
            named.setdefault(verdict.sure.candidate.shipment, set()).add(line)
    return {shipment: next(iter(found)) for shipment, found in named.items() if len(found) == 1}


def _once(lines: Sequence[ListLine], verdicts: Sequence[Verdict]) -> list[Verdict]:
    """Where different lines are sure of one shipment, none is."""
    claims = Counter(v.sure.candidate.shipment for v in dict(zip(lines, verdicts, strict=True)).values() if v.sure is not None)
    return [v if v.sure is None or claims[v.sure.candidate.shipment] == 1 else Verdict(doubtful=(v.sure,)) for v in verdicts]


def _by_all(line: ListLine, known: Shortlist, taken: Mapping[UUID, ListLine]) -> Verdict:
    """The verdict after all shipments of the seller that can be meant were weighed, but for those that another line names."""
    named = known.named(line)
    left = [one for one in known.worth_weighing(line) if one in named or _free(one, line, taken)]
    weighed = sorted((weigh(line, one) for one in left), key=lambda w: (w.against, -w.points, w.candidate.reference))
    possible = [one for one in weighed if not one.against]
    shown = tuple(sorted((w for w in weighed if w.points >= WORTH_SHOWING), key=lambda w: (-w.points, w.against)))[:SHOWN]
    best = possible[0] if possible else None
    if best is None or best.points < SURE:
        return Verdict(doubtful=shown)
    if len(possible) > 1 and best.points - possible[1].points < LEAD:
        return Verdict(doubtful=shown)
    if any(one != best.candidate for one in named):
        return Verdict(doubtful=shown)
    if Sign.NAME_SAME in best.signs:
        return Verdict(doubtful=shown) if _contested(line, best, known, taken) else Verdict(sure=best)
    if not _backed(line, best) or _could_be_unknown(line, known) or _common(line, known):
        return Verdict(doubtful=shown)
    return Verdict(sure=best)


def _free(one: Candidate, line: ListLine, taken: Mapping[UUID, ListLine]) -> bool:
    """Whether a shipment can still be what a line means that does not name it."""
    return one.etgb in {"", line.etgb} and taken.get(one.shipment, line) == line


def _backed(line: ListLine, best: Weighed) -> bool:
    """Whether a damaged name has enough beside it: an amount to the cent, or with one slip a rounded one and the country.

    Of consecutive invoice numbers one always has about that amount.
    """
    return Sign.AMOUNT_SAME in best.signs or (
        Sign.COUNTRY_SAME in best.signs and may_be_mistyped(line, best.candidate, slips=1)
    )


def _common(line: ListLine, known: Shortlist) -> bool:
    """Whether a line without names has an amount that others of the seller's shipments have as well."""
    return not names_of(line) and sum(amount_sign(line, one) is not Sign.AMOUNT_DIFFERS for one in known.amount_fits(line)) > 1


def _could_be_unknown(line: ListLine, known: Shortlist) -> bool:
    """Whether a name that nobody has may be that of a shipment that is not known yet."""
    return any(form_of(name) in known.forms for _, name in names_of(line))
