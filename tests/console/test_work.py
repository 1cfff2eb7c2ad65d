"""What people do in the console: find, filter, go back, act, and be told."""

import re

import pytest
from playwright.sync_api import expect

from tests.console.conftest import Open
from tests.console.installation import HANDED, INVOICED, TO_CANCEL, Place
from tests.stories import draft, said, story


def test_typing_narrows_the_list_and_the_address_follows(look: Open) -> None:
    """Results change while one types; the address can be kept, opened anew, and left by going back."""
    eye = look("operations")
    eye.go("/shipments")
    expect(eye.page.locator("#results tbody tr")).to_have_count(50)
    eye.page.select_option("[name=stage]", "handed_to_courier")
    expect(eye.page).to_have_url(re.compile(r"/shipments\?stage=handed_to_courier$"))
    expect(eye.page.locator("#results tbody tr")).to_have_count(5)
    eye.page.fill("#find", "order-41")
    expect(eye.page.locator("#results tbody tr")).to_have_count(1)
    expect(eye.page).to_have_url(re.compile(r"q=order-41&stage=handed_to_courier$"))
    deep = eye.page.url
    eye.page.go_back()
    expect(eye.page.locator("#results tbody tr")).to_have_count(5)
    eye.page.goto(deep)
    expect(eye.page.locator("#results tbody tr")).to_have_count(1)
    assert eye.page.input_value("#find") == "order-41"


def test_a_page_stays_as_it_is_where_the_server_fails(look: Open) -> None:
    """A failure is said once, what was on the screen stays, and both are over with the next answer."""
    eye = look("operations", forgiven="status of 503|ERR_FAILED|Failed to fetch")
    eye.go("/shipments?stage=handed_to_courier")
    rows = eye.page.locator("#results tbody tr")
    expect(rows).to_have_count(5)
    eye.page.route(
        "**/shipments?*q=*", lambda route: route.fulfill(status=503, body="{}", content_type="application/problem+json")
    )
    eye.page.fill("#find", "order-4")
    expect(eye.page.locator(".toast.unanswered")).to_contain_text("Sunucu yanıt vermedi")
    expect(rows).to_have_count(5)
    eye.page.unroute("**/shipments?*q=*")
    eye.page.route("**/shipments?*q=*", lambda route: route.abort())
    eye.page.fill("#find", "order-40")
    expect(eye.page.locator(".toast.unanswered")).to_have_count(1)
    eye.page.unroute("**/shipments?*q=*")
    eye.page.fill("#find", "order-41")
    expect(rows).to_have_count(1)
    expect(eye.page.locator(".toast.unanswered")).to_have_count(0)


def test_columns_are_chosen_and_stay(look: Open) -> None:
    """A column that is ticked shows at once and stands in the address."""
    eye = look("operations")
    eye.go("/shipments")
    eye.page.locator("summary", has_text="Sütunlar").click()
    eye.page.check("[name=col][value=weight]")
    expect(eye.page.locator("#results thead")).to_contain_text("Brüt ağırlık")
    expect(eye.page).to_have_url(re.compile("col=weight"))
    eye.page.reload()
    expect(eye.page.locator("#results thead")).to_contain_text("Brüt ağırlık")


def test_an_action_is_asked_in_a_dialog_and_told_by_a_toast(look: Open) -> None:
    """The form opens over the page, Escape closes it; sent, it comes back to the shipment with a word of what happened."""
    eye = look("operations")
    eye.go(f"/shipments/{INVOICED}")
    button = eye.page.locator("ul.actions a", has_text="Faturayı iptal et")
    button.click()
    expect(eye.page.locator("dialog[open] h1")).to_contain_text("Faturayı iptal et")
    eye.shoot("dialog")
    eye.page.keyboard.press("Escape")
    expect(eye.page.locator("dialog[open]")).to_have_count(0)
    button.click()
    eye.page.locator("dialog textarea").fill("yanlış tutar")
    eye.page.locator("dialog button.main").click()
    expect(eye.page.locator(".toast")).to_contain_text("Faturayı iptal et: yapıldı.")
    expect(eye.page.locator(".rail .here")).to_contain_text("Doğrulandı")
    expect(eye.page.locator(".story")).to_contain_text("Fatura elle iptal edildi")


def test_the_message_behind_a_change_is_shown_on_demand(look: Open) -> None:
    """The raw message opens over the page."""
    eye = look("operations")
    eye.go(f"/shipments/{HANDED}")
    eye.page.get_by_text("mesajı göster").first.click()
    expect(eye.page.locator("dialog[open] pre")).to_contain_text('"specversion"')


def test_many_shipments_are_cancelled_at_once(look: Open) -> None:
    """Ticked rows are counted first, then done with a reason."""
    eye = look("operations")
    eye.go("/shipments?stage=validated")
    rows = eye.page.locator("#results tbody tr", has_text="more-6")
    for row in rows.all()[:3]:
        row.locator("[type=checkbox]").check()
    eye.page.select_option("[name=trigger]", "cancel")
    eye.page.get_by_text("Seçilenlere").click()
    expect(eye.page.locator("main")).to_contain_text("3 / 3 gönderi bu işlemi kabul eder.")
    eye.shoot("bulk")
    eye.page.fill("[name=reason]", "stok yok")
    eye.page.get_by_text("3 gönderiye uygula").click()
    expect(eye.page.locator("main")).to_contain_text("3 / 3 gönderiye uygulandı.")
    eye.shoot("bulk-done")
    eye.page.get_by_text("Toplu işlemler").click()
    expect(eye.page.locator("tbody tr").first).to_contain_text("Gönderiyi iptal et")
    expect(eye.page.locator("tbody tr").first).to_contain_text("stok yok")


@pytest.mark.parametrize(("language", "theme"), [("tr", "dark"), ("en", "light")])
def test_a_refused_message_is_corrected(look: Open, language: str, theme: str) -> None:
    """From the list to the message and its form; what is wrong with it is told there, and axe finds nothing in either look."""
    eye = look("operations", language=language, theme=theme, axe=True)
    eye.go("/messages")
    row = eye.page.locator("tr", has_text=f"to-correct-{language}")
    row.locator("a.name").click()
    expect(eye.page.locator("dialog[open] pre")).to_contain_text('"1.00"')
    faults = eye.faults()
    eye.page.locator("dialog[open] a[href$='/correct']").click()
    body = eye.page.locator("textarea[name=body]")
    eye.page.fill("textarea[name=reason]", "tutar")
    body.fill(body.input_value().replace('"1.00"', "broken"))
    eye.page.locator("main button.main").click()
    expect(eye.page.locator("[role=alert]")).to_contain_text("JSON")
    eye.shoot(f"message-correction-{language}-{theme}")
    faults += eye.faults()
    body.fill(body.input_value().replace("broken", '"42.00"'))
    eye.page.locator("main button.main").click()
    expect(eye.page.locator(".toast")).to_contain_text("uygulandı." if language == "tr" else "was applied.")
    expect(row).to_have_count(0)
    assert faults == []


def test_everything_can_be_done_by_keyboard(look: Open) -> None:
    """A slash leads to the search, the first tab stop to the content, and a dialog opens and closes by keys alone."""
    eye = look("operations")
    eye.go("/attention")
    eye.page.keyboard.press("/")
    assert eye.page.evaluate("document.activeElement.id") == "find"
    eye.page.keyboard.type("order-40")
    eye.page.keyboard.press("Enter")
    expect(eye.page).to_have_url(re.compile(r"/shipments\?q=order-40$"))
    eye.go(f"/shipments/{HANDED}")
    eye.page.keyboard.press("Tab")
    assert eye.page.evaluate("document.activeElement.className") == "skip"
    eye.page.keyboard.press("Enter")
    link = eye.page.locator("ul.actions a").first
    link.focus()
    eye.page.keyboard.press("Enter")
    expect(eye.page.locator("dialog[open]")).to_have_count(1)
    assert eye.page.evaluate("document.activeElement.closest('dialog') !== null")


def test_language_and_colours_are_switched_where_one_is(look: Open) -> None:
    """A switch keeps the page and its filters."""
    eye = look("viewer")
    eye.go("/shipments?stage=draft")
    eye.page.locator("details.me summary").click()
    eye.page.get_by_role("button", name="English").click()
    expect(eye.page.locator("h1")).to_have_text("Shipments")
    expect(eye.page).to_have_url(re.compile(r"stage=draft$"))
    eye.page.locator("details.me summary").click()
    eye.page.get_by_role("button", name="Dark").click()
    assert eye.page.locator("html").get_attribute("data-theme") == "dark"
    assert eye.page.evaluate("getComputedStyle(document.body).colorScheme") == "dark"


def test_without_javascript_everything_reads_and_single_actions_work(look: Open) -> None:
    """Filter by a button, act on a page of its own, settle an item, sign out."""
    eye = look("operations", scripts=False)
    eye.go("/shipments")
    eye.page.select_option("[name=stage]", "draft")
    eye.page.get_by_role("button", name="Süz").click()
    assert eye.page.url.endswith("/shipments?stage=draft")
    eye.page.locator("a.name").first.click()
    assert "Bulgular" in eye.page.inner_text("main")
    eye.go(f"/shipments/{TO_CANCEL}")
    eye.page.locator("ul.actions a", has_text="Gönderiyi iptal et").click()
    eye.page.fill("[name=reason]", "alıcı vazgeçti")
    eye.page.locator("main button.main").click()
    assert "Gönderiyi iptal et: yapıldı." in eye.page.inner_text(".toast")
    eye.go("/attention")
    eye.page.locator("tbody [type=checkbox]").first.check()
    eye.page.get_by_role("button", name="Seçilenleri kapat").click()
    eye.page.fill("[name=reason]", "tarihler doğru")
    eye.page.locator("main button.main").click()
    assert "1 kayıt kapatıldı." in eye.page.inner_text(".toast")
    eye.page.locator("details.me summary").click()
    eye.page.get_by_role("button", name="Çıkış yap").click()
    assert eye.page.locator("[name=password]").count() == 1


def test_lists_and_shipments_change_by_themselves_without_losing_the_place(look: Open, place: Place) -> None:
    """What a courier says shows on an open shipment, and a new order in the list, where ticks and scrolling stay."""
    eye = look("operations")
    eye.go("/shipments?stage=validated")
    tick = eye.page.locator("#results tbody [type=checkbox]").nth(1)
    tick.check()
    chosen = tick.get_attribute("value")
    expect(eye.page.locator("body")).to_have_attribute("data-live", "on")
    eye.page.evaluate("scrollTo(0, 300)")
    place.tell(said("orders/shop", "shipment.drafted.v1", "fresh", draft("fresh-order")))
    expect(eye.page.locator("#results")).to_contain_text("fresh-order")
    expect(eye.page.locator(f"#results [value='{chosen}']")).to_be_checked()
    assert abs(eye.page.evaluate("scrollY") - 300) < 60, "at most by the row that came in above, to keep what is read in place"

    other = look("operations")
    other.go(f"/shipments/{HANDED}")
    expect(other.page.locator("body")).to_have_attribute("data-live", "on")
    place.tell(list(story(40))[4])
    expect(other.page.locator(".rail .here")).to_contain_text("ETGB düzenlendi")
