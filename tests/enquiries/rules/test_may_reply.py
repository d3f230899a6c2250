"""What each platform allows, as a table: by whom we were called, by when, and how often."""

from datetime import UTC, datetime, timedelta

import pytest

from enquiries.registry import traits_of
from enquiries.rules.may_reply import Asked, Way, Why, check, deadline, way_of

HEARD = datetime(2026, 11, 18, 14, 5, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def asked(kind: str, way: Way, **fields: object) -> Asked:
    return Asked(**({"ways": traits_of(kind).ways, "way": way, "last_heard": HEARD} | fields))  # type: ignore[arg-type]


TABLE = [
    # kind, way, facts, hours later, may, why
    ("x", Way.IN_PUBLIC, {}, 0, True, Why.SUMMONED),
    ("x", Way.IN_PUBLIC, {}, 24 * 365, True, Why.SUMMONED),
    ("x", Way.IN_PUBLIC, {"answerable": False, "hindrance": "not named"}, 0, False, Why.NOT_SUMMONED),
    ("x", Way.IN_PUBLIC, {"answerable": False, "settings": {"plan": "enterprise"}}, 0, True, Why.ALWAYS),
    ("x", Way.IN_PUBLIC, {"answerable": False, "settings": {"plan": "basic"}}, 0, False, Why.NOT_SUMMONED),
    ("x", Way.IN_PRIVATE, {}, 0, True, Why.ALWAYS),
    ("facebook", Way.IN_PUBLIC, {}, 24 * 365, True, Why.ALWAYS),
    ("facebook", Way.IN_PUBLIC, {"answerable": False}, 0, False, Why.HINDERED),
    ("facebook", Way.IN_PRIVATE, {}, 23.99, True, Why.IN_TIME),
    ("facebook", Way.IN_PRIVATE, {}, 24, False, Why.TOO_LATE),
    ("facebook", Way.IN_PRIVATE, {"settings": {"human_agent": True}}, 24, True, Why.IN_TIME),
    ("facebook", Way.IN_PRIVATE, {"settings": {"human_agent": True}}, 7 * 24 - 0.01, True, Why.IN_TIME),
    ("facebook", Way.IN_PRIVATE, {"settings": {"human_agent": True}}, 7 * 24, False, Why.TOO_LATE),
    ("facebook", Way.IN_PRIVATE, {"last_heard": HEARD + 20 * HOUR}, 30, True, Why.IN_TIME),
    ("facebook", Way.IN_PRIVATE, {"answer_by": HEARD + 7 * DAY}, 48, True, Why.IN_TIME),
    ("facebook", Way.IN_PRIVATE, {"answerable": False, "hindrance": "another app"}, 0, False, Why.HINDERED),
    ("facebook", Way.PRIVATE_TO_COMMENT, {}, 7 * 24 - 1, True, Why.IN_TIME),
    ("facebook", Way.PRIVATE_TO_COMMENT, {}, 7 * 24, False, Why.TOO_LATE),
    ("facebook", Way.PRIVATE_TO_COMMENT, {"answered_so": 1}, 0, False, Why.ONCE_ONLY),
    ("email", Way.IN_PRIVATE, {}, 24 * 365, True, Why.ALWAYS),
    ("email", Way.IN_PUBLIC, {}, 0, False, Why.NO_SUCH_WAY),
    ("web", Way.IN_PRIVATE, {}, 24 * 365, True, Why.ALWAYS),
    ("practice", Way.IN_PUBLIC, {}, 0, True, Why.ALWAYS),
    ("practice", Way.IN_PRIVATE, {}, 0, True, Why.ALWAYS),
    ("pigeon", Way.IN_PRIVATE, {}, 0, False, Why.NO_SUCH_WAY),
]


@pytest.mark.parametrize(("kind", "way", "facts", "later", "may", "why"), TABLE)
def test_platform_decides(kind: str, way: Way, facts: dict[str, object], later: float, may: bool, why: Why):
    standing = check(asked(kind, way, **facts), at=HEARD + timedelta(hours=later))

    assert (standing.may, standing.why) == (may, why)


def test_deadline_is_told_with_the_standing():
    standing = check(asked("facebook", Way.IN_PRIVATE), at=HEARD)

    assert standing.until == HEARD + 24 * HOUR


def test_channels_own_reason_is_passed_on():
    assert check(asked("x", Way.IN_PUBLIC, answerable=False, hindrance="not named"), at=HEARD).told == "not named"


@pytest.mark.parametrize(
    ("kind", "way", "settings", "after"),
    [
        ("facebook", Way.IN_PRIVATE, {}, 24 * HOUR),
        ("facebook", Way.IN_PRIVATE, {"human_agent": True}, 7 * DAY),
        ("facebook", Way.IN_PRIVATE, {"human_agent": False}, 24 * HOUR),
        ("facebook", Way.IN_PUBLIC, {}, None),
        ("x", Way.IN_PUBLIC, {}, None),
        ("email", Way.IN_PRIVATE, {}, None),
    ],
)
def test_deadline_at_arrival(kind: str, way: Way, settings: dict[str, object], after: timedelta | None):
    found = deadline(ways=traits_of(kind).ways, way=way, heard_at=HEARD, settings=settings)

    assert found == (HEARD + after if after else None)


def test_side_tells_the_way():
    assert (way_of("PUBLIC"), way_of("PRIVATE")) == (Way.IN_PUBLIC, Way.IN_PRIVATE)
