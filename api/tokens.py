"""Who a program is, and what it may do: a bearer token, looked up by digest, with scopes. Nothing is derived or guessed."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework.authentication import BaseAuthentication, SessionAuthentication
from rest_framework.exceptions import AuthenticationFailed, MethodNotAllowed
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from agents.access import rights_of
from agents.models import User
from api.callers import Caller
from api.models import ApiToken, Scope
from audit.ledger import record
from enquiries.models import Organisation

if TYPE_CHECKING:  # its settings name this module: the two cannot load one another
    from rest_framework.views import APIView

PREFIX = "cs_"
LONGEST = 200
OF_THE_DESK = frozenset(Scope.values) - {Scope.SUBMIT.value}
"""What somebody may do who is signed in at the desk: everything that is done as a person."""


def make_token(
    *,
    organisation: Organisation,
    name: str,
    scopes: Sequence[str],
    user: User | None,
    expires_at: datetime | None,
    now: datetime,
) -> str:
    """Make a token and return it: 256 random bits behind a prefix that secret scanners know. It is kept as a digest only."""
    secret = PREFIX + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        organisation=organisation,
        user=user,
        name=name,
        scopes=list(scopes),
        digest=digest_of(secret),
        created_at=now,
        expires_at=expires_at,
    )
    record(
        verb="token.made",
        now=now,
        subject=f"apitoken:{token.pk}",
        organisation_id=organisation.pk,
        data={"scopes": list(scopes), "user": user.pk if user else None},
    )
    return secret


def digest_of(secret: str) -> bytes:
    """Compute what is kept of a token."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()


class TokenAuthentication(BaseAuthentication):
    """`Authorization: Bearer cs_…`. Every reason to refuse gets the same answer."""

    def authenticate(self, request: Request) -> tuple[User | AnonymousUser, Caller] | None:
        """Find the token and the person behind it; None where no token is sent at all."""
        scheme, _space, secret = request.headers.get("Authorization", "").partition(" ")
        if not scheme:
            return None
        token = _live_token(secret.strip(), now=timezone.now()) if scheme.lower() == "bearer" else None
        if token is None:
            raise AuthenticationFailed(_("This token is not valid: it is unknown, expired or revoked."))
        caller = Caller(
            scopes=frozenset(token.scopes),
            organisations=frozenset([token.organisation_id]),
            person=token.user if isinstance(token.user, User) else None,
            token=token,
        )
        return caller.person or AnonymousUser(), caller

    def authenticate_header(self, request: Request) -> str:
        """Say in a 401 what is expected."""
        return 'Bearer realm="citizenservice"'


class DeskSession(SessionAuthentication):
    """The desk's own pages, by the session of who is signed in, and with the proof that every form of ours carries.

    `SecondFactorMiddleware` shows nobody here while a second factor is still to be shown.
    """

    def authenticate(self, request: Request) -> tuple[User, Caller] | None:
        """Find who is signed in; None where nobody is. Raises PermissionDenied without the proof."""
        person = getattr(request._request, "user", None)
        if not isinstance(person, User) or not person.is_active:
            return None
        self.enforce_csrf(request)
        organisations = rights_of(person).organisations
        return person, Caller(scopes=OF_THE_DESK, organisations=organisations, person=person, token=None)


def _live_token(secret: str, *, now: datetime) -> ApiToken | None:
    """Find a token that counts now; what its user may not do any more, it may not do either."""
    if not secret.startswith(PREFIX) or len(secret) > LONGEST:
        return None
    not_over = Q(expires_at__isnull=True) | Q(expires_at__gt=now)
    somebody = Q(user__isnull=True) | Q(user__is_active=True)
    live = ApiToken.objects.filter(not_over, somebody, digest=digest_of(secret), revoked_at__isnull=True)
    return live.select_related("organisation", "user").first()


class HasScope(BasePermission):
    """Lets a caller do what the scopes name. A view says in `scopes` what each method needs; what it omits, nobody may.

    Several scopes for one method mean that one of them is enough.
    """

    message = _("This token may not do that. Ask for one with the right scope.")

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Say whether the caller has a scope of this view and method. Raises MethodNotAllowed for a method nobody has."""
        needed: dict[str, frozenset[str]] = getattr(view, "scopes", {})
        held: Any = request.auth
        if not isinstance(held, Caller):
            return False
        method = "GET" if request.method == "HEAD" else request.method or ""
        if method not in needed:
            raise MethodNotAllowed(method)
        return bool(needed[method] & held.scopes)
