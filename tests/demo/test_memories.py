"""The simulators know what the demo's citizens wrote: a reply to it arrives there, like a reply to something new."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.utils import timezone

from citizenservice.demo.memories import leave_memories
from citizenservice.demo.people import CITIZENS
from citizenservice.demo.wire import address_of, handle_of
from enquiries.models import ChannelAccount, Message, Overheard, Payload, Posting
from enquiries.services import replies
from enquiries.services.incoming import intake, pickup
from enquiries.services.leaving import posting
from simulators.facebook import store as facebook
from simulators.keeping import read
from simulators.x import store as x
from tests.sims import facebook_simulator, x_simulator

pytestmark = pytest.mark.django_db


@pytest.fixture
def memories(northwell: None, tmp_path: Path) -> Path:
    """The memory of both platforms."""
    leave_memories(tmp_path)
    return tmp_path / "simulators"


def test_every_post_is_remembered(memories: Path):
    town = x.Store()
    town.recall(read(memories / "x.json"))

    said = Message.objects.filter(account__kind="x").values_list("external_id", flat=True)
    assert set(town.posts) == {*said, *Overheard.objects.values_list("external_id", flat=True)}
    assert all(post.author_id in town.people for post in town.posts.values())


def test_every_comment_and_message_is_remembered(memories: Path):
    town = facebook.Store()
    town.recall(read(memories / "facebook.json"))

    known = {*town.entries, *(message.id for message in town.messages)}
    assert known >= set(Message.objects.filter(account__kind="facebook").values_list("external_id", flat=True))


def test_what_refused_an_answer_is_deleted_there(memories: Path):
    failed = Posting.objects.filter(state="FAILED").select_related("reply__answers", "account").get()
    kept = json.loads((memories / f"{failed.account.kind}.json").read_text())
    things = {thing["id"]: thing for name in ("posts", "entries", "messages") for thing in kept.get(name, [])}

    assert things[failed.reply.answers.external_id]["deleted"] is True


def test_memory_that_is_there_already_is_left_alone(northwell: None, tmp_path: Path):
    leave_memories(tmp_path)
    (tmp_path / "simulators" / "x.json").write_text("{}")

    leave_memories(tmp_path)

    assert (tmp_path / "simulators" / "x.json").read_text() == "{}"


def test_citizens_are_different_people_on_every_channel():
    names = [name for group in CITIZENS.values() for name in group]

    assert len({handle_of(name) for name in names}) == len(names)
    assert len({address_of(name) for name in names}) == len(names)
    assert all(len(handle_of(name)) <= 15 for name in names)


def answer(message: Message) -> Posting:
    """Let the team's people answer, and the worker deliver."""
    from agents.models import Membership

    now = timezone.now()
    team = message.enquiry.team
    people = {role: Membership.objects.filter(team=team, role=role)[0].user_id for role in ("AGENT", "SUPERVISOR")}
    version = replies.save_draft(
        enquiry_id=message.enquiry_id, answers_id=message.pk, author_id=people["AGENT"], text="We come today.", now=now
    )
    replies.submit(enquiry_id=message.enquiry_id, by_id=people["AGENT"], version_id=version.pk, now=now)
    seen = bytes(version.content_sha256).hex()
    replies.approve(reply_id=version.reply_id, approver_id=people["SUPERVISOR"], seen_sha256=seen, now=now)
    Posting.objects.filter(reply_id=version.reply_id).update(due_at=now)  # the time to undo it is over
    posting.deliver_due(worker="test")
    return Posting.objects.get(reply_id=version.reply_id)


@pytest.mark.parametrize(("kind", "start"), [("x", x_simulator), ("facebook", facebook_simulator)])
def test_planted_enquiry_is_answered_on_the_platform_and_not_taken_in_twice(memories: Path, kind: str, start):
    with start("--keep", str(memories / f"{kind}.json")) as simulator:
        account = ChannelAccount.objects.get(kind=kind)
        account.settings["api_url"] = simulator.url
        account.save(update_fields=["settings"])
        before = Message.objects.count()

        pickup.pick_up_due(now=timezone.now(), worker="test")
        intake.read_due_payloads(now=timezone.now(), worker="test")
        message = (
            Message.objects.filter(account=account, direction="IN", enquiry__state="OPEN", enquiry__team__isnull=False)
            .exclude(enquiry__replies__state="FAILED")
            .order_by("-pk")[0]
        )
        sent = answer(message)

    assert not Payload.objects.filter(state="UNREADABLE", external_id__startswith="poll").exists()
    assert sent.state == Posting.State.POSTED, sent.last_error
    assert Message.objects.count() == before + 1
