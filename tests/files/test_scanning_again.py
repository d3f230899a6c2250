"""Nothing stays unseen by the scanner: files of replies from before there was one, and a second look at what was clean."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from audit.models import Event
from enquiries import registry
from enquiries.contract import InboundFile, NotSent, Refused
from enquiries.models import Attachment, Posting, ReplyFile
from enquiries.services import replies
from enquiries.services.files import reply_files, reply_scanning, scanning
from enquiries.services.replies.drafting import DraftRefused
from tests.files.clamds import Script, clamd
from tests.files.drawn import png
from tests.people import NOON, PASSWORD, City, arrive

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def scanner() -> Iterator[Script]:
    """A scanner that is not set up yet."""
    with clamd() as script:
        yield script
    registry.scanner.cache_clear()


@pytest.fixture
def desk(city: City) -> Client:
    client = Client()
    assert client.login(username=city.alice.email, password=PASSWORD)
    return client


def set_up(settings: Any, scanner: Script) -> None:
    settings.CLAMD, settings.SCANNER = scanner.address, "channels_email.clamd.Clamd"
    registry.scanner.cache_clear()


def learn(scanner: Script) -> None:
    """From now on it finds something in everything."""
    scanner.answer = b"stream: Found-Since FOUND\0"


def came(city: City) -> Attachment:
    message = arrive(city, files=(InboundFile(name="a.txt", media_type="text/plain", content=b"hello"),))
    return Attachment.objects.get(message=message)


def put_in(city: City, **more: Any) -> ReplyFile:
    message = arrive(city)
    return reply_files.put_in(
        enquiry_id=message.enquiry_id,
        answers_id=message.pk,
        by_id=city.alice.pk,
        name="map.png",
        content=png(),
        alt_text="A map",
        now=NOON,
        **more,
    )


def version_with(city: City, file: ReplyFile) -> Any:
    assert file.answers
    writing = replies.Writing(
        answers_id=file.answers.pk,
        author_id=city.alice.pk,
        text="See the map.",
        files=[reply_files.Chosen(token=file.token)],
    )
    return replies.submit_text(enquiry_id=file.answers.enquiry_id, writing=writing, now=NOON).version


def posting_with(city: City, file: ReplyFile) -> Posting:
    version = version_with(city, file)
    seen = bytes(version.content_sha256).hex()
    replies.approve(reply_id=version.reply_id, approver_id=city.bob.pk, seen_sha256=seen, now=NOON)
    return Posting.objects.get(reply=version.reply)


def verbs() -> list[str]:
    return [event.verb for event in Event.objects.filter(verb="file.withheld")]


def test_clean_file_is_looked_into_once_more_after_three_days(city: City, settings: Any, scanner: Script):
    set_up(settings, scanner)
    came(city)
    looks = []
    for day in range(9):
        scanning.scan_due(now=NOON + day * DAY, worker="w")
        looks.append(len(scanner.seen))

    assert looks == [1, 1, 1, 2, 2, 2, 2, 2, 2]


def test_find_at_the_second_look_withholds_the_file_and_tells_its_owner(
    city: City, settings: Any, scanner: Script, desk: Client
):
    set_up(settings, scanner)
    file = came(city)
    scanning.scan_due(now=NOON, worker="w")
    before = desk.get(reverse("desk:file", args=[file.token])).status_code
    learn(scanner)
    scanning.scan_due(now=NOON + 3 * DAY, worker="w")
    Attachment.objects.update(scanned_at=timezone.now())  # the desk goes by the clock

    told = desk.get(reverse("desk:attention")).content.decode()

    assert before == 200
    assert desk.get(reverse("desk:file", args=[file.token])).status_code == 423
    assert "Files in which something dangerous was found" in told
    assert file.message.enquiry.reference in told
    assert "team Waste" in told
    assert verbs() == ["file.withheld"]


def test_clean_file_stays_open_while_the_scanner_is_away_at_the_second_look(
    city: City, settings: Any, scanner: Script, desk: Client
):
    set_up(settings, scanner)
    file = came(city)
    scanning.scan_due(now=NOON, worker="w")
    scanner.answer = None
    for minute in range(5):
        scanning.scan_due(now=NOON + 3 * DAY + timedelta(minutes=minute), worker="w")

    assert desk.get(reverse("desk:file", args=[file.token])).status_code == 200
    assert b"Files that are held" not in desk.get(reverse("desk:attention")).content


def test_file_of_long_ago_is_looked_into_once(city: City, settings: Any, scanner: Script):
    came(city)
    set_up(settings, scanner)
    for day in (10, 11, 20):
        scanning.scan_due(now=NOON + day * DAY, worker="w")
        scanning.scan_due(now=NOON + day * DAY + timedelta(seconds=2), worker="w")

    assert len(scanner.seen) == 1


def test_file_put_in_before_there_was_a_scanner_is_held_until_it_was_seen(
    city: City, settings: Any, scanner: Script, desk: Client
):
    file = put_in(city)
    posting = posting_with(city, file)
    set_up(settings, scanner)
    page = reverse("desk:reply_file", args=[file.token])
    before = desk.get(page)
    with pytest.raises(NotSent):
        reply_files.carried_by(posting)

    assert reply_scanning.scan_due(now=NOON) == 1

    assert before.status_code == 423
    assert b"looked into for viruses" in before.content
    assert desk.get(page).status_code == 200
    assert [carried.content for carried in reply_files.carried_by(posting)] == [png()]


def test_file_of_a_reply_is_looked_into_when_it_is_put_in_and_after_three_days(
    city: City, settings: Any, scanner: Script
):
    set_up(settings, scanner)
    put_in(city)
    looks = []
    for day in range(6):
        reply_scanning.scan_due(now=NOON + day * DAY)
        looks.append(len(scanner.seen))

    assert looks == [1, 1, 1, 2, 2, 2]


def test_reply_whose_file_became_dangerous_does_not_leave_and_people_are_told(
    city: City, settings: Any, scanner: Script, desk: Client
):
    set_up(settings, scanner)
    file = put_in(city)
    posting = posting_with(city, file)
    learn(scanner)
    reply_scanning.scan_due(now=NOON + 3 * DAY)
    ReplyFile.objects.update(scanned_at=timezone.now())  # the desk goes by the clock

    with pytest.raises(Refused) as refusal:
        reply_files.carried_by(posting)
    told = desk.get(reverse("desk:attention")).content.decode()

    assert "Take the file out" in refusal.value.fix
    assert desk.get(reverse("desk:reply_file", args=[file.token])).status_code == 423
    assert "put into a reply by Alice" in told
    assert verbs() == ["file.withheld"]


def test_dangerous_file_is_not_submitted(city: City, settings: Any, scanner: Script):
    set_up(settings, scanner)
    file = put_in(city)
    learn(scanner)
    reply_scanning.scan_due(now=NOON + 3 * DAY)

    with pytest.raises(DraftRefused, match="dangerous was found in “map"):
        version_with(city, file)


def test_scanner_that_is_away_is_asked_again_and_nobody_is_passed_over(city: City, settings: Any, scanner: Script):
    files = [put_in(city) for _ in range(3)]
    set_up(settings, scanner)
    scanner.answer = None
    assert reply_scanning.scan_due(now=NOON) == 0
    scanner.answer = b""

    assert reply_scanning.scan_due(now=NOON) == 0
    assert reply_scanning.scan_due(now=NOON + timedelta(minutes=3)) == len(files)


def test_file_that_cannot_be_read_waits_and_does_not_hold_up_the_others(city: City, settings: Any, scanner: Script):
    lost, other = put_in(city), put_in(city)
    default_storage.delete(str(lost.stored.name))
    set_up(settings, scanner)

    assert reply_scanning.scan_due(now=NOON) == 1
    assert dict(ReplyFile.objects.values_list("pk", "scan")) == {lost.pk: "NOT_SCANNED", other.pk: "CLEAN"}


def test_without_a_scanner_nobody_looks(city: City):
    put_in(city)

    assert reply_scanning.scan_due(now=NOON) == 0
    assert ReplyFile.objects.get().scan == "NOT_SCANNED"


def test_verdict_is_one_that_is_known_and_the_rest_of_a_file_never_changes(city: City):
    put_in(city)

    for fields in ({"scan": "PENDING"}, {"scan": "FINE"}, {"size": 1}):
        with pytest.raises(DatabaseError), transaction.atomic():
            ReplyFile.objects.update(**fields)
