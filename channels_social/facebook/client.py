"""The wire to Facebook: facebook-sdk of 2018, taught today's version, proofs, nested values and honest errors.

The SDK puts the token into addresses and looks at no status, so nothing it raises may leave this file: our own errors
are made from what the adapter saw.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import facebook
import requests

from channels_social.facebook.answers import CLOSE_TO_QUOTA, meaning, percent_used
from channels_social.facebook.signature import proof
from channels_social.reading import list_of, mapping_of, text_of
from channels_social.transport import Answer, certainly_not_sent, open_session, secret
from enquiries.contract import Account, ChannelError, NotSent, Uncertain

log = logging.getLogger(__name__)

PUBLIC = "https://graph.facebook.com/"
VERSION = "v26.0"
OURS_ALONE = frozenset({"access_token", "appsecret_proof"})


class PageGraph(facebook.GraphAPI):  # type: ignore[misc]  # the SDK has no types
    """The SDK for one page. Made for one job and thrown away."""

    def __init__(self, account: Account) -> None:
        """Raises AccountUnusable when a secret is missing."""
        token = secret(account, "page_token")
        session, self.adapter = open_session(account, public=PUBLIC)
        super().__init__(access_token=token, session=session)
        self.version = str(account.settings.get("graph_version") or VERSION)  # the constructor takes none above 3.1
        self.proof = proof(secret(account, "app_secret"), token)

    def request(
        self,
        path: str,
        args: Mapping[str, Any] | None = None,
        post_args: Mapping[str, Any] | None = None,
        files: Any = None,
        method: str | None = None,
    ) -> dict[str, Any]:
        """Make a call and return the object it answers. Raises a ChannelError and nothing else."""
        writing = post_args is not None or method not in (None, "GET")
        proven = {"appsecret_proof": self.proof}
        asked = _flat(args or {}) | ({} if post_args else proven)
        posted = None if post_args is None else _flat(post_args) | (proven if post_args else {})
        self.adapter.forget()
        fault: Exception | None = None
        try:
            super().request(path, args=asked, post_args=posted, files=files, method=method)
        except (facebook.GraphAPIError, requests.RequestException, ValueError, KeyError) as error:
            fault = error  # KeyError: an answer without a content type
        return _result(self.adapter.answer, fault, writing=writing, version=self.version)

    def change(self, node: str, **args: Any) -> dict[str, Any]:
        """Give the object `node` new values; the SDK knows only how to make objects. Raises ChannelError."""
        return self.request(f"{self.version}/{node}", post_args=args, method="POST")

    def pages(self, parent: str, edge: str, **args: Any) -> Iterator[list[dict[str, Any]]]:
        """Yield the pages of an edge until there is no next one; an empty page is not the end. Raises ChannelError."""
        while True:
            page = self.get_connections(parent, edge, **args)
            yield [mapping_of(each) for each in list_of(page.get("data"))]
            following = text_of(mapping_of(page.get("paging")).get("next"))
            if not following:
                return
            args |= _arguments_of(following)


def _flat(args: Mapping[str, Any]) -> dict[str, Any]:
    """Write nested values as JSON: the SDK would send the keys of a dict and lose its values."""
    return {
        name: json.dumps(value) if isinstance(value, (dict, list, bool)) else value
        for name, value in args.items()
        if value is not None
    }


def _arguments_of(address: str) -> dict[str, str]:
    """The arguments of a `next` address; its host is never followed, and our secrets are added anew."""
    try:
        return {name: value for name, value in parse_qsl(urlsplit(address).query) if name not in OURS_ALONE}
    except ValueError:
        raise NotSent("Facebook gave a next page that cannot be read") from None


def _result(answer: Answer | None, fault: Exception | None, *, writing: bool, version: str) -> dict[str, Any]:
    if answer is None:
        raise _no_answer(fault, writing=writing)
    _notice(answer, version)
    content = answer.json()
    if not 200 <= answer.status < 300 or content.get("error"):
        raise meaning(answer, writing=writing)
    if not content or fault is not None:
        says = "Facebook answered with something that cannot be read"
        raise Uncertain(says, code=f"HTTP {answer.status}") if writing else NotSent(says, code=f"HTTP {answer.status}")
    return content


def _no_answer(fault: Exception | None, *, writing: bool) -> ChannelError:
    name = type(fault).__name__
    if fault is not None and certainly_not_sent(fault):
        return NotSent("Facebook could not be reached", code=name)
    says = "The connection to Facebook broke before it answered"
    return Uncertain(says, code=name) if writing else NotSent(says, code=name)


def _notice(answer: Answer, version: str) -> None:
    """Facebook answers in the oldest living version when ours is dead, and tells quotas with every answer."""
    spoken = answer.headers.get("facebook-api-version", version)
    if spoken != version:
        log.warning("Facebook answered in version %s, not in %s: raise graph_version", spoken[:10], version)
    used = percent_used(answer)
    if used >= CLOSE_TO_QUOTA:
        log.warning("Facebook says that %d %% of a quota is used", used)
