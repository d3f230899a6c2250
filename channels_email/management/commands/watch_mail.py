"""Listens at all mailboxes as a process of its own, until it is told to end."""

import signal
import threading
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand
from django.db import Error as DatabaseError
from django.db import close_old_connections

from channels_email.idle import Listener, mailboxes

LOOK_EVERY_SECONDS = 60


class Command(BaseCommand):
    """`manage.py watch_mail`; prints `ready` when it listens. Mailboxes that are set up later are found within a minute."""

    help = "Pick up mails within seconds, where the mail server tells of them (IMAP IDLE)."

    def handle(self, *args: Any, **options: Any) -> None:
        """Listen until SIGTERM or SIGINT."""
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
        except DatabaseError as error:
            self.stderr.write(f"The mailboxes cannot be looked up ({type(error).__name__}).")
            return
        for gone in listeners.keys() - wanted:
            listeners.pop(gone).stop()
        for new in wanted - listeners.keys():
            listeners[new] = Listener(new)
            listeners[new].start()
