"""How staff sign in: local accounts that an administrator makes. Nobody signs up alone."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class StaffAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Allauth, without the open door."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Say no: accounts are made in the admin."""
        return False
