"""Files that people import, and systems that subscribe: by the whole way, with and without a script."""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from uuid import uuid4

import pytest
from playwright.sync_api import FilePayload, expect

from adapters.couriers.generic.scheme import signed
from tests.console.conftest import Eye, Open
from tests.console.installation import Place
from tests.stories import SELLER, draft, etgb_number, said

LOOKS = [("tr", "light", True), ("en", "dark", True), ("tr", "dark", False), ("en", "light", True)]


@dataclass
class Receiver:
    """Somebody who subscribed: what came, with its headers."""

    url: str = ""
    came: list[tuple[dict[str, str], bytes]] = field(default_factory=list)


@contextmanager
def receiving() -> Iterator[Receiver]:
    """A receiver in a thread of its own, which takes everything."""
    found = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            """Take one."""
            body = self.rfile.read(int(self.headers["content-length"]))
            found.came.append(({name.lower(): value for name, value in self.headers.items()}, body))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the server's own form
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    found.url = f"http://127.0.0.1:{server.server_port}/hooks"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield found
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def subscribed(eye: Eye, receiver: Receiver, name: str) -> str:
    """Fill in the form and read the secret."""
    eye.go("/subscriptions")
    eye.page.fill("form[action='/subscriptions'] [name=name]", name)
    eye.page.fill("form[action='/subscriptions'] [name=url]", receiver.url)
    eye.page.check("[name=types][value='shipment.transitioned.v1']")
    eye.page.click("form[action='/subscriptions'] button.main")
    secret = eye.page.locator("pre.raw").inner_text()
    assert secret.startswith("whsec_")
    return secret


@pytest.mark.parametrize(("language", "theme", "scripts"), LOOKS)
def test_a_system_subscribes_and_is_told(look: Open, place: Place, language: str, theme: str, scripts: bool) -> None:
    """The secret once; a trial at once; what happens then comes by itself, signed; paused, nothing more comes."""
    eye = look("admin", language=language, theme=theme, scripts=scripts, axe=scripts)
    with receiving() as receiver:
        name = f"erp-{uuid4().hex[:6]}"
        secret = subscribed(eye, receiver, name)
        faults = eye.faults() if scripts else []
        eye.go("/subscriptions")
        eye.page.click(f"a.name:has-text('{name}')")
        expect(eye.page.locator("pre.raw")).to_have_count(0)
        eye.page.click("form[action$='/test'] button")
        expect(eye.page.locator(".toast")).to_contain_text("HTTP 200")
        place.tell(said("orders/shop", "shipment.drafted.v1", name, draft(name)))
        for _ in range(600):
            # what other tests left under way in this installation may be told too
            told = [one for one in receiver.came if b"shipment.transitioned.v1" in one[1] and name.encode() in one[1]]
            if told:
                break
            eye.page.wait_for_timeout(100)
        headers, body = told[0]
        assert signed(secret, headers["webhook-id"], headers["webhook-timestamp"], body, headers["webhook-signature"])
        for _ in range(50):  # it came before the deliverer has written down that it was taken
            eye.page.reload()
            attempt = eye.page.locator("#attempts tbody tr", has_text=headers["webhook-id"])
            if attempt.count():
                break
        expect(attempt).to_have_count(1)
        eye.shoot(f"subscription-{language}-{theme}")
        faults += eye.faults() if scripts else []
        eye.page.click("form[action$='/pause'] button")
        expect(eye.page.locator("h1 + .pill")).to_have_class(re.compile("warn"))
        eye.page.locator("summary.danger").click()
        eye.page.fill("form[action$='/remove'] [name=reason]", "deneme bitti")
        eye.page.click("form[action$='/remove'] button")
        expect(eye.page).to_have_url(re.compile(r"/subscriptions$"))
        expect(eye.page.locator("a.name", has_text=name)).to_have_count(0)
    assert faults == []


def file(name: str, *rows: str) -> FilePayload:
    """A list as one has it on one's disk."""
    return {"name": name, "mimeType": "text/csv", "buffer": "\n".join(("Beyan Kodu;Tescil Tarihi;Sipariş No", *rows)).encode()}


@pytest.mark.parametrize(("language", "theme", "scripts"), LOOKS)
def test_a_list_is_shown_named_and_imported(look: Open, language: str, theme: str, scripts: bool) -> None:
    """Uploaded, a heading named, imported; each row's outcome, the rows set aside as a file; what was named is remembered."""
    eye = look("operations", language=language, theme=theme, scripts=scripts, axe=scripts)
    courier = f"c{uuid4().hex[:8]}"
    faults: list[str] = []
    for turn, number in enumerate((777001, 777002)):
        eye.go("/imports?kind=etgb")
        eye.page.set_input_files(
            "[name=file]", file(f"{courier}.csv", f"{etgb_number(number)};20.11.2026;order-30", "broken;;")
        )
        eye.page.fill("[name=seller]", SELLER)
        eye.page.fill("[name=courier]", courier)
        eye.page.click("form[action='/imports'] button.main")
        expect(eye.page.locator("table.dense tbody tr")).to_have_count(2)
        expect(eye.page.locator(".note.warn")).to_have_count(1 - turn)
        if not turn:
            faults += eye.faults() if scripts else []
            eye.shoot(f"upload-{language}-{theme}")
            eye.page.select_option("[name='column.1']", "number")
        eye.page.click("form[action^='/imports/uploads/'] button.main")
        expect(eye.page).to_have_url(re.compile(r"/imports/[0-9a-f-]{36}$"))
        expect(eye.page.locator("table.dense tbody tr")).to_have_count(2)
    eye.shoot(f"import-{language}-{theme}")
    faults += eye.faults() if scripts else []
    with eye.page.expect_download() as downloading:
        eye.page.click("a[href$='aside.csv']")
    assert "broken" in downloading.value.path().read_text(encoding="utf-8-sig")
    eye.go("/imports")
    expect(eye.page.locator("table.dense tbody")).to_contain_text(f"{courier}.csv")
    assert faults == []
