"""How staff sign in: local accounts that an administrator makes. Nobody signs up alone."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import Http404, HttpRequest, HttpResponse


class StaffAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Allauth, without the open door."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Say no: accounts are made in the admin."""
        return False

    def add_message(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Say nothing: who has just signed in sees that."""


def nowhere(request: HttpRequest) -> HttpResponse:
    """Stand for pages that allauth links to and we do not have. Raises Http404."""
    raise Http404
