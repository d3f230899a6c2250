"""The wire to Mastodon: Mastodon.py, kept from waiting and talking, with every failure put in our own words.

What it makes of an answer is thrown away: it turns strangers' JSON into types and fails where they do not fit. The adapter
below it keeps the bytes, and those are read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any

import requests
from mastodon import Mastodon
from mastodon.errors import MastodonError

from channels_social.mastodon.answers import GONE, meaning, usage_of
from channels_social.reading import json_of, list_of, mapping_of, name_of
from channels_social.transport import Answer, certainly_not_sent, open_session, secret
from enquiries.contract import (
    Account,
    AccountUnusable,
    ChannelError,
    NotSent,
    OutboundFile,
    Refused,
    Uncertain,
    Usage,
)

SERVER = re.compile(r"https://[a-z0-9.-]+(:[0-9]{1,5})?", re.IGNORECASE)
SPOKEN = "4.5.0"
"""Said to the client, which would otherwise ask the server inside another call; that answer would be taken for ours."""
NOTICED = ["mention", "quote"]
PAGE_SIZE = 40
LOOKED_UP_AT_ONCE = 20
FAULTS = (MastodonError, requests.RequestException, ValueError, TypeError, KeyError, AttributeError, RecursionError)
"""The client reads answers into its own types and lets out whatever happens there."""

Status = dict[str, Any]


class MastodonClient:
    """Mastodon for one account. Made for one job and thrown away: a session survives neither forks nor threads."""

    def __init__(self, account: Account) -> None:
        """Raises AccountUnusable when the token or the server is missing."""
        token, server = secret(account, "access_token"), server_of(account)
        session, self._adapter = open_session(account, public=f"{server}/")
        self._lib = Mastodon(
            api_base_url=server,
            session=session,
            ratelimit_method="throw",  # the others sleep inside the call
            request_timeout=self._adapter.seconds,
            user_agent="Citizenservice",
            mastodon_version=SPOKEN,
            version_check_mode="created",
        )
        self._lib.access_token = token  # as an argument it might be taken for the name of a file
        self._own_id = account.external_id
        self.usage = Usage()

    def notifications(self, **bounds: str) -> list[dict[str, Any]]:
        """Return one page of the mentions and quotes, newest first. Raises ChannelError."""
        page = self._read(lambda: self._lib.notifications(types=NOTICED, limit=PAGE_SIZE, **bounds))
        return [mapping_of(each) for each in list_of(page)]

    def status(self, status_id: str) -> Status | None:
        """Return one post, or None when it is gone or not for our eyes. Raises ChannelError."""
        try:
            return mapping_of(self._read(lambda: self._lib.status(status_id)))
        except NotSent:
            if self._status() in GONE:
                return None
            raise

    def source(self, status_id: str) -> str:
        """Return the words of one of our own posts exactly as they were sent. Raises ChannelError."""
        return str(mapping_of(self._read(lambda: self._lib.status_source(status_id))).get("text") or "")

    def statuses(self, ids: Sequence[str]) -> list[Status]:
        """Return those of the posts that are there, in any order. Raises ChannelError."""
        found: list[Status] = []
        for start in range(0, len(ids), LOOKED_UP_AT_ONCE):
            page = self._read(partial(self._lib.statuses, list(ids[start : start + LOOKED_UP_AT_ONCE])))
            found += [mapping_of(each) for each in list_of(page)]
        return found

    def context(self, status_id: str) -> tuple[list[Status], list[Status]]:
        """Return what a post answers, first post first, and what was said below it. Raises ChannelError."""
        around = mapping_of(self._read(lambda: self._lib.status_context(status_id)))
        above, below = (list_of(around.get(name)) for name in ("ancestors", "descendants"))
        return [mapping_of(each) for each in above], [mapping_of(each) for each in below]

    def own_posts(self) -> Iterator[list[Status]]:
        """Yield the pages of the account's own posts, private ones included, newest first. Raises ChannelError."""
        bounds: dict[str, str] = {}
        while True:
            wanted: dict[str, Any] = {"exclude_reblogs": True, "limit": PAGE_SIZE, **bounds}
            page = self._read(partial(self._lib.account_statuses, self._own_id, **wanted))
            posts = [mapping_of(each) for each in list_of(page)]
            yield posts
            oldest = name_of(posts[-1].get("id")) if posts else ""
            if not oldest or oldest == bounds.get("max_id"):
                return
            bounds = {"max_id": oldest}

    def me(self) -> dict[str, Any]:
        """Return the account to which the token belongs. Raises ChannelError."""
        return mapping_of(self._read(self._lib.account_verify_credentials))

    def instance(self) -> dict[str, Any]:
        """Return what the server says of itself. Raises ChannelError."""
        return mapping_of(self._read(self._lib.instance_v2))

    def upload(self, file: OutboundFile) -> str:
        """Put a picture on the server, with what it shows in words, and return its number. Nobody sees it yet."""

        def send() -> object:
            return self._lib.media_post(file.content, mime_type=file.media_type, description=file.alt_text or None)

        try:
            number = name_of(mapping_of(self._ask(send, writing=True, what="uploads")).get("id"))
        except Uncertain as error:
            says = f"The picture did not reach Mastodon: {error.safe_message}"
            raise NotSent(says, code=error.code, trace_id=error.trace_id, usage=error.usage) from None
        if not number:
            raise NotSent("Mastodon took the picture in but did not say where it is", code=str(self._status()))
        return number

    def post(self, text: str, *, key: str, **options: Any) -> Status:
        """Post `text` and return the post as Mastodon shows it. The same `key` within an hour posts nothing new."""

        def send() -> object:
            return self._lib.status_post(text, idempotency_key=key, **options)

        posted = mapping_of(self._ask(send, writing=True, what="posts"))
        if not name_of(posted.get("id")):
            raise Uncertain("Mastodon accepted the reply but did not say where it is", code=str(self._status()))
        return posted

    def change(self, status_id: str, text: str) -> Status:
        """Give one of our own posts other words. Raises ChannelError."""
        changed = mapping_of(self._ask(lambda: self._lib.status_update(status_id, text), writing=True, what="posts"))
        if not name_of(changed.get("id")):
            raise Uncertain("Mastodon took the correction in but does not show it", code=str(self._status()))
        return changed

    def remove(self, status_id: str) -> bool:
        """Take down one of our own posts. Returns whether Mastodon knew it. Raises ChannelError."""
        try:
            self._ask(lambda: self._lib.status_delete(status_id), writing=True, what="removals")
        except Refused:
            if self._status() in GONE:
                return False
            raise
        return True

    def _read(self, call: Callable[[], object]) -> Any:
        return self._ask(call, writing=False, what="calls")

    def _ask(self, call: Callable[[], object], *, writing: bool, what: str) -> Any:
        """Return what Mastodon answered as JSON, or raise what it means. No exception of the client stays attached."""
        self._adapter.forget()
        fault: BaseException | None = None
        try:
            call()
        except FAULTS as error:
            fault = error.__context__ or error  # the client puts its own around that of the wire
        answer = self._adapter.answer
        if answer is None:
            raise _no_answer(fault, writing=writing)
        self.usage = Usage(
            buckets=usage_of(answer, what=what).buckets or self.usage.buckets, calls=self.usage.calls + 1
        )
        try:
            return _content(answer, writing=writing)
        except ChannelError as error:
            error.usage = self.usage
            raise

    def _status(self) -> int:
        return self._adapter.answer.status if self._adapter.answer else 0


def server_of(account: Account) -> str:
    """Return the address of the account's server, without a slash at its end. Raises AccountUnusable."""
    server = str(account.settings.get("server") or "").strip().rstrip("/")
    if not SERVER.fullmatch(server):
        raise AccountUnusable(
            "The account lacks the address of its Mastodon server",
            fix="Enter the server as https:// and its name.",
        )
    return server


def _content(answer: Answer, *, writing: bool) -> Any:
    if not 200 <= answer.status < 300:
        raise meaning(answer, writing=writing, now=datetime.now(UTC))
    try:
        content = json_of(answer.body)
    except ValueError:
        content = None
    if not isinstance(content, (dict, list)):
        says, code = "Mastodon answered with something that cannot be read", str(answer.status)
        raise Uncertain(says, code=code) if writing else NotSent(says, code=code)
    return content


def _no_answer(fault: BaseException | None, *, writing: bool) -> ChannelError:
    name = type(fault).__name__
    if fault is not None and certainly_not_sent(fault):
        return NotSent("Mastodon could not be reached", code=name)
    says = "The connection to Mastodon broke before it answered"
    return Uncertain(says, code=name) if writing else NotSent(says, code=name)
