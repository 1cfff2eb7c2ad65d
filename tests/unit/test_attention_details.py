"""What items are about is told in both languages, from the one English sentence that is kept."""

import re

import pytest

from workflow.attention_details import DETAILS, WAITING, said

SHOWN = (
    ("etgb: since 2026-10-30, until 2026-11-06", "ETGB numarası", "the ETGB's number"),
    ("vedop_lapse: since 2026-10-30, until 2026-11-06", "VEDOP aktarımı", "the transfer to VEDOP"),
    ("ETGB 26000000EX000021 of 2026-11-02 (pts): until 2026-11-17", "2026-11-17 günü doldu", "due by 2026-11-17"),
    (
        "seller 1234567890, period 2026-09, until 2026-12-02: sözleşme: eksik",
        "Sorulan: sözleşme: eksik",
        "Asked: sözleşme: eksik",
    ),
    (
        "tracking number SBX1 of sandbox: 2 waiting since 2026-11-17, first courier.checkpoint.v1 a b (courier/sandbox)",
        "hiçbir gönderide yok; 2 mesaj",
        "2 messages wait since 2026-11-17.",
    ),
    ("pickup.requested.v1 (courier.sandbox), rejected: posta kodu eksik", "courier.sandbox: posta", "courier.sandbox: posta"),
    (
        "ETGB 26000000EX900003: reference=1106537032 amount=256.90 currency=GBP",
        "satırda yazan: sipariş 1106537032 tutar 256.90 GBP",
        "the line says: order 1106537032 amount 256.90 GBP",
    ),
    ("pts reports TRK1 as returned", "pts, TRK1 kolisinin geri geldiğini bildirdi.", "parcel TRK1 came back"),
    ("its shipment is not known yet", "Gönderisi henüz bilinmiyor.", "Its shipment is not known yet."),
    ("findings block the shipment: LINE002", "Gönderiyi bekleten bulgular: LINE002.", "findings block the shipment: LINE002"),
    ("something else", "something else", "something else"),
)


@pytest.mark.parametrize(("detail", "tr", "en"), SHOWN, ids=[detail[:30] for detail, _, _ in SHOWN])
def test_a_detail_is_told_as_people_say_it(detail: str, tr: str, en: str) -> None:
    """No program's word of a wait or message is left; what is built otherwise is shown as it is."""
    turkish, english = said(detail)
    assert tr in turkish
    assert en in english
    assert not re.search(r"\b(since|until|waiting)\b|\.v1\b", turkish)


@pytest.mark.parametrize("built", [*DETAILS, *WAITING], ids=[built[:40] for built, _, _ in (*DETAILS, *WAITING)])
def test_both_languages_name_the_same_and_nothing_that_is_not_there(built: tuple[str, str, str]) -> None:
    """What one reader is told the other is told too."""
    places, tr, en = (set(re.findall(r"{(\w+)}", text)) for text in built)
    assert tr == en <= places


@pytest.mark.parametrize("built", [*DETAILS, *WAITING], ids=[built[:40] for built, _, _ in (*DETAILS, *WAITING)])
def test_each_sentence_is_found_by_its_own_form(built: tuple[str, str, str]) -> None:
    """None is hidden behind one that stands before it."""
    like = {"wait": "etgb", "day": "2026-11-17", "since": "2026-11-01", "type": "claim.filed.v1"}
    detail = re.sub(r"{(\w+)}", lambda place: like.get(place[1], f"x{len(place[1])}"), built[0])
    turkish, _ = said(detail)
    fixed = max(re.split(r"{\w+}", built[1]), key=len)
    assert fixed in turkish
