"""Tells what is still on the page and what stands around it: posts that vanish, and the thread of a comment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from channels_social.facebook import pictures
from channels_social.facebook.answers import NO_SUCH_NAME, OBJECT_GONE
from channels_social.facebook.client import PageGraph
from channels_social.reading import mapping_of, moment_of, name_of, text_of
from enquiries.contract import Account, Author, NotSent, Said

AT_ONCE = 50
"""As many numbers Facebook takes in one call."""
MOST_SAID = 100
SHOWN = "id,message,from,created_time,permalink_url"
GONE = frozenset({OBJECT_GONE, NO_SUCH_NAME})

Node = dict[str, Any]


def presence(account: Account, ids: Sequence[str]) -> dict[str, bool | None]:
    """Say of each comment or post whether it is there. Raises ChannelError.

    Facebook says the same of what is gone and of what the page may not see. So a comment counts as gone only while its
    post can be seen, and a post only while the feed can be read. Messages prove nothing: it shows only the newest.
    """
    graph = PageGraph(account)
    asked = [number for number in dict.fromkeys(ids) if number and not _is_message(number)]
    found: dict[str, bool | None] = dict.fromkeys(ids)
    for start in range(0, len(asked), AT_ONCE):
        seen = _there(graph, asked[start : start + AT_ONCE])
        found |= dict.fromkeys(seen, True)
    missing = [number for number in asked if not found[number]]
    above = {number: is_gone(graph, account, number, known_missing=True) for number in missing}
    return found | {number: False for number, gone in above.items() if gone}


def is_gone(graph: PageGraph, account: Account, number: str, *, known_missing: bool = False) -> bool:
    """Tell whether a comment or post is certainly gone, and not only out of our sight. Raises ChannelError."""
    if not known_missing and _look(graph, number) is not None:
        return False
    page = account.external_id
    if number.startswith(f"{page}_"):
        graph.page(page, "feed", fields="id", limit=1)
        return True
    return _look(graph, f"{page}_{number.partition('_')[0]}") is not None


def thread(account: Account, *, post_id: str, thread_key: str) -> list[Said]:
    """Bring the post that a comment stands under, the comment it hangs on and what was said below. Raises ChannelError."""
    graph = PageGraph(account)
    root = thread_key.partition(":")[0] or post_id.partition(":")[0]
    page = account.external_id
    top = root if root.startswith(f"{page}_") else f"{page}_{root.partition('_')[0]}"
    nodes = [_look(graph, number, fields=SHOWN) for number in dict.fromkeys((top, root))]
    if nodes[-1] is not None:
        fields, order = f"{SHOWN},parent{{id}},attachment", "chronological"
        below = graph.page(root, "comments", filter="stream", order=order, fields=fields, limit=MOST_SAID)
        nodes += below.nodes
    said = [one for node in nodes if node and (one := _said(account, node, root=root, top=top))]
    return sorted(said, key=lambda one: one.occurred_at)[:MOST_SAID]


def _there(graph: PageGraph, numbers: list[str]) -> set[str]:
    """One missing number spoils the whole answer: then the halves are asked for."""
    if not numbers:
        return set()
    try:
        answer = graph.get_objects(numbers, fields="id")
    except NotSent as error:
        if error.code not in GONE and (error.code != "100" or len(numbers) == 1):
            raise
        if len(numbers) == 1:
            return set()
        half = len(numbers) // 2
        return _there(graph, numbers[:half]) | _there(graph, numbers[half:])
    return {number for number in numbers if mapping_of(answer.get(number)).get("id")}


def _look(graph: PageGraph, number: str, *, fields: str = "id") -> Node | None:
    try:
        return mapping_of(graph.get_object(number, fields=fields))
    except NotSent as error:
        if error.code not in GONE:
            raise
        return None


def _said(account: Account, node: Mapping[str, Any], *, root: str, top: str) -> Said | None:
    number, at = name_of(node.get("id")), moment_of(node.get("created_time"))
    writer = mapping_of(node.get("from"))
    if not number or not isinstance(at, datetime):
        return None
    told = mapping_of(node.get("parent")).get("id")
    above = "" if number == top else top if number == root else root
    author = Author(external_id=name_of(writer.get("id")), name=text_of(writer.get("name")))
    return Said(
        external_id=number,
        author=author,
        text=pictures.words(text_of(node.get("message")), pictures.on_change(dict(node))),
        occurred_at=at,
        parent_id=name_of(told) or above,
        is_ours=author.external_id == account.external_id,
        permalink=f"https://www.facebook.com/{number}",
    )


def _is_message(number: str) -> bool:
    return number.startswith(("m_", "mid."))
