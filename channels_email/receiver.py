"""Receives mails by SMTP or LMTP and says yes only when they are committed, so that the sending server keeps what we cannot.

A mail server in front (or a provider's relay) delivers here; it queues and tries again for days whenever we answer 451. By
LMTP each recipient gets an answer of their own: one mailbox in trouble does not make the others get a mail twice.
"""

import asyncio
import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any, TypeVar

from aiosmtpd.controller import Controller
from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.db import Error as DatabaseError
from django.db import close_old_connections, connections
from django.db.models.functions import Lower

from channels_email.identity import copy_identity, with_envelope
from enquiries.models import ChannelAccount
from enquiries.services.incoming.intake import accept_payload

log = logging.getLogger(__name__)
MAX_BYTES = 64 * 1024 * 1024
MAX_RECIPIENTS = 50
CLERKS = 4
"""Threads, and so database connections, that store mails side by side."""
OK = "250 2.0.0 Stored"
UNKNOWN = "550 5.1.1 No such mailbox here"
LATER = "451 4.3.0 Cannot store now, try again"
TOO_MANY = "452 4.5.3 Too many recipients"
Result = TypeVar("Result")


class Clerks:
    """Runs database work in a few threads, so that the event loop never waits for PostgreSQL."""

    def __init__(self, *, count: int = CLERKS) -> None:
        self._count = count
        self._pool = ThreadPoolExecutor(max_workers=count, thread_name_prefix="mail-clerk")

    async def run(self, work: Callable[[], Result]) -> Result:
        """Do `work` in a clerk's thread on a usable database connection."""

        def on_fresh_connection() -> Result:
            close_old_connections()
            return work()

        return await asyncio.get_running_loop().run_in_executor(self._pool, on_fresh_connection)

    def stop(self) -> None:
        """Close each clerk's database connection and end the threads."""
        everybody = threading.Barrier(self._count)

        def leave() -> None:
            everybody.wait(timeout=10)
            connections.close_all()

        for leaving in [self._pool.submit(leave) for _ in range(self._count)]:
            leaving.result(timeout=20)
        self._pool.shutdown()


class MailboxGone(Exception):
    """A mailbox was put out of use between the recipient and the mail: saying yes now would lose the mail."""


class MailHandler:
    """What aiosmtpd asks for each recipient and each mail. All errors become an answer that makes the sender wait."""

    def __init__(self, *, clerks: Clerks, host: str) -> None:
        self._clerks = clerks
        self._host = host

    async def handle_RCPT(  # noqa: N802 - the name is aiosmtpd's
        self, server: SMTP, session: Session, envelope: Envelope, address: str, rcpt_options: list[str]
    ) -> str:
        """Take mail for an active mailbox, with or without a token behind the plus; refuse all others."""
        if len(envelope.rcpt_tos) >= MAX_RECIPIENTS:
            return TOO_MANY
        try:
            known = await self._clerks.run(lambda: accounts_for([address]))
        except DatabaseError as error:
            log.error("A recipient could not be looked up (%s).", type(error).__name__)
            return LATER
        if not known:
            return UNKNOWN
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Answer 250 after the commit, 451 when the database is in trouble."""
        sender = (envelope.mail_from or "").strip("<>")  # aiosmtpd gives a bounce's empty sender as "<>"
        content = bytes(envelope.original_content or b"")
        recipients = [str(recipient) for recipient in envelope.rcpt_tos]
        if isinstance(server, LMTP):
            return await self._answer_each(sender=sender, recipients=recipients, content=content)
        try:
            await self._clerks.run(lambda: self._store(sender=sender, recipients=recipients, content=content))
        except Exception as error:  # noqa: BLE001 - the process boundary: whatever it is, the sender keeps the mail
            log.error("A mail could not be stored (%s); its sender will try again.", type(error).__name__)
            return LATER
        return OK

    async def _answer_each(self, *, sender: str, recipients: list[str], content: bytes) -> str:
        """One line for each recipient, in their order (RFC 2033)."""

        def store() -> str:
            return "\r\n".join(self._store_each(sender=sender, recipients=recipients, content=content))

        try:
            return await self._clerks.run(store)
        except Exception as error:  # noqa: BLE001 - the process boundary: whatever it is, the sender keeps the mail
            log.error("A mail could not be stored (%s); its sender will try again.", type(error).__name__)
            return "\r\n".join([LATER] * len(recipients))

    def _store_each(self, *, sender: str, recipients: list[str], content: bytes) -> list[str]:
        """Store for each mailbox by itself: what fails for one is committed for the others all the same."""
        now, answers = datetime.now(tz=UTC), dict.fromkeys(recipients, LATER)
        for account_id, addresses in accounts_for(recipients).items():
            try:
                self._store_for(account_id, addresses, sender=sender, content=content, now=now)
            except DatabaseError as error:
                log.error("A mail could not be stored for account %s (%s).", account_id, type(error).__name__)
                close_old_connections()
            else:
                answers |= dict.fromkeys(addresses, OK)
        return [answers[recipient] for recipient in recipients]

    async def handle_exception(self, error: Exception) -> str:
        """Ask the sender to wait whatever happened: aiosmtpd would refuse the mail for good."""
        log.error("The mail receiver failed (%s).", type(error).__name__)
        return LATER

    def _store(self, *, sender: str, recipients: list[str], content: bytes) -> None:
        now = datetime.now(tz=UTC)
        wanted = accounts_for(recipients)
        if sum(map(len, wanted.values())) < len(recipients):
            raise MailboxGone
        for account_id, addresses in wanted.items():
            self._store_for(account_id, addresses, sender=sender, content=content, now=now)

    def _store_for(self, account_id: int, addresses: list[str], *, sender: str, content: bytes, now: datetime) -> None:
        sent_to = with_envelope(raw=content, sender=sender, recipients=addresses, host=self._host, now=now)
        identity = copy_identity(raw=sent_to)
        accept_payload(account_id=account_id, source="SMTP", external_id=identity, raw=sent_to, now=now)


def accounts_for(recipients: list[str]) -> dict[int, list[str]]:
    """Return the active mailboxes that `recipients` mean → the addresses as given. Unknown recipients are left out."""
    wanted = {base_address(recipient) for recipient in recipients}
    ours = ChannelAccount.objects.active("email").annotate(address=Lower("external_id")).filter(address__in=wanted)
    mailboxes = dict(ours.values_list("address", "pk"))
    found: dict[int, list[str]] = {}
    for recipient in recipients:
        account_id = mailboxes.get(base_address(recipient))
        if account_id is not None:
            found.setdefault(account_id, []).append(recipient)
    return found


def base_address(address: str) -> str:
    """Return `address` in lower case and without what stands behind a plus."""
    local, _, domain = address.lower().rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"


class Receiver(Controller):
    """The server in a thread of its own: `start()` returns when it listens, `stop()` when all is closed."""

    def __init__(self, *, host: str, port: int, lmtp: bool = False) -> None:
        # aiosmtpd logs addresses at INFO: personal data.
        logging.getLogger("mail.log").setLevel(logging.WARNING)
        self._clerks, self._protocol = Clerks(), PatientLMTP if lmtp else PatientSMTP
        super().__init__(MailHandler(clerks=self._clerks, host=host), hostname=host, port=port, ready_timeout=20)

    def factory(self) -> SMTP:
        """Make the protocol of one connection."""
        return self._protocol(
            self.handler,
            data_size_limit=MAX_BYTES,
            enable_SMTPUTF8=True,
            ident="Citizenservice",
            hostname=self.hostname,
            timeout=120,
            loop=self.loop,
        )

    def stop(self, no_assert: bool = False) -> None:
        """Stop listening, then let the clerks close their database connections."""
        super().stop(no_assert=no_assert)
        self._clerks.stop()


class PatientSMTP(SMTP):
    """SMTP that takes lines longer than the standard's 1000 characters: a citizen's mail is not refused for that."""

    line_length_limit = 1024 * 1024

    def __init__(self, handler: Any, **options: Any) -> None:
        super().__init__(handler, **options)


class PatientLMTP(PatientSMTP, LMTP):
    """LMTP as patient, which also refuses a whole mail once for each recipient: the client waits for so many lines."""

    _expected = 0

    async def push(self, status: Any) -> None:
        """Send an answer; the one after the mail as often as there are recipients."""
        answer, expected, self._expected = status, self._expected, 0
        if isinstance(status, str) and status.startswith("354"):
            self._expected = len(self.envelope.rcpt_tos) if self.envelope else 0
        elif expected > 1 and isinstance(status, str) and "\r\n" not in status:
            answer = "\r\n".join([status] * expected)
        await super().push(answer)
