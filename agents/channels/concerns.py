"""What is wrong with an account, in sentences: what is known, and what to do. Each rule is one function of its facts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agents.channels.facts import EMPTY, Facts
from agents.timing import span_in_words
from enquiries.contract import Renews
from enquiries.models import ChannelAccount
from enquiries.queries.trouble import FAILING_TRIES
from enquiries.registry import UnknownChannel, channel
from enquiries.services.accounts.use import SCARCE

SOON = timedelta(days=14)
LATE = timedelta(minutes=10)
SLOW_SECONDS = 900
DOUBTS = 2
DELETED_WITHIN = timedelta(days=20)
"""Ten days before the month that the law gives is over."""
UNSURE_TOO_LONG = timedelta(minutes=30)


@dataclass(frozen=True, kw_only=True)
class Concern:
    """Something to know of an account. `tone` is "bad", "warn" or "info"; `name` is stable, for programs."""

    name: str
    tone: str
    says: str
    todo: str = ""


Found = Iterator[Concern]


def concerns_of(account: ChannelAccount, facts: Facts, *, now: datetime) -> list[Concern]:
    """List what somebody should know of an account. Of one that is out of use only what still waits there."""
    rules = RULES if account.is_active else (_out_of_use,)
    return [one for rule in rules for one in rule(account, facts, now)]


def seen_by_sweeps(account: ChannelAccount, facts: Facts, *, now: datetime) -> list[Concern]:
    """List what may be missing, runs out, was found wrong by a check, or is too quiet: what no state of the account says."""
    return [one for rule in (_gap, _token, _checkup, _silent) for one in rule(account, facts, now)]


def _out_of_use(account: ChannelAccount, facts: Facts, now: datetime) -> Found:
    waiting = facts.waiting + facts.unsure
    yield Concern(
        name="out_of_use",
        tone="bad" if waiting else "info",
        says=_("It is out of use: nothing is fetched and nothing leaves."),
        todo=_("Replies wait to leave by it: put it in use again, or have them called back.") if waiting else "",
    )


def _closed_secrets(account: ChannelAccount, facts: Facts, now: datetime) -> Found:
    if not facts.opens:
        yield Concern(
            name="secrets",
            tone="bad",
            says=_("No key of this installation opens its secrets, so nothing is fetched and nothing leaves."),
            todo=_("An administrator puts the former key back, or types its secrets in anew."),
        )


def _halted(account: ChannelAccount, facts: Facts, now: datetime) -> Found:
    if not account.halted_reason:
        return
    kind = account.get_halted_kind_display() if account.halted_kind else _("Sending is halted")
    since = _(" for %(span)s") % {"span": span_in_words(now - account.halted_at)} if account.halted_at else ""
    yield Concern(
        name="halted",
        tone="bad",
        says=_("Nothing leaves%(since)s. %(kind)s: %(reason)s")
        % {"since": since, "kind": kind, "reason": account.halted_reason},
        todo=HALTED.get(account.halted_kind, _mend)(),
    )


def _mend() -> str:
    return _(
        "Mend it, check the account, and let sending go on in its settings. What is approved waits and then leaves."
    )


def _sign_in_again() -> str:
    return _("Make a new token or password on the platform, type it in, check the account, and let sending go on.")


def _pay() -> str:
    return _("Pay or raise the limit on the platform, then let sending go on. What is approved waits until then.")


def _appeal() -> str:
    return _("Read on the platform why, and appeal there. Meanwhile answer by another channel.")


def _look_there() -> str:
    return _("Look on the platform whether its last replies are there, decide about them, and let sending go on.")


HALTED: dict[str, Callable[[], str]] = {
    "AUTH": _sign_in_again,
    "BILLING": _pay,
    "BLOCKED": _appeal,
    "UNCERTAIN": _look_there,
}


def _stopped(account: ChannelAccount, facts: Facts, now: datetime) -> Found:
    if facts.freeze is not None:
        yield Concern(
            name="stopped",
            tone="warn",
            says=_("%(name)s stopped it: “%(reason)s”")
            % {"name": facts.freeze.frozen_by, "reason": facts.freeze.reason},
            todo=_("Lift it when that is over. It ends by itself after the time that was set."),
        )


def _resting(account: ChannelAccount, facts: Facts, now: datetime) -> Found:
    if account.paused_until and account.paused_until > now:
        left = {"span": span_in_words(account.paused_until - now)}
        yield Concern(
            name="resting",
            tone="warn",
            says=_("The platform asked for a pause of another %(span)s. Sending goes on by itself.") % left,
        )


def _doubts(account: ChannelAccount, facts: Facts, now: datetime) -> Found:
    if account.uncertain_in_row >= DOUBTS:
        told = {"n": account.uncertain_in_row}
        yield Concern(
            name="doubts",
            tone="warn",
            says=_("Of its last %(n)d replies in a row nobody knows whether they arrived.") % told,
            todo=_("Look whether the platform has a disturbance. After five in a row sending halts by itself."),
        )


def _unsure(account: ChannelAccount, facts: Facts, now: datetime) -> Found:
    if not facts.unsure:
        return
    age = now - facts.oldest_unsure if facts.oldest_unsure else timedelta(0)
    known = ngettext(
        "For %(span)s nobody has known of %(n)d reply whether it arrived.",
        "Of %(n)d replies nobody knows whether they arrived, of the oldest for %(span)s.",
        facts.unsure,
    )
    yield Concern(
        name="unsure",
        tone="bad" if age > UNSURE_TOO_LONG else "warn",
        says=known % {"n": facts.unsure, "span": span_in_words(age)},
        todo=_(
            "They are looked for by themselves. What cannot be told stands under “Needs attention” for a supervisor."
        ),
    )


def _fetching(account: ChannelAccount, facts: Facts, now: datetime) -> Found:
    pick_up = facts.pick_up
    if pick_up is None:
        return
    if pick_up.last_error and pick_up.attempts:
        told = {"n": pick_up.attempts, "error": pick_up.last_error}
        yield Concern(
            name="fetching",
            tone="bad" if pick_up.attempts >= FAILING_TRIES else "warn",
            says=_("Fetching failed %(n)d times in a row: %(error)s") % told,
            todo=_("It is tried again by itself and catches up. If it stays, check the account."),
        )
    elif pick_up.succeeded_at and now - pick_up.succeeded_at > LATE + 3 * timedelta(seconds=pick_up.every_seconds):
        span = {"span": span_in_words(now - pick_up.succeeded_at)}
        yield Concern(
            name="late",
            tone="bad",
            says=_("It has not been looked at for %(span)s.") % span,
            todo=_("See whether the workers run: other accounts will stand still as well."),
        )


def _gap(account: ChannelAccount, facts: Facts, now: datetime) -> Found:
    if facts.pick_up is not None and facts.pick_up.warning:
        yield Concern(
            name="gap",
            tone="warn",
            says=facts.pick_up.warning,
            todo=_("Look on the platform for what may be missing here, and answer it there if it must not wait."),
        )


def _token(account: ChannelAccount, facts: Facts, now: datetime) -> Found:
    ends = facts.standing.token_expires_at
    if ends is None or ends > now + SOON:
        return
    if ends <= now:
        says, tone = _("Its token has run out."), "bad"
    else:
        says, tone = _("Its token runs out in %(span)s.") % {"span": span_in_words(ends - now)}, "warn"
    itself = _("It is renewed by itself; if this line stays for a day, sign the account in again.")
    by_hand = _("Make a new one on the platform in good time and type it in.")
    yield Concern(name="token", tone=tone, says=says, todo=itself if _renews(account) else by_hand)


def _renews(account: ChannelAccount) -> bool:
    try:
        return isinstance(channel(account.kind), Renews)
    except UnknownChannel:
        return False


def _checkup(account: ChannelAccount, facts: Facts, now: datetime) -> Found:
    for line in facts.standing.checkup.get("lines", ()):
        if line.get("verdict") in ("BAD", "WARNING"):
            yield Concern(
                name=f"check_{line.get('name', '')}"[:40],
                tone="bad" if line["verdict"] == "BAD" else "warn",
                says=str(line.get("says", "")),
                todo=str(line.get("fix", "")),
            )


def _allowance(account: ChannelAccount, facts: Facts, now: datetime) -> Found:
    for one in facts.allowances:
        if one.share >= SCARCE or not one.is_live(now):
            continue
        again = (
            _(" It is full again in %(span)s.") % {"span": span_in_words(one.resets_at - now)} if one.resets_at else ""
        )
        yield Concern(
            name=f"allowance_{one.name}"[:40],
            tone="bad" if one.share < EMPTY else "warn",
            says=_("Of its allowance “%(name)s” %(percent)d %% is left: %(left)d of %(limit)d.%(again)s")
            % {
                "name": one.name,
                "percent": one.percent,
                "left": one.remaining,
                "limit": one.limit,
                "again": again,
            },
            todo=_("What is due soonest goes first. If it happens every week, ask the platform for more."),
        )


def _missed(account: ChannelAccount, facts: Facts, now: datetime) -> Found:
    if facts.standing.webhook_missed:
        told = {"n": facts.standing.webhook_missed}
        yield Concern(
            name="missed",
            tone="warn",
            says=ngettext(
                "%(n)d message was not pushed by the platform and only found by looking.",
                "%(n)d messages were not pushed by the platform and only found by looking.",
                facts.standing.webhook_missed,
            )
            % told,
            todo=_("Nothing is lost. Check the account: a subscription that was dropped is put back."),
        )


def _silent(account: ChannelAccount, facts: Facts, now: datetime) -> Found:
    since = facts.standing.silent_since
    if since is not None:
        yield Concern(
            name="silent",
            tone="warn",
            says=_("Nothing has come for %(span)s, which is unlike it.") % {"span": span_in_words(now - since)},
            todo=_("Write to it yourselves, as a citizen would, and see whether it arrives. Then check the account."),
        )


def _slow(account: ChannelAccount, facts: Facts, now: datetime) -> Found:
    lag = facts.standing.lag_seconds
    if lag is not None and lag > SLOW_SECONDS:
        yield Concern(
            name="slow",
            tone="warn",
            says=_("What citizens write arrives after %(span)s.") % {"span": span_in_words(timedelta(seconds=lag))},
            todo=_("Check the account: most likely the platform does not push, or its allowance to read is used up."),
        )


def _came_back(account: ChannelAccount, facts: Facts, now: datetime) -> Found:
    if facts.came_back:
        yield Concern(
            name="came_back",
            tone="warn",
            says=ngettext("%(n)d mail came back.", "%(n)d mails came back.", facts.came_back) % {"n": facts.came_back},
            todo=_("See “Needs attention”: reach the citizens another way."),
        )


def _deletions(account: ChannelAccount, facts: Facts, now: datetime) -> Found:
    if not facts.deletions:
        return
    age, n = now - facts.deletions[0].asked_at, len(facts.deletions)
    told = ngettext(
        "%(n)d person has asked for %(span)s to have deleted what they wrote.",
        "%(n)d people have asked to have deleted what they wrote, the first of them for %(span)s.",
        n,
    )
    yield Concern(
        name="deletions",
        tone="bad" if age > DELETED_WITHIN else "warn",
        says=told % {"n": n, "span": span_in_words(age)},
        todo=_("Decide below. The law gives you a month."),
    )


RULES = (
    _closed_secrets,
    _halted,
    _stopped,
    _resting,
    _doubts,
    _unsure,
    _fetching,
    _gap,
    _token,
    _checkup,
    _allowance,
    _missed,
    _silent,
    _slow,
    _came_back,
    _deletions,
)
