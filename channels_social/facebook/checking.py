"""Looks whether the page's connection is in order, and puts its subscription back: Facebook drops it without a word.

Source: developers.facebook.com, "Debug token", "Page subscribed_apps" and "App subscriptions"; read 2026-11-22.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from channels_social.facebook.client import PageGraph
from channels_social.facebook.signature import proof
from channels_social.facebook.traits import FIELDS, SCOPES
from channels_social.reading import list_of, mapping_of, moment_of, name_of
from channels_social.transport import secret
from enquiries.contract import Account, AccountUnusable, Checked, Checkup, Halt, NotSent, Verdict

SOON = timedelta(days=14)
CONNECT_AGAIN = "Connect the page again: sign in as one of its administrators and enter the new page token."
NEEDED = ("feed", "messages")
"""Without these nothing that a citizen writes is pushed."""

Node = dict[str, Any]


def check(account: Account, *, now: datetime) -> Checkup:
    """Look at token, permissions, subscriptions and version. What is wrong is a line, not an error. Raises ChannelError."""
    graph = PageGraph(account)
    token, lines = _debugged(graph, account)
    lines += [_token(account, token, now), *_runs_out(token, now)]
    subscribed: bool | None = None
    if lines[-1].verdict is not Verdict.BAD:
        lines.append(_scopes(token))
        on_page, subscribed = _subscription(graph, account, app=name_of(token.get("app_id")))
        lines += [on_page, *_app_subscription(graph, account)]
    lines.append(_version(graph))
    return Checkup(
        lines=tuple(lines),
        token_expires_at=min(_ends(token), default=None),
        subscribed=subscribed,
        usage=graph.meter.usage(),
    )


def mend(account: Account) -> Sequence[str]:
    """Subscribe the app to the page again, with all fields. Safe to repeat. Raises ChannelError."""
    graph = PageGraph(account)
    graph.put_object(account.external_id, "subscribed_apps", subscribed_fields=",".join(FIELDS))
    return ["Facebook had stopped telling us what citizens write on the page. The subscription was put back."]


def _debugged(graph: PageGraph, account: Account) -> tuple[Node, list[Checked]]:
    """Ask about the page's token as the app where its number is known, else with the token itself."""
    lines: list[Checked] = []
    if app_id := name_of(account.settings.get("app_id")):
        try:
            return _asked(graph, account, **_as_app(account, app_id)), []
        except AccountUnusable:
            says = "Facebook does not take the app's number and secret together."
            lines = [_line("app", Verdict.BAD, says, "Compare both with Settings, Basic in Meta's app dashboard.")]
    try:
        return _asked(graph, account), lines
    except AccountUnusable as error:
        if error.kind is not Halt.AUTH:
            raise
        return {"is_valid": False, "why": error.safe_message}, lines


def _asked(graph: PageGraph, account: Account, **as_whom: str) -> Node:
    asked = {"input_token": secret(account, "page_token"), **as_whom}
    return mapping_of(graph.request(f"{graph.version}/debug_token", args=asked).get("data"))


def _as_app(account: Account, app_id: str) -> dict[str, str]:
    key = secret(account, "app_secret")
    token = f"{app_id}|{key}"
    return {"access_token": token, "appsecret_proof": proof(key, token)}


def _token(account: Account, token: Node, now: datetime) -> Checked:
    of = name_of(token.get("profile_id"))
    expires_at = moment_of(token.get("expires_at") or None)
    if token.get("is_valid") is not True or (expires_at and expires_at <= now):
        says = str(token.get("why") or "Facebook does not accept the page's token any more").rstrip(".") + "."
        return _line("token", Verdict.BAD, says, CONNECT_AGAIN)
    if of and of != account.external_id:
        says = "The token is for another page than this account."
        return _line("token", Verdict.BAD, says, "Enter the token of this page, or correct the page's number.")
    return _line("token", Verdict.GOOD, "Facebook accepts the page's token.")


def _ends(token: Node) -> list[datetime]:
    """When the token ends and when Meta wants to be asked again. 0 stands for never."""
    told = (token.get("expires_at"), token.get("data_access_expires_at"))
    return [at for each in told if each and (at := moment_of(each))]


def _runs_out(token: Node, now: datetime) -> list[Checked]:
    ends = min(_ends(token), default=None)
    if ends is None or ends > now + SOON:
        return []
    says = f"The page's token, or Meta's leave to read data with it, ends on {ends:%d %B %Y}."
    return [_line("expiry", Verdict.WARNING if ends > now else Verdict.BAD, says, CONNECT_AGAIN)]


def _scopes(token: Node) -> Checked:
    granted = {name_of(each) for each in list_of(token.get("scopes"))}
    lacking = [scope for scope in SCOPES if scope not in granted]
    if not lacking:
        return _line("scopes", Verdict.GOOD, "The token has every permission that is needed.")
    fix = "Give the app these permissions in Meta's app dashboard, then enter a new page token."
    return _line("scopes", Verdict.BAD, f"The token lacks {', '.join(lacking)}.", fix)


def _subscription(graph: PageGraph, account: Account, *, app: str) -> tuple[Checked, bool | None]:
    """Look whether the page pushes to our app. None where Facebook does not let us see it."""
    try:
        apps = graph.page(account.external_id, "subscribed_apps").nodes
    except (AccountUnusable, NotSent) as error:
        says = f"It could not be seen whether the page is subscribed: {error.safe_message}."
        return _line("subscription", Verdict.WARNING, says, "Look at Webhooks in Meta's app dashboard."), None
    ours = [each for each in apps if not app or name_of(each.get("id")) == app]
    told = {name_of(each) for one in ours for each in list_of(one.get("subscribed_fields"))}
    lacking = [each for each in FIELDS if each not in told]
    if not ours or lacking:
        says = (
            "The page does not tell us anything." if not ours else f"The page does not tell us of {', '.join(lacking)}."
        )
        fix = "It is subscribed again by itself. If it drops out again, look at Webhooks in Meta's app dashboard."
        return _line("subscription", Verdict.BAD if not ours else Verdict.WARNING, says, fix), False
    return _line("subscription", Verdict.GOOD, "The page tells us what citizens write."), True


def _app_subscription(graph: PageGraph, account: Account) -> list[Checked]:
    """The page's subscription succeeds without the app's own one, and then nothing arrives."""
    app_id = name_of(account.settings.get("app_id"))
    if not app_id:
        return []
    try:
        answer = graph.request(f"{graph.version}/{app_id}/subscriptions", args=_as_app(account, app_id))
    except (AccountUnusable, NotSent) as error:
        says = f"It could not be seen what the app is told: {error.safe_message}."
        return [_line("webhook", Verdict.WARNING, says, "Compare number and secret of the app with Meta's dashboard.")]
    pages = [each for each in map(mapping_of, list_of(answer.get("data"))) if each.get("object") == "page"]
    live = [each for each in pages if each.get("active") is not False]
    told = {name_of(mapping_of(each).get("name")) for one in live for each in list_of(one.get("fields"))}
    if set(NEEDED) <= told:
        return [_line("webhook", Verdict.GOOD, "The app has an address to which Facebook delivers.")]
    fix = "In Meta's app dashboard open Webhooks, object Page, enter this account's address and verify token, tick the fields."
    return [_line("webhook", Verdict.BAD, "The app itself is not told of comments and messages.", fix)]


def _version(graph: PageGraph) -> Checked:
    if graph.spoken in ("", graph.version):
        return _line("version", Verdict.GOOD, f"Facebook speaks the version that is set, {graph.version}.")
    says = f"Facebook answers in version {graph.spoken}, not in {graph.version}: the version that is set has ended."
    return _line("version", Verdict.WARNING, says, "Raise graph_version in the account's settings.")


def _line(name: str, verdict: Verdict, says: str, fix: str = "") -> Checked:
    return Checked(name=name, verdict=verdict, says=says, fix=fix)
