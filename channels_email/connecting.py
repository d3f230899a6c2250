"""Opens connections to mail servers, and says in the words of the contract what hinders it."""

import imaplib
import smtplib
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from imap_tools import BaseMailBox, MailBox, MailBoxStartTls, MailBoxUnencrypted
from imap_tools.errors import ImapToolsError, MailboxFolderSelectError, MailboxLoginError, MailboxStarttlsError

from channels_email import oauth
from channels_email.letter import ascii_domain
from enquiries.contract import Account, AccountUnusable, Halt, NotSent

TIMEOUT = 10
"""Seconds for each step on the wire."""
_TLS = {"imap": {"tls": 993, "starttls": 143, "none": 143}, "smtp": {"tls": 465, "starttls": 587, "none": 25}}
"""Kind of protection → usual port, per protocol."""
_TLS_FIX = "Check the host name and the server's certificate; only set TLS to none for a server on the same machine."


def endpoint(*, settings: Mapping[str, Any], protocol: str) -> tuple[str, int, str]:
    """Return host, port and TLS kind of `protocol` ("imap" or "smtp"). Raises AccountUnusable where they are not set.

    Protection is "tls" unless it is set to something else: nothing is sent in the clear by omission.
    """
    host = str(settings.get(f"{protocol}_host", ""))
    tls = str(settings.get(f"{protocol}_tls", "tls")).lower()
    if not host or tls not in _TLS[protocol]:
        raise AccountUnusable(
            f"The mailbox has no usable {protocol.upper()} settings.",
            fix=f"Set {protocol}_host, and {protocol}_tls to tls, starttls or none.",
        )
    return host, int(settings.get(f"{protocol}_port") or _TLS[protocol][tls]), tls


@contextmanager
def imap_session(
    *, account: Account, user: str = "", password: str = "", folder: str, readonly: bool
) -> Iterator[BaseMailBox]:
    """Log in and open `folder`. Raises NotSent or AccountUnusable, also for errors inside the block."""
    try:
        mailbox = _connected(account)
    except (ssl.SSLCertVerificationError, MailboxStarttlsError) as error:
        raise AccountUnusable("The IMAP server cannot be trusted.", fix=_TLS_FIX) from error
    except (OSError, imaplib.IMAP4.error, ImapToolsError) as error:
        raise NotSent(f"The IMAP server cannot be reached ({type(error).__name__}).") from error
    try:
        name = user or str(account.settings.get("imap_user") or account.external_id)
        if oauth.signs_in_by_token(account) and not password:
            _show_token(mailbox, user=name, token=oauth.token_of(account))
        else:
            _log_in(mailbox, user=name, password=password or account.secrets.get("imap_password", ""))
        mailbox.folder.set(folder, readonly=readonly)
        yield mailbox
    except MailboxFolderSelectError as error:
        raise AccountUnusable(
            f"The mailbox has no folder {folder}.",
            fix="Create the folder on the server or change the account's settings.",
        ) from error
    except (OSError, imaplib.IMAP4.error, ImapToolsError) as error:
        raise NotSent(f"The IMAP server broke off ({type(error).__name__}).", after=timedelta(minutes=1)) from error
    finally:
        _leave(mailbox)


def _connected(account: Account) -> BaseMailBox:
    host, port, tls = endpoint(settings=account.settings, protocol="imap")
    if tls == "tls":
        return MailBox(host, port, timeout=TIMEOUT, ssl_context=ssl.create_default_context())
    if tls == "starttls":
        return MailBoxStartTls(host, port, timeout=TIMEOUT, ssl_context=ssl.create_default_context())
    return MailBoxUnencrypted(host, port, timeout=TIMEOUT)


def _log_in(mailbox: BaseMailBox, *, user: str, password: str) -> None:
    log_in = mailbox.login if (user + password).isascii() else mailbox.login_utf8
    try:
        log_in(user, password, initial_folder=None)
    except imaplib.IMAP4.abort:
        raise
    except (imaplib.IMAP4.error, MailboxLoginError) as error:
        raise _login_refused(str(error)) from error


def _show_token(mailbox: BaseMailBox, *, user: str, token: str) -> None:
    """Sign in by a token. A refusal comes as a challenge first, with the reason; silence ends the attempt."""
    told: list[bytes] = []

    def answer(challenge: bytes) -> bytes:
        told.append(challenge)
        return oauth.xoauth2(user, token).encode() if len(told) == 1 else b""

    try:
        mailbox.client.authenticate("XOAUTH2", answer)
    except imaplib.IMAP4.abort:
        raise
    except imaplib.IMAP4.error as error:
        raise _login_refused(str(error), Halt.AUTH) from error


def _login_refused(answer: str, kind: Halt = Halt.CONFIG) -> NotSent | AccountUnusable:
    """Tell a server that is busy from one that does not take the password (response codes of RFC 5530)."""
    if any(code in answer.upper() for code in ("UNAVAILABLE]", "THROTTLED]", "LIMIT]", "INUSE]", "SERVERBUG]")):
        return NotSent("The IMAP server is busy.", after=timedelta(minutes=5))
    return AccountUnusable(
        "The IMAP server does not accept the sign-in.",
        fix="Enter the mailbox's user name and password again.",
        kind=kind,
    )


def _leave(mailbox: BaseMailBox) -> None:
    try:
        mailbox.logout()
    except (OSError, imaplib.IMAP4.error, ImapToolsError):
        mailbox.client.shutdown()


@contextmanager
def smtp_session(*, account: Account) -> Iterator[smtplib.SMTP]:
    """Connect, secure and log in to the SMTP server. Raises NotSent or AccountUnusable; leaves other errors alone."""
    host, port, tls = endpoint(settings=account.settings, protocol="smtp")
    try:
        server = _smtp_connected(host=host, port=port, tls=tls, account=account)
    except ssl.SSLCertVerificationError as error:
        raise AccountUnusable("The SMTP server cannot be trusted.", fix=_TLS_FIX) from error
    except (smtplib.SMTPNotSupportedError, UnicodeError) as error:
        raise AccountUnusable(
            "The SMTP server does not offer the protection or the sign-in that is set.",
            fix="Check smtp_tls, smtp_user and the password.",
        ) from error
    except smtplib.SMTPAuthenticationError as error:
        if error.smtp_code < 500:
            raise NotSent("The SMTP server is busy.", code=str(error.smtp_code)) from error
        raise AccountUnusable(
            "The SMTP server does not accept the sign-in.",
            fix="Enter the mailbox's SMTP user name and password again.",
            code=str(error.smtp_code),
        ) from error
    except (OSError, smtplib.SMTPException) as error:
        code = str(getattr(error, "smtp_code", ""))
        raise NotSent(f"The SMTP server cannot be reached ({type(error).__name__}).", code=code) from error
    try:
        yield server
    finally:
        _quit(server)


def _smtp_connected(*, host: str, port: int, tls: str, account: Account) -> smtplib.SMTP:
    name = ascii_domain(account.external_id)
    server: smtplib.SMTP
    if tls == "tls":
        context = ssl.create_default_context()
        server = smtplib.SMTP_SSL(host, port, local_hostname=name, timeout=TIMEOUT, context=context)
    else:
        server = smtplib.SMTP(host, port, local_hostname=name, timeout=TIMEOUT)
    try:
        server.ehlo_or_helo_if_needed()
        if tls == "starttls":
            server.starttls(context=ssl.create_default_context())
            server.ehlo()
        user = str(account.settings.get("smtp_user") or "")
        if user and oauth.signs_in_by_token(account):
            oauth.sign_in_to_smtp(server, user=user, token=oauth.token_of(account))
        elif user:
            server.login(user, account.secrets.get("smtp_password", ""))
    except BaseException:
        server.close()
        raise
    return server


def _quit(server: smtplib.SMTP) -> None:
    try:
        server.quit()
    except (OSError, smtplib.SMTPException):
        server.close()
