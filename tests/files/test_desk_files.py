"""Files on the desk's pages: shown as what they are, put in without losing a word, and read by whoever approves."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from enquiries.contract import InboundFile, Side
from enquiries.models import Attachment, MediaFetch, Message, ReplyFile, ReplyVersion
from tests.files.drawn import SECRET, chatty_png, png
from tests.people import NOON, PASSWORD, City, arrive

pytestmark = pytest.mark.django_db
SVG = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"


@pytest.fixture
def desk(city: City) -> Client:
    return signed_in(city.alice)


def signed_in(user: Any) -> Client:
    client = Client()
    assert client.login(username=user.email, password=PASSWORD)
    return client


def came(city: City, content: bytes, media_type: str) -> Attachment:
    message = arrive(city, files=(InboundFile(name="a.png", media_type=media_type, content=content),))
    return Attachment.objects.get(message=message)


def page(desk: Client, message: Message) -> str:
    return desk.get(reverse("desk:enquiry", args=[message.enquiry.reference])).content.decode()


def write(desk: Client, message: Message, action: str, **more: Any) -> Any:
    sent = {"answers": message.pk, "side": message.side, "text": "See the map.", "has_files": "1", "action": action}
    return desk.post(reverse("desk:enquiry", args=[message.enquiry.reference]), sent | more)


def attach(desk: Client, message: Message, content: bytes, **more: Any) -> Any:
    return write(desk, message, "attach", new_file=SimpleUploadedFile("map.png", content), new_alt="A map", **more)


def test_picture_is_shown_in_the_thread_with_its_words(city: City, desk: Client):
    file = came(city, png(), "image/png")
    Attachment.objects.filter(pk=file.pk).update(alt_text="A full bin")

    shown = page(desk, file.message)

    assert f'<img src="{reverse("desk:picture", args=[file.token])}" alt="A full bin"' in shown


def test_picture_is_served_in_a_document_that_may_do_nothing(city: City, desk: Client):
    answer = desk.get(reverse("desk:picture", args=[came(city, png(), "image/png").token]))

    assert answer.getvalue() == png()
    assert answer["Content-Type"] == "image/png"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"


@pytest.mark.parametrize("media_type", ["image/svg+xml", "image/png", "text/html"])
def test_what_is_no_clean_raster_is_only_ever_saved(city: City, desk: Client, media_type: str):
    file = came(city, SVG, media_type)
    answer = desk.get(reverse("desk:picture", args=[file.token]))

    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment")
    assert reverse("desk:picture", args=[file.token]) not in page(desk, file.message)


def test_thread_says_what_is_on_its_way_and_what_is_lost(city: City, desk: Client):
    message = arrive(city, "x")
    for place, parked in ((1, None), (2, NOON)):
        MediaFetch.objects.create(message=message, place=place, url="https://x", due_at=NOON, parked_at=parked)

    shown = page(desk, message)

    assert "A picture is being fetched." in shown
    assert "A picture could not be fetched." in shown


def test_file_is_added_and_no_word_is_lost(city: City, desk: Client):
    message = arrive(city)

    shown = attach(desk, message, chatty_png())

    file = ReplyFile.objects.get()
    assert shown.status_code == 200
    assert "See the map." in shown.content.decode()
    assert f'name="files" value="{file.token}" checked' in shown.content.decode()
    assert file.alt_text == "A map"
    with file.stored.open() as stored:
        assert SECRET not in stored.read()


def test_lost_tab_finds_its_file_again(city: City, desk: Client):
    message = arrive(city)
    attach(desk, message, png())

    assert f'value="{ReplyFile.objects.get().token}" checked' in page(desk, message)
    assert ReplyFile.objects.get().token not in page(signed_in(city.bob), message)


def test_saved_draft_keeps_the_chosen_file_and_its_new_words(city: City, desk: Client):
    message = arrive(city)
    attach(desk, message, png())
    token = ReplyFile.objects.get().token

    write(desk, message, "save", files=[token], **{f"alt-{token}": "Where to go"})

    assert [(one["token"], one["alt"]) for one in ReplyVersion.objects.get().content["attachments"]] == [
        (token, "Where to go")
    ]
    assert f'value="{token}" checked' in page(desk, message)


def test_file_that_was_left_out_does_not_come_back(city: City, desk: Client):
    message = arrive(city)
    attach(desk, message, png())

    write(desk, message, "save")

    assert ReplyVersion.objects.get().content["attachments"] == []
    assert ReplyFile.objects.get().token not in page(desk, message)


def test_chosen_file_that_was_not_added_is_not_forgotten(city: City, desk: Client):
    answer = write(desk, arrive(city), "save", new_file="map.png")

    assert answer.status_code == 422
    assert "did not add it yet" in answer.content.decode()
    assert not ReplyVersion.objects.exists()


def test_refused_file_says_why_and_keeps_the_text(city: City, desk: Client):
    answer = attach(desk, arrive(city), SVG)

    assert answer.status_code == 422
    assert "does not take this kind of file" in answer.content.decode()
    assert "See the map." in answer.content.decode()


def test_name_of_a_file_that_nobody_could_have_given_out_says_so(city: City, desk: Client):
    answer = write(desk, arrive(city), "save", files=["a\x00b"])

    assert answer.status_code == 422
    assert "A file is not here any more" in answer.content.decode()


def test_place_that_carries_no_files_says_so_before_anybody_writes(city: City, desk: Client):
    assert "A reply on Web form cannot carry files." in page(desk, arrive(city, "web"))


def test_facebook_takes_a_picture_under_a_comment_and_none_in_private(city: City, desk: Client):
    public = page(desk, arrive(city, "facebook"))
    private = page(desk, arrive(city, "facebook", side=Side.PRIVATE, reply_to="7000001", author="7000001"))

    assert "Add a picture or file" in public
    assert "A private reply on Facebook cannot carry files." in private
    assert "Add a picture or file" not in private


def test_approver_sees_the_picture_and_its_words(city: City, desk: Client):
    message = arrive(city, "x")
    attach(desk, message, png())
    token = ReplyFile.objects.get().token
    write(desk, message, "submit", files=[token], **{f"alt-{token}": "A map"})
    reply_id = ReplyVersion.objects.get().reply_id

    shown = signed_in(city.bob).get(reverse("desk:approval", args=[reply_id])).content.decode()

    assert f'<img src="{reverse("desk:reply_file", args=[token])}" alt="A map"' in shown
    assert "Says to those who cannot see it: A map" in shown
