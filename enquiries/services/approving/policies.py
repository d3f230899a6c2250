"""The organisation's policy: kept in versions, asked at each submission, tried on the past before it is saved."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from audit.ledger import record
from enquiries.models import (
    ApprovalPolicy,
    ChannelAccount,
    ChannelKind,
    Enquiry,
    Message,
    Organisation,
    PolicyDecision,
    Posting,
    ReplyVersion,
    TrustStep,
)
from enquiries.queries.judging import judging_rows
from enquiries.registry import kinds
from enquiries.rules import policy as rule
from enquiries.rules.tone import tone_of
from enquiries.services.approving.policy_reasons import why_in_words
from enquiries.services.approving.trust import level_of
from enquiries.services.approving.unread import places_left, why_read
from enquiries.services.replies.guarding import words_of

TRIED_ON = timedelta(days=30)
MOST_PERSONS = 2


def newest_policy(organisation_id: int) -> ApprovalPolicy | None:
    """Find the version that counts; None where nobody has made rules yet and trust alone decides."""
    return ApprovalPolicy.objects.filter(organisation_id=organisation_id).order_by("-n").first()


def known_of(organisation: Organisation) -> rule.Known:
    """List what rules of this organisation may name."""
    accounts = ChannelAccount.objects.filter(organisation=organisation)
    people = get_user_model()._default_manager.filter(memberships__organisation=organisation)
    return rule.Known(
        agents=frozenset(people.values_list("pk", flat=True)),
        accounts=dict(accounts.values_list("pk", "kind")),
        teams=frozenset(organisation.teams.values_list("pk", flat=True)),
        topics=dict(organisation.topics.values_list("pk", "team_id")),
        channels=frozenset(kinds()),
    )


@transaction.atomic
def save_policy(
    *, organisation: Organisation, rules: object, by_id: int, note: str, now: datetime, seen_n: int
) -> ApprovalPolicy:
    """Keep `rules` as the newest version. Raises BadPolicy, or NewerPolicy when `seen_n` is not the newest any more."""
    held = Organisation.objects.select_for_update(of=("self",)).get(pk=organisation.pk)
    read = rule.read_rules(rules)
    rule.check_rules(read, known_of(held))
    newest = held.policies.aggregate(n=Max("n"))["n"] or 0
    if newest != seen_n:
        raise NewerPolicy(
            _("Somebody saved the policy after you opened it. Read the newest version before you save yours.")
        )
    policy = ApprovalPolicy.objects.create(
        organisation=held, n=newest + 1, rules=rule.write_rules(read), owner_id=by_id, note=note[:500], created_at=now
    )
    record(
        verb="policy.saved",
        now=now,
        actor_id=by_id,
        subject=f"policy:{policy.pk}",
        organisation_id=held.pk,
        data={"n": policy.n, "rules": len(read)},
    )
    return policy


class NewerPolicy(Exception):
    """Somebody else has saved a version since."""


def decide(version: ReplyVersion, *, now: datetime, finds: int, by_id: int) -> PolicyDecision:
    """Ask the policy about a version that `by_id` submits, and keep what it says.

    `finds` is how many finds of the personal-data guard nobody has looked at: with any, somebody has to. So has somebody
    for all else that `unread` tells.
    """
    made, newest, step = _judge(version)
    if made.is_released:
        why = why_read(version, made, by_id=by_id, owner_id=newest.owner_id if newest else None, finds=finds)
        made = replace(made, persons=1, reason=why, figures={}) if why else made
    return _keep(version, made, policy=newest, step=step, now=now)


def _keep(
    version: ReplyVersion,
    made: rule.Decision,
    *,
    policy: ApprovalPolicy | None,
    step: TrustStep | None,
    now: datetime,
) -> PolicyDecision:
    return PolicyDecision.objects.create(
        version=version,
        policy_id=policy.pk if policy else None,
        rule_n=made.rule_n,
        trust_id=step.pk if step and made.by_trust else None,
        outcome=PolicyDecision.Outcome.HELD if made.persons else PolicyDecision.Outcome.RELEASED,
        persons=made.persons,
        percent=made.percent,
        draw=made.draw,
        reason=made.reason.value,
        figures=dict(made.figures),
        decided_at=now,
    )


def decide_again(version: ReplyVersion, *, now: datetime) -> None:
    """Ask the policy about a version that waits already, where its enquiry is now: the strictest word counts."""
    made, newest, step = _judge(version)
    held = version.decisions.order_by("-pk").first()
    if held is not None and made.persons > held.persons:
        _keep(version, made, policy=newest, step=step, now=now)


def why_not_any_more(version: ReplyVersion) -> str:
    """Say why what was let go unread would not be let go now: rules, trust and incidents may have changed. Else empty."""
    made, newest, _step = _judge(version)
    if not made.is_released:
        return why_in_words(made.reason, made.figures)
    why = why_read(version, made, by_id=None, owner_id=newest.owner_id if newest else None, finds=0)
    return why_in_words(why, {}) if why else ""


def _judge(version: ReplyVersion) -> tuple[rule.Decision, ApprovalPolicy | None, TrustStep | None]:
    """Ask rules and trust as they are now, also for topics and teams that its author took away: the strictest counts."""
    enquiry, rows = version.reply.enquiry, judging_rows(version)
    rules = rule.read_rules(rows.policy.rules) if rows.policy else []
    situation = _situation(version, enquiry, version.reply.answers, first_reply=rows.is_first_reply)
    drawn = draw_for(version, arrived=rows.arrived)

    def under(topic_id: int | None, team_id: int | None) -> tuple[rule.Decision, TrustStep | None]:
        step = rows.step_for(topic_id)
        there = replace(situation, topic=topic_id, team=team_id)
        return rule.decide(rules, there, trust=_trust(step), drawn=drawn), step

    asked = [under(enquiry.topic_id, enquiry.team_id)]
    if asked[0][0].persons < MOST_PERSONS:
        asked += [under(topic_id, team_id) for topic_id, team_id in places_left(enquiry, rows.left)]
    made, step = max(asked, key=lambda one: one[0].persons)
    return made, rows.policy, step


def draw_for(version: ReplyVersion, *, arrived: int) -> int:
    """Draw for the message that is answered: a further version is the same draw, so that nobody can try again.

    What follows answers that have arrived, `arrived` of them, is drawn anew: else one would know beforehand.
    """
    key = f"{version.reply.answers_id}:{version.author_id}" + (f":{arrived}" if arrived else "")
    return rule.draw(seed=version.reply.enquiry.organisation.sampling_seed, key=key)


def _trust(step: TrustStep | None) -> rule.Trust | None:
    return rule.Trust(level=step.level, percent=step.percent) if step else None


def _situation(version: ReplyVersion, enquiry: Enquiry, answers: Message, *, first_reply: bool) -> rule.Situation:
    """Put together what rules may ask for about a version."""
    route = version.content["routes"][0]
    return rule.Situation(
        agent=version.author_id,
        channel=route["channel"],
        account=route["account"],
        team=enquiry.team_id,
        topic=enquiry.topic_id,
        side=version.content["side"],
        text=words_of(version),
        tone=tone_of(answers.text).tone.value,
        incident=bool(enquiry.topic and enquiry.topic.incident_since),
        first_reply=first_reply,
    )


@dataclass(frozen=True, kw_only=True)
class Tried:
    """What rules would have asked for on replies that left in the last 30 days, against what was asked then.

    `changed` lists up to 50 of those that would have gone another way, as (version, then, now).
    """

    replies: int
    held_then: int
    held_now: int
    two_now: int
    by_rule: Mapping[int | None, int]
    changed: Sequence[tuple[ReplyVersion, int, rule.Decision]]


def try_on_the_past(organisation: Organisation, rules: object, *, now: datetime) -> Tried:
    """Run rules over the replies of the last 30 days, with the trust their authors have today. Raises BadPolicy."""
    read = rule.read_rules(rules)
    rule.check_rules(read, known_of(organisation))
    trust: dict[tuple[int, str, int | None], TrustStep | None] = {}
    by_rule: dict[int | None, int] = {}
    changed: list[tuple[ReplyVersion, int, rule.Decision]] = []
    replies = held_then = held_now = two_now = 0
    first_answered: dict[int, int] = {}
    for version, by_person in _left_lately(organisation, now):
        enquiry = version.reply.enquiry
        situation = _situation(version, enquiry, version.reply.answers, first_reply=_was_first(version, first_answered))
        who = (version.author_id, situation.channel, enquiry.topic_id)
        if who not in trust:
            trust[who] = level_of(user_id=who[0], organisation_id=organisation.pk, kind=who[1], topic_id=who[2])
        seed = f"{version.reply.answers_id}:{version.author_id}"
        drawn = rule.draw(seed=organisation.sampling_seed, key=seed)
        made = rule.decide(read, situation, trust=_trust(trust[who]), drawn=drawn)
        then = int(by_person)
        replies, held_then, held_now = replies + 1, held_then + then, held_now + bool(made.persons)
        two_now += made.persons == 2
        by_rule[made.rule_n] = by_rule.get(made.rule_n, 0) + 1
        if bool(made.persons) != bool(then) and len(changed) < MOST_SHOWN:
            changed.append((version, then, made))
    return Tried(
        replies=replies, held_then=held_then, held_now=held_now, two_now=two_now, by_rule=by_rule, changed=changed
    )


MOST_SHOWN = 50


def _left_lately(organisation: Organisation, now: datetime) -> Iterator[tuple[ReplyVersion, bool]]:
    """Yield what left in the last 30 days, oldest first, and whether a person had approved it."""
    posted = Posting.objects.filter(
        reply__enquiry__organisation=organisation, state=Posting.State.POSTED, route=0, posted_at__gte=now - TRIED_ON
    ).exclude(account__kind=ChannelKind.PRACTICE)
    found = posted.select_related(
        "version__reply__enquiry__topic", "version__reply__answers", "version__author", "approval"
    ).order_by("posted_at", "pk")
    for posting in found.iterator(chunk_size=2000):
        yield posting.version, posting.approval.approver_id is not None


def _was_first(version: ReplyVersion, first_answered: dict[int, int]) -> bool:
    """Say whether it was the citizen's first reply among those that are looked at (older ones are not counted)."""
    citizen = version.reply.enquiry.citizen_id
    return first_answered.setdefault(citizen, version.reply_id) == version.reply_id
