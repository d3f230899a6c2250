"""Two at once over one approval, on two connections: one word counts, and nothing leaves that nobody read."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

import pytest

from agents.models import Role, User
from enquiries.models import (
    Approval,
    Endorsement,
    Enquiry,
    Freeze,
    Organisation,
    Posting,
    Reply,
    ReplyReturn,
    ReplyVersion,
)
from enquiries.services import replies
from enquiries.services.approving import freezing, policies
from tests.enquiries.approving.scenes import a_rule, make_policy, sha_of
from tests.enquiries.test_races import at_once
from tests.people import NOON, City, arrive, draft, make_city, make_user, submitted

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def town(transactional_db: None) -> City:
    return make_city()


@pytest.fixture
def erin(town: City) -> User:
    """Erin supervises the waste team, with Bob."""
    return make_user(town.organisation, "Erin", Role.SUPERVISOR, town.waste)


def approve(version: ReplyVersion, who: User) -> object:
    return replies.approve(reply_id=version.reply_id, approver_id=who.pk, seen_sha256=sha_of(version), now=NOON)


def edit(version: ReplyVersion, who: User) -> object:
    return replies.edit_and_submit(
        reply_id=version.reply_id, editor_id=who.pk, text="Better words.", seen_id=version.pk, now=NOON
    )


def test_two_approvers_make_one_approval(town: City, erin: User):
    for _ in range(5):
        version = submitted(town, arrive(town, "x"))

        results = at_once(partial(approve, version, town.bob), partial(approve, version, erin))

        assert sum(isinstance(result, Approval) for result in results) == 1
        assert Posting.objects.filter(reply_id=version.reply_id).count() == 1


def test_two_persons_at_the_same_moment_are_first_and_second(town: City, erin: User):
    make_policy(town, a_rule("TWO"))
    for _ in range(5):
        version = submitted(town, arrive(town, "x"))

        at_once(partial(approve, version, town.bob), partial(approve, version, erin))

        first = Endorsement.objects.get(version=version)
        second = Approval.objects.get(version=version)
        assert {first.by_id, second.approver_id} == {town.bob.pk, erin.pk}


def test_one_person_who_clicks_twice_is_never_both(town: City):
    make_policy(town, a_rule("TWO"))
    version = submitted(town, arrive(town, "x"))

    at_once(*[partial(approve, version, town.bob)] * 4)

    assert Endorsement.objects.filter(version=version).count() == 1
    assert not Approval.objects.exists()


def test_edit_against_approve_never_sends_what_was_not_read(town: City, erin: User):
    for _ in range(8):
        version = submitted(town, arrive(town, "x"))

        at_once(partial(approve, version, town.bob), partial(edit, version, erin))

        reply = Reply.objects.get(pk=version.reply_id)
        newest = replies.newest_version(reply)
        live = Approval.objects.filter(reply=reply, revoked_at__isnull=True).first()
        assert (newest.n, reply.state) in ((1, "APPROVED"), (2, "SUBMITTED"))
        assert (live is not None) == (newest.n == 1)


def test_return_against_approve_ends_in_one_of_both(town: City, erin: User):
    def send_back(version: ReplyVersion) -> None:
        replies.return_reply(reply_id=version.reply_id, by_id=erin.pk, reason="TONE", note="", now=NOON)

    for _ in range(8):
        version = submitted(town, arrive(town, "x"))

        at_once(partial(approve, version, town.bob), partial(send_back, version))

        state = Reply.objects.get(pk=version.reply_id).state
        assert (state == "APPROVED") == Approval.objects.filter(reply_id=version.reply_id).exists()
        assert (state == "RETURNED") == ReplyReturn.objects.filter(version=version).exists()


def test_new_words_against_the_second_persons_word(town: City, erin: User):
    make_policy(town, a_rule("TWO"))
    for number in range(5):
        message = arrive(town, "x", thread=f"t{number}")
        version = submitted(town, message)
        approve(version, town.bob)

        at_once(
            partial(approve, version, erin),
            partial(arrive, town, "x", thread=f"t{number}", external_id=f"again-{number}", text="Stop!"),
        )

        assert Reply.objects.get(pk=version.reply_id).state == "RETURNED"
        assert not Posting.objects.filter(reply_id=version.reply_id, state="QUEUED").exists()
        assert Enquiry.objects.get(pk=message.enquiry_id).state == "OPEN"


def test_draft_against_edit_keeps_both_wordings(town: City):
    message = arrive(town, "x")
    version = submitted(town, message)

    at_once(partial(edit, version, town.bob), partial(draft, town, message, text="Alice thought again."))

    texts = {one.text for one in ReplyVersion.objects.filter(reply_id=version.reply_id)}
    assert "Alice thought again." in texts
    assert Reply.objects.get(pk=version.reply_id).state in ("DRAFT", "SUBMITTED")


def stop(town: City) -> Freeze:
    return freezing.freeze(
        organisation=town.organisation,
        scope="EVERYTHING",
        reason="Stop",
        by_id=town.bob.pk,
        expires_at=NOON + timedelta(days=7),
        now=NOON,
    )


def test_two_lifts_are_one(town: City, erin: User):
    held = stop(town)
    now = NOON + timedelta(hours=1)

    at_once(*[partial(_lift, held.pk, who.pk, now) for who in (town.bob, erin)])

    held.refresh_from_db()
    assert held.lifted_by_id in (town.bob.pk, erin.pk)


def _lift(freeze_id: int, by_id: int, now: datetime) -> object:
    try:
        return freezing.lift(freeze_id=freeze_id, by_id=by_id, now=now)
    except freezing.CannotFreeze as refusal:
        return refusal


def test_two_policies_at_once_are_one_version_and_one_refusal(town: City):
    def save(name: str) -> object:
        try:
            return policies.save_policy(
                organisation=Organisation.objects.get(pk=town.organisation.pk),
                rules=[a_rule("TWO") | {"name": name}],
                by_id=town.bob.pk,
                note=name,
                now=NOON,
                seen_n=0,
            )
        except policies.NewerPolicy as newer:
            return newer

    results = at_once(partial(save, "a"), partial(save, "b"))

    assert sum(isinstance(result, policies.NewerPolicy) for result in results) == 1
    assert town.organisation.policies.count() == 1
