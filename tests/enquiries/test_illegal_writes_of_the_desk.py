"""What the database refuses in plain SQL since the desk: trust, policy, endorsements, merges, freezes, corrections."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from agents.models import Role
from enquiries.models import Enquiry, ReplyVersion
from tests.enquiries.approving.scenes import a_rule, approve, make_policy, trust
from tests.people import NOON, City, approved, arrive, draft, make_city, make_user, submitted
from tests.undone import settled, undone

pytestmark = pytest.mark.django_db

DECIDE = (
    "INSERT INTO enquiries_policydecision (version_id, policy_id, rule_n, trust_id, outcome, persons, percent, draw, reason, "
    "decided_at) VALUES "
)
RELEASE = "INSERT INTO enquiries_approval (version_id, reply_id, author_id, content_sha256, decision_id, decided_at, revoked_reason) "
STEP = (
    "INSERT INTO enquiries_truststep (organisation_id, user_id, kind, level, percent, reason, evidence, decided_by_id, decided_at) "
    "VALUES "
)
ENDORSE = "INSERT INTO enquiries_endorsement (version_id, by_id, acknowledged, note, at) VALUES "
FREEZE = "INSERT INTO enquiries_freeze (organisation_id, scope, kind, reason, frozen_by_id, frozen_at, expires_at) VALUES (%(org)s, "
CORRECT = "INSERT INTO enquiries_reply (enquiry_id, answers_id, purpose, corrects_id, state, created_at) VALUES "

FORBIDDEN = {
    "released by nothing": DECIDE + "(%(waiting)s, NULL, NULL, NULL, 'RELEASED', 0, NULL, NULL, 'x', now())",
    "released by a rule that holds": DECIDE
    + "(%(waiting)s, %(policy)s, 0, NULL, 'RELEASED', 0, NULL, NULL, 'x', now())",
    "released by a rule that is not there": DECIDE
    + "(%(waiting)s, %(policy)s, 9, NULL, 'RELEASED', 0, NULL, NULL, 'x', now())",
    "released though the sample holds it": DECIDE
    + "(%(waiting)s, %(policy)s, 1, NULL, 'RELEASED', 0, 20, 1999, 'x', now())",
    "released by a sample of another size": DECIDE
    + "(%(waiting)s, %(policy)s, 1, NULL, 'RELEASED', 0, 1, 1999, 'x', now())",
    "released by an old policy": DECIDE
    + "(%(waiting)s, %(old_policy)s, 0, NULL, 'RELEASED', 0, NULL, NULL, 'x', now())",
    "released by somebody else's trust": DECIDE
    + "(%(waiting)s, NULL, NULL, %(bobs_trust)s, 'RELEASED', 0, NULL, NULL, 'x', now())",
    "released by trust that has ended": DECIDE
    + "(%(waiting)s, NULL, NULL, %(lost_trust)s, 'RELEASED', 0, NULL, NULL, 'x', now())",
    "held for nobody": DECIDE + "(%(waiting)s, NULL, NULL, NULL, 'HELD', 0, NULL, NULL, 'x', now())",
    "a decision is changed": "UPDATE enquiries_policydecision SET persons = 1 WHERE version_id = %(two)s",
    "approved by nobody": RELEASE + "VALUES (%(waiting)s, %(reply)s, %(alice)s, %(hash)s, NULL, now(), '')",
    "approved by a decision that holds": RELEASE
    + "SELECT %(waiting)s, %(reply)s, %(alice)s, %(hash)s, max(id), now(), '' FROM enquiries_policydecision "
    "WHERE version_id = %(waiting)s",
    "approved by the decision on another version": RELEASE
    + "SELECT %(waiting)s, %(reply)s, %(alice)s, %(hash)s, max(id), now(), '' FROM enquiries_policydecision "
    "WHERE version_id = %(two)s",
    "policy is changed": "UPDATE enquiries_approvalpolicy SET rules = '[]' WHERE id = %(policy)s",
    "policy is removed": "DELETE FROM enquiries_approvalpolicy WHERE id = %(policy)s",
    "trust is given by oneself": STEP + "(%(org)s, %(bob)s, 'email', 'SAMPLED', 20, 'x', '{}', %(bob)s, now())",
    "trust is given by nobody": STEP + "(%(org)s, %(alice)s, 'email', 'SAMPLED', 20, 'x', '{}', NULL, now())",
    "trust is given by an agent": STEP + "(%(org)s, %(bob)s, 'email', 'SAMPLED', 20, 'x', '{}', %(alice)s, now())",
    "trust leaps": STEP + "(%(org)s, %(alice)s, 'email', 'FREE', 20, 'x', '{}', %(bob)s, now())",
    "trust without a reason": STEP + "(%(org)s, %(alice)s, 'email', 'SAMPLED', 20, '', '{}', %(bob)s, now())",
    "trust is changed": "UPDATE enquiries_truststep SET level = 'FREE' WHERE id = %(lost_trust)s",
    "trust is removed": "DELETE FROM enquiries_truststep WHERE id = %(lost_trust)s",
    "endorsed by its author": ENDORSE + "(%(waiting)s, %(alice)s, '[]', '', now())",
    "endorsed by another team": ENDORSE + "(%(waiting)s, %(charlie)s, '[]', '', now())",
    "endorsed before it was submitted": ENDORSE + "(%(draft)s, %(bob)s, '[]', '', now())",
    "endorsed twice": ENDORSE + "(%(two)s, %(erin)s, '[]', '', now())",
    "merged into itself": "UPDATE enquiries_enquiry SET merged_into_id = id WHERE id = %(enquiry)s",
    "merged into what is merged": "UPDATE enquiries_enquiry SET merged_into_id = %(merged)s WHERE id = %(enquiry)s",
    "one that holds others is merged": "UPDATE enquiries_enquiry SET merged_into_id = %(enquiry)s WHERE id = %(root)s",
    "merged while its reply waits": "UPDATE enquiries_enquiry SET merged_into_id = %(enquiry)s WHERE id = %(awaiting)s",
    "waiting without an end": "UPDATE enquiries_enquiry SET state = 'WAITING' WHERE id = %(answered)s",
    "a claim of nobody": "UPDATE enquiries_enquiry SET assignee_id = NULL, claimed_until = now() WHERE id = %(enquiry)s",
    "priority that is none": "UPDATE enquiries_enquiry SET priority = 7 WHERE id = %(enquiry)s",
    "freeze without a reason": FREEZE + "'EVERYTHING', '', '', %(bob)s, now(), now() + interval '1 h')",
    "freeze that has ended": FREEZE + "'EVERYTHING', '', 'x', %(bob)s, now(), now())",
    "freeze of a channel that is none": FREEZE + "'CHANNEL', '', 'x', %(bob)s, now(), now() + interval '1 h')",
    "freeze of everything and a channel": FREEZE + "'EVERYTHING', 'x', 'x', %(bob)s, now(), now() + interval '1 h')",
    "note without words": "INSERT INTO enquiries_note (enquiry_id, author_id, kind, text, created_at) "
    "VALUES (%(enquiry)s, %(alice)s, 'NOTE', '', now())",
    "correction of nothing": CORRECT + "(%(answered)s, %(answered_message)s, 'REPLACE', NULL, 'DRAFT', now())",
    "correction of a citizen's words": CORRECT
    + "(%(answered)s, %(answered_message)s, 'REPLACE', %(answered_message)s, 'DRAFT', now())",
    "correction of another enquiry's post": CORRECT + "(%(enquiry)s, %(message)s, 'REMOVE', %(out)s, 'DRAFT', now())",
    "an answer that corrects": CORRECT + "(%(answered)s, %(answered_message)s, 'ANSWER', %(out)s, 'DRAFT', now())",
    "version that claims another purpose": "INSERT INTO enquiries_replyversion (reply_id, n, author_id, content, "
    "content_sha256, last_inbound_id, created_at) VALUES (%(draft_reply)s, 9, %(alice)s, %(removal)s, '', %(message)s, now())",
    "part that goes elsewhere": "INSERT INTO enquiries_replyversion (reply_id, n, author_id, content, "
    "content_sha256, last_inbound_id, created_at) VALUES (%(draft_reply)s, 9, %(alice)s, %(astray)s, '', %(message)s, now())",
    "part without words": "INSERT INTO enquiries_replyversion (reply_id, n, author_id, content, "
    "content_sha256, last_inbound_id, created_at) VALUES (%(draft_reply)s, 9, %(alice)s, %(silent)s, '', %(message)s, now())",
}


@pytest.fixture(scope="module")
def values(django_db_setup: None, django_db_blocker: Any) -> Iterator[dict[str, Any]]:
    """The scene and the numbers of all that is in it, made once: nothing that is refused changes it."""
    with undone(django_db_blocker):
        made = scene(make_city())
        settled()
        yield made


def scene(city: City) -> dict[str, Any]:
    erin = make_user(city.organisation, "Erin", Role.SUPERVISOR, city.waste)
    old_policy = make_policy(city, a_rule("FREE", channel=["email"]))
    policy = make_policy(city, a_rule("TWO", tone=["HOSTILE"]), a_rule("SAMPLE", percent=20, channel=["web"]))
    bobs = trust(city, city.bob, "SAMPLED")
    lost = trust(city, city.alice, "SAMPLED")
    city.alice.trust_steps.create(
        organisation=city.organisation, kind="x", level="CHECKED", reason="x", decided_at=NOON
    )
    waiting = submitted(city, arrive(city, "x"))
    two = submitted(city, arrive(city, "x", text="Idiots!"))
    approve(two, city.bob)
    drafted = draft(city, arrive(city, "x"))
    root, merged = arrive(city, "x").enquiry, arrive(city, "x").enquiry
    Enquiry.objects.filter(pk=merged.pk).update(merged_into=root)
    answered, out = answered_on_x(city)
    route = drafted.content["routes"][0]
    return {
        "org": city.organisation.pk,
        "alice": city.alice.pk,
        "bob": city.bob.pk,
        "charlie": city.charlie.pk,
        "erin": erin.pk,
        "policy": policy.pk,
        "old_policy": old_policy.pk,
        "bobs_trust": bobs.pk,
        "lost_trust": lost.pk,
        "waiting": waiting.pk,
        "reply": waiting.reply_id,
        "hash": bytes(waiting.content_sha256),
        "awaiting": waiting.reply.enquiry_id,
        "two": two.pk,
        "draft": drafted.pk,
        "draft_reply": drafted.reply_id,
        "enquiry": drafted.reply.enquiry_id,
        "message": drafted.reply.answers_id,
        "root": root.pk,
        "merged": merged.pk,
        "answered": answered.reply.enquiry_id,
        "answered_message": answered.reply.answers_id,
        "out": out,
        "removal": json.dumps(drafted.content | {"purpose": "REMOVE", "of": "1"}),
        "astray": json.dumps(
            drafted.content | {"routes": [route, route | {"part": 2, "text": "x", "target": "elsewhere"}]}
        ),
        "silent": json.dumps(drafted.content | {"routes": [route | {"part": 1, "text": " "}]}),
    }


def answered_on_x(city: City) -> tuple[ReplyVersion, int]:
    from datetime import timedelta

    from enquiries.contract import Receipt
    from enquiries.models import Posting
    from enquiries.services.leaving import outcomes
    from tests.people import posting_of

    done = approved(city, arrive(city, "x"))
    posting = posting_of(done)
    Posting.objects.filter(pk=posting.pk).update(
        state="SENDING", lease_owner="w", lease_until=NOON + timedelta(minutes=1), attempts=1
    )
    posting.refresh_from_db()
    outcomes.posted(posting, receipt=Receipt(external_id="4711"), now=NOON)
    return done.version, posting.message.pk


@pytest.mark.parametrize("write", FORBIDDEN.values(), ids=FORBIDDEN.keys())
def test_forbidden_write_is_refused(values: dict[str, Any], write: str):
    with pytest.raises(DatabaseError) as refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(write, values)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    state = getattr(refused.value.__cause__, "pgcode", "")
    assert state in ("23514", "23503", "23505"), f"refused for another reason: {refused.value}"


def test_the_same_writes_pass_where_they_are_right(values: dict[str, Any]):
    right = [
        ENDORSE + "(%(waiting)s, %(bob)s, '[]', '', now())",
        STEP + "(%(org)s, %(alice)s, 'email', 'SAMPLED', 20, 'x', '{}', %(bob)s, now())",
        FREEZE + "'CHANNEL', 'x', 'x', %(bob)s, now(), now() + interval '1 h')",
        CORRECT + "(%(answered)s, %(answered_message)s, 'REMOVE', %(out)s, 'DRAFT', now())",
        "UPDATE enquiries_enquiry SET merged_into_id = %(root)s WHERE id = %(enquiry)s",
        "UPDATE enquiries_enquiry SET state = 'WAITING', waiting_until = now() WHERE id = %(answered)s",
    ]
    with transaction.atomic(), connection.cursor() as cursor:
        for write in right:
            cursor.execute(write, values)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
