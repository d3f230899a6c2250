"""What the self-test does as people of the city: sign in, find the enquiry, propose a reply, approve it."""

import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from urllib.parse import urlencode

from citizenservice.check.browser import Browser, Page, Unexpected


@dataclass(frozen=True)
class SignIn:
    """Somebody who may sign in: address, password, and whether they approve."""

    email: str
    password: str
    approves: bool


def sign_ins_in(note: Path) -> list[SignIn]:
    """Read the sign-ins as the demo printed them: a line with the password, then a line for each person."""
    text = note.read_text()
    password = re.search(r"password (\S+?):", text)
    people = re.findall(r"^\s+(\S+@\S+)\s+(Agent|Supervisor)\b", text, flags=re.MULTILINE | re.IGNORECASE)
    if not password or not people:
        raise Unexpected(f"The demo city named no sign-ins in {note}.")
    return [SignIn(email=email, password=password[1], approves=role.lower() == "supervisor") for email, role in people]


class Desk:
    """One person at the desk, who signs in when there is something to do."""

    def __init__(self, address: str, person: SignIn) -> None:
        self.address = address
        self.person = person

    @cached_property
    def browser(self) -> Browser:
        """The signed-in browser of this person. Raises Unexpected when signing in fails."""
        browser = Browser(self.address)
        page = browser.open("/accounts/login/")
        form = page.form_with("login", "password")
        if form is None:
            raise Unexpected(f"{page.url} has no form to sign in.")
        done = browser.submit(page, form, login=self.person.email, password=self.person.password)
        if "/accounts/login" in done.url:
            raise Unexpected(f"{self.person.email} could not sign in: {done.text[:300]}")
        return browser

    def find(self, word: str) -> str | None:
        """The address of the enquiry that contains a word; None while this person sees none."""
        page = self.browser.open(f"/desk/?{urlencode({'q': word})}")
        return next((link for link in page.links if re.search(r"/desk/enquiries/[^/?]+/(\?|$)", link)), None)

    def propose(self, where: str, text: str) -> None:
        """Take the enquiry where that is asked for, write the reply, and submit it for approval."""
        page = self.browser.open(where)
        claim = page.form_to("/claim/")
        if claim:
            page = self.browser.submit(page, claim)
        form = page.form_with("text", "answers")
        if form is None:
            raise Unexpected(f"{page.url} has no composer: {page.text[:300]}")
        self.browser.submit(page, form, ("action", "submit"), text=text)

    def approve(self, text: str) -> bool:
        """Approve the reply with this text; False while it does not wait for this person's approval."""
        page = self._waiting_with(text)
        form = page.form_with("sha256") if page else None
        if page is None or form is None:
            return False
        self.browser.submit(page, form, ("action", "approve"))
        return True

    def _waiting_with(self, text: str) -> Page | None:
        first = self.browser.open("/desk/approvals/")
        links = {link for link in first.links if re.search(r"/desk/approvals/\d+/", link)}
        pages = [first, *(self.browser.open(link) for link in sorted(links, reverse=True))] if links else [first]
        return next((page for page in pages if text in page.text and page.form_with("sha256")), None)
