"""What the database refuses in plain SQL, whoever asks: no service and no model stands between these writes and the table."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from agents.models import Membership
from enquiries.contract import Receipt
from enquiries.models import Posting, Reply, ReplyVersion
from enquiries.services.leaving import outcomes
from tests.people import NOON, City, approved, arrive, draft, make_city, posting_of, submitted
from tests.undone import settled, undone

pytestmark = pytest.mark.django_db


@dataclass
class Ids:
    """What the writes below are about: a draft, a submitted reply, an approved one, and one that is posted."""

    values: dict[str, Any]


@pytest.fixture(scope="module")
def city(django_db_setup: None, django_db_blocker: Any) -> Iterator[City]:
    """The city of all tests here: nothing that is refused changes it."""
    with undone(django_db_blocker):
        yield make_city()


@pytest.fixture(scope="module")
def ids(city: City) -> Ids:
    made = scene(city)
    settled()
    return made


def scene(city: City) -> Ids:
    drafted = draft(city, arrive(city, "x"))
    waiting = submitted(city, arrive(city, "x"))
    approval = approved(city, arrive(city, "x"))
    done = approved(city, arrive(city, "x"))
    elsewhere = make_city_elsewhere()
    Posting.objects.filter(pk=posting_of(done).pk).update(
        state="SENDING", lease_owner="w", lease_until=NOON + timedelta(minutes=1), attempts=1
    )
    posted = posting_of(done)
    outcomes.posted(posted, receipt=Receipt(external_id="99"), now=NOON)
    values = {
        "alice": city.alice.pk,
        "bob": city.bob.pk,
        "charlie": city.charlie.pk,
        "draft": drafted.reply_id,
        "draft_version": drafted.pk,
        "enquiry": drafted.reply.enquiry_id,
        "message": drafted.reply.answers_id,
        "out": posted.reply.enquiry.messages.get(direction="OUT").pk,
        "waiting": waiting.reply_id,
        "waiting_version": waiting.pk,
        "waiting_hash": bytes(waiting.content_sha256),
        "approval": approval.pk,
        "approved": approval.reply_id,
        "approved_version": approval.version_id,
        "approved_hash": bytes(approval.content_sha256),
        "queued": posting_of(approval).pk,
        "posted": posted.pk,
        "account": city.accounts["x"].pk,
        "mailbox": city.accounts["email"].pk,
        "clock": drafted.reply.enquiry.clocks.get().pk,
        "payload": drafted.reply.answers.payload_id,
        "foreign_team": elsewhere.waste.pk,
        "foreign_account": elsewhere.accounts["email"].pk,
        **contents(drafted, city),
    }
    return Ids(values)


def contents(drafted: ReplyVersion, city: City) -> dict[str, Any]:
    """The content of the draft as it is, and bent in every way that must be refused."""
    return {
        "content": json.dumps(drafted.content),
        "public": json.dumps(drafted.content | {"side": "PRIVATE"}),
        "empty": json.dumps(drafted.content | {"text": "  "}),
        "nowhere": json.dumps(drafted.content | {"routes": []}),
        "elsewhere": json.dumps(drafted.content | {"routes": [drafted.content["routes"][0] | {"target": "other"}]}),
        "stranger": json.dumps(drafted.content | {"routes": [drafted.content["routes"][0] | {"recipient": "eli"}]}),
        "wide": json.dumps(
            drafted.content
            | {
                "routes": [
                    drafted.content["routes"][0],
                    drafted.content["routes"][0] | {"account": city.accounts["email"].pk},
                ]
            }
        ),
    }


def make_city_elsewhere() -> City:
    from agents.models import User
    from enquiries.models import ChannelAccount, Organisation, Team

    organisation = Organisation.objects.create(name="Southwell", slug="southwell", reference_prefix="SW")
    team = Team.objects.create(organisation=organisation, name="Waste")
    account = ChannelAccount.objects.create(
        organisation=organisation, kind="email", name="S", external_id="s@s.example"
    )
    nobody = User(name="-")
    return City(organisation, team, team, nobody, nobody, nobody, nobody, {"email": account})


APPROVE = "INSERT INTO enquiries_approval (version_id, reply_id, author_id, content_sha256, approver_id, decided_at, revoked_reason) VALUES "
POST = (
    "INSERT INTO enquiries_posting (reply_id, version_id, approval_id, content_sha256, route, account_id, key, state, due_at, "
    "attempts, lease_owner, last_error, permalink, looked, fix) VALUES "
)
POST_END = "gen_random_uuid(), 'QUEUED', now(), 0, '', '', '', 0, '')"
VERSION = "INSERT INTO enquiries_replyversion (reply_id, n, author_id, content, content_sha256, last_inbound_id, created_at) VALUES "
SEND = "UPDATE enquiries_posting SET state = 'SENDING', lease_owner = 'w', lease_until = now() + interval '1 min' WHERE id = %(queued)s"

ILLEGAL = {
    "author approves": APPROVE
    + "(%(waiting_version)s, %(waiting)s, %(alice)s, %(waiting_hash)s, %(alice)s, now(), '')",
    "supervisor of another team approves": APPROVE
    + "(%(waiting_version)s, %(waiting)s, %(alice)s, %(waiting_hash)s, %(charlie)s, now(), '')",
    "approval names another author": APPROVE
    + "(%(waiting_version)s, %(waiting)s, %(charlie)s, %(waiting_hash)s, %(bob)s, now(), '')",
    "approval has another hash": APPROVE + "(%(waiting_version)s, %(waiting)s, %(alice)s, 'zz', %(bob)s, now(), '')",
    "approval of a draft": APPROVE + "(%(draft_version)s, %(draft)s, %(alice)s, %(waiting_hash)s, %(bob)s, now(), '')",
    "approval starts revoked": "INSERT INTO enquiries_approval (version_id, reply_id, author_id, content_sha256, approver_id, "
    "decided_at, revoked_at, revoked_reason) VALUES "
    "(%(waiting_version)s, %(waiting)s, %(alice)s, %(waiting_hash)s, %(bob)s, now(), now(), 'x')",
    "second live approval": APPROVE
    + "(%(approved_version)s, %(approved)s, %(alice)s, %(approved_hash)s, %(bob)s, now(), '')",
    "approver is exchanged": "UPDATE enquiries_approval SET approver_id = %(charlie)s WHERE id = %(approval)s",
    "approval is deleted": "DELETE FROM enquiries_approval WHERE id = %(approval)s",
    "revoked without a reason": "UPDATE enquiries_approval SET revoked_at = now() WHERE id = %(approval)s",
    "version is edited": "UPDATE enquiries_replyversion SET content = '{}' WHERE id = %(approved_version)s",
    "hash is edited": "UPDATE enquiries_replyversion SET content_sha256 = 'a' WHERE id = %(approved_version)s",
    "version is deleted": "DELETE FROM enquiries_replyversion WHERE id = %(draft_version)s",
    "new version of a submitted reply": VERSION + "(%(waiting)s, 2, %(alice)s, %(content)s, '', %(message)s, now())",
    "new version of an approved reply": VERSION + "(%(approved)s, 2, %(alice)s, %(content)s, '', %(message)s, now())",
    "version without words": VERSION + "(%(draft)s, 2, %(alice)s, %(empty)s, '', %(message)s, now())",
    "version on the other side": VERSION + "(%(draft)s, 2, %(alice)s, %(public)s, '', %(message)s, now())",
    "version that goes nowhere": VERSION + "(%(draft)s, 2, %(alice)s, %(nowhere)s, '', %(message)s, now())",
    "version to another target": VERSION + "(%(draft)s, 2, %(alice)s, %(elsewhere)s, '', %(message)s, now())",
    "version to another recipient": VERSION + "(%(draft)s, 2, %(alice)s, %(stranger)s, '', %(message)s, now())",
    "public version with a second route": VERSION + "(%(draft)s, 2, %(alice)s, %(wide)s, '', %(message)s, now())",
    "version number twice": VERSION + "(%(draft)s, 1, %(alice)s, %(content)s, '', %(message)s, now())",
    "posting without approval": POST
    + "(%(approved)s, %(approved_version)s, 0, %(approved_hash)s, 0, %(account)s, "
    + POST_END,
    "posting with another hash": POST
    + "(%(approved)s, %(approved_version)s, %(approval)s, 'zz', 1, %(account)s, "
    + POST_END,
    "posting of an unapproved reply": POST
    + "(%(waiting)s, %(waiting_version)s, %(approval)s, %(waiting_hash)s, 0, %(account)s, "
    + POST_END,
    "second live posting of a route": POST
    + "(%(approved)s, %(approved_version)s, %(approval)s, %(approved_hash)s, 0, %(account)s, "
    + POST_END,
    "posting on a route nobody approved": POST
    + "(%(approved)s, %(approved_version)s, %(approval)s, %(approved_hash)s, 1, %(mailbox)s, "
    + POST_END,
    "posted without sending": "UPDATE enquiries_posting SET state = 'POSTED', external_id = 'p', posted_at = now() WHERE id = %(queued)s",
    "sending without a lease": "UPDATE enquiries_posting SET state = 'SENDING' WHERE id = %(queued)s",
    "posted goes back into the queue": "UPDATE enquiries_posting SET state = 'QUEUED', external_id = NULL, posted_at = NULL "
    "WHERE id = %(posted)s",
    "posting moves to another account": "UPDATE enquiries_posting SET account_id = %(mailbox)s WHERE id = %(queued)s",
    "posting gets another version": "UPDATE enquiries_posting SET version_id = %(waiting_version)s WHERE id = %(queued)s",
    "posting is deleted": "DELETE FROM enquiries_posting WHERE id = %(queued)s",
    "attempt without sending": "INSERT INTO enquiries_attempt (posting_id, n, worker, started_at, outcome, detail) "
    "VALUES (%(queued)s, 1, 'w', now(), '', '')",
    "reply skips approval": "UPDATE enquiries_reply SET state = 'APPROVED' WHERE id = %(waiting)s",
    "draft is approved": "UPDATE enquiries_reply SET state = 'APPROVED' WHERE id = %(draft)s",
    "reply is posted without a posting": "UPDATE enquiries_reply SET state = 'POSTED' WHERE id = %(approved)s",
    "approved reply is edited while its approval lives": "UPDATE enquiries_reply SET state = 'RETURNED' WHERE id = %(approved)s",
    "reply answers another message": "UPDATE enquiries_reply SET answers_id = %(out)s WHERE id = %(draft)s",
    "reply starts approved": "INSERT INTO enquiries_reply (enquiry_id, answers_id, state, created_at) "
    "VALUES (%(enquiry)s, %(message)s, 'APPROVED', now())",
    "second reply under way": "INSERT INTO enquiries_reply (enquiry_id, answers_id, state, created_at) "
    "VALUES (%(enquiry)s, %(message)s, 'DRAFT', now())",
    "citizen's words are changed": "UPDATE enquiries_message SET text = 'nicer' WHERE id = %(message)s",
    "our words are changed": "UPDATE enquiries_message SET text = 'nicer' WHERE id = %(out)s",
    "message is deleted": "DELETE FROM enquiries_message WHERE id = %(message)s",
    "raw bytes are changed": "UPDATE enquiries_payload SET raw = 'x' WHERE id = %(payload)s",
    "payload is deleted": "DELETE FROM enquiries_payload WHERE id = %(payload)s",
    "payload arrives twice": "INSERT INTO enquiries_payload (account_id, source, external_id, raw, received_at, state, outcome, "
    "due_at, attempts, lease_owner, last_error) SELECT account_id, source, external_id, raw, now(), 'RECEIVED', '', now(), 0, "
    "'', '' FROM enquiries_payload WHERE id = %(payload)s",
    "unreadable without a reason": "UPDATE enquiries_payload SET state = 'UNREADABLE', parked_at = now() WHERE id = %(payload)s",
    "enquiry skips to posting": "UPDATE enquiries_enquiry SET state = 'POSTING' WHERE id = %(enquiry)s",
    "enquiry goes to another organisation's team": "UPDATE enquiries_enquiry SET team_id = %(foreign_team)s WHERE id = %(enquiry)s",
    "enquiry gets another reference": "UPDATE enquiries_enquiry SET reference = 'NW-2222-2222' WHERE id = %(enquiry)s",
    "promise is put off": "UPDATE enquiries_clock SET due_at = due_at + interval '1 day' WHERE id = %(clock)s",
    "clock is deleted": "DELETE FROM enquiries_clock WHERE id = %(clock)s",
    "audit event is changed": "UPDATE audit_event SET verb = 'nothing.happened'",
    "audit event is deleted": "DELETE FROM audit_event",
    "audit is emptied": "TRUNCATE audit_event",
    "messages are emptied": "TRUNCATE enquiries_message CASCADE",
}


@pytest.mark.parametrize("what", ILLEGAL)
def test_database_refuses(ids: Ids, what: str):
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(ILLEGAL[what], ids.values)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_revoked_approval_sends_nothing(ids: Ids):
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE enquiries_approval SET revoked_at = now(), revoked_reason = 'x' WHERE id = %(approval)s", ids.values
        )

        with pytest.raises(DatabaseError), transaction.atomic():
            cursor.execute(SEND, ids.values)


def test_message_after_approval_stops_the_posting_even_past_the_services(ids: Ids):
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO enquiries_message (enquiry_id, account_id, direction, side, external_id, known_as, subject, text, html, "
            "thread_key, reply_to, permalink, answerable, hindrance, automatic, occurred_at, recorded_at) "
            "SELECT enquiry_id, %(account)s, 'IN', 'PUBLIC', 'later', '', '', 'no!', '', '', '', '', true, '', false, now(), now() "
            "FROM enquiries_reply WHERE id = %(approved)s",
            ids.values,
        )

        with pytest.raises(DatabaseError, match="wrote again"), transaction.atomic():
            cursor.execute(SEND, ids.values)


def test_supervisor_who_wrote_a_version_approves_none(city: City):
    from enquiries.services import replies

    message = arrive(city)
    draft(city, message)
    version = replies.save_draft(
        enquiry_id=message.enquiry_id, answers_id=message.pk, author_id=city.bob.pk, text="Bob's words", now=NOON
    )
    replies.save_draft(
        enquiry_id=message.enquiry_id, answers_id=message.pk, author_id=city.alice.pk, text="Alice's words", now=NOON
    )
    Reply.objects.filter(pk=version.reply_id).update(state="SUBMITTED")
    newest = ReplyVersion.objects.get(reply_id=version.reply_id, n=3)

    with pytest.raises(DatabaseError, match="wrote a version"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            APPROVE + "(%s, %s, %s, %s, %s, now(), '')",
            [newest.pk, newest.reply_id, newest.author_id, bytes(newest.content_sha256), city.bob.pk],
        )


def test_dismissed_supervisor_approves_nothing(ids: Ids, city: City):
    Membership.objects.filter(user=city.bob).delete()

    with pytest.raises(DatabaseError, match="only a supervisor"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            APPROVE + "(%(waiting_version)s, %(waiting)s, %(alice)s, %(waiting_hash)s, %(bob)s, now(), '')", ids.values
        )


def test_legal_writes_pass(ids: Ids):
    """The counter-test: the same connection may do what is allowed, so the refusals above refuse for their reason."""
    with connection.cursor() as cursor:
        cursor.execute(
            APPROVE + "(%(waiting_version)s, %(waiting)s, %(alice)s, %(waiting_hash)s, %(bob)s, now(), '')", ids.values
        )
        cursor.execute(SEND, ids.values)
        cursor.execute(VERSION + "(%(draft)s, 2, %(alice)s, %(content)s, '', %(message)s, now())", ids.values)
        assert cursor.rowcount == 1
