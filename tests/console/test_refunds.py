"""What finance does in the console: from the year to a claim, its filing, the bank; and the systems that Kervan calls."""

import re

import pytest
from playwright.sync_api import expect

from tests.console.conftest import Open
from tests.console.installation import FILED, OPEN_CLAIM
from tests.stories import SELLER, etgb_number, known_id


def test_the_year_is_narrowed_and_the_address_follows(look: Open) -> None:
    """A status that is chosen shows those claims alone, at once; the address can be opened anew."""
    eye = look("finance")
    eye.go("/refunds")
    eye.page.select_option("[name=status]", "filed")
    expect(eye.page).to_have_url(re.compile(r"/refunds\?seller=\d+&year=2026&status=filed$"))
    expect(eye.page.locator(f"a[href='/refunds/{FILED}']")).to_have_count(1)
    expect(eye.page.locator(f"a[href='/refunds/{OPEN_CLAIM}']")).to_have_count(0)
    eye.page.reload()
    assert eye.page.input_value("[name=status]") == "filed"


def test_a_claim_is_filed_in_a_dialog_with_the_reason_that_its_checklist_asks_for(look: Open) -> None:
    """From the list to the claim; VAT carried forward is entered, then the filing is recorded, each told by a toast."""
    eye = look("finance")
    eye.go("/refunds")
    eye.page.click(f"a.name[href='/refunds/{OPEN_CLAIM}']")
    expect(eye.page.locator(".rail .here")).to_contain_text("Hazırlanıyor")
    eye.page.locator("ul.actions a", has_text="Devreden KDV'yi gir").click()
    eye.page.fill("dialog[open] [name=carried]", "25.000,00")
    eye.shoot("vat-return-dialog")
    eye.page.click("dialog[open] button.main")
    expect(eye.page.locator(".toast")).to_contain_text("Beyanname bilgileri kaydedildi.")
    expect(eye.page.locator(".sheet")).to_contain_text("25.000,00")
    eye.page.locator("ul.actions a", has_text="Verildiğini kaydet").click()
    expect(eye.page.locator("dialog[open] h1")).to_contain_text("Verildiğini kaydet")
    eye.shoot("claim-dialog")
    eye.page.fill("dialog[open] [name=petition_number]", "2026-112233")
    why = eye.page.locator("dialog[open] [name=override]")
    if why.count():
        why.fill("deneme")
    eye.page.click("dialog[open] button.main")
    expect(eye.page.locator(".toast")).to_contain_text("Başvuru verildi olarak kaydedildi")
    expect(eye.page.locator(".rail .here")).to_contain_text("Verildi")
    expect(eye.page.locator(".story")).to_contain_text("vergi dairesi · finance")


def test_without_javascript_a_question_is_recorded_and_a_connection_tried(look: Open) -> None:
    """Forms are pages of their own; what was typed wrong is said beside the form, and nothing is lost."""
    eye = look("admin", scripts=False)
    eye.go(f"/refunds/{FILED}")
    eye.page.locator("ul.actions a", has_text="Ödemeyi kaydet").click()
    eye.page.fill("[name=amount]", "çok")
    eye.page.locator("main button.main").click()
    assert "bir tutar değil" in eye.page.inner_text("[role=alert]")
    assert eye.page.input_value("[name=amount]") == "çok"
    eye.go(f"/refunds/{FILED}/actions/ask")
    eye.page.fill("[name=note]", "sözleşme")
    eye.page.fill("[name=due_on]", "2026-12-20")
    eye.page.locator("main button.main").click()
    assert "Soru kaydedildi" in eye.page.inner_text(".toast")
    assert "sözleşme" in eye.page.inner_text(".note.warn")
    eye.go("/counterparts")
    eye.page.get_by_role("button", name="Vergi dairesi (elle): Bağlantıyı dene").click()
    assert "denenecek bir bağlantı yok" in eye.page.inner_text(".toast")


@pytest.mark.parametrize(("scripts", "n"), [(True, 51), (False, 52)])
def test_a_closing_day_is_corrected_once_it_was_seen_what_that_moves(look: Open, scripts: bool, n: int) -> None:
    """From the shipment to its ETGB; the day and how it is known are asked for, the period that it moves to is shown first."""
    eye = look("operations", scripts=scripts)
    eye.go(f"/shipments/{known_id(n)}")
    eye.page.locator(f"main a[href='/etgbs/{etgb_number(n)}']").first.click()
    table = eye.page.locator("main .scroll")
    assert table.evaluate("one => one.scrollWidth <= one.clientWidth"), "its lines have room beside what can be done"
    eye.page.get_by_role("link", name="İntaç tarihini düzelt").click()
    eye.page.fill("main [name=closed_on]", "2026-12-02")
    eye.page.fill("main [name=reason]", "gümrük sorgusu")
    eye.page.get_by_role("button", name="Ne olacağını göster").click()
    expect(eye.page.locator(".note[role=status]")).to_contain_text("KDV dönemi Kasım 2026 yerine Aralık 2026 olur.")
    expect(eye.page.locator(".note[role=status]")).to_contain_text("VEDOP'ta görülünce o dönemin başvurusuna girer")
    eye.shoot("correct-closing")
    eye.page.get_by_role("button", name="olarak düzelt").click()
    expect(eye.page.locator(".toast")).to_contain_text("İntaç tarihi düzeltildi.")
    expect(eye.page.locator("dl.facts time[datetime='2026-12-02']")).to_have_count(1)


@pytest.mark.parametrize("scripts", [True, False])
@pytest.mark.parametrize(
    ("language", "order", "year"), [("tr", "İlk son gün", "KDV iadeleri"), ("en", "Next deadline", "VAT refunds")]
)
def test_sellers_are_sorted_found_and_opened(look: Open, language: str, order: str, year: str, scripts: bool) -> None:
    """By a heading, by a part of the number; the name leads to the seller's year. In both languages, without scripts too."""
    eye = look("finance", language=language, scripts=scripts)
    row = eye.page.locator(f"tbody a.name[href='/refunds?seller={SELLER}']")
    for _ in range(60):  # the worker has calculated within seconds; the page shows what is kept
        eye.go("/refunds/sellers")
        if row.count():
            break
        eye.page.wait_for_timeout(500)
    eye.page.get_by_role("link", name=order).click()
    expect(eye.page).to_have_url(re.compile(r"/refunds/sellers\?sort=days"))
    expect(eye.page.locator("th[aria-sort=ascending]")).to_contain_text(order)
    eye.page.fill("main [name=q]", SELLER[:6])
    eye.page.locator("main form[role=search] button").click()
    expect(eye.page).to_have_url(re.compile(rf"sort=days&q={SELLER[:6]}"))
    expect(row).to_have_count(1)
    eye.shoot(f"sellers-found-{language}")
    row.click()
    expect(eye.page.locator("h1")).to_have_text(year)
    expect(eye.page).to_have_url(re.compile(rf"seller={SELLER}"))


def test_a_system_is_paused_in_a_dialog(look: Open) -> None:
    """Why it is paused stands at it until it is resumed."""
    eye = look("operations")
    eye.go("/counterparts")
    eye.page.get_by_role("link", name="Nilvera: Durdur").click()
    eye.page.fill("dialog[open] [name=reason]", "bakımdalar")
    eye.page.click("dialog[open] button.main")
    expect(eye.page.locator(".note", has_text="bakımdalar")).to_have_count(1)
    eye.shoot("counterparts-paused")
    eye.page.get_by_role("link", name="Nilvera: Sürdür").click()
    eye.page.click("dialog[open] button.main")
    expect(eye.page.locator(".note", has_text="bakımdalar")).to_have_count(0)
