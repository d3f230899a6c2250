"""X and Facebook tell of writing, editing and deleting in any order, twice, several at once: what is kept is the same."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from channels_social.x.mapping import floor_id
from enquiries.models import ChannelAccount, Message, Payload, Posting
from enquiries.services.incoming import intake
from enquiries.services.platforms import presence
from simulators import credentials
from tests.enquiries.test_versions import kept
from tests.people import NOON, City, approved, posting_of
from tests.proof.profiles import examples

pytestmark = pytest.mark.django_db
WORDS = ("My bin stands full since Monday", "My bin stands full since Tuesday", "My bin was emptied, many thanks")
FIRST_ID = floor_id(NOON - timedelta(hours=2))
"""A post on X of the day of the tests: its number is its time."""
Payloads = list[bytes]


@dataclass(frozen=True)
class Platform:
    """How one platform tells of one post: its wordings from first to last, and its end. Each telling has several forms."""

    kind: str
    external_id: str
    wrote: Callable[[int], Payloads]
    deleted: Callable[[], Payloads]


def _post(version: int) -> dict[str, Any]:
    ids = [str(FIRST_ID + (n << 22) * 60_000) for n in range(version + 1)]
    return {
        "id": ids[-1],
        "text": f"@northwell {WORDS[version]}",
        "author_id": "77",
        "conversation_id": ids[0],
        "created_at": f"2026-11-18T10:0{version}:00.000Z",
        "lang": "en",
        "edit_history_tweet_ids": ids,
        "entities": {"mentions": [{"username": "northwell", "id": credentials.X_USER_ID}]},
    }


def _x_event(kind: str, payload: dict[str, Any]) -> bytes:
    body = {"event_type": kind, "filter": {"user_id": credentials.X_USER_ID}, "payload": payload}
    return json.dumps({"data": body}).encode()


def _x_wrote(version: int) -> Payloads:
    """As a look brings it, and as it is pushed."""
    post = _post(version)
    return [json.dumps({"data": post}).encode(), _x_event("post.mention.create", {"data": post})]


def _x_deleted() -> Payloads:
    gone = {"status": {"id": str(FIRST_ID), "user_id": "77"}, "timestamp_ms": "1795000000000"}
    return [_x_event("post.delete", {"delete": gone})]


def _change(verb: str, version: int) -> dict[str, Any]:
    value = {
        "item": "comment",
        "verb": verb,
        "comment_id": "500_601",
        "post_id": "500",
        "parent_id": "500",
        "from": {"id": "77", "name": "Dana"},
        "created_time": 1_794_990_000,
    }
    return {"field": "feed", "value": value if verb == "remove" else value | {"message": WORDS[version]}}


def _page(change: dict[str, Any], time: int) -> bytes:
    entry = {"id": credentials.FACEBOOK_PAGE_ID, "time": time, "changes": [change]}
    return json.dumps({"object": "page", "entry": [entry]}).encode()


def _facebook_wrote(version: int) -> Payloads:
    return [_page(_change("edited" if version else "add", version), 1_794_990_000 + 60 * version)]


def _facebook_deleted() -> Payloads:
    return [_page(_change("remove", 0), 1_794_990_600)]


X = Platform("x", credentials.X_USER_ID, _x_wrote, _x_deleted)
FACEBOOK = Platform("facebook", credentials.FACEBOOK_PAGE_ID, _facebook_wrote, _facebook_deleted)


@pytest.fixture(params=[X, FACEBOOK], ids=lambda platform: platform.kind)
def platform(request: pytest.FixtureRequest, city: City) -> Platform:
    found: Platform = request.param
    ChannelAccount.objects.filter(kind=found.kind).update(external_id=found.external_id)
    return found


def tell(account_id: int, payloads: Sequence[bytes], *, name: str = "telling") -> None:
    """Let these arrive one after the other and be read."""
    for number, raw in enumerate(payloads):
        kept_as = f"{name}-{number}"
        intake.accept_payload(account_id=account_id, source="WEBHOOK", external_id=kept_as, raw=raw, now=NOON)
        intake.read_due_payloads(now=NOON, worker="w")


def outcome_of(platform: Platform, payloads: Sequence[bytes]) -> dict[str, Any]:
    """Let these arrive one after the other, look at what is kept, and forget all of it."""
    account_id = ChannelAccount.objects.values_list("pk", flat=True).get(kind=platform.kind)
    with transaction.atomic():
        tell(account_id, payloads)
        # What was pushed and picked up both is kept twice: the copies of what is gone are emptied by the next sweep.
        presence.recheck_due(now=NOON + timedelta(minutes=1), worker="w")
        found = kept() | {
            "unread": Payload.objects.exclude(state="READ").count(),
            "readable": sorted({word for word in WORDS if any(word in raw for raw in _raws())}),
        }
        transaction.set_rollback(True)
    return found


def _raws() -> list[str]:
    return [bytes(raw).decode() for raw in Payload.objects.values_list("raw", flat=True)]


@settings(
    max_examples=examples(25),
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
def test_any_order_of_what_a_platform_tells_leaves_the_same(platform: Platform, data: st.DataObject):
    wordings = data.draw(st.integers(1, 3))
    tellings = [platform.wrote(version) for version in range(wordings)]
    tellings += [platform.deleted()] if data.draw(st.booleans()) else []
    in_order = [forms[0] for forms in tellings]
    again = data.draw(st.lists(st.sampled_from(tellings), max_size=3))
    arrived = [data.draw(st.sampled_from(forms)) for forms in data.draw(st.permutations([*tellings, *again]))]

    assert outcome_of(platform, arrived) == outcome_of(platform, in_order)


def test_nothing_of_a_deleted_post_can_be_read(platform: Platform):
    told = [*platform.wrote(0), *platform.wrote(1), *platform.deleted(), *platform.wrote(2)]

    found = outcome_of(platform, told)

    assert (found["readable"], found["unread"]) == ([], 0)
    assert {text for _, text, *_ in found["wordings"]} == {""}


def test_newest_words_are_the_ones_that_count(platform: Platform):
    account = ChannelAccount.objects.get(kind=platform.kind)

    tell(account.pk, [platform.wrote(version)[0] for version in (2, 0, 1)])

    assert WORDS[2] in Message.objects.get(outdated=False).text


@pytest.mark.parametrize(
    ("before", "after", "state"),
    [
        ([0], "edited", Posting.State.CANCELLED),
        ([0], "deleted", Posting.State.CANCELLED),
        ([1], "written", Posting.State.QUEUED),
        ([0, 1], "written", Posting.State.QUEUED),
    ],
)
def test_approval_stands_only_for_the_newest_words(
    platform: Platform, city: City, before: list[int], after: str, state: str
):
    account = ChannelAccount.objects.get(kind=platform.kind)
    tell(account.pk, [platform.wrote(version)[0] for version in before])
    posting = posting_of(approved(city, Message.objects.latest("pk")))

    news = {"edited": platform.wrote(1), "deleted": platform.deleted(), "written": platform.wrote(0)}[after]
    tell(account.pk, news, name="news")

    posting.refresh_from_db()
    assert posting.state == state
