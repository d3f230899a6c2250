"""The simulated provider as one object: its description, the page to choose on, tokens, and the handles for tests."""

import base64
import hashlib
import hmac
import secrets
import threading
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlencode

from simulators.control import Action, Fields, WriteRefused
from simulators.faults import Fault
from simulators.oidc import page
from simulators.oidc.people import CLIENT_ID, CLIENT_SECRET, DEMO, Person, person_from
from simulators.oidc.proofs import LIES, Keys, Wanted
from simulators.serving import Request, Response, json_response, redirect

OPERATIONS: Final = {
    "/.well-known/openid-configuration": "description",
    "/jwks": "keys",
    "/token": "token",
    "/userinfo": "userinfo",
    "/choose": "choose",
}


class Provider:
    """One issuer, one registered service, and the people who work there."""

    def __init__(self, *, issuer: str, demo: bool = False) -> None:
        self.issuer = issuer
        self.keys = Keys()
        self._lock = threading.Lock()
        self._demo = demo
        self.reset()

    def reset(self) -> None:
        """Forget everybody but the people of the demo, all codes and lies."""
        self.people: dict[str, Person] = {person.sub: person for person in DEMO} if self._demo else {}
        self._codes: dict[str, tuple[Person, dict[str, str]]] = {}
        self._tokens: dict[str, Person] = {}
        self._lies: list[str] = []
        self._asked: list[dict[str, str]] = []

    def ledger(self) -> dict[str, Any]:
        """Who there is, and what the service asked for."""
        return {
            "platform": "oidc",
            "people": [person.claims() for person in self.people.values()],
            "asked": self._asked,
        }

    def write(self, fields: Fields) -> dict[str, Any]:
        """Give somebody an account, or change it: sub, email, name?, email_verified?, amr?."""
        if not fields.get("sub") or not fields.get("email"):
            raise WriteRefused("A person needs a sub and an email")
        person = person_from(fields)
        self.people[person.sub] = person
        return {"id": person.sub}

    def actions(self) -> Mapping[str, Action]:
        """lie: spoil the next proof."""
        return {"lie": self._order_lie}

    def operation(self, request: Request) -> str:
        """Name the operation, "unknown" for an address that there is not."""
        return OPERATIONS.get(request.path, "unknown")

    def refusal(self, fault: Fault) -> Response:
        """Word an ordered fault as providers do."""
        return json_response({"error": "temporarily_unavailable"}, status=429 if fault.kind.startswith("429") else 401)

    def page(self, request: Request) -> Response | None:
        """The pages for people: choosing who one is, and being signed out."""
        return page.respond(request, self.people)

    def api(self, request: Request, *, delay_seconds: float) -> Response:
        """Answer the service, and send people back to it."""
        match self.operation(request):
            case "description":
                return json_response(self._description())
            case "keys":
                return json_response(self.keys.published())
            case "choose":
                return self._choose(request)
            case "token":
                return self._token(request)
            case "userinfo":
                return self._userinfo(request)
        return json_response({"error": "not_found"}, status=404)

    def _description(self) -> dict[str, Any]:
        places = {"authorization": "authorize", "token": "token", "userinfo": "userinfo", "end_session": "logout"}
        return {
            "issuer": self.issuer,
            **{f"{name}_endpoint": f"{self.issuer}/{path}" for name, path in places.items()},
            "jwks_uri": f"{self.issuer}/jwks",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "code_challenge_methods_supported": ["S256"],
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
        }

    def _choose(self, request: Request) -> Response:
        asked = request.arguments
        person = self.people.get(asked.get("person", ""))
        back, state = asked.get("redirect_uri", ""), asked.get("state", "")
        if asked.get("client_id") != CLIENT_ID or not back.endswith("/accounts/oidc/callback/"):
            return json_response({"error": "invalid_request"}, status=400)
        if person is None:
            return redirect(f"{back}?{urlencode({'error': 'access_denied', 'state': state})}")
        code = secrets.token_urlsafe(24)
        with self._lock:
            self._codes[code] = (person, asked)
            self._asked.append(asked)
        return redirect(f"{back}?{urlencode({'code': code, 'state': state})}")

    def _token(self, request: Request) -> Response:
        form = request.form
        with self._lock:
            person, asked = self._codes.pop(form.get("code", ""), (None, {}))
        if not hmac.compare_digest(form.get("client_secret", "").encode(), CLIENT_SECRET.encode()):
            return json_response({"error": "invalid_client"}, status=401)
        if person is None or not _is_same_browser(form, asked):
            return json_response({"error": "invalid_grant"}, status=400)
        with self._lock:
            lie = self._lies.pop(0) if self._lies else None
        token = secrets.token_urlsafe(24)
        self._tokens[token] = Person("u-other", person.email, person.name) if lie == "other_person" else person
        wanted = Wanted(self.issuer, CLIENT_ID, asked.get("nonce", ""), {"sub": person.sub, "amr": list(person.amr)})
        proof = self.keys.proof(wanted, lie=lie)
        return json_response({"access_token": token, "token_type": "Bearer", "expires_in": 300, "id_token": proof})

    def _userinfo(self, request: Request) -> Response:
        person = self._tokens.get(request.headers.get("authorization", "").removeprefix("Bearer "))
        return json_response(person.claims()) if person else json_response({"error": "invalid_token"}, status=401)

    def _order_lie(self, fields: Fields) -> dict[str, Any]:
        lie = str(fields.get("lie", ""))
        if lie not in LIES:
            raise WriteRefused(f"lie must be one of {', '.join(sorted(LIES))}")
        self._lies.append(lie)
        return {"pending": len(self._lies)}


def _is_same_browser(form: dict[str, str], asked: dict[str, str]) -> bool:
    """Check the address and the proof key (RFC 7636, S256 only)."""
    made = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
    challenge = base64.urlsafe_b64encode(made).rstrip(b"=").decode()
    is_s256 = asked.get("code_challenge_method") == "S256"
    return (
        is_s256 and challenge == asked.get("code_challenge") and form.get("redirect_uri") == asked.get("redirect_uri")
    )
