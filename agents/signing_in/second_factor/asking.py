"""The second lock of the door: who must have a second factor, whether this session has shown it, and what happens if not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from allauth.account.internal.flows.login import get_authentication_records, record_authentication
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, Q
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from agents.access import SECOND_FACTORS, rights_of
from agents.models import Membership, User
from agents.signing_in.answers import kind_of, lead_to, where_they_are
from agents.signing_in.policy import LEADERS, SignInPolicy

THE_DOOR = frozenset(
    [
        "account_login",
        "account_logout",
        "account_inactive",
        "account_reauthenticate",
        "mfa_authenticate",
        "mfa_login_webauthn",
        "mfa_reauthenticate",
        "mfa_reauthenticate_webauthn",
        "openid_connect_login",
        "openid_connect_callback",
        "signin_signed_out",
        "socialaccount_login_cancelled",
    ]
)
"""Names of the addresses where people come in, show what they have, or go out."""
SET_UP = ("mfa_", "account_change_password")
"""And of those where a second factor is set up: for who must have one and has none yet."""

GetResponse = Callable[[HttpRequest], HttpResponse]


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What is asked of somebody (`must`), and what they have set up (`has`)."""

    must: bool
    has: bool


def standing_of(user: User) -> Standing:
    """Read, in one query, whether somebody must have a second factor and has one.

    Who may open the admin counts as an administrator wherever any organisation asks for more than nothing.
    """
    asked = Q(second_factor_for=SignInPolicy.For.EVERYBODY) | Q(second_factor_for=SignInPolicy.For.LEADERS)
    roles = Membership.objects.filter(user=OuterRef(OuterRef("pk")), organisation=OuterRef("organisation"))
    by_role = Q(Exists(roles), second_factor_for=SignInPolicy.For.EVERYBODY) | Q(
        Exists(roles.filter(role__in=LEADERS)), second_factor_for=SignInPolicy.For.LEADERS
    )
    is_staff = user.is_staff or user.is_superuser
    policies = SignInPolicy.objects.filter(asked if is_staff else by_role)
    factors = Authenticator.objects.filter(user=OuterRef("pk"), type__in=SECOND_FACTORS)
    found = User.objects.filter(pk=user.pk).values_list(Exists(policies), Exists(factors)).first()
    must, has = found or (True, False)
    return Standing(must=must, has=has)


def must_have_one(user: User) -> bool:
    """Say whether the policy of an organisation of theirs asks somebody for a second factor."""
    return standing_of(user).must


def has_shown_it(request: HttpRequest) -> bool:
    """Say whether a second factor was shown, or set up, in this session by who is signed in now."""
    records = get_authentication_records(request, request.user)
    return any(record.get("method") == "mfa" for record in records)


def note_it_shown(request: HttpRequest, *, by: str) -> None:
    """Write into the session that a second factor was shown; `by` is its kind."""
    record_authentication(request, request.user, "mfa", type=by)


def what_is_missing(request: HttpRequest) -> str | None:
    """Name the page that stands between a signed-in person and their work: to show the factor or to set one up."""
    user = request.user
    if not isinstance(user, User) or has_shown_it(request):
        return None
    standing = _standing_at_the_door(user)
    if standing.has:
        return "mfa_reauthenticate"
    return "mfa_index" if standing.must else None


def _standing_at_the_door(user: User) -> Standing:
    """Give the same as `standing_of`, out of the roles that every page reads anyway, where these tell it."""
    rights = rights_of(user)
    if rights.has_factor is None or user.is_staff or user.is_superuser:
        return standing_of(user)
    return Standing(must=rights.must_show_factor, has=rights.has_factor)


class SecondFactorMiddleware:
    """Lets sessions without a needed second factor reach nothing but the pages where it is shown or set up.

    Pages that need no sign-in are served as to a stranger. That covers the program door too: its views count as open to
    Django, and what authenticates by session there reads `request.user`.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Callable[..., Any], *_: Any) -> HttpResponse | None:
        """Look at who comes, once it is known where they go."""
        match = request.resolver_match
        name = match.url_name or "" if match and not match.namespaces else ""
        if name in THE_DOOR:
            return None
        if not getattr(view, "login_required", True):
            request.user = _lazily(request)
            return None
        page = what_is_missing(request)
        if page is None or (page == "mfa_index" and name.startswith(SET_UP)):
            return None
        return lead_to(
            request, f"{reverse(page)}?{urlencode({'next': where_they_are(request)})}", kind=kind_of(request)
        )


def _lazily(request: HttpRequest) -> Any:
    """Decide only when somebody asks: public pages that ask nobody's name must not touch the session."""
    came = request.user

    def decide() -> User | AnonymousUser:
        if not came.is_authenticated:
            return AnonymousUser()
        request.user = came
        return AnonymousUser() if what_is_missing(request) else came

    return SimpleLazyObject(decide)
