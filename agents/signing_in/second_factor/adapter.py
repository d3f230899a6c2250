"""How second factors are kept and named here: secrets encrypted like those of accounts, keys bound to our own address."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.utils.translation import gettext as _

from agents.access import SECOND_FACTORS
from agents.models import User
from agents.signing_in.second_factor.asking import must_have_one
from enquiries.models.sealed import seal, unseal


class StaffSecondFactor(DefaultMFAAdapter):  # type: ignore[misc]
    """Allauth's second factors, for staff."""

    def encrypt(self, text: str) -> str:
        """Encrypt the secret of an app or of recovery codes."""
        return seal(text).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Decrypt what `encrypt` made."""
        return unseal(encrypted_text.encode())

    def get_totp_issuer(self) -> str:
        """Name the entry in somebody's app."""
        return f"Citizenservice {urlsplit(settings.PUBLIC_URL).hostname}"

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Bind keys to the address under which the service is reached, whatever a request calls it."""
        entity: dict[str, str] = super().get_public_key_credential_rp_entity()
        if settings.MODE == "production":
            entity["id"] = urlsplit(settings.PUBLIC_URL).hostname or entity["id"]
        return entity | {"name": "Citizenservice"}

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:  # noqa: A002
        """Propose a name for a key."""
        number = Authenticator.objects.filter(user_id=user.pk, type=type).count() + 1
        return _("Key %(number)d") % {"number": number}

    def can_delete_authenticator(self, authenticator: Any) -> bool:
        """Say no to the last factor of somebody who must have one."""
        others = Authenticator.objects.filter(user_id=authenticator.user_id, type__in=SECOND_FACTORS).exclude(
            pk=authenticator.pk
        )
        return others.exists() or not must_have_one(authenticator.user)
