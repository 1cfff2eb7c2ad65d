"""Everything that can be done is done by keys alone."""

import re
from typing import Final

import pytest
from playwright.sync_api import Page, expect

from tests.console.conftest import Eye, Open
from tests.console.installation import HANDED, OPEN_CLAIM, TO_AMEND
from tests.console.places import ALL

_OUT_OF_REACH: Final = """() => {
  const shown = (element) => element.checkVisibility({ visibilityProperty: true }) && !element.closest("[inert]");
  const wanted = "a[href], button, input:not([type=hidden]), select, textarea, summary, [hx-get]:not([hx-trigger])";
  const lost = [...document.querySelectorAll(wanted)].filter(
    (element) => shown(element) && !element.disabled && element.tabIndex < 0 && !element.matches("[aria-hidden=true]"));
  const jumps = [...document.querySelectorAll("[tabindex]")].filter((element) => element.tabIndex > 0);
  const pointed = [...document.querySelectorAll("main *, .menu *")].filter((element) => shown(element)
    && getComputedStyle(element).cursor === "pointer" && !element.closest("a[href], button, summary, label, select, input"));
  return [...lost, ...jumps, ...pointed].map((element) => element.outerHTML.slice(0, 120));
}"""
"""What is clicked and no tab stop: elements that are reachable by the mouse alone, or that jump the order."""

_STOP: Final = """() => {
  const element = document.activeElement, style = getComputedStyle(element);
  const order = [...document.querySelectorAll("*")].indexOf(element);
  return [order, style.outlineStyle !== "none" || element.matches("body"), element.outerHTML.slice(0, 120)];
}"""


def tabbed_to(page: Page, selector: str, most: int = 250) -> None:
    """Press Tab until an element has the focus."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("(selector) => document.activeElement.matches(selector)", selector):
            return
    pytest.fail(f"{most} tab stops lead not to {selector}")


def test_whatever_can_be_clicked_can_be_reached_by_tab(look: Open) -> None:
    """On every page, for somebody who may do everything; and nothing jumps the order in which it is read."""
    eye = look("admin")
    found = {}
    for name, path in ALL.items():
        eye.go(path)
        if lost := eye.page.evaluate(_OUT_OF_REACH):
            found[name] = lost
    assert found == {}


@pytest.mark.parametrize("path", ["/", f"/shipments/{HANDED}", "/subscriptions"])
def test_tab_goes_through_a_page_in_its_order_and_shows_where_it_is(look: Open, path: str) -> None:
    """Each stop lies after the one before it and has an outline, until the page begins anew."""
    eye = look("admin")
    eye.go(path)
    before, stops = -1, 0
    for _ in range(120):
        eye.page.keyboard.press("Tab")
        order, outlined, what = eye.page.evaluate(_STOP)
        if order <= before:
            break
        assert outlined, what
        before, stops = order, stops + 1
    assert stops > 15


def pressed(eye: Eye, selector: str, key: str = "Enter") -> None:
    """Go to something by tab and press a key on it."""
    tabbed_to(eye.page, selector)
    eye.page.keyboard.press(key)


def test_an_item_is_settled_by_keys(look: Open) -> None:
    """Ticked with the space bar, settled with a reason."""
    eye = look("operations")
    eye.go("/attention")
    pressed(eye, "#resolve tbody [name=id]", "Space")
    assert eye.page.locator("#resolve [name=id]:checked").count() == 1
    eye.page.locator("#resolve .bulk .button").focus()
    eye.page.keyboard.press("Enter")
    expect(eye.page.locator("textarea[name=reason]")).to_be_visible()
    tabbed_to(eye.page, "textarea[name=reason]")
    eye.page.keyboard.type("konuşuldu")
    pressed(eye, "button.main")
    expect(eye.page.locator(".toast")).to_contain_text("1 kayıt kapatıldı.")


def test_many_are_cancelled_by_keys(look: Open) -> None:
    """A row is ticked, the action is chosen by its letter, counted and confirmed."""
    eye = look("operations")
    eye.go("/shipments?q=more-5")
    pressed(eye, "select[name=trigger]", "ArrowDown")
    assert eye.page.input_value("select[name=trigger]") == "cancel"
    eye.page.locator("#results tbody [type=checkbox]").first.focus()
    eye.page.keyboard.press("Space")
    eye.page.locator("#results button[name=scope][value=chosen]").focus()
    eye.page.keyboard.press("Enter")
    expect(eye.page).to_have_url(re.compile(r"/shipments/bulk/[0-9a-f-]{36}$"))
    tabbed_to(eye.page, "textarea[name=reason]")
    eye.page.keyboard.type("stok yok")
    pressed(eye, "main button.main")
    expect(eye.page.locator("main")).to_contain_text("1 / 1 gönderiye uygulandı.")


def test_a_draft_is_amended_by_keys(look: Open) -> None:
    """A field is gone to, changed and kept; Enter in it sends the form."""
    eye = look("operations")
    eye.go(f"/shipments/{TO_AMEND}/amend")
    tabbed_to(eye.page, "[name=gross_weight_kg]")
    eye.page.keyboard.press("Control+A")
    eye.page.keyboard.type("2,5")
    eye.page.keyboard.press("Enter")
    expect(eye.page.locator(".toast")).to_be_visible()


def test_a_claim_is_gone_through_by_keys(look: Open) -> None:
    """Its dialog takes the focus, keeps it, and gives it back where it was opened."""
    eye = look("finance")
    eye.go(f"/refunds/{OPEN_CLAIM}")
    pressed(eye, "ul.actions a[href$='/vat-return']")
    expect(eye.page.locator("dialog[open]")).to_have_count(1)
    for _ in range(12):
        eye.page.keyboard.press("Tab")
        assert eye.page.evaluate(
            "document.activeElement === document.body || document.activeElement.closest('dialog') !== null"
        )
    eye.page.keyboard.press("Escape")
    expect(eye.page.locator("dialog[open]")).to_have_count(0)
    assert eye.page.evaluate("document.activeElement.matches(\"ul.actions a[href$='/vat-return']\")")


def test_a_person_is_let_in_and_a_system_paused_by_keys(look: Open) -> None:
    """Forms of the admin's pages need no mouse either."""
    eye = look("admin")
    eye.go("/access?tab=users")
    tabbed_to(eye.page, "main form [name=name]")
    eye.page.keyboard.type("tus")
    eye.page.keyboard.press("Enter")
    expect(eye.page.locator("pre.raw")).to_be_visible()
    eye.go("/counterparts")
    pressed(eye, "a[href$='/pause']")
    expect(eye.page.locator("dialog[open]")).to_have_count(1)
    tabbed_to(eye.page, "dialog[open] [name=reason]", 10)
    eye.page.keyboard.type("bakım")
    eye.page.locator("dialog[open] button.main").focus()
    eye.page.keyboard.press("Enter")
    expect(eye.page.locator(".note", has_text="bakım")).to_have_count(1)
    pressed(eye, "a[href$='/resume']")
    tabbed_to(eye.page, "dialog[open] button.main", 10)
    eye.page.keyboard.press("Enter")
    expect(eye.page.locator(".note", has_text="bakım")).to_have_count(0)
