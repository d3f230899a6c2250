"""X's own pushing (X Activity API): the webhook and the subscriptions of an account, looked at and put back.

These calls are an app's, not a user's: they need the app's bearer token. Source: docs.x.com "Webhooks" and "X Activity
API", read 2026-11-22. The address must be https without a port.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import requests

from channels_social.reading import list_of, mapping_of, name_of, text_of
from channels_social.transport import open_session
from channels_social.x.answers import meaning
from channels_social.x.oauth2 import utc_now
from channels_social.x.wire import PUBLIC, no_answer
from enquiries.contract import Account, AccountUnusable, ChannelError, Checked, NotSent, Refused, Verdict

WEBHOOKS, SUBSCRIPTIONS = "2/webhooks", "2/activity/subscriptions"
EVENTS = ("post.mention.create", "post.reply.create", "post.quote.create", "post.create", "post.delete")
PRIVATE_EVENTS = ("dm.received", "oauth.revoke")
"""They need the account's own consent as well, by OAuth 2.0."""
TAG = "citizens"
POLLED = "X pushes nothing; the account is looked at every minute instead."


def state(account: Account) -> tuple[list[Checked], bool | None]:
    """Say whether X pushes to us. None where nobody set it up, or nobody can tell."""
    if not account.settings.get("webhook_url") or not account.secrets.get("bearer_token"):
        return [Checked(name="webhook", verdict=Verdict.GOOD, says=POLLED)], None
    try:
        hook, missing = _hook(account), _missing(account)
    except ChannelError as error:
        fix = error.fix if isinstance(error, (AccountUnusable, Refused)) else "Try again later."
        return [Checked(name="webhook", verdict=Verdict.WARNING, says=f"{error.safe_message}.", fix=fix)], None
    if hook.get("valid") is not True:
        says = (
            "X has no valid webhook for this installation."
            if not hook
            else "X found our webhook wanting and stopped it."
        )
        return [Checked(name="webhook", verdict=Verdict.WARNING, says=says, fix="It is put back by itself.")], False
    if missing:
        says = f"X does not push: {', '.join(missing)}."
        return [Checked(name="webhook", verdict=Verdict.WARNING, says=says, fix="It is put back by itself.")], False
    return [Checked(name="webhook", verdict=Verdict.GOOD, says="X pushes what happens at once.")], True


def mend(account: Account) -> list[str]:
    """Register the webhook, have X validate it, and subscribe to what is missing. Safe to repeat."""
    done: list[str] = []
    hook = _hook(account)
    if not hook:
        hook = mapping_of(_call(account, "POST", WEBHOOKS, {"url": _address(account)}).get("data"))
        done.append("The webhook was registered with X.")
    elif hook.get("valid") is not True:
        _call(account, "PUT", f"{WEBHOOKS}/{name_of(hook.get('id'))}")
        done.append("X was asked to try our webhook again.")
    for event in _missing(account):
        body = {"event_type": event, "filter": {"user_id": account.external_id}, "tag": TAG}
        _call(account, "POST", SUBSCRIPTIONS, {**body, "webhook_id": name_of(hook.get("id"))})
        done.append(f"X was asked to push {event}.")
    return done


def _address(account: Account) -> str:
    return text_of(account.settings.get("webhook_url"))


def _hook(account: Account) -> dict[str, Any]:
    hooks = map(mapping_of, list_of(_call(account, "GET", WEBHOOKS).get("data")))
    return next((each for each in hooks if each.get("url") == _address(account)), {})


def _missing(account: Account) -> list[str]:
    found = map(mapping_of, list_of(_call(account, "GET", SUBSCRIPTIONS).get("data")))
    ours = [each for each in found if name_of(mapping_of(each.get("filter")).get("user_id")) == account.external_id]
    known = {text_of(each.get("event_type")) for each in ours}
    return [event for event in wanted(account) if event not in known]


def wanted(account: Account) -> Sequence[str]:
    """Return the events that X should push for this account."""
    with_private = bool(account.settings.get("push_messages"))
    return EVENTS + PRIVATE_EVENTS if with_private else EVENTS


def _call(account: Account, method: str, route: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
    """Make a call as the app. All of them may be repeated, so none ends uncertain."""
    session, adapter = open_session(account, public=PUBLIC)
    fault: BaseException | None = None
    headers = {"Authorization": f"Bearer {account.secrets.get('bearer_token', '')}"}
    with session:
        try:
            session.request(method, PUBLIC + route, json=body, headers=headers, allow_redirects=False)
        except requests.RequestException as error:
            fault = error
    answer = adapter.answer
    if answer is None:
        raise no_answer(fault, writing=False)
    if not 200 <= answer.status < 300:
        raise meaning(answer, writing=False, now=utc_now())
    if not answer.json():
        raise NotSent("X answered with something that cannot be read", code=str(answer.status))
    return answer.json()
