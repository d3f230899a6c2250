"""When what is approved leaves: the time to undo it, a chosen moment, parts in order, and nothing at all in a freeze."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from enquiries.models import Freeze, Posting, Reply
from enquiries.services import replies
from enquiries.services.approving import freezing
from enquiries.services.leaving import posting as sender
from enquiries.services.replies import Aim
from simulators import credentials
from tests.enquiries.approving.scenes import approve, sha_of
from tests.people import City, arrive, fresh, make_city, posting_of
from tests.sims import Simulator, x_simulator
from worklist.queue import database_now

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(scope="module")
def platform() -> Iterator[Simulator]:
    with x_simulator() as simulator:
        yield simulator


@pytest.fixture
def x(platform: Simulator) -> Simulator:
    platform.reset()
    return platform


@pytest.fixture
def town(x: Simulator) -> City:
    city = make_city()
    account = city.accounts["x"]
    account.settings = {"api_url": x.url, "settle_seconds": 0}
    account.keep_secrets(
        {
            "consumer_key": credentials.X_CONSUMER_KEY,
            "consumer_secret": credentials.X_CONSUMER_SECRET,
            "access_token": credentials.X_ACCESS_TOKEN,
            "access_token_secret": credentials.X_ACCESS_TOKEN_SECRET,
        }
    )
    account.save(update_fields=["settings", "sealed_secrets"])
    return city


def approved_on_x(
    town: City, x: Simulator, *, text: str = "We come today.", aim: Aim | None = None, target: str = ""
) -> Posting:
    mention = x.write(author_handle="dana", author_name="Dana", text="@northwell my bin?")
    now = database_now()
    message = arrive(town, "x", external_id=target or mention["id"], now=now, occurred_at=now)
    version = replies.save_draft(
        enquiry_id=message.enquiry_id, answers_id=message.pk, author_id=town.alice.pk, text=text, now=now, aim=aim
    )
    replies.submit(enquiry_id=message.enquiry_id, by_id=town.alice.pk, version_id=version.pk, now=now)
    return posting_of(approve(version, town.bob, now=now))


def freeze(town: City, scope: str = "EVERYTHING", **what: object) -> Freeze:
    now = database_now()
    return freezing.freeze(
        organisation=town.organisation,
        scope=scope,
        reason="Wrong figures are going round.",
        by_id=town.bob.pk,
        expires_at=now + timedelta(hours=1),
        now=now,
        **what,  # type: ignore[arg-type]
    )


def said_on_x(x: Simulator) -> list[str]:
    return [post["text"] for post in x.ledger()["posts"] if post["by_api"]]


def test_public_reply_can_be_called_back_while_the_undo_time_runs(town: City, x: Simulator):
    town.organisation.undo_public_seconds = 20
    town.organisation.save()
    one = approved_on_x(town, x)
    assert one.due_at - one.approval.decided_at == timedelta(seconds=20)
    assert sender.deliver_due(worker="w") == 0
    replies.call_back(reply_id=one.reply_id, by_id=town.alice.pk, now=database_now())
    Posting.objects.filter(pk=one.pk).update(due_at=database_now())
    assert sender.deliver_due(worker="w") == 0
    assert said_on_x(x) == []
    assert Reply.objects.get(pk=one.reply_id).state == "RETURNED"


def test_private_reply_has_an_undo_time_of_its_own(town: City):
    town.organisation.undo_private_seconds = 10
    town.organisation.save()
    now = database_now()
    message = arrive(town, "email", now=now)
    version = replies.save_draft(
        enquiry_id=message.enquiry_id, answers_id=message.pk, author_id=town.alice.pk, text="Yes.", now=now
    )
    replies.submit(enquiry_id=message.enquiry_id, by_id=town.alice.pk, version_id=version.pk, now=now)
    assert posting_of(approve(version, town.bob, now=now)).due_at == now + timedelta(seconds=10)


def test_scheduled_reply_waits_for_its_moment(town: City, x: Simulator):
    at = database_now() + timedelta(hours=1)
    one = approved_on_x(town, x, aim=Aim(not_before=at))
    assert one.due_at == at
    assert sender.deliver_due(worker="w") == 0


def test_scheduled_reply_is_looked_at_again_when_it_is_due(town: City, x: Simulator):
    one = approved_on_x(town, x, aim=Aim(not_before=database_now() + timedelta(hours=1)))
    arrive(town, "x", thread=one.reply.answers.thread_key, now=database_now())
    Posting.objects.filter(pk=one.pk).update(due_at=database_now())
    sender.deliver_due(worker="w")
    assert said_on_x(x) == []


def test_parts_leave_one_after_another(town: City, x: Simulator):
    text = "We collect bulky waste on the first Monday of each month. " * 9
    one = approved_on_x(town, x, text=text, aim=Aim(in_parts=True))
    count = Posting.objects.filter(approval=one.approval).count()
    assert count > 1
    while sender.deliver_due(worker="w"):
        pass
    said = said_on_x(x)
    assert len(said) == count
    assert [f"({n}/{count})" in text for n, text in enumerate(said, start=1)] == [True] * count
    assert Reply.objects.get(pk=one.reply_id).state == "POSTED"
    assert fresh(one.reply.enquiry_id).state == "ANSWERED"


def test_database_lets_no_part_leave_before_the_one_before_it(town: City, x: Simulator):
    text = "We collect bulky waste on the first Monday of each month. " * 9
    one = approved_on_x(town, x, text=text, aim=Aim(in_parts=True))
    second = Posting.objects.get(approval=one.approval, part=2)
    with pytest.raises(IntegrityError, match="part before"), transaction.atomic():
        Posting.objects.filter(pk=second.pk).update(state="SENDING", lease_owner="w", lease_until=database_now())


def test_refused_part_takes_the_later_ones_with_it(town: City, x: Simulator):
    text = "We collect bulky waste on the first Monday of each month. " * 9
    one = approved_on_x(town, x, text=text, aim=Aim(in_parts=True), target="1234567890123456789")
    sender.deliver_due(worker="w")
    states = Posting.objects.filter(approval=one.approval).order_by("part").values_list("state", flat=True)
    first, *later = states
    assert first == "FAILED" and set(later) == {"CANCELLED"}
    assert Reply.objects.get(pk=one.reply_id).state == "FAILED"
    assert said_on_x(x) == []


@pytest.mark.parametrize("scope", ["EVERYTHING", "CHANNEL", "ACCOUNT", "TOPIC"])
def test_frozen_posting_stays_until_the_freeze_is_lifted(town: City, x: Simulator, scope: str):
    one = approved_on_x(town, x)
    topic = town.organisation.topics.get(name="Waste and recycling")
    type(one.reply.enquiry).objects.filter(pk=one.reply.enquiry_id).update(topic=topic)
    of_scope: dict[str, dict[str, object]] = {
        "EVERYTHING": {},
        "CHANNEL": {"kind": "x"},
        "ACCOUNT": {"account_id": town.accounts["x"].pk},
        "TOPIC": {"topic_id": topic.pk},
    }
    made = freeze(town, scope, **of_scope[scope])
    assert sender.deliver_due(worker="w") == 0
    assert said_on_x(x) == []
    freezing.lift(freeze_id=made.pk, by_id=town.bob.pk, now=database_now())
    assert sender.deliver_due(worker="w") == 1
    assert len(said_on_x(x)) == 1


@pytest.mark.parametrize(("scope", "what"), [("CHANNEL", {"kind": "email"}), ("TOPIC", {"topic": True})])
def test_freeze_elsewhere_does_not_hold_it(town: City, x: Simulator, scope: str, what: dict[str, object]):
    approved_on_x(town, x)
    if "topic" in what:
        what = {"topic_id": town.organisation.topics.get(name="Roads and street lights").pk}
    freeze(town, scope, **what)
    assert sender.deliver_due(worker="w") == 1


def test_database_lets_nothing_start_to_leave_in_a_freeze(town: City, x: Simulator):
    one = approved_on_x(town, x)
    freeze(town)
    with pytest.raises(IntegrityError, match="frozen"), transaction.atomic():
        Posting.objects.filter(pk=one.pk).update(state="SENDING", lease_owner="w", lease_until=database_now())


def test_freeze_between_claim_and_call_holds_it(town: City, x: Simulator):
    one = approved_on_x(town, x)
    claimed = sender._claim(one.pk, "w", database_now())
    assert claimed is not None
    freeze(town)
    sender._send(claimed)
    assert said_on_x(x) == []
    one.refresh_from_db()
    assert (one.state, one.attempts_made.get().outcome) == ("QUEUED", "NOT_SENT")


def test_freeze_ends_by_itself(town: City, x: Simulator):
    approved_on_x(town, x)
    made = freeze(town)
    Freeze._base_manager.filter(pk=made.pk).update(lifted_by=None)
    with transaction.atomic():
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            cursor.execute("UPDATE enquiries_freeze SET frozen_at = now() - interval '2 h', expires_at = now()")
    assert sender.deliver_due(worker="w") == 1


def test_what_was_held_leaves_in_its_order(town: City, x: Simulator):
    made = freeze(town)
    for n in range(3):
        approved_on_x(town, x, text=f"Reply {n}")
    freezing.lift(freeze_id=made.pk, by_id=town.bob.pk, now=database_now())
    sender.deliver_due(worker="w")
    assert said_on_x(x) == ["Reply 0", "Reply 1", "Reply 2"]


def test_what_the_citizen_has_overtaken_meanwhile_does_not_leave_on_release(town: City, x: Simulator):
    one = approved_on_x(town, x)
    made = freeze(town)
    arrive(town, "x", thread=one.reply.answers.thread_key, now=database_now())
    freezing.lift(freeze_id=made.pk, by_id=town.bob.pk, now=database_now())
    sender.deliver_due(worker="w")
    assert said_on_x(x) == []


@pytest.mark.parametrize(
    ("reason", "ends"), [(" ", timedelta(hours=1)), ("Why", timedelta(0)), ("Why", timedelta(days=15))]
)
def test_freeze_without_reason_or_a_sensible_end_is_refused(town: City, reason: str, ends: timedelta):
    now: datetime = database_now()
    with pytest.raises(freezing.CannotFreeze):
        freezing.freeze(
            organisation=town.organisation,
            scope="EVERYTHING",
            reason=reason,
            by_id=town.bob.pk,
            expires_at=now + ends,
            now=now,
        )


def test_approving_goes_on_in_a_freeze(town: City, x: Simulator):
    freeze(town)
    one = approved_on_x(town, x)
    assert one.state == "QUEUED" and sha_of(one.version)
