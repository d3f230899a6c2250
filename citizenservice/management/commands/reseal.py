"""Brings everything that is sealed to the newest field key, and says whether the former keys may go."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from agents.signing_in.second_factor.resealing import secrets_of_staff
from enquiries.services.accounts.resealing import secrets_of_accounts, secrets_of_enquiries

WHAT = (
    ("accounts", secrets_of_accounts),
    ("enquiries", secrets_of_enquiries),
    ("second factors", secrets_of_staff),
)


class Command(BaseCommand):
    """`manage.py reseal`, after a new key was put first in FIELD_KEYS. Safe to repeat, and while the service runs."""

    help = "Seal all secrets with the newest of FIELD_KEYS."

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it, and say what was done. Raises CommandError while something is left that no key opens."""
        closed = 0
        for name, reseal in WHAT:
            found = reseal()
            closed += found.closed
            self.stdout.write(
                f"{name}: {found.resealed} sealed anew, {found.newest} were already, {found.closed} that no key opens"
            )
        if closed:
            raise CommandError(
                "Not everything is under the newest key: keep the former keys, and put back the one that is missing."
            )
        self.stdout.write("Everything is under the newest key: the former keys may go.")
