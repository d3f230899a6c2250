"""A real clamd is asked, over its own protocol: what it finds, what it lets go, and what it refuses to read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from channels_email.clamd import Clamd
from enquiries import registry
from enquiries.contract import Clean, InboundFile, Infected, NotSent
from enquiries.models import Attachment
from enquiries.services.files import scanning
from tests import clamav
from tests.files.clamds import EICAR
from tests.files.drawn import png
from tests.people import NOON, City, arrive

pytestmark = pytest.mark.skipif(bool(clamav.WHY_NOT), reason=clamav.WHY_NOT)


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with clamav.running(most="25M") as address:
        yield address


@pytest.fixture
def scanner(address: str, settings: Any) -> Iterator[Clamd]:
    settings.CLAMD, settings.SCANNER = address, "channels_email.clamd.Clamd"
    registry.scanner.cache_clear()
    yield Clamd()
    registry.scanner.cache_clear()


def test_what_is_dangerous_is_found_by_its_name(scanner: Clamd):
    found = scanner.scan(EICAR)

    assert isinstance(found, Infected)
    assert found.name.startswith("Eicar-Test-Signature")


@pytest.mark.parametrize("content", [b"", b"hello", png(40, 40), bytes(range(256)) * 4000])
def test_what_is_harmless_is_let_go(scanner: Clamd, content: bytes):
    assert scanner.scan(content) == Clean()


def test_danger_behind_a_picture_is_found(scanner: Clamd):
    assert isinstance(scanner.scan(png() + EICAR), Infected)


def test_file_of_25_mb_is_read_and_a_larger_one_brings_no_verdict(scanner: Clamd):
    assert scanner.scan(bytes(25_000_000)) == Clean()
    with pytest.raises(NotSent):
        scanner.scan(bytes(27_000_000))


@pytest.mark.django_db
def test_infected_file_of_a_citizen_is_withheld_and_a_clean_one_is_not(scanner: Clamd, city: City):
    for name, content in (("clean.txt", b"hello"), ("bad.txt", b"look: " + EICAR)):
        arrive(city, files=(InboundFile(name=name, media_type="text/plain", content=content),))

    scanning.scan_due(now=NOON, worker="w")

    assert dict(Attachment.objects.values_list("name", "scan")) == {"clean.txt": "CLEAN", "bad.txt": "INFECTED"}
