"""The self-test's small browser reads pages as a real one would, as far as forms and links go."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest

from citizenservice.check.browser import Browser, Unexpected, read_page
from citizenservice.check.citizen import send_mail
from citizenservice.check.desk import sign_ins_in
from citizenservice.demo.people import PASSWORD, SIGN_INS
from tests import sims

PAGE = """<!doctype html><title>T</title><style>.hidden{}</style><script>var a = "<form>";</script>
<a href="/desk/enquiries/NW-1/?view=mine">one</a>
<form action="/first/" method="post"><input type="hidden" name="token" value="t&amp;t"><button>Go</button></form>
<form action="second/?x=1" method="post">
  <textarea name="text">
old &lt;words&gt;</textarea>
  <input type="radio" name="topic" value="1"><input type="radio" name="topic" value="2" checked>
  <input type="checkbox" name="agreed"><input type="file" name="files">
  <select name="team"><option value="a">A</option><option value="b" selected>B</option></select>
  <button name="action" value="save">Save</button><button name="action" value="submit">Submit</button>
</form>"""


def test_form_sends_what_a_browser_would_send() -> None:
    form = read_page("http://x/", 200, PAGE).forms[1]

    assert {name: value.strip() for name, value in form.fields.items()} == {
        "text": "old <words>",
        "topic": "2",
        "team": "b",
    }
    assert form.buttons == [("action", "save"), ("action", "submit")]


def test_forms_are_found_by_field_and_by_address() -> None:
    page = read_page("http://x/", 200, PAGE)

    assert page.form_with("token") is page.forms[0]
    assert page.form_to("second/") is page.forms[1]
    assert page.form_with("text", "sha256") is None


def test_text_is_what_people_see() -> None:
    page = read_page("http://x/", 200, PAGE)

    assert page.links == ("/desk/enquiries/NW-1/?view=mine",)
    assert "hidden" not in page.text and "var a" not in page.text and "one" in page.text


class Door(BaseHTTPRequestHandler):
    """Sets a cookie, wants it back with a form, and sends people on."""

    def do_GET(self) -> None:
        if self.path == "/broken":
            self._answer(500, "<p>Something broke</p>")
            return
        self._answer(200, f"{PAGE}<p>{self.headers.get('Cookie')}</p>", ("Set-Cookie", "csrf=abc; Path=/"))

    def do_POST(self) -> None:
        fields = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        assert self.headers["Cookie"] == "csrf=abc" and self.headers["Referer"]
        self._answer(303, "", ("Location", f"/done?{fields['action'][0]}-{fields['text'][0]}"))

    def _answer(self, status: int, html: str, *headers: tuple[str, str]) -> None:
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(html.encode())

    def log_message(self, *args: Any) -> None:
        return


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), Door)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


def test_submitting_keeps_cookies_and_follows_on(address: str) -> None:
    browser = Browser(address)
    page = browser.open("/form")

    done = browser.submit(page, page.forms[1], ("action", "submit"), text="new")

    assert done.url.endswith("/done?submit-new")


def test_broken_page_is_said_with_its_words(address: str) -> None:
    with pytest.raises(Unexpected, match="/broken answered 500: Something broke"):
        Browser(address).open("/broken")


def test_silent_server_is_said() -> None:
    with pytest.raises(Unexpected, match="does not answer"):
        Browser("http://127.0.0.1:9/").open("/")


def test_sign_ins_are_read_as_the_demo_prints_them(tmp_path: Path) -> None:
    note = tmp_path / "done-demo"
    lines = [f"Sign-ins, all with the password {PASSWORD}:", *(f"  {one.line}" for one in SIGN_INS)]
    note.write_text("\n".join(["fingerprint", *lines]))

    found = sign_ins_in(note)

    assert len(found) == 11 and {one.password for one in found} == {PASSWORD}
    assert {one.email for one in found if one.approves} == {
        one.email for one in SIGN_INS if str(one.role.label).lower() == "supervisor"
    }


def test_mail_is_handed_over_and_a_refusal_is_said() -> None:
    with sims.mailbox_simulator() as mailbox:
        port = mailbox.ports["smtp-port"]

        send_mail(
            port, sender="a@citizens.example", recipient="info@northwell.example", lines=["Subject: x", "", "Hello"]
        )

        assert [mail["subject"] for mail in mailbox.ledger()["mails"]] == ["x"]
        with pytest.raises(Unexpected, match="instead of 250"):
            send_mail(port, sender="a@citizens.example", recipient="nobody@elsewhere.test", lines=["", "Hello"])
