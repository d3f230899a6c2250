"""The one way to write an event: inside the transaction of what it tells of, so that neither exists without the other."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from audit.models import Event
from audit.versions import bump_on_commit


def record(
    *,
    verb: str,
    now: datetime,
    actor_id: int | None = None,
    subject: str = "",
    organisation_id: int | None = None,
    enquiry_id: int | None = None,
    data: Mapping[str, Any] | None = None,
) -> None:
    """Write one event. `verb` is "room.what_happened" ("reply.approved"); `data` holds ids, codes and counts only."""
    Event.objects.create(
        at=now,
        actor_id=actor_id,
        verb=verb,
        subject=subject,
        organisation_id=organisation_id,
        enquiry_id=enquiry_id,
        data=dict(data or {}),
    )
    if organisation_id is not None:
        bump_on_commit(organisation_id)
