"""The city's mailbox over IMAP: pymap's memory back end, with two repairs that real clients need."""

import asyncio
import io
from argparse import ArgumentParser, Namespace
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from typing import Any

from pymap.backend.dict import Config, DictBackend, Identity
from pymap.imap import IMAPConnection, IMAPService
from pymap.parsing.message import AppendMessage
from pymap.parsing.response import Response
from pymap.user import UserMetadata
from pysasl.hashing import BuiltinHash

_alive: set[asyncio.Task[Any]] = set()


class CityMailbox:
    """One account; `deliver` puts a mail into a folder of it, bytes unchanged."""

    def __init__(self, *, address: str, password: str) -> None:
        self._address = address
        self._password = password
        self._config: Config
        self._box: Identity

    async def start(self, *, port: int, stack: AsyncExitStack) -> None:
        """Listen until the stack is left."""
        backend, self._config = await DictBackend.init(_arguments(port))
        self._config.apply_context()
        self._box = Identity(self._address, backend.login, None, frozenset())
        hashed = BuiltinHash(rounds=1000).hash(self._password)  # half a million rounds would cost 0.2 s at each sign-in
        await self._box.set(UserMetadata(self._config, self._address, password=hashed))
        await self._open_archive()
        await IMAPService(backend, self._config).start(stack)

    async def _open_archive(self) -> None:
        """Make the folder where blind copies to the archive address arrive."""
        async with self._box.new_session() as session:
            await session.create_mailbox("Archive")

    async def deliver(self, raw: bytes, *, folder: str = "INBOX") -> None:
        """Put one mail into INBOX or Archive; waiting IDLE connections are told."""
        async with self._box.new_session() as session:
            await session.append_messages(folder, [AppendMessage(raw, datetime.now(UTC), frozenset())])

    async def forget(self) -> None:
        """Start again with an empty INBOX of another UIDVALIDITY, for connections made from now on."""
        self._config.set_cache.pop(self._address, None)
        await self._open_archive()


def repair() -> None:
    """Send each response in one piece: pymap's parts can interleave and tear lines during IDLE."""
    IMAPConnection.write_response = _write_whole  # type: ignore[method-assign]


def keep_tasks(loop: asyncio.AbstractEventLoop, coro: Any, **options: Any) -> asyncio.Task[Any]:
    """A task factory that holds on to tasks: Python 3.13 may otherwise collect live connections."""
    task = asyncio.Task(coro, loop=loop, **options)
    _alive.add(task)
    task.add_done_callback(_alive.discard)
    return task


async def _write_whole(self: IMAPConnection, resp: Response) -> None:
    buffer = io.BytesIO()
    await resp.async_write(buffer)  # bytes(resp) would leave out the bodies of messages
    try:
        self.writer.write(buffer.getvalue())
        await self.writer.drain()
    except ConnectionError:
        return


def _arguments(port: int) -> Namespace:
    parser = ArgumentParser()
    IMAPService.add_arguments(parser)
    DictBackend.add_subparser("dict", parser.add_subparsers())
    given = ["--host", "127.0.0.1", "--port", str(port), "--no-tls", "dict"]
    return parser.parse_args(given, Namespace(passlib_cfg=None, debug=False))
