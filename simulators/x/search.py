"""The part of X's search language that a city needs: words, phrases, handles, threads, OR, brackets, negation."""

import re
from collections.abc import Callable
from typing import Final

from simulators.x.store import Post, Store
from simulators.x.text import mentioned

TOKEN: Final = re.compile(r'\(|\)|-?(?:\w+:)?"[^"]*"|-?[^\s()"]+')
LONGEST_QUERY: Final = 512

Test = Callable[[Post], bool]


class BadQuery(Exception):
    """The query cannot be read; the text says where."""


def compile_query(query: str, store: Store) -> Test:
    """Make a test of posts from a query; raises BadQuery."""
    if not query.strip() or len(query) > LONGEST_QUERY:
        raise BadQuery(f"The query must have 1 to {LONGEST_QUERY} characters")
    tokens = TOKEN.findall(query)
    test = _any_of(tokens, store)
    if tokens:
        raise BadQuery(f"Unexpected {tokens[0]!r}")
    return test


def _any_of(tokens: list[str], store: Store) -> Test:
    choices = [_all_of(tokens, store)]
    while tokens and tokens[0] == "OR":
        tokens.pop(0)
        choices.append(_all_of(tokens, store))
    return lambda post: any(choice(post) for choice in choices)


def _all_of(tokens: list[str], store: Store) -> Test:
    parts: list[Test] = []
    while tokens and tokens[0] not in (")", "OR"):
        parts.append(_one(tokens, store))
    if not parts:
        raise BadQuery("Something is missing beside OR or in brackets")
    return lambda post: all(part(post) for part in parts)


def _one(tokens: list[str], store: Store) -> Test:
    token = tokens.pop(0)
    if token == "(":
        inner = _any_of(tokens, store)
        if not tokens or tokens.pop(0) != ")":
            raise BadQuery("A bracket is not closed")
        return inner
    if token.startswith("-") and len(token) > 1:
        wanted = _term(token[1:], store)
        return lambda post: not wanted(post)
    return _term(token, store)


def _term(token: str, store: Store) -> Test:
    name, colon, value = token.partition(":")
    if colon and name in OPERATORS:
        return OPERATORS[name](value, store)
    if token.startswith("@"):
        return _names(token[1:])
    text = token.strip('"').lower()
    return lambda post: re.search(rf"(?<!\w){re.escape(text)}(?!\w)", post.full_text.lower()) is not None


def links_of(post: Post, store: Store) -> list[str]:
    """The addresses in a post, that of a quoted one among them."""
    quoted = store.posts.get(post.quotes or "")
    own = [f"https://x.com/{store.people[quoted.author_id].username}/status/{quoted.id}"] if quoted else []
    return own + re.findall(r"https?://\S+", post.text)


def _names(handle: str) -> Test:
    wanted = handle.lower()
    return lambda post: wanted in {one.lower() for one in mentioned(post.full_text)}


def _by(handle: str, store: Store) -> Test:
    person = store.by_handle(handle.lstrip("@"))
    return lambda post: person is not None and post.author_id == person.id


def _to(handle: str, store: Store) -> Test:
    person = store.by_handle(handle.lstrip("@"))
    return lambda post: (
        person is not None
        and (parent := store.posts.get(post.in_reply_to or "")) is not None
        and (parent.author_id == person.id)
    )


def _is(kind: str, store: Store) -> Test:
    tests: dict[str, Test] = {
        "reply": lambda post: post.in_reply_to is not None,
        "quote": lambda post: post.quotes is not None,
        "retweet": lambda post: False,
        "verified": lambda post: False,
    }
    if kind not in tests:
        raise BadQuery(f"Unknown operator is:{kind}")
    return tests[kind]


OPERATORS: Final[dict[str, Callable[[str, Store], Test]]] = {
    "conversation_id": lambda value, store: lambda post: post.conversation_id == value,
    "in_reply_to_tweet_id": lambda value, store: lambda post: post.in_reply_to == value,
    "quotes_of_tweet_id": lambda value, store: lambda post: post.quotes == value,
    "url": lambda value, store: lambda post: value.strip('"').lower() in " ".join(links_of(post, store)).lower(),
    "from": _by,
    "to": _to,
    "is": _is,
    "lang": lambda value, store: lambda post: True,
    "has": lambda value, store: lambda post: "://" in post.text if value == "links" else False,
}
