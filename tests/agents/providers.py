"""Signing in through a real, simulated identity provider: a browser that goes there, chooses somebody and comes back."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode, urlsplit

import requests
from django.test import Client

from tests.sims import Simulator

TIMEOUT = 5


@dataclass
class Provider:
    """The provider, and what a browser does there."""

    simulator: Simulator

    def knows(self, sub: str, email: str, **more: object) -> None:
        """Give somebody an account there."""
        self.simulator.write(sub=sub, email=email, **more)

    def lies(self, how: str) -> None:
        """Spoil the next proof."""
        self.simulator.act("lie", {"lie": how})

    def leave(self, client: Client, *, then: str = "") -> dict[str, str]:
        """Press the button. Returns what we ask the provider for."""
        answer = client.get("/accounts/oidc/login/", {"next": then} if then else {})
        assert answer.status_code == 302, answer.content.decode()
        assert answer["Location"].startswith(f"{self.simulator.url}/authorize?")
        return dict(parse_qsl(urlsplit(answer["Location"]).query))

    def choose(self, asked: dict[str, str], sub: str) -> str:
        """Be somebody there. Returns the address that the provider sends the browser back to, without its host."""
        address = f"{self.simulator.url}/choose?{urlencode(asked | {'person': sub})}"
        back = requests.get(address, allow_redirects=False, timeout=TIMEOUT).headers["Location"]
        return back.removeprefix("http://testserver")

    def sign_in(self, client: Client, sub: str, *, then: str = ""):
        """The whole way."""
        return client.get(self.choose(self.leave(client, then=then), sub))
