"""What stands around a post of X, and whether posts are there still."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Any

from channels_social.reading import list_of, mapping_of, moment_of, name_of
from channels_social.x.client import XClient
from channels_social.x.mapping import INCLUDED, author_of, full_text, moment_of_id, permalink, reference_of
from enquiries.contract import Account, Said

MOST = 100
STEPS_UP = 10
GONE = "resource-not-found"
HIDDEN = "not-authorized-for-resource"


def context(account: Account, *, post_id: str, thread_key: str) -> list[Said]:
    """Bring a thread, oldest first: what search knows of it (seven days), and the line of posts above, however old."""
    client = XClient(account)
    root, own = thread_key.partition(":")[0], post_id.rpartition(":")[2]
    found: dict[str, Said] = {}
    if root.isdecimal():
        for page in islice(client.search(f"conversation_id:{root}"), 1):
            _keep(account, page, found)
    _climb(account, client, [each for each in (own, root) if each.isdecimal()], found)
    in_order = sorted(found.values(), key=lambda said: (said.occurred_at, said.external_id))
    return in_order[:1] + in_order[1:][-(MOST - 1) :]


def _climb(account: Account, client: XClient, wanted: Sequence[str], found: dict[str, Said]) -> None:
    """Look posts up, then those they answer, step by step."""
    asked: set[str] = set()
    for _ in range(STEPS_UP):
        missing = [each for each in dict.fromkeys(wanted) if each not in found and each not in asked]
        if missing:
            asked |= set(missing)
            _keep(account, client.posts(missing[:MOST]), found)
        wanted = [said.parent_id for said in found.values() if said.parent_id]
        if all(each in found or each in asked for each in wanted):
            return


def _keep(account: Account, page: dict[str, Any], found: dict[str, Said]) -> None:
    includes = mapping_of(page.get("includes"))
    posts = list_of(page.get("data")) + [each for name in INCLUDED for each in list_of(includes.get(name))]
    for post in map(mapping_of, posts):
        said = _said(account, post, includes)
        if said:
            found.setdefault(said.external_id, said)


def _said(account: Account, post: dict[str, Any], includes: dict[str, Any]) -> Said | None:
    number, author = name_of(post.get("id")), author_of(name_of(post.get("author_id")), includes)
    text, at = full_text(post), moment_of(post.get("created_at")) or moment_of_id(number)
    if not number or not author.external_id or text is None or at is None:
        return None
    return Said(
        external_id=number,
        author=author,
        text=text,
        occurred_at=at,
        parent_id=reference_of(post, "replied_to"),
        is_ours=author.external_id == account.external_id,
        permalink=permalink(author.handle, number),
    )


def presence(account: Account, ids: Sequence[str]) -> Mapping[str, bool | None]:
    """Say of each post whether it is there: False only when X itself names it as not found, None when that proves nothing."""
    asked = [each for each in ids if each.isdecimal()][:MOST]
    seen: dict[str, bool | None] = dict.fromkeys(ids)
    if not asked:
        return seen
    page = XClient(account).posts(asked)
    for post in map(mapping_of, list_of(page.get("data"))):
        seen[name_of(post.get("id"))] = True
    for error in map(mapping_of, list_of(page.get("errors"))):
        number = name_of(error.get("resource_id")) or name_of(error.get("value"))
        if number in seen and str(error.get("type", "")).rstrip("/").rpartition("/")[2] == GONE:
            seen[number] = False
    return {each: seen[each] for each in ids}
