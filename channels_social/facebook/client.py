"""The wire to Facebook: facebook-sdk of 2018, taught today's version, proofs, nested values and honest errors.

The SDK puts the token into addresses and looks at no status, so nothing it raises may leave this file: our own errors
are made from what the adapter saw.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import facebook
import requests

from channels_social.facebook.answers import meaning
from channels_social.facebook.quota import Meter
from channels_social.facebook.signature import proof
from channels_social.reading import list_of, mapping_of, text_of
from channels_social.transport import Answer, certainly_not_sent, open_session, secret
from enquiries.contract import Account, ChannelError, NotSent, Uncertain

log = logging.getLogger(__name__)

PUBLIC = "https://graph.facebook.com/"
VERSION = "v26.0"
OURS_ALONE = frozenset({"access_token", "appsecret_proof"})


@dataclass(frozen=True, kw_only=True)
class Page:
    """One page of an edge, and the arguments that bring the next one; {} at the end."""

    nodes: list[dict[str, Any]]
    following: dict[str, str]


class PageGraph(facebook.GraphAPI):  # type: ignore[misc]  # the SDK has no types
    """The SDK for one page. Made for one job and thrown away."""

    def __init__(self, account: Account) -> None:
        """Raises AccountUnusable when a secret is missing."""
        token = secret(account, "page_token")
        session, self.adapter = open_session(account, public=PUBLIC)
        super().__init__(access_token=token, session=session)
        self.version = str(account.settings.get("graph_version") or VERSION)  # the constructor takes none above 3.1
        self.proof = proof(secret(account, "app_secret"), token)
        self.meter, self.spoken = Meter(), ""

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
        proven = {} if "appsecret_proof" in (args or {}) else {"appsecret_proof": self.proof}
        asked = _flat(args or {}) | ({} if post_args else proven)
        posted = None if post_args is None else _flat(post_args) | (proven if post_args else {})
        self.adapter.forget()
        fault: Exception | None = None
        try:
            super().request(path, args=asked, post_args=posted, files=files, method=method)
        except (facebook.GraphAPIError, requests.RequestException, ValueError, KeyError) as error:
            fault = error  # KeyError: an answer without a content type
        if self.adapter.answer is not None:
            self.meter.take(self.adapter.answer, now=datetime.now(UTC))
            self._notice(self.adapter.answer)
        try:
            return _result(self.adapter.answer, fault, writing=writing)
        except ChannelError as error:
            error.usage = self.meter.usage()
            raise

    def _notice(self, answer: Answer) -> None:
        """Facebook answers in the oldest living version when ours is dead."""
        self.spoken = answer.headers.get("facebook-api-version", "")[:10] or self.spoken
        if self.spoken not in ("", self.version):
            log.warning("Facebook answered in version %s, not in %s: raise graph_version", self.spoken, self.version)

    def change(self, node: str, **args: Any) -> dict[str, Any]:
        """Give the object `node` new values; the SDK knows only how to make objects. Raises ChannelError."""
        return self.request(f"{self.version}/{node}", post_args=args, method="POST")

    def page(self, parent: str, edge: str, **args: Any) -> Page:
        """Return one page of an edge. Raises ChannelError."""
        answer = self.get_connections(parent, edge, **args)
        nodes = [mapping_of(each) for each in list_of(answer.get("data"))]
        following = text_of(mapping_of(answer.get("paging")).get("next"))
        return Page(nodes=nodes, following=_arguments_of(following) if following else {})

    def pages(self, parent: str, edge: str, **args: Any) -> Iterator[list[dict[str, Any]]]:
        """Yield the pages of an edge until there is no next one; an empty page is not the end. Raises ChannelError."""
        while True:
            page = self.page(parent, edge, **args)
            yield page.nodes
            if not page.following:
                return
            args |= page.following


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


def _result(answer: Answer | None, fault: Exception | None, *, writing: bool) -> dict[str, Any]:
    if answer is None:
        raise _no_answer(fault, writing=writing)
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
