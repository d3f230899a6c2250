"""The wire to X: tweepy, kept from waiting, resending and talking, with every failure put in our own words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

import requests
import tweepy

from channels_social.reading import mapping_of
from channels_social.transport import certainly_not_sent, open_session, secret
from channels_social.x.answers import REMOVING, TABLE, Row, meaning, says_gone
from enquiries.contract import Account, ChannelError, NotSent, Refused, Uncertain

PUBLIC = "https://api.twitter.com/"
"""The host that tweepy has written into its code, and over which every call is signed."""

POST_FIELDS = [
    "author_id", "conversation_id", "created_at", "in_reply_to_user_id", "referenced_tweets", "edit_history_tweet_ids",
    "entities", "note_tweet", "attachments", "lang", "reply_settings", "display_text_range",
]  # fmt: skip
EXPANSIONS = ["author_id", "referenced_tweets.id", "attachments.media_keys"]
USER_FIELDS = ["username", "name", "protected"]
MEDIA_FIELDS = ["type", "url", "alt_text"]
PAGE_SIZE = 100


class XClient:
    """X for one account. Made for one job and thrown away: a session survives neither forks nor threads."""

    def __init__(self, account: Account) -> None:
        """Raises AccountUnusable when a key is missing."""
        self._tweepy = tweepy.Client(
            consumer_key=secret(account, "consumer_key"),
            consumer_secret=secret(account, "consumer_secret"),
            access_token=secret(account, "access_token"),
            access_token_secret=secret(account, "access_token_secret"),
            return_type=requests.Response,
            wait_on_rate_limit=False,  # True sends a POST again and again when a 429 names no moment
        )
        self._tweepy.session, self._adapter = open_session(account, public=PUBLIC)
        self._user_id = account.external_id

    def mentions(self, **bounds: Any) -> Iterator[dict[str, Any]]:
        """Yield the pages of posts that mention the account, newest first. Raises ChannelError."""
        return self._pages(self._tweepy.get_users_mentions, **bounds)

    def own_posts(self, **bounds: Any) -> Iterator[dict[str, Any]]:
        """Yield the pages of the account's own posts, newest first. Raises ChannelError."""
        return self._pages(self._tweepy.get_users_tweets, **bounds)

    def reply(self, *, text: str, to: str) -> str:
        """Post `text` in answer to the post `to` and return the new post's id. Raises ChannelError."""

        def post() -> object:
            return self._tweepy.create_tweet(text=text, in_reply_to_tweet_id=to, user_auth=True)

        data = self._ask(post, writing=True).get("data")
        posted = data.get("id") if isinstance(data, dict) else None
        if not posted:
            raise Uncertain("X accepted the reply but did not say where it is", code=self._status())
        return str(posted)

    def remove(self, post_id: str) -> None:
        """Take down the account's own post; one that is not there any more is success. Raises ChannelError."""

        def delete() -> object:
            return self._tweepy.delete_tweet(post_id, user_auth=True)

        try:
            content = self._ask(delete, writing=True, table=REMOVING)
        except Refused:
            if self._status() == "404" and (self._says_gone() or self._is_gone(post_id)):
                return
            raise
        if mapping_of(content.get("data")).get("deleted") is not True and not self._is_gone(post_id):
            raise Uncertain("X took the removal in but does not say that the post is gone", code="200")

    def _is_gone(self, post_id: str) -> bool:
        """Look for a post, because an answer without the reason could as well come from a wrong address."""

        def fetch() -> object:
            return self._tweepy.get_tweet(post_id, user_auth=True)

        try:
            self._ask(fetch, writing=False)
        except NotSent:
            if self._status() != "404":
                raise
        return self._says_gone()

    def _says_gone(self) -> bool:
        return self._adapter.answer is not None and says_gone(self._adapter.answer)

    def _pages(self, read: Callable[..., object], **bounds: Any) -> Iterator[dict[str, Any]]:
        token: str | None = None
        while True:
            page = self._page(read, pagination_token=token, **bounds)
            yield page
            meta = page.get("meta")
            token = meta.get("next_token") if isinstance(meta, dict) else None
            if not token:
                return

    def _page(self, read: Callable[..., object], **bounds: Any) -> dict[str, Any]:
        wanted = {name: value for name, value in bounds.items() if value is not None}

        def fetch() -> object:
            return read(
                self._user_id, max_results=PAGE_SIZE, tweet_fields=POST_FIELDS, expansions=EXPANSIONS,
                user_fields=USER_FIELDS, media_fields=MEDIA_FIELDS, user_auth=True, **wanted,
            )  # fmt: skip

        return self._ask(fetch, writing=False)

    def _ask(self, call: Callable[[], object], *, writing: bool, table: Sequence[Row] = TABLE) -> dict[str, Any]:
        """Return what X answered, or raise what it means. No exception of tweepy or requests stays attached."""
        self._adapter.forget()
        fault: BaseException | None = None
        try:
            call()
        except (tweepy.TweepyException, requests.RequestException, ValueError) as error:
            fault = error  # ValueError: tweepy reads a header of a 429 as a number, whatever it is
        answer = self._adapter.answer
        if answer is None:
            raise _no_answer(fault, writing=writing)
        content = answer.json()
        if not 200 <= answer.status < 300:
            raise meaning(answer, writing=writing, now=datetime.now(UTC), table=table)
        if not content:
            says = "X answered with something that cannot be read"
            raise Uncertain(says, code=self._status()) if writing else NotSent(says, code=self._status())
        return content

    def _status(self) -> str:
        return str(self._adapter.answer.status) if self._adapter.answer else ""


def _no_answer(fault: BaseException | None, *, writing: bool) -> ChannelError:
    name = type(fault).__name__
    if fault is not None and certainly_not_sent(fault):
        return NotSent("X could not be reached", code=name)
    if writing:
        return Uncertain("The connection to X broke before it answered", code=name)
    return NotSent("The connection to X broke before it answered", code=name)
