"""What the simulated Facebook remembers: people, posts, comments and messages, deleted ones included."""

import secrets
import threading
import zlib
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from simulators.credentials import FACEBOOK_PAGE_ID, FACEBOOK_PAGE_NAME
from simulators.facebook.condition import Condition
from simulators.keeping import revive

ALL_FIELDS: Final = (
    "feed",
    "mention",
    "messages",
    "message_echoes",
    "message_edits",
    "message_deliveries",
    "message_reads",
    "messaging_postbacks",
    "messaging_policy_enforcement",
    "messaging_handovers",
    "standby",
)
FIRST_POSTS: Final = (
    (
        "1221000001",
        3,
        "Mill Lane is closed from Monday until Friday: a new water main. The bus stops at Market Square.",
    ),
    ("1221000002", 1, "Winter is coming. Our gritting lorries are ready. Tell us here where it is slippery."),
)


@dataclass(frozen=True)
class Person:
    """Somebody on Facebook, by the id that only this page sees."""

    id: str
    name: str


@dataclass
class Entry:
    """A post, or a comment on one; `parent_id` is set for answers to a comment."""

    id: str
    kind: str
    author_id: str
    text: str
    created_at: datetime
    visible_at: datetime
    post_id: str = ""
    parent_id: str = ""
    by_api: bool = False
    deleted: bool = False
    is_hidden: bool = False
    hides_author: bool = False
    privately_answered: bool = False
    deleted_at: datetime | None = None
    elsewhere: bool = False
    """On somebody else's page, where ours was named."""
    picture: str = ""
    """Name of the photo that hangs on it."""
    earlier: list[dict[str, str]] = field(default_factory=list)
    """What it said before, oldest first: {"text", "until" (ISO 8601)}."""

    def reword(self, text: str, now: datetime) -> None:
        """Give it other words and remember the old ones; the same words again are no edit."""
        if text != self.text:
            self.earlier.append({"text": self.text, "until": now.isoformat()})
            self.text = text

    def take_down(self, now: datetime) -> None:
        """Hide it from every read; the ledger keeps it. The first time counts."""
        self.deleted, self.deleted_at = True, self.deleted_at or now

    def is_visible(self, now: datetime) -> bool:
        """Whether reads show it."""
        return not self.deleted and self.visible_at <= now


@dataclass
class Photo:
    """A picture that the page has put in; nobody sees it until a comment carries it, or when it is published."""

    id: str
    kind: str
    sha256: str
    alt: str = ""
    published: bool = False
    carried_by: str = ""
    """The comment on which it hangs."""


@dataclass
class Message:
    """One Messenger message between a person and the page."""

    id: str
    person_id: str
    from_page: bool
    text: str
    created_at: datetime
    visible_at: datetime
    metadata: str = ""
    tag: str = ""
    by_api: bool = False
    deleted: bool = False
    edits: int = 0
    hung: list[dict[str, str]] = field(default_factory=list)
    """What hangs on it: {"kind", "name"}."""
    standby: bool = False
    """Another app has the talk; ours only listens."""
    about: str = ""
    """The comment that it answers in private."""


class Store:
    """Everything on the page; take `lock` around several calls that belong together."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.clear()

    def clear(self) -> None:
        """Forget everything but the page and its first posts."""
        with self.lock:
            self.page = Person(FACEBOOK_PAGE_ID, FACEBOOK_PAGE_NAME)
            self.people: dict[str, Person] = {self.page.id: self.page}
            self.entries: dict[str, Entry] = {}
            self.messages: list[Message] = []
            self.photos: dict[str, Photo] = {}
            self.subscribed: tuple[str, ...] = ALL_FIELDS
            self.condition = Condition(app_fields=ALL_FIELDS)
            self.left: set[str] = set()
            now = datetime.now(UTC)
            for number, days, text in FIRST_POSTS:
                then = now - timedelta(days=days)
                self._keep(Entry(f"{self.page.id}_{number}", "post", self.page.id, text, then, then))

    def person(self, *, name: str, person_id: str = "") -> Person:
        """Find or make a person; without an id, the id follows from the name and survives a restart."""
        known = person_id or str(7_000_000_000_000 + zlib.crc32(name.strip().lower().encode()))
        with self.lock:
            if known not in self.people or name.strip():
                self.people[known] = Person(known, name.strip() or known)
            return self.people[known]

    def find(self, entry_id: str, *, now: datetime) -> Entry | None:
        """Find a post or comment that reads may show."""
        with self.lock:
            entry = self.entries.get(entry_id)
            return entry if entry and entry.is_visible(now) else None

    def visible(self, *, now: datetime) -> list[Entry]:
        """All posts and comments that reads may show, oldest first."""
        with self.lock:
            shown = [entry for entry in self.entries.values() if entry.is_visible(now)]
        return sorted(shown, key=lambda entry: entry.created_at)

    def removed(self) -> list[Entry]:
        """What the page wrote and somebody took down, oldest first: for people who look at the simulator."""
        with self.lock:
            gone = [entry for entry in self.entries.values() if entry.deleted and entry.author_id == self.page.id]
        return sorted(gone, key=lambda entry: entry.created_at)

    def visible_messages(self, person_id: str, *, now: datetime) -> list[Message]:
        """The messages with one person that reads may show, oldest first."""
        with self.lock:
            mine = [one for one in self.messages if one.person_id == person_id]
        shown = [one for one in mine if not one.deleted and one.visible_at <= now]
        return sorted(shown, key=lambda message: message.created_at)

    def add_post(self, *, author: Person, text: str, now: datetime, by_api: bool = False) -> Entry:
        """Keep a new post on the page."""
        with self.lock:
            key = f"{self.page.id}_{self._free_number()}"
            return self._keep(Entry(key, "post", author.id, text, now, now, by_api=by_api))

    def add_mention(self, *, author: Person, text: str, now: datetime) -> Entry:
        """Keep a post that names the page on the author's own profile."""
        with self.lock:
            key = f"{author.id}_{self._free_number()}"
            return self._keep(Entry(key, "post", author.id, text, now, now, elsewhere=True))

    def add_comment(
        self, *, author: Person, on: Entry, text: str, now: datetime, delay_seconds: float = 0.0, by_api: bool = False
    ) -> Entry:
        """Keep a comment on a post or a comment; threads have two levels, deeper answers move up."""
        top = on.parent_id or on.id
        post_id = on.id if on.kind == "post" else on.post_id
        with self.lock:
            key = f"{post_id.partition('_')[2]}_{self._free_number()}"
            made = Entry(key, "comment", author.id, text, now, now + timedelta(seconds=delay_seconds), by_api=by_api)
            return self._keep(replace(made, post_id=post_id, parent_id="" if on.kind == "post" else top))

    def add_message(self, message: Message) -> Message:
        """Keep a message."""
        with self.lock:
            self.messages.append(message)
            return message

    def last_from(self, person_id: str) -> datetime | None:
        """When a person wrote last; it opens the window for answers."""
        with self.lock:
            moments = [one.created_at for one in self.messages if one.person_id == person_id and not one.from_page]
        return max(moments, default=None)

    def is_new(self) -> bool:
        """Whether no citizen has written yet."""
        return len(self.people) == 1

    def memory(self) -> dict[str, Any]:
        """All that has to be kept to go on after a restart."""
        with self.lock:
            return {
                "people": [asdict(person) for person in self.people.values()],
                "entries": [asdict(entry) for entry in self.entries.values()],
                "messages": [asdict(message) for message in self.messages],
                "photos": [asdict(photo) for photo in self.photos.values()],
                "subscribed": list(self.subscribed),
            }

    def recall(self, kept: dict[str, Any]) -> None:
        """Go on with what `memory` gave in an earlier life; {} changes nothing."""
        with self.lock:
            self.people.update((facts["id"], Person(**facts)) for facts in kept.get("people", []))
            for facts in kept.get("entries", []):
                self._keep(revive(Entry, facts))
            self.messages += [revive(Message, facts) for facts in kept.get("messages", [])]
            self.photos.update((facts["id"], revive(Photo, facts)) for facts in kept.get("photos", []))
            self.subscribed = tuple(kept.get("subscribed", self.subscribed))

    def ledger(self) -> dict[str, Any]:
        """Everything ever written, oldest first, deleted things included."""
        with self.lock:
            entries = [self._entry_facts(entry) for entry in self.entries.values()]
            messages = [self._message_facts(message) for message in self.messages]
        return {
            "posts": [entry for entry in entries if entry["kind"] == "post"],
            "comments": [entry for entry in entries if entry["kind"] == "comment"],
            "messages": messages,
            "photos": [asdict(photo) for photo in self.photos.values()],
            "subscribed_fields": list(self.subscribed),
        }

    def _entry_facts(self, entry: Entry) -> dict[str, Any]:
        return {
            "id": entry.id,
            "kind": entry.kind,
            "text": entry.text,
            "author": self.people[entry.author_id].name,
            "author_id": entry.author_id,
            "target": entry.parent_id or entry.post_id or None,
            "post_id": entry.post_id or entry.id,
            "created_at": entry.created_at.isoformat(),
            "visible_at": entry.visible_at.isoformat(),
            "deleted": entry.deleted,
            "deleted_at": entry.deleted_at.isoformat() if entry.deleted_at else None,
            "earlier": list(entry.earlier),
            "hidden": entry.is_hidden,
            "elsewhere": entry.elsewhere,
            "picture": entry.picture,
            "by_api": entry.by_api,
        }

    def _message_facts(self, message: Message) -> dict[str, Any]:
        return {
            "id": message.id,
            "text": message.text,
            "author": self.page.name if message.from_page else self.people[message.person_id].name,
            "author_id": self.page.id if message.from_page else message.person_id,
            "target": message.person_id if message.from_page else self.page.id,
            "metadata": message.metadata,
            "tag": message.tag,
            "created_at": message.created_at.isoformat(),
            "visible_at": message.visible_at.isoformat(),
            "deleted": message.deleted,
            "by_api": message.by_api,
            "about": message.about,
        }

    def _keep(self, entry: Entry) -> Entry:
        self.entries[entry.id] = entry
        return entry

    def _free_number(self) -> str:
        number = int(datetime.now(UTC).timestamp() * 1_000_000)
        while any(key.endswith(f"_{number}") for key in self.entries):
            number += 1
        return str(number)


def new_message_id() -> str:
    """An id as Messenger gives it: opaque."""
    return f"m_{secrets.token_urlsafe(24)}"
