"""The receiving half of the mail server: who is taken in, who is turned away, and faults during DATA."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Final

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from simulators.control import Simulator
from simulators.faults import AFTER, DELAYED, Fault

LARGEST_MAIL: Final = 60_000_000
REFUSALS: Final = {
    "429": "451 4.7.1 Too many messages, try again later",
    "429_reset": "451 4.7.1 Too many messages, try again later",
    "402": "554 5.7.1 Refused by policy",
    "401": "530 5.7.0 Authentication required",
    "html_502": "421 4.3.2 Service not available",
}
# Local parts that behave badly at every citizen's domain, so that tests and the demo can meet a full mailbox.
UNWILLING: Final = {
    "nobody": "550 5.1.1 No such mailbox",
    "full": "452 4.2.2 Mailbox is full",
    "blocked": "550 5.7.1 Your message was refused",
}

Accept = Callable[..., Awaitable[None]]


class Reception:
    """aiosmtpd's handler; `accept` keeps a mail before 250 is said."""

    def __init__(self, *, city_domain: str, simulator: Simulator, accept: Accept, takes_all: bool) -> None:
        self._city_domain = city_domain
        self._simulator = simulator
        self._accept = accept
        self._takes_all = takes_all

    async def handle_RCPT(  # noqa: N802 - named by aiosmtpd
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take in the city's and the citizens' addresses, turn away all others."""
        fault = self._simulator.faults.take("smtp_rcpt")
        answer = REFUSALS.get(fault.kind, "") if fault else self._turned_away(address)
        self._simulator.note("smtp_rcpt", address.partition("@")[2], int((answer or "250")[:3]), fault)
        if answer:
            return answer
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Keep the mail, then say 250, unless a fault was ordered."""
        fault = self._simulator.faults.take("smtp_data", "write")
        answer = await self._receive(server, envelope, fault)
        self._simulator.note("smtp_data", "", int(answer[:3]), fault)
        return answer

    async def _receive(self, server: SMTP, envelope: Envelope, fault: Fault | None) -> str:
        if fault and fault.kind in REFUSALS:
            return REFUSALS[fault.kind]
        if fault and fault.kind == "drop_before_commit":
            return await self._hang_up(server, fault)
        delay = fault.seconds if fault and fault.kind == DELAYED else 0.0
        raw = envelope.original_content or b""
        await self._accept(sender=envelope.mail_from or "", recipients=tuple(envelope.rcpt_tos), raw=raw, delay=delay)
        return await self._spoil(server, fault) if fault and fault.kind in AFTER else "250 2.0.0 OK"

    async def _spoil(self, server: SMTP, fault: Fault) -> str:
        if fault.kind == "commit_then_500":
            return "451 4.3.0 Local error in processing"
        if fault.kind in ("slow_first_byte", "commit_then_timeout"):
            await asyncio.sleep(fault.seconds)
        return "250 2.0.0 OK" if fault.kind == "slow_first_byte" else await self._hang_up(server, fault)

    async def _hang_up(self, server: SMTP, fault: Fault) -> str:
        self._simulator.note("smtp_data", "", 0, fault)
        if isinstance(server.transport, asyncio.Transport):
            server.transport.abort()
        await asyncio.sleep(60)  # ended at once: aiosmtpd cancels this when the connection is lost
        return "421 4.3.0 Gone"

    def _turned_away(self, address: str) -> str:
        local, _, domain = address.lower().rpartition("@")
        if self._takes_all or domain == self._city_domain:
            return ""
        if not domain.endswith(".example"):
            return "550 5.7.1 Relaying denied: only addresses that end in .example exist here"
        return UNWILLING.get(local, "")


def make_server(reception: Reception, *, loop: asyncio.AbstractEventLoop, account: tuple[str, str]) -> SMTP:
    """The protocol of one SMTP connection; signing in is possible and never needed."""

    def authenticate(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        given = (data.login.decode(), data.password.decode()) if isinstance(data, LoginPassword) else None
        return AuthResult(success=given == account, handled=given is None or given == account)

    return SMTP(
        reception,
        loop=loop,
        hostname="mail.northwell.example",
        data_size_limit=LARGEST_MAIL,
        enable_SMTPUTF8=True,
        authenticator=authenticate,
        auth_require_tls=False,
        auth_exclude_mechanism=["LOGIN"],
    )
