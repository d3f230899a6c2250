"""`manage.py make_token`: makes a program's key and prints it, this once."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from agents.models import User
from api.models import Scope
from api.tokens import make_token
from enquiries.models import Organisation


class Command(BaseCommand):
    """Makes a token."""

    help = "Make a token for a program and print it. It is shown this once and kept nowhere."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("--organisation", required=True, help="the organisation's short name (slug)")
        parser.add_argument("--name", required=True, help="which program this is, for the list in the admin")
        parser.add_argument("--scope", action="append", required=True, choices=Scope.values, help="may be repeated")
        parser.add_argument(
            "--user",
            default="",
            help="mail address of the person as whom it acts: what they may not do, it may not do either",
        )
        parser.add_argument("--days", type=int, default=365, help="how long it counts (default: %(default)s)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Check, make, print."""
        organisation = Organisation.objects.filter(slug=options["organisation"]).first()
        if organisation is None:
            raise CommandError(f"There is no organisation {options['organisation']!r}.")
        user = _member(organisation, options["user"]) if options["user"] else None
        if set(options["scope"]) - {Scope.SUBMIT} and user is None:
            raise CommandError("A token that acts needs a person whose rights it has: --user.")
        if options["days"] < 1:
            raise CommandError("--days has to be 1 or more.")
        now = timezone.now()
        secret = make_token(
            organisation=organisation,
            name=options["name"][:100],
            scopes=sorted(set(options["scope"])),
            user=user,
            expires_at=now + timedelta(days=options["days"]),
            now=now,
        )
        self.stdout.write(secret)


def _member(organisation: Organisation, email: str) -> User:
    user = User.objects.filter(email=email.lower(), is_active=True, memberships__organisation=organisation).first()
    if user is None:
        raise CommandError(f"{email} does not work for {organisation}.")
    return user
