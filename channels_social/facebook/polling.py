"""Looks at the page for what no webhook told, because webhooks get lost and Facebook keeps no list of them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Final

from channels_social.facebook import quota
from channels_social.facebook.answers import OBJECT_GONE
from channels_social.facebook.client import Page, PageGraph
from channels_social.facebook.marks import OVERLAP, Marks, Unread
from channels_social.reading import bytes_of, list_of, mapping_of, moment_of, name_of
from enquiries.contract import Account, AccountUnusable, ChannelError, Halt, Incoming, NotSent, Polled, Throttled

WATCHED_POSTS = 25
WATCHED_DAYS = 14
FIRST_LOOK_DAYS = 7
MOST_PAGES = 40
"""Of one edge in one look: 4,000 comments. The next look goes on where this one stopped."""
MOST_FAILURES = 3
"""Posts in one look whose comments cannot be read; then the platform is taken to be away."""
LOOK_FOR = 60.0
"""Seconds that one look may take. Whoever looks is stopped after 120."""
ROUNDING = timedelta(minutes=1)
"""Facebook's times have whole seconds, and its clock is not ours."""
SHOWN_MESSAGES = 20
MESSAGE = "id,message,from,created_time,attachments,sticker"

Node = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Edge:
    """A list that Facebook keeps, newest first by `moment`."""

    name: str
    fields: str
    moment: str = "created_time"
    args: Mapping[str, Any] = field(default_factory=dict)


POST = "id,message,from,created_time,permalink_url,status_type"
FEED: Final = Edge(name="feed", fields=f"{POST},comments.limit(0).summary(true)")
TAGGED: Final = Edge(name="tagged", fields=POST)
COMMENTS: Final = Edge(
    name="comments",
    fields="id,message,from,created_time,parent{id},permalink_url,attachment",
    args={"filter": "stream", "order": "reverse_chronological"},
)
TALKS: Final = Edge(
    name="conversations",
    fields=f"id,updated_time,message_count,participants,messages.limit({SHOWN_MESSAGES}){{{MESSAGE}}}",
    moment="updated_time",
    args={"platform": "messenger", "limit": 25},
)
MESSAGES: Final = Edge(name="messages", fields=MESSAGE)


def look(account: Account, cursor: Mapping[str, Any], *, watch: tuple[str, ...], now: datetime) -> Polled:
    """Look for visitors' posts, comments, messages and mentions since `cursor`. Raises ChannelError.

    The feed can be asked only by the age of posts, so the newest posts of two weeks and those of `watch` (posts, or
    comments under them, by their numbers) are looked through for comments.
    """
    marks = Marks.of(cursor)
    if marks.rest_until and now < marks.rest_until:
        says = "Most of the page's allowance at Facebook is used up, so it is looked at less often until it is not."
        return Polled(incoming=(), cursor=cursor, warning=says)
    return Look(account, marks, now=now).at_everything(watch)


class Look:
    """One look at one page. Made for it and thrown away."""

    def __init__(self, account: Account, marks: Marks, *, now: datetime) -> None:
        """Raises AccountUnusable when a secret is missing."""
        self.account, self.now, self.marks = account, now, marks
        self.graph, self.until = PageGraph(account), time.monotonic() + LOOK_FOR
        self.next = Marks(seen_until=marks.seen_until)
        self.owed = dict(marks.unread)
        self.first = now - timedelta(days=float(account.settings.get("first_look_days", FIRST_LOOK_DAYS)))
        self.pages_at_once = int(account.settings.get("pages_per_look", MOST_PAGES))
        self.pages_read = 0
        self.found: dict[str, Incoming] = {}
        self.posts: list[str] = []
        self.failures: list[ChannelError] = []
        self.warnings: list[str] = []

    def at_everything(self, watch: tuple[str, ...]) -> Polled:
        """Look at every edge, comments before messages. An edge that fails keeps its mark and does not stop the others."""
        parts: tuple[tuple[str, str, Callable[[], None]], ...] = (
            ("posts", "Visitors' posts", self._feed),
            ("comments", "Comments", lambda: self._comments(watch)),
            ("messages", "Messages", self._talks),
            ("mentions", "Mentions", self._mentions),
            ("rest", "Older comments and messages", self._what_is_owed),
        )
        for name, says, part in parts:
            self._try(name, says, part)
        if self.failures and not self.pages_read:
            raise self.failures[0]
        return self._polled()

    def _try(self, name: str, says: str, part: Callable[[], None]) -> None:
        """Look at one part. A token that is dead ends the look, a permission that is missing ends only the part."""
        is_throttled = any(isinstance(one, Throttled) for one in self.failures)
        if is_throttled or self._is_late() or self.graph.meter.percent() >= quota.NEARLY_ALL:
            self._hold(name)
            return
        try:
            part()
        except AccountUnusable as error:
            if error.kind is not Halt.CONFIG or error.code == "2635":
                raise
            self._failed(says, error)
            self._hold(name)
        except NotSent as error:
            self._failed(says, error)
            self._hold(name)

    def _failed(self, says: str, error: ChannelError) -> None:
        self.failures.append(error)
        self.warnings.append(f"{says} could not be read: {error.safe_message}.")

    def _hold(self, name: str) -> None:
        self.next.held[name] = self.marks.held.get(name) or self.marks.seen_until or self.first + OVERLAP

    def _polled(self) -> Polled:
        self.next.unread |= {key: rest for key, rest in self.owed.items() if key not in self.next.unread}
        usage = self.graph.meter.usage()
        throttles = [self.now + one.after for one in self.failures if isinstance(one, Throttled)]
        self.next.rest_until = max(filter(None, (quota.rest(usage, now=self.now), *throttles)), default=None)
        unread = sum(bool(rest.after) for rest in self.next.unread.values())
        if unread:
            self.warnings.append(
                "More was written than one look can read. The next one goes on where this one stopped."
            )
        if self.next.rest_until:
            self.warnings.append("Most of the page's allowance at Facebook is used up, so it is looked at less often.")
        return Polled(
            incoming=tuple(self.found.values()),
            cursor=self.next.cursor(),
            more=bool(unread) and not self.failures and not self.next.rest_until,
            warning=" ".join(dict.fromkeys(self.warnings)),
            usage=usage,
        )

    def _feed(self) -> None:
        days = float(self.account.settings.get("watched_days", WATCHED_DAYS))
        oldest = int((self.now - timedelta(days=days)).timestamp())
        for post, is_new in self._read(FEED, self.account.external_id, mark="posts", since=oldest):
            count = mapping_of(mapping_of(post.get("comments")).get("summary")).get("total_count")
            if count != 0 and len(self.posts) < WATCHED_POSTS:
                self.posts.append(name_of(post.get("id")))
            is_ours = name_of(mapping_of(post.get("from")).get("id")) == self.account.external_id
            if is_new and not is_ours:
                self._keep("post", post)

    def _comments(self, watch: tuple[str, ...]) -> None:
        """One post that cannot be read leaves a note of its own, and the others are read all the same."""
        failures: list[NotSent] = []
        for post in dict.fromkeys([*self.posts, *(self._post_of(each) for each in watch)]):
            try:
                for comment, is_new in self._read(COMMENTS, post, mark="comments"):
                    if is_new:
                        self._keep("comment", comment, post_id=post)
            except NotSent as error:
                failures.append(error)
                if isinstance(error, Throttled) or len(failures) >= MOST_FAILURES or self._is_late():
                    raise
        if failures:
            self._failed(f"Comments under {len(failures)} posts", failures[0])

    def _post_of(self, number: str) -> str:
        """Name the post that a comment (`POST_COMMENT`) hangs on; a post (`PAGE_POST`) is itself."""
        page = self.account.external_id
        return number if number.startswith(f"{page}_") else f"{page}_{number.partition('_')[0]}"

    def _talks(self) -> None:
        for talk, is_new in self._read(TALKS, self.account.external_id, mark="messages"):
            if is_new:
                self._talk(talk)

    def _talk(self, talk: Node) -> None:
        """Read what a talk shows at once; all of it when that is not the beginning of what is new."""
        person, number = _person(talk, self.account), name_of(talk.get("id"))
        shown = [mapping_of(each) for each in list_of(mapping_of(talk.get("messages")).get("data"))]
        since = self.marks.since("messages", first=self.first)
        fresh = [each for each in shown if _is_new(each, since, "created_time")]
        for message in fresh:
            self._keep("message", message, person=person)
        if len(fresh) == len(shown) and len(shown) >= SHOWN_MESSAGES and number:
            self._messages(number, person)

    def _messages(self, talk: str, person: str) -> None:
        for message, is_new in self._read(MESSAGES, talk, mark="messages", more={"person": person}):
            if is_new and (message.get("from") or message.get("message")):
                self._keep("message", message, person=person)
            elif is_new:
                self.warnings.append("Facebook no longer shows some messages. Look into the page's inbox.")

    def _mentions(self) -> None:
        for post, is_new in self._read(TAGGED, self.account.external_id, mark="mentions"):
            if is_new:
                self._keep("mention", post)

    def _what_is_owed(self) -> None:
        """Go on with edges that an earlier look did not finish and this one had no reason to visit."""
        for key in list(self.owed):
            name, _, parent = key.partition(":")
            if name == COMMENTS.name:
                for comment, is_new in self._read(COMMENTS, parent, mark="comments"):
                    if is_new:
                        self._keep("comment", comment, post_id=parent)
            elif name == MESSAGES.name:
                self._messages(parent, self.owed[key].more.get("person", ""))

    def _read(
        self, edge: Edge, parent: str, *, mark: str, more: Mapping[str, str] | None = None, **args: Any
    ) -> Iterator[tuple[Node, bool]]:
        """Yield what an earlier look left of an edge, then its nodes down to its mark, and whether each is new."""
        key, since = f"{edge.name}:{parent}", self.marks.since(mark, first=self.first)
        asked = {"limit": 100, **edge.args, **args, "fields": edge.fields}
        rest = self.owed.pop(key, None)
        if rest and rest.after:
            yield from self._walk(key, edge, parent, {**asked, "after": rest.after}, rest)
            if key in self.next.unread:
                return  # the rest alone was too much; what is above it waits
            since = rest.top - OVERLAP if rest.top else since
        elif rest:
            since = min(since, rest.since)
        yield from self._walk(key, edge, parent, asked, Unread(since=since, top=self.now, more=more or {}))

    def _walk(
        self, key: str, edge: Edge, parent: str, args: dict[str, Any], note: Unread
    ) -> Iterator[tuple[Node, bool]]:
        """The note of what is unread stands before each page is asked for, so that it stays when that fails."""
        for _ in range(self.pages_at_once):
            self.next.unread[key] = note = replace(note, after=str(args.get("after", "")))
            page = self._page(key, edge, parent, args, note)
            fresh = [_is_new(node, note.since, edge.moment) for node in page.nodes]
            yield from zip(page.nodes, fresh, strict=True)
            if not all(fresh) or not page.following:
                del self.next.unread[key]
                return
            args |= page.following
            if self._is_late():
                break
        if _reaches(page.nodes, note.since + OVERLAP - ROUNDING, edge.moment):  # only what was read before is left
            del self.next.unread[key]
        else:
            self.next.unread[key] = replace(note, after=str(args.get("after", "")))

    def _page(self, key: str, edge: Edge, parent: str, args: dict[str, Any], note: Unread) -> Page:
        try:
            page = self.graph.page(parent, edge.name, **args)
        except NotSent as error:
            if error.code == OBJECT_GONE:
                return Page(nodes=[], following={})
            if error.code == "100" and note.after:  # Facebook knows this place no longer: from the top again
                self.next.unread[key] = replace(note, after="")
            raise
        self.pages_read += 1
        return page

    def _is_late(self) -> bool:
        return time.monotonic() > self.until

    def _keep(self, kind: str, node: Node, **more: Any) -> None:
        identity = f"{kind}:{name_of(node.get('id'))}"
        raw = bytes_of({"polled": kind, "node": node, **more})
        self.found[identity] = Incoming(external_id=identity, raw=raw)
        made_at = moment_of(node.get("created_time"))
        if made_at and made_at <= self.now:  # a clock that is ahead must not carry the mark past what is still to come
            self.next.seen_until = max(made_at, self.next.seen_until or made_at)


def _is_new(node: Node, since: datetime, moment: str) -> bool:
    """What has no time is looked at: better read twice than lost."""
    made_at = moment_of(node.get(moment))
    return made_at is None or made_at >= since


def _reaches(nodes: list[Node], until: datetime, moment: str) -> bool:
    return any(made_at <= until for node in nodes if (made_at := moment_of(node.get(moment))))


def _person(talk: Node, account: Account) -> str:
    people: Iterable[object] = list_of(mapping_of(talk.get("participants")).get("data"))
    numbers = (name_of(mapping_of(each).get("id")) for each in people)
    return next((number for number in numbers if number != account.external_id), "")
