"""The mail server as one object: the letters it keeps, the handles for tests and demo, and its event loop."""

import asyncio
import base64
import itertools
import threading
from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any

from simulators.control import Action, Fields, Simulator, WriteRefused
from simulators.faults import Fault
from simulators.keeping import revive
from simulators.mailbox import page
from simulators.mailbox.imap import CityMailbox, keep_tasks, repair
from simulators.mailbox.letters import Letter, compose
from simulators.mailbox.reports import answers_to
from simulators.mailbox.smtp import Reception, make_server
from simulators.serving import Request, Response, json_response


class Mailbox:
    """One city account and any number of citizens' mailboxes, in memory."""

    def __init__(self, *, city: str, password: str) -> None:
        self.city = city
        self.account = (city, password)
        self.domain = city.partition("@")[2].lower()
        self.archive = f"archive@{self.domain}"
        self.loop = asyncio.new_event_loop()
        self.loop.set_task_factory(keep_tasks)
        self._imap = CityMailbox(address=city, password=password)
        self._lock = threading.Lock()
        self._numbers = itertools.count(1)
        self._letters: list[Letter] = []

    def start(self, *, smtp_port: int, imap_port: int, simulator: Simulator, takes_all: bool) -> None:
        """Listen on both ports in a thread of their own; returns when both are open."""
        repair()
        threading.Thread(target=self.loop.run_forever, daemon=True).start()
        reception = Reception(city_domain=self.domain, simulator=simulator, accept=self._accept, takes_all=takes_all)
        self._run(self._listen(reception, smtp_port=smtp_port, imap_port=imap_port))

    async def _listen(self, reception: Reception, *, smtp_port: int, imap_port: int) -> None:
        def connection() -> asyncio.Protocol:
            return make_server(reception, loop=self.loop, account=self.account)

        await self.loop.create_server(connection, "127.0.0.1", smtp_port)
        await self._imap.start(port=imap_port, stack=AsyncExitStack())

    async def _accept(self, *, sender: str, recipients: tuple[str, ...], raw: bytes, delay: float) -> None:
        letter = await self._keep(sender=sender, recipients=recipients, raw=raw, delay=delay, by="smtp")
        for answer in answers_to(letter, now=datetime.now(UTC)):
            await self._keep(sender="", recipients=(sender,), raw=answer, delay=delay, by="server")

    async def _keep(self, *, sender: str, recipients: tuple[str, ...], raw: bytes, delay: float, by: str) -> Letter:
        now = datetime.now(UTC)
        ours = {one.lower() for one in recipients if one.lower().endswith(f"@{self.domain}")}
        to_city = bool(ours - {self.archive})
        with self._lock:
            key = f"{now:%Y%m%d%H%M%S}-{next(self._numbers)}"
            letter = Letter(key, raw, sender, recipients, now, now + timedelta(seconds=delay), to_city, by)
            self._letters.append(letter)
        for folder, wanted in (("INBOX", to_city), ("Archive", self.archive in ours)):
            if wanted:
                await self._imap.deliver(raw, folder=folder)
        return letter

    def letters(self) -> list[Letter]:
        """All mails that may be seen now, oldest first."""
        now = datetime.now(UTC)
        with self._lock:
            return [letter for letter in self._letters if letter.visible_at <= now]

    def find(self, key: str) -> Letter | None:
        """Find a mail by the ledger's id or by its Message-ID."""
        letters = reversed(self.letters())
        return next((one for one in letters if key and key in (one.id, one.header("Message-ID"))), None)

    def write(self, fields: Fields) -> dict[str, Any]:
        """Write to the city: from_address, from_name, subject, text, in_reply_to?, to?, html?, headers?,
        attachments? (filename, content_type, content_base64), or raw_base64 for a mail with any bytes at all."""
        sender = str(fields.get("from_address", "")).strip()
        if not sender.lower().endswith(".example") or "@" not in sender:
            raise WriteRefused("from_address must end in .example")
        answered = self.find(str(fields.get("in_reply_to") or ""))
        to = str(fields.get("to") or (_answer_address(answered) if answered else "") or self.city)
        letter = self._run(
            self._keep(sender=sender, recipients=(to,), raw=_raw(fields, to, answered), delay=0.0, by="page")
        )
        return {"id": letter.id, "message_id": letter.header("Message-ID"), "to": to}

    def memory(self) -> dict[str, Any]:
        """All mails, to be shown again after a restart; the city's INBOX itself begins empty then."""
        with self._lock:
            return {"letters": [asdict(letter) for letter in self._letters]}

    def recall(self, kept: dict[str, Any]) -> None:
        """Go on with what `memory` gave in an earlier life; {} changes nothing."""
        for facts in kept.get("letters", []):
            known = {"raw": facts["raw"].encode("latin-1"), "recipients": tuple(facts["recipients"])}
            self._letters.append(revive(Letter, facts | known))

    def ledger(self) -> dict[str, Any]:
        """All mails, those to the city and those to citizens."""
        with self._lock:
            return {"platform": "mailbox", "mails": [letter.entry() for letter in self._letters]}

    def reset(self) -> None:
        """Forget all mails."""
        with self._lock:
            self._letters.clear()
        self._run(self._imap.forget())

    def operation(self, request: Request) -> str:
        """There is no API over HTTP."""
        return "unknown"

    def refusal(self, fault: Fault) -> Response:
        """There is no API over HTTP that could refuse."""
        return json_response({"error": fault.kind}, status=503)

    def api(self, request: Request, *, delay_seconds: float) -> Response:
        """There is no API over HTTP."""
        return json_response({"error": "not found"}, status=404)

    def page(self, request: Request) -> Response | None:
        """The citizens' mailboxes."""
        return page.respond(request, self.letters(), city=self.city)

    def actions(self) -> Mapping[str, Action]:
        """None beyond the common ones."""
        return {}

    def _run(self, work: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(timeout=20)


def _raw(fields: Fields, to: str, answered: Letter | None) -> bytes:
    if fields.get("raw_base64"):
        return base64.b64decode(str(fields["raw_base64"]))
    age = timedelta(seconds=float(fields.get("age_seconds") or 0))
    try:
        return compose(fields, to=to, answered=answered, now=datetime.now(UTC) - age)
    except (ValueError, IndexError, KeyError) as problem:  # addresses and headers that no mail program would write
        raise WriteRefused(f"This cannot be written as a mail: {problem}") from problem


def _answer_address(letter: Letter) -> str:
    """Where an answer goes: to where an own earlier mail went, else to whom the city asks to answer."""
    if letter.to_city:
        return letter.recipients[0]
    header = letter.message["Reply-To"] or letter.message["From"]
    addresses = getattr(header, "addresses", ())
    return str(addresses[0].addr_spec) if addresses else letter.sender
