"""INV005, INV006, INV008, INV009 and DOC001: is an invoice the one of this shipment, line by line?"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from workflow.draft import Draft, Line, LineKind
from workflow.rules.charges import kind_of, named
from workflow.rules.findings import Finding, Severity
from workflow.rules.invoice import TOLERANCE
from workflow.rules.likeness import Likeness, of_names, of_texts
from workflow.rules.parcel import parcel
from workflow.stated import StatedInvoice, StatedLine
from workflow.values import fold, plain, shown, to_cents

_BLOCK = Severity.BLOCK
_PIECES = frozenset({"C62", "NIU", "EA", "H87", "PCE"})
"""UN/ECE codes that all mean one piece; software in Türkiye writes NIU as often as C62."""
_COUNTED = _PIECES | frozenset("PR SET KT PK BX CT CS BG BE RO BO CA TU TN SA PA ST LEF".split())
"""Those that count something one could call a piece too; any other unit makes of the same number another quantity."""


@dataclass(frozen=True, slots=True)
class Expected:
    """What a shipment's invoice must say; ``draft`` where its content is known."""

    seller: str
    currency: str
    total: Decimal
    draft: Draft | None = None


def expected(draft: Draft) -> Expected:
    """What the invoice of a draft must say."""
    return Expected(draft.seller.tax_number, draft.currency, draft.total, draft)


def agreement(said: StatedInvoice, owed: Expected) -> Iterator[Finding]:
    """All findings on an invoice compared with its shipment."""
    if said.currency and said.currency != owed.currency:
        yield Finding("INV006", _BLOCK, "currency", "shipment", {"currency": said.currency, "owed": owed.currency})
    if said.payable is not None and abs(said.payable - owed.total) > TOLERANCE:
        params = {"total": str(said.payable), "owed": str(owed.total), "currency": owed.currency}
        yield Finding("INV005", _BLOCK, "total", "shipment", params)
    if said.seller is not None and said.seller.tax_number != owed.seller:
        params = {"number": said.seller.tax_number or "—", "owed": owed.seller}
        yield Finding("INV008", _BLOCK, "seller.tax_number", "seller", params)
    if owed.draft is None:
        return
    yield from _buyer(said, owed.draft)
    yield from parcel(said, owed.draft)
    yield from _proforma(said, owed.draft)
    if said.lines is not None:
        yield from _lines(said.lines, owed.draft)


def _buyer(said: StatedInvoice, draft: Draft) -> Iterator[Finding]:
    """INV008: the buyer is the consignee: another country or person blocks, a name or city written otherwise warns."""
    if said.buyer is None:
        return
    country = draft.consignee.address.country
    if said.buyer.country and said.buyer.country != country:
        params = {"country": said.buyer.country, "owed": country}
        yield Finding("INV008", _BLOCK, "buyer.country", "country", params)
    like = of_names(said.buyer.name, draft.consignee.name)
    if like is Likeness.NEAR:
        yield Finding("INV008", Severity.WARN, "buyer.name", "name")
    elif like is Likeness.OTHER:
        yield Finding("INV008", _BLOCK, "buyer.name", "other_name")
    told, owed = said.buyer.city.strip(), draft.consignee.address.city.strip()
    if told and owed and of_texts((told,), (owed,)) is not Likeness.SAME:
        yield Finding("INV008", Severity.WARN, "buyer.city", "city", {"told": told, "owed": owed})


def _proforma(said: StatedInvoice, draft: Draft) -> Iterator[Finding]:
    """DOC001: the proforma that travels with the parcel says the same value in the same currency."""
    paper = draft.proforma
    if paper is None:
        return
    if said.currency and said.currency != paper.currency:
        params = {"number": paper.number, "proforma": paper.currency, "invoice": said.currency}
        yield Finding("DOC001", _BLOCK, "currency", "invoice_currency", params)
    elif said.payable is not None and abs(said.payable - paper.total) > TOLERANCE:
        params = {"number": paper.number, "proforma": str(paper.total), "invoice": str(said.payable)}
        yield Finding("DOC001", _BLOCK, "total", "invoice_total", {**params, "currency": paper.currency})


def _as_stated(number: int, line: Line) -> StatedLine:
    goods = line.kind is LineKind.GOODS
    return StatedLine(
        number=str(number),
        name=line.description_tr or line.description,
        description=line.description,
        sku=line.sku,
        gtip=line.gtip if goods else "",
        origin=line.origin if goods else "",
        quantity=line.quantity,
        unit=line.unit,
        unit_price=line.unit_price,
        amount=to_cents(line.amount),
    )


_SHOWN = 120
"""Letters of a name that a finding repeats."""

_Key = Callable[[StatedLine], tuple[object, ...] | None]

_KEYS: tuple[_Key, ...] = (
    lambda x: (x.sku, x.gtip, x.origin, x.unit, fold(x.name), x.quantity, x.unit_price, x.amount),
    lambda x: (x.sku, x.gtip, plain(x.name), x.origin, x.quantity, x.unit, x.unit_price, x.amount),
    lambda x: (x.sku, x.gtip, x.quantity, x.amount) if x.sku else None,
    lambda x: (x.gtip, plain(x.name), x.quantity, x.amount),
    lambda x: (x.gtip, x.quantity, x.amount),
    lambda x: (x.sku,) if x.sku else None,
    lambda x: (plain(x.name), x.amount),
    lambda x: (x.quantity, x.amount),
    lambda x: (x.gtip, x.quantity) if x.gtip else None,
    lambda x: (x.gtip,) if x.gtip else None,
    lambda _: (),
)
"""By what lines find their counterpart, the surest first; what is left then goes together in the order it stands."""


def _pairs(wanted: Sequence[StatedLine], found: Sequence[StatedLine]) -> tuple[list[tuple[int, int]], list[int], list[int]]:
    """Positions that belong together, and those on either side that are left."""
    left, right = dict(enumerate(wanted)), dict(enumerate(found))
    pairs: list[tuple[int, int]] = []
    for key in _KEYS:
        by_key: dict[tuple[object, ...], list[int]] = {}
        for position, line in right.items():
            value = key(line)
            if value is not None:
                by_key.setdefault(value, []).append(position)
        for position, line in list(left.items()):
            value = key(line)
            queue = by_key.get(value) if value is not None else None
            if queue:
                other = queue.pop(0)
                pairs.append((position, other))
                del left[position], right[other]
    return sorted(pairs), list(left), list(right)


def _lines(found: Sequence[StatedLine], draft: Draft) -> Iterator[Finding]:
    """INV009: goods with goods and charges with charges; nothing missing, nothing more, and each the same."""
    own = named(draft)
    for goods in (True, False):
        ours = [(n, line) for n, line in enumerate(draft.lines) if (line.kind is LineKind.GOODS) is goods]
        theirs = [(n, line) for n, line in enumerate(found) if (kind_of(line, own) is LineKind.GOODS) is goods]
        stated = [_as_stated(n + 1, line) for n, line in ours]
        pairs, missing, extra = _pairs(stated, [line for _, line in theirs])
        for mine, other in pairs:
            position, line = theirs[other]
            yield from _difference(position, line, stated[mine], ours[mine][1])
        for mine in missing:
            params = {"line": stated[mine].number, "name": stated[mine].name}
            yield Finding("INV009", _BLOCK, "lines", "missing", params)
        for other in extra:
            position, line = theirs[other]
            yield Finding("INV009", _BLOCK, f"lines[{position}]", "extra", {"line": str(position + 1), "name": line.name})


def _difference(position: int, line: StatedLine, wanted: StatedLine, drafted: Line) -> Iterator[Finding]:
    goods = drafted.kind is LineKind.GOODS
    path, number = f"lines[{position}]", str(position + 1)
    for field in ("gtip", "origin", "quantity") if goods else ():
        told, owed = getattr(line, field), getattr(wanted, field)
        if told not in {None, ""} and told != owed:
            yield Finding("INV009", _BLOCK, f"{path}.{field}", field, {"line": number, "told": str(told), "owed": str(owed)})
    if line.amount is not None and wanted.amount is not None and abs(line.amount - wanted.amount) > TOLERANCE:
        params = {"line": number, "told": str(line.amount), "owed": str(wanted.amount)}
        yield Finding("INV009", _BLOCK, f"{path}.amount", "amount", params)
    if not goods:
        return
    if line.unit != wanted.unit and not {line.unit, wanted.unit} <= _PIECES:
        params = {"line": number, "told": line.unit or "—", "owed": wanted.unit}
        other = line.unit and line.quantity == wanted.quantity and not {line.unit, wanted.unit} <= _COUNTED
        severity, variant = (_BLOCK, "unit_other") if other else (Severity.WARN, "unit")
        yield Finding("INV009", severity, f"{path}.unit", variant, params)
    if line.unit_price is not None and abs(line.unit_price - drafted.unit_price) > TOLERANCE:
        params = {"line": number, "told": shown(line.unit_price), "owed": shown(drafted.unit_price)}
        yield Finding("INV009", Severity.WARN, f"{path}.unit_price", "price", params)
    like = of_texts((line.name, line.description), (drafted.description_tr, drafted.description))
    if like is not Likeness.SAME:
        params = {"line": number, "told": (line.name or line.description)[:_SHOWN], "owed": wanted.name[:_SHOWN]}
        severity, variant = (Severity.WARN, "name") if like is Likeness.NEAR else (_BLOCK, "goods")
        yield Finding("INV009", severity, f"{path}.name", variant, params)
    elif _only_foreign(line, drafted):
        yield Finding("LINE004", _BLOCK, f"{path}.name", "foreign", {"line": number, "owed": drafted.description_tr})


def _only_foreign(line: StatedLine, drafted: Line) -> bool:
    """Whether the invoice repeats the order's foreign wording, and nothing in Turkish."""
    told = {fold(text.strip()) for text in (line.name, line.description) if text.strip()}
    foreign, turkish = fold(drafted.description.strip()), fold(drafted.description_tr.strip())
    return told == {foreign} and foreign != turkish
