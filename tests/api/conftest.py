"""Programs of two organisations, with one scope each."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from agents.models import User
from api.models import Scope
from api.tokens import make_token
from enquiries.models import Organisation
from tests.people import City

ADDRESS = "/api/v1/enquiries"
GOOD = {"text": "The lamp is out.", "name": "Dana", "email": "dana@example.org"}
numbers = itertools.count(1)


class Program:
    """A program with its token."""

    def __init__(self, secret: str = "") -> None:
        self.client = Client(raise_request_exception=False)
        self.headers = {"Authorization": f"Bearer {secret}"} if secret else {}

    def do(self, path: str, *, key: str | None = None, **body: Any) -> Any:
        """Act: a POST without a key unless one is given."""
        return self.post(body, key=key, path=f"/api/v1/{path}")

    def see(self, path: str, **query: Any) -> Any:
        return self.get(f"/api/v1/{path}", **query)

    def get(self, path: str, **query: Any) -> Any:
        return self.client.get(path, query, headers=self.headers)

    def post(self, body: Any, *, key: str | None = "", path: str = ADDRESS, **options: Any) -> Any:
        own = {} if key is None else {"Idempotency-Key": key or f"key-{next(numbers)}"}
        given = {"content_type": "application/json"} | options
        return self.client.post(path, body, headers=self.headers | own, **given)

    def ask(self, method: str, path: str) -> HttpResponse:
        return self.client.generic(method, path, headers=self.headers)  # type: ignore[return-value]


def token(
    organisation: Organisation, *scopes: str, user: User | None = None, expires_at: datetime | None = None
) -> str:
    later = expires_at or timezone.now() + timedelta(days=1)
    return make_token(
        organisation=organisation, name="Site", scopes=scopes, user=user, expires_at=later, now=timezone.now()
    )


@pytest.fixture
def site(city: City) -> Program:
    """The city's own site: it submits."""
    return Program(token(city.organisation, Scope.SUBMIT))


@pytest.fixture
def reader(city: City) -> Program:
    """Alice's own tool: it reads what she may see."""
    return Program(token(city.organisation, Scope.READ, user=city.alice))


STAFF = sorted(set(Scope.values) - {Scope.SUBMIT})


def program_of(city: City, user: User, *scopes: str) -> Program:
    """Somebody's own tool, with all that acts as a person unless scopes are named."""
    return Program(token(city.organisation, *(scopes or STAFF), user=user))


@pytest.fixture
def alice(city: City) -> Program:
    return program_of(city, city.alice)


@pytest.fixture
def bob(city: City) -> Program:
    return program_of(city, city.bob)


@pytest.fixture
def stranger(city: City) -> Program:
    """Another organisation's site, with both scopes and a person of its own."""
    other = Organisation.objects.create(name="Southwell", slug="southwell", reference_prefix="SW")
    person = User.objects.create_user("eve@southwell.example", "correct horse battery", name="Eve")
    person.memberships.create(organisation=other, role="ADMIN")
    return Program(token(other, Scope.SUBMIT, Scope.READ, user=person))


def assert_problem(answer: Any, status: int, code: str = "") -> dict[str, Any]:
    """Check the one shape, and give it back."""
    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"
    body: dict[str, Any] = answer.json()
    assert body["status"] == status
    assert body["title"]
    assert body["type"].partition("#")[2] == code if code else body["type"] == "about:blank", body
    assert isinstance(body["detail"], str)
    assert body.pop("instance").startswith("urn:uuid:")
    return body


Make = Callable[..., Program]
