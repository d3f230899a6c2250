"""How Northwell approves: its house style and policy, who stands in for whom, and a few replies that need a closer look."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from agents.approving import substituting
from agents.models import User
from citizenservice.demo import people
from citizenservice.demo.city import City
from enquiries.contract import Side
from enquiries.models import HouseStyle, Reply
from enquiries.services import replies
from enquiries.services.approving import policies
from enquiries.services.approving.escalating import escalate_slow_approvals

CONTACTS = "020 7946 0100\n0800 496 0100\ninfo@northwell.example\nTown Hall, Market Square 1, NW1 4AB"
JARGON = {
    "utilise": "use",
    "commence": "begin",
    "in respect of": "about",
    "at this moment in time": "now",
    "the aforementioned": "this",
    "endeavour": "try",
}
CARELESS = "Gareth Lewis knows your street well: call him on 07700 900461, or write to gareth.lewis@post.example."
INCIDENT = {"name": "Something is wrong in the city", "when": {"incident": [True]}, "then": {"outcome": "TWO"}}
MONEY = {
    "name": "Money and who is to blame",
    "when": {"words": ["refund", "compensation", "liable", "at fault", "court"]},
    "then": {"outcome": "ALWAYS"},
}
ANGRY = {
    "name": "An angry message that everybody reads",
    "when": {"side": [Side.PUBLIC.value], "tone": ["HOSTILE"]},
    "then": {"outcome": "TWO"},
}
VERSIONS: tuple[tuple[int, str, list[dict[str, Any]]], ...] = (
    (41, "The first rules", [INCIDENT, MONEY]),
    (12, "Two of us read what goes to angry people in public, after the week of the bins", [INCIDENT, ANGRY, MONEY]),
)


def approve_with_care(city: City, *, now: datetime) -> None:
    """Write all of it. Call when the enquiries are there: older replies went before these rules."""
    HouseStyle.objects.create(
        organisation=city.organisation,
        greeting="Dear",
        sign_off="City of Northwell",
        jargon=JARGON,
        public_contacts=CONTACTS,
    )
    _keep_policy(city, now)
    _stand_in(city, now)
    _need_a_closer_look(city, now)
    while escalate_slow_approvals(now=now):
        pass


def _keep_policy(city: City, now: datetime) -> None:
    owner = city.crews[people.STREETS].supervisors[0]
    for n, (days, note, rules) in enumerate(VERSIONS):
        policies.save_policy(
            organisation=city.organisation,
            rules=rules,
            by_id=owner.pk,
            note=note,
            now=now - timedelta(days=days),
            seen_n=n,
        )


def _stand_in(city: City, now: datetime) -> None:
    """Let each team have somebody who is asked when its own supervisors are slow."""
    teams = list(city.crews.values())
    for crew, other in zip(teams, [*teams[1:], teams[0]], strict=True):
        substituting.stand_in(
            team=crew.team,
            user=other.supervisors[0],
            starts_at=now - timedelta(days=60),
            ends_at=None,
            only_when_late=True,
            by_id=crew.supervisors[0].pk,
            now=now - timedelta(days=60),
        )


def _need_a_closer_look(city: City, now: datetime) -> None:
    """Let one reply of the streets wait for its second person, one public reply say too much, and one have waited too long."""
    crew = city.crews[people.STREETS]
    waiting = Reply.objects.filter(state=Reply.State.SUBMITTED).order_by("-submitted_at", "pk")
    ours = waiting.filter(enquiry__team=crew.team)
    private = ours.filter(answers__side=Side.PRIVATE.value).first()
    public = (ours.filter(answers__side=Side.PUBLIC.value) or waiting.filter(answers__side=Side.PUBLIC.value)).first()
    if private:
        _ask_a_second(private, first=crew.supervisors[1], asked=crew.supervisors[0], now=now)
    if public:
        _say_too_much(public, now)
    slow = waiting.exclude(pk__in=[each.pk for each in (private, public) if each]).last() or private
    if slow:
        Reply.objects.filter(pk=slow.pk, escalate_at__gt=now).update(escalate_at=now)


def _ask_a_second(reply: Reply, *, first: User, asked: User, now: datetime) -> None:
    replies.endorse(
        reply_id=reply.pk,
        by_id=first.pk,
        seen_sha256=bytes(replies.newest_version(reply).content_sha256).hex(),
        asked_id=asked.pk,
        words="Can we keep this date?",
        now=now,
    )


def _say_too_much(reply: Reply, now: datetime) -> None:
    author_id = replies.newest_version(reply).author_id
    version = replies.save_draft(
        enquiry_id=reply.enquiry_id, answers_id=reply.answers_id, author_id=author_id, text=CARELESS, now=now
    )
    replies.submit(enquiry_id=reply.enquiry_id, by_id=author_id, version_id=version.pk, now=now)
