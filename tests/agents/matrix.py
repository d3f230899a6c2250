"""A row of the access matrix, and the things that rows are about."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from enquiries.contract import InboundFile
from enquiries.models import Attachment
from tests.agents.scenes import for_a_person, unreadable
from tests.people import City, approved, arrive, submitted
from tests.standards import standard

SECRET = "Nobody else may read this subject"
PHOTO = InboundFile(name="photo.jpg", media_type="image/jpeg", content=b"\xff\xd8\xff")


@dataclass
class Row:
    """One address and method: who gets which status. A stranger's is also that of another team."""

    name: str
    method: str = "get"
    thing: Callable[[City], dict[str, Any]] = lambda city: {}
    data: dict[str, Any] = field(default_factory=dict)
    stranger: int = 404
    agent: int = 200
    supervisor: int = 200
    colleague: int | None = None
    """A supervisor of another team in the same organisation, where that is not the stranger's status."""


def an_enquiry(city: City) -> dict[str, Any]:
    return {"reference": arrive(city, subject=SECRET).enquiry.reference}


def a_closed_enquiry(city: City) -> dict[str, Any]:
    message = arrive(city, subject=SECRET)
    type(message.enquiry).objects.filter(pk=message.enquiry_id).update(state="CLOSED")
    return {"reference": message.enquiry.reference}


def a_submitted_reply(city: City) -> dict[str, Any]:
    return {"reply_id": submitted(city, arrive(city, subject=SECRET)).reply_id}


def an_approved_reply(city: City) -> dict[str, Any]:
    return {"reply_id": approved(city, arrive(city, subject=SECRET)).reply_id}


def a_lost_posting(city: City) -> dict[str, Any]:
    return {"posting_id": for_a_person(city, subject=SECRET).pk}


def a_payload(city: City) -> dict[str, Any]:
    return {"payload_id": unreadable(city).pk}


def a_file(city: City) -> dict[str, Any]:
    message = arrive(city, subject=SECRET, files=(PHOTO,))
    return {"token": Attachment.objects.get(message=message).token}


def a_standard(city: City) -> dict[str, Any]:
    return {"answer_id": standard(city).answer_id}


def nothing(city: City) -> dict[str, Any]:
    """Something in each list, and no part in the address."""
    for make in (a_submitted_reply, a_lost_posting, an_enquiry):
        make(city)
    return {}
