"""Listens at mailboxes, so that a mail is picked up within seconds. Only a hint: whatever fails here, the sweep finds the mail.

One connection for each mailbox, held by one process at a time. Every nine minutes the server is asked anew, because lines
die without a word.
"""

from __future__ import annotations

import imaplib
import logging
import random
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.db import Error as DatabaseError
from django.db import connection
from django.utils import timezone
from imap_tools import BaseMailBox

from channels_email.connecting import imap_session
from enquiries.contract import Account, ChannelError
from enquiries.models import ChannelAccount, PickUp
from worklist.hints import hint
from worklist.models import Heartbeat

log = logging.getLogger(__name__)
ASK_AGAIN_SECONDS = 9 * 60.0
"""Many routers forget a quiet line after ten minutes, many servers after half an hour."""
SLICE_SECONDS = 1.0
"""How long it takes at most to notice that the process shall end."""
MOST_HASTY = 5
"""Looks that end at once without a line; encryption has some of its own to say, a closed line ends them all."""
SHORTEST_WAIT, LONGEST_WAIT = 5.0, 300.0
NEWS = re.compile(rb"\* \d+ (EXISTS|RECENT)", re.IGNORECASE)
TASK = "enquiries.pick_up"
HEARTBEAT = "channels_email.watch_mail"
ALIVE_FOR = timedelta(minutes=3)
"""Whoever listens says so each minute."""


class Listener(threading.Thread):
    """Listens at one mailbox until `stop` is called."""

    def __init__(self, account_id: int) -> None:
        super().__init__(name=f"mailbox-{account_id}", daemon=True)
        self.account_id = account_id
        self._stopping = threading.Event()

    def stop(self) -> None:
        """Ask it to end; it does so within about a second."""
        self._stopping.set()

    def run(self) -> None:
        """Listen, and after trouble come back later and later, at moments that no two mailboxes share."""
        wait = SHORTEST_WAIT
        while not self._stopping.is_set():
            started = time.monotonic()
            try:
                self._listen_if_alone()
            except ChannelError as error:
                log.warning("Mailbox %s cannot be listened at: %s", self.account_id, error.safe_message)
            except DatabaseError as error:
                log.warning("Mailbox %s cannot be listened at now (%s).", self.account_id, type(error).__name__)
            finally:
                connection.close()
            wait = SHORTEST_WAIT if time.monotonic() - started > LONGEST_WAIT else min(wait * 2, LONGEST_WAIT)
            self._stopping.wait(wait * random.uniform(0.5, 1.0))

    def _listen_if_alone(self) -> None:
        with alone(self.account_id) as is_alone:
            account = ChannelAccount.objects.active("email").filter(pk=self.account_id).first() if is_alone else None
            if account is not None:
                listen(account.as_account(), wake=lambda: wake(self.account_id), stopping=self._stopping)


def listen(account: Account, *, wake: Callable[[], None], stopping: threading.Event) -> None:
    """Call `wake` whenever the mailbox has news, and once at the start. Ends when it shall, or the server cannot do it.

    Raises NotSent or AccountUnusable.
    """
    folder = str(account.settings.get("folder") or "INBOX")
    with imap_session(account=account, folder=folder, readonly=True) as mailbox:
        wake()
        if not _can_idle(mailbox):
            stopping.wait(LONGEST_WAIT)
            return
        while not stopping.is_set():
            mailbox.idle.start()  # type: ignore[no-untyped-call]
            _until_asked_again(mailbox, wake=wake, stopping=stopping)
            mailbox.idle.stop()  # type: ignore[no-untyped-call]


def wake(account_id: int) -> None:
    """Let the mailbox be looked at now. One that is in trouble keeps its own time."""
    now = timezone.now()
    PickUp.objects.filter(account_id=account_id, due_at__gt=now, last_error="").update(due_at=now)
    hint(TASK)


@contextmanager
def alone(account_id: int) -> Iterator[bool]:
    """Hold the right to listen at a mailbox, as long as this thread's database connection lives."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtextextended('listening', %s))", [account_id])
        is_alone = bool(cursor.fetchone()[0])
    try:
        yield is_alone
    finally:
        if is_alone:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(hashtextextended('listening', %s))", [account_id])


def mailboxes() -> set[int]:
    """The mailboxes at which there is something to listen."""
    accounts = ChannelAccount.objects.active("email").only("pk", "settings")
    return {account.pk for account in accounts if account.settings.get("imap_host")}


def is_watched(*, now: datetime) -> bool:
    """Say whether a process that listens at mailboxes has told lately that it lives."""
    return Heartbeat.objects.filter(name=HEARTBEAT, beaten_at__gt=now - ALIVE_FOR).exists()


def _can_idle(mailbox: BaseMailBox) -> bool:
    _, capabilities = mailbox.client.capability()
    return b"IDLE" in b" ".join(capabilities).upper().split()


def _until_asked_again(mailbox: BaseMailBox, *, wake: Callable[[], None], stopping: threading.Event) -> None:
    until, hasty = time.monotonic() + ASK_AGAIN_SECONDS, 0
    while not stopping.is_set() and time.monotonic() < until:
        asked_at = time.monotonic()
        heard = mailbox.idle.poll(timeout=SLICE_SECONDS)
        if any(NEWS.match(line) for line in heard):
            wake()
        is_hasty = not heard and time.monotonic() - asked_at < SLICE_SECONDS / 2
        hasty = hasty + 1 if is_hasty else 0
        if hasty > MOST_HASTY:
            raise imaplib.IMAP4.abort("the line is closed")  # the library takes its end for silence
