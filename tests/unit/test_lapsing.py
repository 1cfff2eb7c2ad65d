"""A refund that lapses: somebody is told in time, once a claim, until it is filed, empty, or lost."""

from datetime import UTC, datetime, timedelta

from events.translate import Arrival
from tests.stories import SELLER, draft, etgb_number, invoice, ref, said
from tests.unit.watched import Watched
from workflow.attention import AttentionItem, Reason
from workflow.deadlines import Allowances
from workflow.refund import claim_id
from workflow.waits import Allowance, Wait

CLAIM = claim_id(SELLER, "2024-11", 0)
SUPPLEMENT = claim_id(SELLER, "2024-11", 1)
OF_LAPSES = {Reason.VEDOP_LAPSING, Reason.CLAIM_LAPSING, Reason.CLAIM_LAPSED}
AT = datetime(2024, 11, 20, 9, tzinfo=UTC)


def exported(n: int, *, seen: bool = True) -> list[Arrival]:
    """An export of November 2024: drafted, invoiced, handed over, declared, closed, and seen in VEDOP."""
    reference, number = f"order-{n}", etgb_number(n)
    bill = {"number": f"ABC2024{n:09d}", "issued_on": "2024-11-20"}
    scan = {"courier": "pts", "tracking_number": f"TRK{n}", "status": "picked_up", "occurred_at": AT.isoformat()}
    etgb = {"number": number, "registered_on": "2024-11-21", "courier": "pts", "document_url": "https://example.com/1.pdf"}
    told = [
        said("orders/shop", "shipment.drafted.v1", f"d{n}", draft(reference, planned_on="2024-11-20"), at=AT),
        said("invoicing/file", "invoice.issued.v1", f"i{n}", invoice(reference, n, **bill), at=AT),
        said("courier/pts", "courier.booked.v1", f"b{n}", {
            "shipment": ref(reference), "courier": "pts", "tracking_number": f"TRK{n}"}, at=AT),
        said("courier/pts", "courier.checkpoint.v1", f"s{n}", scan, at=AT),
        said("courier/pts", "etgb.issued.v1", f"e{n}", etgb | {"lines": [{"shipment": ref(reference)}]}, at=AT),
        said("customs/feed", "etgb.closed.v1", f"c{n}", {"number": number, "closed_on": "2024-11-22"}, at=AT),
    ]  # fmt: skip
    return [*told, seen_in_vedop(n)] if seen else told


def seen_in_vedop(n: int) -> Arrival:
    """The ETGB shows in VEDOP."""
    data = {"etgb_number": etgb_number(n), "seen_on": "2024-11-25", "evidence": {"kind": "list"}}
    return said("tax_office/vedop", "vedop.transferred.v1", f"v{n}", data, at=AT)


def filed(claim: object = CLAIM, petition: str = "P-1") -> Arrival:
    """A person filed a claim."""
    data = {"claim": str(claim), "petition_number": petition, "filed_on": "2026-10-05"}
    return said("tax_office/manual", "claim.filed.v1", petition, data, at=datetime(2026, 10, 5, 12, tzinfo=UTC))


def told_of(claim: object, status: str, **more: object) -> Arrival:
    """The tax office decided."""
    data = {"claim": str(claim), "status": status, "on": "2026-10-20", **more}
    return said("tax_office/ivd", "claim.progressed.v1", f"{status}-{claim}", data, at=AT)


def back(n: int) -> Arrival:
    """Goods came back."""
    data = {"shipment": ref(f"order-{n}"), "reason": "refused by the buyer"}
    return said("ops/ayse", "shipment.return_goods.v1", f"back{n}", data, at=AT)


def watched(*arrivals: Arrival, allowances: Allowances | None = None) -> Watched:
    """An engine on 25 November 2024 to which all of this was told."""
    found = Watched(allowances or Allowances(), now=datetime(2024, 11, 25, 9, tzinfo=UTC))
    assert {outcome.state for outcome in found.tell(*arrivals)} <= {"applied"}
    return found


def until(found: Watched, *day: int, hour: int = 12) -> list[AttentionItem]:
    """Let time pass to a moment of a day in Istanbul, the timer twice at it; what is open of lapses then."""
    moment = datetime(*day, hour, tzinfo=UTC) - timedelta(hours=3)  # type: ignore[arg-type, misc]
    found.wait(seconds=(moment - found.now).total_seconds())
    found.wait(seconds=1)
    return [item for item in found.open.values() if item.reason in OF_LAPSES]


def test_a_claim_of_2024_is_told_of_ninety_days_before_it_lapses_and_when_it_has() -> None:
    """The right ends with 31.12.2026: nothing on 1.10., one item from 2.10. to 31.12., another one from 1.1.2027 on."""
    found = watched(*exported(0), *exported(1))
    assert until(found, 2026, 10, 1, hour=23) == []
    (item,) = until(found, 2026, 10, 2, hour=1)
    assert (item.reason, item.claim, item.shipment) == (Reason.CLAIM_LAPSING, CLAIM, None)
    assert item.detail == f"claim {CLAIM} of {SELLER} for 2024-11: 2 shipments, until 2026-12-31"
    assert until(found, 2026, 12, 31, hour=23) == [item]
    (lost,) = until(found, 2027, 1, 1, hour=1)
    assert (lost.reason, lost.claim) == (Reason.CLAIM_LAPSED, CLAIM)
    assert until(found, 2028, 1, 1) == [lost]
    assert found.store.world.claims[CLAIM].due_at is None


def test_filing_ends_it_whenever_it_comes() -> None:
    """In time it is told of no more; one that was filed and is entered too late ends the loss."""
    for day in ((2026, 9, 1), (2026, 10, 2), (2027, 1, 1)):
        found = watched(*exported(0))
        until(found, *day)
        found.tell(filed())
        assert until(found, 2027, 2, 1) == [], day


def test_a_rejected_claim_lapses_until_it_is_filed_again() -> None:
    """The rejection begins the wait anew, at once where it is late already."""
    found = watched(*exported(0))
    until(found, 2026, 10, 5)
    found.tell(filed(), told_of(CLAIM, "rejected", note="a list is missing"))
    assert [item.reason for item in until(found, 2026, 10, 21)] == [Reason.CLAIM_LAPSING]
    found.tell(filed(petition="P-2"))
    assert until(found, 2027, 2, 1) == []


def test_a_claim_that_was_rejected_and_is_given_up_does_not_lapse() -> None:
    """Reversed, it is over."""
    found = watched(*exported(0), filed(), told_of(CLAIM, "rejected", note="x"))
    assert [item.reason for item in until(found, 2026, 10, 21)] == [Reason.CLAIM_LAPSING]
    found.tell(told_of(CLAIM, "reversed", note="given up"))
    assert until(found, 2027, 2, 1) == []


def test_a_claim_that_empties_lapses_no_more_and_one_that_fills_again_does() -> None:
    """The last of its goods come back; later another export of the month is seen in VEDOP."""
    found = watched(*exported(0), *exported(1))
    until(found, 2026, 10, 5)
    found.tell(back(0))
    assert [item.claim for item in until(found, 2026, 10, 6)] == [CLAIM]
    found.tell(back(1))
    assert until(found, 2026, 10, 7) == []
    found.tell(*exported(2))
    (item,) = until(found, 2026, 10, 8)
    assert (item.reason, item.claim) == (Reason.CLAIM_LAPSING, CLAIM)
    assert [item.reason for item in until(found, 2027, 1, 1)] == [Reason.CLAIM_LAPSED]


def test_a_supplementary_claim_lapses_by_itself() -> None:
    """What comes after the filing is in danger as the rest was."""
    found = watched(*exported(0), filed(), *exported(1))
    assert [item.claim for item in until(found, 2026, 10, 5)] == [SUPPLEMENT]
    assert all("(supplement 1)" in item.detail for item in found.open.values() if item.reason is Reason.CLAIM_LAPSING)


def test_a_closed_etgb_that_is_not_in_vedop_lapses_too() -> None:
    """Its shipments are in no claim, so it is told of itself; seen in VEDOP at last, the claim is."""
    found = watched(*exported(0, seen=False))
    assert until(found, 2026, 10, 1, hour=23) == []
    (item,) = until(found, 2026, 10, 2, hour=1)
    assert (item.reason, item.etgb) == (Reason.VEDOP_LAPSING, etgb_number(0))
    assert item.detail.endswith("until 2026-12-31")
    found.tell(seen_in_vedop(0))
    assert [(item.reason, item.claim) for item in until(found, 2026, 10, 3)] == [(Reason.CLAIM_LAPSING, CLAIM)]


def test_goods_that_came_back_lapse_with_nothing() -> None:
    """A closed ETGB all of whose goods came back waits for no VEDOP."""
    found = watched(*exported(0, seen=False), back(0))
    assert until(found, 2026, 12, 1) == []


def test_an_installation_may_want_another_time_or_none() -> None:
    """By seller, or for all; whoever wants nobody told of lapses is told of none that has happened either."""
    off = watched(*exported(0), *exported(1, seen=False), allowances=Allowances({Wait.LAPSE: None, Wait.VEDOP_LAPSE: None}))
    assert until(off, 2027, 2, 1) == []
    soon = watched(*exported(0), allowances=Allowances(of_seller={SELLER: {Wait.LAPSE: Allowance(10)}}))
    assert until(soon, 2026, 12, 20, hour=23) == []
    assert [item.reason for item in until(soon, 2026, 12, 21)] == [Reason.CLAIM_LAPSING]


def test_the_timer_before_its_time_changes_nothing_but_when_to_look() -> None:
    """A claim that an upgrade has looked at at once is looked at again when it matters."""
    found = watched(*exported(0))
    claim = found.store.world.claims[CLAIM]
    claim.due_at = found.now
    assert until(found, 2024, 11, 26) == []
    assert found.store.world.claims[CLAIM].due_at == datetime(2026, 10, 1, 21, tzinfo=UTC)
