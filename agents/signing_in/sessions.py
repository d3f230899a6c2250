"""Who is at the door: the session and its person, which every request reads, asked in prepared statements.

Building these two statements out of Django's parts took longer than PostgreSQL takes to answer them (ADR 0010). All else
is Django's and allauth's own.
"""

from __future__ import annotations

from datetime import datetime

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.utils import timezone

from agents.models import User
from enquiries.queries.prepared import Prepared


class SessionStore(db.SessionStore):
    """Sessions are rows, as in Django's own store: taking one away signs that browser out at once."""

    def _get_session_from_db(self) -> Session | None:
        found = _live_sessions(key=self.session_key or "", now=timezone.now())
        if not found:
            self._session_key = None
        return found[0] if found else None


class StaffBackend(AuthenticationBackend):  # type: ignore[misc]
    """Lets staff in as allauth does."""

    def get_user(self, user_id: int) -> User | None:
        """Read who a session belongs to; nobody when they may not sign in any more."""
        found = _users(user_id=user_id)
        return found[0] if found and self.user_can_authenticate(found[0]) else None


@Prepared
def _live_sessions(*, key: str, now: datetime) -> QuerySet[Session]:
    return Session.objects.filter(session_key=key, expire_date__gt=now)


@Prepared
def _users(*, user_id: int) -> QuerySet[User]:
    return User.objects.filter(pk=user_id)
