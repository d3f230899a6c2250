"""Starts a real Dovecot for tests: unprivileged, on free ports, with mailboxes in a folder of its own.

with running() as server:
    server.deliver("info@northwell.example", raw)
    ... IMAP on server.imap_port, password server.password for whatever user ...
"""

from __future__ import annotations

import grp
import os
import pwd
import re
import shutil
import smtplib
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.sims import free_port

PROGRAM = "/usr/sbin/dovecot"
WHY_NOT = "" if shutil.which("dovecot") or Path(PROGRAM).exists() else "Dovecot is not installed (.ci/run does it)"
"""Why the tests with a real mail server cannot run here; "" where they can."""
PASSWORD = "demo"

CONFIGURATION = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
listen = 127.0.0.1
protocols = imap lmtp
ssl = no
disable_plaintext_auth = no
mail_location = maildir:{folder}/mail/%u
first_valid_uid = 1
mail_max_userip_connections = 50
imap_idle_notify_interval = 30 s
mailbox_idle_check_interval = 1 s
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/home/%u
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {imap_port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service lmtp {{
  inet_listener lmtp {{
    address = 127.0.0.1
    port = {lmtp_port}
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
"""


@dataclass(frozen=True)
class Dovecot:
    """A running server. Every address has a mailbox, made when it is first used."""

    folder: Path
    imap_port: int
    lmtp_port: int
    process: subprocess.Popen[bytes]
    password: str = PASSWORD

    def deliver(self, *recipients: str, raw: bytes) -> None:
        """Deliver a mail by LMTP."""
        with smtplib.LMTP("127.0.0.1", self.lmtp_port) as client:
            client.ehlo()
            client.mail("dana@citizens.example")
            assert all(client.rcpt(recipient)[0] == 250 for recipient in recipients)
            answers = [client.data(raw), *(client.getreply() for _ in recipients[1:])]
        assert all(code == 250 for code, _ in answers), answers

    def renumber(self, address: str) -> None:
        """Give the mails of a mailbox other numbers and the mailbox another UIDVALIDITY, as after a restore."""
        folder = self.folder / "mail" / address
        listed = folder / "dovecot-uidlist"
        head, *mails = listed.read_text().splitlines()
        validity = re.sub(r"V([0-9]+)", lambda found: f"V{int(found[1]) + 1}", head)
        later = re.sub(r"N([0-9]+)", lambda found: f"N{int(found[1]) + 100}", validity)
        moved = [f"{int(line.split(' ', 1)[0]) + 100} {line.split(' ', 1)[1]}" for line in mails]
        listed.write_text("\n".join([later, *moved]) + "\n")
        for index in folder.glob("dovecot.*"):
            index.unlink()

    def log(self) -> str:
        """What the server wrote about itself."""
        path = self.folder / "log"
        return path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""


@contextmanager
def running() -> Iterator[Dovecot]:
    """Start the server; it ends with the block, and its mailboxes with it."""
    who, as_root = _unprivileged(), os.getuid() == 0
    folder = Path(tempfile.mkdtemp(prefix="dovecot-"))
    imap_port, lmtp_port = free_port(), free_port()
    settings = CONFIGURATION.format(
        folder=folder,
        user=who.pw_name,
        group=_group(who),
        uid=who.pw_uid,
        gid=who.pw_gid,
        password=PASSWORD,
        imap_port=imap_port,
        lmtp_port=lmtp_port,
    )
    (folder / "dovecot.conf").write_text(settings)
    for name in ("run", "state", "mail", "home"):
        (folder / name).mkdir()
    _give_to(folder, who)
    process = subprocess.Popen(
        [PROGRAM, "-F", "-c", str(folder / "dovecot.conf")],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=folder,
        user=who.pw_uid if as_root else None,
        group=who.pw_gid if as_root else None,
        extra_groups=[] if as_root else None,
    )
    server = Dovecot(folder=folder, process=process, imap_port=imap_port, lmtp_port=lmtp_port)
    try:
        _wait(server)
        yield server
    finally:
        process.terminate()
        process.wait(timeout=10)
        shutil.rmtree(folder, ignore_errors=True)


def _unprivileged() -> pwd.struct_passwd:
    """Root may not own mailboxes with Dovecot, so it hands over to nobody."""
    return pwd.getpwnam("nobody") if os.getuid() == 0 else pwd.getpwuid(os.getuid())


def _group(who: pwd.struct_passwd) -> str:

    return grp.getgrgid(who.pw_gid).gr_name


def _give_to(folder: Path, who: pwd.struct_passwd) -> None:
    if os.getuid() == 0:
        for path in (folder, *folder.rglob("*")):
            os.chown(path, who.pw_uid, who.pw_gid)


def _wait(server: Dovecot) -> None:
    until = time.monotonic() + 15
    for port in (server.imap_port, server.lmtp_port):
        while True:
            assert server.process.poll() is None, f"Dovecot ended: {server.log()}"
            assert time.monotonic() < until, f"Dovecot does not listen: {server.log()}"
            try:
                with socket.create_connection(("127.0.0.1", port), timeout=1) as line:
                    if line.recv(1):
                        break
            except OSError:
                time.sleep(0.05)
