"""`manage.py demo`: fills an empty installation with the City of Northwell, once, and prints who may sign in."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from citizenservice.demo import people
from citizenservice.demo.memories import leave_memories
from citizenservice.demo.planting import NUMBER, plant


class Command(BaseCommand):
    """Loads the demo."""

    help = "Load the demo city, once, and print its sign-ins. Only in demo or test mode."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("--show", action="store_true", help="only print the sign-ins")
        parser.add_argument("--reset", action="store_true", help="say how to start anew")
        parser.add_argument("--number", type=int, default=NUMBER, help="how many enquiries (default: %(default)s)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Refuse in production; else plant what is not there yet."""
        if settings.MODE == "production":
            raise CommandError("This is a production installation, and the demo city does not belong in it.")
        if options["reset"]:
            raise CommandError(
                "The ledgers are never emptied: stop Citizenservice, delete its data folder "
                f"({settings.ENV.data_dir}), and start again."
            )
        if not options["show"]:
            is_new = plant(now=timezone.now(), number=options["number"])
            if is_new and any(settings.SIMULATORS.values()):
                leave_memories(settings.ENV.data_dir)
        self.stdout.write(f"Sign-ins, all with the password {people.PASSWORD}:")
        for one in people.SIGN_INS:
            self.stdout.write(f"  {one.line}")
