"""Files and the virus scanner, over a real socket: held until clean, never served infected, and told when it is away."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from channels_email.clamd import Clamd
from enquiries import registry
from enquiries.contract import Clean, InboundFile, Infected, NotSent
from enquiries.models import Attachment, ReplyFile
from enquiries.services.files import reply_files, scanning
from enquiries.services.replies.drafting import DraftRefused
from tests.files.clamds import EICAR, Script, clamd
from tests.files.drawn import png
from tests.people import NOON, PASSWORD, City, arrive
from tests.sims import free_port

LATER = NOON + timedelta(seconds=5)


@pytest.fixture
def scanner(settings: Any) -> Iterator[Script]:
    with clamd() as script:
        settings.CLAMD, settings.SCANNER = script.address, "channels_email.clamd.Clamd"
        registry.scanner.cache_clear()
        yield script
    registry.scanner.cache_clear()


@pytest.fixture
def desk(city: City) -> Client:
    client = Client()
    assert client.login(username=city.alice.email, password=PASSWORD)
    return client


def file(city: City, content: bytes = b"hello", media_type: str = "text/plain") -> Attachment:
    message = arrive(city, files=(InboundFile(name="a.txt", media_type=media_type, content=content),))
    return Attachment.objects.get(message=message)


def asked_for(desk: Client, held: Attachment, name: str = "file") -> Any:
    return desk.get(reverse(f"desk:{name}", args=[held.token]))


def test_every_byte_is_shown_to_the_scanner(scanner: Script):
    content = bytes(range(256)) * 1000

    assert Clamd().scan(content) == Clean()
    assert scanner.seen == [content]


def test_eicar_is_found_by_its_name(scanner: Script):
    assert Clamd().scan(EICAR) == Infected(name="Eicar-Test-Signature")


@pytest.mark.parametrize("answer", [None, b"stream: OK", b"INSTREAM size limit exceeded. ERROR\0", b"\0", b"hello\0"])
def test_no_plain_answer_is_no_verdict(scanner: Script, answer: bytes | None):
    scanner.answer = answer

    with pytest.raises(NotSent):
        Clamd().scan(b"hello")


def test_file_that_is_too_large_for_it_is_no_verdict(scanner: Script):
    scanner.most = 1000

    with pytest.raises(NotSent):
        Clamd().scan(b"0" * 5_000_000)


def test_scanner_that_is_away_is_no_verdict(settings: Any):
    settings.CLAMD = f"127.0.0.1:{free_port()}"

    with pytest.raises(NotSent):
        Clamd().scan(b"hello")


@pytest.mark.django_db
def test_file_is_held_with_words_until_it_is_clean(scanner: Script, city: City, desk: Client):
    held = file(city)
    before = asked_for(desk, held)
    scanning.scan_due(now=NOON, worker="w")
    after = asked_for(desk, held)

    assert before.status_code == 423
    assert b"held until it has been looked into" in before.content
    assert b"".join(after.streaming_content) == b"hello"
    assert after["Content-Disposition"].startswith("attachment")


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["file", "picture"])
def test_infected_file_is_never_served(scanner: Script, city: City, desk: Client, name: str):
    held = file(city, png() + EICAR, "image/png")
    scanning.scan_due(now=NOON, worker="w")
    held.refresh_from_db()

    answer = asked_for(desk, held, name)

    assert held.scan == "INFECTED"
    assert answer.status_code == 423
    assert EICAR not in answer.content


@pytest.mark.django_db
def test_files_wait_while_the_scanner_is_away_and_a_person_is_told(scanner: Script, city: City, desk: Client):
    held, other = file(city), file(city)
    scanner.answer = None
    for minute in range(8):
        scanning.scan_due(now=NOON + timedelta(minutes=minute), worker="w")
    told = desk.get(reverse("desk:attention"))
    scanner.answer = b""
    scanning.scan_due(now=NOON + timedelta(hours=1), worker="w")

    assert asked_for(desk, held).status_code == 200
    assert asked_for(desk, other).status_code == 200
    assert b"Files that are held" in told.content
    assert held.message.enquiry.reference in told.content.decode()


@pytest.mark.django_db
def test_files_from_before_the_scanner_are_looked_into(scanner: Script, city: City, desk: Client):
    old = file(city)
    old.file_scan.delete()
    Attachment.objects.filter(pk=old.pk).update(scan="NOT_SCANNED")

    assert asked_for(desk, old).status_code == 423
    scanning.scan_due(now=NOON, worker="w")
    scanning.scan_due(now=LATER, worker="w")
    assert asked_for(desk, old).status_code == 200


@pytest.mark.django_db
def test_file_that_cannot_be_read_is_given_up_in_words(scanner: Script, city: City, desk: Client):
    lost = file(city)
    lost.stored.storage.delete(str(lost.stored.name))
    for hour in range(12):
        scanning.scan_due(now=NOON + timedelta(hours=hour), worker="w")

    answer = asked_for(desk, lost)

    assert answer.status_code == 423
    assert b"Ask the citizen to send it again" in answer.content


@pytest.mark.django_db
@pytest.mark.parametrize("answer", [b"", None])
def test_nothing_dangerous_or_unseen_is_put_into_a_reply(scanner: Script, city: City, answer: bytes | None):
    scanner.answer = answer
    message = arrive(city)
    content = b"%PDF-1.7" + (EICAR if answer is not None else b"")

    with pytest.raises(DraftRefused):
        reply_files.put_in(
            enquiry_id=message.enquiry_id,
            answers_id=message.pk,
            by_id=city.alice.pk,
            name="form.pdf",
            content=content,
            now=NOON,
        )
    assert not ReplyFile.objects.exists()
