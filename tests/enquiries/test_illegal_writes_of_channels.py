"""What the database refuses of what channels bring, hide and tell, whoever asks."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, models, transaction

from enquiries.models import (
    Acknowledgement,
    ContextPost,
    Message,
    Moderation,
    Monitor,
    Overheard,
    Payload,
    PlatformChange,
    PostingNotice,
    Reply,
    ReplyFile,
    StandardAnswer,
    StandardAnswerVersion,
)
from tests.people import NOON, City, approved, arrive, posting_of

UPDATES = {
    "other words": "UPDATE enquiries_message SET text = 'x' WHERE id = %(comment)s",
    "emptied without saying when": "UPDATE enquiries_message SET text = '', html = '', subject = '' WHERE id = %(comment)s",
    "half emptied": "UPDATE enquiries_message SET blanked_at = now(), text = 'x' WHERE id = %(comment)s",
    "our own words emptied": "UPDATE enquiries_message SET blanked_at = now(), text = '', subject = '' WHERE id = %(out)s",
    "filled again": "UPDATE enquiries_message SET blanked_at = NULL, text = 'x' WHERE id = %(blank)s",
    "words put where they were emptied": "UPDATE enquiries_message SET text = 'x' WHERE id = %(blank)s",
    "emptied at another time": "UPDATE enquiries_message SET blanked_at = now() WHERE id = %(blank)s",
    "a version of something else": "UPDATE enquiries_message SET root_id = 'other' WHERE id = %(comment)s",
    "made old afterwards": "UPDATE enquiries_message SET outdated = true WHERE id = %(comment)s",
    "trusted afterwards": "UPDATE enquiries_message SET sender_trust = 'PASS' WHERE id = %(comment)s",
    "other bytes": "UPDATE enquiries_payload SET raw = 'x' WHERE id = %(payload)s",
    "longer bytes": "UPDATE enquiries_payload SET raw = raw || 'x', blanked_at = now() WHERE id = %(payload)s",
    "bytes by another way": "INSERT INTO enquiries_payload SELECT * FROM enquiries_payload WHERE id = %(payload)s "
    "ON CONFLICT (id) DO UPDATE SET raw = 'x'",
    "less once more at the same moment": "UPDATE enquiries_payload SET raw = '' WHERE id = %(cut_payload)s",
    "taken out and not known": "UPDATE enquiries_payload SET blanked_at = NULL WHERE id = %(blank_payload)s",
    "a payload of another account": "UPDATE enquiries_payload SET account_id = %(mailbox)s WHERE id = %(payload)s",
    "an account of no kind": "UPDATE enquiries_channelaccount SET kind = '' WHERE id = %(account)s",
    "a change told differently": "UPDATE enquiries_platformchange SET kind = 'SHOWN'",
    "a change taken back": "DELETE FROM enquiries_platformchange",
    "changes emptied": "TRUNCATE enquiries_platformchange",
    "a bounce that never was": "DELETE FROM enquiries_postingnotice",
    "a bounce told differently": "UPDATE enquiries_postingnotice SET detail = 'x'",
    "seen by nobody": "UPDATE enquiries_postingnotice SET seen_at = now()",
    "decided by the one who asked": "UPDATE enquiries_moderation SET state = 'QUEUED', decided_at = now(), "
    "decided_by_id = %(alice)s",
    "decided by nobody": "UPDATE enquiries_moderation SET state = 'QUEUED'",
    "done without a decision": "UPDATE enquiries_moderation SET state = 'DONE', decided_by_id = %(bob)s, decided_at = now()",
    "something else is done": "UPDATE enquiries_moderation SET act = 'REMOVE'",
    "joined without an enquiry": "UPDATE enquiries_overheard SET state = 'JOINED', decided_by_id = %(bob)s, decided_at = now()",
    "joined by nobody": "UPDATE enquiries_overheard SET state = 'JOINED', enquiry_id = %(enquiry)s",
    "joined elsewhere": "UPDATE enquiries_overheard SET state = 'JOINED', enquiry_id = %(mail)s, decided_by_id = %(bob)s, "
    "decided_at = now()",
    "gone, but its words are here": "UPDATE enquiries_overheard SET gone_at = now()",
    "another post was heard": "UPDATE enquiries_overheard SET external_id = 'other'",
    "a file that is another": "UPDATE enquiries_replyfile SET sha256 = 'x'",
    "a file removed that a version names": "UPDATE enquiries_replyfile SET is_named = true; DELETE FROM enquiries_replyfile",
    "a file that no version names any more": "UPDATE enquiries_replyfile SET is_named = true; "
    "UPDATE enquiries_replyfile SET is_named = false",
    "context that is gone and read": "UPDATE enquiries_contextpost SET gone_at = now()",
    "an acknowledgement to somebody else": "UPDATE enquiries_acknowledgement SET recipient = 'eli@example.org'",
}


@pytest.fixture
def held(city: City) -> dict[str, Any]:
    """One of everything: two comments, a mail, a posting, and what channels told of them."""
    account, mailbox = city.accounts["facebook"], city.accounts["email"]
    comment, blank = (arrive(city, "facebook", root_id=f"root-{n}", external_id=f"root-{n}") for n in (1, 2))
    Message.objects.filter(pk=blank.pk).update(text="", html="", subject="", blanked_at=NOON)
    assert blank.payload is not None
    Payload.objects.filter(pk=blank.payload.pk).update(raw=b"", blanked_at=NOON)
    cut = arrive(city, "facebook").payload
    assert cut is not None
    Payload.objects.filter(pk=cut.pk).update(raw=b"ab", blanked_at=NOON)
    mail, sent = arrive(city, "email"), posting_of(approved(city, arrive(city, "facebook")))
    out = Message.objects.create(
        enquiry=mail.enquiry,
        account=mailbox,
        direction="OUT",
        side="PRIVATE",
        external_id="out",
        text="Ours",
        occurred_at=NOON,
        recorded_at=NOON,
    )
    values: dict[str, Any] = {
        "account": account,
        "mailbox": mailbox,
        "comment": comment,
        "blank": blank,
        "payload": comment.payload,
        "blank_payload": blank.payload,
        "cut_payload": cut,
        "enquiry": comment.enquiry,
        "mail": mail.enquiry,
        "mail_message": mail,
        "posting": sent,
        "out": out,
        "alice": city.alice,
        "bob": city.bob,
        "organisation": city.organisation,
    }
    values["monitor"] = Monitor.objects.create(account=account, name="Bins", query="bins", due_at=NOON)
    answer = StandardAnswer.objects.create(
        organisation=city.organisation, title="Arrived", owner=city.bob, expires_on=NOON.date()
    )
    values["words"] = StandardAnswerVersion.objects.create(
        answer=answer, n=1, texts={"email": {"en": "It is here."}}, author=city.alice, created_at=NOON
    )
    for make in LEGAL.values():
        make(values).save(force_insert=True)
    return values


def _heard(v: dict[str, Any], **fields: Any) -> Overheard:
    values = {"account": v["account"], "monitor": v["monitor"], "external_id": "heard", "author": {"id": "7"}}
    values |= {"text": "Bins!", "occurred_at": NOON, "found_at": NOON, "payload": v["payload"]}
    return Overheard(**(values | fields))


def _moderation(v: dict[str, Any], **fields: Any) -> Moderation:
    values = {"message": v["comment"], "act": "HIDE", "reason": "hate", "asked_by": v["alice"], "asked_at": NOON}
    return Moderation(**(values | {"due_at": NOON} | fields))


def _notice(v: dict[str, Any], **fields: Any) -> PostingNotice:
    values = {"account": v["posting"].account, "posting": v["posting"], "kind": "BOUNCED", "at": NOON}
    return PostingNotice(**(values | {"payload": v["payload"]} | fields))


def _note(v: dict[str, Any], **fields: Any) -> Acknowledgement:
    values = {
        "enquiry": v["mail"],
        "account": v["mailbox"],
        "recipient": "dana@example.org",
        "text_version": v["words"],
    }
    return Acknowledgement(**(values | {"asked_at": NOON, "due_at": NOON} | fields))


def _change(v: dict[str, Any], **fields: Any) -> PlatformChange:
    values = {"account": v["account"], "root_id": "root-1", "kind": "GONE", "occurred_at": NOON, "noticed_at": NOON}
    return PlatformChange(**(values | fields))


def _file(v: dict[str, Any]) -> ReplyFile:
    digest = hashlib.sha256(b"picture").digest()
    values = {"organisation": v["organisation"], "token": "t", "name": "a.png", "media_type": "image/png", "size": 7}
    where = {"answers": v["comment"], "stored": "x", "uploaded_by": v["alice"], "uploaded_at": NOON}
    return ReplyFile(**values, **where, sha256=digest)


def _said(v: dict[str, Any]) -> ContextPost:
    values = {"account": v["account"], "external_id": "said", "thread": "t", "text": "Before", "occurred_at": NOON}
    return ContextPost(**values, fetched_at=NOON)


def _old(v: dict[str, Any], **fields: Any) -> Message:
    values = {
        "enquiry": v["enquiry"],
        "account": v["account"],
        "direction": "IN",
        "side": "PUBLIC",
        "root_id": "root-1",
    }
    values |= {"external_id": "older", "text": "Before", "occurred_at": NOON - timedelta(hours=1), "recorded_at": NOON}
    return Message(**(values | {"outdated": True} | fields))


Make = Callable[[dict[str, Any]], models.Model]
LEGAL: dict[str, Make] = {
    "heard": _heard,
    "moderation": _moderation,
    "notice": _notice,
    "note": _note,
    "change": _change,
    "file": _file,
    "context": _said,
}
ROWS: dict[str, Make] = {
    "heard twice": _heard,
    "heard by another account's monitor": lambda v: _heard(v, account=v["mailbox"], external_id="other"),
    "hidden twice at a time": _moderation,
    "hidden without a reason": lambda v: _moderation(v, message=v["blank"], reason=""),
    "hidden at once": lambda v: _moderation(
        v, message=v["blank"], state="QUEUED", decided_by=v["bob"], decided_at=NOON
    ),
    "a mail hidden": lambda v: _moderation(v, message=v["mail_message"]),
    "a bounce on another account": lambda v: _notice(v, account=v["mailbox"], code="5.1.1"),
    "a bounce of nothing": lambda v: _notice(v, posting=None),
    "told twice in one enquiry": _note,
    "told in public": lambda v: _note(v, enquiry=v["enquiry"], account=v["account"]),
    "told from another account": lambda v: _note(v, account=v["account"]),
    "gone twice": lambda v: _change(v, occurred_at=NOON - timedelta(hours=1)),
    "gone in a way nobody knows": lambda v: _change(v, kind="EDITED", root_id="r"),
    "old without newer words": lambda v: _old(v, occurred_at=NOON + timedelta(hours=1)),
    "old words of no post": lambda v: _old(v, root_id=""),
    "a message that comes emptied with words": lambda v: _old(v, outdated=False, blanked_at=NOON),
    "a mail answered privately instead": lambda v: Reply(
        enquiry=v["mail"], answers=v["mail_message"], purpose="PRIVATELY", created_at=NOON
    ),
}


@pytest.mark.parametrize("name", UPDATES)
def test_database_refuses_the_change(held: dict[str, Any], name: str):
    values = {key: one.pk for key, one in held.items()}

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(UPDATES[name], values)


@pytest.mark.parametrize("name", ROWS)
def test_database_refuses_the_row(held: dict[str, Any], name: str):
    with pytest.raises(IntegrityError), transaction.atomic():
        ROWS[name](held).save(force_insert=True)


def test_one_address_is_told_three_times_a_day_at_most(held: dict[str, Any], city: City):
    for _ in range(2):
        _note(held, enquiry=arrive(city, "email").enquiry).save()
    fourth = arrive(city, "email").enquiry

    with pytest.raises(IntegrityError, match="three times a day"), transaction.atomic():
        _note(held, enquiry=fourth).save()
    _note(held, enquiry=fourth, asked_at=NOON + timedelta(hours=25)).save()


def test_older_words_that_come_late_are_no_news(held: dict[str, Any]):
    newest = "SELECT newest_inbound(%s)"
    late = _old(held)
    late.save()

    with connection.cursor() as cursor:
        cursor.execute(newest, [held["enquiry"].pk])
        assert cursor.fetchone()[0] == held["comment"].pk < late.pk


PRIVATE_ANSWER: dict[str, Any] = {"side": "PRIVATE", "purpose": "PRIVATELY", "text": "In private"}


@pytest.mark.parametrize(
    ("bent", "is_taken"),
    [
        ({}, True),
        ({"side": "PUBLIC"}, False),
        ({"purpose": "ANSWER"}, False),
        ({"recipient": "comment:root-2"}, False),
        ({"recipient": ""}, False),
        ({"ways": 2}, False),
        ({"attachments": [{"token": "t", "sha256": hashlib.sha256(b"picture").hexdigest()}]}, True),
        ({"attachments": [{"token": "t", "sha256": hashlib.sha256(b"another").hexdigest()}]}, False),
        ({"attachments": [{"token": "unknown", "sha256": ""}]}, False),
    ],
)
def test_private_answer_goes_to_the_one_who_wrote_in_public(held: dict[str, Any], bent: dict[str, Any], is_taken: bool):
    comment = held["comment"]
    reply = Reply.objects.create(enquiry=comment.enquiry, answers=comment, purpose="PRIVATELY", created_at=NOON)
    way = {"account": comment.account_id, "target": comment.external_id}
    way["recipient"] = bent.get("recipient", "comment:root-1")
    content = PRIVATE_ANSWER | bent | {"routes": [way] * bent.get("ways", 1)}
    insert = (
        "INSERT INTO enquiries_replyversion (reply_id, n, author_id, content, content_sha256, last_inbound_id, created_at)"
        " VALUES (%s, 1, %s, %s, '', %s, now())"
    )

    def write() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(insert, [reply.pk, held["alice"].pk, json.dumps(content), comment.pk])

    if is_taken:
        write()
    else:
        with pytest.raises(IntegrityError):
            write()


def test_comment_is_answered_privately_once(held: dict[str, Any]):
    comment = held["comment"]
    first = Reply.objects.create(enquiry=comment.enquiry, answers=comment, purpose="PRIVATELY", created_at=NOON)
    with connection.cursor() as cursor:  # as if it were long posted
        cursor.execute("SET LOCAL session_replication_role = 'replica'")
        cursor.execute("UPDATE enquiries_reply SET state = 'POSTED' WHERE id = %s", [first.pk])
        cursor.execute("SET LOCAL session_replication_role = 'origin'")

    with pytest.raises(IntegrityError, match="answered_privately_once"), transaction.atomic():
        Reply.objects.create(enquiry=comment.enquiry, answers=comment, purpose="PRIVATELY", created_at=NOON)


def test_emptied_words_are_found_no_more(held: dict[str, Any]):
    found = "SELECT document @@ to_tsquery('simple', 'haystack') FROM enquiries_searchtext WHERE enquiry_id = %s"

    def is_found(enquiry_id: int) -> bool:
        with connection.cursor() as cursor:
            cursor.execute(found, [enquiry_id])
            return bool(cursor.fetchone()[0])

    _old(held, text="a haystack", outdated=False, external_id="m").save()
    enquiry_id = held["enquiry"].pk
    before = is_found(enquiry_id)
    Message.objects.filter(external_id="m").update(text="", blanked_at=NOON)

    assert (before, is_found(enquiry_id)) == (True, False)
