"""What we ask of X, call by call: each named, counted and read with the table of refusals that fits it."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from channels_social.reading import mapping_of, name_of
from channels_social.x.answers import DIRECT, HIDING, REMOVING
from channels_social.x.usage import of_post
from channels_social.x.wire import Call, Wire
from enquiries.contract import Account, NotSent, OutboundFile, Refused, Uncertain

POST_FIELDS = [
    "author_id", "conversation_id", "created_at", "in_reply_to_user_id", "referenced_tweets", "edit_history_tweet_ids",
    "entities", "note_tweet", "attachments", "lang", "reply_settings", "display_text_range",
]  # fmt: skip
EXPANSIONS = ["author_id", "referenced_tweets.id", "attachments.media_keys"]
USER_FIELDS = ["username", "name", "protected"]
MEDIA_FIELDS = ["type", "url", "preview_image_url", "alt_text", "variants"]
MESSAGE_FIELDS = ["id", "text", "event_type", "created_at", "sender_id", "dm_conversation_id", "attachments"]
SHOWN: dict[str, Any] = {
    "tweet_fields": POST_FIELDS, "expansions": EXPANSIONS, "user_fields": USER_FIELDS, "media_fields": MEDIA_FIELDS,
}  # fmt: skip
PAGE_SIZE = 100
MOST_PAGES = 100

Page = dict[str, Any]
Pages = Iterator[Page]


class XClient:
    """X for one account. Made for one job and thrown away: a session survives neither forks nor threads."""

    def __init__(self, account: Account, *, send_by: float | None = None) -> None:
        """Raises AccountUnusable when a key is missing. After `send_by` (monotonic) no call begins any more."""
        self.wire = Wire(account, send_by=send_by)
        self._user_id = account.external_id

    def me(self) -> dict[str, Any]:
        """Return who the keys belong to: {"id", "username", "name"}. Raises ChannelError."""
        how = Call(bucket="who we are", what="profile reads")
        found = self.wire.ask(lambda: self.wire.tweepy.get_me(user_auth=self.wire.as_user), how)
        return mapping_of(found.get("data"))

    def mentions(self, **bounds: Any) -> Pages:
        """Yield the pages of posts that mention the account, newest first. Raises ChannelError."""
        return self._timeline(self.wire.tweepy.get_users_mentions, Call(bucket="mentions", what="own reads"), bounds)

    def own_posts(self, **bounds: Any) -> Pages:
        """Yield the pages of the account's own posts, newest first. Raises ChannelError."""
        return self._timeline(self.wire.tweepy.get_users_tweets, Call(bucket="own posts", what="own reads"), bounds)

    def search(self, query: str, **bounds: Any) -> Pages:
        """Yield the pages of posts of the last seven days that match `query`, newest first. Raises ChannelError."""

        def read(**wanted: Any) -> object:
            return self.wire.tweepy.search_recent_tweets(query, user_auth=self.wire.as_user, **wanted)

        how = Call(bucket="search", what="other reads")
        return self._pages(read, how, {**SHOWN, "max_results": PAGE_SIZE, **bounds}, token_name="next_token")  # noqa: S106

    def posts(self, ids: Sequence[str]) -> Page:
        """Look up at most 100 posts; those that are missing stand under "errors". Raises ChannelError."""

        def read() -> object:
            return self.wire.tweepy.get_tweets(list(ids), user_auth=self.wire.as_user, **SHOWN)

        return self.wire.ask(read, Call(bucket="look-ups", what="other reads"))

    def direct_messages(self, *, person: str = "", start: str = "") -> Pages:
        """Yield the pages of direct messages of thirty days, newest first: all, or those with one person.

        `start` is the `next_token` of a page at which an earlier walk ended.
        """

        def read(**wanted: Any) -> object:
            return self.wire.tweepy.get_direct_message_events(
                participant_id=person or None, user_auth=self.wire.as_user, **wanted
            )

        wanted = {
            "dm_event_fields": MESSAGE_FIELDS,
            "event_types": "MessageCreate",
            "expansions": ["sender_id", "attachments.media_keys"],
            "user_fields": USER_FIELDS,
            "media_fields": MEDIA_FIELDS,
            "max_results": PAGE_SIZE,
            "pagination_token": start or None,
        }
        how = Call(bucket="reading direct messages", what="message reads", table=DIRECT)
        return self._pages(read, how, wanted, token_name="pagination_token")  # noqa: S106

    def post(self, *, text: str, to: str = "", quoting: str = "", media: Sequence[str] = ()) -> str:
        """Post `text` in answer `to` a post or `quoting` one, and return the new post's id. Raises ChannelError."""

        def create() -> object:
            return self.wire.tweepy.create_tweet(
                text=text, in_reply_to_tweet_id=to or None, quote_tweet_id=quoting or None,
                media_ids=list(media) or None, user_auth=self.wire.as_user,
            )  # fmt: skip

        what, price = of_post(text, is_answer=bool(to))
        content = self.wire.ask(create, Call(bucket="posts", what=what, price=price, writing=True))
        posted = name_of(mapping_of(content.get("data")).get("id"))
        if not posted:
            raise Uncertain("X accepted the reply but did not say where it is", code=self.wire.status())
        return posted

    def write_to(self, person: str, *, text: str, media: str = "") -> tuple[str, str]:
        """Send a direct message and return its number and its thread's. Raises ChannelError."""

        def create() -> object:
            return self.wire.tweepy.create_direct_message(
                participant_id=person, text=text or None, media_id=media or None, user_auth=self.wire.as_user
            )

        how = Call(bucket="direct messages", what="direct messages", writing=True, table=DIRECT)
        data = mapping_of(self.wire.ask(create, how).get("data"))
        sent = name_of(data.get("dm_event_id"))
        if not sent:
            raise Uncertain("X accepted the message but did not say where it is", code=self.wire.status())
        return sent, name_of(data.get("dm_conversation_id"))

    def upload(self, file: OutboundFile, *, private: bool) -> str:
        """Put a picture on X, with what it shows in words, and return its number. Nobody sees it yet. Raises ChannelError."""
        category = "dm_image" if private else "tweet_image"
        body = {
            "media": base64.b64encode(file.content).decode("ascii"),
            "media_category": category,
            "media_type": file.media_type,
        }
        content = self._prepare("/2/media/upload", body)
        number = name_of(mapping_of(content.get("data")).get("id"))
        if not number:
            raise NotSent("X took the picture in but did not say where it is", code=self.wire.status())
        if file.alt_text:
            words = {"id": number, "metadata": {"alt_text": {"text": file.alt_text[:1000]}}}
            self._prepare("/2/media/metadata", words)
        return number

    def _prepare(self, route: str, body: dict[str, Any]) -> dict[str, Any]:
        """Make a call after which nobody sees anything yet: however uncertain its end, the reply was not sent."""

        def send() -> object:
            return self.wire.tweepy.request("POST", route, json=body, user_auth=self.wire.as_user)

        try:
            return self.wire.ask(send, Call(bucket="uploads", writing=True))
        except Uncertain as error:
            says = f"The picture did not reach X: {error.safe_message}"
            raise NotSent(says, code=error.code, trace_id=error.trace_id, usage=error.usage) from None

    def hide(self, post_id: str, *, hidden: bool) -> None:
        """Hide a reply under a post of ours, or show it again; twice is once, and one that is gone is success."""
        act = self.wire.tweepy.hide_reply if hidden else self.wire.tweepy.unhide_reply
        how = Call(bucket="hiding", writing=True, table=HIDING)
        try:
            content = self.wire.ask(lambda: act(post_id, user_auth=self.wire.as_user), how)
        except Refused:
            if self.wire.status() == "404" and self.wire.says_gone():
                return
            raise
        if mapping_of(content.get("data")).get("hidden") is not hidden:
            raise Uncertain("X took it in but does not say that it was done", code=self.wire.status())

    def remove(self, post_id: str) -> None:
        """Take down the account's own post; one that is not there any more is success. Raises ChannelError."""

        def delete() -> object:
            return self.wire.tweepy.delete_tweet(post_id, user_auth=self.wire.as_user)

        try:
            content = self.wire.ask(delete, Call(bucket="removals", what="removals", writing=True, table=REMOVING))
        except Refused:
            if self.wire.status() == "404" and (self.wire.says_gone() or self.is_gone(post_id)):
                return
            raise
        if mapping_of(content.get("data")).get("deleted") is not True and not self.is_gone(post_id):
            raise Uncertain("X took the removal in but does not say that the post is gone", code="200")

    def is_gone(self, post_id: str) -> bool:
        """Look for a post, because an answer without the reason could as well come from a wrong address."""

        def fetch() -> object:
            return self.wire.tweepy.get_tweet(post_id, user_auth=self.wire.as_user)

        try:
            self.wire.ask(fetch, Call(bucket="look-ups", what="other reads"))
        except NotSent:
            if self.wire.status() != "404":
                raise
        return self.wire.says_gone()

    def _timeline(self, read: Callable[..., object], how: Call, bounds: dict[str, Any]) -> Pages:
        def fetch(**wanted: Any) -> object:
            return read(self._user_id, user_auth=self.wire.as_user, **wanted)

        wanted = {**SHOWN, "max_results": PAGE_SIZE, **bounds}
        return self._pages(fetch, how, wanted, token_name="pagination_token")  # noqa: S106

    def _pages(self, read: Callable[..., object], how: Call, wanted: dict[str, Any], *, token_name: str) -> Pages:
        """Walk all pages. A mark that comes a second time ends the walk: it would lead round for ever."""
        bounds = {name: value for name, value in wanted.items() if value is not None}
        seen: set[str] = set()
        while len(seen) < MOST_PAGES:
            page = self.wire.ask(lambda: read(**bounds), how)
            yield page
            token = name_of(mapping_of(page.get("meta")).get("next_token"))
            if not token or token in seen:
                return
            seen.add(token)
            bounds[token_name] = token
