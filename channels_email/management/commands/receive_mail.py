"""Runs the SMTP or LMTP receiver as a process of its own, until it is told to end."""

import signal
import threading
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from channels_email.receiver import Receiver


class Command(BaseCommand):
    """`manage.py receive_mail --host 127.0.0.1 --port 2525`; prints `ready` when it listens."""

    help = "Receive citizens' mails by SMTP or LMTP."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take host, port and protocol."""
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
        parser.add_argument("--port", type=int, default=2525, help="port to listen on")
        parser.add_argument("--lmtp", action="store_true", help="speak LMTP: one answer for each recipient")

    def handle(self, *args: Any, **options: Any) -> None:
        """Listen until SIGTERM or SIGINT."""
        ended = threading.Event()

        def end(number: int, frame: FrameType | None) -> None:
            ended.set()

        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, end)
        receiver = Receiver(host=options["host"], port=options["port"], lmtp=options["lmtp"])
        try:
            receiver.start()
        except (OSError, TimeoutError) as error:
            raise CommandError(f"Cannot listen on {options['host']}:{options['port']}: {error}") from error
        self.stdout.write("ready")
        self.stdout.flush()
        ended.wait()
        receiver.stop()
