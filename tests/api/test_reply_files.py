"""Files of replies through the door: put in, listed, named by a wording, taken out."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from django.utils import timezone

from enquiries.models import Message, ReplyFile, ReplyVersion
from tests.api.conftest import Program, assert_problem
from tests.files.drawn import SECRET, chatty_png, png
from tests.people import City, arrive

pytestmark = pytest.mark.django_db


@pytest.fixture
def message(city: City) -> Message:
    return arrive(city, "email", now=timezone.now())


def put_in(program: Program, message: Message, content: bytes, **more: Any) -> Any:
    sent: dict[str, Any] = {
        "answers": message.pk,
        "name": "map.png",
        "content": base64.b64encode(content).decode(),
        "alt": "A map",
    }
    return program.do(f"enquiries/{message.enquiry.reference}/reply/files", **(sent | more))


def save(program: Program, message: Message, **more: Any) -> Any:
    sent: dict[str, Any] = {"answers": message.pk, "side": message.side, "text": "See the map.", "version": None}
    return program.do(f"enquiries/{message.enquiry.reference}/reply", **(sent | more))


def waiting(program: Program, message: Message) -> list[str]:
    listed = program.see(f"enquiries/{message.enquiry.reference}/reply/files").json()["files"]
    return [file["token"] for file in listed]


def test_file_is_put_in_listed_and_named_by_a_wording(alice: Program, message: Message):
    kept = put_in(alice, message, chatty_png())
    listed = waiting(alice, message)
    saved = save(alice, message, files=[{"token": kept.json()["token"]}])

    assert (kept.status_code, saved.status_code) == (201, 201)
    assert listed == [kept.json()["token"]]
    (named,) = ReplyVersion.objects.get().content["attachments"]
    assert (named["sha256"], named["alt"]) == (kept.json()["sha256"], "A map")
    with ReplyFile.objects.get().stored.open() as stored:
        assert SECRET not in stored.read()
    assert waiting(alice, message) == []


def test_wording_that_says_nothing_of_files_keeps_them(alice: Program, message: Message):
    token = put_in(alice, message, png()).json()["token"]
    first = save(alice, message, files=[{"token": token, "alt": "Where to go"}]).json()

    save(alice, message, text="Other words.", version=first["version"])

    assert [one["alt"] for one in ReplyVersion.objects.latest("n").content["attachments"]] == ["Where to go"]


def test_file_is_taken_out_by_its_author_alone(alice: Program, bob: Program, message: Message):
    token = put_in(alice, message, png()).json()["token"]
    address = f"enquiries/{message.enquiry.reference}/reply/files/{token}/remove"

    assert bob.do(address).json() == {"removed": False}
    assert alice.do(address).json() == {"removed": True}
    assert not ReplyFile.objects.exists()


def test_what_is_no_file_is_refused(alice: Program, message: Message):
    where = f"enquiries/{message.enquiry.reference}/reply/files"
    assert_problem(alice.do(where, answers=message.pk, name="map.png", content="not base64!"), 422)
    assert put_in(alice, message, b"<svg onload=alert(1)>").status_code == 409
    assert not ReplyFile.objects.exists()


def test_file_of_another_enquiry_is_refused(city: City, alice: Program, message: Message):
    token = put_in(alice, arrive(city, "email", now=timezone.now()), png()).json()["token"]

    assert save(alice, message, files=[{"token": token}]).status_code == 409
