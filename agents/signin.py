"""How staff sign in: local accounts that an administrator makes. Nobody signs up alone."""

from __future__ import annotations

import logging
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import Http404, HttpRequest, HttpResponse

log = logging.getLogger(__name__)
TO_STRANGERS = "account/email/unknown_account"


class StaffAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Allauth, without the open door."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Say no: accounts are made in the admin."""
        return False

    def add_message(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Say nothing: who has just signed in sees that."""

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send a mail to a member of staff, and never one to somebody without an account.

        A mail server that does not answer must not show: whether an address is known would be told by it.
        """
        if template_prefix == TO_STRANGERS:
            return
        try:
            super().send_mail(template_prefix, email, context)
        except OSError as error:
            log.error("A mail about signing in could not be sent (%s). Check SMTP_URL.", type(error).__name__)


def nowhere(request: HttpRequest) -> HttpResponse:
    """Stand for pages that allauth links to and we do not have. Raises Http404."""
    raise Http404
