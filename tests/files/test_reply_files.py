"""Files of a reply: put in for one message, part of what is approved, and kept, changed or thrown away accordingly."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import DatabaseError, transaction

from enquiries.models import Message, Reply, ReplyFile, ReplyVersion
from enquiries.rules.approval import ApprovalRefused
from enquiries.services import replies
from enquiries.services.files import reply_files
from enquiries.services.files.reply_files import Chosen
from enquiries.services.replies.drafting import DraftRefused, NewerVersion
from tests.files.drawn import SECRET, chatty_png, gif, jpeg, png
from tests.people import NOON, City, arrive, make_city

pytestmark = pytest.mark.django_db


@pytest.fixture
def city() -> City:
    return make_city()


def put_in(city: City, message: Message, content: bytes = b"", **more: Any) -> ReplyFile:
    values: dict[str, Any] = {
        "by_id": city.alice.pk,
        "name": "map.png",
        "content": content or png(),
        "alt_text": "A map",
        "now": NOON,
    }
    return reply_files.put_in(enquiry_id=message.enquiry_id, answers_id=message.pk, **(values | more))


def saved(city: City, message: Message, files: list[Chosen] | None, **more: Any) -> ReplyVersion:
    author = more.pop("author_id", city.alice.pk)
    text = more.pop("text", "See the map.")
    writing = replies.Writing(answers_id=message.pk, author_id=author, text=text, files=files, **more)
    return replies.save_text(enquiry_id=message.enquiry_id, writing=writing, now=NOON)


def with_file(city: City, message: Message) -> ReplyVersion:
    return saved(city, message, [Chosen(token=put_in(city, message).token)])


def test_picture_is_kept_without_its_place_and_under_a_name_nobody_guesses(city: City):
    file = put_in(city, arrive(city), chatty_png(), name="../../Dana's house.png")

    with file.stored.open() as stored:
        kept = stored.read()
    assert SECRET not in kept
    assert bytes(file.sha256) == hashlib.sha256(kept).digest()
    assert file.size == len(kept)
    stored_as = str(file.stored.name)
    assert "Dana" not in stored_as
    assert "." not in stored_as.rpartition("/")[2]
    assert "/" not in file.name


def test_same_file_twice_is_one(city: City):
    message = arrive(city)

    assert put_in(city, message).pk == put_in(city, message).pk


def test_version_names_the_file_with_hash_and_words(city: City):
    version = with_file(city, arrive(city))

    file = ReplyFile.objects.get()
    assert version.content["attachments"] == [
        {
            "token": file.token,
            "sha256": bytes(file.sha256).hex(),
            "name": "map.png",
            "media_type": "image/png",
            "size": file.size,
            "alt": "A map",
        }
    ]
    assert file.is_named


def test_next_wording_keeps_the_files_where_nothing_is_said_of_them(city: City):
    message = arrive(city)
    first = with_file(city, message)

    second = saved(city, message, None, text="Other words.")

    assert second.content["attachments"] == first.content["attachments"]


def test_file_is_taken_out_by_leaving_it_out(city: City):
    message = arrive(city)
    with_file(city, message)

    assert saved(city, message, []).content["attachments"] == []


def test_other_words_for_a_picture_are_another_version(city: City):
    message = arrive(city)
    first = with_file(city, message)

    second = saved(city, message, [Chosen(token=first.content["attachments"][0]["token"], alt="A map of the works")])

    assert second.n == 2
    assert second.content["attachments"][0]["alt"] == "A map of the works"
    assert second.content_sha256 != first.content_sha256


def test_files_of_a_colleagues_unseen_version_are_not_lost(city: City):
    message = arrive(city)
    first = saved(city, message, [])
    saved(city, message, [Chosen(token=put_in(city, message).token)], author_id=city.bob.pk, seen_id=first.pk)

    with pytest.raises(NewerVersion):
        saved(city, message, [], seen_id=first.pk)


def test_file_never_goes_to_another_enquiry(city: City):
    token = put_in(city, arrive(city)).token

    with pytest.raises(DraftRefused):
        saved(city, arrive(city), [Chosen(token=token)])


def test_file_put_in_for_private_words_never_goes_public(city: City):
    private = arrive(city)
    token = put_in(city, private).token
    public = arrive(city, "x")
    Message.objects.filter(pk=public.pk).update(enquiry=private.enquiry)

    with pytest.raises(DraftRefused):
        saved(city, public, [Chosen(token=token)], badge=None)


def test_database_itself_keeps_a_file_on_its_side(city: City):
    file = put_in(city, arrive(city))
    version = saved(city, arrive(city, "x"), [])
    entry = {"token": file.token, "sha256": bytes(file.sha256).hex()}

    with pytest.raises(DatabaseError, match="what is private stays private"), transaction.atomic():
        ReplyVersion.objects.create(
            reply=version.reply,
            n=2,
            author=city.alice,
            content=version.content | {"attachments": [entry]},
            last_inbound=version.last_inbound,
            created_at=NOON,
        )


REFUSED = [
    pytest.param("email", b"<svg><script>alert(1)</script></svg>", "kind of file", id="no picture"),
    pytest.param("email", png()[:-4], "broken", id="broken"),
    pytest.param("x", b"%PDF-1.7 hello", "kind of file", id="PDF on X"),
    pytest.param("x", png() + b"\0" * 5_000_001, "too large", id="large"),
    pytest.param("web", png(), "cannot carry", id="web form"),
]


@pytest.mark.parametrize(("kind", "content", "words"), REFUSED)
def test_what_a_place_does_not_take_is_refused_at_once(city: City, kind: str, content: bytes, words: str):
    with pytest.raises(DraftRefused, match=words):
        put_in(city, arrive(city, kind), content)

    assert not ReplyFile.objects.exists()


@pytest.mark.parametrize("content", [png(), jpeg(), gif(), b"%PDF-1.7 hello"])
def test_mail_takes_pictures_and_documents(city: City, content: bytes):
    assert put_in(city, arrive(city), content).size


def test_more_pictures_than_x_takes_are_refused_before_approval(city: City):
    message = arrive(city, "x")
    files = [Chosen(token=put_in(city, message, png(color=bytes([n, 0, 0]))).token) for n in range(5)]
    version = saved(city, message, files)

    with pytest.raises(DraftRefused, match="takes 4 files"):
        replies.submit(enquiry_id=message.enquiry_id, by_id=city.alice.pk, version_id=version.pk, now=NOON)


def test_picture_without_words_is_refused_before_approval(city: City):
    message = arrive(city, "x")
    version = saved(city, message, [Chosen(token=put_in(city, message, alt_text="").token)])

    with pytest.raises(DraftRefused, match="Say in words"):
        replies.submit(enquiry_id=message.enquiry_id, by_id=city.alice.pk, version_id=version.pk, now=NOON)


def test_other_file_after_reading_is_another_version_and_the_old_hash_is_refused(city: City):
    message = arrive(city)
    version = with_file(city, message)
    replies.submit(enquiry_id=message.enquiry_id, by_id=city.alice.pk, version_id=version.pk, now=NOON)
    other = put_in(city, message, png(color=b"\xff\0\0"))
    changed = saved(city, message, [Chosen(token=other.token)])
    replies.submit(enquiry_id=message.enquiry_id, by_id=city.alice.pk, version_id=changed.pk, now=NOON)

    with pytest.raises(ApprovalRefused):
        replies.approve(
            reply_id=version.reply_id,
            approver_id=city.bob.pk,
            seen_sha256=bytes(version.content_sha256).hex(),
            now=NOON,
        )


def test_approver_who_changes_the_words_keeps_the_files(city: City):
    message = arrive(city)
    version = with_file(city, message)
    replies.submit(enquiry_id=message.enquiry_id, by_id=city.alice.pk, version_id=version.pk, now=NOON)

    changed = replies.edit_and_submit(
        reply_id=version.reply_id, editor_id=city.bob.pk, text="Look at the map.", seen_id=version.pk, now=NOON
    )

    assert changed.content["attachments"] == version.content["attachments"]


def test_removal_carries_no_file(city: City):
    message = arrive(city)
    answers = Message.objects.select_related("account", "enquiry").get(pk=message.pk)

    with pytest.raises(DraftRefused):
        reply_files.named(message.enquiry, answers, [Chosen(token="t")], purpose=Reply.Purpose.REMOVE, before=[])


def test_author_takes_out_what_no_version_names(city: City, django_capture_on_commit_callbacks: Any):
    file = put_in(city, arrive(city))

    with django_capture_on_commit_callbacks(execute=True):
        assert not reply_files.take_out(token=file.token, by_id=city.bob.pk)
        assert reply_files.take_out(token=file.token, by_id=city.alice.pk)
    assert not ReplyFile.objects.exists()
    assert not default_storage.exists(str(file.stored.name))


def test_named_file_is_kept_for_ever(city: City):
    with_file(city, arrive(city))
    file = ReplyFile.objects.get()

    assert not reply_files.take_out(token=file.token, by_id=city.alice.pk)
    with pytest.raises(DatabaseError, match="never removed"), transaction.atomic():
        file.delete()
    with pytest.raises(DatabaseError, match="do not change"), transaction.atomic():
        ReplyFile.objects.filter(pk=file.pk).update(name="other.png")
    with pytest.raises(DatabaseError, match="do not change"), transaction.atomic():
        ReplyFile.objects.filter(pk=file.pk).update(is_named=False)


def test_sweep_throws_away_what_nobody_named_for_a_week(city: City, django_capture_on_commit_callbacks: Any):
    with_file(city, arrive(city))
    left = put_in(city, arrive(city))

    assert reply_files.sweep(now=NOON + timedelta(days=6)) == 0
    with django_capture_on_commit_callbacks(execute=True):
        assert reply_files.sweep(now=NOON + timedelta(days=8)) == 1
    assert not ReplyFile.objects.filter(pk=left.pk).exists()
    assert not default_storage.exists(str(left.stored.name))
    assert ReplyFile.objects.count() == 1
