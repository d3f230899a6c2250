"""Reads X's posts, however they came, into the service's own words; pure, and never at a loss whatever the bytes are."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from channels_social.reading import (
    bytes_of,
    digest_of,
    first_of,
    list_of,
    mapping_of,
    moment_of,
    name_of,
    text_of,
)
from channels_social.x import media
from enquiries.contract import Account, Author, Ignored, InboundMessage, Incoming, OwnPost, Parsed, Side, Unreadable
from enquiries.rules import may_reply

SNOWFLAKE_EPOCH_MS = 1288834974657
NOTE = ("note_tweet", "note_post")
REFERENCED = ("referenced_tweets", "referenced_posts")
HISTORY = ("edit_history_tweet_ids", "edit_history_post_ids")
INCLUDED = ("tweets", "posts")
LANGUAGE = re.compile(r"[a-z]{2}")
PICTURE = re.compile(r"/status/\d+/(?:photo|video)/\d+$")
Includes = dict[str, Any]


def of_post(account: Account, post: dict[str, Any], includes: Includes) -> Parsed:
    """Read one post with the people, posts and pictures that came beside it."""
    own_id, author_id = name_of(post.get("id")), name_of(post.get("author_id"))
    text, occurred_at = full_text(post), moment_of(post.get("created_at")) or moment_of_id(own_id)
    if not own_id or not author_id or text is None or occurred_at is None:
        missing = [name for name in ("id", "author_id", "text") if not post.get(name)] or ["created_at"]
        return Unreadable(raw=bytes_of(post), error=f"The post lacks {', '.join(missing)}")
    parent = reference_of(post, "replied_to")
    if author_id == account.external_id:
        return OwnPost(external_id=own_id, text=text, occurred_at=occurred_at, parent_id=parent)
    if reference_of(post, "retweeted"):
        return Ignored(reason="A repost says nothing of its own")
    return _message(account, post, includes, text=text, occurred_at=occurred_at)


def _message(
    account: Account, post: dict[str, Any], includes: Includes, *, text: str, occurred_at: datetime
) -> InboundMessage:
    own_id, author = name_of(post.get("id")), _author(post, includes)
    thread = name_of(post.get("conversation_id")) or own_id
    answerable = may_answer(account, post, includes)
    language = name_of(post.get("lang"))
    identity = identity_of(post)
    root = identity.partition(":")[0]
    return InboundMessage(
        external_id=identity,
        root_id=root,
        version_at=moment_of_id(own_id) if own_id != root else None,
        thread_key=f"{thread}:{author.external_id}",
        author=author,
        text=text,
        side=Side.PUBLIC,
        occurred_at=occurred_at,
        parent_id=reference_of(post, "replied_to"),
        permalink=permalink(author.handle, own_id),
        language=language if LANGUAGE.fullmatch(language) else "",
        answerable=answerable,
        hindrance="" if answerable else _hindrance(account),
        pictures=media.pictures_of(post, includes),
    )


def _author(post: dict[str, Any], includes: Includes) -> Author:
    return author_of(name_of(post.get("author_id")), includes)


def author_of(author_id: str, includes: Includes) -> Author:
    """Return the person with this number, by name and handle where they came along."""
    users = [mapping_of(user) for user in list_of(includes.get("users"))]
    user = next((user for user in users if name_of(user.get("id")) == author_id), {})
    return Author(external_id=author_id, name=text_of(user.get("name")), handle=name_of(user.get("username")))


def _hindrance(account: Account) -> str:
    return (
        "X lets us answer by its interface only when the writer mentions the account or quotes one of its posts, "
        f"and this one does not name @{account.handle}. Answer by hand on x.com."
    )


def may_answer(account: Account, post: dict[str, Any], includes: Includes) -> bool:
    """Tell whether X lets the account answer: the author mentioned it or quoted one of its posts (since 2026-02-23).

    Accounts on the Enterprise plan are exempt: `account.settings["plan"] == "enterprise"`.
    """
    if account.settings.get("plan") == may_reply.EXEMPT_PLAN or _mentions(account, post):
        return True
    quoted = reference_of(post, "quoted")
    seen = [mapping_of(each) for name in INCLUDED for each in list_of(includes.get(name))]
    return bool(quoted) and any(
        name_of(each.get("id")) == quoted and name_of(each.get("author_id")) == account.external_id for each in seen
    )


def _mentions(account: Account, post: dict[str, Any]) -> bool:
    sources = [post, mapping_of(first_of(post, NOTE))]
    entities = [mapping_of(source.get("entities")) for source in sources]
    named = [mapping_of(each) for entity in entities for each in list_of(entity.get("mentions"))]
    handle = account.handle.lstrip("@").casefold()
    if any(name_of(each.get("id")) == account.external_id for each in named):
        return True
    if not handle:
        return False
    texts = " ".join(text_of(source.get("text")) for source in sources).casefold()
    return re.search(rf"(?<![\w@])@{re.escape(handle)}(?!\w)", texts) is not None


def full_text(post: dict[str, Any], *, with_media: bool = True) -> str | None:
    """Return the words as written: long posts whole, entities decoded, t.co links as what they stand for.

    None when there is no text at all. `with_media` keeps the links that X adds for pictures and for a quoted post.
    """
    note = mapping_of(first_of(post, NOTE))
    source = note if text_of(note.get("text")) else post
    if not isinstance(source.get("text"), str):
        return None
    text = html.unescape(text_of(source["text"]))
    entities, quoted = mapping_of(source.get("entities")), reference_of(post, "quoted")
    for link in (mapping_of(each) for each in list_of(entities.get("urls"))):
        short, long = text_of(link.get("url")), text_of(link.get("expanded_url"))
        if short and long:
            text = text.replace(short, "" if not with_media and _is_added(link, long, quoted) else long)
    return text


def _is_added(link: dict[str, Any], address: str, quoted: str) -> bool:
    """Tell a link that X put there itself, for a picture or for the post that is quoted."""
    return bool(link.get("media_key") or PICTURE.search(address) or (quoted and address.endswith(f"/status/{quoted}")))


def identity_of(post: dict[str, Any]) -> str:
    """Return a message's identity: the id, or for an edited post the first version's id, a colon and its own."""
    own_id = name_of(post.get("id"))
    first = next((name_of(each) for each in list_of(first_of(post, HISTORY))), own_id)
    return own_id if first in ("", own_id) else f"{first}:{own_id}"


def reference_of(post: dict[str, Any], kind: str) -> str:
    """Return the id of the post that `post` answers, quotes or repeats (`replied_to`, `quoted`, `retweeted`), or ""."""
    references = (mapping_of(each) for each in list_of(first_of(post, REFERENCED)))
    return next((name_of(each.get("id")) for each in references if each.get("type") == kind), "")


def permalink(handle: str, post_id: str) -> str:
    """Return the address of a post for people; X finds it without the handle too."""
    return f"https://x.com/{handle or 'i'}/status/{post_id}"


def incoming_posts(page: dict[str, Any]) -> list[Incoming]:
    """Cut a page of the mentions into one payload per post, each with the people and posts that it speaks of."""
    includes = mapping_of(page.get("includes"))
    posts = (mapping_of(each) for each in list_of(page.get("data")))
    return [_incoming(post, includes) for post in posts if post]


def _incoming(post: dict[str, Any], includes: Includes) -> Incoming:
    references = [mapping_of(each) for each in list_of(first_of(post, REFERENCED))]
    posts = _with_ids([name_of(each.get("id")) for each in references], includes, INCLUDED)
    people = [name_of(each.get("author_id")) for each in (post, *posts)]
    kept = {
        "users": _with_ids(people, includes, ("users",)),
        "tweets": posts,
        "media": media.belonging_to([post], includes),
    }
    raw = bytes_of({"data": post, "includes": kept})
    return Incoming(external_id=identity_of(post) or digest_of(raw), raw=raw)


def _with_ids(wanted: Iterable[str], includes: Includes, names: Sequence[str]) -> list[dict[str, Any]]:
    ids = set(wanted)
    found = (mapping_of(each) for name in names for each in list_of(includes.get(name)))
    return [each for each in found if name_of(each.get("id")) in ids]


def moment_of_id(post_id: str) -> datetime | None:
    """Return when a post with this number was made."""
    if not post_id.isdecimal() or len(post_id) > 19:
        return None
    return moment_of((int(post_id) >> 22) + SNOWFLAKE_EPOCH_MS)


def floor_id(moment: datetime) -> int:
    """Return the smallest number that a post made at `moment` can have; 0 before X counted this way."""
    milliseconds = int(moment.astimezone(UTC).timestamp() * 1000) - SNOWFLAKE_EPOCH_MS
    return max(0, milliseconds) << 22
