"""One way onto the wire for every platform: no call without a timeout, none to another host, no secret in a log."""

from __future__ import annotations

import json
import logging
import re
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any, Final

import requests
import urllib3
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection

from enquiries.contract import Account, AccountUnusable

CONNECT_SECONDS: Final = 4.0
TOTAL_SECONDS: Final = 10.0
MAX_ANSWER_BYTES: Final = 20_000_000
"""Of what a platform tells: a hundred of its longest posts, with those that they quote."""
MAX_FILE_BYTES: Final = 25_000_000
FILE_SECONDS: Final = 60.0
"""Of what citizens sent: the same limit as for files that come otherwise, and the time that so much may take."""
IDLE_SECONDS: Final = 15.0
"""A line that was quiet for longer is not used again: its other end may be closing it while we write."""
TALKATIVE: Final = (
    "tweepy.client",
    "requests_oauthlib.oauth1_auth",
    "oauthlib.oauth1.rfc5849",
    "urllib3.connectionpool",
)
"""Loggers of the libraries below us that print tokens, signatures or whole addresses at DEBUG."""
IN_ADDRESSES = re.compile(r"((?:access_token|input_token|appsecret_proof)=)[^&\s'\"]+")
SEND_BY: ContextVar[float | None] = ContextVar("send_by", default=None)
"""Until when, on this process's monotonic clock, the call that is under way may begin to leave."""


class TooLate(urllib3.exceptions.NewConnectionError):
    """The moment by which the request should have left was over when the line stood. No byte of it left."""


class TooLong(requests.ReadTimeout):
    """The answer is longer than is taken from there. Asking again brings nothing else."""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a platform answered, read to the end. Header names are lower-case."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)

    def json(self) -> dict[str, Any]:
        """Return the body as an object; {} when it is anything else."""
        try:
            content = json.loads(self.body)
        except (ValueError, RecursionError):
            return {}
        return content if isinstance(content, dict) else {}


class _Timely(HTTPConnection):
    """A connection that, once it stands, still asks whether it is too late to begin."""

    def connect(self) -> None:
        super().connect()
        _refuse_if_late(self)


class _TimelySecure(HTTPSConnection):
    """The same behind TLS."""

    def connect(self) -> None:
        super().connect()
        _refuse_if_late(self)


def _refuse_if_late(connection: HTTPConnection) -> None:
    until = SEND_BY.get()
    if until is not None and time.monotonic() > until:
        connection.close()
        raise TooLate(connection, "It took too long to reach the platform")


@contextmanager
def leaving_by(moment: float | None) -> Iterator[None]:
    """Let calls in this block leave only until `moment` (monotonic); later ones fail as never sent. None: whenever."""
    token = SEND_BY.set(moment)
    try:
        yield
    finally:
        SEND_BY.reset(token)


class DirectedAdapter(HTTPAdapter):
    """Sends what was meant for the platform's public address to `base`, with timeouts, and remembers the answer.

    The clients of both platforms have their host written into their code, set no timeout and hide the status line;
    this is the one place where all three can be mended without touching them. The request is signed over the public
    address, before this adapter sees it.
    """

    def __init__(self, *, public: str, base: str, seconds: float) -> None:
        super().__init__()
        self.public, self.base, self.seconds = public, base, seconds
        self.most_bytes, self.most_seconds = MAX_ANSWER_BYTES, seconds
        self.answer: Answer | None = None
        self._used_at = 0.0

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        """Make the lines such that they refuse to begin too late."""
        super().init_poolmanager(*args, **options)
        self.poolmanager.pool_classes_by_scheme = {"http": _Pool, "https": _SecurePool}

    def proxy_manager_for(self, *args: Any, **options: Any) -> Any:
        """The same for lines that lead through the organisation's own proxy."""
        manager = super().proxy_manager_for(*args, **options)
        manager.pool_classes_by_scheme = {"http": _Pool, "https": _SecurePool}
        return manager

    def forget(self) -> None:
        """Forget the answer before, so that a call that never got one cannot be taken for it."""
        self.answer = None

    def send(self, request: requests.PreparedRequest, *_args: Any, **options: Any) -> requests.Response:
        """Send `request` within `most_seconds` in all. Raises the exceptions of requests, a timeout among them."""
        self.forget()
        now, until = time.monotonic(), SEND_BY.get()
        if until is not None and now > until:
            raise requests.ConnectTimeout(TooLate(None, "There was no time left to begin"))  # type: ignore[arg-type]
        if now - self._used_at > IDLE_SECONDS:
            self.poolmanager.clear()
        self._used_at, ends = now, now + self.most_seconds
        request.url = self.base + (request.url or "")[len(self.public) :]
        wanted = {**options, "stream": True, "timeout": (min(CONNECT_SECONDS, self.seconds), self.seconds)}
        response = super().send(request, **wanted)
        response._content = _whole_body(response, ends=ends, most=self.most_bytes)
        response._content_consumed = True  # type: ignore[attr-defined]
        headers = {name.lower(): value for name, value in response.headers.items()}
        self.answer = Answer(status=response.status_code, headers=headers, body=response.content)
        return response


class _Pool(urllib3.HTTPConnectionPool):
    ConnectionCls = _Timely


class _SecurePool(urllib3.HTTPSConnectionPool):
    ConnectionCls = _TimelySecure


def _whole_body(response: requests.Response, *, ends: float, most: int) -> bytes:
    """Read what is there as it comes: a socket timeout alone lets a dripping answer last for ever.

    A line on which an answer broke off is closed, so that its rest cannot be taken for the next answer.
    """
    body = BytesIO()
    try:
        if (response.raw.length_remaining or 0) > most:
            raise TooLong("The answer is too long")
        while part := response.raw.read1(decode_content=True):
            if body.tell() + len(part) > most:
                raise TooLong("The answer is too long")
            if time.monotonic() > ends:
                raise requests.ReadTimeout("The answer is too slow")
            body.write(part)
        if response.raw.length_remaining:
            raise requests.ConnectionError("The answer broke off")
    except (urllib3.exceptions.HTTPError, requests.RequestException) as error:
        response.raw.close()
        if isinstance(error, requests.RequestException):
            raise
        raise requests.ConnectionError("The answer broke off") from error
    response.raw.release_conn()
    return body.getvalue()


def open_session(account: Account, *, public: str, base: str = "") -> tuple[requests.Session, DirectedAdapter]:
    """Return a session that can reach nothing but the platform at `public` (ends in a slash), and its adapter.

    `account.settings["api_url"]` is where the platform really is (a simulator), `timeout_seconds` the time of a call,
    `proxy_url` the organisation's own way out to the network, where it has one. `base` is where this one lies instead.
    """
    base = str(base or account.settings.get("api_url") or public).rstrip("/") + "/"
    adapter = DirectedAdapter(
        public=public, base=base, seconds=float(account.settings.get("timeout_seconds", TOTAL_SECONDS))
    )
    session = requests.Session()
    session.trust_env = False  # a stray .netrc would silently replace our credentials
    session.max_redirects = 0  # a redirect is an answer that we do not understand, not an order
    if proxy := str(account.settings.get("proxy_url") or ""):
        session.proxies = {"http": proxy, "https": proxy}
    session.adapters.clear()
    session.mount(public, adapter)
    return session, adapter


def get_file(account: Account, url: str, *, public: str, base: str = "") -> Answer:
    """Fetch a file that a citizen sent; `public` and `base` as for `open_session`. A redirect is an answer.

    Raises TooLong where it has more than 25 MB, and the other exceptions of requests.
    """
    session, adapter = open_session(account, public=public, base=base)
    adapter.most_bytes, adapter.most_seconds = MAX_FILE_BYTES, max(FILE_SECONDS, adapter.seconds)
    with session:
        session.get(url, allow_redirects=False)
    if adapter.answer is None:
        raise requests.ConnectionError("There was no answer")
    return adapter.answer


def certainly_not_sent(error: BaseException) -> bool:
    """Tell whether `error` proves that no byte of the request left: no name, no connection, no trusted certificate."""
    seen: set[int] = set()
    waiting: list[object] = [error]
    while waiting:
        cause = waiting.pop()
        if not isinstance(cause, BaseException) or id(cause) in seen:
            continue
        seen.add(id(cause))
        if isinstance(cause, (urllib3.exceptions.NewConnectionError, urllib3.exceptions.ConnectTimeoutError)):
            return True
        if type(cause).__name__ == "SSLCertVerificationError":
            return True
        waiting += [*cause.args, getattr(cause, "reason", None)]
    return False


def secret(account: Account, name: str) -> str:
    """Return a secret of `account`. Raises AccountUnusable when it was never entered."""
    value = account.secrets.get(name, "")
    if not value:
        raise AccountUnusable(f"The account lacks its {name}", fix=f"Enter the {name} of {account.name} in the admin.")
    return value


class Discreet(logging.Filter):
    """Lets no token through: drops what is below INFO and blots out secrets in addresses."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Keep `record` without its secrets, or drop it."""
        if record.levelno < logging.INFO:
            return False
        record.msg, record.args = IN_ADDRESSES.sub(r"\1[hidden]", record.getMessage()), None
        return True


def be_discreet() -> None:
    """Put a `Discreet` filter on every talkative logger. A filter holds whatever level somebody sets later."""
    for name in TALKATIVE:
        logger = logging.getLogger(name)
        if not any(isinstance(each, Discreet) for each in logger.filters):
            logger.addFilter(Discreet())


be_discreet()
