"""Listens at all mailboxes as a process of its own, until it is told to end."""

import signal
import threading
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import Error as DatabaseError
from django.db import close_old_connections

from channels_email.idle import HEARTBEAT, Listener, is_watched, mailboxes
from worklist.queue import beat, database_now

LOOK_EVERY_SECONDS = 60


class Command(BaseCommand):
    """`manage.py watch_mail`; prints `ready` when it listens. Mailboxes that are set up later are found within a minute.

    It says nothing and does nothing where there is no mailbox, or where no mail server can tell of mails.
    """

    help = "Pick up mails within seconds, where the mail server tells of them (IMAP IDLE)."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the question of a health check."""
        parser.add_argument(
            "--is-alive", action="store_true", help="only say, by the exit code, whether a watcher was alive lately"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Listen until SIGTERM or SIGINT. Raises CommandError when asked whether anybody listens, and nobody does."""
        if options["is_alive"]:
            if not is_watched(now=database_now()):
                raise CommandError("Nobody has listened at the mailboxes lately. Mails are still found by looking.")
            return
        self._listen()

    def _listen(self) -> None:
        ended = threading.Event()

        def end(number: int, frame: FrameType | None) -> None:
            ended.set()

        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, end)
        listeners: dict[int, Listener] = {}
        self._renew(listeners)
        self.stdout.write("ready")
        self.stdout.flush()
        while not ended.wait(LOOK_EVERY_SECONDS):
            self._renew(listeners)
        for listener in listeners.values():
            listener.stop()
        for listener in listeners.values():
            listener.join(timeout=15)

    def _renew(self, listeners: dict[int, Listener]) -> None:
        close_old_connections()
        try:
            wanted = mailboxes()
            beat(HEARTBEAT, now=database_now())
        except DatabaseError as error:
            self.stderr.write(f"The mailboxes cannot be looked up ({type(error).__name__}).")
            return
        for gone in listeners.keys() - wanted:
            listeners.pop(gone).stop()
        for new in wanted - listeners.keys():
            listeners[new] = Listener(new)
            listeners[new].start()
