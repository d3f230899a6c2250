"""Two hundred days of four agents, replayed: every change of level, on its day, with its written reason."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from agents.models import Role, User
from enquiries.models import TrustStep
from enquiries.queries.trust import Rung, evidence, standings
from enquiries.rules.trust import Level, propose
from enquiries.services.approving import trust
from tests.enquiries.histories import Past, plant
from tests.people import City, make_user

START = datetime(2026, 5, 1, 9, 0, tzinfo=UTC)
DAYS = 200
DAY = timedelta(days=1)


def two_a_day(who: User, *, first: int, last: int, **how: object) -> list[Past]:
    return [
        Past(who, START + day * DAY + hour * timedelta(hours=1), **how)  # type: ignore[arg-type]
        for day in range(first, last)
        for hour in (0, 1)
    ]


def lives_of(rising: User, careless: User, slow: User, slipping: User) -> list[Past]:
    """What the four wrote: one rises to the top and has a serious one, one is edited often, one writes little, one slips."""
    edited = [Past(careless, START + day * DAY, "edited" if day % 5 == 0 else "unchanged") for day in range(150)]
    little = [Past(slow, START + day * DAY) for day in range(0, DAYS, 2)]
    sampled = [
        past
        for day in range(62, 153)
        for at in [START + day * DAY]
        for past in (
            Past(rising, at),
            Past(rising, at + timedelta(hours=1), "released", again=day % 30 == 0, marks=5),
        )
    ]
    return [
        *two_a_day(rising, first=0, last=61),
        *sampled,
        *two_a_day(rising, first=154, last=180, came="released", marks=5),
        *edited,
        *little,
        *two_a_day(slipping, first=0, last=61),
        *two_a_day(slipping, first=62, last=70),
        *two_a_day(slipping, first=70, last=80, came="returned"),
    ]


def test_two_hundred_days_change_levels_as_they_should(city: City):
    city.organisation.first_review_months = 2
    city.organisation.save()
    names = ["Rita", "Carl", "Sven", "Lena"]
    people = {name: make_user(city.organisation, name, Role.AGENT, city.waste) for name in names}
    by_id = {person.pk: name for name, person in people.items()}
    plant(city, lives_of(*people.values()))
    changes: list[tuple[int, str, str, str]] = []

    for day in range(DAYS):
        now = START + day * DAY + timedelta(hours=10)
        if day == 180:
            serious(city, people["Rita"], now)
        changes += [(day, by_id[who], level, reason) for who, level, reason in decide(city, now)]

    assert changes == [
        (61, "Rita", "SAMPLED", UP.format(122, 122, 2, "2026-05-01", 122)),
        (61, "Lena", "SAMPLED", UP.format(122, 122, 2, "2026-05-01", 122)),
        (72, "Lena", "CHECKED", "Only 16 of 22 read replies left unchanged (72 %)."),
        (153, "Rita", "FREE", UP_TO_FREE),
        (180, "Rita", "CHECKED", "A reply in NW-0000 was seriously wrong."),
        (198, "Sven", "SAMPLED", UP.format(100, 100, 2, "2026-05-01", 100)),
    ]


UP = (
    "{} of {} read replies left unchanged (100 %). Reviewed after {} months on this level, since {}. "
    "After 0 of {} answers the citizen wrote again; nothing was seriously wrong."
)
UP_TO_FREE = (
    "91 of 91 read replies left unchanged (100 %). Reviewed after 3 months on this level, since 2026-07-01. "
    "After 3 of 182 answers the citizen wrote again; nothing was seriously wrong. "
    "91 were looked at afterwards, with 5.0 of 5 on average."
)


def decide(city: City, now: datetime) -> list[tuple[int, str, str]]:
    """Let Bob confirm in the evening whatever is proposed; give what changed since his last evening."""
    organisation = city.organisation
    held = standings(organisation.pk)
    criteria = trust.criteria_of(organisation)
    for rung, found in evidence(organisation.pk, held, now=now).items():
        level = held[rung].level if rung in held else Level.CHECKED
        proposal = propose(level, found, criteria, today=now.date())
        if proposal:
            step = held[rung].step if rung in held else None
            trust.give_step(
                rung=rung,
                organisation_id=organisation.pk,
                by_id=city.bob.pk,
                seen_id=step.pk if step else 0,
                level=proposal.level,
                now=now,
            )
    fresh = TrustStep.objects.filter(decided_at__gt=now - DAY, decided_at__lte=now).order_by("pk")
    return [(step.user_id, step.level, step.reason) for step in fresh]


def serious(city: City, who: User, now: datetime) -> None:
    """A reply that was seriously wrong, as returning it sets it off."""
    plant(city, [Past(who, now - timedelta(hours=2), "serious")])
    trust.demote(
        user_id=who.pk,
        organisation_id=city.organisation.pk,
        kind="email",
        topic_id=None,
        reason="A reply in NW-0000 was seriously wrong.",
        now=now,
    )
    assert standings(city.organisation.pk)[Rung(who.pk, "email", None)].level is Level.CHECKED
