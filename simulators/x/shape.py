"""Gives posts and people the shape of API v2 answers, in the `tweet.*` and in the newer `post.*` names."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from simulators.serving import Request
from simulators.x.pictures import media_json
from simulators.x.problems import Refused, invalid
from simulators.x.store import Person, Post, Store
from simulators.x.text import LIMIT, cut, language, mentioned, weighted_length, wire

POST_FIELD_NAMES: Final = (
    "article attachments author_id card_uri community_id context_annotations conversation_id created_at "
    "display_text_range edit_controls edit_history_tweet_ids entities geo id in_reply_to_user_id lang "
    "matched_media_notes media_metadata non_public_metrics note_request_suggestions note_tweet organic_metrics "
    "paid_partnership possibly_sensitive promoted_metrics public_metrics referenced_tweets reply_settings scopes "
    "source suggested_source_links suggested_source_links_with_counts text withheld"
)
USER_FIELD_NAMES: Final = (
    "affiliation confirmed_email connection_status created_at description entities id is_identity_verified location "
    "most_recent_tweet_id name parody pinned_tweet_id profile_banner_url profile_image_url protected public_metrics "
    "receives_your_dm subscription subscription_type url username verified verified_followers_count verified_type "
    "withheld"
)
POST_FIELDS: Final = frozenset(POST_FIELD_NAMES.split())
USER_FIELDS: Final = frozenset(USER_FIELD_NAMES.split())
NEW_NAMES: Final = {
    "note_tweet": "note_post",
    "referenced_tweets": "referenced_posts",
    "edit_history_tweet_ids": "edit_history_post_ids",
}
OLD_NAMES: Final = {new: old for old, new in NEW_NAMES.items()}
ALWAYS: Final = frozenset({"id", "text", "edit_history_tweet_ids"})


@dataclass(frozen=True)
class Wanted:
    """What a caller asked to see; `renamed` speaks the newer dialect."""

    post_fields: frozenset[str]
    user_fields: frozenset[str]
    expansions: frozenset[str]
    renamed: bool = False

    @classmethod
    def of(cls, request: Request) -> "Wanted":
        """Read fields and expansions; raises Refused for names that X does not know."""
        renamed = "post.fields" in request.arguments
        named = _split(request, "post.fields" if renamed else "tweet.fields")
        posts = frozenset(OLD_NAMES.get(name, name) for name in named)
        people = _split(request, "user.fields")
        _check("tweet.fields", posts - POST_FIELDS)
        _check("user.fields", people - USER_FIELDS)
        expanded = _split(request, "expansions")
        expansions = frozenset(name.replace("referenced_posts", "referenced_tweets") for name in expanded)
        implied = {name.split(".")[0] for name in expansions} & POST_FIELDS
        return cls(posts | implied | ALWAYS, people | {"id", "name", "username"}, expansions, renamed)

    @classmethod
    def of_people(cls, request: Request) -> "Wanted":
        """Read the fields of people alone."""
        people = _split(request, "user.fields")
        _check("user.fields", people - USER_FIELDS)
        return cls(frozenset(), people | {"id", "name", "username"}, frozenset())


ALL: Final = Wanted(
    POST_FIELDS,
    frozenset({"id", "name", "username", "verified"}),
    frozenset({"author_id", "referenced_tweets.id", "attachments.media_keys"}),
)


def stamp(moment: datetime) -> str:
    """A moment as X writes it, with milliseconds."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


def person_json(person: Person, wanted: Wanted) -> dict[str, Any]:
    """One account with the asked fields."""
    facts: dict[str, Any] = {
        "id": person.id,
        "name": person.name,
        "username": person.username,
        "created_at": stamp(person.created_at),
        "protected": False,
        "verified": False,
        "verified_type": "none",
        "description": "",
        "profile_image_url": "https://abs.twimg.com/sticky/default_profile_images/default_profile_normal.png",
    }
    return {key: value for key, value in facts.items() if key in wanted.user_fields}


def post_json(post: Post, store: Store, wanted: Wanted) -> dict[str, Any]:
    """One post with the asked fields that have a value."""
    facts = {**_text_facts(post, store), **_thread_facts(post, store)}
    shown = {key: value for key, value in facts.items() if key in wanted.post_fields and value is not None}
    return {NEW_NAMES.get(key, key): value for key, value in shown.items()} if wanted.renamed else shown


def includes(posts: Iterable[Post], store: Store, wanted: Wanted, *, now: datetime) -> dict[str, Any]:
    """The expanded objects that belong to these posts; empty when nothing was asked for."""
    posts = list(posts)
    related = _referenced(posts, store, now) if "referenced_tweets.id" in wanted.expansions else []
    people = _people(posts, related, store, wanted)
    found: dict[str, Any] = {}
    if people:
        found["users"] = [person_json(store.people[one], wanted) for one in people]
    if related:
        found["posts" if wanted.renamed else "tweets"] = [post_json(post, store, wanted) for post in related]
    pictures = dict.fromkeys(one for post in posts for one in post.media)
    if pictures and "attachments.media_keys" in wanted.expansions:
        found["media"] = [media_json(store.media[one]) for one in pictures if one in store.media]
    return found


def _text_facts(post: Post, store: Store) -> dict[str, Any]:
    named = {handle.lower() for handle in mentioned(post.full_text)}
    ids = (
        {one.username.lower(): one.id for one in store.people.values() if one.username.lower() in named}
        if named
        else {}
    )
    is_long = weighted_length(post.text) > LIMIT
    added = _added_links(post, store)
    shown, entities = wire(f"{post.prefix}{cut(post.text) if is_long else post.text}{added}", ids=ids)
    whole, whole_entities = wire(post.full_text + added, ids=ids)
    note = {"text": whole, **({"entities": _without_ids(whole_entities)} if whole_entities else {})}
    return {
        "id": post.id,
        "text": shown,
        "entities": entities or None,
        "note_tweet": note if is_long else None,
        "display_text_range": [len(post.prefix), len(shown)],
        "lang": language(post.text),
    }


def _added_links(post: Post, store: Store) -> str:
    """What X puts behind the words: the address of the quoted post, and that of the pictures."""
    author, quoted = store.people[post.author_id], store.posts.get(post.quotes or "")
    links = [f"https://x.com/{store.people[quoted.author_id].username}/status/{quoted.id}"] if quoted else []
    links += [f"https://x.com/{author.username}/status/{post.id}/photo/1"] if post.media else []
    return "".join(f" {link}" for link in links)


def _without_ids(entities: dict[str, Any]) -> dict[str, Any]:
    return {kind: [dict(one) for one in found] for kind, found in entities.items()}


def _thread_facts(post: Post, store: Store) -> dict[str, Any]:
    parent = store.posts.get(post.in_reply_to or "")
    links = [("replied_to", post.in_reply_to), ("quoted", post.quotes)]
    return {
        "author_id": post.author_id,
        "created_at": stamp(post.created_at),
        "conversation_id": post.conversation_id,
        "edit_history_tweet_ids": list(post.versions) or [post.id],
        "attachments": {"media_keys": [f"3_{one}" for one in post.media]} if post.media else None,
        "in_reply_to_user_id": parent.author_id if parent else None,
        "referenced_tweets": [{"type": kind, "id": one} for kind, one in links if one] or None,
        "reply_settings": "everyone",
        "possibly_sensitive": False,
    }


def _referenced(posts: list[Post], store: Store, now: datetime) -> list[Post]:
    wanted = dict.fromkeys(one for post in posts for one in (post.in_reply_to, post.quotes) if one)
    return [post for post in (store.find(one, now=now) for one in wanted) if post]


def _people(posts: list[Post], related: list[Post], store: Store, wanted: Wanted) -> list[str]:
    ids: dict[str, None] = {}
    if "author_id" in wanted.expansions:
        ids |= dict.fromkeys(post.author_id for post in posts)
    if "referenced_tweets.id.author_id" in wanted.expansions:
        ids |= dict.fromkeys(post.author_id for post in related)
    if "in_reply_to_user_id" in wanted.expansions:
        parents = [store.posts.get(post.in_reply_to or "") for post in posts]
        ids |= dict.fromkeys(parent.author_id for parent in parents if parent)
    if "entities.mentions.username" in wanted.expansions:
        named = [store.by_handle(handle) for post in posts for handle in _handles(post)]
        ids |= dict.fromkeys(person.id for person in named if person)
    return list(ids)


def _handles(post: Post) -> list[str]:
    return [one["username"] for one in wire(post.full_text, ids={})[1].get("mentions", [])]


def _split(request: Request, name: str) -> frozenset[str]:
    return frozenset(part for part in request.arguments.get(name, "").split(",") if part)


def _check(parameter: str, unknown: frozenset[str]) -> None:
    if unknown:
        value = sorted(unknown)[0]
        raise Refused(invalid(parameter, value, f"The `{parameter}` query parameter value [{value}] is not valid"))
