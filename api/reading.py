"""Enquiries for programs: a page of a list by keyset, and one with all that was said."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.shortcuts import get_object_or_404
from rest_framework.exceptions import ValidationError

from agents import access
from agents.models import User
from api.models import ApiToken
from enquiries.models import Enquiry, Message
from enquiries.rules import references

BIGGEST_ID = 2**63 - 1


@dataclass(frozen=True)
class Page:
    """Some enquiries, and the cursor of the next ones; None at the end."""

    results: list[Enquiry]
    next_cursor: str | None


def page_of(token: ApiToken, filters: dict[str, Any]) -> Page:
    """Read the enquiries that the token's person may see, the newest first. Raises ValidationError for a bad cursor."""
    rows = _visible(token).order_by("-pk")
    if "channel" in filters:
        rows = rows.filter(kind=filters["channel"])
    if "state" in filters:
        rows = rows.filter(state=filters["state"])
    if "cursor" in filters:
        rows = rows.filter(pk__lt=_number(filters["cursor"]))
    found = list(rows[: filters["limit"] + 1])
    shown = found[: filters["limit"]]
    return Page(results=shown, next_cursor=_cursor(shown[-1].pk) if len(found) > len(shown) else None)


def whole(token: ApiToken, reference: str) -> Enquiry:
    """Read one enquiry with its messages as `said`, oldest first. Raises Http404 for a stranger and for what is not there."""
    messages = Message.objects.select_related("account", "author").prefetch_related("attachments").order_by("pk")
    rows = _visible(token).prefetch_related(Prefetch("messages", queryset=messages, to_attr="said"))
    return get_object_or_404(rows, reference=references.normalise(reference) or "")


def public(token: ApiToken, reference: str) -> Enquiry:
    """Read an enquiry of the token's organisation, for its public status. Raises Http404."""
    ours = Enquiry.objects.filter(organisation_id=token.organisation_id).select_related("topic")
    return get_object_or_404(ours, reference=references.normalise(reference) or "")


def _visible(token: ApiToken) -> QuerySet[Enquiry]:
    """Keep what the token's person may see today, within the token's organisation."""
    person = token.user
    if not isinstance(person, User):
        return Enquiry.objects.none()
    ours = access.visible_to(person).filter(organisation_id=token.organisation_id)
    return ours.select_related("topic", "team", "assignee", "citizen")


def _cursor(number: int) -> str:
    return base64.urlsafe_b64encode(str(number).encode()).decode()


def _number(cursor: str) -> int:
    try:
        number = int(base64.urlsafe_b64decode(cursor.encode()))
    except (binascii.Error, ValueError):
        number = -1
    if not 0 < number <= BIGGEST_ID:
        raise ValidationError({"cursor": ["This is not a cursor of ours."]})
    return number
