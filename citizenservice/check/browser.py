"""A person's browser in miniature: cookies, redirects and the forms of a page, with the standard library only."""

import http.cookiejar
import json
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlencode, urljoin

TIMEOUT_SECONDS = 20


class Unexpected(Exception):
    """Something on the way was not as a person needs it; the text says what."""


@dataclass
class Form:
    """One form of a page: where it goes, what it would send, and its buttons as (name, value)."""

    action: str
    fields: dict[str, str] = field(default_factory=dict)
    buttons: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True)
class Page:
    """One answer: where it came from in the end, its status, its HTML, its links and its forms."""

    url: str
    status: int
    html: str
    text: str
    links: tuple[str, ...]
    forms: tuple[Form, ...]

    def form_with(self, *names: str) -> Form | None:
        """The first form that has all these fields."""
        return next((form for form in self.forms if set(names) <= set(form.fields)), None)

    def form_to(self, ending: str) -> Form | None:
        """The first form whose address ends like this."""
        return next((form for form in self.forms if form.action.partition("?")[0].endswith(ending)), None)


class Browser:
    """Keeps cookies, follows redirects, sends forms."""

    def __init__(self, address: str) -> None:
        self.address = address
        jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        # No proxy: everything that is asked for runs on this machine.
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), jar)

    def open(self, where: str, fields: dict[str, str] | None = None) -> Page:
        """Get a page, or send fields to it. Raises Unexpected unless it answers with 200 or after a redirect."""
        url = urljoin(self.address, where)
        body = urlencode(fields).encode() if fields is not None else None
        request = urllib.request.Request(url, data=body, headers={"Referer": url, "Accept": "text/html"})  # noqa: S310
        try:
            with self._opener.open(request, timeout=TIMEOUT_SECONDS) as answer:
                html = answer.read().decode("utf-8", "replace")
                return read_page(answer.geturl(), answer.status, html)
        except urllib.error.HTTPError as refusal:
            page = read_page(url, refusal.code, refusal.read().decode("utf-8", "replace"))
            raise Unexpected(f"{url} answered {refusal.code}: {page.text[:300]}") from refusal
        except OSError as refusal:
            raise Unexpected(f"{url} does not answer: {refusal}") from refusal

    def submit(self, page: Page, form: Form, button: tuple[str, str] | None = None, **typed: str) -> Page:
        """Fill in a form and press a button, by default the first."""
        pressed = button or next(iter(form.buttons), ("", ""))
        fields = {**form.fields, **typed, **({pressed[0]: pressed[1]} if pressed[0] else {})}
        return self.open(urljoin(page.url, form.action), fields)


class _Reader(HTMLParser):
    """Collects links, forms and the visible text."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.forms: list[Form] = []
        self.words: list[str] = []
        self._form: Form | None = None
        self._filling = ""
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "a" and values.get("href"):
            self.links.append(values["href"])
        elif tag in ("script", "style"):
            self._hidden += 1
        elif tag == "form":
            self._form = Form(action=values.get("action", ""))
            self.forms.append(self._form)
        elif self._form is not None:
            self._read_control(self._form, tag, values)

    def _read_control(self, form: Form, tag: str, values: dict[str, str]) -> None:
        name, kind = values.get("name", ""), values.get("type", "text")
        if tag == "button" or (tag == "input" and kind in ("submit", "image")):
            form.buttons.append((name, values.get("value", "")))
        elif tag == "input" and name and kind in ("radio", "checkbox"):
            if "checked" in values:
                form.fields[name] = values.get("value", "on")
        elif tag == "input" and name and kind != "file":
            form.fields[name] = values.get("value", "")
        elif tag in ("textarea", "select") and name:
            self._filling = name
            form.fields.setdefault(name, "")
        elif tag == "option" and self._filling and "selected" in values:
            form.fields[self._filling] = values.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag in ("script", "style"):
            self._hidden -= 1
        elif tag in ("textarea", "select"):
            self._filling = ""

    def handle_data(self, data: str) -> None:
        if self._hidden:
            return
        self.words.append(data)
        if self._form is not None and self._filling and self.lasttag == "textarea":
            self._form.fields[self._filling] += data


def read_page(url: str, status: int, html: str) -> Page:
    """Take a page apart."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    text = " ".join(" ".join(reader.words).split())
    return Page(url=url, status=status, html=html, text=text, links=tuple(reader.links), forms=tuple(reader.forms))


def call_json(url: str, fields: dict[str, Any] | None = None) -> Any:
    """Ask a simulator's control interface, or tell it something; its answer. Raises Unexpected."""
    body = json.dumps(fields).encode() if fields is not None else None
    request = urllib.request.Request(url, data=body, headers={"Content-Type": "application/json"})  # noqa: S310
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=TIMEOUT_SECONDS) as answer:
            return json.load(answer)
    except (OSError, ValueError) as refusal:
        raise Unexpected(f"{url} does not answer as it should: {refusal}") from refusal
